"""Why stamps are no clock: what is missing, and what to do about it."""

import numpy as np
import pandas as pd

from skrnn.data.frequency import DAY, month_positions, month_step, per_second, tick
from skrnn.data.series import shown

__all__ = ["gap_error", "index_type_error"]

_CUT = "If a cross-validation took them: KFold trains on the future, TimeSeriesSplit does not."


def _count(code):
    """Say how to do without time: one Series counts steps, a frame becomes one row a series."""
    way = "reset_index(drop=True)" if code == "series" else "to_numpy().T"
    return f"or count steps instead of time, {code}.{way}"


def _dated(code, option=""):
    """Say how to make dates of an index; what unstack gives is a copy, and needs a name first."""
    if ".unstack(" in code:
        return f"wide = {code}; wide.index = pd.to_datetime(wide.index{option}), and pass wide"
    return f"{code}.index = pd.to_datetime({code}.index{option})"


def index_type_error(index, place, code):
    """Give the error for an index that holds no time.

    Parameters
    ----------
    index : pandas Index
        Of text, floats, objects, ...
    place, code : str
        How messages name the series, and how code does.

    Returns
    -------
    ValueError
        To be raised.
    """
    count = _count(code)
    if not index.hasnans and index.dtype.kind == "f":
        return ValueError(
            f"{place} has an index of floats ({index[0]}, ...), which is no time axis. Make it "
            f"integers, {code}.index.astype(int), or dates, {count}."
        )
    cell = next(iter(index.dropna()), None)
    zones = {getattr(cell, "tzinfo", None) for cell in index if hasattr(cell, "tzinfo")}
    if len(zones) > 1:
        return ValueError(
            f"{place} mixes time zones in its index ({', '.join(sorted(map(str, zones)))}). Bring "
            f"all stamps into one: {_dated(code, ', utc=True')}."
        )
    return ValueError(
        f"{place} has an index of {type(cell).__name__} values ({cell!r}, ...), which is no time "
        f"axis. Make dates of them, {_dated(code)}, {count}."
    )


def gap_error(index, place, code):
    """Give the error for stamps that are in order, but do not step evenly.

    Parameters
    ----------
    index : DatetimeIndex, PeriodIndex, TimedeltaIndex or Index of int
        At least three stamps, or two periods.
    place, code : str
        How messages name the series, and how code does.

    Returns
    -------
    ValueError
        Names the first missing stamp where the rest lies on a grid.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.DatetimeIndex(["2024-03-04", "2024-03-06", "2024-03-07", "2024-03-08"])
    >>> raise gap_error(index, "The series", "series")
    Traceback (most recent call last):
        ...
    ValueError: The series has a gap: 2024-03-05 is missing between 2024-03-04 and 2024-03-06.
    series.asfreq('D') marks it as NaN, which the forecaster masks.
    """
    grid, step = ((), None) if _is_sparse(index) else _grid(index)
    if not len(grid) or 2 * len(index) < len(grid):
        return _uneven(index, place, code)
    missing = ~np.isin(_numbers(grid), _numbers(index))
    at = int(np.argmax(missing))
    several = int(missing.sum()) - 1
    mark = f"marks {'them' if several else 'it'} as NaN, which the forecaster masks."
    more = f" ({several} more {'is' if several == 1 else 'are'} missing)" if several else ""
    one_hole = several and missing[at : at + several + 1].all()
    hint = f" {_CUT}" if one_hole or 10 * several > len(grid) else ""
    end = index[np.searchsorted(_numbers(index), _numbers(grid)[at])]
    return ValueError(
        f"{place} has a gap: {shown(grid[at])} is missing between {shown(grid[at - 1])} and "
        f"{shown(end)}{more}. {_filled(grid, step, code)} {mark}{hint}"
    )


def _numbers(index):
    return index.asi8 if hasattr(index, "asi8") else index.to_numpy()


def _filled(grid, step, code):
    """Give the code that puts NaN into the gaps."""
    if isinstance(grid, pd.PeriodIndex):
        ends = f"{code}.index[0], {code}.index[-1], freq={grid.freqstr!r}"
        return f"{code}.reindex(pd.period_range({ends}))"
    if isinstance(grid, pd.RangeIndex):
        return f"{code}.reindex(range({grid.start}, {grid.stop}, {step}))"
    return f"{code}.asfreq({step.freqstr!r})"


def _uneven(index, place, code):
    """Give the error for stamps that lie on no grid, or rarely."""
    gaps = np.diff(_numbers(index))
    at = int(np.argmax(gaps != gaps[0]))
    first, other = (f"{shown(index[i])} to {shown(index[i + 1])}" for i in (0, at))
    count = _count(code)
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        remedy = f"Bring it onto a grid, e.g. {code}.resample('D').mean(), {count}."
    else:
        remedy = f"Keep equal steps, {count}."
    return ValueError(f"{place} has uneven steps: {first} is one, {other} is another. {remedy}")


# -- the grid on which stamps with gaps lie -------------------------------------------


def _is_sparse(index):
    """Whether a grid would be far longer than what lies on it: seconds over years."""
    numbers = _numbers(index)
    size = (int(numbers[-1]) - int(numbers[0])) // int(np.gcd.reduce(np.diff(numbers)))
    return size > max(10**7, 2 * len(index))


def _grid(index):
    """Give the coarsest grid that holds all stamps, and its step."""
    first, last = index[0], index[-1]
    if isinstance(index, pd.PeriodIndex):
        return pd.period_range(first, last, freq=index.freq), index.freq
    if not isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        step = int(np.gcd.reduce(np.diff(index.to_numpy())))
        return pd.RangeIndex(first, last + 1, step), step
    if isinstance(index, pd.TimedeltaIndex):
        step = _common_tick(index)
        return pd.timedelta_range(first, last, freq=step, unit=index.unit), step
    wall = index.tz_localize(None)
    if (wall - wall.normalize()).nunique() > 1:
        step = _common_tick(index)
        return pd.date_range(first, last, freq=step, unit=index.unit), step
    step = _calendar_step(wall)
    grid = pd.date_range(wall[0], wall[-1], freq=step, unit=wall.unit)
    return _localized(grid, index.tz), step


def _localized(wall, zone):
    """Put a grid into a time zone; of an hour that comes twice the first counts."""
    first = np.ones(len(wall), dtype=bool)
    return wall.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")


def _common_tick(index):
    return tick(np.gcd.reduce(np.diff(index.asi8)), index.unit)


def _calendar_step(wall):
    """Choose months, weeks, business days or days for stamps at one time of the day."""
    months = np.diff((wall.year * 12 + wall.month).to_numpy())
    positions = month_positions(wall) if months.all() else []
    if positions:
        return month_step(positions[0], int(np.gcd.reduce(months)), wall[0])
    days = np.gcd.reduce(np.diff(wall.asi8) // (DAY * per_second(wall.unit)))
    if days % 7 == 0:
        return pd.offsets.Week(int(days) // 7, weekday=wall[0].weekday())
    if days == 1 and _skips_weekends(wall):
        return pd.offsets.BusinessDay()
    return pd.offsets.Day(int(days))


def _skips_weekends(wall):
    """Whether there was a weekend, and no stamp on any."""
    weekday = wall.day_of_week.to_numpy()
    return (weekday < 5).all() and (wall[-1] - wall[0]).days > 4 - weekday[0]
