"""From token ids to a table of vectors: whose they are, how long, and where they start."""

import numpy as np
import torch

from skrnn.data.convert import to_array
from skrnn.data.vocabulary import Vocabulary
from skrnn.nn import Embedding

SMALLEST_AUTO, LARGEST_AUTO = 4, 128  # embedding_dim="auto": half the number of ids, within these


def read_vocabulary(params, X, vectors):
    """Find the ids that get a vector of their own.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    X : Ragged
        Training sequences of ids.
    vectors : float array of shape (V, embedding_dim) or None
        What :func:`pretrained` gave.

    Returns
    -------
    vocabulary : Vocabulary
        The ids of X and those that a pretrained vector is known of, or of the rows of
        ``embedding_weights``.

    Raises
    ------
    ValueError
        If there is nothing to freeze.
    """
    if params.freeze_embedding and vectors is None:
        raise ValueError(
            "freeze_embedding=True keeps pretrained vectors as they are, but there are none: give "
            "embedding_weights, let SequenceTokenizer(vectors=...) make X, or set it to False."
        )
    if params.embedding_weights is not None:
        return Vocabulary(np.arange(1, len(vectors)))  # row i holds the vector of id i
    used = X.compact().values  # not of padding, nor of rows left out
    if vectors is not None:
        known = np.flatnonzero(~np.isnan(vectors[:, 0]))
        used = np.concatenate([used, known[known > 0]])
    return Vocabulary.fit(used)


def pretrained(params, X):
    """Give the vectors that an embedding starts from, row i for id i, or None.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    X : Ragged
        Training sequences of ids, which may carry vectors.

    Returns
    -------
    vectors : float array of shape (V, embedding_dim) or None
        Rows of NaN stand for ids of which no vector is known.

    Raises
    ------
    ValueError
        If ``embedding_dim`` is another, or they are no matrix of finite numbers.
    """
    if params.embedding_weights is not None:
        return _weights(params)
    vectors = X.vectors
    if vectors is None:
        return None
    if params.embedding_dim not in ("auto", vectors.shape[1]):
        raise ValueError(
            f"X carries pretrained vectors of {vectors.shape[1]} numbers, but embedding_dim="
            f"{params.embedding_dim}. Set embedding_dim to 'auto' or {vectors.shape[1]}."
        )
    wrong = ~np.isfinite(vectors).all(axis=1) & ~np.isnan(vectors).all(axis=1)
    if wrong.any():
        raise ValueError(
            f"The pretrained vectors that X carries hold NaN or infinity in row {wrong.argmax()}; "
            "a row is finite, or NaN throughout where there is no vector."
        )
    return vectors


def embedding_size(params, vocabulary, vectors):
    """Give the numbers of each vector, resolving what ``embedding_dim="auto"`` leaves open."""
    if params.embedding_dim != "auto":
        return int(params.embedding_dim)
    if vectors is not None:
        return vectors.shape[1]
    return min(max(len(vocabulary) // 2, SMALLEST_AUTO), LARGEST_AUTO)


def make_embedding(params, vocabulary, vectors, size):
    """Make the table, drawing what is not given from torch's global generator.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    vocabulary : Vocabulary
        The ids to embed.
    vectors : float array of shape (V, D) or None
        What :func:`pretrained` gave.
    size : int
        D, what :func:`embedding_size` gave.

    Returns
    -------
    embedding : Embedding
        Row 0, for ids that are not known, is the zero vector.
    """
    embedding = Embedding(1 + len(vocabulary), size, padding_idx=0)
    if vectors is not None:
        inside = np.flatnonzero(vocabulary.ids < len(vectors))
        rows = vectors[vocabulary.ids[inside]]
        given = ~np.isnan(rows[:, 0])
        with torch.no_grad():
            embedding.weight[torch.as_tensor(1 + inside[given])] = torch.as_tensor(
                rows[given], dtype=torch.float32
            )
    embedding.weight.requires_grad_(not params.freeze_embedding)
    return embedding


def _weights(params):
    try:
        weights = to_array(params.embedding_weights, "embedding_weights")
        if weights.dtype.kind == "c":
            raise TypeError("it holds complex numbers")
        weights = weights.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(
            "embedding_weights must be a matrix of numbers of shape (V, embedding_dim); it cannot "
            f"be read as one: {error}."
        ) from error
    size = params.embedding_dim
    if weights.ndim != 2 or len(weights) < 2 or size not in ("auto", weights.shape[1]):
        raise ValueError(
            f"embedding_weights must have shape (V, embedding_dim) = (V, {size}) "
            f"with V >= 2, row i holding the vector of id i; got shape {weights.shape}."
        )
    fits = (np.abs(weights) <= np.finfo(np.float32).max).all(axis=1)  # False for NaN
    if not fits.all():
        raise ValueError(
            f"embedding_weights holds NaN or infinity in row {fits.argmin()}, or a number too "
            "large for float32; give every id a finite vector."
        )
    return weights
