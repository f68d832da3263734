"""Series in arrays and lists, one a row, and what follows each."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import issparse

from skrnn.data.convert import (
    holds_sequences,
    is_arraylike,
    is_scalar,
    is_sequence,
    is_text,
    to_array,
    to_reals,
)
from skrnn.data.panel_answer import ArrayForm
from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged, container_error
from skrnn.data.rows import check_count

__all__ = ["Parts", "is_one_series", "read_rows"]

_FORMS = (
    "X may be a Series, a frame with time as its index (each column a series), either with an "
    "index of ids and time, a dict of Series, an array or list (n, steps) with one series a row, "
    "or a long frame read by skrnn.data.from_long"
)


class Parts(NamedTuple):
    """Series that were read, before their clocks are.

    Parameters
    ----------
    names : list
        What each series is called.
    places : list of str
        What errors call them, at the start of a message.
    values : list of ndarray of shape (T_i,)
        Their numbers, NaN where one is missing.
    form : Form
        How to answer.
    exog : list of ndarray of shape (T_i, F), or None
        What else is known at each step.
    columns : list
        What the F columns are called.
    indexes : list of pandas Index, or None
        Their stamps.
    code : str
        What the remedies in errors call a series.
    continuation : ndarray of shape (n, h), or None
        What follows each.
    """

    names: list
    places: list
    values: list
    form: object
    exog: list = None
    columns: tuple = ()
    indexes: list = None
    code: str = "series"
    continuation: object = None


def is_one_series(X):
    """Whether X is the steps of one series: numbers in one dimension.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    bool
        False for rows that are series, and for what is neither.

    Examples
    --------
    >>> is_one_series([1, 2, 3]), is_one_series([[1, 2, 3]])
    (True, False)
    """
    if isinstance(X, Ragged) or issparse(X):
        return False
    if is_arraylike(X):
        array = to_array(X)
        return array.ndim == 1 and len(array) > 0 and not holds_sequences(array)
    return is_sequence(X) and len(X) > 0 and all(is_scalar(cell) for cell in X)


def read_rows(X, y, owner, *, flat=False, several=False):
    """Read series that are rows, or the steps of one.

    Parameters
    ----------
    X : array, tensor, list or Ragged
        Rows (n, T) or (n, T, F) or ragged ones; (T,) is one series where y is None.
    y : None or array of shape (n,) or (n, h)
        What follows each row.
    owner : str
        How errors name the estimator.
    flat : bool, default=False
        Whether answers of one step are to be (n,), where y is None.
    several : bool, default=False
        Whether rows of several features are fine where y is None.

    Returns
    -------
    parts : Parts
        float64, sharing no memory. Of several features the first is the series, and the others
        are known as far as it is.

    Raises
    ------
    TypeError, ValueError
        As :func:`skrnn.data.as_ragged`; and where y does not fit.
    """
    is_container = is_sequence(X) or is_arraylike(X) or isinstance(X, Ragged) or issparse(X)
    if not is_container:
        raise container_error(X, owner, _FORMS, texts=False)
    if y is None and is_one_series(X):
        return Parts([0], ["The series"], [_read_one(X, owner)], ArrayForm(one=True))
    ragged = as_ragged(X, allow_nan=True, owner=owner)
    rows = [np.array(row, dtype=np.float64).reshape(len(row), -1) for row in ragged]
    features = rows[0].shape[1]
    if features > 1 and y is None and not several:
        raise ValueError(
            f"X has {features} features a step, so which one is to be forecast? Pass that alone, "
            "X[..., 0]; or, with pandas, the series as y and the frame of what else is known as "
            "X; or what follows each row as y, (n, horizon), of its first feature."
        )
    return Parts(
        list(range(len(rows))),
        [f"Row {i} of X" for i in range(len(rows))],
        [row[:, 0].copy() for row in rows],
        ArrayForm(flat=flat if y is None else np.ndim(y) == 1),
        [row[:, 1:].copy() for row in rows] if features > 1 else None,
        list(range(1, features)),
        continuation=None if y is None else _read_continuation(y, len(rows), owner),
    )


def _read_one(X, owner):
    values = np.array(to_reals(to_array(X), "X", owner), dtype=np.float64)
    if np.isinf(values).any():
        step = int(np.argmax(np.isinf(values)))
        raise ValueError(
            f"Input X contains infinity at step {step}. Put NaN in its place to mark it as missing."
        )
    return values


def _read_continuation(y, n, owner):
    if is_text(y) or not (is_sequence(y) or is_arraylike(y)):
        raise ValueError(
            f"y is a {type(y).__name__}, but beside rows it must be what follows each of them, an "
            "array (n,) or (n, horizon)."
        )
    array = np.array(to_reals(to_array(y, "y"), "y", owner), dtype=np.float64)
    if array.ndim not in (1, 2):
        raise ValueError(f"y has shape {array.shape}, but must be (n,) or (n, horizon).")
    if len(array) != n:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{n}, {len(array)}]. "
            "Beside rows, y is what follows each of them; a series of its own must be of pandas."
        )
    array = array.reshape(n, -1)
    check_count(array.shape[1], array.shape, "step", owner)
    if np.isinf(array).any():
        row = int(np.argmax(np.isinf(array).any(axis=1)))
        raise ValueError(f"Input y contains infinity in row {row}.")
    if np.isnan(array).all(axis=1).any():
        row = int(np.argmax(np.isnan(array).all(axis=1)))
        raise ValueError(
            f"Input y contains NaN alone in row {row}, which teaches nothing; leave the row out of "
            "X and y."
        )
    return array
