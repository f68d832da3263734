"""Heads that predict a single number per target and differ in how an error counts."""

from torch.nn.functional import huber_loss

from skrnn.heads._functions import weighted_mean, weighted_quantile
from skrnn.heads.base import PointHead


class SquaredError(PointHead):
    """Squared error, (outputs - target)^2, which predicts the conditional mean.

    The constant 1/2 that some texts put in front is not applied.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float or array-like of shape (D,), default=0.0 and 1.0
        Location and scale of the targets, by which they are standardised.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import SquaredError
    >>> head = SquaredError(n_targets=1, loc=5.0, scale=2.0)
    >>> head.loss(torch.tensor([[1.0], [3.0]]), torch.tensor([[1.0], [1.0]]))
    tensor([[0.],
            [4.]])
    >>> head.predict(torch.tensor([[1.0]]))
    tensor([[7.]])
    """

    def loss(self, outputs, target):
        """Squared error (..., D) of the standardised target."""
        return (outputs - target) ** 2

    def initial_bias(self, target, weight=None):
        """Weighted mean of the target (D,)."""
        return weighted_mean(target, weight)


class AbsoluteError(PointHead):
    """Absolute error, abs(outputs - target), which predicts the conditional median.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float or array-like of shape (D,), default=0.0 and 1.0
        Location and scale of the targets, by which they are standardised.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import AbsoluteError
    >>> AbsoluteError().loss(torch.tensor([[1.0], [3.0]]), torch.tensor([[1.5], [1.0]]))
    tensor([[0.5000],
            [2.0000]])
    """

    def loss(self, outputs, target):
        """Absolute error (..., D) of the standardised target."""
        return (outputs - target).abs()

    def initial_bias(self, target, weight=None):
        """Weighted median of the target (D,)."""
        return weighted_quantile(target, 0.5, weight)


class Huber(PointHead):
    """Huber's loss: quadratic for small errors, linear for large ones, so that outliers pull less.

    With the error e it is e^2 / 2 up to `delta` and delta (abs(e) - delta / 2) beyond, as in
    `torch.nn.functional.huber_loss`.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float or array-like of shape (D,), default=0.0 and 1.0
        Location and scale of the targets, by which they are standardised.
    delta : float, default=1.35
        Where the loss turns linear, in units of the standardised target.

    Raises
    ------
    ValueError
        If `delta` is not positive.

    References
    ----------
    P. J. Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics
    35(1), 1964.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import Huber
    >>> Huber(delta=1.0).loss(torch.tensor([[1.0], [11.0]]), torch.tensor([[0.0], [1.0]]))
    tensor([[0.5000],
            [9.5000]])
    """

    def __init__(self, n_targets=1, loc=0.0, scale=1.0, delta=1.35):
        super().__init__(n_targets, loc, scale)
        if not delta > 0:
            raise ValueError(f"delta is {delta}; expected a positive number.")
        self.delta = float(delta)

    def loss(self, outputs, target):
        """Huber's loss (..., D) of the standardised target."""
        return huber_loss(outputs, target, reduction="none", delta=self.delta)

    def initial_bias(self, target, weight=None):
        """Weighted median of the target (D,)."""
        return weighted_quantile(target, 0.5, weight)
