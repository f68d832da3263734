"""Series of pandas and what else is known at their steps, read into plain arrays.

pandas is imported at the top: nobody needs this file who holds no pandas.
"""

import numpy as np
import pandas as pd

from skrnn.data.convert import is_frame, is_series, to_array
from skrnn.data.panel_answer import DictForm, FrameForm, LongForm, SeriesForm
from skrnn.data.panel_columns import (
    check_time_index,
    check_unique,
    read_exog,
    read_target,
    read_targets,
)
from skrnn.data.panel_rows import Parts
from skrnn.data.rows import check_count, described
from skrnn.data.series import place_of, shown, within

__all__ = ["read_parts"]


def read_parts(target, X, owner):
    """Read series, and what else is known at their steps.

    Parameters
    ----------
    target : Series, DataFrame or dict of Series
        The series.
    X : None, Series, DataFrame, dict or array
        What else is known, on the same index; an array goes by position.
    owner : str
        How errors name the estimator.

    Returns
    -------
    parts : Parts
        float64, sharing no memory with what was given.

    Raises
    ------
    TypeError, ValueError
        If they hold no numbers, or do not fit together.
    """
    if isinstance(target, dict):
        return _read_dict(target, X, owner)
    check_count(len(target), target.shape, "sample", owner)
    if is_frame(target):
        check_count(target.shape[1], target.shape, "feature", owner)
    if target.index.nlevels > 1:
        return _read_long(target, X, "X" if X is None else "y", owner)
    if is_frame(target):
        return _read_wide(target, X, "X" if X is None else "y", owner)
    return _read_one(target, X, "The series", owner)


def _read_one(series, X, place, owner):
    values = read_target(series, place, owner)
    exog, columns = read_exog(X, series.index, "X", owner)
    return Parts(
        [series.name],
        [place],
        [values],
        SeriesForm(series.name),
        None if exog is None else [exog],
        columns,
        [series.index],
    )


def _read_wide(frame, X, name, owner):
    check_time_index(frame, name)
    check_unique(frame.columns, name)
    names = list(frame.columns)
    places = [f"Column {column!r} of {name}" for column in names]
    values = read_targets(frame, places, owner, name)
    exog, columns = read_exog(X, frame.index, "X", owner)
    return Parts(
        names,
        places,
        values,
        FrameForm(frame.columns.copy(deep=True)),
        None if exog is None else [exog] * len(names),
        columns,
        [frame.index] * len(names),
        name,
    )


# -- series one below another -------------------------------------------------------------


def _read_long(target, X, name, owner):
    column = _single_column(target, name)
    index = target.index
    ids, times = index.droplevel(-1), index.get_level_values(-1)
    _check_levels(ids, times, index, name)
    codes, unique = ids.factorize()[0], ids.drop_duplicates()
    order = np.argsort(codes, kind="stable")
    bounds = np.cumsum(np.bincount(codes))[:-1]
    names = list(unique)
    places = [place_of(key) for key in names]
    values = read_target(column, "The series", owner)[order]
    exog, columns = read_exog(X, index, "X", owner)
    times, starts, ends = times[order], [0, *bounds], [*bounds, len(index)]
    form = LongForm(
        unique.copy(deep=True),
        index.names[-1],
        column.name,
        target.columns.copy(deep=True) if is_frame(target) else None,
    )
    levels = list(range(index.nlevels - 1)) if index.nlevels > 2 else 0
    return Parts(
        names,
        places,
        np.split(values, bounds),
        form,
        None if exog is None else np.split(exog[order], bounds),
        columns,
        [times[start:end] for start, end in zip(starts, ends, strict=True)],
        f"{name}.unstack({levels})",
    )


def _single_column(target, name):
    """Give the one column that is the target."""
    if is_series(target):
        return target
    if target.shape[1] > 1:
        first = target.columns[0]
        raise ValueError(
            f"{name} has an index of ids and time, and {target.shape[1]} columns: which is the "
            f"series? Pass it alone, {name}[{first!r}], or with the others as what else is known, "
            f"fit({name}.drop(columns={first!r}), {name}[{first!r}])."
        )
    return target.iloc[:, 0]


def _check_levels(ids, times, index, name):
    """Raise unless the last level of an index is time, and the others name series."""
    if not hasattr(times, "asi8") and hasattr(ids, "asi8"):
        raise ValueError(
            f"{name} has an index of time and ids ({', '.join(map(str, index.names))}); the ids "
            f"come first: {name}.swaplevel()."
        )
    if ids.nlevels == 1 and ids.hasnans:
        row = int(np.argmax(ids.isna()))
        raise ValueError(
            f"{name} has no id in row {row} ({shown(times[row])}); fill it in or drop the row."
        )
    if not index.is_unique:
        row = int(np.argmax(index.duplicated()))
        before = int(np.argmax(index == index[row]))
        levels = list(range(index.nlevels))
        raise ValueError(
            f"{name} has {within(place_of(ids[row]))} at {shown(times[row])} twice (rows {before} "
            f"and {row}). Keep one, {name}[~{name}.index.duplicated()], or average them, "
            f"{name}.groupby(level={levels}, sort=False).mean()."
        )


# -- a dict of series -----------------------------------------------------------------


def _read_dict(series, X, owner):
    if not series:
        raise ValueError(f"{owner} got no series: an empty dict.")
    frames = _frames_of(X, series)
    parts = [
        _read_one(_as_series(cell, key), frame, place_of(key), owner)
        for (key, cell), frame in zip(series.items(), frames, strict=True)
    ]
    first = parts[0].columns
    for key, part in zip(series, parts, strict=True):
        if part.columns != first:
            raise ValueError(
                f"X[{key!r}] has the columns {part.columns}, but the first of the frames {first}."
            )
    return Parts(
        list(series),
        [part.places[0] for part in parts],
        [part.values[0] for part in parts],
        DictForm([part.names[0] for part in parts]),
        None if X is None else [part.exog[0] for part in parts],
        first,
        [part.indexes[0] for part in parts],
    )


def _frames_of(X, series):
    """Give what else is known for each series of a dict."""
    if X is None:
        return [None] * len(series)
    if not isinstance(X, dict):
        raise TypeError(
            f"The series are a dict, so X must be a dict of frames with the same keys, not "
            f"{described(X)}."
        )
    if set(X) != set(series):
        odd = next(key for key in [*series, *X] if (key in X) != (key in series))
        raise ValueError(f"X and y must be dicts with the same keys; only one has {odd!r}.")
    return [X[key] for key in series]


def _as_series(cell, key):
    """Give a Series that counts steps, where it is none."""
    if is_series(cell) and cell.index.nlevels == 1 and len(cell):
        return cell
    array = None if is_frame(cell) or is_series(cell) else to_array(cell, place_of(key))
    if array is None or array.ndim != 1 or not len(array):
        held = f"{described(cell)} of shape {np.shape(cell)}"
        raise ValueError(
            f"{place_of(key)} is {held}, but each value of the dict must be one series: a Series "
            "with time as its index, or an array (steps,)."
        )
    return pd.Series(array)
