"""A head for one label out of several."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy, logsigmoid

from skrnn.heads._functions import as_numpy, refuse, weighted_accuracy
from skrnn.heads.base import Head


class Categorical(Head):
    """Cross-entropy of one class out of K: a softmax, or for two classes one logit.

    The encoded target (...,) holds class indices from 0 to K - 1 as int64; it has no axis of
    targets, and neither have predictions. The loss has one, of length 1, like that of every head.

    Parameters
    ----------
    n_classes : int
        Number of classes K. With one class the loss is 0 and its probability 1.

    Raises
    ------
    ValueError
        If `n_classes` is not positive.

    Examples
    --------
    >>> import torch
    >>> from skrnn.heads import Categorical
    >>> head = Categorical(n_classes=3)
    >>> outputs = torch.tensor([[0.0, 0.0, 2.0], [1.0, 0.0, 0.0]])
    >>> head.predict(outputs)
    tensor([2, 0])
    >>> head.proba(outputs)
    tensor([[0.1065, 0.1065, 0.7870],
            [0.5761, 0.2119, 0.2119]])
    >>> head.loss(outputs, torch.tensor([2, 1]))
    tensor([[0.2395],
            [1.5514]])
    >>> Categorical(n_classes=2).proba(torch.tensor([[0.0]]))  # two classes, one output
    tensor([[0.5000, 0.5000]])
    """

    affine = False
    target_dtype = np.int64

    def __init__(self, n_classes):
        if n_classes < 1:
            raise ValueError(f"n_classes is {n_classes}; expected at least 1.")
        self.n_classes = int(n_classes)
        super().__init__(n_targets=1)

    @property
    def n_params(self):
        """One logit for two classes, otherwise one per class."""
        return 1 if self.n_classes == 2 else self.n_classes

    def check_target(self, y):
        """Raise ValueError, naming the row, if y (n,) holds anything but class indices."""
        y = np.asarray(y)
        known = np.isin(y, np.arange(self.n_classes))
        refuse(y, ~known, f"class indices, whole numbers from 0 to {self.n_classes - 1}")

    def loss(self, outputs, target):
        """Negative log-probability (..., 1) of the target class (...,), an int64 tensor."""
        if self.n_classes == 2:
            sign = target.unsqueeze(-1).to(outputs.dtype).mul_(2).sub_(1)
            return -logsigmoid(outputs * sign)
        numbers, classes = outputs.reshape(-1, self.n_outputs), target.reshape(-1)
        return cross_entropy(numbers, classes, reduction="none").view(*target.shape, 1)

    def log_proba(self, outputs):
        """Logarithm (..., K) of the probabilities of the classes; finite for any finite outputs."""
        if self.n_classes == 2:
            return logsigmoid(torch.cat([-outputs, outputs], dim=-1))
        return outputs.log_softmax(-1)

    def proba(self, outputs):
        """Probabilities (..., K) of the classes."""
        return self.log_proba(outputs).exp()

    def decision(self, outputs):
        """Logits: (...,) of the second class if there are two, else (..., K) of each."""
        return outputs.squeeze(-1) if self.n_classes == 2 else outputs

    def predict(self, outputs):
        """Index (...,) of the most probable class, int64; of equally probable ones the first."""
        if self.n_classes == 2:
            return (outputs.squeeze(-1) > 0).long()
        return outputs.argmax(-1)

    def score(self, outputs, target, weight=None):
        """Weighted accuracy against a target (...,)."""
        predicted, target = as_numpy(self.predict(outputs)), as_numpy(target)
        return weighted_accuracy(predicted[..., None], target[..., None], weight)

    def initial_bias(self, target, weight=None):
        """Zeros (n_outputs,): every class equally probable."""
        return np.zeros(self.n_outputs)
