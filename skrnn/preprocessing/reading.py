"""Reading token ids or numbers, in the words of a transformer."""

from contextlib import contextmanager

from skrnn.data.bookkeeping import read_sequences
from skrnn.data.ragged import Ragged

# What errors of reading say to estimators that embed ids, and what they say to transformers that
# have the parameter `tokens`, that read numbers only, or that read symbols.
TOKENS = {
    "set embedding_dim to the size of the vector each token gets": "set tokens=True",
    "embedding_dim is set": "tokens=True is set",
    "then set embedding_dim": "whose ids tokens='auto' knows",
    "embedding_dim=None": "tokens=False",
}
NUMBERS = {
    "set embedding_dim to the size of the vector each token gets": "make numbers of them with "
    "skrnn.preprocessing.OneHotSteps",
    " (then set embedding_dim)": ", which estimators with embedding_dim read, and symbols become "
    "numbers through OneHotSteps",
}
SYMBOLS = {
    "but embedding_dim is set, so X must hold": "but OneHotSteps reads symbols, so X must hold "
    "strings or",
    "but embedding_dim is set, so each": "but each",
    ", or set embedding_dim=None to let OneHotSteps read X as numbers": "",
    "set embedding_dim=None, or build": "build",
    " Set embedding_dim=None to read X as numbers.": "",
    "reads token ids. Put a skrnn.preprocessing.SequenceTokenizer in front of it, in a Pipeline; "
    "it makes ids of raw text.": "reads symbols of one type: strings, or integers.",
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
    with own_words(TOKENS):
        return read_sequences(estimator, X, ids=tokens, reset=reset)


@contextmanager
def own_words(words):
    """Let errors of reading speak of what the transformer has, where they say `embedding_dim`.

    Parameters
    ----------
    words : dict of str to str
        What is said to estimators, and what to say instead.
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        said = str(error)
        for theirs, ours in words.items():
            said = said.replace(theirs, ours)
        if said == str(error):
            raise
        raise type(error)(said) from None
