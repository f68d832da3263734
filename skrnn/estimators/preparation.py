"""What is learned from the steps of training rows to make them fit for a network."""

import numpy as np

from skrnn.data.scaling import InputScaling
from skrnn.estimators.embedding import (
    embedding_size,
    make_embedding,
    pretrained,
    read_vocabulary,
)

USUAL_DROPOUT, DROPOUT_OF_IDS, WIDE = 0.2, 0.5, 32  # dropout="auto"
MOST_IDS = 2**24 - 1  # beside numbers, ids are kept in single precision, which is exact up to here


class Preparation:
    """Numbers become scaled ones, and ids rows of an embedding table.

    Parameters
    ----------
    n_features : int
        F, features of a step; of ids, the numbers of the vector of each.
    n_steps : int
        The median length, by which a stem is planned.
    scaling : InputScaling or None
        The scaling of numbers; None for ids, and for numbers that stay as they are.
    vocabulary : Vocabulary or None
        The ids that have a vector; None for numbers.
    vectors : float array of shape (V, D) or None
        Pretrained vectors of ids, until a table is made of them.
    """

    def __init__(self, n_features, n_steps, scaling=None, vocabulary=None, vectors=None):
        self.n_features = n_features
        self.n_steps = n_steps
        self.scaling = scaling
        self.vocabulary = vocabulary
        self.vectors = vectors

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
        n_steps = int(np.median(X.lengths))
        if X.is_ids:
            vectors = pretrained(params, X)
            vocabulary = read_vocabulary(params, X, vectors)
            size = embedding_size(params, vocabulary, vectors)
            return cls(size, n_steps, vocabulary=vocabulary, vectors=vectors)
        scaling = InputScaling.fit(X, weight) if params.scale_inputs else None
        return cls(X.n_features, n_steps, scaling)

    def apply(self, values):
        """Give numbers (N, F), or ids of any shape, as the network reads them."""
        if self.vocabulary is not None:
            return self.vocabulary.index(values)
        return values if self.scaling is None else self.scaling.apply(values)

    def make_embedding(self, params):
        """Make the table of the vectors of ids; None for numbers."""
        if self.vocabulary is None:
            return None
        vectors, self.vectors = self.vectors, None  # which a fitted estimator need not keep
        return make_embedding(params, self.vocabulary, vectors, self.n_features)

    def dropout(self, params):
        """Resolve what ``dropout="auto"`` leaves open; a narrow layer has nothing to spare."""
        if params.dropout != "auto":
            return params.dropout
        wide = self.vocabulary is not None and min(self.n_features, params.hidden_size) >= WIDE
        return DROPOUT_OF_IDS if wide else USUAL_DROPOUT
