"""Metrics of prediction intervals."""

import numpy as np

from skrnn._sklearn import checked, natural
from skrnn.metrics.averaging import average
from skrnn.metrics.matching import read_actuals, read_forecast
from skrnn.metrics.scales import seasonal_scale


@checked({"season": [natural()], "per_series": ["boolean"]})
def mean_scaled_interval_score(
    y_true,
    y_lower,
    y_upper,
    *,
    y_train,
    level=95,
    season=1,
    sample_weight=None,
    per_series=False,
):
    r"""Mean scaled interval score (MSIS), as the M4 competition defined it.

    An interval costs its width, and where it misses, :math:`2 / \alpha` times by how much, with
    :math:`\alpha = 1 - level / 100`; on average the interval between the true quantiles
    :math:`\alpha / 2` and :math:`1 - \alpha / 2` has the least. The mean of each series is divided
    by the mean absolute error of the (seasonal) naive forecast within its training data, as in
    :func:`mean_absolute_scaled_error`.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    y_lower, y_upper : as `y_true`
        The ends of the interval, finite numbers for each of these steps. They are compared by
        position; where both have an index of the same kind, it must agree with that of `y_true`.
    y_train : as `y_true`
        The n training series, each of any length (T_i,), that end before the forecasts begin. NaN
        where a value is missing is left out.
    level : float, default=95
        Share of the actuals that the interval is meant to hold, in percent.
    season : int, default=1
        Steps from one season to the next: 12 for monthly data with a yearly season. 1: the scale
        is the error of the naive forecast.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.
    per_series : bool, default=False
        Whether to give the number of each series rather than their mean.

    Returns
    -------
    msis : float or float64 ndarray of shape (n,)
        From 0, the best, up. Every series counts the same, however many of its values are known.
        With `per_series`, NaN where a series has no scale or no value that is known.

    Raises
    ------
    ValueError, TypeError
        If shapes, series or time stamps differ, the lower end lies above the upper one, a forecast
        is not finite, all of `y_true` is NaN, `level` is not between 1 and 100, or no training
        series has a scale; names the first such place.

    Warns
    -----
    UndefinedMetricWarning
        If series are left out of the mean since they have no scale: their training values are the
        same season after season, or are not more than `season`.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and
       Estimation", Journal of the American Statistical Association, 2007.
    .. [2] S. Makridakis, E. Spiliotis and V. Assimakopoulos, "The M4 Competition: 100,000 time
       series and 61 forecasting methods", International Journal of Forecasting, 2020.

    Examples
    --------
    >>> from skrnn.metrics import mean_scaled_interval_score
    >>> score = mean_scaled_interval_score(
    ...     [10.0, 14.0], [8.0, 9.0], [12.0, 13.0], y_train=[6.0, 8.0, 10.0], level=90
    ... )
    >>> round(score, 3)
    7.0
    """
    alpha = 1 - read_level(level) / 100
    true = read_actuals(y_true)
    lower, upper = _read_interval(y_lower, y_upper, true)
    actual = true.padded()
    missed = np.maximum(lower - actual, 0) + np.maximum(actual - upper, 0)
    scale = seasonal_scale(y_train, season, true)
    return average(upper - lower + 2 / alpha * missed, true, sample_weight, per_series, scale)


@checked({"per_series": ["boolean"]})
def interval_coverage(y_true, y_lower, y_upper, *, sample_weight=None, per_series=False):
    """Share of the actuals that lie within their prediction interval, ends included.

    An honest interval of 90 % covers about 90 % of what happens. That alone makes no good
    interval, since a wide one covers anything: :func:`mean_scaled_interval_score` judges both.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    y_lower, y_upper : as `y_true`
        The ends of the interval, finite numbers for each of these steps. They are compared by
        position; where both have an index of the same kind, it must agree with that of `y_true`.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.
    per_series : bool, default=False
        Whether to give the number of each series rather than their mean.

    Returns
    -------
    coverage : float or float64 ndarray of shape (n,)
        Between 0 and 1. Every series counts the same, however many of its values are known. With
        `per_series`, NaN where no value is known.

    Raises
    ------
    ValueError, TypeError
        If shapes, series or time stamps differ, the lower end lies above the upper one, a forecast
        is not finite, or all of `y_true` is NaN; names the first such place.

    Examples
    --------
    >>> from skrnn.metrics import interval_coverage
    >>> interval_coverage([1.0, 2.0, 3.0, 4.0], [0.0, 2.0, 4.0, 3.0], [2.0, 3.0, 5.0, 5.0])
    0.75
    """
    true = read_actuals(y_true)
    lower, upper = _read_interval(y_lower, y_upper, true)
    actual = true.padded()
    held = (lower <= actual) & (actual <= upper)
    return average(held.astype(np.float64), true, sample_weight, per_series)


def read_level(level):
    """Check a level in percent.

    Parameters
    ----------
    level : float
        Above 1 and below 100.

    Returns
    -------
    level : float
        The same.

    Raises
    ------
    ValueError
        If it is not; 0.95 would be 0.95 percent.

    Examples
    --------
    >>> read_level(0.95)
    Traceback (most recent call last):
        ...
    ValueError: level=0.95 must be a number between 1 and 100, in percent: write 95.
    """
    is_number = isinstance(level, int | float | np.number) and not isinstance(level, bool)
    if is_number and 1 < level < 100:
        return float(level)
    remedy = f"write {100 * level:g}" if is_number and 0 < level < 1 else "such as 95"
    raise ValueError(f"level={level!r} must be a number between 1 and 100, in percent: {remedy}.")


def _read_interval(y_lower, y_upper, true):
    """Give both ends, each of shape (n, h)."""
    lower = read_forecast(y_lower, "y_lower", true)
    upper = read_forecast(y_upper, "y_upper", true)
    crossed = lower.flat > upper.flat
    if crossed.any():
        position = int(np.argmax(crossed))
        raise ValueError(
            f"y_lower lies above y_upper in {true.place(position)}: {lower.flat[position]:g} and "
            f"{upper.flat[position]:g}. Pass the lower end first, and sort ends that cross."
        )
    return lower.padded(), upper.padded()
