"""What a network is trained on, and which numbers of a batch are judged."""

import numpy as np
import torch

from skrnn.cells.unroll import step_mask
from skrnn.data.batches import Sequences
from skrnn.data.merge import in_row_order


class TrainingData(torch.utils.data.Dataset):
    """Sequences with targets and weights, whole tensors on one device.

    Parameters
    ----------
    sequences : Sequences
        The inputs of n rows.
    target : tensor of shape (n, ...) or None
        What to predict; None where the sequences are their own target.
    weight : tensor of shape (n,)
        Weights of mean 1.
    """

    def __init__(self, sequences, target, weight):
        self.sequences = sequences
        self.target = target
        self.weight = weight

    def __len__(self):
        return len(self.sequences)

    @property
    def lengths(self):
        """Steps of each row, as an array of shape (n,)."""
        return self.sequences.lengths

    def cut(self, rows):
        """Cut the rows of a batch: ``((x, lengths), (target, weight))``."""
        index = torch.as_tensor(rows, device=self.weight.device)
        target = None if self.target is None else self.target.index_select(0, index)
        return self.sequences.cut(rows), (target, self.weight.index_select(0, index))


def whole_rows(batch, outputs):
    """Judge one answer per sequence.

    Parameters
    ----------
    batch : tuple
        ``((x, lengths), (target, weight))``.
    outputs : tensor of shape (B, n_outputs)
        The network's numbers.

    Returns
    -------
    outputs, target, weight : tensors of shapes (B, n_outputs), (B, ...) and (B,)
        As they came.
    """
    _, (target, weight) = batch
    return outputs, target, weight


def neighbour_steps(batch, outputs):
    """Judge the prediction of every next (and, going backward, previous) step.

    A row's weight is shared among its predicted steps.

    Parameters
    ----------
    batch : tuple
        ``((x, lengths), (None, weight))``.
    outputs : tensor of shape (B, directions, T - 1, n_outputs)
        As :class:`skrnn.nn.NextStepNetwork` gives them.

    Returns
    -------
    outputs, target, weight : tensors of shapes (M, n_outputs), (M, F) or (M,), and (M,)
        The M real predictions of the batch.
    """
    (x, lengths), (_, weight) = batch
    n_rows, n_directions, n_steps, _ = outputs.shape
    target = torch.stack([x[:, 1:], x[:, :-1]][:n_directions], 1)
    if lengths is None:
        lengths = torch.full((n_rows,), n_steps + 1, device=x.device)
    real = step_mask(lengths - 1, n_steps)[:, None].expand(-1, n_directions, -1)
    share = weight / ((lengths - 1).clamp(min=1) * n_directions)
    return outputs[real], target[real], share[:, None, None].expand_as(real)[real]


def to_sequences(X, dtype, device="cpu"):
    """Put ragged sequences on a device as whole tensors.

    Parameters
    ----------
    X : Ragged
        n sequences of numbers or ids.
    dtype : numpy dtype
        What numbers become; ids become int64.
    device : str, default="cpu"
        Where to put them.

    Returns
    -------
    sequences : Sequences
        The same rows.
    """
    with np.errstate(over="ignore"):  # infinite in single precision: the loss will tell
        values = X.values
        values = values if values.dtype.kind == "i" else values.astype(dtype, copy=False)
    if not values.flags.writeable:  # torch knows no read-only memory
        values = values.copy()
    return Sequences(torch.as_tensor(values, device=device), X.starts, X.lengths)


def training_data(X, target, weight, rows, device):
    """Put some rows of a training set on a device, in single precision.

    Parameters
    ----------
    X : Ragged
        n sequences.
    target : ndarray of shape (n, ...) or None
        Encoded targets: float64, or int64 class numbers.
    weight : ndarray of shape (n,)
        Their weights.
    rows : int array
        Which rows to take.
    device : str
        Where to put them.

    Returns
    -------
    data : TrainingData
        The chosen rows.
    """
    if target is not None:
        target = target[rows]
        numbers = np.float32 if target.dtype.kind == "f" else np.int64
        with np.errstate(over="ignore"):
            target = torch.as_tensor(target.astype(numbers), device=device)
    weight = torch.as_tensor(weight[rows].astype(np.float32), device=device)
    X = in_row_order(X[rows])
    return TrainingData(to_sequences(X, np.float32, device), target, weight)
