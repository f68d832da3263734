"""Rows of several parts to one vector: a network for each sequence, static numbers beside them."""

import torch
from torch import nn

from skrnn.cells.unroll import mask_steps


class StaticPart(nn.Module):
    """Static numbers, which go on as they are.

    Parameters
    ----------
    size : int
        How many there are.

    Attributes
    ----------
    output_size : int
        The same.
    """

    embedding = None

    def __init__(self, size):
        super().__init__()
        self.output_size = size

    def make_pooling(self, pooling):
        """Give a module that does nothing: there is one step only."""
        return nn.Identity()

    def pooled(self, pooling, x, lengths=None):
        """Give the numbers (B, F) of their step (B, 1, F)."""
        return pooling(x[:, 0])


class FusionEncoder(nn.Module):
    """Late fusion: every part of a row is read on its own, and the vectors are put side by side.

    Parameters
    ----------
    encoders : list of Encoder or StaticPart
        One for each part.
    widths : list of int
        Numbers that a step of each part has; 1 for the ids of an encoder with an embedding.

    Attributes
    ----------
    output_size : int
        O, size of all vectors together.

    Examples
    --------
    >>> import torch
    >>> from skrnn.nn import Encoder
    >>> recording = Encoder("gru", 2, 4, 1, False, 0.0)
    >>> encoder = FusionEncoder([recording, StaticPart(1)], widths=[2, 1])
    >>> steps = [[0.1, 0.2, 0], [0.3, 0.4, 0], [41.0, 0, 1]]  # the last column names the part
    >>> encoder.pooled(encoder.make_pooling("last"), torch.tensor([steps])).shape
    torch.Size([1, 5])
    """

    def __init__(self, encoders, widths):
        super().__init__()
        self.encoders = nn.ModuleList(encoders)
        self.widths = list(widths)
        self.output_size = sum(encoder.output_size for encoder in encoders)

    def make_pooling(self, pooling):
        """Make a pooling of each part's own."""
        return nn.ModuleList(encoder.make_pooling(pooling) for encoder in self.encoders)

    def pooled(self, pooling, x, lengths=None):
        """Encode a batch.

        Parameters
        ----------
        pooling : nn.ModuleList
            What :meth:`make_pooling` gave.
        x : tensor of shape (B, T, W + 1)
            All steps of each row, part by part, padded at the end. The last column is the number
            of the part that a step belongs to; columns that the part does not have are not read.
        lengths : tensor of shape (B,), default=None
            Real steps of each row; None when none is padded.

        Returns
        -------
        vectors : tensor of shape (B, O)
            The pooled vectors of the parts, in their order; zeros for a part without steps.
        """
        starts, n_steps = find_parts(x, lengths, len(self.encoders))
        vectors = []
        for j, encoder in enumerate(self.encoders):
            rows = n_steps[:, j].nonzero()[:, 0]  # a sequence may be empty
            vector = x.new_zeros(len(x), encoder.output_size)
            if len(rows):
                part, lengths = cut_part(x[rows], starts[rows, j], n_steps[rows, j], self.widths[j])
                part = part if encoder.embedding is None else part[..., 0].long()
                vector = vector.index_copy(0, rows, encoder.pooled(pooling[j], part, lengths))
            vectors.append(vector)
        return torch.cat(vectors, 1)


def find_parts(x, lengths, n_parts):
    """Find the parts of joined rows.

    Parameters
    ----------
    x : tensor of shape (B, T, W + 1)
        Rows, the last column being the number of the part.
    lengths : tensor of shape (B,) or None
        Real steps of each row.
    n_parts : int
        P, how many parts there are.

    Returns
    -------
    starts, n_steps : int tensors of shape (B, P)
        Where each part starts in its row, and its number of steps.

    Examples
    --------
    >>> import torch
    >>> x = torch.tensor([[[7.0, 0], [8, 0], [9, 1]], [[5, 1], [0, 0], [0, 0]]])
    >>> find_parts(x, torch.tensor([3, 1]), 2)
    (tensor([[0, 2], [0, 0]]), tensor([[2, 1], [0, 1]]))
    """
    number = mask_steps(x[..., -1:] + 1, lengths)  # 0 is padding
    parts = torch.arange(1, n_parts + 1, device=x.device)
    n_steps = (number == parts).sum(1)
    return n_steps.cumsum(1) - n_steps, n_steps


def cut_part(x, starts, n_steps, width):
    """Cut steps out of rows.

    Parameters
    ----------
    x : tensor of shape (B, T, W)
        Rows.
    starts, n_steps : int tensors of shape (B,)
        First step and number of steps to take of each row, at least one.
    width : int
        F, how many of the columns to take.

    Returns
    -------
    part : tensor of shape (B, T', F)
        The steps, zero in the padding; T' is the most of them.
    lengths : tensor of shape (B,) or None
        `n_steps`; None when no row is padded.

    Examples
    --------
    >>> import torch
    >>> x = torch.tensor([[[1.0, 0], [2, 0], [3, 0]], [[4, 0], [5, 0], [6, 0]]])
    >>> cut_part(x, torch.tensor([0, 2]), torch.tensor([2, 1]), 1)[0][..., 0]
    tensor([[1., 2.],
            [6., 0.]])
    """
    most = int(n_steps.max())
    step = torch.arange(most, device=x.device)
    index = starts[:, None] + torch.minimum(step, n_steps[:, None] - 1)
    part = x[torch.arange(len(x), device=x.device)[:, None], index, :width]  # (B, T', F)
    if int(n_steps.min()) == most:
        return part, None
    return mask_steps(part, n_steps), n_steps
