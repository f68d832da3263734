"""A head for a distribution with heavy tails."""

import math

import numpy as np
import torch
from scipy import stats

from skrnn.heads._functions import (
    check_real,
    softplus,
    softplus_inverse,
    weighted_mean,
    weighted_variance,
)
from skrnn.heads.base import DistributionHead

FLOOR = 1e-3  # least scale of the standardised target, and least excess of df over 2
START = 5.0  # degrees of freedom at the start of training


class StudentT(DistributionHead):
    """Student's t distribution; the network gives location, scale and degrees of freedom.

    Scale and degrees of freedom are softplus(second output) + 1e-3, in units of the standardised
    target, and 2 + softplus(third output) + 1e-3: the mean and the variance exist. Outliers pull
    less than in `Gaussian`. The loss is computed in double precision, since it is a difference of
    large logarithms of the gamma function, and returned in the type of the outputs.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float or array-like of shape (D,), default=0.0 and 1.0
        Location and scale of the targets, by which they are standardised.

    References
    ----------
    K. L. Lange, R. J. A. Little and J. M. G. Taylor, "Robust statistical modeling using the t
    distribution", Journal of the American Statistical Association 84(408), 1989.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import StudentT
    >>> head = StudentT(loc=100.0, scale=10.0)
    >>> outputs = torch.tensor([[0.5, 0.0, 1.0]])
    >>> head.parameters(outputs)
    {'loc': tensor([[105.]]), 'scale': tensor([[6.9415]]), 'df': tensor([[3.3143]])}
    >>> head.quantiles(outputs, [0.1, 0.9]).round(1)
    array([[[ 93.9, 116.1]]])
    """

    n_params = 3
    affine = True

    def check_target(self, y):
        """Raise ValueError, naming the row, if y (n, D) is not finite."""
        check_real(y, self.n_targets)

    def loss(self, outputs, target):
        """Negative log-likelihood (..., D) of the standardised target."""
        loc, raw_scale, raw_df = self.split(outputs.double())
        scale, df = softplus(raw_scale) + FLOOR, 2 + softplus(raw_df) + FLOOR
        tail = (df + 1) / 2 * torch.log1p(((target - loc) / scale) ** 2 / df)
        log_constant = torch.lgamma((df + 1) / 2) - torch.lgamma(df / 2)
        log_constant = log_constant - (df * math.pi).log() / 2 - scale.log()
        return (tail - log_constant).to(outputs.dtype)

    def parameters(self, outputs):
        """Location, scale and degrees of freedom: "loc", "scale" and "df", each (..., D)."""
        loc, raw_scale, raw_df = self.split(outputs)
        return {
            "loc": self.to_units(loc),
            "scale": self.to_widths(softplus(raw_scale) + FLOOR),
            "df": 2 + softplus(raw_df) + FLOOR,
        }

    def distribution(self, parameters):
        """Freeze the t distribution with that location, scale and degrees of freedom."""
        return stats.t(parameters["df"], parameters["loc"], parameters["scale"])

    def predict(self, outputs):
        """Location (..., D), which is the mean."""
        return self.to_units(self.split(outputs)[0])

    def initial_bias(self, target, weight=None):
        """Weighted mean, the scale that gives the variance at 5 degrees of freedom, and those."""
        variance = weighted_variance(target, weight) * (START - 2) / START
        scale = np.maximum(np.sqrt(variance), 10 * FLOOR)
        df = np.full(self.n_targets, START - 2)
        raw = softplus_inverse(np.concatenate([scale, df]) - FLOOR)
        return np.concatenate([weighted_mean(target, weight), raw])
