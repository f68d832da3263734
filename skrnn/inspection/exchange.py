"""Rows of X, in whose steps those of other rows are put, in the form that X had."""

from abc import ABC, abstractmethod

import numpy as np
import pandas as pd

from skrnn.data import Fused, Ragged
from skrnn.data.rows import described

FORMS = "sequences: a list or array of them, a frame, a Ragged, lists of tokens, or texts"


def read_form(X, ids=False):
    """Take X apart into rows that can be exchanged.

    Parameters
    ----------
    X : list, array, DataFrame, Series or Ragged
        Sequences of numbers, of ids or of tokens, or texts.
    ids : bool, default=False
        Whether integers are ids, so that zeros at the end of a matrix are padding.

    Returns
    -------
    form : Form
        The rows, and the way back.

    Raises
    ------
    TypeError
        If X holds no such rows.
    ValueError
        If it holds none at all.
    """
    if hasattr(X, "__len__") and len(X) == 0:
        raise ValueError(f"X has 0 rows, but must hold {FORMS}.")
    if isinstance(X, Ragged):
        return RaggedForm(X)
    if isinstance(X, Fused):
        raise TypeError(
            "X is a Fused, whose parts have no steps in common. Look at estimators that read one "
            "part, such as X['name']."
        )
    if isinstance(X, pd.DataFrame) and any(dtype.kind == "O" for dtype in X.dtypes):
        return CellsForm(X)
    array = np.asarray(X) if hasattr(X, "__array__") or hasattr(X, "iloc") else None
    if array is not None and array.ndim in (2, 3) and array.dtype.kind in "fiub":
        return ArrayForm(X, array, ids)
    if isinstance(X, list | tuple | pd.Series) or (array is not None and array.ndim == 1):
        return ListForm(list(X))
    raise TypeError(f"X is {described(X)}, but must hold {FORMS}.")


class Form(ABC):
    """A container of rows.

    Attributes
    ----------
    rows : list of n ndarrays of shape (T_i, F) or (T_i,)
        The steps of each row, without padding.
    names : list of str or None
        Names of the F features, where X has them.
    """

    names = None

    @abstractmethod
    def rebuild(self, rows):
        """Put other rows of the same shapes into a container like that of X."""


class RaggedForm(Form):
    """A Ragged."""

    def __init__(self, X):
        self.vectors = X.vectors
        self.rows = [X[i] for i in range(len(X))]

    def rebuild(self, rows):
        """Make a Ragged."""
        lengths = [len(row) for row in rows]
        return Ragged(np.concatenate(rows), lengths, vectors=self.vectors)


class ArrayForm(Form):
    """An array or frame (n, T), or an array (n, T, F), perhaps padded."""

    def __init__(self, X, array, ids):
        self.X, self.array = X, array
        real = array != 0 if ids else ~np.isnan(array.astype(np.float64))
        real = real.any(2) if array.ndim == 3 else real
        first = real.argmax(1) * (array.ndim == 3)  # a matrix is padded at its end only
        last = real.shape[1] - real[:, ::-1].argmax(1)
        self.spans = [slice(a, b) for a, b in zip(first, last, strict=True)]
        self.rows = [row[span] for row, span in zip(array, self.spans, strict=True)]

    def rebuild(self, rows):
        """Write them over a copy."""
        array = self.array.copy()
        for i, row in enumerate(rows):
            array[i, self.spans[i]] = row
        if isinstance(self.X, pd.DataFrame):
            return pd.DataFrame(array, index=self.X.index, columns=self.X.columns)
        return array


class CellsForm(Form):
    """A frame whose cells are series, one column a feature."""

    def __init__(self, X):
        self.X, self.names = X, [str(name) for name in X.columns]
        self.rows = [np.column_stack(list(cells)) for cells in X.itertuples(index=False)]

    def rebuild(self, rows):
        """Make such a frame."""
        cells = {name: [row[:, j] for row in rows] for j, name in enumerate(self.X.columns)}
        columns = {name: pd.Series(c, index=self.X.index) for name, c in cells.items()}
        return pd.DataFrame(columns)


class ListForm(Form):
    """A list of arrays, of lists of numbers, ids or tokens, of frames or series, or of texts."""

    def __init__(self, rows):
        self.given = rows
        self.rows = [self._read(i, row) for i, row in enumerate(rows)]
        if isinstance(rows[0], pd.DataFrame):
            self.names = [str(name) for name in rows[0].columns]

    def _read(self, i, row):
        if isinstance(row, str):
            return np.array(row.split(), dtype=object)
        try:
            array = np.asarray(row)
        except ValueError:  # lists of unequal length
            array = np.empty(())
        array = array.astype(object) if array.dtype.kind in "UT" else array
        if array.ndim not in (1, 2) or (array.ndim == 1 and _holds_lists(array)):
            raise TypeError(f"Row {i} of X is {described(row)}, but X must hold {FORMS}.")
        return array

    def rebuild(self, rows):
        """Make a list of the same kinds."""
        return [_like(given, row) for given, row in zip(self.given, rows, strict=True)]


def _holds_lists(array):
    return array.dtype == object and any(not isinstance(item, str) for item in array)


def _like(given, row):
    """Give a row the form that it had."""
    if isinstance(given, str):
        return " ".join(row)
    if isinstance(given, pd.DataFrame):
        return pd.DataFrame(row, index=given.index, columns=given.columns)
    return row.tolist() if row.dtype == object else row


def put_in(row, donor, steps, features):
    r"""Put the steps of another row into a row, at places in proportion to the lengths.

    Step t of T gets step :math:`\lfloor (t + 1/2)\, T' / T \rfloor` of the T' of the other.

    Parameters
    ----------
    row, donor : ndarray of shape (T, F) and (T', F), or (T,) and (T',)
        The row, and where its steps come from.
    steps : int array
        Which steps to replace.
    features : slice or int
        Which features of them; a slice of all for rows without an axis of features.

    Returns
    -------
    row : ndarray
        A copy, so changed.

    Examples
    --------
    >>> import numpy as np
    >>> put_in(np.zeros(6), np.array([1.0, 2.0, 3.0]), np.arange(2, 6), slice(None))
    array([0., 0., 2., 2., 3., 3.])
    """
    changed = row.copy()
    if len(steps) and len(donor):
        places = ((2 * steps + 1) * len(donor)) // (2 * len(row))
        if row.ndim == 1:
            changed[steps] = donor[places]
        else:
            changed[steps, features] = donor[places, features]
    return changed
