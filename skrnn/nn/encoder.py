"""Sequences to one vector per step: embedding, stem and stacked recurrent layers."""

import torch
from torch import nn

from skrnn.cells import make_cell
from skrnn.cells.unroll import flip_by_length
from skrnn.nn.dropout import Dropout


class Layer(nn.Module):
    """One recurrent layer: a cell forward and, if bidirectional, another one backward.

    Parameters
    ----------
    cell : str, Cell class or Cell instance
        The kind of cell; every direction gets its own weights.
    input_size : int
        F, features of a step.
    hidden_size : int
        H, units of each direction.
    bidirectional : bool
        Whether to read the sequence backward as well.

    Attributes
    ----------
    output_size : int
        O, size of the outputs of all directions together.
    """

    def __init__(self, cell, input_size, hidden_size, bidirectional):
        super().__init__()
        self.directions = nn.ModuleList(make_cell(cell) for _ in range(1 + bidirectional))
        for direction in self.directions:
            direction.build(input_size, hidden_size)
        self.output_size = sum(direction.output_size for direction in self.directions)

    def forward(self, x, lengths=None):
        """Read a batch (B, T, F) padded after `lengths` (B,) into outputs (B, T, O)."""
        output, _ = self.directions[0](x, lengths, need_state=False)
        if len(self.directions) == 1:
            return output
        backward, _ = self.directions[1](flip_by_length(x, lengths), lengths, need_state=False)
        return torch.cat([output, flip_by_length(backward, lengths)], -1)

    def carry(self, x, lengths=None, state=None):
        """Read a chunk of longer sequences.

        Parameters
        ----------
        x : tensor of shape (B, T, F)
            The chunk.
        lengths : tensor of shape (B,), default=None
            Real steps of each row.
        state : tuple of tensors of shape (B, H), default=None
            The state after the chunk before; None at the start.

        Returns
        -------
        output : tensor of shape (B, T, O)
            The outputs of the chunk.
        state : tuple of tensors of shape (B, H)
            The state after it.

        Raises
        ------
        ValueError
            If the layer is bidirectional: it must see the end of a sequence first.
        """
        if len(self.directions) > 1:
            raise ValueError(
                "A bidirectional layer cannot read a sequence in chunks: its backward direction "
                "starts at the end. Use bidirectional=False to carry the state."
            )
        return self.directions[0](x, lengths, state)


class Encoder(nn.Module):
    """Sequences to one vector per step.

    Parameters
    ----------
    cell : str, Cell class or Cell instance
        The kind of cell.
    input_size : int
        F, features of a step as the first recurrent layer sees it.
    hidden_size : int
        H, units of each layer and direction.
    num_layers : int
        Stacked recurrent layers.
    bidirectional : bool
        Whether each layer reads both ways.
    dropout : float
        Probability of dropping an output of a layer before the next layer.
    embedding : nn.Embedding or None, default=None
        Turns token ids into vectors of size `input_size`.
    stem : nn.Module or None, default=None
        Maps ``(x, lengths)`` to shorter sequences and their lengths, and has ``output_size``.

    Attributes
    ----------
    output_size : int
        O, size of the outputs.
    n_directions : {1, 2}
        With 2 the first half of the outputs is the forward direction's.
    """

    def __init__(
        self,
        cell,
        input_size,
        hidden_size,
        num_layers,
        bidirectional,
        dropout,
        embedding=None,
        stem=None,
    ):
        super().__init__()
        self.embedding = embedding
        self.stem = stem
        self.layers = nn.ModuleList()
        size = input_size if stem is None else stem.output_size
        for _ in range(num_layers):
            self.layers.append(Layer(cell, size, hidden_size, bidirectional))
            size = self.layers[-1].output_size
        self.dropout = Dropout(dropout)
        self.output_size = size
        self.n_directions = 1 + bidirectional

    def forward(self, x, lengths=None):
        """Encode a batch.

        Parameters
        ----------
        x : tensor of shape (B, T, F), or of ids of shape (B, T)
            Rows padded at the end.
        lengths : tensor of shape (B,), default=None
            Real steps of each row; None when no row is padded.

        Returns
        -------
        outputs : tensor of shape (B, T', O)
            The last layer's outputs, zero in the padding; T' is T without a stem.
        lengths : tensor of shape (B,) or None
            Real steps of each row of `outputs`.
        """
        x, lengths = self._shorten(x, lengths)
        for depth, layer in enumerate(self.layers):
            x = layer(x if depth == 0 else self.dropout(x), lengths)
        return x, lengths

    def carry(self, x, lengths=None, state=None):
        """Encode a chunk of longer sequences, carrying the state; see :meth:`Layer.carry`.

        Parameters
        ----------
        x : tensor of shape (B, T, F), or of ids of shape (B, T)
            The chunk.
        lengths : tensor of shape (B,), default=None
            Real steps of each row.
        state : list of tuples of tensors, default=None
            One state per layer, as the chunk before returned it.

        Returns
        -------
        outputs : tensor of shape (B, T, O)
            The last layer's outputs.
        state : list of tuples of tensors
            One state per layer.
        """
        if self.stem is not None:
            raise ValueError("An encoder with a stem cannot read a sequence in chunks.")
        x = x if self.embedding is None else self.embedding(x)
        after = []
        for depth, layer in enumerate(self.layers):
            x = x if depth == 0 else self.dropout(x)
            x, end = layer.carry(x, lengths, None if state is None else state[depth])
            after.append(end)
        return x, after

    def _shorten(self, x, lengths):
        x = x if self.embedding is None else self.embedding(x)
        return (x, lengths) if self.stem is None else self.stem(x, lengths)
