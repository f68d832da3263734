"""From what users hold (lists, pandas, tensors) to plain numeric NumPy arrays.

pandas and torch objects are known by what they can do, so neither is imported.
``where`` is how an error names the place: ``"X"`` or ``"Row 3 of X"``.
"""

import numbers
from collections.abc import Sequence

import numpy as np

__all__ = [
    "holds_sequences",
    "is_arraylike",
    "is_frame",
    "is_missing",
    "is_scalar",
    "is_sequence",
    "is_series",
    "is_text",
    "object_array",
    "text_error",
    "to_array",
    "to_ids",
    "to_reals",
]

_TEXT_KINDS = "USaT"


def is_frame(X):
    """Whether X is a pandas-like DataFrame."""
    return hasattr(X, "iloc") and hasattr(X, "columns")


def is_series(X):
    """Whether X is a pandas-like Series."""
    return hasattr(X, "iloc") and not hasattr(X, "columns")


def is_arraylike(X):
    """Whether X is an array or tensor of some library, or turns itself into one."""
    return hasattr(X, "__array__") and not isinstance(X, np.generic)


def is_text(cell):
    """Whether a cell is a string."""
    return isinstance(cell, str | bytes)


def is_scalar(cell):
    """Whether a cell is a single number (or date) and no sequence."""
    if isinstance(cell, numbers.Number | np.generic):
        return not is_text(cell)
    return getattr(cell, "ndim", None) == 0


def is_sequence(cell):
    """Whether a cell can be one sequence: a list, an array, a tensor, a Series, a frame."""
    if is_text(cell) or is_scalar(cell):
        return False
    return isinstance(cell, Sequence) or hasattr(cell, "iloc") or hasattr(cell, "__array__")


def is_missing(cell):
    """Whether a cell is None, NaN, NaT or the NA of pandas."""
    return not is_sequence(cell) and (cell is None or str(cell) in ("nan", "NaT", "<NA>"))


def holds_sequences(array):
    """Whether an array holds sequences, rather than numbers or text, as its first cell tells."""
    return array.dtype == object and array.size > 0 and is_sequence(array.flat[0])


def object_array(cells):
    """Put cells into an object array (n,), also where they are sequences of one length."""
    array = np.empty(len(cells), dtype=object)
    for i, cell in enumerate(cells):
        array[i] = cell
    return array


def to_array(X, where="X"):
    """Return X as an ndarray of whatever dtype, without a copy where possible.

    Parameters
    ----------
    X : array-like, tensor, Series or DataFrame
        What to convert. Missing values of pandas become NaN.
    where : str, default="X"
        How an error names X.

    Returns
    -------
    ndarray
        The values.

    Raises
    ------
    ValueError
        If X is a nested list whose lists differ in length, or hides values by a mask.

    Examples
    --------
    >>> from skrnn.data.convert import to_array
    >>> to_array([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    if hasattr(X, "detach") and hasattr(X, "cpu"):
        X = X.detach().cpu()
        return (X.float() if str(X.dtype) == "torch.bfloat16" else X).numpy()
    if hasattr(X, "iloc") or hasattr(X, "isna"):
        return _from_pandas(X)
    if np.ma.is_masked(X):
        raise ValueError(
            f"{where} is a masked array with masked values; fill them first: .filled(np.nan) marks "
            "padding at the start or end of a row."
        )
    if isinstance(X, list | tuple) and X and hasattr(X[0], "detach"):
        X = [to_array(cell) for cell in X]
    try:
        return np.asarray(X)
    except ValueError as error:
        raise ValueError(
            f"{where} cannot be read as one array, because the lists in it differ in length; "
            "a sequence is (steps,) or (steps, features), with the same features at every step."
        ) from error


def _from_pandas(X):
    array = X.to_numpy()
    if array.dtype != object:
        return array
    missing = np.asarray(X.isna())
    return np.where(missing, np.nan, array) if missing.any() else array


def to_reals(array, where, owner):
    """Return a float32 or float64 array of the same values.

    Parameters
    ----------
    array : ndarray
        Any dtype. float32 and float64 are kept (no copy), float16 becomes float32,
        the rest float64.
    where, owner : str
        How an error names the array and the estimator.

    Returns
    -------
    ndarray of float32 or float64
        The values.

    Raises
    ------
    ValueError
        For text, dates, complex numbers and objects that are no numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data.convert import to_reals
    >>> to_reals(np.array([1, 2]), "X", "RNNClassifier")
    array([1., 2.])
    """
    kind = array.dtype.kind
    if kind == "O":
        return _objects_to_reals(array, where, owner)
    if kind in "fiub":
        return array.astype(_real_dtype(array.dtype), copy=False)
    if kind == "c":
        raise ValueError(
            f"Complex data not supported: {where} has dtype {array.dtype}. Pass the real and the "
            "imaginary part as two features."
        )
    if kind in _TEXT_KINDS:
        raise text_error(array, where, owner)
    raise ValueError(
        f"{where} has dtype {array.dtype}, but {owner} reads numbers; turn dates and "
        "durations into numbers first, e.g. the days since the first one."
    )


def _real_dtype(dtype):
    if dtype.kind == "f" and dtype.itemsize <= 4:
        return np.dtype(np.float32)
    return np.dtype(np.float64)


def _objects_to_reals(array, where, owner):
    if any(is_text(cell) for cell in array.flat):
        raise text_error(array, where, owner)
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        if any(isinstance(cell, complex) for cell in array.flat):
            raise ValueError(f"Complex data not supported: {where} holds them.") from error
        raise TypeError(
            f"{where} holds objects that are no numbers, but {owner} reads numbers: {error}"
        ) from error


def text_error(cells, where, owner, *, ids=False):
    """Return the error for strings where numbers or token ids belong.

    Parameters
    ----------
    cells : ndarray
        Holds at least one string.
    where, owner : str
        How the error names the array and the estimator.
    ids : bool, default=False
        Whether the estimator reads token ids.

    Returns
    -------
    ValueError
        To be raised. Names the first row with text when ``cells`` is all of X.
    """
    first = next((i for i, cell in enumerate(cells.flat) if is_text(cell)), 0)
    text = cells.flat[first] if cells.size else ""
    if where == "X" and cells.ndim:
        where = f"Row {first // max(1, cells.size // len(cells))} of X"
    shown = repr(str(text) if len(text) <= 20 else f"{text[:20]}...")
    if ids:
        return ValueError(
            f"{where} holds text ({shown}), but {owner} reads token ids. Put a "
            "skrnn.preprocessing.SequenceTokenizer in front of it, in a Pipeline; it makes ids of "
            "raw text."
        )
    return ValueError(
        f"{where} holds text ({shown}), but {owner} reads numbers. Raw text becomes token ids "
        "through skrnn.preprocessing.SequenceTokenizer (then set embedding_dim); other strings "
        "must be turned into numbers first."
    )


def to_ids(array, where, owner):
    """Return token ids as int64.

    Parameters
    ----------
    array : ndarray
        Integers; objects that all are integers count too.
    where, owner : str
        How an error names the array and the estimator.

    Returns
    -------
    ndarray of int64
        The ids (no copy when they were int64).

    Raises
    ------
    ValueError
        For anything but integers; names the row and the step of a missing one.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data.convert import to_ids
    >>> to_ids(np.array([3, 1], dtype=np.uint8), "X", "RNNClassifier")
    array([3, 1])
    """
    if array.dtype.kind == "O" and array.size:
        if any(is_text(cell) for cell in array.flat):
            raise text_error(array, where, owner, ids=True)
        array = np.asarray(array.tolist())
    kind = array.dtype.kind
    if kind == "u" and array.size and array.max() > np.iinfo(np.int64).max:
        raise ValueError(
            f"{where} holds the token id {array.max()}, which is too large; number the tokens "
            "1, 2, 3, ..."
        )
    if kind in "iu":
        return array.astype(np.int64, copy=False)
    if kind in _TEXT_KINDS:
        raise text_error(array, where, owner, ids=True)
    held = {"f": "floats", "b": "booleans"}.get(kind, f"values of dtype {array.dtype}")
    remedy = ""
    place = _missing_id(array)
    if place is not None:
        *row, step = place
        where = f"Row {row[0]} of X" if row else where
        held = f"a missing value (NA, NaN or None) at step {step}"
        remedy = "fill it with 0 if it is padding at an end of the row, else leave it out; then "
    raise ValueError(
        f"{where} holds {held}, but embedding_dim is set, so X must hold integer token ids; "
        f"{remedy}convert with .astype(int), or set embedding_dim=None to let {owner} read X as "
        "numbers."
    )


def _missing_id(array):
    """Give the place of the first missing value where all others are whole numbers, else None."""
    if array.dtype.kind not in "fO":
        return None
    try:
        values = np.array([np.nan if is_missing(cell) else cell for cell in array.flat], float)
    except (TypeError, ValueError):
        return None
    missing = np.isnan(values)
    present = values[~missing]
    if not missing.any() or (present != np.rint(present)).any():
        return None
    return np.unravel_index(int(missing.argmax()), array.shape)
