"""The batches of an epoch, and what is remembered of them."""

import torch

from skrnn.data.batches import bucket_batches, padded_fraction


class Batches:
    """Yield the batches of one epoch, newly shuffled each time.

    Parameters
    ----------
    data : TrainingData
        Where batches are cut from.
    batch_size : int
        Most rows of a batch.
    rng : numpy.random.Generator or None
        Decides the order; None keeps it the same every time.

    Attributes
    ----------
    padded_fraction : float
        The share of padding among the steps of the last epoch.
    """

    def __init__(self, data, batch_size, rng):
        self.data = data
        self.batch_size = batch_size
        self.rng = rng
        self.padded_fraction = 0.0

    def __iter__(self):
        batches = bucket_batches(self.data.lengths, self.batch_size, self.rng)
        self.padded_fraction = padded_fraction(self.data.lengths, batches)
        for rows in batches:
            yield self.data.cut(rows)


class EpochRecord:
    """Sums over the batches of an epoch, kept on the device until it ends.

    Parameters
    ----------
    scored : bool
        Whether to keep the judged numbers, so that the head can score them.
    """

    def __init__(self, scored):
        self.scored = scored
        self.losses = []
        self.n_rows = []
        self.grad_norms = []
        self.judged = []

    def add(self, loss, n_rows, y_pred, target, weight, grad_norm=None):
        """Remember one batch."""
        self.losses.append(loss.detach())
        self.n_rows.append(n_rows)
        if grad_norm is not None:
            self.grad_norms.append(grad_norm)
        if self.scored:
            self.judged.append((y_pred, target, weight))

    def summary(self, head):
        """Give the mean loss over rows and, if kept, the head's score."""
        rows = torch.tensor(self.n_rows, dtype=torch.float64)
        losses = torch.stack(self.losses).double().cpu()
        summary = {"loss": float(losses @ rows / rows.sum())}
        if self.scored:
            outputs, target, weight = map(torch.cat, zip(*self.judged, strict=True))
            summary["score"] = float(head.score(outputs, target, weight))
        return summary

    def mean_grad_norm(self):
        """Give the mean norm of the gradient before clipping."""
        return float(torch.stack(self.grad_norms).mean())
