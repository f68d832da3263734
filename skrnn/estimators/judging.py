"""How good forecasts of a fitted forecaster were."""

from dataclasses import replace

import numpy as np

from skrnn.estimators.validation import errors_by_scale


def judge_coming(new, fitted, covariates, guarded, levels=None):
    """Forecast what came after the series of fit.

    Parameters
    ----------
    new, fitted : Panel
        What came, and the series before.
    covariates : Covariates
        How what else is known is read.
    guarded : Guarded
        What forecasts.
    levels : Levels, default=None
        Seasons and units of the series before, where they are known already.

    Returns
    -------
    actual, said, before : list of ndarray
        What came, what was forecast, and what was known before, for each series.

    Raises
    ------
    ValueError
        If the new ones do not begin right after those of fit; names the stamp and the remedy.
    """
    rows = fitted.check_follows(new)
    n_steps = int(new.lengths.max())
    future = None if new.exog is None else _coming_rows(new, rows, fitted, n_steps)
    said = guarded.forecast(covariates.series(fitted, n_steps, future), n_steps, levels).point
    pairs = zip(rows, new.values, strict=True)
    said = [said[row][: len(values)] for row, values in pairs]
    return new.values, said, [fitted.values[row] for row in rows]


def _coming_rows(new, rows, fitted, n_steps):
    """Give what is known of coming steps (n, n_steps, F), in the order of what was fitted."""
    future = np.full((len(fitted), n_steps, new.exog[0].shape[1]), np.nan)
    for row, part in zip(rows, new.exog, strict=True):
        future[row, : len(part)] = part
    return future


def judge_rows(new, covariates, guarded):
    """Forecast what follows each row of arrays, or the last steps of rows alone.

    Parameters
    ----------
    new : Panel
        The rows to judge.
    covariates : Covariates
        How what else is known is read.
    guarded : Guarded
        What forecasts.

    Returns
    -------
    actual, said, before : list of ndarray
        As :func:`judge_coming`.

    Raises
    ------
    ValueError
        If a row has no step left to forecast from.
    """
    series, h = replace(covariates.series(new), names=None), guarded.horizon
    if new.continuation is None:
        short = np.flatnonzero(new.lengths <= h)
        if len(short):
            raise ValueError(
                f"{new.places[short[0]]} has {new.lengths[short[0]]} steps; score forecasts the "
                f"last {h} of each row, so it needs more than that."
            )
        actual = [row[-h:] for row in new.values]
        series = series.until(range(len(new)), h)
    else:
        actual = list(new.continuation)
    said = guarded.forecast(series, len(actual[0])).point
    return actual, list(said), series.values


def mean_scaled_error(actual, said, before, period):
    """Average absolute errors over series, in units of their changes where there are any.

    Parameters
    ----------
    actual, said, before : list of ndarray
        What came, what was forecast, and what was known before, for each series.
    period : int
        Steps from one season to the next.

    Returns
    -------
    error : float
        Of series whose scale is known; of all, without scales, where none is.

    Raises
    ------
    ValueError
        If nothing of what came is known.
    """
    pairs = zip(actual, said, strict=True)
    errors = [np.abs(came - forecast)[~np.isnan(came)] for came, forecast in pairs]
    known = np.array([len(error) > 0 for error in errors])
    if not known.any():
        raise ValueError("All values of what came are NaN, so there is nothing to judge by.")
    errors = np.array([error.mean() if len(error) else np.nan for error in errors])
    scale = errors_by_scale(before, period)
    scaled = known & (scale > 0)
    return float((errors[scaled] / scale[scaled] if scaled.any() else errors[known]).mean())
