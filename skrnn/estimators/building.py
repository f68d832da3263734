"""From an estimator's parameters to an untrained network."""

import numpy as np
import torch

from skrnn.nn import Encoder, HierarchicalEncoder, NextStepNetwork, PooledNetwork, make_stem

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


def build_network(params, head, layout, per_step=False):
    """Build the network of an estimator, drawing weights from torch's global generator.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    head : Head
        Says how many numbers the network ends in.
    layout : Layout
        Makes the encoder.
    per_step : bool, default=False
        Whether to predict neighbouring steps, rather than give one answer per sequence.

    Returns
    -------
    network : torch.nn.Module
        A network in training mode.
    """
    encoder = layout.make_encoder(params, per_step)
    if per_step:
        return NextStepNetwork(encoder, params.pooling, head.n_outputs)
    dense_sizes = [int(size) for size in params.dense_sizes]
    dropout = layout.dropout(params)
    return PooledNetwork(encoder, params.pooling, dense_sizes, dropout, head.n_outputs)


def flat_encoder(params, preparation, per_step=False):
    """Build what reads sequences.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    preparation : Preparation
        Says what a step is, and how long a typical sequence.
    per_step : bool, default=False
        Whether there must be an output for each step.

    Returns
    -------
    encoder : Encoder
        With a stem, where the parameters say so.
    """
    embedding, size = preparation.make_embedding(params), preparation.n_features
    stem = params.stem
    chunks = params.tbptt_steps is not None
    if per_step or (stem == "auto" and (chunks or embedding is not None)):
        stem = None
    stem = make_stem(stem, size, int(params.hidden_size), preparation.n_steps)
    tbptt_steps = int(params.tbptt_steps) if chunks else None
    dropout = preparation.dropout(params)
    return _encoder(params, size, dropout, embedding, stem, tbptt_steps)


def hierarchical_encoder(params, preparation):
    """Build what reads the sentences of documents, and documents.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    preparation : Preparation
        Says what a step is.

    Returns
    -------
    encoder : HierarchicalEncoder
        Two encoders of one kind.
    """
    embedding, size = preparation.make_embedding(params), preparation.n_features
    dropout = preparation.dropout(params)
    inner = _encoder(params, size, dropout, embedding)
    pooling = inner.make_pooling(params.pooling)
    outer = _encoder(params, inner.output_size, dropout)
    return HierarchicalEncoder(inner, pooling, outer, dropout)


def _encoder(params, size, dropout, embedding=None, stem=None, tbptt_steps=None):
    hidden_size = int(params.hidden_size)  # a grid may hold NumPy's integers, torch wants Python's
    return Encoder(
        params.cell,
        size,
        hidden_size,
        params.num_layers,
        params.bidirectional,
        dropout,
        embedding=embedding,
        stem=stem,
        tbptt_steps=tbptt_steps,
    )


def set_bias(network, bias):
    """Start the projection of a pooled network at the head's first guess, of shape (n_outputs,)."""
    with torch.no_grad():
        network.projection.bias.copy_(torch.as_tensor(np.asarray(bias)))
