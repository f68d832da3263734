"""Sequences of symbols: strings, lists of strings, token ids."""

from dataclasses import dataclass
from itertools import chain

import numpy as np
from scipy.sparse import issparse

from skrnn.data.container import Container
from skrnn.data.convert import (
    is_arraylike,
    is_frame,
    is_missing,
    is_sequence,
    is_series,
    is_text,
    to_array,
)
from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged, container_error
from skrnn.data.rows import check_count, check_steps, described
from skrnn.data.scaling import step_weights
from skrnn.preprocessing.reading import SYMBOLS, own_words

__all__ = ["Symbols", "read_symbols"]

_FORMS = (
    "X may be a list, array, Series or frame of one column of strings, a list of lists of strings "
    "or of integers, an array of symbols (n, steps), or a Ragged of ids"
)


@dataclass(frozen=True)
class Symbols:
    """Rows of symbols, in the parts of a Ragged, which holds no strings.

    Parameters
    ----------
    values : array of str or int64, shape (N,)
        All steps.
    lengths, starts : int arrays of shape (n,)
        Where each row lies in `values`.
    joined : bool
        Whether rows were strings, a character a step.
    container : Container
        What the user holds them in.
    """

    values: np.ndarray
    lengths: np.ndarray
    starts: np.ndarray
    joined: bool
    container: Container

    @property
    def kind(self):
        """What the symbols are, in words."""
        return "integers" if self.values.dtype.kind == "i" else "strings"

    def unique(self):
        """Give the symbols of the rows, each once and sorted."""
        rows = Ragged(np.arange(len(self.values)), self.lengths, self.starts)
        used, _ = step_weights(rows, np.ones(len(rows)))
        return np.unique(self.values[used])


def read_symbols(X, owner):
    """Read sequences of symbols from any form a user may hold them in.

    Parameters
    ----------
    X : list, array, Series, DataFrame or Ragged of n sequences
        Strings, a character a step; lists of strings; integers as for token ids.
    owner : str
        How errors name the transformer.

    Returns
    -------
    symbols : Symbols
        At least one row, of at least one step each.

    Raises
    ------
    TypeError, ValueError
        If X is no sequences of symbols; names the row, and the step.

    Examples
    --------
    >>> read_symbols(["AC", "G"], "OneHotSteps").values
    array(['A', 'C', 'G'], dtype='<U1')
    >>> read_symbols([["one", "two"], ["two"]], "OneHotSteps").lengths
    array([2, 1])
    """
    cells, build = _text_cells(X, owner)
    if cells is None:
        return _read_ids(X, owner)
    check_count(len(cells), (len(cells),), "sample", owner)
    joined = is_text(cells[0])
    for i, cell in enumerate(cells):
        if isinstance(cell, str) is not joined or not (joined or is_sequence(cell)):
            raise _row_error(cell, i, owner, joined)
    lengths = np.fromiter(map(len, cells), dtype=np.int64, count=len(cells))
    check_steps(lengths)
    values = _characters(cells) if joined else _strings(cells, lengths, owner)
    return Symbols(values, lengths, np.cumsum(lengths) - lengths, joined, build(lengths))


def _text_cells(X, owner):
    """Give the rows where they are of strings, and how to make their container of the lengths."""
    if is_text(X):
        raise TypeError(f"{owner} got one string as X, which is one sequence; pass [X]. {_FORMS}.")
    if isinstance(X, Ragged) or issparse(X):
        return None, None
    if is_frame(X) or is_series(X):
        return _pandas_cells(X)
    if is_arraylike(X):
        return _array_cells(to_array(X))
    if not is_sequence(X):
        raise container_error(X, owner, _FORMS)
    cells = list(X)
    return cells if _of_text(cells) else None, lambda lengths: Container("list", lengths)


def _pandas_cells(X):
    if is_series(X):
        cells = X.tolist()
        return cells if _of_text(cells) else None, lambda n: Container("series", n, like=X)
    return _table_cells(X.to_numpy(dtype=object), X, "table")


def _array_cells(array):
    if array.ndim == 1:
        cells = array.tolist()
        return cells if _of_text(cells) else None, lambda n: Container("objects", n)
    if array.ndim != 2 or array.dtype.kind not in "OUT":
        return None, None
    return _table_cells(array, array, "array")


def _table_cells(array, like, kind):
    """Give the strings of one column, or the rows of several columns of symbols."""
    if array.shape[1] == 1:
        cells = array[:, 0].tolist()
        return cells if _of_text(cells) else None, lambda n: _nested(n, like)
    if not _of_text(array.flat):
        return None, None
    offsets, n_steps = np.zeros(len(array), dtype=np.int64), array.shape[1]
    like = like if kind == "table" else None
    return array.tolist(), lambda n: Container(kind, n, False, 2, offsets, n_steps, like)


def _nested(lengths, like):
    return Container("nested", lengths, flat_rows=True, like=like)


def _of_text(cells):
    """Whether the first row, or the first symbol of one, is a string."""
    filled = (cell if is_text(cell) else _first(cell) for cell in cells if not is_missing(cell))
    return is_text(next((first for first in filled if first is not None), None))


def _first(cell):
    """Give the first symbol of a row that is no string; None where there is none."""
    if not is_sequence(cell) or not len(cell):
        return None
    return cell.iloc[0] if is_series(cell) else cell[0]


def _characters(cells):
    """Give the characters of strings as an array, without a loop over them."""
    for i, cell in enumerate(cells):
        if "\0" in cell:
            raise ValueError(
                f"Row {i} of X holds the character NUL at step {cell.index(chr(0))}, which is "
                "no symbol. Leave it out."
            )
    code = "utf-32-le" if np.little_endian else "utf-32-be"
    return np.frombuffer("".join(cells).encode(code, "surrogatepass"), dtype="U1")


def _strings(cells, lengths, owner):
    """Give the strings of lists as an array."""
    rows = [cell.tolist() if hasattr(cell, "tolist") else cell for cell in cells]
    symbols = list(chain.from_iterable(rows))
    right = all(isinstance(symbol, str) and "\0" not in symbol for symbol in set(symbols))
    if right:
        return np.array(symbols, dtype=str)
    is_wrong = (not isinstance(symbol, str) or "\0" in symbol for symbol in symbols)
    wrong = next(i for i, found in enumerate(is_wrong) if found)
    row = int(np.searchsorted(np.cumsum(lengths), wrong, side="right"))
    place = f"Row {row} of X holds {symbols[wrong]!r} at step {wrong - int(lengths[:row].sum())}"
    if isinstance(symbols[wrong], str):
        raise ValueError(f"{place}, with the character NUL, which is no part of a symbol.")
    raise ValueError(
        f"{place}, {described(symbols[wrong])} among strings; {owner} reads symbols of one type."
    )


def _row_error(cell, i, owner, joined):
    if isinstance(cell, bytes | bytearray):
        return TypeError(f"Row {i} of X holds bytes; {owner} reads str: decode them first.")
    if is_missing(cell):
        return ValueError(f"Row {i} of X is missing ({cell}). Leave the row out.")
    expected = "a string" if joined else "a list of strings"
    return TypeError(f"Row {i} of X is {described(cell)}, not {expected}, as row 0 is. {_FORMS}.")


def _read_ids(X, owner):
    with own_words(SYMBOLS):
        read = as_ragged(X, ids=True, owner=owner)
    return Symbols(read.values, read.lengths, read.starts, False, Container.of(X, read))
