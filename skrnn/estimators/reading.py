"""Reading the X of an estimator of sequences, as its parameters say."""

from skrnn.data.bookkeeping import read_sequences, unchanged_on_error

__all__ = ["read_X", "unchanged_on_error"]


def read_X(estimator, X, reset):
    """Read sequences, and set or compare the number of features.

    Parameters
    ----------
    estimator : BaseRNN
        Has ``embedding_dim``; gets ``n_features_in_`` and, from a frame, ``feature_names_in_``.
    X : see :func:`skrnn.data.as_ragged`
        What the user passed.
    reset : bool
        Whether to set the number of features rather than to compare it.

    Returns
    -------
    X : Ragged
        Sequences of finite float64 or float32, or of ids.

    Raises
    ------
    ValueError, TypeError
        If X is no sequences, or others than those of the first fit.
    """
    return read_sequences(estimator, X, ids=estimator.embedding_dim is not None, reset=reset)
