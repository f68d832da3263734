"""A head for a normal distribution."""

import math

import numpy as np
from scipy import stats

from skrnn.heads._functions import (
    check_real,
    softplus,
    softplus_inverse,
    weighted_mean,
    weighted_variance,
)
from skrnn.heads.base import DistributionHead

FLOOR = 1e-3  # least standard deviation of the standardised target: bounds the likelihood


class Gaussian(DistributionHead):
    """Normal distribution; the network gives its mean and its standard deviation.

    The standard deviation is the softplus of the second output plus 1e-3, in units of the
    standardised target.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float or array-like of shape (D,), default=0.0 and 1.0
        Location and scale of the targets, by which they are standardised.

    References
    ----------
    D. A. Nix and A. S. Weigend, "Estimating the mean and variance of the target probability
    distribution", IEEE International Conference on Neural Networks, 1994.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import Gaussian
    >>> head = Gaussian(loc=100.0, scale=10.0)
    >>> outputs = torch.tensor([[0.5, 0.0]])
    >>> head.parameters(outputs)
    {'mean': tensor([[105.]]), 'sd': tensor([[6.9415]])}
    >>> head.quantiles(outputs, [0.1, 0.9]).round(1)
    array([[[ 96.1, 113.9]]])
    """

    n_params = 2
    affine = True

    def check_target(self, y):
        """Raise ValueError, naming the row, if y (n, D) is not finite."""
        check_real(y, self.n_targets)

    def loss(self, outputs, target):
        """Negative log-likelihood (..., D) of the standardised target."""
        mean, raw = self.split(outputs)
        sd = softplus(raw) + FLOOR
        return ((target - mean) / sd) ** 2 / 2 + sd.log() + math.log(2 * math.pi) / 2

    def parameters(self, outputs):
        """Means and standard deviations, as {"mean": tensor (..., D), "sd": tensor (..., D)}."""
        mean, raw = self.split(outputs)
        return {"mean": self.to_units(mean), "sd": self.to_widths(softplus(raw) + FLOOR)}

    def distribution(self, parameters):
        """Freeze the normal distribution with that mean and standard deviation."""
        return stats.norm(parameters["mean"], parameters["sd"])

    def predict(self, outputs):
        """Mean (..., D)."""
        return self.to_units(self.split(outputs)[0])

    def initial_bias(self, target, weight=None):
        """Weighted mean and standard deviation of the target (2 D,)."""
        sd = np.maximum(np.sqrt(weighted_variance(target, weight)), 10 * FLOOR)
        return np.concatenate([weighted_mean(target, weight), softplus_inverse(sd - FLOOR)])
