"""Things that are costly to make, lent out and used again."""

import threading

MOST_IDLE = 8  # things of a pool that wait to be used again


class Pool:
    """Things that wait to be used again.

    A thing may come back at any moment, as the garbage collector drops who held it, in the middle
    of a search for another one.

    Attributes
    ----------
    idle : list
        What waits, the last to come back at the end.
    """

    def __init__(self):
        self.idle = []
        self._lock = threading.RLock()

    def take(self, fits):
        """Take out the thing that came back last among those that fit.

        Parameters
        ----------
        fits : callable
            Tells whether a thing is good for the purpose.

        Returns
        -------
        thing : object or None
            None where none fits.
        """
        passed, found = [], None
        with self._lock:
            while self.idle and found is None:
                thing = self.idle.pop()
                if fits(thing):
                    found = thing
                else:
                    passed.append(thing)
            self.idle.extend(reversed(passed))
        return found

    def give(self, thing):
        """Let a thing wait; what has waited longest goes where there are too many."""
        with self._lock:
            self.idle.append(thing)
            del self.idle[:-MOST_IDLE]


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
        _pool.give((self.key, self.value))


_pool = Pool()


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
    found = _pool.take(lambda thing: thing[0] == key)
    return Lease(key, make()) if found is None else Lease(*found)
