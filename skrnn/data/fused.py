"""Rows of several parts: sequences of more than one kind, and static numbers beside them."""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import issparse

from skrnn.data.convert import holds_sequences, is_arraylike, to_array, to_reals
from skrnn.data.indexing import plain_key
from skrnn.data.ragged import Ragged
from skrnn.data.rows import described
from skrnn.data.showing import lengths_in_words, show_part, table_of_rows

__all__ = ["Fused"]


class Fused:
    """Rows of several named parts, such as a recording, a note and an age.

    A part holds one sequence for each row, or static numbers. scikit-learn sees a 1-D array of
    rows: it splits, shuffles and indexes a Fused as it is. :class:`~skrnn.RNNClassifier`,
    :class:`~skrnn.RNNRegressor` and :class:`~skrnn.RNNEncoder` read it with one network;
    :class:`~skrnn.preprocessing.SequenceFusion` makes it of a frame.

    Parameters
    ----------
    parts : dict
        Each name's part, all of n rows: a :class:`Ragged` of numbers or of token ids, whose rows
        may be empty; or static numbers, an array, tensor, Series or DataFrame of shape (n, k) or
        (n,).

    Attributes
    ----------
    parts : dict
        The parts in order, each a Ragged or a float array of shape (n, k).

    Raises
    ------
    TypeError
        If `parts` is no dict, a name no string, or a part is neither sequences nor numbers.
    ValueError
        If there is no part, or the parts are of unequal numbers of rows.

    See Also
    --------
    skrnn.preprocessing.SequenceFusion : Makes it of the columns of a frame.

    Notes
    -----
    Equality (``==``) is identity; compare contents with `equals`.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Fused, Ragged
    >>> recording = Ragged.from_rows([[0.5, 1.5], [2.5], [3.5]])
    >>> note = Ragged.from_rows([[4, 2], [7], [4, 4]])
    >>> X = Fused({"recording": recording, "note": note, "age": np.array([30, 41, 52])})
    >>> X
    Fused(n=3, recording: 1 feature, note: ids, age: 1 static)
    >>> X[[2, 0]]["age"]
    array([[52.],
           [30.]])
    >>> X[0]["note"]
    array([4, 2])
    """

    def __init__(self, parts):
        if not isinstance(parts, Mapping):
            raise TypeError(
                f"parts is {described(parts)}, but must be a dict such as "
                '{"recording": Ragged, "age": array}.'
            )
        self.parts = {name: _read_part(name, part) for name, part in parts.items()}
        _check_rows(self.parts)

    @classmethod
    def _trusted(cls, parts):
        """Build from parts that are known to be right, without checks."""
        new = cls.__new__(cls)
        new.parts = parts
        return new

    # -- what scikit-learn looks at ----------------------------------------------

    @property
    def shape(self):
        """Number of rows, as a tuple (n,)."""
        return (len(self),)

    @property
    def ndim(self):
        """Always 1: an array of rows."""
        return 1

    def __len__(self):
        return len(next(iter(self.parts.values())))

    def __iter__(self):
        return (self._row(i) for i in range(len(self)))

    def __getitem__(self, key):
        """Return a part for a name, a dict of one row's parts for an integer, else a Fused.

        Rows are chosen by a slice, a list or array of integers, or a boolean mask; scikit-learn's
        ``(key, ...)`` means ``key``.
        """
        if isinstance(key, str):
            return self._part(key)
        key = plain_key(key, len(self), "A Fused is indexed by the name of a part, or by rows")
        if not isinstance(key, slice) and key.ndim == 0:
            return self._row(int(key))
        return self._trusted({name: part[key] for name, part in self.parts.items()})

    def _part(self, name):
        if name not in self.parts:
            raise KeyError(f"There is no part {name!r}; there are {', '.join(self.parts)}.")
        return self.parts[name]

    def _row(self, i):
        return {name: part[i] for name, part in self.parts.items()}

    # -- what it holds ------------------------------------------------------------

    def equals(self, other):
        """Whether another Fused has the same parts in the same order (NaN equal to NaN).

        Parameters
        ----------
        other : object
            Anything; only a Fused can be equal. Data types may differ.

        Returns
        -------
        bool
            True when names, kinds and values agree.
        """
        if not isinstance(other, Fused) or list(self.parts) != list(other.parts):
            return False
        pairs = zip(self.parts.values(), other.parts.values(), strict=True)
        return all(_same_part(one, another) for one, another in pairs)

    def __repr__(self):
        parts = ", ".join(f"{name}: {describe_part(part)}" for name, part in self.parts.items())
        return f"Fused(n={len(self)}, {parts})"

    def _repr_html_(self):
        """Show the first rows in a notebook."""
        columns = {
            f"{name} ({_in_words(part)})": lambda i, part=part: show_part(part[i])
            for name, part in self.parts.items()
        }
        return table_of_rows(f"Fused of {len(self)} rows", columns, len(self))


def describe_part(part):
    """Say in a word what a part holds.

    Parameters
    ----------
    part : Ragged or array of shape (n, k)
        The part.

    Returns
    -------
    words : str
        "ids", "2 features" (of a step) or "3 static".
    """
    if not isinstance(part, Ragged):
        return f"{part.shape[1]} static"
    if part.is_ids:
        return "ids"
    return f"{part.n_features} feature{'s' * (part.n_features != 1)}"


def _in_words(part):
    kind = describe_part(part)
    return f"{kind}, {lengths_in_words(part.lengths)}" if isinstance(part, Ragged) else kind


def _read_part(name, part):
    if not isinstance(name, str):
        raise TypeError(f"Parts are named by strings, got {name!r}.")
    if isinstance(part, Ragged):
        return part
    if issparse(part):
        raise TypeError(f"Part {name!r} is sparse. Use .toarray() to convert to a dense array.")
    array = to_array(part) if is_arraylike(part) or hasattr(part, "iloc") else None
    if array is None or holds_sequences(array):
        raise TypeError(
            f"Part {name!r} is {described(part)} of no numbers. Give a Ragged, which "
            "skrnn.data.as_ragged makes of sequences, or an array of static numbers (n, k)."
        )
    if array.ndim not in (1, 2) or (array.ndim == 2 and not array.shape[1]):
        raise ValueError(
            f"Part {name!r} has shape {array.shape}, but static numbers are (n,) or (n, k) with "
            "one column or more. Sequences go in as a Ragged: skrnn.data.as_ragged makes one."
        )
    array = to_reals(array, f"Part {name!r}", "a static part")
    return array[:, None] if array.ndim == 1 else array


def _check_rows(parts):
    if not parts:
        raise ValueError("A Fused needs at least one part.")
    first, expected = next((name, len(part)) for name, part in parts.items())
    for name, part in parts.items():
        if len(part) != expected:
            raise ValueError(
                f"Part {name!r} has {len(part)} rows, part {first!r} has {expected}; every part "
                "needs one entry for each row."
            )


def _same_part(one, other):
    if isinstance(one, Ragged):
        return one.equals(other)
    return isinstance(other, np.ndarray) and np.array_equal(one, other, equal_nan=True)
