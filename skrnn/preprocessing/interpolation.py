"""The straight line between two values."""

import numpy as np


def between(low, high, share):
    """Give the values a share of the way from one to another.

    Parameters
    ----------
    low, high : float arrays
        Where the way starts and ends.
    share : float64 array
        From 0 to 1.

    Returns
    -------
    values : float64 array
        Exactly the value at either end of the way; between two equal values exactly these.

    Examples
    --------
    >>> import numpy as np
    >>> between(np.array([1.0, 0.1]), np.array([3.0, 0.1]), np.array([0.25, 0.7]))
    array([1.5, 0.1])
    """
    line = (1 - share) * low + share * high  # high - low might overflow
    return np.clip(line, np.minimum(low, high), np.maximum(low, high))
