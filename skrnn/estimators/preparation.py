"""What is learned from the steps of training rows to make them fit for a network."""

import numpy as np
import torch

from skrnn.data.scaling import InputScaling
from skrnn.data.vocabulary import Vocabulary
from skrnn.nn import Embedding

MOST_IDS = 2**24 - 1  # beside numbers, ids are kept in single precision, which is exact up to here


class Preparation:
    """Numbers become scaled ones, and ids rows of an embedding table.

    Parameters
    ----------
    n_features : int
        F, features of a step; 1 for ids.
    n_steps : int
        The median length, by which a stem is planned.
    scaling : InputScaling or None
        The scaling of numbers; None for ids, and for numbers that stay as they are.
    vocabulary : Vocabulary or None
        The ids that have a vector; None for numbers.
    """

    def __init__(self, n_features, n_steps, scaling, vocabulary):
        self.n_features = n_features
        self.n_steps = n_steps
        self.scaling = scaling
        self.vocabulary = vocabulary

    @classmethod
    def fit(cls, params, X, weight):
        """Learn from training rows.

        Parameters
        ----------
        params : BaseRNN
            The estimator.
        X : Ragged
            n sequences of numbers or of ids.
        weight : float array of shape (n,)
            Their weights.

        Returns
        -------
        preparation : Preparation
            What to do to these steps, and to those that are to be predicted for.
        """
        scaled = params.scale_inputs and not X.is_ids
        scaling = InputScaling.fit(X, weight) if scaled else None
        vocabulary = read_vocabulary(params, X) if X.is_ids else None
        return cls(X.n_features, int(np.median(X.lengths)), scaling, vocabulary)

    def apply(self, values):
        """Give numbers (N, F), or ids of any shape, as the network reads them."""
        if self.vocabulary is not None:
            return self.vocabulary.index(values)
        return values if self.scaling is None else self.scaling.apply(values)

    def make_embedding(self, params):
        """Make the table of the vectors of ids; None for numbers."""
        if self.vocabulary is None:
            return None
        embedding = Embedding(1 + len(self.vocabulary), int(params.embedding_dim), padding_idx=0)
        if params.embedding_weights is not None:
            with torch.no_grad():
                embedding.weight.copy_(torch.as_tensor(_weights(params)))
                embedding.weight[0] = 0.0  # ids that are not known
        return embedding

    def size(self, params):
        """Give the numbers that a step has once its id is embedded."""
        return self.n_features if self.vocabulary is None else int(params.embedding_dim)


def read_vocabulary(params, X):
    """Find the ids that get a vector of their own.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    X : Ragged
        Training sequences of ids.

    Returns
    -------
    vocabulary : Vocabulary
        The ids of X, or of the rows of ``embedding_weights``.
    """
    if params.embedding_weights is None:
        return Vocabulary.fit(X.compact().values)  # not of padding, nor of rows left out
    return Vocabulary(np.arange(1, len(_weights(params))))  # row i holds the vector of id i


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
