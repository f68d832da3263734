"""Metrics of point forecasts."""

import numpy as np

from skrnn._sklearn import checked, natural
from skrnn.metrics.averaging import average
from skrnn.metrics.matching import read_actuals, read_forecast
from skrnn.metrics.scales import seasonal_scale


@checked({"season": [natural()], "per_series": ["boolean"]})
def mean_absolute_scaled_error(
    y_true, y_pred, *, y_train, season=1, sample_weight=None, per_series=False
):
    r"""Mean absolute scaled error (MASE): the error in units of the naive forecast's.

    The mean absolute error of each series is divided by that of the naive forecast within its
    training data, :math:`|y_t - y_{t-m}|` on average, where m is the season. Below 1, a forecast
    errs less than one-step naive forecasts did in the past. The series may have any units and
    sizes: the number has none.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    y_pred : as `y_true`
        The forecast, a finite number for each of these steps. It is compared by position; where
        both have an index of the same kind, the two must agree.
    y_train : as `y_true`
        The n training series, each of any length (T_i,), that end before the forecasts begin. NaN
        where a value is missing is left out.
    season : int, default=1
        Steps from one season to the next: 12 for monthly data with a yearly season. 1: the scale
        is the error of the naive forecast.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.
    per_series : bool, default=False
        Whether to give the number of each series rather than their mean.

    Returns
    -------
    mase : float or float64 ndarray of shape (n,)
        From 0, the best, up. Every series counts the same, however many of its values are known.
        With `per_series`, NaN where a series has no scale or no value that is known.

    Raises
    ------
    ValueError, TypeError
        If shapes, series or time stamps differ, a forecast is not finite, all of `y_true` is NaN,
        or no training series has a scale; names the first such place.

    Warns
    -----
    UndefinedMetricWarning
        If series are left out of the mean since they have no scale: their training values are the
        same season after season, or are not more than `season`.

    References
    ----------
    .. [1] R. J. Hyndman and A. B. Koehler, "Another look at measures of forecast accuracy",
       International Journal of Forecasting, 2006.

    Examples
    --------
    >>> from skrnn.metrics import mean_absolute_scaled_error
    >>> mean_absolute_scaled_error([5.0, 6.0], [5.0, 5.0], y_train=[1.0, 3.0, 2.0, 3.0])
    0.375

    Two series, and the number of each:

    >>> mean_absolute_scaled_error(
    ...     [[5.0, 6.0], [70.0, 70.0]],
    ...     [[5.0, 5.0], [60.0, 80.0]],
    ...     y_train=[[1.0, 3.0, 2.0, 3.0], [50.0, 60.0]],
    ...     per_series=True,
    ... )
    array([0.375, 1.   ])
    """
    true = read_actuals(y_true)
    error = _absolute_error(true, read_forecast(y_pred, "y_pred", true))
    scale = seasonal_scale(y_train, season, true)
    return average(error, true, sample_weight, per_series, scale)


@checked({"per_series": ["boolean"]})
def symmetric_mean_absolute_percentage_error(
    y_true, y_pred, *, sample_weight=None, per_series=False
):
    r"""Symmetric mean absolute percentage error (sMAPE), as the M4 competition defined it.

    The mean of :math:`200 |y - \hat y| / (|y| + |\hat y|)`, in percent: 0 is perfect, 200 the
    worst. Where both numbers are 0, the error is 0. It suits positive data far from 0: where the
    actual is 0, it is 200 for any forecast other than 0.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    y_pred : as `y_true`
        The forecast, a finite number for each of these steps. It is compared by position; where
        both have an index of the same kind, the two must agree.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.
    per_series : bool, default=False
        Whether to give the number of each series rather than their mean.

    Returns
    -------
    smape : float or float64 ndarray of shape (n,)
        In percent. Every series counts the same, however many of its values are known. With
        `per_series`, NaN where no value is known.

    Raises
    ------
    ValueError, TypeError
        If shapes, series or time stamps differ, a forecast is not finite, or all of `y_true` is
        NaN; names the first such place.

    References
    ----------
    .. [1] S. Makridakis, E. Spiliotis and V. Assimakopoulos, "The M4 Competition: 100,000 time
       series and 61 forecasting methods", International Journal of Forecasting, 2020.

    Examples
    --------
    >>> from skrnn.metrics import symmetric_mean_absolute_percentage_error
    >>> round(symmetric_mean_absolute_percentage_error([100.0, 0.0], [80.0, 0.0]), 2)
    11.11
    """
    true = read_actuals(y_true)
    error = _percentage_error(true, read_forecast(y_pred, "y_pred", true))
    return average(error, true, sample_weight, per_series)


@checked({"season": [natural()]})
def overall_weighted_average(y_true, y_pred, *, y_train, y_reference, season=1, sample_weight=None):
    """Overall weighted average (OWA) of sMAPE and MASE, each relative to a reference forecast.

    The score of the M4 competition: the mean of ``sMAPE / sMAPE of the reference`` and
    ``MASE / MASE of the reference``, each averaged over all series before it is divided. There the
    reference is Naive2: the last value, after a season that a test finds is taken out, and put
    back afterwards.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    y_pred : as `y_true`
        The forecast, a finite number for each of these steps. It is compared by position; where
        both have an index of the same kind, the two must agree.
    y_train : as `y_true`
        The n training series, each of any length (T_i,), that end before the forecasts begin. NaN
        where a value is missing is left out.
    y_reference : as `y_pred`
        The forecast of the reference.
    season : int, default=1
        Steps from one season to the next: 12 for monthly data with a yearly season. 1: the scale
        of MASE is the error of the naive forecast.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.

    Returns
    -------
    owa : float
        Below 1, the forecast is better than the reference.

    Raises
    ------
    ValueError, TypeError
        If shapes, series or time stamps differ, a forecast is not finite, all of `y_true` is NaN,
        no training series has a scale, or the reference is without error; names the first such
        place.

    Warns
    -----
    UndefinedMetricWarning
        If series are left out of MASE since they have no scale.

    References
    ----------
    .. [1] S. Makridakis, E. Spiliotis and V. Assimakopoulos, "The M4 Competition: 100,000 time
       series and 61 forecasting methods", International Journal of Forecasting, 2020.

    Examples
    --------
    >>> from skrnn.metrics import overall_weighted_average
    >>> owa = overall_weighted_average(
    ...     [5.0, 6.0], [5.0, 5.0], y_train=[1.0, 3.0, 2.0, 3.0], y_reference=[3.0, 3.0]
    ... )
    >>> round(owa, 3)
    0.178
    """
    true = read_actuals(y_true)
    forecast = read_forecast(y_pred, "y_pred", true)
    reference = read_forecast(y_reference, "y_reference", true)
    scale = seasonal_scale(y_train, season, true)
    smape = average(_percentage_error(true, forecast), true, sample_weight)
    smape_of_reference = average(_percentage_error(true, reference), true, sample_weight)
    mase = average(_absolute_error(true, forecast), true, sample_weight, scale=scale)
    error = _absolute_error(true, reference)
    mase_of_reference = average(error, true, sample_weight, scale=scale, tell=False)
    if not smape_of_reference or not mase_of_reference:
        raise ValueError(
            "y_reference is without error, so nothing can be measured relative to it. Pass the "
            "forecast of a simple method, such as Naive2, not y_true."
        )
    return (smape / smape_of_reference + mase / mase_of_reference) / 2


def _absolute_error(true, forecast):
    """Give the absolute error of every step, shape (n, h)."""
    return np.abs(true.padded() - forecast.padded())


def _percentage_error(true, forecast):
    """Give the symmetric percentage error of every step, shape (n, h)."""
    size = np.abs(true.padded()) + np.abs(forecast.padded())
    error = _absolute_error(true, forecast)
    return 200 * np.divide(error, size, out=np.zeros_like(error), where=size > 0)
