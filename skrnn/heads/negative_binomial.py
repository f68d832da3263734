"""A head for counts that vary more than a Poisson distribution allows."""

import numpy as np
import torch
from scipy import stats
from torch.nn.functional import logsigmoid

from skrnn.heads._functions import (
    MAX_COUNT,
    check_counts,
    log_rate,
    rate,
    rate_inverse,
    softplus,
    softplus_inverse,
    weighted_mean,
    weighted_variance,
)
from skrnn.heads.base import DistributionHead

FLOOR = 1e-6  # least dispersion: practically Poisson, and its inverse is still exact to 1e-3


class NegativeBinomial(DistributionHead):
    """Negative binomial distribution of counts, with variance mean + dispersion * mean^2.

    Per target the network gives the logarithm of the mean (continued above 23 as in `Poisson`)
    and a number whose softplus, plus 1e-6, is the dispersion. The loss is the whole negative
    log-likelihood. It is computed in double precision, since it is a difference of large
    logarithms of the gamma function, and returned in the type of the outputs.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float, default=0.0 and 1.0
        Not used: counts are not standardised.

    References
    ----------
    J. M. Hilbe, "Negative Binomial Regression", 2nd edition, 2011 (the form called NB2).

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import NegativeBinomial
    >>> head = NegativeBinomial()
    >>> outputs = torch.tensor([[1.0, -1.0]])
    >>> head.parameters(outputs)
    {'mean': tensor([[2.7183]]), 'dispersion': tensor([[0.3133]])}
    >>> head.quantiles(outputs, [0.1, 0.5, 0.9])
    array([[[0., 2., 6.]]])
    """

    n_params = 2
    affine = False

    def check_target(self, y):
        """Raise ValueError, naming the row, unless y (n, D) is whole, >= 0, somewhere positive."""
        check_counts(y, self.n_targets, whole=True)

    def loss(self, outputs, target):
        """Negative log-likelihood (..., D)."""
        log_mean, raw = self.split(outputs.double())
        y, log_mean, dispersion = target.double(), log_rate(log_mean), softplus(raw) + FLOOR
        shape, log_odds = 1 / dispersion, log_mean + dispersion.log()  # odds: mean / shape
        log_choices = torch.lgamma(y + shape) - torch.lgamma(shape) - torch.lgamma(y + 1)
        log_likelihood = log_choices + shape * logsigmoid(-log_odds) + y * logsigmoid(log_odds)
        return -log_likelihood.to(outputs.dtype)

    def parameters(self, outputs):
        """Means and dispersions, as {"mean": tensor (..., D), "dispersion": tensor (..., D)}."""
        log_mean, raw = self.split(outputs)
        return {"mean": rate(log_mean), "dispersion": softplus(raw) + FLOOR}

    def distribution(self, parameters):
        """Freeze the distribution; its mean is held below 1e10, where scipy is exact."""
        shape = 1 / parameters["dispersion"]
        mean = np.minimum(parameters["mean"], MAX_COUNT)
        return stats.nbinom(shape, shape / (shape + mean))

    def predict(self, outputs):
        """Mean (..., D)."""
        return self.parameters(outputs)["mean"]

    def initial_bias(self, target, weight=None):
        """Logarithm of the mean, and the dispersion that explains the variance, (2 D,)."""
        mean = np.maximum(weighted_mean(target, weight), 1e-8)
        excess = weighted_variance(target, weight) - mean
        dispersion = np.clip(excess / mean**2, 1e-2, 1e2)
        return np.concatenate([rate_inverse(mean), softplus_inverse(dispersion - FLOOR)])
