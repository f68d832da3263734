"""Whole networks: an encoder, what stands behind it, and the numbers a head reads."""

import torch
from torch import nn

from skrnn.cells.kernels import exact
from skrnn.nn.dropout import Dropout
from skrnn.nn.stacked import linear


class PooledNetwork(nn.Module):
    """One answer per sequence: encoder, pooling, dense layers, projection.

    Parameters
    ----------
    encoder : Encoder, HierarchicalEncoder or FusionEncoder
        Sequences to one vector each, once their outputs are pooled.
    pooling : {"last", "mean", "max", "attention"}
        How outputs become one vector.
    dense_sizes : tuple of int
        Sizes of ReLU layers behind the pooling.
    dropout : float
        Probability of dropping a unit before each of the layers behind the pooling.
    n_outputs : int
        Numbers the head reads per sequence.
    """

    def __init__(self, encoder, pooling, dense_sizes, dropout, n_outputs):
        super().__init__()
        self.encoder = encoder
        self.pooling = encoder.make_pooling(pooling)
        self.behind = nn.Sequential()
        size = encoder.output_size
        for dense_size in dense_sizes:
            self.behind.extend([Dropout(dropout), Dense(size, dense_size), nn.ReLU()])
            size = dense_size
        self.behind.append(Dropout(dropout))
        self.projection = init_projection(Dense(size, n_outputs))

    def encode(self, x, lengths=None):
        """Give the pooled states (B, O) of sequences (B, T, F)."""
        return self.encoder.pooled(self.pooling, x, lengths)

    def forward(self, x, lengths=None):
        """Give the head's numbers (B, n_outputs) for sequences (B, T, F)."""
        return self.projection(self.behind(self.encode(x, lengths)))


class NextStepNetwork(nn.Module):
    """Predict each step from the steps before it, to learn states without labels.

    A bidirectional encoder learns from both sides [1]_: the forward half of its outputs
    predicts the next step, the backward half the step before, so that neither sees its answer.

    Parameters
    ----------
    encoder : Encoder
        Sequences to outputs per step, without a stem.
    pooling : {"last", "mean", "max", "attention"}
        How :meth:`encode` turns outputs into one vector; attention is not trained here.
    n_outputs : int
        Numbers the head reads per step.

    References
    ----------
    .. [1] M. E. Peters et al., "Deep contextualized word representations", NAACL 2018.
    """

    def __init__(self, encoder, pooling, n_outputs):
        super().__init__()
        self.encoder = encoder
        self.pooling = encoder.make_pooling(pooling)
        size = encoder.output_size // encoder.n_directions
        self.projections = nn.ModuleList(
            init_projection(Dense(size, n_outputs)) for _ in range(encoder.n_directions)
        )

    def encode(self, x, lengths=None):
        """Give the pooled states (B, O) of sequences (B, T, F)."""
        return self.encoder.pooled(self.pooling, x, lengths)

    def forward(self, x, lengths=None):
        """Give the head's numbers (B, directions, T - 1, n_outputs) for T - 1 neighbours.

        Position t of direction 0 speaks of step t + 1, of direction 1 of step t.
        """
        outputs, _ = self.encoder(x, lengths)
        halves = outputs.chunk(len(self.projections), -1)
        spans = (slice(None, -1), slice(1, None))
        pairs = zip(self.projections, halves, spans, strict=False)
        return torch.stack([project(half[:, span]) for project, half, span in pairs], 1)


class Dense(nn.Module):
    """A linear layer whose answers do not depend on the batch where the kernel runs.

    Parameters
    ----------
    size, n_outputs : int
        Numbers of a row before and after.
    """

    def __init__(self, size, n_outputs):
        super().__init__()
        linear = nn.Linear(size, n_outputs)
        self.weight, self.bias = linear.weight, linear.bias

    def extra_repr(self):
        """Show the sizes."""
        return ", ".join(map(str, reversed(self.weight.shape)))

    def forward(self, x):
        """Give the products (..., n_outputs) of rows (..., size)."""
        if exact.answers_exactly(x):
            return exact.linear(x, self.weight, self.bias)
        return linear(x, self.weight, self.bias)


def init_projection(linear):
    """Start a last layer at small weights and zero bias, so that first answers are neutral."""
    nn.init.xavier_uniform_(linear.weight, gain=0.5)
    nn.init.zeros_(linear.bias)
    return linear
