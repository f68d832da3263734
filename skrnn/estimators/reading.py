"""Reading the X of an estimator of sequences, as its parameters say."""

from skrnn.data.bookkeeping import note_features, read_sequences, unchanged_on_error
from skrnn.data.nested import as_documents, holds_documents

__all__ = ["read_X", "unchanged_on_error"]


def read_X(estimator, X, reset):
    """Read sequences or documents, and set or compare the number of features.

    Parameters
    ----------
    estimator : BaseRNN
        Has ``embedding_dim`` and ``hierarchical``; gets ``n_features_in_`` and, from a frame,
        ``feature_names_in_``.
    X : see :func:`skrnn.data.as_ragged` and :func:`skrnn.data.nested.as_documents`
        What the user passed.
    reset : bool
        Whether to set the number of features rather than to compare it.

    Returns
    -------
    X : Ragged
        Sequences of finite float64 or float32, or of ids; documents with a column of marks.

    Raises
    ------
    ValueError, TypeError
        If X is no sequences, or others than those of the first fit.
    """
    ids = estimator.embedding_dim is not None
    if estimator.hierarchical:
        documents = as_documents(X, ids=ids, owner=type(estimator).__name__)
        note_features(estimator, X, documents.n_features - 1, reset=reset)
        return documents
    try:
        return read_sequences(estimator, X, ids=ids, reset=reset)
    except (TypeError, ValueError) as error:
        if not holds_documents(X, ids):
            raise
        raise type(error)(
            f"{error} If X holds documents, each a list of sentences, set hierarchical=True."
        ) from error
