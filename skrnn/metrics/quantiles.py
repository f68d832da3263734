"""Metrics of forecast quantiles."""

import numpy as np

from skrnn._sklearn import checked
from skrnn.data.convert import is_frame
from skrnn.metrics.averaging import average, ratio, read_weight
from skrnn.metrics.frames import QuantileColumns
from skrnn.metrics.matching import read_actuals, read_forecast


@checked({"per_series": ["boolean"]})
def pinball_loss(y_true, y_pred_quantiles, quantiles, *, sample_weight=None, per_series=False):
    r"""Pinball loss of forecast quantiles, averaged over steps, quantiles and series.

    For the quantile q it is :math:`q (y - \hat y)` where the actual lies above the forecast, and
    :math:`(1 - q) (\hat y - y)` where it lies below, so that on average the true quantile of what
    happens has the least loss. At the median it is half the absolute error.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    y_pred_quantiles : array-like of shape (h, Q) or (n, h, Q), DataFrame, or list or dict of them
        The forecast: a finite number for each quantile, step and series. A DataFrame has a column
        for each quantile, in their order, or columns called "name-q0.1", of which the right ones
        are taken. For a single quantile, given as a float, of the same form as `y_true`.
    quantiles : float or array-like of shape (Q,)
        Which quantiles these are, each between 0 and 1.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.
    per_series : bool, default=False
        Whether to give the number of each series rather than their mean.

    Returns
    -------
    loss : float or float64 ndarray of shape (n,)
        In the units of `y_true`, from 0, the best, up. Every series counts the same, however many
        of its values are known. With `per_series`, NaN where no value is known.

    Raises
    ------
    ValueError, TypeError
        If shapes, series or time stamps differ, a quantile is not between 0 and 1, a forecast is
        not finite, or all of `y_true` is NaN; names the first such place.

    References
    ----------
    .. [1] R. Koenker and G. Bassett, "Regression Quantiles", Econometrica, 1978.

    Examples
    --------
    >>> from skrnn.metrics import pinball_loss
    >>> round(pinball_loss([10.0, 10.0], [[8.0, 12.0], [9.0, 9.0]], quantiles=[0.1, 0.9]), 3)
    0.35
    >>> pinball_loss([10.0, 10.0], [8.0, 12.0], quantiles=0.5)
    1.0
    """
    true = read_actuals(y_true)
    loss = _pinball(true, y_pred_quantiles, "y_pred_quantiles", quantiles)
    return average(loss.mean(axis=2), true, sample_weight, per_series)


@checked({"per_series": ["boolean"]})
def weighted_quantile_loss(
    y_true, y_pred_quantiles, quantiles, *, sample_weight=None, per_series=False
):
    r"""Weighted quantile loss (WQL): pinball loss relative to the size of what happened.

    For each quantile twice the sum of the pinball losses of all series and steps, divided by the
    sum of the absolute actuals, :math:`2 \sum L_q / \sum |y|`; then the mean over quantiles. For
    the median alone it is the normalised deviation, :math:`\sum |y - \hat y| / \sum |y|`. This is
    the "mean weighted sum quantile loss" of GluonTS and GIFT-Eval.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    y_pred_quantiles : array-like of shape (h, Q) or (n, h, Q), DataFrame, or list or dict of them
        The forecast: a finite number for each quantile, step and series. A DataFrame has a column
        for each quantile, in their order, or columns called "name-q0.1", of which the right ones
        are taken. For a single quantile, given as a float, of the same form as `y_true`.
    quantiles : float or array-like of shape (Q,)
        Which quantiles these are, each between 0 and 1.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.
    per_series : bool, default=False
        Whether to give the number of each series rather than that of all together.

    Returns
    -------
    wql : float or float64 ndarray of shape (n,)
        From 0, the best, up. Series count by their size, unlike in the other metrics. With
        `per_series`, NaN where no value but 0 is known.

    Raises
    ------
    ValueError, TypeError
        If shapes, series or time stamps differ, a quantile is not between 0 and 1, a forecast is
        not finite, or `y_true` holds nothing but NaN and 0; names the first such place.

    References
    ----------
    .. [1] Y. Park, D. Maddix, F.-X. Aubet, K. Kan, J. Gasthaus and Y. Wang, "Learning Quantile
       Functions without Quantile Crossing for Distribution-free Time Series Forecasting",
       AISTATS 2022.

    Examples
    --------
    >>> from skrnn.metrics import weighted_quantile_loss
    >>> forecast = [[8.0, 12.0], [9.0, 9.0]]
    >>> round(weighted_quantile_loss([10.0, 10.0], forecast, quantiles=[0.1, 0.9]), 3)
    0.07
    """
    true = read_actuals(y_true)
    loss = _pinball(true, y_pred_quantiles, "y_pred_quantiles", quantiles).mean(axis=2)
    steps, series = read_weight(sample_weight, true, per_series)
    loss = (2 * np.where(steps > 0, loss, 0.0) * steps).sum(axis=1)
    size = (np.where(steps > 0, np.abs(true.padded()), 0.0) * steps).sum(axis=1)
    if per_series:
        return ratio(loss, size)
    if not series @ size:
        raise ValueError(
            "The weighted quantile loss is relative to the sum of the absolute actuals, but this "
            "is 0: y_true holds no value but 0 that is known and has a weight. Take pinball_loss."
        )
    return float(series @ loss / (series @ size))


def read_quantiles(quantiles):
    """Check which quantiles there are.

    Parameters
    ----------
    quantiles : float or array-like of shape (Q,)
        Each between 0 and 1.

    Returns
    -------
    quantiles : float64 array of shape (Q,)
        The same.

    Raises
    ------
    ValueError
        If there is none, or one is no number between 0 and 1.

    Examples
    --------
    >>> read_quantiles(0.5)
    array([0.5])
    """
    try:
        array = np.atleast_1d(np.asarray(quantiles, dtype=np.float64))
    except (TypeError, ValueError):
        array = np.array([np.nan])
    if array.ndim != 1 or not array.size or not ((array > 0) & (array < 1)).all():
        raise ValueError(
            f"quantiles={quantiles!r} must be one or several numbers between 0 and 1, such as 0.5 "
            "or [0.1, 0.5, 0.9]."
        )
    return array


def read_quantile_forecast(data, what, quantiles, true):
    """Read a forecast of quantiles.

    Parameters
    ----------
    data : array-like of shape (h, Q) or (n, h, Q), DataFrame, or list or dict of them
        The forecast.
    what : str
        What messages call it.
    quantiles : float or array-like of shape (Q,)
        Which quantiles.
    true : Steps
        The actuals.

    Returns
    -------
    forecast : Steps
        With Q numbers for each step.

    Raises
    ------
    TypeError, ValueError
        If it does not fit the quantiles or the actuals.

    Examples
    --------
    >>> true = read_actuals([1, 2])
    >>> read_quantile_forecast([[0, 1], [1, 2]], "y_pred", [0.1, 0.9], true).padded().shape
    (1, 2, 2)
    """
    levels = read_quantiles(quantiles)
    columns = QuantileColumns(levels)
    if np.ndim(quantiles) == 0 and not (is_frame(data) and columns.named(data)):
        forecast = read_forecast(data, what, true)
        return forecast._replace(flat=forecast.flat[:, None])
    forecast = read_forecast(data, what, true, columns)
    width = forecast.flat.shape[1]
    if width != len(levels):
        raise ValueError(
            f"{what} has {width} numbers for each step, but there are {len(levels)} quantiles. "
            "Quantiles are the last axis: (steps, quantiles) or (n_series, steps, quantiles)."
        )
    return forecast


def _pinball(true, data, what, quantiles):
    """Give the pinball loss of every step and quantile, shape (n, h, Q)."""
    forecast = read_quantile_forecast(data, what, quantiles, true).padded()
    return pinball(true.padded(), forecast, read_quantiles(quantiles))


def pinball(actual, forecast, quantiles):
    """Give the pinball loss of every step and quantile.

    Parameters
    ----------
    actual : float64 array of shape (n, h)
        What happened.
    forecast : float64 array of shape (n, h, Q)
        Its quantiles.
    quantiles : float64 array of shape (Q,)
        Which quantiles.

    Returns
    -------
    loss : float64 array of shape (n, h, Q)
        NaN where the actual is.

    Examples
    --------
    >>> pinball(np.array([[10.0]]), np.array([[[8.0, 12.0]]]), np.array([0.25, 0.75]))
    array([[[0.5, 0.5]]])
    """
    error = actual[:, :, None] - forecast
    return np.maximum(quantiles * error, (quantiles - 1) * error)
