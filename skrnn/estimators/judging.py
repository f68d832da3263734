"""Forecasts beside what came, as one number."""

import numpy as np

from skrnn.estimators.validation import errors_by_scale


def mean_scaled_error(actual, said, train, period):
    """Average the errors of series in units of their changes.

    Parameters
    ----------
    actual, said : list of ndarray of shape (h_i,)
        What came, NaN where it is missing, and what was forecast.
    train : list of ndarray of shape (T_i,)
        What was known before.
    period : int
        Steps over which changes are counted.

    Returns
    -------
    error : float
        The mean absolute scaled error of the series that change; where none does, the mean
        absolute error.
    """
    errors = [np.abs(a - s) for a, s in zip(actual, said, strict=True)]
    errors = np.array([e[~np.isnan(e)].mean() if (~np.isnan(e)).any() else np.nan for e in errors])
    scale = errors_by_scale(train, period)
    scaled = errors[scale > 0] / scale[scale > 0]
    return float(np.nanmean(scaled if len(scaled) else errors))


def divide_rows(new, horizon):
    """Divide rows into what was known and what came.

    Parameters
    ----------
    new : Panel
        Rows without stamps, perhaps with what follows each.
    horizon : int
        h, steps at the end of a row that came, where y does not say it.

    Returns
    -------
    before, actual : list of ndarray
        One of each for each row.

    Raises
    ------
    ValueError
        If a row has no steps before its last h.
    """
    if new.continuation is not None:
        return new.values, list(new.continuation)
    for i, row in enumerate(new.values):
        if len(row) <= horizon:
            raise ValueError(
                f"Row {i} of X has {len(row)} steps; score forecasts the last {horizon} of each "
                "row, so it needs more than that."
            )
    return [row[:-horizon] for row in new.values], [row[-horizon:] for row in new.values]
