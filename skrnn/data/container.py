"""The kind of container a user holds sequences in, to give results back in the same kind."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skrnn.data.columns import object_cells
from skrnn.data.convert import (
    holds_sequences,
    is_arraylike,
    is_frame,
    is_scalar,
    is_sequence,
    is_series,
    object_array,
    to_array,
)
from skrnn.data.ragged import Ragged

__all__ = ["Container"]


@dataclass(frozen=True)
class Container:
    """How a user holds n sequences.

    Parameters
    ----------
    kind : {"ragged", "list", "objects", "series", "nested", "table", "array"}
        "nested" is a frame, or a 2-D array of objects, with a series in each cell; "table" a
        frame of numbers with a column for each step; "objects" a 1-D array of arrays.
    lengths : int array of shape (n,)
        Real steps of each row.
    flat_rows : bool
        Whether the rows of a list were of shape (T_i,).
    n_axes : int
        The axes of an array: 2 for (n, T), 3 for (n, T, F).
    offsets : int array of shape (n,) or None
        Padding steps in front of each row of an array.
    n_steps : int or None
        T, the steps of an array, padding included.
    like : object
        A frame, Series or tensor to take the index, the names or the device from.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import as_ragged
    >>> x = np.array([[1.0, 2.0, np.nan], [3.0, 4.0, 5.0]])
    >>> X = as_ragged(x)
    >>> Container.of(x, X).give_back(X.map_values(lambda v: 10 * v))
    array([[10., 20., nan],
           [30., 40., 50.]])
    """

    kind: str
    lengths: np.ndarray
    flat_rows: bool = False
    n_axes: int = 3
    offsets: np.ndarray | None = None
    n_steps: int | None = None
    like: object = None

    @classmethod
    def of(cls, X, read):
        """Describe what a user passed.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged
            What was passed.
        read : Ragged
            What :func:`skrnn.data.as_ragged` made of it.

        Returns
        -------
        Container
            How to hold as many sequences in the same way.
        """
        lengths = read.lengths
        if isinstance(X, Ragged):
            return cls("ragged", lengths)
        if is_frame(X) or is_series(X):
            return cls._of_pandas(X, read)
        if not is_arraylike(X):
            if _is_matrix(X):
                return cls._of_array(np.asarray(X), read, "array", None)
            return cls("list", lengths, flat_rows=_flat_rows(X))
        array = to_array(X)
        if holds_sequences(array):
            if array.ndim == 1:
                return cls("objects", lengths, flat_rows=_flat_rows(array))
            return cls("nested", lengths, flat_rows=_flat_rows(array[:, 0]), like=array)
        like = X if hasattr(X, "detach") else None
        return cls._of_array(array, read, "array", like)

    @classmethod
    def _of_pandas(cls, X, read):
        if not any(is_sequence(cell) for cell in object_cells(X)):
            return cls._of_array(to_array(X), read, "table", X)
        kind, cells = ("nested", X.iloc[:, 0]) if is_frame(X) else ("series", X)
        return cls(kind, read.lengths, flat_rows=_flat_rows(cells), like=X)

    @classmethod
    def _of_array(cls, array, read, kind, like):
        n, n_steps = array.shape[:2]
        offsets = read.starts - np.arange(n) * n_steps  # the reader shares one array of all steps
        return cls(kind, read.lengths, False, array.ndim, offsets, n_steps, like)

    def give_back(self, X):
        """Hold sequences as the user did.

        Parameters
        ----------
        X : Ragged
            n sequences, of any lengths and number of features.

        Returns
        -------
        list, array, tensor, DataFrame, Series or Ragged
            Arrays and tables are padded with NaN (ids with 0): where they were padded if the
            lengths are as they were, else at the end. A table whose steps have several features
            becomes a frame of series, and plain lists of numbers of one length become an array,
            as everywhere in scikit-learn.
        """
        return getattr(self, f"_as_{self.kind}")(X)

    def _as_ragged(self, X):
        return X

    def _as_list(self, X):
        if self.flat_rows and X.n_features == 1:
            return [row.reshape(-1) for row in X]
        return X.to_list()

    def _as_objects(self, X):
        return object_array(self._as_list(X))

    def _as_series(self, X):
        return type(self.like)(self._as_objects(X), index=self.like.index, name=self.like.name)

    def _as_nested(self, X):
        """Give one column for each feature, or one for all where there was only one."""
        one = self.like.shape[1] == 1 and not self.flat_rows
        cells = self._as_objects(X)[:, None] if one else _columns(X)
        return self._frame(cells) if is_frame(self.like) else cells

    def _as_table(self, X):
        if X.n_features > 1:
            return self._frame(_columns(X))
        return self._frame(self._padded(X).reshape(len(X), -1))

    def _as_array(self, X):
        padded = self._padded(X)
        if self.n_axes == 2 and X.n_features == 1:
            padded = padded.reshape(len(X), -1)
        elif padded.ndim == 2 and self.n_axes == 3:
            padded = padded[..., None]
        return padded if self.like is None else _as_tensor(padded, self.like)

    def _padded(self, X):
        same = np.array_equal(X.lengths, self.lengths)
        if not same or (X.lengths == self.n_steps).all():
            return _as_block(X)
        return X.to_padded(length=self.n_steps, offsets=self.offsets)

    def _frame(self, cells):
        names = self.like.columns if cells.shape[1] == self.like.shape[1] else None
        if names is None:
            names = [f"x{j}" for j in range(cells.shape[1])]
        return type(self.like)(cells, index=self.like.index, columns=names)


def _as_block(X):
    """Give rows as (n, T, ...): a view where contiguous, or read-only and evenly spaced."""
    if not X.equal_length:
        return X.to_padded()
    shape = (len(X), int(X.lengths.max(initial=0)), *X.values.shape[1:])
    if X.is_contiguous:
        return X._flat().reshape(shape)
    apart = np.diff(X.starts)
    if X.values.flags.writeable or (apart != apart[0]).any():
        return X.to_padded()
    stride, *strides = X.values.strides
    strides = (int(apart[0]) * stride, stride, *strides)
    return as_strided(X.values[int(X.starts[0]) :], shape, strides, writeable=False)


def _is_matrix(X):
    """Whether a list of plain lists of numbers of one length is what NumPy calls a matrix."""
    plain = all(isinstance(row, list | tuple) and is_scalar(row[0]) for row in X)
    return plain and len({len(row) for row in X}) == 1


def _flat_rows(rows):
    """Whether rows are of shape (T_i,)."""
    first = rows.iloc[0] if is_series(rows) else rows[0]
    return np.ndim(first) == 1 if hasattr(first, "ndim") else not is_sequence(first[0])


def _columns(X):
    """Give the features of each row as series, an object array (n, F) of arrays (T_i,)."""
    cells = [np.ascontiguousarray(row.reshape(len(row), -1).T) for row in X]
    return np.stack([object_array(list(row)) for row in cells])


def _as_tensor(array, like):
    import torch

    return torch.from_numpy(np.array(array)).to(like.device)
