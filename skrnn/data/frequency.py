"""How often a series has a value: the step between its stamps, found and measured.

pandas is imported at the top: nobody needs this file who holds no pandas index.
"""

from numbers import Integral
from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = [
    "Pace",
    "infer_step",
    "month_positions",
    "month_step",
    "pace_of",
    "per_second",
    "seasons_of",
    "tick",
]

DAY = 86_400
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_TICKS = ("Hour", "Minute", "Second", "Milli", "Micro", "Nano")
_NANOS = (3600 * 10**9, 60 * 10**9, 10**9, 10**6, 10**3, 1)
_FRIDAY = 4


class Pace(NamedTuple):
    """A step in numbers, so that month ends and month starts compare equal.

    Parameters
    ----------
    unit : {"seconds", "business days", "months", "steps", "other"}
        What is counted.
    count : float
        How many of them make a step.
    """

    unit: str
    count: float


def per_second(unit):
    """Give how many units of a time stamp ("s", "ms", "us", "ns") make a second."""
    return _PER_SECOND[unit]


def infer_step(index):
    """Find the step of stamps that run forward in time.

    Parameters
    ----------
    index : DatetimeIndex or TimedeltaIndex
        At least two stamps, sorted and without repeats.

    Returns
    -------
    step : pandas offset or None
        None where the stamps are uneven. Two stamps are taken for months, weeks, business days
        or whatever their difference is, in this order.

    Notes
    -----
    pandas has ``infer_freq``, which needs three stamps, knows no months that begin on the 15th,
    and gives a name in one version and an offset in another.

    Examples
    --------
    >>> import pandas as pd
    >>> infer_step(pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-31"]))
    <MonthEnd>
    >>> infer_step(pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-30"])) is None
    True
    """
    if isinstance(index, pd.TimedeltaIndex):
        return _even_ticks(index)
    wall = index.tz_localize(None)
    if (wall - wall.normalize()).nunique() == 1:
        for rule in (_months, _days, _business_days, _weekdays_of_month):
            if (step := rule(wall)) is not None:
                return step
    return _even_ticks(index)


def _even_ticks(index):
    gaps = np.diff(index.asi8)
    return tick(gaps[0], index.unit) if (gaps == gaps[0]).all() else None


def tick(count, unit):
    """Give the offset of a fixed duration.

    Parameters
    ----------
    count : int
        How many units of time.
    unit : {"s", "ms", "us", "ns"}
        The unit.

    Returns
    -------
    step : pandas Tick
        In the largest unit up to hours that measures it.

    Examples
    --------
    >>> tick(900, "s")
    <15 * Minutes>
    """
    nanos = int(count) * (10**9 // _PER_SECOND[unit])
    name, size = next(pair for pair in zip(_TICKS, _NANOS, strict=True) if nanos % pair[1] == 0)
    return getattr(pd.offsets, name)(nanos // size)


def month_positions(wall):
    """Give the places in the month on which all stamps lie.

    Parameters
    ----------
    wall : DatetimeIndex
        Stamps without a time zone.

    Returns
    -------
    positions : list of str
        Some of "End", "Begin", "BEnd" and "BBegin" (the last and first business day), and "Day"
        for the same day of the month.
    """
    day, length, weekday = (
        part.to_numpy() for part in (wall.day, wall.days_in_month, wall.day_of_week)
    )
    first, last = (weekday - day + 1) % 7, (weekday + length - day) % 7
    lies = {
        "End": day == length,
        "Begin": day == 1,
        "BEnd": day == length - np.maximum(last - _FRIDAY, 0),
        "BBegin": day == np.where(first > _FRIDAY, 8 - first, 1),
        "Day": (day == day[0]) & (day <= 28),
    }
    return [name for name, holds in lies.items() if holds.all()]


def month_step(position, months, first):
    """Give the offset of some months.

    Parameters
    ----------
    position : str
        One of :func:`month_positions`.
    months : int
        How many.
    first : Timestamp
        A stamp of the series.

    Returns
    -------
    step : pandas offset
        Of years or quarters where it can be.
    """
    if position == "Day":
        return pd.DateOffset(months=months)
    edge = "Begin" if position.endswith("Begin") else "End"
    business = position.removesuffix(edge)
    if months % 12 == 0:
        return getattr(pd.offsets, f"{business}Year{edge}")(months // 12, month=first.month)
    if months % 3 == 0:
        anchor = (first.month - 1) % 3 + (1 if edge == "Begin" else 10)
        name = f"{business}Quarter{edge}"
        return getattr(pd.offsets, name)(months // 3, startingMonth=anchor)
    return getattr(pd.offsets, f"{business}Month{edge}")(months)


def _months(wall):
    gaps = np.diff((wall.year * 12 + wall.month).to_numpy())
    positions = month_positions(wall) if gaps[0] > 0 and (gaps == gaps[0]).all() else []
    return month_step(positions[0], int(gaps[0]), wall[0]) if positions else None


def _days(wall):
    gaps = np.diff(wall.asi8) // (DAY * _PER_SECOND[wall.unit])
    if len(gaps) == 1 and gaps[0] == 3 and wall[0].weekday() == _FRIDAY:
        return pd.offsets.BusinessDay()  # Friday and Monday
    if (gaps != gaps[0]).any():
        return None
    weeks, days = divmod(int(gaps[0]), 7)
    if days:
        return pd.offsets.Day(7 * weeks + days)
    return pd.offsets.Week(weeks, weekday=wall[0].weekday())


def _business_days(wall):
    days = wall.to_numpy().astype("datetime64[D]")
    is_even = np.is_busday(days).all() and (np.busday_count(days[:-1], days[1:]) == 1).all()
    return pd.offsets.BusinessDay() if is_even else None


def _weekdays_of_month(wall):
    """Find such things as the third Friday of every month."""
    gaps = np.diff((wall.year * 12 + wall.month).to_numpy())
    week, weekday = (wall.day.to_numpy() - 1) // 7, wall.day_of_week.to_numpy()
    is_even = (gaps == gaps[0]).all() and (week == week[0]).all() and (weekday == weekday[0]).all()
    if not is_even or not gaps[0] or week[0] > 3:
        return None
    return pd.offsets.WeekOfMonth(int(gaps[0]), week=int(week[0]), weekday=int(weekday[0]))


# -- what a step means ----------------------------------------------------------------

# By a part of the name of an offset; the first that fits counts.
_MONTHS = {"Quarter": 3, "Year": 12, "FY5253": 12, "Semi": 0.5, "Month": 1}


def pace_of(step):
    """Measure a step.

    Parameters
    ----------
    step : pandas offset, int or None
        An int counts steps.

    Returns
    -------
    pace : Pace
        ("other", 0.0) for what has no fixed size, and for None.

    Examples
    --------
    >>> import pandas as pd
    >>> pace_of(pd.offsets.QuarterEnd())
    Pace(unit='months', count=3.0)
    """
    if isinstance(step, Integral):
        return Pace("steps", float(step))
    if isinstance(step, pd.offsets.Day):  # a Tick in pandas 2, none in pandas 3
        return Pace("seconds", float(step.n * DAY))
    if isinstance(step, pd.offsets.Tick):
        return Pace("seconds", step.nanos / 1e9)
    if isinstance(step, pd.offsets.Week):
        return Pace("seconds", float(step.n * 7 * DAY))
    if isinstance(step, pd.offsets.BusinessDay):  # that of a custom calendar too
        return Pace("business days", float(step.n))
    if type(step) is pd.DateOffset:
        return _pace_of_parts(step)
    name = type(step).__name__
    months = next((size for part, size in _MONTHS.items() if part in name), None)
    return Pace("months", float(months * step.n)) if months else Pace("other", 0.0)


def _pace_of_parts(step):
    """Measure an offset such as ``DateOffset(months=1)``."""
    sizes = {"months": 1, "years": 12}
    if set(step.kwds) <= set(sizes):
        return Pace("months", float(step.n * sum(sizes[k] * v for k, v in step.kwds.items())))
    sizes = {"weeks": 7 * DAY, "days": DAY, "hours": 3600, "minutes": 60, "seconds": 1}
    if set(step.kwds) <= set(sizes):
        return Pace("seconds", float(step.n * sum(sizes[k] * v for k, v in step.kwds.items())))
    return Pace("other", 0.0)


def seasons_of(pace):
    """Give the lengths that a season may have, counted in steps.

    Parameters
    ----------
    pace : Pace
        Of the series.

    Returns
    -------
    seasons : tuple of int
        Shortest first: an hour, a day, a week or a year, whichever are usual for such a step and
        hold a whole number of steps, at least two.

    Examples
    --------
    >>> seasons_of(Pace("seconds", 3600.0)), seasons_of(Pace("months", 3.0))
    ((24, 168), (4,))
    """
    if pace.unit == "months":
        cycles = [12]
    elif pace.unit == "business days":
        cycles = [5]
    elif pace.unit == "seconds":
        cycles = _cycles(pace.count)
    else:
        return ()
    counts = [cycle / pace.count for cycle in cycles]
    return tuple(int(count) for count in counts if count >= 2 and count == int(count))


def _cycles(seconds):
    """Choose the two cycles, in seconds, that a step of some seconds may have."""
    if seconds < 1:
        return []
    if seconds < 5:
        return [60, 3600]
    if seconds < 300:
        return [3600, DAY]
    if seconds < DAY:
        return [DAY, 7 * DAY]
    return [7 * DAY] if seconds < 7 * DAY else [364 * DAY]
