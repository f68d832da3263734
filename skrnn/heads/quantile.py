"""A head that predicts one conditional quantile."""

import torch

from skrnn.heads._functions import weighted_quantile
from skrnn.heads.base import PointHead


class Quantile(PointHead):
    """Pinball loss, which predicts a conditional quantile.

    An error counts `quantile` times its size where the target lies above the prediction and
    (1 - quantile) times where it lies below. At 0.5 it is half the absolute error.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float or array-like of shape (D,), default=0.0 and 1.0
        Location and scale of the targets, by which they are standardised.
    quantile : float, default=0.5
        Share of the targets that shall lie below the prediction, strictly between 0 and 1.

    Raises
    ------
    ValueError
        If `quantile` is not strictly between 0 and 1.

    References
    ----------
    R. Koenker and G. Bassett, "Regression quantiles", Econometrica 46(1), 1978.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import Quantile
    >>> Quantile(quantile=0.75).loss(torch.zeros(2, 1), torch.tensor([[4.0], [-4.0]]))
    tensor([[3.],
            [1.]])
    >>> Quantile(quantile=75)
    Traceback (most recent call last):
        ...
    ValueError: quantile is 75; expected a number strictly between 0 and 1, such as 0.9.
    """

    def __init__(self, n_targets=1, loc=0.0, scale=1.0, quantile=0.5):
        super().__init__(n_targets, loc, scale)
        if not 0 < quantile < 1:
            raise ValueError(
                f"quantile is {quantile}; expected a number strictly between 0 and 1, such as 0.9."
            )
        self.quantile = float(quantile)

    def loss(self, outputs, target):
        """Pinball loss (..., D) of the standardised target."""
        error = target - outputs
        return torch.maximum(self.quantile * error, (self.quantile - 1) * error)

    def initial_bias(self, target, weight=None):
        """Weighted quantile of the target (D,)."""
        return weighted_quantile(target, self.quantile, weight)
