"""From an estimator's parameters to an untrained network."""

import numpy as np
import torch

from skrnn.estimators.embedding import make_embedding
from skrnn.nn import (
    POOLINGS,
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
    "freeze_embedding",
    "hierarchical",
    "tbptt_steps",
    "dropout",
    "scale_inputs",
    "loss",
    "quantile",
    "scale_target",
)


def build_network(params, head, n_features, n_steps, vocabulary, vectors=None, per_step=False):
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
    vectors : float array of shape (V, D), default=None
        Their pretrained vectors; see :func:`~skrnn.estimators.embedding.pretrained`.
    per_step : bool, default=False
        Whether to predict neighbouring steps, rather than give one answer per sequence.

    Returns
    -------
    network : torch.nn.Module
        A network in training mode.
    """
    embedding, size = None, n_features
    if vocabulary is not None:
        embedding = make_embedding(params, vocabulary, vectors)
        size = embedding.embedding_dim
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
