"""Which rows go together, and cutting them out of whole tensors."""

import numpy as np
import torch

POOL = 100  # batches sorted by length together: little padding, still well mixed


def bucket_batches(lengths, batch_size, rng=None):
    """Divide rows into batches of similar length.

    Rows are shuffled, cut into pools of 100 batches, sorted by length within each pool, and
    the batches are shuffled again. The rows of a pool are spread evenly, so that no batch is
    left over with a row or two.

    Parameters
    ----------
    lengths : int array of shape (n,)
        Steps of each row.
    batch_size : int
        Most rows of a batch.
    rng : numpy.random.Generator, default=None
        Decides the order; None keeps the given order of the rows within each length.

    Returns
    -------
    batches : list of int arrays
        Row numbers; every row appears in exactly one batch.

    Examples
    --------
    >>> import numpy as np
    >>> [b.tolist() for b in bucket_batches(np.array([5, 1, 1, 5]), 2)]
    [[1, 2], [0, 3]]
    """
    n = len(lengths)
    order = np.arange(n) if rng is None else rng.permutation(n)
    ragged = n > 0 and lengths.min() != lengths.max()
    batches = []
    for pool in np.array_split(order, max(1, -(-n // (POOL * batch_size)))):
        if ragged:
            pool = pool[np.argsort(lengths[pool], kind="stable")]
        batches.extend(np.array_split(pool, max(1, -(-len(pool) // batch_size))))
    if ragged and rng is not None:
        batches = [batches[i] for i in rng.permutation(len(batches))]
    return batches


def padded_fraction(lengths, batches):
    """Give the share of steps that are padding when rows are batched so.

    Parameters
    ----------
    lengths : int array of shape (n,)
        Steps of each row.
    batches : list of int arrays
        Row numbers of each batch.

    Returns
    -------
    fraction : float
        Between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> padded_fraction(np.array([1, 3]), [np.array([0, 1])])
    0.3333...
    """
    total = sum(len(rows) * int(lengths[rows].max()) for rows in batches)
    return 1.0 - float(lengths.sum()) / total


class Sequences:
    """Ragged sequences as whole tensors on one device, from which batches are cut.

    Parameters
    ----------
    values : tensor of shape (N, F), or of ids of shape (N,)
        The steps of all rows.
    starts, lengths : int arrays of shape (n,)
        Where each row starts in `values`, and its number of steps; rows may overlap.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> x = Sequences(torch.arange(5.0)[:, None], np.array([0, 2]), np.array([2, 3]))
    >>> batch, lengths = x.cut(np.array([0, 1]))
    >>> batch[..., 0], lengths
    (tensor([[0., 1., 0.],
            [2., 3., 4.]]), tensor([2, 3]))
    """

    def __init__(self, values, starts, lengths):
        self.values = values.contiguous()
        self.lengths = lengths
        self._starts = _as_tensor(starts, values.device)
        equal = len(lengths) > 0 and bool((lengths == lengths[0]).all())
        self._lengths = None if equal else _as_tensor(lengths, values.device)
        self._windows = _all_windows(self.values, int(lengths[0])) if equal else None
        self._block = _as_block(self.values, starts, lengths) if equal else None

    def __len__(self):
        return len(self.lengths)

    def cut(self, rows):
        """Cut a batch.

        Parameters
        ----------
        rows : int array of shape (B,)
            Row numbers.

        Returns
        -------
        x : tensor of shape (B, T, F), or of ids of shape (B, T)
            The rows, zero in the padding; T is the longest of them.
        lengths : tensor of shape (B,) or None
            Real steps of each row; None when no row is padded.
        """
        index = torch.as_tensor(rows, device=self.values.device)
        if self._block is not None:
            return self._block.index_select(0, index), None
        starts = self._starts.index_select(0, index)
        if self._windows is not None:
            return self._windows.index_select(0, starts), None
        chosen = self.lengths[rows]
        n_steps = int(chosen.max())
        if int(chosen.min()) == n_steps:
            return _all_windows(self.values, n_steps).index_select(0, starts), None
        lengths = self._lengths.index_select(0, index)
        step = torch.arange(n_steps, device=index.device)
        real = step < lengths[:, None]
        x = self.values[starts[:, None] + torch.where(real, step, 0)]  # (B, T, F)
        return x.masked_fill_(~real.reshape(real.shape + (1,) * (x.ndim - 2)), 0), lengths


def _as_tensor(numbers, device):
    """Put an array on a device; what is read-only is copied, as torch warns of it."""
    return torch.as_tensor(numbers if numbers.flags.writeable else numbers.copy(), device=device)


def _all_windows(values, n_steps):
    """View all rows of one length that there could be as (N - T + 1, T, ...)."""
    n, *features = values.shape
    shape = (n - n_steps + 1, n_steps, *features)
    return values.as_strided(shape, (values.stride(0), *values.stride()))


def _as_block(values, starts, lengths):
    """View rows of one length that lie one after another as (n, T, ...), or give None."""
    n, n_steps = len(lengths), int(lengths[0])
    if (starts != np.arange(n) * n_steps + starts[0]).any():
        return None
    rows = values[int(starts[0]) : int(starts[0]) + n * n_steps]
    return rows.reshape(n, n_steps, *values.shape[1:])
