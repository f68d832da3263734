"""Long series whose rows are time: splitting several, choosing columns, checking the clock."""

import numpy as np
from scipy.sparse import issparse

from skrnn.data.columns import date_columns, object_cells, object_columns
from skrnn.data.convert import (
    holds_sequences,
    is_arraylike,
    is_frame,
    is_scalar,
    is_sequence,
    is_series,
    is_text,
    text_error,
    to_array,
    to_reals,
)
from skrnn.data.ragged import Ragged
from skrnn.data.read import container_error

__all__ = [
    "check_clock",
    "column_names",
    "column_places",
    "columns_at",
    "place_of",
    "read_steps",
    "shown",
    "split_series",
    "to_steps",
    "within",
]

_FORMS = (
    "A series may be an array or tensor (steps,) or (steps, features), a list of numbers, a Series "
    "or a DataFrame; several of them a list, a dict, a 3-D array or a skrnn.data.Ragged"
)


def split_series(series, owner):
    """Tell one series from several.

    Parameters
    ----------
    series : array, tensor, list, Series, DataFrame, dict or Ragged
        A list of numbers is one series, any other list several.
    owner : str
        How errors name the function that reads it.

    Returns
    -------
    parts : list
        The series, each as it was given.
    keys : list or None
        What to call each: the keys of a dict, else numbers. None where there is one.

    Raises
    ------
    TypeError, ValueError
        If it is no series, or holds none.

    Examples
    --------
    >>> split_series([1, 2, 3], "make_windows")
    ([[1, 2, 3]], None)
    >>> split_series({"a": [1, 2], "b": [3]}, "make_windows")
    ([[1, 2], [3]], ['a', 'b'])
    """
    if is_arraylike(series) and not hasattr(series, "ndim"):  # polars, which lists its columns
        series = to_array(series)
    if isinstance(series, dict):
        parts, keys = list(series.values()), list(series)
    elif is_frame(series) or is_series(series):
        return [series], None
    elif isinstance(series, Ragged) or _holds_series(series, owner):
        parts = list(series)
        keys = list(range(len(parts)))
    else:
        return [series], None
    if not parts:
        raise ValueError(f"{owner} got no series: an empty {type(series).__name__}.")
    return parts, keys


def _holds_series(series, owner):
    """Whether an array or a list is several series; raise where it is neither one nor several."""
    if issparse(series) or not (is_arraylike(series) or is_sequence(series)):
        raise container_error(series, owner, _FORMS)
    if not hasattr(series, "ndim"):
        return not (len(series) and all(is_scalar(cell) or is_text(cell) for cell in series))
    if series.ndim not in (1, 2, 3):
        raise ValueError(f"{owner} got an array of shape {tuple(series.shape)}. {_FORMS}.")
    first = series[0] if series.ndim == 1 and len(series) else None
    return series.ndim == 3 or (is_sequence(first) and not is_scalar(first))


def place_of(key):
    """Name a series at the start of a message."""
    return "The series" if key is None else f"Series {key!r}"


def within(place):
    """Name a series within a message."""
    return place[0].lower() + place[1:]


def shown(stamp):
    """Name a time stamp in a message, without a midnight that says nothing."""
    return str(stamp).removesuffix(" 00:00:00")


def read_steps(part, where, owner, *, ids=False):
    """Read the steps of one series as numbers.

    Parameters
    ----------
    part : array, tensor, list, Series or DataFrame
        Rows are time.
    where, owner : str
        How errors name the series and the function.
    ids : bool, default=False
        Whether it holds token ids.

    Returns
    -------
    values : ndarray of shape (T, F), or (T,) for ids
        float64 or float32, sharing memory where the layout of `part` allows.

    Raises
    ------
    TypeError, ValueError
        If it holds text, dates, sequences or nothing.

    Examples
    --------
    >>> read_steps([1, 2], "The series", "make_windows")
    array([[1.],
           [2.]])
    """
    if is_frame(part):
        _check_columns(part, where, owner)
    array = to_steps(part, where)
    if holds_sequences(array):
        raise ValueError(
            f"{where} holds a sequence in each cell, but its rows must be steps; pass several "
            "series as a list."
        )
    if not array.shape[1]:
        raise ValueError(f"{where} has no columns.")
    return array[:, 0] if ids else to_reals(array, where, owner)


def to_steps(part, where):
    """Give one series as an array (T, D) of whatever dtype, sharing memory where possible."""
    if is_text(part) or not (is_arraylike(part) or is_sequence(part)):
        raise TypeError(f"{where} is a {type(part).__name__}, not a series. {_FORMS}.")
    array = to_array(part, where)
    if array.ndim == 1:
        return array[:, None]
    if array.ndim != 2:
        raise ValueError(f"{where} has shape {array.shape}, but must be (steps, features).")
    return array


def _check_columns(frame, where, owner):
    """Refuse columns of a frame that hold no numbers, by name."""
    if dates := date_columns(frame):
        raise ValueError(
            f"{where} holds dates in column {dates[0]!r}, but {owner} reads numbers; make it the "
            f"index, .set_index({dates[0]!r}), or drop it."
        )
    for name, cell in zip(object_columns(frame), object_cells(frame), strict=True):
        if is_text(cell):
            error = text_error(np.array(cell), f"{where}, column {name!r},", owner)
            raise ValueError(
                f"{error} If the column is the target, drop it from the series and pass it apart, "
                f"target=series[{name!r}]."
            )


def columns_at(part, places, where):
    """Take columns of one series.

    Parameters
    ----------
    part : array, tensor, list, Series or DataFrame
        Rows are time.
    places : list of int
        Which columns, by number.
    where : str
        How errors name the series.

    Returns
    -------
    part : DataFrame, or ndarray of shape (T, D)
        The columns; a view where they are neighbours in an array.

    Examples
    --------
    >>> columns_at([[1, 2, 3], [4, 5, 6]], [0, 1], "The series")
    array([[1, 2],
           [4, 5]])
    """
    if is_frame(part):
        return part.iloc[:, places]
    array = to_steps(part, where)
    if len(places) and places == list(range(places[0], places[0] + len(places))):
        return array[:, places[0] : places[-1] + 1]
    return array[:, places]


def column_names(part, where):
    """Give the names of the columns of one series: numbers where it is an array."""
    if is_frame(part):
        return list(part.columns)
    return [part.name] if is_series(part) else list(range(to_steps(part, where).shape[1]))


def column_places(part, columns, where):
    """Find columns of one series by name, or by number in an array.

    Parameters
    ----------
    part : array, tensor, list, Series or DataFrame
        Rows are time.
    columns : list
        What to find.
    where : str
        How errors name the series.

    Returns
    -------
    places : list of int
        Their numbers.

    Raises
    ------
    ValueError
        If there is no such column, or several.

    Examples
    --------
    >>> import pandas as pd
    >>> column_places(pd.DataFrame({"a": [1.0], "b": [2.0]}), ["b"], "The series")
    [1]
    """
    names = column_names(part, where)
    named = is_frame(part) or is_series(part)
    places = []
    for column in columns:
        found = [i for i, name in enumerate(names) if name == column]
        if not named and not found:
            found = [i for i in range(len(names)) if i - len(names) == column]
        if len(found) != 1:
            many = "several columns" if found else "no column"
            raise ValueError(
                f"target asks for column {column!r}, but {within(where)} has {many} of that name; "
                f"its columns are {names}. A target of its own must be an array or a Series, "
                "e.g. np.asarray(target)."
            )
        places += found
    return places


def check_clock(index, where):
    """Raise where the index of a series does not run forward in time.

    Parameters
    ----------
    index : pandas Index
        Of the rows; names that are no numbers and no times are not judged.
    where : str
        How errors name the series.

    Raises
    ------
    ValueError
        If there are several levels, or a stamp is missing, out of order or there twice; names
        the stamp.

    Examples
    --------
    >>> import pandas as pd
    >>> check_clock(pd.Index([1, 2, 2]), "The series")
    Traceback (most recent call last):
        ...
    ValueError: The series has the time stamp 2 twice (steps 1 and 2). ...
    """
    if index.nlevels > 1:
        raise ValueError(
            f"{where} has an index of {index.nlevels} levels. Pass one series for each: "
            "{name: part.droplevel(0) for name, part in series.groupby(level=0)}."
        )
    is_time = getattr(index.dtype, "kind", "O") in "iufmM" or hasattr(index, "asfreq")
    if not is_time or (index.is_monotonic_increasing and index.is_unique):
        return
    if index.hasnans:
        step = int(np.argmax(index.isna()))
        raise ValueError(f"{where} has no time stamp at step {step}; fill it in or drop the row.")
    if not index.is_monotonic_increasing:
        step = 1 + int(np.argmax(index[1:] < index[:-1]))
        raise ValueError(
            f"{where} is not in the order of time: {index[step]} (step {step}) comes after "
            f"{index[step - 1]}. Sort it with series.sort_index(); if several series stand one "
            "below another, pass them as a list or a dict."
        )
    step = int(np.argmax(index.duplicated()))
    raise ValueError(
        f"{where} has the time stamp {index[step]} twice (steps {step - 1} and {step}). Keep one, "
        "series[~series.index.duplicated()], or average them, series.groupby(level=0).mean(); if "
        "they belong to several series, pass those as a list or a dict."
    )
