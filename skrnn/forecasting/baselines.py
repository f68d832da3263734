"""Textbook forecasts of many series at once: what a network has to beat."""

import numpy as np

from skrnn.forecasting.matrix import begun, exponents, newest, rescaled
from skrnn.forecasting.seasonality import Seasons, fit_seasons, read_periods
from skrnn.forecasting.smoothing import damped_state, line, smoothed_level

FEWEST = 5  # values that a method with a rate or a trend needs
LONGEST = 1000  # steps that tell such a method enough
AT_ONCE = 2000  # rows


def naive(Y, h):
    """Repeat the newest value.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing.
    h : int
        Steps to forecast.

    Returns
    -------
    forecast : float64 ndarray of shape (n, h)
        0.0 for rows without a value.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting.baselines import naive
    >>> naive(np.array([[1.0, 2.0], [3.0, np.nan]]), 3)
    array([[2., 2., 2.],
           [3., 3., 3.]])
    """
    return np.repeat(newest(Y)[:, None], h, axis=1)


def seasonal_naive(Y, h, periods):
    """Repeat the newest season.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing.
    h : int
        Steps to forecast.
    periods : int, tuple of int or None
        Steps in a season. Of several, each row takes the longest that it has once.

    Returns
    -------
    forecast : float64 ndarray of shape (n, h)
        The newest known value of the same phase. Where there is none, that of the next shorter
        season, at last the newest value; 0.0 for rows without a value.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting.baselines import seasonal_naive
    >>> seasonal_naive(np.array([[1.0, 2.0, 3.0, 4.0, np.nan]]), 4, 3)
    array([[3., 4., 2., 3.]])
    """
    forecast = naive(Y, h)
    known, lengths = ~np.isnan(Y), begun(Y)
    for m in read_periods(periods):
        for j in range(min(h, m)):
            phase = (Y.shape[1] + j) % m
            fine = (lengths >= m) & known[:, phase::m].any(axis=1)
            forecast[fine, j::m] = newest(Y[:, phase::m])[fine, None]
    return forecast


def ses(Y, h):
    """Forecast by simple exponential smoothing.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing. Without seasons.
    h : int
        Steps to forecast.

    Returns
    -------
    forecast : float64 ndarray of shape (n, h)
        The level at the newest step. Rows of fewer than five values repeat the newest; 0.0 for
        rows without a value. Not negative where no value is.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting.baselines import ses
    >>> ses(np.array([[4.0, 6.0] * 10]), 2).round(1)
    array([[5., 5.]])
    """
    return applied(lambda Z, h: np.repeat(smoothed_level(Z)[:, None], h, axis=1), Y, h)


def theta(Y, h):
    """Forecast by the Theta method [1]_.

    The mean of two forecasts: the straight line through the series, and simple exponential
    smoothing of the series with its distance from that line doubled. It is smoothing with half
    the line's slope as a drift [2]_.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing. Without seasons.
    h : int
        Steps to forecast.

    Returns
    -------
    forecast : float64 ndarray of shape (n, h)
        Rows of fewer than five values repeat the newest; 0.0 for rows without a value. Not
        negative where no value is.

    References
    ----------
    .. [1] Assimakopoulos, V., & Nikolopoulos, K. (2000). The theta model: a decomposition
       approach to forecasting. International Journal of Forecasting, 16(4), 521-530.
    .. [2] Hyndman, R. J., & Billah, B. (2003). Unmasking the Theta method. International Journal
       of Forecasting, 19(2), 287-290.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting.baselines import theta
    >>> theta(np.arange(20.0)[None], 3).round(1)
    array([[19.5, 20. , 20.5]])
    """
    return applied(two_lines, Y, h)


def two_lines(Z, h):
    """Forecast rows by the mean of their straight line and of the doubled distance from it."""
    end, slope = (part[:, None] for part in line(Z))
    level = smoothed_level(2 * Z - (end + slope * np.arange(1 - Z.shape[1], 1)))
    return (level[:, None] + end + slope * np.arange(1, h + 1)) / 2


def damped_trend(Y, h):
    """Forecast by Holt's method with a damped trend [1]_.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing. Without seasons.
    h : int
        Steps to forecast.

    Returns
    -------
    forecast : float64 ndarray of shape (n, h)
        Rows of fewer than five values repeat the newest; 0.0 for rows without a value. Not
        negative where no value is.

    References
    ----------
    .. [1] Gardner, E. S., & McKenzie, E. (1985). Forecasting trends in time series. Management
       Science, 31(10), 1237-1246.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting.baselines import damped_trend
    >>> damped_trend(np.arange(20.0)[None], 3).round(1)
    array([[20. , 20.9, 21.9]])
    """
    return applied(levelling_off, Y, h)


def levelling_off(Z, h):
    """Forecast rows by their smoothed level and a trend that grows less at each step."""
    level, trend, damping = (part[:, None] for part in damped_state(Z))
    return level + trend * np.cumsum(damping ** np.arange(1, h + 1), axis=1)


def applied(method, Y, h):
    """Apply a method to rows of at least five values, scaled to within -1 and 1.

    Rows of similar length go together, so that one long row does not widen all others.
    """
    forecast = naive(Y, h)
    lengths = begun(Y)
    rows = np.flatnonzero((~np.isnan(Y)).sum(axis=1) >= FEWEST)
    rows = rows[np.argsort(-lengths[rows], kind="stable")]
    for i in range(0, len(rows), AT_ONCE):
        some = rows[i : i + AT_ONCE]
        Z = Y[some, Y.shape[1] - lengths[some[0]] :]
        power = exponents(Z)
        forecast[some] = rescaled(method(rescaled(Z, -power), h), power)
    return not_below_zero(forecast, Y)


def not_below_zero(forecast, Y):
    """Raise negative forecasts to 0 in rows of Y without a negative value."""
    floor = np.where((Y < 0).any(axis=1), -np.inf, 0.0)
    return np.maximum(forecast, floor[:, None])


BASELINES = {"naive": naive, "ses": ses, "theta": theta, "damped_trend": damped_trend}


def forecast_baselines(Y, h, seasons=None):
    """Forecast series by every textbook method, with their seasons.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing.
    h : int
        Steps to forecast.
    seasons : Seasons, int, tuple of int or None, default=None
        Seasons fitted to Y, or the steps in each to fit them here. None: no season.

    Returns
    -------
    forecasts : dict of str to float64 ndarray of shape (n, h)
        "naive", "ses", "theta" and "damped_trend" forecast the series without its seasons, which
        are then put back; "seasonal_naive" repeats the newest season as it was. In the units of
        Y; not negative in rows where no value is. Finite.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting import forecast_baselines
    >>> Y = np.tile([[10.0, 20.0, 30.0]], 4)
    >>> for name, forecast in forecast_baselines(Y, 3, seasons=3).items():
    ...     print(name, forecast.round(1))
    naive [[10. 20. 30.]]
    ses [[10. 20. 30.]]
    theta [[10. 20. 30.]]
    damped_trend [[10. 20. 30.]]
    seasonal_naive [[10. 20. 30.]]
    """
    if not isinstance(seasons, Seasons):
        seasons = fit_seasons(Y, seasons)
    plain = seasons.remove(Y[:, -LONGEST:])
    forecasts = {
        name: not_below_zero(seasons.restore(method(plain, h)), Y)
        for name, method in BASELINES.items()
    }
    return forecasts | {"seasonal_naive": seasonal_naive(Y, h, seasons.periods)}
