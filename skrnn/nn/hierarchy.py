"""Documents to one vector per sentence: a network that reads sentences, and one above it."""

import torch
from torch import nn

from skrnn.cells.unroll import mask_steps, step_mask
from skrnn.nn.dropout import Dropout
from skrnn.nn.pooling import POOLINGS

SHORT = 16  # below, padding costs less than another group


class HierarchicalEncoder(nn.Module):
    """Documents of sentences to one output per sentence [1]_.

    One encoder reads every sentence and is pooled into a vector; another reads the vectors of
    the sentences of each document.

    Parameters
    ----------
    inner : Encoder
        Reads the steps of a sentence; without a stem.
    pooling : nn.Module
        Makes one vector of the outputs of a sentence.
    outer : Encoder
        Reads the vectors of the sentences of a document.
    dropout : float
        Probability of dropping a unit of the vector of a sentence.

    Attributes
    ----------
    output_size : int
        O, size of the outputs.
    n_directions : {1, 2}
        With 2 the first half of the outputs is the forward direction's.

    References
    ----------
    .. [1] Z. Yang et al., "Hierarchical attention networks for document classification",
       NAACL 2016.

    Examples
    --------
    >>> import torch
    >>> from skrnn.nn import Encoder
    >>> from skrnn.nn.pooling import MeanPooling
    >>> inner, outer = Encoder("gru", 1, 4, 1, False, 0.0), Encoder("gru", 4, 3, 1, False, 0.0)
    >>> encoder = HierarchicalEncoder(inner, MeanPooling(4), outer, dropout=0.0)
    >>> values, marks = torch.zeros(2, 5), torch.tensor([[1, 0, 1, 1, 0], [1, 0, 0, 0, 0]])
    >>> outputs, lengths = encoder(torch.stack([values, marks], 2), torch.tensor([5, 3]))
    >>> outputs.shape, lengths
    (torch.Size([2, 3, 3]), tensor([3, 1]))
    """

    def __init__(self, inner, pooling, outer, dropout):
        super().__init__()
        self.inner = inner
        self.pooling = pooling
        self.outer = outer
        self.dropout = Dropout(dropout)
        self.output_size = outer.output_size
        self.n_directions = outer.n_directions

    def forward(self, x, lengths=None):
        """Encode a batch of documents.

        Parameters
        ----------
        x : tensor of shape (B, T, F + 1), or of ids of shape (B, T, 2)
            All steps of each document, padded at the end. The last column is 1 at the first step
            of a sentence and 0 elsewhere.
        lengths : tensor of shape (B,), default=None
            Real steps of each document; None when none is padded.

        Returns
        -------
        outputs : tensor of shape (B, S, O)
            One output per sentence, zero in the padding.
        lengths : tensor of shape (B,)
            Sentences of each document.
        """
        steps, starts, n_steps, n_sentences = cut_sentences(x, lengths)
        vectors, order = [], []
        for rows in similar_lengths(n_steps):
            vectors.append(self._read(steps, starts[rows], n_steps[rows]))
            order.append(rows)
        place = torch.empty_like(n_steps)
        place[torch.cat(order)] = torch.arange(len(place), device=place.device)
        vectors = self.dropout(torch.cat(vectors)[place])  # (S, H), in the order of x
        real = step_mask(n_sentences, int(n_sentences.max()))
        documents = vectors.new_zeros(*real.shape, vectors.shape[-1])
        documents[real] = vectors
        return self.outer(documents, n_sentences)

    def make_pooling(self, pooling):
        """Make the pooling of a name in ``POOLINGS`` for :meth:`pooled`."""
        return POOLINGS[pooling](self.output_size, self.n_directions)

    def pooled(self, pooling, x, lengths=None):
        """Encode a batch and pool the outputs to (B, O)."""
        return pooling(*self(x, lengths))

    def _read(self, steps, starts, n_steps):
        """Give one vector for each of some sentences, cut out of steps (N, F)."""
        step = torch.arange(int(n_steps.max()), device=steps.device)
        index = starts[:, None] + torch.minimum(step, n_steps[:, None] - 1)
        return self.inner.pooled(self.pooling, mask_steps(steps[index], n_steps), n_steps)


def cut_sentences(x, lengths=None):
    """Find the sentences of marked documents.

    Parameters
    ----------
    x : tensor of shape (B, T, F + 1), or of ids of shape (B, T, 2)
        Documents, the last column being 1 at the first step of a sentence.
    lengths : tensor of shape (B,), default=None
        Real steps of each document.

    Returns
    -------
    steps : tensor of shape (N, F), or of ids of shape (N,)
        The real steps of all documents, without marks.
    starts, n_steps : int tensors of shape (S,)
        Where each sentence starts in `steps`, and its number of steps.
    n_sentences : int tensor of shape (B,)
        Sentences of each document.

    Examples
    --------
    >>> import torch
    >>> x = torch.tensor([[[7, 1], [8, 0], [9, 1]], [[5, 1], [0, 0], [0, 0]]])
    >>> cut_sentences(x, torch.tensor([3, 1]))
    (tensor([7, 8, 9, 5]), tensor([0, 2, 3]), tensor([2, 1, 1]), tensor([2, 1]))
    """
    first = mask_steps(x[..., -1], lengths) != 0
    n_sentences = first.sum(1)
    if lengths is None:
        x, first = x.flatten(0, 1), first.flatten()
    else:
        real = step_mask(lengths, x.shape[1])
        x, first = x[real], first[real]
    steps = x[:, :-1] if x.is_floating_point() else x[:, 0]
    starts = first.nonzero()[:, 0]
    n_steps = starts.diff(append=starts.new_tensor([len(steps)]))
    return steps, starts, n_steps, n_sentences


def similar_lengths(n_steps):
    """Group sentences that differ in length by a factor below two, so that little is padded.

    Those of fewer than 16 steps make one group.

    Parameters
    ----------
    n_steps : int tensor of shape (S,)
        Steps of each sentence.

    Returns
    -------
    groups : list of int tensors
        Numbers of sentences; each is in exactly one group.

    Examples
    --------
    >>> import torch
    >>> [rows.tolist() for rows in similar_lengths(torch.tensor([63, 1, 31, 15, 16, 32]))]
    [[1, 3], [2, 4], [0, 5]]
    """
    _, octave = torch.frexp(n_steps.clamp(min=SHORT - 1).double())  # n_steps < 2**octave, exactly
    return [(octave == each).nonzero()[:, 0] for each in octave.unique()]
