"""Texts in the containers users hold them in, and ids in the same kind of container."""

from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.sparse import issparse

from skrnn.data import Ragged
from skrnn.data.convert import (
    is_arraylike,
    is_frame,
    is_missing,
    is_sequence,
    is_series,
    to_array,
)
from skrnn.data.read import container_error
from skrnn.data.rows import check_count, described

__all__ = ["Texts", "read_texts"]

_FORMS = (
    "X may be a list, array or Series of texts, a DataFrame or (n, 1) array of one column of "
    "texts, or a list of lists of tokens"
)


class Texts(NamedTuple):
    """What was read.

    Attributes
    ----------
    cells : list of str, or of lists of str
        One per row.
    listed : bool
        Whether they are lists of tokens.
    give_back : callable or None
        Puts a Ragged of ids into the kind of container that the texts came in; None where that
        is the Ragged itself.
    """

    cells: list
    listed: bool
    give_back: object


def read_texts(X, owner):
    """Read texts from any form a user may hold them in.

    Parameters
    ----------
    X : list, tuple, array, Series or DataFrame of n texts
        Texts, or lists of tokens; of an array or DataFrame of two dimensions, one column.
    owner : str
        How errors name the transformer.

    Returns
    -------
    texts : Texts
        The same in a list.

    Raises
    ------
    TypeError
        If X is no container of texts, or a cell is none; names the row.
    ValueError
        If X is empty or has more than one column, or a cell is missing; names the row.

    Examples
    --------
    >>> read_texts(("one", "two"), "SequenceTokenizer")
    Texts(cells=['one', 'two'], listed=False, give_back=None)
    """
    cells, give_back = _list_cells(X, owner)
    check_count(len(cells), (len(cells),), "sample", owner)
    if set(map(type, cells)) == {str}:
        return Texts(cells, False, give_back)
    listed = is_sequence(cells[0])
    cells = [_check_cell(cell, i, listed, owner) for i, cell in enumerate(cells)]
    return Texts(cells, listed, give_back)


def _list_cells(X, owner):
    if isinstance(X, str):
        raise TypeError(
            f"{owner} got one text as X. A list of texts is expected, one per sequence; pass [X]."
        )
    if isinstance(X, Ragged):
        raise TypeError(f"{owner} got a Ragged as X, which holds numbers or ids and no texts.")
    if issparse(X):
        raise TypeError(f"Sparse data was passed for X, but {owner} reads texts.")
    if is_frame(X):
        _check_columns(X, owner)
        return X.iloc[:, 0].tolist(), partial(_to_frame, X.index, X.columns)
    if is_series(X):
        return X.tolist(), None
    if is_arraylike(X):
        return _list_array(to_array(X), owner)
    if not is_sequence(X):
        raise container_error(X, owner, _FORMS)
    return list(X), None


def _list_array(array, owner):
    if array.ndim == 0 or array.ndim > 2:
        raise ValueError(f"{owner} got an array of shape {array.shape} as X. {_FORMS}.")
    if array.ndim == 1:
        return array.tolist(), None
    _check_columns(array, owner)
    return array[:, 0].tolist(), _to_column


def _check_columns(X, owner):
    if X.shape[1] != 1:
        raise ValueError(
            f"X has shape {X.shape}, but {owner} reads one column of texts. Choose one, or give "
            "each its own tokenizer in a ColumnTransformer; lists of tokens must be lists, "
            "X.tolist()."
        )


def _check_cell(cell, i, listed, owner):
    """Return a cell as a str or a list, or raise."""
    if isinstance(cell, str) and not listed:
        return str(cell)
    if is_sequence(cell) and listed:
        cell = to_array(cell) if hasattr(cell, "__array__") else cell
        if getattr(cell, "ndim", 1) == 1:
            return cell.tolist() if hasattr(cell, "tolist") else list(cell)
    if isinstance(cell, bytes | bytearray):
        raise TypeError(f"Row {i} of X holds bytes; {owner} reads str: decode them first.")
    if is_missing(cell):
        raise ValueError(
            f"Row {i} of X is missing ({cell}). Leave the row out, or make it an empty text, e.g. "
            "with fillna('') of pandas."
        )
    expected = "a list of tokens, as row 0 is" if listed else "a text"
    raise TypeError(f"Row {i} of X is {described(cell)} ({cell!r:.40}), not {expected}. {_FORMS}.")


def _to_column(X):
    """Put the rows of a Ragged into an array (n, 1) of objects."""
    return np.asarray(X)[:, None]


def _to_frame(index, columns, X):
    """Put the rows of a Ragged into a DataFrame of one column."""
    import pandas as pd

    return pd.DataFrame(_to_column(X), index=index, columns=columns)
