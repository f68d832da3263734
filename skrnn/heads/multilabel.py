"""A head for any number of labels at once."""

import numpy as np
from torch.nn.functional import logsigmoid

from skrnn.heads._functions import refuse, sigmoid, weighted_accuracy
from skrnn.heads.base import Head


class Multilabel(Head):
    """Cross-entropy of L independent yes-or-no labels, one logit each.

    The encoded target (..., L) holds 0 and 1 as floats.

    Parameters
    ----------
    n_labels : int
        Number of labels L.

    Raises
    ------
    ValueError
        If `n_labels` is not positive.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import Multilabel
    >>> head = Multilabel(n_labels=3)
    >>> outputs = torch.tensor([[2.0, -2.0, 0.0]])
    >>> head.predict(outputs)
    tensor([[1, 0, 0]])
    >>> head.proba(outputs)
    tensor([[0.8808, 0.1192, 0.5000]])
    >>> head.loss(outputs, torch.tensor([[1.0, 1.0, 0.0]]))
    tensor([[0.1269, 2.1269, 0.6931]])
    """

    n_params = 1
    affine = False

    def __init__(self, n_labels):
        if n_labels < 1:
            raise ValueError(f"n_labels is {n_labels}; expected at least 1.")
        super().__init__(n_targets=n_labels)

    def check_target(self, y):
        """Raise ValueError, naming the row, if y (n, L) holds anything but 0 and 1."""
        y = np.asarray(y)
        if y.ndim < 2 or y.shape[-1] != self.n_targets:
            raise ValueError(
                f"y has shape {y.shape}; expected (n, {self.n_targets}), one column per label."
            )
        refuse(y, ~np.isin(y, (0, 1)), "0 (label absent) or 1 (label present)")

    def loss(self, outputs, target):
        """Negative log-probability (..., L) of each label's value in the target (..., L)."""
        return -(target * logsigmoid(outputs) + (1 - target) * logsigmoid(-outputs))

    def log_proba(self, outputs):
        """Logarithm (..., L) of the probability of each label."""
        return logsigmoid(outputs)

    def proba(self, outputs):
        """Probability (..., L) of each label."""
        return sigmoid(outputs)

    def decision(self, outputs):
        """Logit (..., L) of each label."""
        return outputs

    def predict(self, outputs):
        """Labels (..., L) that are more probable than not, as 0 and 1 in int64."""
        return (outputs > 0).long()

    def score(self, outputs, target, weight=None):
        """Weighted share of the rows on which all labels are right."""
        return weighted_accuracy(self.predict(outputs), target, weight)

    def initial_bias(self, target, weight=None):
        """Zeros (L,): every label as probable as not."""
        return np.zeros(self.n_outputs)
