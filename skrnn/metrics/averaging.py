"""From the loss of every step to one number, or one for each series."""

import numpy as np
from sklearn.exceptions import UndefinedMetricWarning

from skrnn._warning import warn_user


def read_weight(sample_weight, true, per_series):
    """Read sample weights.

    Parameters
    ----------
    sample_weight : array-like of shape (n,) or (h,), or None
        One for each of n series, or one for each of h steps of a single one.
    true : Steps
        The actuals.
    per_series : bool
        Whether a number of each series is asked for.

    Returns
    -------
    steps : float64 array of shape (n, h)
        Weight of every value within its series: 0 where nothing is known.
    series : float64 array of shape (n,)
        Weight of every series.

    Raises
    ------
    ValueError
        If they are of another number, negative, not finite or all zero, or have nothing to weigh.

    Examples
    --------
    >>> from skrnn.metrics.reading import read_steps
    >>> read_weight([1, 3], read_steps([5.0, np.nan], "y_true"), False)
    (array([[1., 0.]]), array([1.]))
    """
    known = np.isfinite(true.padded())
    series = np.ones(len(known))
    if sample_weight is None:
        return known.astype(np.float64), series
    if per_series and not true.single:
        raise ValueError(
            "per_series=True gives a number of each series by itself, so sample_weight, which has "
            "one weight for each series, means nothing. Leave one of them out."
        )
    weight = _checked_weight(sample_weight, known.shape[1] if true.single else len(known), true)
    return (known * weight, series) if true.single else (known.astype(np.float64), weight)


def _checked_weight(sample_weight, n, true):
    """Read n weights."""
    try:
        weight = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"sample_weight must hold numbers: {error}.") from error
    each = "step of the series" if true.single else "series"
    if weight.shape != (n,):
        raise ValueError(
            f"sample_weight has shape {weight.shape}, but must be ({n},): one weight for each "
            f"{each}."
        )
    if not np.isfinite(weight).all() or (weight < 0).any() or not weight.any():
        raise ValueError(
            "sample_weight must hold finite numbers from 0 on, not all of them 0, but holds "
            f"{weight[np.argmin(np.isfinite(weight) & (weight >= 0))]}."
        )
    return weight


def average(loss, true, sample_weight=None, per_series=False, scale=None, tell=True):
    """Average the loss of each series over its steps, and those of all series.

    Parameters
    ----------
    loss : float64 array of shape (n, h)
        Loss of every step; not read where the actual is not known.
    true : Steps
        The actuals.
    sample_weight : array-like of shape (n,) or (h,), default=None
        As for :func:`read_weight`.
    per_series : bool, default=False
        Whether to give the number of each series.
    scale : float64 array of shape (n,), default=None
        What each series' loss is divided by; NaN leaves the series out.
    tell : bool, default=True
        Whether to warn of series that are left out.

    Returns
    -------
    value : float or float64 array of shape (n,)
        The average, or that of each series: NaN where none of its values is known, or its scale
        is not.

    Raises
    ------
    ValueError
        If the weights are not what they should be, or no series is left.

    Examples
    --------
    >>> from skrnn.metrics.reading import read_steps
    >>> true = read_steps([[5.0, 5.0], [5.0, np.nan]], "y_true")
    >>> average(np.array([[1.0, 3.0], [7.0, 9.0]]), true)
    4.5
    """
    steps, series = read_weight(sample_weight, true, per_series)
    each = ratio((np.where(steps > 0, loss, 0.0) * steps).sum(axis=1), steps.sum(axis=1))
    if scale is not None:
        each = each / scale
    if per_series:
        return each
    counted = np.isfinite(each) & (series > 0)
    if not counted.any():
        raise ValueError(
            "Nothing is left to average: where sample_weight is above 0, no value of y_true is "
            "known, or the series has no scale."
        )
    if scale is not None and tell:
        _tell_left_out(np.isnan(scale) & (series > 0) & (steps > 0).any(axis=1), true)
    return float(np.average(each[counted], weights=series[counted]))


def ratio(above, below):
    """Divide, with NaN where there is nothing to divide by.

    Parameters
    ----------
    above, below : float64 array of any one shape
        What is divided, and by what.

    Returns
    -------
    ratio : float64 array of the same shape
        NaN where `below` is 0.
    """
    return np.divide(above, below, out=np.full(np.shape(above), np.nan), where=below > 0)


def _tell_left_out(left_out, true):
    """Warn of series without a scale."""
    if left_out.any():
        first = true.name(int(np.argmax(left_out)))
        warn_user(
            f"{left_out.sum()} of {len(left_out)} series are left out of the mean, the first of "
            f"them series {first}: their training values do not change from one season to the "
            "next, or are too few, so they have no scale. Pass a longer y_train, or drop them.",
            UndefinedMetricWarning,
        )
