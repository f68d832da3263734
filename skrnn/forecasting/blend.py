"""How much each forecast counts in a mean of several, by what it was worth before."""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

MOST_ROWS = 2000  # of forecasts that weights are found by
FEWEST_GAINS = 8  # that tell how sure a gain is
TRUST, MOST_TRUSTED = 0.75, 10  # in the errors of one forecast of a series; in so many at most


@dataclass(frozen=True)
class Blend:
    """What each of M forecasts counts: of all series, and of each that was judged.

    Parameters
    ----------
    shares : dict of str to float
        By the name of the forecast; of sum 1.
    own : dict of object to ndarray of shape (M,), default={}
        Those of single series, by the name of the series.

    Examples
    --------
    >>> blend = Blend({"network": 0.5, "naive": 0.5}, {"oslo": np.array([0.75, 0.25])})
    >>> blend.of(["oslo", "bergen"])
    array([[0.75, 0.25],
           [0.5 , 0.5 ]])
    """

    shares: dict
    own: dict = field(default_factory=dict)

    def of(self, names):
        """Give the weights (n, M) of series; unknown names have those of all series."""
        common = np.array(list(self.shares.values()))
        return np.array([self.own.get(name, common) for name in names]).reshape(-1, len(common))

    def mix(self, forecasts, names):
        """Average forecasts.

        Parameters
        ----------
        forecasts : dict of str to ndarray of shape (n, h)
            In the order of the shares.
        names : list
            Of the n series.

        Returns
        -------
        mean : ndarray of shape (n, h)
            Weighted.
        """
        weights = self.of(names)
        return sum(w[:, None] * said for w, said in zip(weights.T, forecasts.values(), strict=True))


def shrunk(weights, n_forecasts):
    """Draw weights towards equal ones, the less the more forecasts they were found by.

    Parameters
    ----------
    weights : ndarray of shape (M,)
        Of sum 1.
    n_forecasts : int
        How many there were that share no step.

    Returns
    -------
    weights : ndarray of shape (M,)
        Of sum 1.

    Examples
    --------
    >>> shrunk(np.array([1.0, 0.0]), 4)
    array([0.9, 0.1])
    """
    share = 1 / (1 + n_forecasts)
    return (1 - share) * weights + share / len(weights)


def cautious(weights, fallback, gains):
    """Draw weights towards one forecast, the more the less sure it is that they are better.

    Of weights that are chosen among forecasts which are all about as good, luck decides. The
    share that is given up is twice the squared ratio of the standard error to the mean of what
    the blend gained over the fallback: all below one and a half standard errors, an eighth at four.

    Parameters
    ----------
    weights : ndarray of shape (M,)
        Of sum 1.
    fallback : int
        Which of the M forecasts, such as the naive one.
    gains : ndarray of shape (G,)
        How much smaller the errors of the blend were at G times that are apart; fewer than eight
        tell nothing.

    Returns
    -------
    weights : ndarray of shape (M,)
        Of sum 1.

    Examples
    --------
    >>> weights = np.array([1.0, 0.0])
    >>> cautious(weights, 1, np.tile([1.0, 1.2], 5)).round(3)
    array([0.998, 0.002])
    >>> cautious(weights, 1, np.tile([1.0, -1.2], 5))
    array([0., 1.])
    """
    if len(gains) < FEWEST_GAINS:
        return weights
    mean, variance = gains.mean(), gains.var(ddof=1) / len(gains)
    doubt = min(1.0, 2 * variance / mean**2) if mean > 0 else 1.0
    drawn = (1 - doubt) * weights
    drawn[fallback] += doubt
    return drawn


def own_weights(weights, errors, n_forecasts):
    """Give each series its own weights, by what forecasts of it were worth.

    The weights of all series are multiplied by how likely the errors of the series are under each
    forecast, as a Laplace distribution tells it; one series knows little, so that its errors
    count three quarters, and as those of ten forecasts at most.

    Parameters
    ----------
    weights : ndarray of shape (M,)
        Those of all series.
    errors : ndarray of shape (M, n)
        Mean absolute errors of each forecast of each series; a series with a NaN keeps the
        weights of all.
    n_forecasts : int
        How many forecasts of a series share no step.

    Returns
    -------
    weights : ndarray of shape (n, M)
        Each row of sum 1.

    Examples
    --------
    >>> own_weights(np.array([0.5, 0.5]), np.array([[1.0, 1.0], [1.0, 3.0]]), 2).round(2)
    array([[0.5 , 0.5 ],
           [0.82, 0.18]])
    """
    mean = errors.mean(axis=0)
    with np.errstate(invalid="ignore"):
        relative = np.where(mean > 0, errors / mean, 1.0)
    relative[:, ~np.isfinite(relative).all(axis=0)] = 1.0
    relative -= relative.min(axis=0)
    found = weights[:, None] * np.exp(-TRUST * min(n_forecasts, MOST_TRUSTED) * relative)
    total = found.sum(axis=0)
    return np.where(total > 0, found / np.where(total > 0, total, 1.0), weights[:, None]).T


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
