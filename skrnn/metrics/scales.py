"""What the errors of a series are measured against: the naive forecast within its training data."""

import numpy as np

from skrnn.metrics.averaging import ratio
from skrnn.metrics.matching import check_same_series
from skrnn.metrics.reading import read_steps


def seasonal_scale(y_train, season, true):
    """Give the mean absolute error of the seasonal naive forecast within each training series.

    Parameters
    ----------
    y_train : array, list, Series, DataFrame or dict
        The series before the first forecast, as for :func:`skrnn.metrics.reading.read_steps`;
        NaN where a value is missing.
    season : int
        Steps from one season to the next, 1 for none.
    true : Steps
        The actuals that follow.

    Returns
    -------
    scale : float64 array of shape (n,)
        Mean of ``abs(y[t] - y[t - season])`` over the pairs of which both are known; NaN where
        there is none or it is 0, up to rounding.

    Raises
    ------
    TypeError, ValueError
        If these are other series, hold infinity, or none has a scale.

    Examples
    --------
    >>> seasonal_scale([1, 3, 2, 6], 2, read_steps([5.0], "y_true"))
    array([2.])
    """
    train = read_steps(y_train, "y_train")
    check_same_series(true, train, "y_train")
    flat, n = train.flat, len(train.lengths)
    infinite = np.isinf(flat)
    if infinite.any():
        position = int(np.argmax(infinite))
        raise ValueError(
            f"y_train holds {flat[position]} in {train.place(position)}; put NaN where a value is "
            "not known, which is left out."
        )
    owner = np.repeat(np.arange(n), train.lengths)
    change = np.abs(flat[season:] - flat[:-season])
    used = (owner[season:] == owner[:-season]) & np.isfinite(change)
    owner = owner[season:][used]
    total = np.bincount(owner, change[used], minlength=n)
    scale = ratio(total, np.bincount(owner, minlength=n).astype(np.float64))
    size = _largest(np.abs(flat), train.lengths)
    scale[scale <= 10 * np.finfo(np.float64).eps * size] = np.nan
    if np.isnan(scale).all():
        raise _no_scale_error(train, season)
    return scale


def _largest(sizes, lengths):
    """Give the largest number of each series, 0 for one without any."""
    largest = np.zeros(len(lengths))
    starts = np.cumsum(lengths) - lengths
    some = lengths > 0
    largest[some] = np.fmax.reduceat(sizes, starts[some])
    return np.nan_to_num(largest)


def _no_scale_error(train, season):
    """Say why no series has a scale."""
    longest = int(train.lengths.max())
    if longest <= season:
        why = f"the longest has {longest} steps, and season={season} needs more than {season}"
    else:
        why = f"no value differs from the one {season} steps before, or one of the two is missing"
    return ValueError(
        "There is no scale to measure errors by: it is the error of the (seasonal) naive forecast "
        f"within y_train, but {why}. Pass longer training series or a smaller season, or take a "
        "metric without a scale, such as symmetric_mean_absolute_percentage_error."
    )
