"""Every form of X a user may hold, read into one Ragged, or an error that teaches."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import issparse

from skrnn.data.checks import check_finite, check_ids
from skrnn.data.columns import (
    date_columns,
    index_error,
    join_columns,
    object_cells,
    object_columns,
)
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
    to_ids,
    to_reals,
)
from skrnn.data.fused import Fused
from skrnn.data.ragged import Ragged
from skrnn.data.rows import (
    check_count,
    check_steps,
    described,
    join_rows,
    without_nan,
    without_zeros,
)

__all__ = ["as_ragged", "container_error", "is_table"]

_FORMS = (
    "X may be a list of arrays (steps, features) or (steps,), an array or tensor "
    "(n, steps, features), an array or DataFrame (n, steps), or a skrnn.data.Ragged"
)
_TABLE_TIP = (
    "In a 2-D X only NaN at the end of a row is padding; for series padded in front pass the "
    "3-D X[..., None], where both ends count."
)


@dataclass(frozen=True)
class Wanted:
    """What is to be read: token ids or numbers, with gaps or without, and for whom."""

    ids: bool
    allow_nan: bool
    owner: str


def as_ragged(X, *, ids=False, allow_nan=False, owner="estimator"):
    """Read sequences from any form a user may hold them in.

    Parameters
    ----------
    X : list, array, tensor, DataFrame, Series or Ragged
        - list, tuple, 1-D object array or Series of arrays (T_i, F) or (T_i,);
          a DataFrame whose cells are series, one column a feature
        - array or tensor of shape (n, T, F): n sequences, T steps, F features
        - array or DataFrame of shape (n, T): n sequences of one feature

        Steps at either end of a row whose features are all NaN are padding and are
        left out; in 2-D input only those at the end.
    ids : bool, default=False
        Whether X holds token ids: lists of int lists, or 2-D integers padded with 0.
    allow_nan : bool, default=False
        Whether numbers may be NaN between the padding.
    owner : str, default="estimator"
        How errors name the estimator that reads X.

    Returns
    -------
    Ragged
        n rows of at least one step: finite float32 or float64, or int64 ids of at
        least 1. Values are shared with X where its memory layout allows it; X is
        never changed.

    Raises
    ------
    TypeError
        If X is no container of sequences.
    ValueError
        If X is empty, its rows do not fit together, or it holds NaN, infinity,
        text, dates or complex numbers; names the row, the step and the feature.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import as_ragged
    >>> as_ragged([[1, 2, 3], [4, 5]])
    Ragged(n=2, n_features=1, lengths=2..3, dtype=float64)
    >>> as_ragged(np.zeros((10, 7, 3), dtype=np.float32))
    Ragged(n=10, n_features=3, lengths=7, dtype=float32)
    >>> as_ragged([[5, 1], [2, 0, 0]], ids=True)
    Ragged(n=2, ids, lengths=1..2, dtype=int64)
    >>> as_ragged([[1.0, np.nan, 2.0]], owner="RNNClassifier")
    Traceback (most recent call last):
        ...
    ValueError: Input X contains NaN in row 0, step 1, feature 0. RNNClassifier does not ...
    """
    wanted = Wanted(ids, allow_nan, owner)
    if isinstance(X, Ragged):
        return _read_ragged(X, wanted)
    if is_frame(X) or is_series(X):
        return _read_pandas(X, wanted)
    if issparse(X):
        raise TypeError(
            f"Sparse data was passed for X, but {owner} reads dense sequences. Use "
            "X.toarray() to convert to a dense array."
        )
    if is_arraylike(X):
        return _read_array(to_array(X), wanted)
    if not is_sequence(X):
        raise container_error(X, owner)
    return _read_rows(list(X), wanted)


def is_table(X):
    """Whether scikit-learn's own checks should judge X before `as_ragged` reads it.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    bool
        True for sparse matrices, frames of numbers and whatever becomes an array of
        at most two dimensions. False for sequences (lists, Ragged, 3-D arrays,
        nested frames) and for what only `as_ragged` explains well: text, dates,
        MultiIndex frames, and what is no container.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data.read import is_table
    >>> is_table(np.zeros((5, 3))), is_table(np.zeros((5, 3, 1))), is_table([[1, 2]])
    (True, False, False)
    """
    if issparse(X):
        return True
    if isinstance(X, Ragged):
        return False
    if is_frame(X) or is_series(X):
        odd = any(is_sequence(cell) or is_text(cell) for cell in object_cells(X))
        return not (odd or 0 in X.shape or X.index.nlevels > 1 or date_columns(X))
    if not is_arraylike(X) or np.ma.is_masked(X):
        return False
    if hasattr(X, "detach"):
        return X.ndim <= 2
    array = np.asarray(X)
    if array.ndim > 2 or array.dtype.kind not in "fiubcO":
        return False
    first = array.flat[0] if array.size else 0
    return not (array.dtype == object and (is_sequence(first) or is_text(first)))


# -- one reader for each form ---------------------------------------------------------


def _read_ragged(X, wanted):
    if X.is_ids and not wanted.ids:
        raise ValueError(
            f"X is a Ragged of token ids, but {wanted.owner} reads numbers: set embedding_dim to "
            "the size of the vector each token gets, or build the Ragged from values of shape "
            "(N, F)."
        )
    if wanted.ids and not X.is_ids:
        raise ValueError(
            "X is a Ragged of numbers, but embedding_dim is set, so X must hold integer token "
            "ids: set embedding_dim=None, or build the Ragged from a 1-D integer array."
        )
    check_count(len(X), X.shape, "sample", wanted.owner)
    check_count(X.n_features, X.values.shape, "feature", wanted.owner)
    check_steps(X.lengths)
    change = to_ids if wanted.ids else to_reals
    values = change(X.values, "X", wanted.owner)
    if values is not X.values:
        X = Ragged(values, X.lengths, X.starts, X.vectors)
    if wanted.ids:
        check_ids(X)
    else:
        tip = "The rows of a Ragged hold no padding."
        check_finite(X, wanted.owner, tip=tip, allow_nan=wanted.allow_nan)
    return X


def _read_array(array, wanted):
    if array.ndim == 0:
        raise ValueError(f"Expected 2D array, got scalar array instead: {array}. {_FORMS}.")
    check_count(len(array), array.shape, "sample", wanted.owner)
    if array.ndim == 1:
        return _read_rows(list(array), wanted)
    if array.ndim > 3:
        raise ValueError(
            f"Found array with dim {array.ndim}, while dim <= 3 is required by {wanted.owner}: "
            f"shape {array.shape} is not (n, steps, features). Join the last axes into one, e.g. "
            "X.reshape(len(X), X.shape[1], -1)."
        )
    if array.ndim == 3:
        return _read_cube(array, wanted)
    check_count(array.shape[1], array.shape, "feature", wanted.owner)
    if holds_sequences(array):
        names = range(array.shape[1])
        return _read_rows(join_columns(list(array.T), names), wanted)
    return _read_matrix(array, wanted)


def _read_cube(array, wanted):
    if wanted.ids:
        raise ValueError(
            f"X has shape {array.shape}, but embedding_dim is set, so X must hold one integer "
            "token id per step: lists of ids or shape (n, steps). Set embedding_dim=None to "
            "read X as numbers."
        )
    n, steps, features = array.shape
    check_count(features, array.shape, "feature", wanted.owner)
    check_count(steps, array.shape, "step", wanted.owner)
    values = to_reals(array, "X", wanted.owner).reshape(n * steps, features)
    return without_nan(Ragged(values, np.full(n, steps)), wanted.owner, allow_nan=wanted.allow_nan)


def _read_matrix(array, wanted):
    lengths = np.full(len(array), array.shape[1])
    if wanted.ids:
        return without_zeros(Ragged(to_ids(array, "X", wanted.owner).reshape(-1), lengths))
    values = to_reals(array, "X", wanted.owner).reshape(-1, 1)
    X = Ragged(values, lengths)
    return without_nan(X, wanted.owner, leading=False, tip=_TABLE_TIP, allow_nan=wanted.allow_nan)


def _read_pandas(X, wanted):
    check_count(len(X), X.shape, "sample", wanted.owner)
    if is_frame(X):
        check_count(X.shape[1], X.shape, "feature", wanted.owner)
    odd = object_cells(X)
    if any(is_sequence(cell) for cell in odd):
        columns = [X.iloc[:, j] for j in range(X.shape[1])] if is_frame(X) else [X]
        cells = [list(column) for column in columns]
        return _read_rows(join_columns(cells, [column.name for column in columns]), wanted)
    if X.index.nlevels > 1:
        raise index_error(X)
    if is_series(X):
        return _read_rows(X.tolist(), wanted)
    if dates := date_columns(X):
        raise ValueError(
            f"Column {dates[0]!r} of X holds dates, but {wanted.owner} reads numbers; drop it, or "
            "turn it into numbers first, e.g. the days since the first one."
        )
    for name, cell in zip(object_columns(X), odd, strict=True):
        if is_text(cell):
            place = f"Column {name!r} of X"
            raise text_error(np.array(cell), place, wanted.owner, ids=wanted.ids)
    return _read_matrix(to_array(X), wanted)


def _read_rows(cells, wanted):
    check_count(len(cells), (len(cells),), "sample", wanted.owner)
    if all(is_scalar(cell) for cell in cells):
        n = len(cells)
        raise ValueError(
            f"Expected 2D array, got 1D array instead: X holds {n} single values, no sequences. "
            f"Reshape your data: [X] or array.reshape(1, -1) is one sequence of {n} steps, "
            f"array.reshape(-1, 1) is {n} sequences of one step."
        )
    X = join_rows(cells, wanted.ids, wanted.owner)
    if wanted.ids:
        return without_zeros(X)
    return without_nan(X, wanted.owner, allow_nan=wanted.allow_nan)


def container_error(X, owner, forms=_FORMS, texts=True):
    """Give the error for an X that is no container of sequences.

    `forms` says what it may be, `texts` whether sequences may be texts.
    """
    if is_text(X) and not texts:
        advice = "A text holds no numbers. "
    elif is_text(X):
        advice = "One text is not a list of sequences; pass a list of texts to SequenceTokenizer. "
    elif hasattr(X, "__next__"):
        advice = "It can be read only once; pass a list, list(X). "
    elif isinstance(X, dict):
        advice = "Pass its sequences as a list, list(X.values()). "
    elif isinstance(X, Fused):
        advice = "Pass one of its parts, such as X['name']. "
    elif isinstance(X, set | frozenset):
        advice = "A set has no order; pass a list. "
    else:
        advice = ""
    return TypeError(f"{owner} got {described(X)} as X. {advice}{forms}.")
