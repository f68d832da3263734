"""Reading token ids or numbers, in the words of a transformer."""

from contextlib import contextmanager

from skrnn.data.bookkeeping import read_sequences
from skrnn.data.ragged import Ragged

# What errors of reading say to estimators that embed ids, and what they say here.
_WORDS = {
    "set embedding_dim to the size of the vector each token gets": "set tokens=True",
    "embedding_dim is set": "tokens=True is set",
    "then set embedding_dim": "then set tokens=True",
    "embedding_dim=None": "tokens=False",
}


def holds_tokens(X, tokens):
    """Whether X holds token ids, where the parameter `tokens` may be True, False or "auto"."""
    if tokens == "auto":
        return isinstance(X, Ragged) and X.is_ids
    return bool(tokens)


def read_tokens(estimator, X, *, tokens, reset):
    """Read sequences for a transformer that has the parameter `tokens`.

    Parameters
    ----------
    estimator : BaseEstimator
        Gets ``n_features_in_`` and, from a frame, ``feature_names_in_``.
    X : see :func:`skrnn.data.as_ragged`
        What the user passed.
    tokens : bool
        Whether X holds token ids.
    reset : bool
        Whether to set the number of features rather than to compare it.

    Returns
    -------
    X : Ragged
        Sequences of finite float64 or float32, or of ids.

    Raises
    ------
    ValueError, TypeError
        If X is no sequences, or others than those of fit.
    """
    with own_words():
        return read_sequences(estimator, X, ids=tokens, reset=reset)


@contextmanager
def own_words():
    """Say `tokens` where errors of reading speak of `embedding_dim`."""
    try:
        yield
    except (TypeError, ValueError) as error:
        said = str(error)
        for theirs, ours in _WORDS.items():
            said = said.replace(theirs, ours)
        if said == str(error):
            raise
        raise type(error)(said) from None
