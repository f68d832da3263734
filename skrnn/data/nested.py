"""Documents of sentences, read into one Ragged whose last column marks where sentences start."""

import numpy as np
from scipy.sparse import issparse

from skrnn.data.convert import (
    holds_sequences,
    is_arraylike,
    is_frame,
    is_scalar,
    is_sequence,
    is_series,
    is_text,
    text_error,
    to_array,
)
from skrnn.data.places import Places
from skrnn.data.ragged import Ragged
from skrnn.data.read import container_error
from skrnn.data.rows import check_count, described, join_rows, without_nan, without_zeros
from skrnn.data.vectors import shared_vectors

__all__ = ["as_documents", "holds_documents", "map_steps", "without_marks"]

_FORMS = (
    "X may be a list of documents, each a list of sentences (steps, features) or (steps,), or an "
    "array or tensor (n, sentences, steps, features)"
)
_ID_FORMS = (
    "X may be a list of documents, each a list of sentences of token ids, or an integer array "
    "(n, sentences, steps) padded with 0"
)


def as_documents(X, *, ids=False, owner="estimator"):
    """Read documents from any form a user may hold them in.

    Parameters
    ----------
    X : list, array, tensor or Series
        - list, tuple, 1-D object array or Series of documents; a document is a list of
          sentences (T, F) or (T,), a Ragged of them, or an array (S, T, F)
        - array or tensor of shape (n, S, T, F): n documents of S sentences

        In a sentence, steps at either end whose features are all NaN are padding; at the end
        of a document, so are sentences of nothing else.
    ids : bool, default=False
        Whether X holds token ids: lists of lists of int lists, or integers (n, S, T) padded
        with 0.
    owner : str, default="estimator"
        How errors name the estimator that reads X.

    Returns
    -------
    Ragged
        One row per document, all its steps one after another, as float32 or float64 (N, F + 1)
        or int64 (N, 2): the last column is 1 at the first step of each sentence and 0 elsewhere.
        Pretrained vectors that all documents share are kept.

    Raises
    ------
    TypeError
        If X is no container of documents.
    ValueError
        If X is flat, empty, holds an empty document or sentence, or what :func:`as_ragged`
        refuses in a sequence; names the document, the sentence and the step.

    Examples
    --------
    >>> from skrnn.data.nested import as_documents
    >>> X = as_documents([[[5, 6, 7], [8]], [[9, 9]]], ids=True)
    >>> X[0]
    array([[5, 1],
           [6, 0],
           [7, 0],
           [8, 1]])
    >>> len(X), X.lengths
    (2, array([4, 2]))
    """
    documents = _list_documents(X, ids, owner)
    check_count(len(documents), (len(documents),), "sample", owner)
    vectors = shared_vectors(documents) if ids else None
    documents = [_list_sentences(doc, d, ids, owner) for d, doc in enumerate(documents)]
    sizes = np.array([len(doc) for doc in documents])
    _check_sentences(sizes, "no sentences")
    first = np.cumsum(sizes) - sizes
    places = Places(
        np.repeat(np.arange(len(sizes)), sizes), np.arange(sizes.sum()) - np.repeat(first, sizes)
    )
    cells = [sentence for doc in documents for sentence in doc]
    sentences = join_rows(cells, ids, owner, places)
    return _mark(*_without_padding(sentences, places, len(sizes), ids, owner), vectors)


def without_marks(X):
    """Leave the column of marks out.

    Parameters
    ----------
    X : Ragged
        What :func:`as_documents` gives.

    Returns
    -------
    Ragged
        The same rows, of F features or of ids.

    Examples
    --------
    >>> without_marks(as_documents([[[5, 6], [7]]], ids=True))
    Ragged(n=1, ids, lengths=3, dtype=int64)
    """
    return X.map_values(lambda v: v[:, 0] if v.dtype.kind == "i" else v[:, :-1])


def map_steps(X, function):
    """Change the steps of documents, but not the marks.

    Parameters
    ----------
    X : Ragged
        What :func:`as_documents` gives.
    function : callable
        Takes features (N, F) or ids (N, 1) and gives as many steps.

    Returns
    -------
    Ragged
        The same rows with new values.

    Examples
    --------
    >>> X = as_documents([[[5, 6], [7]]], ids=True)
    >>> map_steps(X, lambda ids: 10 * ids)[0]
    array([[50,  1],
           [60,  0],
           [70,  1]])
    """
    return X.map_values(lambda v: np.hstack([function(v[:, :-1]), v[:, -1:]]))


def holds_documents(X, ids):
    """Whether an X that could not be read as sequences looks like documents.

    Parameters
    ----------
    X : object
        Anything.
    ids : bool
        Whether token ids were expected.

    Returns
    -------
    bool
        True if a row of X can be a list of sequences and cannot be one sequence.

    Examples
    --------
    >>> holds_documents([[[1, 2], [3]]], ids=True), holds_documents([[1, 2], [3]], ids=True)
    (True, False)
    """
    if isinstance(X, Ragged) or is_frame(X) or issparse(X) or not is_sequence(X):
        return False
    return any(_is_document(row, ids) for row in (X.tolist() if is_series(X) else X))


def _is_document(row, ids):
    if isinstance(row, Ragged):
        return True
    if not is_sequence(row) or is_frame(row):
        return False
    try:
        array = to_array(row)
    except ValueError:  # lists of unequal length
        return all(is_sequence(sentence) for sentence in row)
    if array.dtype == object:
        return array.size > 0 and all(is_sequence(sentence) for sentence in array.flat)
    return array.ndim >= (2 if ids else 3)


# -- from X to a list of lists of sentences -----------------------------------------------


def _list_documents(X, ids, owner):
    forms = _ID_FORMS if ids else _FORMS
    if isinstance(X, Ragged):
        raise _flat_error(f"X is a Ragged of {len(X)} sequences", ids)
    if is_frame(X):
        raise _flat_error("X is a DataFrame", ids)
    if issparse(X):
        raise _flat_error("X is a sparse matrix", ids)
    if is_series(X):
        return X.tolist()
    if is_arraylike(X):
        return _list_array(to_array(X), 3 if ids else 4, "X", ids)
    if not is_sequence(X):
        raise container_error(X, owner, forms)
    return list(X)


def _list_sentences(doc, d, ids, owner):
    place = f"Document {d} of X"
    if is_text(doc):
        raise text_error(np.array(doc), place, owner, ids=ids)
    if isinstance(doc, Ragged):
        _check_kind(doc, place, ids, owner)
        return list(doc)
    if is_frame(doc):
        raise _flat_error(f"{place} is a DataFrame, which is one sequence", ids)
    if not is_sequence(doc):
        raise TypeError(
            f"{place} is {described(doc)}, not a list of sentences. {_ID_FORMS if ids else _FORMS}."
        )
    if is_series(doc):
        doc = doc.tolist()
    if is_arraylike(doc):
        return _list_array(to_array(doc, place), 2 if ids else 3, place, ids)
    if len(doc) and all(is_scalar(sentence) for sentence in doc):
        raise _flat_error(f"{place} is a list of {len(doc)} numbers, which is one sequence", ids)
    return list(doc)


def _list_array(array, n_axes, place, ids):
    """List the first axis of an array that should have `n_axes`, or of one of objects."""
    if holds_sequences(array):
        return list(array)
    if array.ndim < n_axes:
        raise _flat_error(f"{place} is an array of shape {array.shape}", ids)
    if array.ndim > n_axes:
        raise ValueError(
            f"{place} has shape {array.shape}, which is one axis too many or more. "
            f"{_ID_FORMS if ids else _FORMS}."
        )
    return list(array)


def _flat_error(what, ids):
    """Give the error for sequences where documents belong."""
    return ValueError(
        f"{what}, but hierarchical=True reads documents of sentences: "
        f"{_ID_FORMS if ids else _FORMS}. Set hierarchical=False to read X as sequences."
    )


def _check_kind(doc, place, ids, owner):
    if doc.is_ids and not ids:
        raise ValueError(
            f"{place} is a Ragged of token ids, but {owner} reads numbers: set embedding_dim to "
            "the size of the vector each token gets."
        )
    if ids and not doc.is_ids:
        raise ValueError(
            f"{place} is a Ragged of numbers, but embedding_dim is set, so X must hold integer "
            "token ids: set embedding_dim=None, or build the Ragged from a 1-D integer array."
        )


def _check_sentences(sizes, what):
    if not sizes.all():
        raise ValueError(
            f"Document {int(np.argmin(sizes))} of X has {what}; every document needs at least "
            "one. Leave the document out, in y too."
        )


# -- from sentences to marked documents ---------------------------------------------------


def _without_padding(X, places, n_documents, ids, owner):
    """Leave padding out; give the sentences that stay and the document of each."""
    padding = X.values == 0 if ids else np.isnan(X.values).all(axis=1)
    before = np.concatenate([[0], np.cumsum(~padding)])
    real = before[X.starts + X.lengths] > before[X.starts]
    sizes = np.zeros(n_documents, dtype=np.int64)  # sentences up to the last real one
    np.maximum.at(sizes, places.documents[real], places.sentences[real] + 1)
    _check_sentences(sizes, f"no sentences left: all its values are {'0' if ids else 'NaN'}")
    kept = places.sentences < sizes[places.documents]
    places = Places(places.documents[kept], places.sentences[kept])
    if ids:
        return without_zeros(X[kept], places=places), places.documents
    return without_nan(X[kept], owner, places=places), places.documents


def _mark(X, documents, vectors):
    """Join the sentences of each document, with a mark at the first step of each."""
    X = X.compact()
    values = X.values.reshape(len(X.values), -1)  # ids become a column
    marks = np.zeros((len(values), 1), dtype=values.dtype)
    marks[X.starts] = 1
    lengths = np.bincount(documents, weights=X.lengths).astype(np.int64)
    return Ragged(np.hstack([values, marks]), lengths, vectors=vectors)
