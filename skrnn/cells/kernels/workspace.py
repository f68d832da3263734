"""Buffers that live from a forward to a backward pass, and are used again."""

import torch

from skrnn.cells.pool import Pool


class Workspace:
    """A buffer that goes back to those waiting when nobody holds it any longer.

    Parameters
    ----------
    buffer : float32 tensor
        The memory.

    Attributes
    ----------
    address : int
        Where it starts.
    """

    def __init__(self, buffer):
        self.buffer = buffer
        self.address = buffer.data_ptr()

    def __del__(self):
        """Give the buffer back."""
        _pool.give(self.buffer)


_pool = Pool()


def borrow(size):
    """Lend a buffer of at least `size` numbers, of arbitrary content.

    A buffer that waits is taken if it is large enough, but no more than twice as large.

    Parameters
    ----------
    size : int
        Numbers needed.

    Returns
    -------
    workspace : Workspace
        Hold on to it while the buffer is in use.
    """
    found = _pool.take(lambda buffer: size <= buffer.numel() <= 2 * size + 1024)
    if found is None:
        found = torch.empty(size, dtype=torch.float32, device="cpu")
    return Workspace(found)
