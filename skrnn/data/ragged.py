"""The one container for sequences of unequal length."""

import operator

import numpy as np

from skrnn.data.convert import object_array
from skrnn.data.indexing import plain_key
from skrnn.data.showing import describe_ragged, lengths_in_words, show_part, table_of_rows
from skrnn.data.vectors import check_vectors, shared_vectors

__all__ = ["Ragged"]


class Ragged:
    """Sequences of unequal length in one array.

    Row i is ``values[starts[i] : starts[i] + lengths[i]]``. Rows may overlap and
    lie in any order, so a thousand windows on one series share its memory, and
    selecting rows never copies a value. scikit-learn sees a 1-D array of rows: it
    splits, shuffles and indexes a Ragged as it is.

    Parameters
    ----------
    values : array-like of shape (N, F) or (N,)
        All steps. Shape (N, F) holds numbers; a 1-D integer array holds token ids;
        a 1-D float (or bool) array is read as (N, 1).
    lengths : array-like of int, shape (n,)
        Number of steps of each row, zero or more.
    starts : array-like of int, shape (n,), default=None
        Where each row starts in ``values``. None: one after another, from 0.
    vectors : array-like of float, shape (V, D), default=None
        For token ids: row i is the pretrained vector of id i, or NaN where there is none.
        Estimators start their embedding from them. Selecting, compacting and concatenating rows
        keeps them, without a copy; rows of several Ragged must share them for that.

    Attributes
    ----------
    values : ndarray of shape (N, F) or (N,)
        All steps (never copied when an ndarray was given).
    starts, lengths : ndarray of int64, shape (n,)
        First step and number of steps of each row. Not to be written to.
    vectors : float32 ndarray of shape (V, D) or None
        Pretrained vectors (never copied when a float32 ndarray was given).

    Raises
    ------
    TypeError
        If ``values`` is not a real numeric array, or ``lengths`` or ``starts`` are
        not integers.
    ValueError
        If shapes disagree, a length is negative, a row leaves ``values``, or there are vectors for
        what is no id, or ids beyond the vectors.

    Notes
    -----
    Equality (``==``) is identity; compare contents with `equals`.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Ragged
    >>> X = Ragged.from_rows([[1.0, 2.0], [3.0, 4.0, 5.0], [6.0]])
    >>> X
    Ragged(n=3, n_features=1, lengths=1..3, dtype=float64)
    >>> X[[2, 0]].to_padded()[..., 0]
    array([[ 6., nan],
           [ 1.,  2.]])
    >>> windows = Ragged(np.arange(5.0), lengths=[3, 3, 3], starts=[0, 1, 2])
    >>> windows[1].ravel()
    array([1., 2., 3.])
    """

    def __init__(self, values, lengths, starts=None, vectors=None):
        self.values = _check_values(values)
        self.lengths = _check_integers(lengths, "lengths")
        if starts is None:
            starts = np.cumsum(self.lengths) - self.lengths
        self._starts = _check_integers(starts, "starts")
        _check_rows(self.starts, self.lengths, len(self.values))
        self.vectors = check_vectors(vectors, self.values)

    @classmethod
    def _trusted(cls, values, lengths, starts, vectors=None):
        """Build from parts that are known to be right, without checks."""
        new = cls.__new__(cls)
        new.values, new.lengths, new._starts, new.vectors = values, lengths, starts, vectors
        return new

    @classmethod
    def from_windows(cls, values, window, step=1, count=None):
        """View windows of one length on one series, in constant memory.

        Parameters
        ----------
        values : array-like of shape (N, F) or (N,)
            The series.
        window : int
            Steps of each window.
        step : int, default=1
            Steps from the start of one window to that of the next.
        count : int, default=None
            Number of windows. None: as many as fit.

        Returns
        -------
        Ragged
            Rows that share ``values``. Their starts are numbers only once they are asked for.

        Raises
        ------
        ValueError
            If ``window`` or ``step`` is below 1, or ``values`` has fewer windows than ``count``.

        Examples
        --------
        >>> from skrnn.data import Ragged
        >>> Ragged.from_windows([1, 2, 3, 4, 5], window=2, step=2).to_list()
        [array([1, 2]), array([3, 4])]
        """
        values = _check_values(values)
        window, step = operator.index(window), operator.index(step)
        if window < 1 or step < 1:
            raise ValueError(f"window and step must be 1 or more, got {window} and {step}.")
        fit = max(0, (len(values) - window) // step + 1)
        count = fit if count is None else operator.index(count)
        if not 0 <= count <= fit:
            raise ValueError(f"{len(values)} steps have {fit} such windows, not {count}.")
        lengths = np.broadcast_to(np.int64(window), count)
        return cls._trusted(values, lengths, range(0, count * step, step))

    @classmethod
    def from_rows(cls, rows):
        """Join a list of arrays, one per row.

        Parameters
        ----------
        rows : iterable of array-like, each of shape (T_i, F) or (T_i,)
            1-D integer rows become token ids, other 1-D rows one feature.

        Returns
        -------
        Ragged
            The rows, copied into one array.

        Raises
        ------
        ValueError
            If there is no row, or rows differ in dimensions or features.

        Examples
        --------
        >>> from skrnn.data import Ragged
        >>> Ragged.from_rows([[4, 2], [7]])
        Ragged(n=2, ids, lengths=1..2, dtype=int64)
        """
        rows = [np.asarray(row) for row in rows]
        if not rows:
            raise ValueError(
                "from_rows needs at least one row; for none, use Ragged(np.empty((0, F)), [])."
            )
        shapes = [row.shape[1:] if row.ndim in (1, 2) else None for row in rows]
        for i, (row, shape) in enumerate(zip(rows, shapes, strict=True)):
            if shape is None or shape != shapes[0]:
                raise ValueError(
                    f"Row {i} has shape {row.shape}, row 0 has shape {rows[0].shape}; every row "
                    "must be (T,), or (T, F) with the same F."
                )
        # An empty list is float64 to NumPy; it must not decide the dtype of the others.
        filled = [row for row in rows if row.size] or rows
        lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
        return cls(np.concatenate(filled), lengths)

    @classmethod
    def concatenate(cls, parts):
        """Put the rows of several Ragged one after another.

        Parameters
        ----------
        parts : iterable of Ragged
            All of token ids, or all of numbers with the same ``n_features``.

        Returns
        -------
        Ragged
            All rows. Values are shared when every part shares the same ``values``.

        Raises
        ------
        TypeError
            If a part is not a Ragged.
        ValueError
            If there is no part, or the parts do not fit together.

        Examples
        --------
        >>> from skrnn.data import Ragged
        >>> X = Ragged.from_rows([[1.0, 2.0], [3.0]])
        >>> Ragged.concatenate([X, X[:1]])
        Ragged(n=3, n_features=1, lengths=1..2, dtype=float64)
        """
        parts = list(parts)
        _check_parts(parts)
        lengths = np.concatenate([part.lengths for part in parts])
        vectors = shared_vectors(parts)
        if all(part.values is parts[0].values for part in parts):
            starts = np.concatenate([part.starts for part in parts])
            return cls._trusted(parts[0].values, lengths, starts, vectors)
        pieces = [part._used() for part in parts]
        offsets = np.cumsum([0] + [len(values) for values, _ in pieces[:-1]])
        starts = [piece[1] + offset for piece, offset in zip(pieces, offsets, strict=True)]
        values = np.concatenate([values for values, _ in pieces])
        return cls._trusted(values, lengths, np.concatenate(starts), vectors)

    # -- what scikit-learn looks at ----------------------------------------------

    @property
    def starts(self):
        """First step of each row, as an array of shape (n,)."""
        if isinstance(self._starts, range):
            self._starts = np.arange(self._starts.start, self._starts.stop, self._starts.step)
        return self._starts

    @property
    def shape(self):
        """Number of rows, as a tuple (n,)."""
        return self.lengths.shape

    @property
    def ndim(self):
        """Always 1: an array of rows."""
        return 1

    @property
    def dtype(self):
        """Data type of ``values``."""
        return self.values.dtype

    def __len__(self):
        return len(self.lengths)

    def __iter__(self):
        return (self._row(i) for i in range(len(self)))

    def __getitem__(self, key):
        """Return one row (a view) for an integer, else a Ragged of the chosen rows.

        ``key`` is an integer, a slice, a list or array of integers, or a boolean
        mask; scikit-learn's ``(key, ...)`` means ``key``.
        """
        key = plain_key(key, len(self), "A Ragged is indexed by rows")
        if isinstance(key, slice):
            starts = self._starts[key]
            return self._trusted(self.values, self.lengths[key], starts, self.vectors)
        if key.ndim == 0:
            return self._row(int(key))
        return self._trusted(self.values, self.lengths[key], self.starts[key], self.vectors)

    def _row(self, i):
        start = self._starts[i]
        return self.values[start : start + self.lengths[i]]

    def __array__(self, dtype=None, copy=None):
        """Return a 1-D object array of rows, never a 2-D one."""
        if dtype is not None and np.dtype(dtype) != object:
            raise TypeError(
                f"A Ragged cannot become an array of {np.dtype(dtype)}: its rows have unequal "
                "lengths. Use to_padded() for a rectangular array, or .values for all steps."
            )
        if copy is False:
            raise ValueError("A Ragged cannot become an array without making a new one.")
        return object_array(self)

    # -- what it holds ------------------------------------------------------------

    @property
    def is_ids(self):
        """Whether the values are token ids (1-D integers)."""
        return self.values.ndim == 1

    @property
    def n_features(self):
        """Features per step; 1 for token ids."""
        return 1 if self.is_ids else self.values.shape[1]

    @property
    def is_contiguous(self):
        """Whether the rows lie one after another in ``values``, without a gap."""
        ends = self.starts + self.lengths
        return bool(np.array_equal(self.starts[1:], ends[:-1]))

    @property
    def equal_length(self):
        """Whether all rows have the same number of steps."""
        return bool(np.all(self.lengths[1:] == self.lengths[:-1]))

    def equals(self, other):
        """Whether another Ragged has the same rows (NaN equal to NaN).

        Parameters
        ----------
        other : object
            Anything; only a Ragged can be equal. Data types may differ.

        Returns
        -------
        bool
            True when lengths, features and values agree.
        """
        if not isinstance(other, Ragged) or self.is_ids != other.is_ids:
            return False
        if self.n_features != other.n_features:
            return False
        if not np.array_equal(self.lengths, other.lengths):
            return False
        return bool(np.array_equal(self._flat(), other._flat(), equal_nan=True))

    def __repr__(self):
        return describe_ragged(self)

    def _repr_html_(self):
        """Show the first rows in a notebook."""
        kind = "ids" if self.is_ids else f"{self.n_features} feature{'s' * (self.n_features != 1)}"
        title = f"Ragged of {len(self)} sequences, {lengths_in_words(self.lengths)}, {kind}"
        columns = {"steps": lambda i: str(self.lengths[i]), "first": lambda i: show_part(self[i])}
        return table_of_rows(f"{title}, {self.dtype}", columns, len(self))

    # -- other forms --------------------------------------------------------------

    def to_list(self):
        """Return the rows as a list of arrays (views).

        Returns
        -------
        list of ndarray, each of shape (T_i, F) or (T_i,)
            The rows.
        """
        return list(self)

    def to_padded(self, value=None, length=None, offsets=None):
        """Return a rectangular array, filled up behind each row, and perhaps in front of it.

        Parameters
        ----------
        value : scalar, default=None
            What to fill with. None: NaN, or 0 for token ids.
        length : int, default=None
            Number of steps T of the result. None: the longest row, offset included.
        offsets : array-like of int, shape (n,), default=None
            Steps to fill up in front of each row. None: none.

        Returns
        -------
        ndarray of shape (n, T, F), or (n, T) for token ids
            A new array. Integers and bools become float64 when ``value`` is NaN.

        Raises
        ------
        ValueError
            If a row is longer than ``length``, or an offset is negative.

        Examples
        --------
        >>> from skrnn.data import Ragged
        >>> X = Ragged.from_rows([[4, 2], [7]])
        >>> X.to_padded()
        array([[4, 2],
               [7, 0]])
        >>> X.to_padded(length=3, offsets=3 - X.lengths)
        array([[0, 4, 2],
               [0, 0, 7]])
        """
        first = 0 if offsets is None else _check_offsets(offsets, len(self))
        ends = first + self.lengths
        longest = int(ends.max(initial=0))
        length = longest if length is None else operator.index(length)
        if length < longest:
            row = int(np.argmax(ends > length))
            raise ValueError(
                f"Row {row} has {ends[row]} steps, more than length={length}; "
                "shorten the rows first."
            )
        if value is None:
            value = 0 if self.is_ids else np.nan
        dtype = self.dtype
        if dtype.kind != "f" and np.isnan(value):
            dtype = np.dtype(np.float64)
        out = np.full((len(self), length, *self.values.shape[1:]), value, dtype=dtype)
        there = np.arange(length) < ends[:, None]
        if offsets is not None:
            there &= np.arange(length) >= first[:, None]
        out[there] = self._flat()
        return out

    def compact(self):
        """Copy the rows, in order and one after another.

        Returns
        -------
        Ragged
            Contiguous, with values of its own.
        """
        flat = self._flat()
        if np.may_share_memory(flat, self.values):
            flat = flat.copy()
        starts = np.cumsum(self.lengths) - self.lengths
        return self._trusted(flat, self.lengths, starts, self.vectors)

    def map_values(self, function):
        """Change all steps at once, keeping the rows where they are.

        Parameters
        ----------
        function : callable
            Takes ``values`` and returns an array with as many steps.

        Returns
        -------
        Ragged
            Same lengths and starts, new values; no pretrained vectors.

        Raises
        ------
        ValueError
            If the function changes the number of steps.

        Examples
        --------
        >>> from skrnn.data import Ragged
        >>> Ragged.from_rows([[1.0, 2.0], [3.0]]).map_values(lambda v: 10 * v)[1]
        array([[30.]])
        """
        values = _check_values(function(self.values))
        if len(values) != len(self.values):
            raise ValueError(
                f"The function turned {len(self.values)} steps into {len(values)}; it must "
                "return one step for each."
            )
        return self._trusted(values, self.lengths, self.starts)

    def _flat(self):
        """Return the steps of all rows in order; a view where rows are contiguous."""
        total = int(self.lengths.sum())
        if self.is_contiguous:
            first = int(self.starts[0]) if len(self) else 0
            return self.values[first : first + total]
        shift = self.starts - (np.cumsum(self.lengths) - self.lengths)
        return self.values[np.repeat(shift, self.lengths) + np.arange(total)]

    def _used(self):
        """Return the values that some row uses, each once, and the starts in them."""
        size = len(self.values) + 1
        opened = np.bincount(self.starts, minlength=size)
        closed = np.bincount(self.starts + self.lengths, minlength=size)
        used = np.cumsum(opened - closed)[:-1] > 0
        if used.all():
            return self.values, self.starts
        before = np.concatenate([[0], np.cumsum(used)])
        return self.values[used], before[self.starts]

    def __reduce__(self):
        values, starts = self._used()
        return type(self), (values, self.lengths, starts, self.vectors)


def _check_values(values):
    try:
        values = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            "values must be one array of all steps; for a list of arrays use Ragged.from_rows."
        ) from error
    if values.dtype.kind not in "fiub":
        raise TypeError(
            f"values must be real numbers or integer token ids, got dtype {values.dtype}; "
            "for a list of arrays use Ragged.from_rows."
        )
    if values.ndim not in (1, 2):
        raise ValueError(
            "values must have shape (N, F), or (N,) for integer token ids; got shape "
            f"{values.shape}. Read a 3-D array with skrnn.data.as_ragged."
        )
    if values.ndim == 1 and values.dtype.kind in "fb":
        return values[:, None]
    return values


def _check_integers(numbers, name):
    numbers = np.asarray(numbers)
    if numbers.ndim != 1:
        raise ValueError(f"{name} must be one number per row, got shape {numbers.shape}.")
    if numbers.size and numbers.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got dtype {numbers.dtype}.")
    return numbers.astype(np.int64, copy=False)


def _check_offsets(offsets, n):
    offsets = _check_integers(offsets, "offsets")
    if len(offsets) != n or (offsets < 0).any():
        raise ValueError(f"offsets must be zero or more, one for each of {n} rows; got {offsets}.")
    return offsets


def _check_rows(starts, lengths, n_steps):
    if starts.shape != lengths.shape:
        raise ValueError(
            f"starts and lengths must have one number per row, got {len(starts)} and "
            f"{len(lengths)}."
        )
    if (lengths < 0).any():
        row = int(np.argmax(lengths < 0))
        raise ValueError(f"lengths must be zero or more, got {lengths[row]} for row {row}.")
    outside = (starts < 0) | (starts + lengths > n_steps)
    if outside.any():
        row = int(np.argmax(outside))
        raise ValueError(
            f"Row {row} covers steps {starts[row]} to {starts[row] + lengths[row]}, but values "
            f"has {n_steps} steps."
        )


def _check_parts(parts):
    if not parts:
        raise ValueError("concatenate needs at least one Ragged.")
    first = parts[0]
    for i, part in enumerate(parts):
        if not isinstance(part, Ragged):
            raise TypeError(f"Part {i} is a {type(part).__name__}, not a Ragged.")
        if part.is_ids != first.is_ids:
            raise ValueError(f"Parts 0 and {i} do not match: one holds token ids, one numbers.")
        if part.n_features != first.n_features:
            raise ValueError(
                f"Part {i} has {part.n_features} features per step, part 0 has {first.n_features}."
            )
