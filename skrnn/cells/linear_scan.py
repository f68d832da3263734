"""The recurrence h_t = a_t h_{t-1} + b_t, forward and backward."""

import torch
from torch.autograd.function import once_differentiable


def linear_scan(decay, drive, start):
    r"""Compute :math:`h_t = a_t \odot h_{t-1} + b_t` for all steps.

    On a CPU this is a sequential scan with a hand-written gradient: one multiplication and
    addition a step, against the log2(T) passes over everything of a parallel scan, which is what
    runs on other devices [1]_.

    Parameters
    ----------
    decay, drive : tensors of shape (B, T, H), real or complex
        a and b.
    start : tensor of shape (B, H)
        h_0, of the dtype of `drive`.

    Returns
    -------
    states : tensor of shape (B, T, H)
        h_1 to h_T.

    References
    ----------
    .. [1] G. E. Blelloch, "Prefix sums and their applications", 1990.

    Examples
    --------
    >>> import torch
    >>> decay, drive = torch.full((1, 3, 1), 0.5), torch.ones(1, 3, 1)
    >>> linear_scan(decay, drive, torch.zeros(1, 1)).flatten()
    tensor([1.0000, 1.5000, 1.7500])
    """
    if drive.device.type == "cpu":
        return _SequentialScan.apply(decay, drive, start)
    return parallel_scan(decay, drive, start)


def parallel_scan(decay, drive, start):
    """Do the same by doubling: after k passes every step holds the sum over 2^k steps."""
    drive = torch.cat([(drive[:, :1] + decay[:, :1] * start[:, None]), drive[:, 1:]], 1)
    reach, n_steps = 1, drive.shape[1]
    while reach < n_steps:
        drive = torch.cat(
            [drive[:, :reach], drive[:, reach:] + decay[:, reach:] * drive[:, :-reach]], 1
        )
        decay = torch.cat([decay[:, :reach], decay[:, reach:] * decay[:, :-reach]], 1)
        reach *= 2
    return drive


class _SequentialScan(torch.autograd.Function):
    @staticmethod
    def forward(ctx, decay, drive, start):
        states = torch.empty_like(drive)
        h = start
        for a, b, out in zip(decay.unbind(1), drive.unbind(1), states.unbind(1), strict=True):
            h = torch.addcmul(b, a, h, out=out)
        ctx.save_for_backward(decay, start, states)
        return states

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        decay, start, states = ctx.saved_tensors
        before = torch.cat([start[:, None], states[:, :-1]], 1)  # h_{t-1}
        total = gradient.clone(memory_format=torch.contiguous_format)
        steps = list(zip(total.unbind(1), decay.conj().unbind(1), strict=True))
        for (earlier, _), (later, a) in zip(steps[-2::-1], steps[:0:-1], strict=True):
            earlier.addcmul_(a, later)
        first = total[:, 0] * decay[:, 0].conj()
        return total * before.conj(), total, first
