"""Buffers that live from a forward to a backward pass, and are used again."""

import threading

import torch

MOST_IDLE = 8  # buffers that wait to be used again


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
        with _lock:
            _idle.append(self.buffer)
            del _idle[:-MOST_IDLE]


_lock = threading.RLock()
_idle = []


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
    passed, found = [], None
    with _lock:
        while _idle and found is None:  # others may come back at any moment
            buffer = _idle.pop()
            if size <= buffer.numel() <= 2 * size + 1024:
                found = buffer
            else:
                passed.append(buffer)
        _idle.extend(reversed(passed))
    if found is None:
        found = torch.empty(size, dtype=torch.float32, device="cpu")
    return Workspace(found)
