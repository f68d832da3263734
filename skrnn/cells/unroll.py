"""Reading ragged batches: masks, reversal by length, and the scan over time."""

import torch


def step_mask(lengths, n_steps):
    """Mark the real steps of padded rows.

    Parameters
    ----------
    lengths : tensor of shape (B,)
        Real steps of each row.
    n_steps : int
        T, the padded length.

    Returns
    -------
    mask : bool tensor of shape (B, T)
        True at real steps.

    Examples
    --------
    >>> import torch
    >>> step_mask(torch.tensor([1, 3]), 3)
    tensor([[ True, False, False],
            [ True,  True,  True]])
    """
    return torch.arange(n_steps, device=lengths.device) < lengths[:, None]


def mask_steps(x, lengths, value=0.0):
    """Overwrite the padding of a batch.

    Parameters
    ----------
    x : tensor of shape (B, T, ...)
        Padded rows.
    lengths : tensor of shape (B,) or None
        Real steps of each row; None when no row is padded.
    value : float, default=0.0
        What to write into the padding.

    Returns
    -------
    x : tensor of shape (B, T, ...)
        A copy with `value` in the padding, or `x` itself where there is none.
    """
    if lengths is None:
        return x
    padding = ~step_mask(lengths, x.shape[1])
    return x.masked_fill(padding.reshape(padding.shape + (1,) * (x.ndim - 2)), value)


def flip_by_length(x, lengths):
    """Reverse each row within its own length; the padding stays at the end.

    Parameters
    ----------
    x : tensor of shape (B, T, ...)
        Padded rows.
    lengths : tensor of shape (B,) or None
        Real steps of each row; None reverses the whole time axis.

    Returns
    -------
    flipped : tensor of shape (B, T, ...)
        The rows back to front.

    Examples
    --------
    >>> import torch
    >>> flip_by_length(torch.tensor([[1, 2, 3, 0], [4, 5, 6, 7]]), torch.tensor([3, 4]))
    tensor([[3, 2, 1, 0],
            [7, 6, 5, 4]])
    """
    if lengths is None:
        return x.flip(1)
    step = torch.arange(x.shape[1], device=x.device)
    source = torch.where(step_mask(lengths, x.shape[1]), lengths[:, None] - 1 - step, step)
    rows = torch.arange(x.shape[0], device=x.device)[:, None]
    return x[rows, source]


def scan(step, x, lengths, state):
    """Apply a step function along time, freezing each row's state after its last real step.

    Parameters
    ----------
    step : callable
        ``step(x_t (B, F), state) -> (output (B, O), state)``.
    x : tensor of shape (B, T, F)
        Padded rows without NaN.
    lengths : tensor of shape (B,) or None
        Real steps of each row.
    state : tuple of tensors of shape (B, H)
        The state to start from.

    Returns
    -------
    output : tensor of shape (B, T, O)
        The outputs of all steps; those in the padding are not meaningful.
    state : tuple of tensors of shape (B, H)
        The state after each row's last real step.
    """
    outputs = []
    for t, x_t in enumerate(x.unbind(1)):
        output, after = step(x_t, state)
        if lengths is not None:
            live = (t < lengths)[:, None]
            pairs = zip(after, state, strict=True)
            after = tuple(torch.where(live, new, old) for new, old in pairs)
        outputs.append(output)
        state = after
    return torch.stack(outputs, 1), state
