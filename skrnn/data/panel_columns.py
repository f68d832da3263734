"""Columns of pandas read as numbers, or an error that teaches.

pandas is imported at the top: nobody needs this file who holds no pandas.
"""

import numpy as np
import pandas as pd

from skrnn.data.convert import is_frame, is_series, is_text, to_array, to_reals
from skrnn.data.rows import check_count
from skrnn.data.series import shown, within

__all__ = ["check_time_index", "check_unique", "read_exog", "read_target", "read_targets"]

_REAL = "fiu"


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
    check_unique(X.columns, name)
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


def read_targets(frame, places, owner, name):
    """Read the series in the columns of a frame.

    Parameters
    ----------
    frame : DataFrame
        One series a column.
    places : list of str
        What errors call them.
    owner, name : str
        How errors name the estimator, and the frame.

    Returns
    -------
    values : list of ndarray of shape (T,)
        float64, sharing no memory.
    """
    if any(getattr(dtype, "kind", "O") not in _REAL for dtype in frame.dtypes):
        columns = [frame.iloc[:, j] for j in range(frame.shape[1])]
        return [read_target(*each, owner, name) for each in zip(columns, places, strict=True)]
    values = list(np.array(_reals(frame, name, owner).T, order="C"))
    for column, place in zip(values, places, strict=True):
        _check_finite(column, frame.index, place, name)
    return values


def read_target(column, place, owner, name="X"):
    """Read the numbers of one series; see :func:`read_targets`."""
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


def check_unique(columns, name):
    """Raise where several columns have one name."""
    if not columns.is_unique:
        twice = columns[columns.duplicated()][0]
        raise ValueError(
            f"{name} has several columns called {twice!r}; rename them, as answers carry the names."
        )
