"""How far forecasts were off, in units of the width that was said: intervals of any level."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

ENOUGH = 400  # errors of a step to forecast, below which its neighbours' are counted in
FEW = 30  # forecasts that share no step, below which an error counts on both sides
LARGEST_TAIL = 0.25  # that a single error is taken to lie at
UNIT = float(norm.ppf(0.9))  # standard deviations in a width where nothing is known


@dataclass(frozen=True)
class Conformal:
    """Errors of earlier forecasts, by step.

    An error is counted in widths: of the lower one where what came was lower than the forecast,
    of the upper one where it was higher. Quantiles of such scores, times the widths of a new
    forecast, give its intervals [1]_; they cannot cross, and hold what they say as far as coming
    steps are like those before. With few scores, or none, a normal distribution gives the tails.

    Parameters
    ----------
    scores : ndarray of shape (S, h)
        The errors; NaN where what came is not known.
    n_apart : int, default=None
        How many of the forecasts share no step, where they overlap: what the errors tell is no
        more than so many would. Below 30 an error counts on both sides of the forecast, as a
        single trend would else make intervals that lie on one side. None: all S.

    References
    ----------
    .. [1] Y. Romano, E. Patterson and E. Candes, "Conformalized quantile regression",
       NeurIPS 2019.

    Examples
    --------
    >>> import numpy as np
    >>> conformal = Conformal(np.linspace(-2, 2, 999)[:, None])
    >>> conformal.quantile(0.9).round(1)
    array([1.6])
    >>> Conformal(np.empty((0, 2))).quantile(0.9)
    array([1., 1.])
    """

    scores: np.ndarray
    n_apart: int = None

    @property
    def horizon(self):
        """Steps that there are errors of."""
        return self.scores.shape[1]

    def quantile(self, q):
        """Give a quantile of the scores of each step, of the sign that `q` means.

        Parameters
        ----------
        q : float
            Probability, strictly between 0 and 1.

        Returns
        -------
        quantile : ndarray of shape (h,)
            Not above 0 for `q` below 0.5, not below it above.
        """
        found = np.array([_quantile(*sample, q) for sample in self._samples()])
        return np.minimum(found, 0.0) if q < 0.5 else np.maximum(found, 0.0)

    def draw(self, n, rng):
        """Draw the scores of whole paths: of all steps together.

        Each step's scores are those of `quantile`; which of them go together is as in one of the
        earlier forecasts, drawn at random, or as in a random walk where there are few of them.

        Parameters
        ----------
        n : int
            How many paths.
        rng : numpy.random.Generator
            Where the randomness comes from.

        Returns
        -------
        scores : ndarray of shape (n, h)
            One row for each path.
        """
        whole = self.scores[~np.isnan(self.scores).any(axis=1)]
        if len(whole) < ENOUGH:
            walk = rng.standard_normal((n, self.horizon)).cumsum(axis=1)
            levels = norm.cdf(walk / np.sqrt(np.arange(1, self.horizon + 1)))
        else:
            ranks = whole.argsort(axis=0).argsort(axis=0)[rng.integers(len(whole), size=n)]
            levels = (ranks + rng.random(ranks.shape)) / len(whole)
        columns = zip(self._samples(), levels.T, strict=True)
        return np.stack([_interpolated(*sample, level) for sample, level in columns], axis=1)

    def _samples(self):
        """Give for each step its sorted scores, with neighbours', and how many are apart."""
        known = [np.sort(column[~np.isnan(column)]) for column in self.scores.T]
        few = self.n_apart is not None and self.n_apart < FEW
        samples = []
        for k in range(len(known)):
            reach, near = 0, known[k]
            while len(near) < ENOUGH and reach < len(known):
                reach += 1
                near = np.concatenate(known[max(0, k - reach) : k + reach + 1])
            n_apart = len(near) if self.n_apart is None else min(len(near), self.n_apart)
            if few:
                near, n_apart = np.concatenate([near, -near]), 2 * n_apart
            samples.append((np.sort(near), n_apart))
        return samples


def _quantile(sample, m, q):
    """Give a quantile with conformal's correction for a sample of which m are apart."""
    n = len(sample)
    tail = round(min(q, 1 - q), 12)  # 1 - 0.9 is 0.1
    if n == 0:
        return norm.ppf(q) / UNIT
    rank = round(n * _share(tail, m) + 0.5, 9)  # tail * (n + 1) where all are apart
    if rank < 1:
        return _beyond(sample, m, q, tail)
    at = int(np.floor(rank)) - 1
    return sample[at] if q < 0.5 else sample[n - 1 - at]


def _share(tail, m):
    """Give the share of a sample, m of which are apart, that lies beyond the quantile."""
    return (tail * (m + 1) - 0.5) / m


def _beyond(sample, m, q, tail):
    """Give a quantile that the sample is too small for, as the tail of a normal distribution."""
    farthest = sample[0] if q < 0.5 else sample[-1]
    reached = min(0.5 * (m / len(sample) + 1) / (m + 1), LARGEST_TAIL)  # where the rank is 1
    return farthest * max(norm.ppf(tail) / norm.ppf(reached), 1.0)


def _interpolated(sample, m, levels):
    if len(sample) == 0:
        return norm.ppf(np.clip(levels, 1e-6, 1 - 1e-6)) / UNIT
    return np.quantile(sample, np.clip(_share(levels, m), 0.0, 1.0))
