"""Long series read together with what is to be predicted at each of their steps."""

from numbers import Integral
from typing import NamedTuple

import numpy as np

from skrnn.data.convert import is_frame, is_series
from skrnn.data.series import (
    check_clock,
    column_names,
    column_places,
    columns_at,
    place_of,
    read_steps,
    to_steps,
    within,
)

__all__ = ["Timeline", "read_timelines"]


class Timeline(NamedTuple):
    """One series that was read.

    Parameters
    ----------
    place : str
        How errors name it.
    steps : ndarray of shape (T, F), or (T,) for ids
        The inputs.
    columns : list
        What its F columns are called.
    target : ndarray of shape (T, D)
        What to predict, of whatever dtype.
    names : list
        What its D columns are called.
    clock : pandas Index or None
        The stamps of its rows.
    """

    place: str
    steps: np.ndarray
    columns: list
    target: np.ndarray
    names: list
    clock: object


def read_timelines(parts, keys, target, *, inputs_too, ids, owner):
    """Read series and their targets.

    Parameters
    ----------
    parts : list
        The series, as :func:`skrnn.data.series.split_series` gives them.
    keys : list or None
        What they are called; None where there is only one.
    target : None, name, list of names, array or container of arrays
        What to predict: the series itself, some of its columns, or values of its own.
    inputs_too : bool
        Whether columns that are the target stay among the inputs.
    ids : bool
        Whether the series hold token ids.
    owner : str
        How errors name the function that reads them.

    Returns
    -------
    lines : list of Timeline
        One for each series, all with the same columns.

    Raises
    ------
    TypeError, ValueError
        If a series or its target is not what it should be.

    Examples
    --------
    >>> lines = read_timelines(
    ...     [np.zeros((4, 3))], None, 2, inputs_too=True, ids=False, owner="make_windows"
    ... )
    >>> lines[0].steps.shape, lines[0].target.shape
    ((4, 3), (4, 1))
    """
    places = [place_of(key) for key in ([None] if keys is None else keys)]
    if target is None:
        answers = [None] * len(parts)
        names = [column_names(*each) for each in zip(parts, places, strict=True)]
    elif _names_columns(target):
        columns = list(target) if isinstance(target, list | tuple) else [target]
        taken = [_take(*each, columns, inputs_too) for each in zip(parts, places, strict=True)]
        parts, answers, names = zip(*taken, strict=True)
    else:
        answers = _targets_of(target, parts, keys)
        names = [_own_names(*each) for each in zip(answers, places, strict=True)]
    every = zip(parts, answers, names, places, strict=True)
    lines = [_read(*each, ids, owner) for each in every]
    for line in lines[1:]:
        _check_alike(lines[0], line)
    return lines


def _read(part, answer, names, place, ids, owner):
    """Read one series."""
    steps = read_steps(part, place, owner, ids=ids)
    where = _target_of(place)
    target = to_steps(steps if answer is None else answer, where)
    if len(target) != len(steps):
        raise ValueError(
            f"{where} has {len(target)} rows for {len(steps)} steps; it needs one row for each "
            "step of the series, not one for each window."
        )
    clock = _clock(part, answer, place, where)
    return Timeline(place, steps, column_names(part, place), target, names, clock)


def _target_of(place):
    """Name the target of a series at the start of a message."""
    return f"The target of {within(place)}"


def _names_columns(target):
    """Whether a target names columns, rather than holding values."""
    if isinstance(target, list | tuple):
        return len(target) > 0 and all(_is_name(name) for name in target)
    return _is_name(target)


def _is_name(name):
    return isinstance(name, str | Integral) and not isinstance(name, bool | np.bool_)


def _take(part, place, columns, inputs_too):
    """Give the inputs of one series, the columns that are its target, and their names."""
    places = column_places(part, columns, place)
    names = column_names(part, place)
    answer = columns_at(part, places, place)
    if not inputs_too:
        rest = [j for j in range(len(names)) if j not in places]
        if not rest:
            raise ValueError(
                f"With horizon=0 the target is left out of the inputs, as it would be the answer, "
                f"but {within(place)} has no other column. Set horizon to 1 or more, "
                "or add columns."
            )
        part = columns_at(part, rest, place)
    return part, answer, [names[j] for j in places]


def _targets_of(target, parts, keys):
    """Give values of its own, one array for each series."""
    if keys is None:
        return [target]
    if isinstance(target, dict):
        if set(target) != set(keys):
            raise ValueError(
                f"target has the keys {list(target)}, but the series have {keys}; give one target "
                "for each series."
            )
        return [target[key] for key in keys]
    whole = is_frame(target) or is_series(target) or not hasattr(target, "__len__")
    if whole or len(target) != len(parts):
        count = "" if whole else f" of length {len(target)}"
        raise ValueError(
            f"There are {len(parts)} series, so target must name columns, or be a list or dict of "
            f"{len(parts)} arrays with one row for each step; got {type(target).__name__}{count}."
        )
    return list(target)


def _own_names(answer, place):
    """Name the columns of a target that is no part of the series."""
    names = column_names(answer, _target_of(place))
    if is_frame(answer) or is_series(answer):
        return names
    return ["target"] if len(names) == 1 else [f"target_{name}" for name in names]


def _clock(part, answer, place, where):
    """Give the stamps of a series, or else those of its target; None where neither has any."""
    clocks = []
    for each, owner in ((part, place), (answer, where)):
        if is_frame(each) or is_series(each):
            check_clock(each.index, owner)
            clocks.append(each.index)
    if len(clocks) == 2 and not clocks[0].equals(clocks[1]):
        step = next(i for i, pair in enumerate(zip(*clocks, strict=True)) if pair[0] != pair[1])
        raise ValueError(
            f"{place} and its target have different stamps: {clocks[0][step]} and "
            f"{clocks[1][step]} at step {step}. Align them: target.reindex(series.index)."
        )
    return clocks[0] if clocks else None


def _check_alike(first, line):
    """Raise where a series, or its target, has other columns than the first."""
    named = first.clock is not None and line.clock is not None
    for what, one, other in (
        (line.place, first.columns, line.columns),
        (_target_of(line.place), first.names, line.names),
    ):
        if len(one) != len(other) or (named and one != other):
            raise ValueError(
                f"{what} has the columns {other}, but those of {within(first.place)} are {one}; "
                "all series need the same columns in the same order."
            )
