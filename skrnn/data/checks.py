"""Padding and forbidden values, found for all rows at once.

Every function works on flat steps plus ``starts`` and ``lengths``; none loops over rows.
"""

import numpy as np

from skrnn.data.places import ROWS
from skrnn.data.ragged import Ragged

__all__ = [
    "check_finite",
    "check_ids",
    "check_overflow",
    "cut_nan_padding",
    "cut_padding",
    "first_marked",
    "surely_finite",
]


def _marked_before(marked):
    """Count the marked steps before each position, shape (N + 1,)."""
    return np.concatenate([[0], np.cumsum(marked)])


def first_marked(marked, X):
    """Find the first step that is marked in a row of a Ragged.

    Parameters
    ----------
    marked : ndarray of bool, shape (N,)
        Which steps of ``X.values`` are marked.
    X : Ragged
        n rows; only ``starts`` and ``lengths`` are read.

    Returns
    -------
    found : tuple of int or None
        The row, and the position of the step in ``X.values``; None where there is none.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Ragged
    >>> X = Ragged(np.array([0, 5, 6, 0, 7]), [2, 2], [1, 3])
    >>> first_marked(X.values == 0, X)
    (1, 3)
    """
    before = _marked_before(marked)
    has = before[X.starts + X.lengths] > before[X.starts]
    if not has.any():
        return None
    row = int(np.argmax(has))
    return row, int(np.flatnonzero(marked)[before[X.starts[row]]])


def cut_padding(X, padding, *, leading=True, content="NaN", places=ROWS):
    """Leave the padding at both ends of each row out, without copying a value.

    Parameters
    ----------
    X : Ragged
        n rows.
    padding : ndarray of bool, shape (N,)
        Which steps of ``X.values`` are padding.
    leading : bool, default=True
        Whether padding in front of a row counts too.
    content : str, default="NaN"
        What padding holds, for the error message.
    places : Places, default=ROWS
        How the error names a row.

    Returns
    -------
    Ragged
        Same values, other starts and lengths.

    Raises
    ------
    ValueError
        If a row is nothing but padding.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Ragged
    >>> from skrnn.data.checks import cut_padding
    >>> X = Ragged(np.array([0, 5, 6, 7, 0, 0]), [3, 3])
    >>> cut_padding(X, X.values == 0, content="0").to_list()
    [array([5, 6]), array([7])]
    """
    before = _marked_before(~padding)
    low, high = before[X.starts], before[X.starts + X.lengths]
    if (high == low).any():
        row = int(np.argmax(high == low))
        raise ValueError(
            f"{places.start(row)} has no steps left: all its values are {content}, which is "
            f"padding. {places.remedy}"
        )
    if not len(X):
        return X
    real = np.flatnonzero(~padding)
    starts = real[low] if leading else X.starts
    return Ragged(X.values, real[high - 1] + 1 - starts, starts)


def cut_nan_padding(X, *, leading=True, places=ROWS):
    """Leave out the steps at either end of each row whose features are all NaN.

    Parameters
    ----------
    X : Ragged
        n rows of numbers.
    leading : bool, default=True
        Whether NaN in front of a row is padding too.
    places : Places, default=ROWS
        How the error names a row.

    Returns
    -------
    Ragged
        Same values; X itself when it holds no NaN.

    Raises
    ------
    ValueError
        If a row is nothing but NaN.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Ragged
    >>> from skrnn.data.checks import cut_nan_padding
    >>> cut_nan_padding(Ragged([np.nan, 1.0, 2.0, np.nan], [2, 2]))
    Ragged(n=2, n_features=1, lengths=1, dtype=float64)
    """
    if surely_finite(X.values):
        return X
    return cut_padding(X, np.isnan(X.values).all(axis=1), leading=leading, places=places)


def surely_finite(values):
    """Whether a sum, which makes no copy, already shows that all is finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()))


def _first_not_finite(X, allow_nan):
    """Give row, position and feature of the first infinity, or NaN unless allowed, or None."""
    if surely_finite(X.values):
        return None
    wrong = np.isinf(X.values) if allow_nan else ~np.isfinite(X.values)
    found = first_marked(wrong.any(axis=1), X)
    return None if found is None else (*found, int(np.argmax(wrong[found[1]])))


def check_finite(X, owner, *, starts=None, allow_nan=False, tip="", places=ROWS):
    """Raise where a row holds infinity, or NaN where it may not.

    Parameters
    ----------
    X : Ragged
        n rows of numbers, padding already cut.
    owner : str
        How the error names the estimator.
    starts : ndarray of int64, shape (n,), default=None
        Where the rows started before padding was cut: the error counts steps from
        there, as the user does.
    allow_nan : bool, default=False
        Whether NaN is allowed.
    tip : str, default=""
        One more sentence for the NaN message.
    places : Places, default=ROWS
        How the error names a row.

    Raises
    ------
    ValueError
        Naming row, step and feature.

    Examples
    --------
    >>> from skrnn.data import Ragged
    >>> from skrnn.data.checks import check_finite
    >>> check_finite(Ragged([1.0, 2.0], [2]), "RNNClassifier")
    """
    found = _first_not_finite(X, allow_nan)
    if found is None:
        return
    row, position, feature = found
    step = position - int((X.starts if starts is None else starts)[row])
    place = f"{places.name(row)}, step {step}, feature {feature}"
    if np.isnan(X.values[position, feature]):
        tip = tip or (
            f"NaN counts as padding only at the start or end of a {places.unit} and in all "
            "features of a step."
        )
        raise ValueError(
            f"Input X contains NaN in {place}. {owner} does not accept missing values within a "
            f"sequence. {tip} Fill the gap first, with skrnn.preprocessing.SequenceImputer."
        )
    value = X.values[position, feature]
    raise ValueError(
        f"Input X contains infinity ({value}) in {place}. {owner} needs finite numbers: replace "
        "or clip the value first."
    )


def check_overflow(X, owner, *, allow_nan=False):
    """Raise where what was made of finite numbers is not finite.

    Parameters
    ----------
    X : Ragged
        n rows that were made.
    owner : str
        How the error names the transformer that made them.
    allow_nan : bool, default=False
        Whether NaN is allowed.

    Raises
    ------
    ValueError
        Naming row, step and feature.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Ragged
    >>> from skrnn.data.checks import check_overflow
    >>> check_overflow(Ragged([1.0, np.inf], [2]), "Differencer")
    Traceback (most recent call last):
        ...
    ValueError: Differencer makes a number of row 0, step 1, feature 0 that is too large for ...
    """
    found = None if X.is_ids else _first_not_finite(X, allow_nan)
    if found is None:
        return
    row, position, feature = found
    raise ValueError(
        f"{owner} makes a number of row {row}, step {position - int(X.starts[row])}, feature "
        f"{feature} that is too large for {X.dtype}. Rescale X first."
    )


def check_ids(X, *, starts=None, places=ROWS):
    """Raise where a row of token ids holds a number below 1.

    Parameters
    ----------
    X : Ragged
        n rows of token ids, padding already cut.
    starts : ndarray of int64, shape (n,), default=None
        Where the rows started before padding was cut.
    places : Places, default=ROWS
        How the error names a row.

    Raises
    ------
    ValueError
        Naming row and step.

    Examples
    --------
    >>> from skrnn.data import Ragged
    >>> from skrnn.data.checks import check_ids
    >>> check_ids(Ragged([4, 2, 7], [2, 1]))
    """
    found = first_marked(X.values < 1, X)
    if found is None:
        return
    row, position = found
    step = position - int((X.starts if starts is None else starts)[row])
    token = int(X.values[position])
    if token < 0:
        raise ValueError(
            f"{places.start(row)} holds the negative token id {token} at step {step}; ids are 1, "
            "2, 3, ..., and 0 is padding."
        )
    raise ValueError(
        f"{places.start(row)} holds the token id 0 at step {step}, between other ids; 0 is padding "
        f"and may only stand at the start or end of a {places.unit}. Number the tokens from 1."
    )
