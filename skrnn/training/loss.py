"""The one place where losses are weighted and averaged."""

from torch import nn


class WeightedLoss(nn.Module):
    """Average a head's unreduced loss: ``sum(w * l) / n_rows``.

    Weights have mean 1 over the training set, so this is an unbiased estimate of the weighted
    mean from every batch. The losses of several targets are averaged first.

    Parameters
    ----------
    head : Head
        Gives the unreduced loss.
    """

    def __init__(self, head):
        super().__init__()
        self.head = head

    def forward(self, outputs, target, weight, n_rows):
        """Give the loss, a scalar tensor, of the judged numbers of `n_rows` sequences."""
        return self.weighted(outputs, target, weight).sum() / n_rows

    def weighted(self, outputs, target, weight):
        """Give the weighted loss (M,) of each of the judged numbers."""
        loss = self.head.loss(outputs, target)
        if loss.ndim > weight.ndim:
            loss = loss.squeeze(-1) if loss.shape[-1] == 1 else loss.mean(-1)
        return loss * weight
