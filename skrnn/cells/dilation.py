"""Reading a sequence in strides: several interleaved sequences in place of one."""

import torch


def run_dilated(cell, x, lengths, state, need_state, dilation):
    """Call a cell so that each step reads the state of `dilation` steps before.

    Parameters
    ----------
    cell : Cell
        The cell.
    x : tensor of shape (B, T, F)
        Padded rows.
    lengths : tensor of shape (B,) or None
        Real steps of each row.
    state : tuple of tensors of shape (B, dilation * H) or None
        The states that the next steps read, in the order of these steps.
    need_state : bool
        Whether the state is wanted.
    dilation : int
        Steps between a state and the one it is made from.

    Returns
    -------
    output : tensor of shape (B, T, O)
        The outputs.
    state : tuple of tensors of shape (B, dilation * H) or None
        The states after each row's last real step, in the order in which later steps read them.
    """
    if dilation == 1:
        return cell(x, lengths, state, need_state)
    n_rows, n_steps, _ = x.shape
    if lengths is None:
        lengths = torch.full((n_rows,), n_steps, device=x.device)
    phase = torch.arange(dilation, device=x.device)
    strided = (lengths[:, None] + dilation - 1 - phase).div(dilation, rounding_mode="floor")
    if state is not None:
        state = tuple(part.reshape(n_rows * dilation, -1) for part in state)
    output, end = cell(_deal(x, dilation), strided.flatten(), state, need_state)
    output = _collect(output, n_rows, dilation)[:, :n_steps]
    if end is None:
        return output, None
    order = (lengths[:, None] + phase) % dilation  # the phase of the first step to come leads
    return output, tuple(_reorder(part, order) for part in end)


def _deal(x, dilation):
    """Deal the steps of (B, T, F) to (B * dilation, T / dilation, F) as one deals cards."""
    n_rows, n_steps, n_features = x.shape
    padded = torch.nn.functional.pad(x, (0, 0, 0, -n_steps % dilation))
    dealt = padded.reshape(n_rows, -1, dilation, n_features).transpose(1, 2)
    return dealt.reshape(n_rows * dilation, -1, n_features)


def _collect(x, n_rows, dilation):
    return x.unflatten(0, (n_rows, dilation)).transpose(1, 2).flatten(1, 2)


def _reorder(part, order):
    part = part.unflatten(0, order.shape)  # (B, dilation, H)
    return part.gather(1, order[..., None].expand_as(part)).flatten(1)
