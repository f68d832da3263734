"""Sequences to one vector per step: embedding, stem and stacked recurrent layers."""

from numbers import Integral

import torch
from torch import nn

from skrnn.cells import make_cell
from skrnn.cells.checks import check_flag
from skrnn.cells.dilation import run_dilated
from skrnn.cells.kernels import gives_last_state, run_kernel
from skrnn.cells.noise import is_rate, zoneout_rates
from skrnn.cells.unroll import flip_by_length, mask_steps
from skrnn.nn.dropout import Dropout
from skrnn.nn.pooling import POOLINGS, LastPooling
from skrnn.nn.stacked import for_rows


class Layer(nn.Module):
    """One recurrent layer: a cell forward and, if bidirectional, another one backward.

    What the options of :class:`~skrnn.cells.Cell` say of the surroundings of a cell is done here.

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
    depth : int, default=0
        Layers before this one.
    num_layers : int, default=1
        Layers in all.
    tbptt_steps : int or None, default=None
        How far gradients flow back in training, in steps; None for the whole sequence.

    Attributes
    ----------
    output_size : int
        O, size of the outputs of all directions together.
    """

    def __init__(
        self,
        cell,
        input_size,
        hidden_size,
        bidirectional,
        depth=0,
        num_layers=1,
        tbptt_steps=None,
    ):
        super().__init__()
        self.tbptt_steps = tbptt_steps
        self.directions = nn.ModuleList(make_cell(cell) for _ in range(1 + bidirectional))
        options = self.directions[0]
        check_surroundings(options, num_layers)
        self.input_dropout = Dropout(options.input_dropout)
        self.residual = options.residual and depth > 0
        each = options.dilation
        self.dilation = each if isinstance(each, Integral) else each[depth]
        for direction in self.directions:
            direction.build(input_size, hidden_size)
        self.output_size = sum(direction.output_size for direction in self.directions)
        self.starts = nn.ModuleList()
        if options.learn_initial_state:
            self.starts.extend(_zeros(direction, input_size) for direction in self.directions)

    def forward(self, x, lengths=None):
        """Read a batch (B, T, F) padded after `lengths` (B,) into outputs (B, T, O)."""
        given, x = x, self._drop_inputs(x)
        if self.training and self.tbptt_steps and self.tbptt_steps < x.shape[1]:
            return self._add_input(self._in_chunks(x, lengths), given, lengths)
        output, _ = self._run(0, x, lengths, need_state=False)
        if len(self.directions) == 2:
            backward, _ = self._run(1, flip_by_length(x, lengths), lengths, need_state=False)
            output = torch.cat([output, flip_by_length(backward, lengths)], -1)
        return self._add_input(output, given, lengths)

    def gives_last_states(self, x):
        """Whether :meth:`last_states` can read a batch."""
        in_chunks = self.training and self.tbptt_steps
        plain = self.dilation == 1 and not self.residual and not in_chunks
        return plain and all(gives_last_state(cell, x) for cell in self.directions)

    def last_states(self, x, lengths=None):
        """Give the state (B, O) after the last step; a backward direction's after the first."""
        x, ends = self._drop_inputs(x), []
        for i, cell in enumerate(self.directions):
            steps = flip_by_length(x, lengths) if i else x
            start, weights = self._start(i, len(x)), cell.kernel_weights()
            _, state = run_kernel(cell.kernel_cell, steps, lengths, start, weights, False)
            ends.append(state[0])
        return ends[0] if len(ends) == 1 else torch.cat(ends, 1)

    def carry(self, x, lengths=None, state=None):
        """Read a chunk of longer sequences.

        Parameters
        ----------
        x : tensor of shape (B, T, F)
            The chunk.
        lengths : tensor of shape (B,), default=None
            Real steps of each row.
        state : tuple of tensors of shape (B, dilation * H), default=None
            The state after the chunk before; None at the start.

        Returns
        -------
        output : tensor of shape (B, T, O)
            The outputs of the chunk.
        state : tuple of tensors of shape (B, dilation * H)
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
        output, state = self._run(0, self._drop_inputs(x), lengths, state)
        return self._add_input(output, x, lengths), state

    def _run(self, direction, x, lengths, state=None, need_state=True):
        cell = self.directions[direction]
        if state is None:
            state = self._start(direction, len(x))
        return run_dilated(cell, x, lengths, state, need_state, self.dilation)

    def _start(self, direction, n_rows):
        """Give the learned state before the first step, or None."""
        if not len(self.starts):
            return None
        parts = self.starts[direction]
        return tuple(for_rows(part, n_rows).repeat(1, self.dilation) for part in parts)

    def _in_chunks(self, x, lengths):
        """Read in chunks of ``tbptt_steps``, cutting the graph between them."""
        outputs, state, size = [], None, self.tbptt_steps
        for start in range(0, x.shape[1], size):
            chunk = x[:, start : start + size]
            left = None if lengths is None else (lengths - start).clamp(0, chunk.shape[1])
            output, state = self._run(0, chunk, left, state)
            state = tuple(part.detach() for part in state)
            outputs.append(output)
        return torch.cat(outputs, 1)

    def _drop_inputs(self, x):
        return drop_features(x, self.input_dropout)

    def _add_input(self, output, x, lengths):
        return output + mask_steps(x, lengths) if self.residual else output


def drop_features(x, dropout):
    """Apply a Dropout to features of a batch (B, T, F), the same ones at every step of a row."""
    if not dropout.training or dropout.p == 0:
        return x
    return x * dropout(torch.ones_like(x[:, :1]))


def check_surroundings(cell, num_layers):
    """Check the options of a cell that are about what lies around it.

    Parameters
    ----------
    cell : Cell
        The cell.
    num_layers : int
        Layers that are stacked.

    Raises
    ------
    ValueError
        If an option is out of range, or means nothing for so many layers.
    """
    check_flag(cell, "learn_initial_state")
    check_flag(cell, "residual")
    zoneout_rates(getattr(cell, "zoneout", 0.0), cell.state_names)
    if not is_rate(cell.input_dropout):
        raise ValueError(f"input_dropout={cell.input_dropout!r} must be a probability in [0, 1).")
    if cell.residual and num_layers == 1:
        raise ValueError(
            "residual=True connects layers, but num_layers=1 has only one. Set num_layers=2 or "
            "more."
        )
    each = cell.dilation if isinstance(cell.dilation, tuple | list) else (cell.dilation,)
    whole = (isinstance(n, Integral) and not isinstance(n, bool) and n >= 1 for n in each)
    if not all(whole):
        raise ValueError(
            f"dilation={cell.dilation!r} must be a positive int, or a tuple of one for each layer."
        )
    if isinstance(cell.dilation, tuple | list) and len(each) != num_layers:
        raise ValueError(
            f"dilation={cell.dilation!r} is for {len(each)} layers, but num_layers={num_layers}."
        )


def _zeros(cell, input_size):
    parts = cell.initial_state(torch.zeros(1, input_size))
    return nn.ParameterList(nn.Parameter(part[0].clone()) for part in parts)


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
        Probability of dropping an output of a layer before the next layer, and a number of the
        vectors of ids at all steps of a sequence [2]_.
    embedding : nn.Embedding or None, default=None
        Turns token ids into vectors of size `input_size`.
    stem : nn.Module or None, default=None
        Maps ``(x, lengths)`` to shorter sequences and their lengths, and has ``output_size``.
    tbptt_steps : int or None, default=None
        Truncated back-propagation through time [1]_: gradients flow back at most this many steps,
        in chunks that carry the state. None for the whole sequence.

    Attributes
    ----------
    output_size : int
        O, size of the outputs.
    n_directions : {1, 2}
        With 2 the first half of the outputs is the forward direction's.

    References
    ----------
    .. [1] R. J. Williams and J. Peng, "An efficient gradient-based algorithm for on-line training
       of recurrent network trajectories", Neural Computation 2, 1990.
    .. [2] Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout in recurrent
       neural networks", NIPS 2016.
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
        tbptt_steps=None,
    ):
        super().__init__()
        if tbptt_steps is not None and bidirectional:
            raise ValueError(
                f"tbptt_steps={tbptt_steps} carries the state from chunk to chunk, which the "
                "backward direction cannot: it starts at the end. Set bidirectional=False."
            )
        if tbptt_steps is not None and stem is not None:
            raise ValueError(f"tbptt_steps={tbptt_steps} cannot go with a stem. Set stem=None.")
        self.embedding = embedding
        self.stem = stem
        self.layers = nn.ModuleList()
        size = input_size if stem is None else stem.output_size
        for depth in range(num_layers):
            self.layers.append(
                Layer(cell, size, hidden_size, bidirectional, depth, num_layers, tbptt_steps)
            )
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
        x, lengths = self._below(x, lengths)
        return self.layers[-1](x, lengths), lengths

    def make_pooling(self, pooling):
        """Make the pooling of a name in ``POOLINGS`` for :meth:`pooled`."""
        return POOLINGS[pooling](self.output_size, self.n_directions)

    def pooled(self, pooling, x, lengths=None):
        """Encode a batch and pool the outputs to (B, O), without those that are not needed."""
        x, lengths = self._below(x, lengths)
        top = self.layers[-1]
        if isinstance(pooling, LastPooling) and top.gives_last_states(x):
            return top.last_states(x, lengths)
        return pooling(top(x, lengths), lengths)

    def _below(self, x, lengths):
        """Read a batch up to what the last layer sees."""
        x, lengths = self._shorten(x, lengths)
        for layer in list(self.layers)[:-1]:
            x = self.dropout(layer(x, lengths))
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
        if self.embedding is not None:
            x = drop_features(self.embedding(x), self.dropout)
        return (x, lengths) if self.stem is None else self.stem(x, lengths)
