"""A head of a point forecast and the widths of a fan around it."""

from itertools import accumulate

import numpy as np
import torch

from skrnn.heads._functions import check_real, softplus, weighted_r2
from skrnn.heads.base import Head

START = float(np.log(np.e - 1))  # where softplus is 1


class Fan(Head):
    """Median and other quantiles that cannot cross it or each other.

    The first D numbers are medians, learned by their absolute error. The others are distances,
    made positive and added up from the median outward; they are learned by the pinball loss
    around a median that they do not move.

    Parameters
    ----------
    n_targets : int, default=1
        D, such as the steps to forecast.
    loc, scale : float, default=0.0 and 1.0
        Not to be changed: the series come in their own scales.
    quantiles : tuple of float, default=(0.1, 0.9)
        Probabilities, ascending, without 0.5.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import Fan
    >>> head = Fan(quantiles=(0.1, 0.9))
    >>> head.predict(torch.zeros(1, 3))
    tensor([[0.]])
    >>> head.fan(torch.zeros(1, 3)).squeeze(-2)
    tensor([[-1.,  1.]])
    >>> head.loss(torch.zeros(1, 3), torch.tensor([[2.0]]))
    tensor([[3.2000]])
    """

    affine = False

    def __init__(self, n_targets=1, loc=0.0, scale=1.0, quantiles=(0.1, 0.9)):
        super().__init__(n_targets, loc, scale)
        self.quantiles = tuple(float(q) for q in quantiles)

    @property
    def n_params(self):
        """One median, and one distance for each quantile."""
        return 1 + len(self.quantiles)

    def check_target(self, y):
        """Raise ValueError, naming the row, if y (n, D) is not finite."""
        check_real(y, self.n_targets)

    def loss(self, outputs, target):
        """Absolute error of the median plus twice the pinball losses; 0 where a target is NaN."""
        known = ~torch.isnan(target)
        error = torch.where(known, target - self.predict(outputs), 0.0)
        total = error.abs()
        if self.quantiles:
            error, distances = error.detach(), self._distances(outputs)
            for q, distance in zip(self.quantiles, distances, strict=True):
                beyond = (2 / len(self.quantiles)) * (error - distance)
                total = total + torch.maximum(q * beyond, (q - 1) * beyond)
        return torch.where(known, total, 0.0)

    def predict(self, outputs):
        """Medians (..., D)."""
        return outputs[..., : self.n_targets]

    def fan(self, outputs):
        """Quantiles (..., D, Q), ascending."""
        return self.predict(outputs)[..., None] + torch.stack(self._distances(outputs), -1)

    def _distances(self, outputs):
        """Give how far each quantile is from the median, Q times (..., D): from the inside out."""
        raw = outputs[..., self.n_targets :]
        steps = softplus(raw + START).unflatten(-1, (len(self.quantiles), -1)).unbind(-2)
        below = sum(q < 0.5 for q in self.quantiles)
        lower = accumulate(steps[:below][::-1])
        return [-distance for distance in lower][::-1] + list(accumulate(steps[below:]))

    def score(self, outputs, target, weight=None):
        """Weighted coefficient of determination of the median, averaged over the targets."""
        return weighted_r2(self.predict(outputs), target, weight)

    def initial_bias(self, target, weight=None):
        """Start at the newest value, and at distances of one scale."""
        return np.zeros(self.n_outputs)
