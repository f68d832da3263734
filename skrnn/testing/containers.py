"""The same sequences in every kind of container a user may hold them in."""

import numpy as np

from skrnn.data import Ragged, as_ragged
from skrnn.data.convert import is_frame, is_series, is_text

N_STEPS_MORE = 2  # padding of the longest row


def kind_of(rows):
    """Say what sequences are: "numbers" (T, F), "flat" numbers (T,), "ids", "text" or "lists"."""
    first = rows[0]
    if is_text(first):
        return "text"
    array = np.asarray(first)
    if array.dtype.kind in "OU":
        return "lists"
    if array.ndim == 2:
        return "numbers"
    return "ids" if array.dtype.kind in "iu" else "flat"


def holders_of(rows):
    """Hold sequences in every kind of container that suits them.

    Parameters
    ----------
    rows : list of sequences
        Arrays, strings or lists of strings.

    Returns
    -------
    holders : dict of str to object
        The containers, by their names.
    """
    index = range(100, 100 + len(rows))
    holders = {
        "a list": list(rows),
        "an array of objects": object_array(rows),
        "a Series": _pandas().Series(object_array(rows), index=index, name="signal"),
    }
    return holders | MORE[kind_of(rows)](rows, index)


def _of_numbers(rows, index):
    names = [f"feature {j}" for j in range(rows[0].shape[1])]
    columns = {name: object_array([row[:, j] for row in rows]) for j, name in enumerate(names)}
    return {
        "a Ragged": Ragged.from_rows(rows),
        "a frame of series": _pandas().DataFrame(columns, index=index),
        "a 3-D array padded behind": _padded(rows, behind=True),
        "a 3-D array padded before": _padded(rows, behind=False),
    }


def _of_flat_numbers(rows, index):
    padded = _padded(rows, behind=True)
    return {
        "a Ragged": Ragged.from_rows(rows),
        "a frame of one column": _pandas().DataFrame({"signal": object_array(rows)}, index=index),
        "a 2-D array": padded,
        "a frame of steps": _pandas().DataFrame(padded, index=index),
    }


def _of_ids(rows, index):
    return {
        "a Ragged": Ragged.from_rows(rows),
        "a 2-D array padded behind": _padded(rows, behind=True, value=0),
        "a 2-D array padded before": _padded(rows, behind=False, value=0),
    }


def _of_text(rows, index):
    return {
        "an array of str": np.array(rows),
        "a frame of one column": _pandas().DataFrame({"text": rows}, index=index),
    }


def _of_lists(rows, index):
    return {"a frame of one column": _pandas().DataFrame({"text": object_array(rows)}, index=index)}


MORE = {
    "numbers": _of_numbers,
    "flat": _of_flat_numbers,
    "ids": _of_ids,
    "text": _of_text,
    "lists": _of_lists,
}


def object_array(rows):
    """Put sequences into an array of objects."""
    array = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        array[i] = row
    return array


def _padded(rows, *, behind, value=np.nan):
    length = max(map(len, rows)) + N_STEPS_MORE
    shape = (len(rows), length, *rows[0].shape[1:])
    padded = np.full(shape, value, dtype=rows[0].dtype)
    for place, row in zip(padded, rows, strict=True):
        place[slice(len(row)) if behind else slice(length - len(row), None)] = row
    return padded


def _pandas():
    import pandas

    return pandas


def rows_of(held):
    """Give the sequences of a container.

    Parameters
    ----------
    held : list, array, Series, DataFrame or Ragged
        What a transformer gave.

    Returns
    -------
    rows : list
        Arrays (T_i, F) of numbers without padding, (T_i,) of ids, strings or lists of strings.
    """
    cells = held.iloc[:, 0].tolist() if is_frame(held) else list(held)
    kind = kind_of(cells) if np.ndim(cells[0]) or is_text(cells[0]) else "flat"
    if kind in ("text", "lists"):
        return cells
    return as_ragged(held, ids=kind == "ids", allow_nan=True).to_list()


def same_kind(one, other):
    """Whether one container is what another is: type, index, and whether it holds objects."""
    if type(one) is not type(other):
        return False
    if is_frame(one) or is_series(one):
        return one.index.equals(other.index)
    if isinstance(one, np.ndarray):
        return (one.dtype == object) is (other.dtype.kind in "OU")
    return True


def arrays_of(held):
    """Give the arrays of numbers that a container holds, to look at their memory."""
    if isinstance(held, Ragged):
        return [held.values]
    if is_frame(held) and held.dtypes.iloc[0].kind == "f":
        return [held.to_numpy()]
    if isinstance(held, np.ndarray) and held.dtype != object:
        return [held] if held.dtype.kind != "U" else []
    cells = held.to_numpy().ravel() if hasattr(held, "iloc") else held
    return [cell for cell in cells if isinstance(cell, np.ndarray)]
