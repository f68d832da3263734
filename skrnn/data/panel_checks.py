"""Whether series that are read later fit those that were fitted."""

import numpy as np

from skrnn.data.panel_answer import LongForm, next_stamps
from skrnn.data.series import shown, within

__all__ = ["PANEL_SPLITTER", "check_alike", "check_some", "follow"]

PANEL_SPLITTER = "skrnn.model_selection.PanelSplit"


def check_some(values, owner):
    """Raise where no series has any value.

    Parameters
    ----------
    values : list of ndarray
        The series.
    owner : str
        How the error names the estimator.

    Raises
    ------
    ValueError
        If all are NaN.
    """
    if not any(np.isfinite(row).any() for row in values):
        raise ValueError(f"All values are NaN, so {owner} has nothing to continue.")


def check_alike(like, parts, clocks):
    """Raise where series differ in kind from those that were fitted.

    Parameters
    ----------
    like : Panel
        What was fitted.
    parts : Parts
        What was read.
    clocks : list of Clock, or None
        Their time axes.

    Returns
    -------
    parts : Parts
        With the columns in the order that was fitted.

    Raises
    ------
    ValueError
        If the frequency or the columns are others.
    """
    if clocks and like.clocks:
        _check_pace(like, parts, clocks)
    columns, fitted = list(parts.columns), list(like.exog_columns)
    if columns == fitted:
        return parts
    if not columns or not fitted:
        few, many = ("no columns", f"columns {fitted or columns}")
        had, has = (many, few) if fitted else (few, many)
        raise ValueError(
            f"The series was fitted with {had} of what else is known, but is read with {has}; pass "
            "the same, X beside y."
        )
    if len(columns) == len(fitted) and columns[0] in (0, 1) and columns == _counted(columns):
        return parts._replace(columns=fitted)  # an array goes by position
    if missing := [name for name in fitted if name not in columns]:
        raise ValueError(f"X lacks the columns {missing}, which were fitted; it has {columns}.")
    if odd := [name for name in columns if name not in fitted]:
        raise ValueError(f"X has the columns {odd}, which were not fitted; drop them.")
    places = [columns.index(name) for name in fitted]
    return parts._replace(exog=[rows[:, places] for rows in parts.exog], columns=fitted)


def _counted(columns):
    return list(range(columns[0], columns[0] + len(columns)))


def _check_pace(like, parts, clocks):
    main = like.clocks[0]
    for place, clock in zip(parts.places, clocks, strict=True):
        if clock.pace == main.pace or main.step is None:
            continue
        if clock.step is None:
            raise ValueError(
                f"{place} has the one stamp {shown(clock.last)}, on which no series of frequency "
                f"{main.frequency}, that of what was fitted, has a step."
            )
        raise ValueError(
            f"{place} has frequency {clock.frequency}, but what was fitted has "
            f"{main.frequency}; resample it, or fit it on its own."
        )


def follow(fitted, new, place="X"):
    """Find the series that others continue, and raise unless they begin right after.

    Parameters
    ----------
    fitted, new : Panel
        What was fitted, and what is said to come next.
    place : str, default="X"
        How errors name the new one.

    Returns
    -------
    rows : list of int
        For each new series the fitted one that it continues.

    Raises
    ------
    ValueError
        If series are missing or unknown, or begin too early or too late; names the stamp.
    """
    if fitted.clocks is None or new.clocks is None:
        if len(fitted) != len(new):
            raise ValueError(
                f"{place} has {len(new)} series, but {len(fitted)} were fitted; without names each "
                "row continues the row at its place."
            )
        return list(range(len(new)))
    rows = _matched(fitted, new, place)
    begins = next_stamps([fitted.clocks[row] for row in rows], 1)
    for i, row in enumerate(rows):
        clock, given = fitted.clocks[row], new.clocks[i]
        if given.first == begins[i][0] and given.step == clock.step:  # quick, and mostly so
            continue
        clock.check_follows(given.index, place if len(new) == 1 else new.places[i])
    return rows


def _matched(fitted, new, place):
    long = isinstance(new.form, LongForm)
    by_id = long and isinstance(fitted.form, LongForm)
    if len(fitted) == len(new) == 1 and (fitted.names == new.names or not by_id):
        return [0]
    at = {name: i for i, name in enumerate(fitted.names)}
    tip = "Pass the series that were fitted, under the same names."
    if long:
        tip = (
            "In a cross-validation TimeSeriesSplit cuts between the series of an index of ids and "
            f"time; use {PANEL_SPLITTER}, which cuts through time."
        )
    if odd := [i for i, name in enumerate(new.names) if name not in at]:
        found = new.places[odd[0]]
        where = "" if found.endswith(f" of {place}") else f" of {place}"
        raise ValueError(f"{found}{where} was not fitted. {tip}")
    given = set(new.names)
    if missing := [name for name in fitted.names if name not in given]:
        first = within(fitted.places[at[missing[0]]])
        raise ValueError(f"{place} lacks {first}, which was fitted. {tip}")
    return [at[name] for name in new.names]
