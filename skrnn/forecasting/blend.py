"""How much each forecast counts in a mean of several, by what it was worth before."""

import numpy as np
from scipy.optimize import linprog

MOST_ROWS = 2000  # of forecasts that weights are found by


def blend_weights(forecasts, actual, scale, rng):
    """Find the weights, not negative and of sum 1, that would have been best.

    The mean absolute error of the blend, in units of `scale`, is minimised by linear programming.

    Parameters
    ----------
    forecasts : list of ndarray of shape (S, h)
        M forecasts.
    actual : ndarray of shape (S, h)
        What came; NaN where that is not known.
    scale : ndarray of shape (S,)
        What errors are divided by; rows of scale 0 or NaN are left out.
    rng : numpy.random.Generator
        Chooses 2,000 rows where there are more.

    Returns
    -------
    weights : ndarray of shape (M,)
        Equal where nothing is known.

    Examples
    --------
    >>> import numpy as np
    >>> high, low = np.full((1, 3), 4.0), np.full((1, 3), 0.0)
    >>> actual = np.full((1, 3), 3.0)
    >>> blend_weights([high, low], actual, np.ones(1), np.random.default_rng(0)).round(3)
    array([0.75, 0.25])
    """
    n = len(forecasts)
    rows = np.flatnonzero(np.isfinite(scale) & (scale > 0) & ~np.isnan(actual).all(axis=1))
    if len(rows) > MOST_ROWS:
        rows = np.sort(rng.choice(rows, MOST_ROWS, replace=False))
    units = scale[rows, None]
    F = np.stack([(forecast[rows] - actual[rows]) / units for forecast in forecasts], axis=2)
    F = F.reshape(-1, n)  # with weights of sum 1, the blend's error is F @ w
    F = F[np.isfinite(F).all(axis=1)]
    if not len(F):
        return np.full(n, 1 / n)
    F = np.clip(F, -1e6, 1e6)
    return _least_absolute(F)


def _least_absolute(F):
    """Minimise the sum of abs(F @ w) over weights; the dual program has one row per weight."""
    m, n = F.shape
    # max t  subject to  F.T @ u >= t,  -1 <= u <= 1: its multipliers are the weights
    c = np.concatenate([np.zeros(m), [-1.0]])
    A = np.hstack([-F.T, np.ones((n, 1))])
    bounds = [(-1.0, 1.0)] * m + [(None, None)]
    found = linprog(c, A_ub=A, b_ub=np.zeros(n), bounds=bounds, method="highs")
    weights = np.maximum(-found.ineqlin.marginals, 0.0)
    return weights / weights.sum()
