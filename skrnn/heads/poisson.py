"""A head for counts and rates."""

import numpy as np
import torch
from scipy import stats

from skrnn.heads._functions import (
    MAX_COUNT,
    check_counts,
    log_rate,
    rate,
    rate_inverse,
    weighted_mean,
)
from skrnn.heads.base import DistributionHead


class Poisson(DistributionHead):
    """Poisson distribution of counts; the network gives the logarithm of the rate.

    The loss is the whole negative log-likelihood, rate - y log(rate) + log(y!). As in
    `sklearn.linear_model.PoissonRegressor` targets need not be whole, only not negative; they may
    go up to 1e10. Where the log rate exceeds 23 (a rate of 1e10) the exponential goes on as its
    tangent, so that nothing overflows and gradients still lead back.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float, default=0.0 and 1.0
        Not used: counts are not standardised.

    References
    ----------
    P. McCullagh and J. A. Nelder, "Generalized Linear Models", 2nd edition, 1989, chapter 6.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from skrnn.heads import Poisson
    >>> head = Poisson()
    >>> outputs = torch.tensor([[4.0]], dtype=torch.float64).log()
    >>> head.predict(outputs)
    tensor([[4.]], dtype=torch.float64)
    >>> head.quantiles(outputs, [0.1, 0.5, 0.9])
    array([[[2., 4., 7.]]])
    >>> head.check_target(np.array([[3.0], [-1.0]]))
    Traceback (most recent call last):
        ...
    ValueError: y is -1.0 in row 1; expected counts, which are never negative; use \
loss='squared_error' for other targets.
    """

    n_params = 1
    affine = False

    def check_target(self, y):
        """Raise ValueError, naming the row, unless y (n, D) is >= 0 and somewhere positive."""
        check_counts(y, self.n_targets, whole=False)

    def loss(self, outputs, target):
        """Negative log-likelihood (..., D)."""
        return rate(outputs) - target * log_rate(outputs) + torch.lgamma(target + 1)

    def parameters(self, outputs):
        """Rates, as {"rate": tensor (..., D)}."""
        return {"rate": rate(outputs)}

    def distribution(self, parameters):
        """Freeze the Poisson distribution; its rate is held below 1e10, where scipy is exact."""
        return stats.poisson(np.minimum(parameters["rate"], MAX_COUNT))

    def predict(self, outputs):
        """Rate (..., D), the mean."""
        return rate(outputs)

    def initial_bias(self, target, weight=None):
        """Logarithm of the weighted mean (D,)."""
        return rate_inverse(weighted_mean(target, weight))
