"""Training a forecaster at every step of one pass over a series."""

import numpy as np
import torch
from torch import nn


class Spans:
    """Spans of series, read into batches when they are asked for.

    Parameters
    ----------
    histories : Histories
        The series.
    reader : StepReader
        Gives the features of a step.
    series, first, lengths : int ndarrays of shape (N,)
        For each span its series, its first step and its steps.
    device : str
        Where batches go.
    """

    def __init__(self, histories, reader, series, first, lengths, device):
        self.histories = histories
        self.reader = reader
        self.series = series
        self.first = first
        self.lengths = lengths
        self.device = device

    def __len__(self):
        return len(self.series)

    def cut(self, rows):
        """Cut a batch: features (B, T, F), and lengths (B,) or None where all are T."""
        return self._to_tensors(rows, *self._read(rows, self.reader.features))

    def targets(self, rows):
        """Give what comes after each step of a batch (B, T, h), NaN where that is not known."""
        target, _ = self._read(rows, self.reader.targets)
        return torch.as_tensor(target.astype(np.float32), device=self.device)

    def _read(self, rows, read):
        n_steps = int(self.lengths[rows].max())
        return read(self.histories, self.series[rows], self.first[rows], n_steps), n_steps

    def _to_tensors(self, rows, x, n_steps):
        lengths = self.lengths[rows]
        if (lengths == n_steps).all():
            return torch.as_tensor(x, device=self.device), None
        x[np.arange(n_steps) >= lengths[:, None]] = 0.0
        return (
            torch.as_tensor(x, device=self.device),
            torch.as_tensor(lengths, device=self.device),
        )


class ForkedData(torch.utils.data.Dataset):
    """Spans with what comes after each of their steps.

    Parameters
    ----------
    spans : Spans
        What is read.
    asked : int ndarray of shape (N,)
        Steps of each span before the first that is asked.
    """

    def __init__(self, spans, asked):
        self.spans = spans
        self.asked = asked
        self.lengths = spans.lengths
        self.weight = torch.full((len(spans),), 1 / self.mean_known(), device=spans.device)

    def mean_known(self):
        """Count the known targets of a span, on average."""
        h, starts = self.spans.reader.horizon, self.spans.histories.starts[self.spans.series]
        seen = np.concatenate([[0], np.cumsum(self.spans.histories.seen)])
        total = 0
        for k in range(1, h + 1):
            low = starts + self.spans.first + self.asked + k
            high = starts + self.spans.first + self.lengths + k
            ends = self.spans.histories.ends[self.spans.series]
            total += (seen[np.minimum(high, ends)] - seen[np.minimum(low, ends)]).sum()
        return float(max(total, 1)) / len(self)

    def __len__(self):
        return len(self.spans)

    def cut(self, rows):
        """Cut the spans of a batch: ``((x, lengths), (target, weight))``."""
        x, lengths = self.spans.cut(rows)
        target = self.spans.targets(rows)
        step = np.arange(target.shape[1])  # steps of the padding are not asked: a series may go on
        idle = (step < self.asked[rows, None]) | (step >= self.lengths[rows, None])
        idle = torch.as_tensor(idle[..., None], device=target.device)
        target = target.masked_fill(idle, torch.nan)
        weight = self.weight.index_select(0, torch.as_tensor(rows, device=target.device))
        return (x.float(), lengths), (target, weight)


class ForkedLoss(nn.Module):
    """Average a head's loss over the known coming steps of all steps of all spans.

    The weight of a span is one over the known targets that spans have on average, so that every
    target counts the same.

    Parameters
    ----------
    head : Head
        Gives the loss of each target, 0 where it is NaN.
    """

    def __init__(self, head):
        super().__init__()
        self.head = head

    def forward(self, outputs, target, weight, n_rows):
        """Give the loss, a scalar tensor, of `n_rows` spans."""
        return self.weighted(outputs, target, weight).sum() / n_rows

    def weighted(self, outputs, target, weight):
        """Give the weighted loss (B,) of each span."""
        return self.head.loss(outputs, target).sum((1, 2)) * weight
