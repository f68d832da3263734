"""The continuous ranked probability score."""

import numpy as np

from skrnn._sklearn import checked
from skrnn.metrics.averaging import average
from skrnn.metrics.frames import all_columns
from skrnn.metrics.matching import read_actuals, read_forecast
from skrnn.metrics.quantiles import pinball, read_quantile_forecast, read_quantiles


@checked({"per_series": ["boolean"]})
def continuous_ranked_probability_score(
    y_true,
    *,
    samples=None,
    quantiles_pred=None,
    quantiles=None,
    sample_weight=None,
    per_series=False,
):
    r"""Continuous ranked probability score (CRPS) of forecast distributions.

    The absolute error, generalised to a forecast that is a distribution:
    :math:`E|X - y| - \frac12 E|X - X'|` with X and X' drawn from it. It is least, on average, for
    the true distribution, and for a forecast without spread it is the absolute error. The
    distribution is given by samples or by quantiles.

    Parameters
    ----------
    y_true : array-like of shape (h,) or (n, h), Series, DataFrame or dict
        What happened: h steps of one series, or of each of n. A list may hold series of unequal
        length. The rows of a DataFrame are time and its columns series; pandas with an index of
        (id, time) holds one series for each id. NaN where it is not known is left out.
    samples : array-like of shape (h, S) or (n, h, S), DataFrame, or list or dict of them
        S draws, at least 2, for each step; they are the last axis. The columns of a DataFrame are
        the draws of a single series.
    quantiles_pred : array-like of shape (h, Q) or (n, h, Q), DataFrame, or list or dict of them
        Instead of `samples`: the quantiles of the forecast, as for :func:`pinball_loss`.
    quantiles : array-like of shape (Q,), default=None
        Which quantiles these are. Spread them evenly, as in 0.1, 0.2, ..., 0.9.
    sample_weight : array-like of shape (n,) or (h,), default=None
        Weights: one for each of n series; where `y_true` is a single series, one for each step.
    per_series : bool, default=False
        Whether to give the number of each series rather than their mean.

    Returns
    -------
    crps : float or float64 ndarray of shape (n,)
        In the units of `y_true`. Every series counts the same, however many of its values are
        known. With `per_series`, NaN where no value is known.

    Raises
    ------
    ValueError, TypeError
        If not exactly one of `samples` and `quantiles_pred` is given, shapes, series or time stamps
        differ, a forecast is not finite, or all of `y_true` is NaN; names the first such place.

    Notes
    -----
    From S samples it is the fair estimate [2]_, which does not depend on S on average,

    .. math::
        \frac1S \sum_i |x_i - y| - \frac1{2 S (S - 1)} \sum_{i, j} |x_i - x_j|,

    computed in the order of S log S. It may be slightly below 0 where a few samples lie on both
    sides of what happened.

    From quantiles it is twice the mean pinball loss, which tends to the CRPS as more quantiles
    fill the range from 0 to 1 evenly; a few of them give less than the CRPS of a distribution with
    heavy tails.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, "Strictly Proper Scoring Rules, Prediction, and
       Estimation", Journal of the American Statistical Association, 2007.
    .. [2] C. A. T. Ferro, "Fair scores for ensemble forecasts", Quarterly Journal of the Royal
       Meteorological Society, 2014.

    Examples
    --------
    >>> from skrnn.metrics import continuous_ranked_probability_score
    >>> score = continuous_ranked_probability_score([10.0], samples=[[8.0, 10.0, 12.0, 12.0]])
    >>> round(score, 3)
    0.333
    >>> score = continuous_ranked_probability_score(
    ...     [10.0], quantiles_pred=[[8.0, 10.0, 12.0]], quantiles=[0.25, 0.5, 0.75]
    ... )
    >>> round(score, 3)
    0.667
    """
    given = [each is not None for each in (samples, quantiles_pred, quantiles)]
    if given not in ([True, False, False], [False, True, True]):
        raise ValueError(
            "continuous_ranked_probability_score needs either samples, or quantiles_pred together "
            "with quantiles, and not both."
        )
    true = read_actuals(y_true)
    if samples is not None:
        loss = _of_samples(true, samples)
    else:
        forecast = read_quantile_forecast(quantiles_pred, "quantiles_pred", quantiles, true)
        levels = read_quantiles(quantiles)
        loss = 2 * pinball(true.padded(), forecast.padded(), levels).mean(axis=2)
    return average(loss, true, sample_weight, per_series)


def _of_samples(true, samples):
    """Give the fair CRPS of every step, shape (n, h)."""
    draws = read_forecast(samples, "samples", true, all_columns)
    size = draws.flat.shape[1]
    if size < 2:
        raise ValueError(
            f"samples has {size} draw for each step, but the CRPS needs at least 2 to see their "
            "spread. Draws are the last axis: (steps, draws) or (n_series, steps, draws)."
        )
    error = np.sort(draws.flat - true.flat[:, None], axis=1)  # from y on, which costs no digits
    rank = (
        2 * np.arange(size) - size + 1
    )  # pairs in which it is the larger, less those in which not
    flat = np.abs(error).mean(axis=1) - error @ rank / (size * (size - 1))
    return true._replace(flat=flat).padded()
