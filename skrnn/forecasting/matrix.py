"""Many series as one right-aligned matrix, and its rows measured."""

import numpy as np

LARGEST = np.finfo(np.float64).max


def right_aligned(series, longest=None):
    """Put series of different lengths into one matrix, newest steps in the last column.

    Parameters
    ----------
    series : list of n float arrays of shape (T_i,)
        One array a series, oldest step first. NaN marks a missing step.
    longest : int, default=None
        Keep the newest `longest` steps of each series only. None keeps all.

    Returns
    -------
    Y : float64 ndarray of shape (n, T)
        T is the length of the longest series (or `longest`, if that is less). NaN to the left
        of a shorter one. Never shares memory with `series`.

    Examples
    --------
    >>> from skrnn.forecasting import right_aligned
    >>> right_aligned([[1.0, 2.0, 3.0], [4.0]])
    array([[ 1.,  2.,  3.],
           [nan, nan,  4.]])
    >>> right_aligned([[1.0, 2.0, 3.0], [4.0]], longest=2)
    array([[ 2.,  3.],
           [nan,  4.]])
    """
    rows = [np.asarray(row, dtype=np.float64) for row in series]
    if longest is not None:
        rows = [row[max(0, len(row) - longest) :] for row in rows]
    lengths = np.array([len(row) for row in rows], dtype=np.intp)[:, None]
    width = int(lengths.max(initial=0))
    Y = np.full((len(rows), width), np.nan)
    if rows:
        Y[np.arange(width) >= width - lengths] = np.concatenate(rows)
    Y[np.isnan(Y)] = np.nan  # the signalling NaN that R writes would warn in any arithmetic
    return Y


def newest(Y):
    """Return the newest value of each row.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing.

    Returns
    -------
    last : float64 ndarray of shape (n,)
        The last value of each row that is not NaN; 0.0 where all are.
    """
    if not Y.size:
        return np.zeros(len(Y))
    known = ~np.isnan(Y)
    place = Y.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    return np.where(known.any(axis=1), Y[np.arange(len(Y)), place], 0.0)


def begun(Y):
    """Return the steps from the first known value of each row to the newest column."""
    known = ~np.isnan(Y)
    if not Y.shape[1]:
        return np.zeros(len(Y), dtype=np.intp)
    return np.where(known.any(axis=1), Y.shape[1] - known.argmax(axis=1), 0)


def exponents(Y):
    """Return the power of two above the largest magnitude of each row.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Series, NaN where a step is missing.

    Returns
    -------
    power : int ndarray of shape (n,)
        ``ldexp(Y, -power)`` lies within -1 and 1, and is exact but for the tiniest numbers.
        0 for rows of zeros or without a value.
    """
    top = np.fmax.reduce(np.abs(Y), axis=1, initial=0.0)
    return np.frexp(top)[1]


def rescaled(Y, power):
    """Multiply each row by a power of two, within the range of finite numbers.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Any values; NaN stays NaN.
    power : int ndarray of shape (n,)
        Exponents of two.

    Returns
    -------
    scaled : float64 ndarray of shape (n, T)
        ``Y * 2 ** power``; what would overflow is the largest finite number.
    """
    return bounded(lambda: np.ldexp(Y, power[:, None]))


def left_aligned(Y):
    """Sort rows by length and let all begin in the first column.

    A loop over time then needs the first rows only, fewer at each step, and every row ends at
    its own newest step.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing. Each has a value.

    Returns
    -------
    Z : float64 ndarray of shape (T, n)
        Time runs down. Column i is row ``order[i]`` of Y, from its first value on, then NaN.
    order : int ndarray of shape (n,)
        Rows of Y, longest first.
    active : int ndarray of shape (T,)
        How many columns of Z reach each step.
    """
    T = Y.shape[1]
    lengths = begun(Y)
    order = np.argsort(-lengths, kind="stable")
    step = np.arange(T)[:, None]
    place = T - lengths[order] + step
    Z = np.where(place < T, Y[order, np.minimum(place, T - 1)], np.nan)
    return Z, order, (lengths > step).sum(axis=1)


def bounded(compute):
    """Compute what may overflow, and put the largest finite number where it does.

    Parameters
    ----------
    compute : callable
        Gives a float64 ndarray.

    Returns
    -------
    values : float64 ndarray
        Finite; NaN stays NaN.
    """
    with np.errstate(over="ignore"):
        return np.clip(compute(), -LARGEST, LARGEST)


def row_medians(A):
    """Return the median of the known values of each row, 0.0 where there is none."""
    count = (~np.isnan(A)).sum(axis=1)
    ranked = np.sort(A, axis=1)  # NaN last
    rows = np.arange(len(A))
    low = ranked[rows, np.maximum(count - 1, 0) // 2]
    high = ranked[rows, np.minimum(count // 2, np.maximum(count - 1, 0))]
    return np.where(count > 0, (low + high) / 2, 0.0)


def row_sums(A):
    """Add up the known values of each row, from left to right.

    In this order what lies to the left of a row changes no bit of its sum, so that a series has
    the same forecast beside a longer one as alone.
    """
    if not A.shape[1]:
        return np.zeros(len(A))
    return np.cumsum(np.where(np.isnan(A), 0.0, A), axis=1)[:, -1]


def row_variances(A):
    """Return the variance of the known values of each row, 0.0 where there is none."""
    count = np.maximum((~np.isnan(A)).sum(axis=1), 1)
    mean = row_sums(A) / count
    return row_sums((A - mean[:, None]) ** 2) / count
