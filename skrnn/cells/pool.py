"""Things that are costly to make, lent out and used again."""

import threading

MOST_IDLE = 8  # things that wait to be used again


class Lease:
    """Something that goes back to those waiting when nobody holds the lease any longer.

    Parameters
    ----------
    key : hashable
        What it is good for.
    value : object
        The thing.
    """

    def __init__(self, key, value):
        self.key = key
        self.value = value

    def __del__(self):
        """Give it back."""
        with _lock:
            _idle.append((self.key, self.value))
            del _idle[:-MOST_IDLE]


_lock = threading.RLock()
_idle = []


def lend(key, make):
    """Lend something.

    Parameters
    ----------
    key : hashable
        What it must be good for.
    make : callable
        Makes one where none waits, called without arguments.

    Returns
    -------
    lease : Lease
        Hold on to it while ``lease.value`` is in use.

    Examples
    --------
    >>> first = lend("a list", list)
    >>> first.value.append(1)
    >>> del first
    >>> lend("a list", list).value
    [1]
    """
    with _lock:
        for i in reversed(range(len(_idle))):
            if _idle[i][0] == key:
                return Lease(*_idle.pop(i))
    return Lease(key, make())
