"""From an estimator's parameters to an untrained network."""

import numpy as np
import torch

from skrnn.data.vocabulary import Vocabulary
from skrnn.nn import (
    POOLINGS,
    Embedding,
    Encoder,
    HierarchicalEncoder,
    NextStepNetwork,
    PooledNetwork,
    make_stem,
)

NETWORK_PARAMS = (
    "cell",
    "hidden_size",
    "num_layers",
    "bidirectional",
    "pooling",
    "dense_sizes",
    "stem",
    "embedding_dim",
    "hierarchical",
    "tbptt_steps",
    "dropout",
    "scale_inputs",
    "loss",
    "quantile",
    "scale_target",
)


def build_network(params, head, n_features, n_steps, vocabulary, per_step=False):
    """Build the network of an estimator, drawing weights from torch's global generator.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    head : Head
        Says how many numbers the network ends in.
    n_features : int
        F, numbers per step; ignored where there is a vocabulary.
    n_steps : int
        A typical length, by which the stem is planned.
    vocabulary : Vocabulary or None
        The ids to embed.
    per_step : bool, default=False
        Whether to predict neighbouring steps, rather than give one answer per sequence.

    Returns
    -------
    network : torch.nn.Module
        A network in training mode.
    """
    embedding = None if vocabulary is None else _embedding(params, vocabulary)
    size = n_features if vocabulary is None else int(params.embedding_dim)
    if params.hierarchical:
        encoder = _hierarchical_encoder(params, size, embedding)
    else:
        encoder = _flat_encoder(params, size, n_steps, embedding, per_step)
    if per_step:
        return NextStepNetwork(encoder, params.pooling, head.n_outputs)
    dense_sizes = [int(size) for size in params.dense_sizes]
    return PooledNetwork(encoder, params.pooling, dense_sizes, params.dropout, head.n_outputs)


def _flat_encoder(params, size, n_steps, embedding, per_step):
    stem = params.stem
    chunks = params.tbptt_steps is not None
    if per_step or (stem == "auto" and (chunks or embedding is not None)):
        stem = None
    stem = make_stem(stem, size, int(params.hidden_size), n_steps)
    tbptt_steps = int(params.tbptt_steps) if chunks else None
    return _encoder(params, size, embedding, stem, tbptt_steps)


def _hierarchical_encoder(params, size, embedding):
    inner = _encoder(params, size, embedding)
    pooling = POOLINGS[params.pooling](inner.output_size, inner.n_directions)
    outer = _encoder(params, inner.output_size)
    return HierarchicalEncoder(inner, pooling, outer, params.dropout)


def _encoder(params, size, embedding=None, stem=None, tbptt_steps=None):
    hidden_size = int(params.hidden_size)  # a grid may hold NumPy's integers, torch wants Python's
    return Encoder(
        params.cell,
        size,
        hidden_size,
        params.num_layers,
        params.bidirectional,
        params.dropout,
        embedding=embedding,
        stem=stem,
        tbptt_steps=tbptt_steps,
    )


def set_bias(network, bias):
    """Start the projection of a pooled network at the head's first guess, of shape (n_outputs,)."""
    with torch.no_grad():
        network.projection.bias.copy_(torch.as_tensor(np.asarray(bias)))


def read_vocabulary(params, X):
    """Find the ids that get a vector of their own.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    X : Ragged
        Training sequences.

    Returns
    -------
    vocabulary : Vocabulary or None
        The ids of X, or of the rows of ``embedding_weights``; None for sequences of numbers.
    """
    if params.embedding_dim is None:
        if params.embedding_weights is not None:
            raise ValueError("embedding_weights is given, but embedding_dim is None: set it too.")
        return None
    if params.embedding_weights is None:
        return Vocabulary.fit(X.compact().values)  # not of padding, nor of rows left out
    return Vocabulary(np.arange(1, len(_weights(params))))  # row i holds the vector of id i


def _embedding(params, vocabulary):
    embedding = Embedding(1 + len(vocabulary), int(params.embedding_dim), padding_idx=0)
    if params.embedding_weights is not None:
        with torch.no_grad():
            embedding.weight.copy_(torch.as_tensor(_weights(params)))
            embedding.weight[0] = 0.0  # ids that are not known
    return embedding


def _weights(params):
    try:
        weights = np.asarray(params.embedding_weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "embedding_weights must be a matrix of numbers of shape (V, embedding_dim); it cannot "
            f"be read as one: {error}."
        ) from error
    if weights.ndim != 2 or weights.shape[1] != params.embedding_dim or len(weights) < 2:
        raise ValueError(
            f"embedding_weights must have shape (V, embedding_dim) = (V, {params.embedding_dim}) "
            f"with V >= 2, row i holding the vector of id i; got shape {weights.shape}."
        )
    if not np.isfinite(weights).all():
        row = int(np.argmin(np.isfinite(weights).all(axis=1)))
        raise ValueError(
            f"embedding_weights holds NaN or infinity in row {row}; give every id a finite vector."
        )
    return weights
