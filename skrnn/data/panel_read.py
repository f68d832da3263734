"""Series of pandas and what else is known at their steps, read into plain arrays.

pandas is imported at the top: nobody needs this file who holds no pandas.
"""

import numpy as np
import pandas as pd

from skrnn.data.convert import is_frame, is_series, is_text, to_array, to_reals
from skrnn.data.gaps import shown
from skrnn.data.panel_answer import DictForm, FrameForm, LongForm, SeriesForm
from skrnn.data.panel_rows import Parts
from skrnn.data.rows import check_count, described
from skrnn.data.series import place_of, within

__all__ = ["check_time_index", "read_exog", "read_parts"]

_REAL = "fiu"


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
    values = _read_target(series, place, owner)
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
    _check_unique(frame.columns, name)
    names = list(frame.columns)
    places = [f"Column {column!r} of {name}" for column in names]
    if all(getattr(dtype, "kind", "O") in _REAL for dtype in frame.dtypes):
        values = list(np.array(_reals(frame, name, owner).T, order="C"))
        for column, place in zip(values, places, strict=True):
            _check_finite(column, frame.index, place, name)
    else:
        values = [
            _read_target(frame.iloc[:, j], place, owner, name) for j, place in enumerate(places)
        ]
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
    values = _read_target(column, "The series", owner)[order]
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
        raise ValueError(f"{name} has no id in row {row} ({times[row]}); fill it in or drop it.")


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


# -- what else is known -----------------------------------------------------------------


def read_exog(X, index, name, owner):
    """Read what else is known at the steps of series.

    Parameters
    ----------
    X : None, Series, DataFrame or array
        On the same index; an array goes by position.
    index : pandas Index
        Of the series.
    name, owner : str
        How errors name it, and the estimator.

    Returns
    -------
    exog : ndarray of shape (T, F), or None
        float64, sharing no memory.
    columns : list
        What its columns are called: numbers where it is an array.

    Raises
    ------
    TypeError, ValueError
        If it holds no numbers, or its index is another one.
    """
    if X is None:
        return None, []
    if is_series(X):
        X = X.to_frame()
    if not is_frame(X):
        return _read_exog_array(X, index, name, owner)
    check_count(X.shape[1], X.shape, "feature", owner)
    _check_unique(X.columns, name)
    _check_aligned(X.index, index, name)
    columns = []
    for j, column in enumerate(X.columns):
        place = f"Column {column!r} of {name}"
        part = X.iloc[:, j]
        _check_numbers(part, place, owner, name)
        columns.append(_finite(part, X.index, place, owner, name))
    return np.stack(columns, axis=1), list(X.columns)


def _read_exog_array(X, index, name, owner):
    array = to_reals(to_array(X, name), name, owner)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or len(array) != len(index):
        raise ValueError(
            f"{name} has shape {array.shape}, but y has {len(index)} rows; with y a Series or "
            f"frame, {name} holds what else is known at the same steps, (steps, features)."
        )
    check_count(array.shape[1], array.shape, "feature", owner)
    exog = array.astype(np.float64)
    for j in range(exog.shape[1]):
        _check_finite(exog[:, j], index, f"Column {j} of {name}", name)
    return exog, list(range(exog.shape[1]))


def _check_aligned(given, index, name):
    """Raise unless two indexes are the same."""
    if given.equals(index):
        return
    if given.nlevels != index.nlevels:
        raise ValueError(
            f"{name} has an index of {given.nlevels} levels, but y one of {index.nlevels}. Repeat "
            f"what is known for all series: {name}.reindex(y.index, level=-1)."
        )
    if len(given) == len(index):
        differs = np.array([a != b for a, b in zip(given, index, strict=True)])
        if not differs.any():
            return
        at = int(np.argmax(differs))
        found = f"row {at} is {shown(given[at])} in {name}, but {shown(index[at])} in y"
    else:
        found = f"{name} has {len(given)} rows, y has {len(index)}"
    raise ValueError(
        f"{name} and y must have the same index, but {found}. Bring {name} to that of y: "
        f"{name}.reindex(y.index); rows it lacks become NaN, which the forecaster masks."
    )


# -- numbers ----------------------------------------------------------------------------


def _read_target(column, place, owner, name="X"):
    """Read the numbers of one series."""
    if getattr(column.dtype, "kind", "O") == "b":
        raise ValueError(
            f"{place} holds booleans, but {owner} forecasts numbers; if a share is meant, "
            "convert with .astype(float)."
        )
    _check_numbers(column, place, owner, name)
    return _finite(column, column.index, place, owner, name)


def _check_numbers(column, place, owner, name):
    """Raise where a column holds dates, text or categories."""
    kind = getattr(column.dtype, "kind", "O")
    if kind in "mM":
        raise ValueError(
            f"{place} holds dates, but {owner} reads numbers; if they tell the time of each row, "
            "make them the index with .set_index, or read a long frame with skrnn.data.from_long."
        )
    cell = next(iter(column[column.notna()]), None) if kind not in "fiubc" else None
    if is_text(cell) or isinstance(column.dtype, pd.CategoricalDtype):
        raise ValueError(
            f"{place} holds text ({str(cell)[:20]!r}), but {owner} reads numbers. If it names "
            f"series, read the long frame with skrnn.data.from_long; categories become numbers "
            f"with pd.get_dummies({name}, dtype=float)."
        )


def _reals(part, place, owner):
    return np.array(to_reals(to_array(part, place), place, owner), dtype=np.float64)


def _finite(column, index, place, owner, name):
    values = _reals(column, place, owner)
    _check_finite(values, index, place, name)
    return values


def _check_finite(values, index, place, name):
    if np.isinf(values).any():
        at = int(np.argmax(np.isinf(values)))
        raise ValueError(
            f"Input {name} contains infinity: {within(place)} at {_at(index, at)}. Put NaN in its "
            "place to mark it as missing."
        )


def _at(index, at):
    stamp = index[at]
    return f"{', '.join(map(shown, stamp)) if isinstance(stamp, tuple) else shown(stamp)}"


# -- indexes ----------------------------------------------------------------------------


def check_time_index(frame, name):
    """Raise where nobody can tell whether the rows of a frame are steps or series.

    Parameters
    ----------
    frame : DataFrame
        With an index of one level.
    name : str
        How errors name it.

    Raises
    ------
    ValueError
        If the index counts rows; says what to do in either case.
    """
    index = frame.index
    counts = index.dtype.kind in "iu" and not hasattr(index, "asi8")
    if not counts or (not isinstance(index, pd.RangeIndex) and _means_time(index)):
        return
    kinds = [getattr(dtype, "kind", "O") for dtype in frame.dtypes]
    if any(kind not in "fiubc" for kind in kinds):
        tip = (
            f" A long frame, with a column of ids and one of dates, is read by "
            f"skrnn.data.from_long({name}, id=..., time=..., target=...)."
        )
    else:
        tip = ""
    raise ValueError(
        f"{name} is a frame whose index counts rows ({index[0]}, ...), so its rows may be steps or "
        "series. If time runs down the rows, give it the dates, e.g. "
        f"{name}.index = pd.date_range('2024-01-01', periods=len({name}), freq='D'), or pass one "
        f"series a row, {name}.to_numpy().T. If each row is a series, pass {name}.to_numpy().{tip}"
    )


def _means_time(index):
    """Whether integers have a name, or are years, so that they do not number rows."""
    return index.name is not None or bool((index >= 1500).all() and (index <= 2200).all())


def _check_unique(columns, name):
    if not columns.is_unique:
        twice = columns[columns.duplicated()][0]
        raise ValueError(
            f"{name} has several columns called {twice!r}; rename them, as answers carry the names."
        )
