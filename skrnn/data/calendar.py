"""Where in the hour, the day, the week, the month and the year a time stamp lies."""

import numpy as np
import pandas as pd

from skrnn.data.frequency import DAY

__all__ = ["calendar_features", "calendar_names"]


def _cycles(pace):
    """Choose the cycles that are longer than the step and mean something to it."""
    unit, count = pace
    if unit == "business days":
        return ["week", "month", "year"] if count == 1 else ["year"]
    if unit == "months":
        return ["year"] if count < 12 else []
    if unit != "seconds":
        return []
    bounds = [
        ("hour", 0, 300),
        ("day", 0, DAY),
        ("week", 1, 7 * DAY),
        ("month", DAY, 7 * DAY),
        ("year", 60, 360 * DAY),
    ]
    return [cycle for cycle, low, high in bounds if low <= count < high]


def calendar_names(pace):
    """Name the columns of :func:`calendar_features`.

    Parameters
    ----------
    pace : Pace
        Of the series.

    Returns
    -------
    names : list of str
        Two for each cycle.

    Examples
    --------
    >>> from skrnn.data.frequency import Pace
    >>> calendar_names(Pace("months", 1.0))
    ['sin_year', 'cos_year']
    """
    return [f"{wave}_{cycle}" for cycle in _cycles(pace) for wave in ("sin", "cos")]


def calendar_features(index, pace):
    """Describe time stamps by sines and cosines.

    Parameters
    ----------
    index : DatetimeIndex, PeriodIndex or another Index
        Where there is a time zone, the clock on the wall counts; a period counts as its start.
    pace : Pace
        Of the series; it alone decides on the columns.

    Returns
    -------
    features : ndarray of shape (len(index), C)
        float64 between -1 and 1; no columns where there is no calendar.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.data.frequency import Pace
    >>> index = pd.DatetimeIndex(["2024-01-31", "2024-04-30"])
    >>> calendar_features(index, Pace("months", 1.0)).round(6)
    array([[0., 1.],
           [1., 0.]])
    """
    dated = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
    cycles = _cycles(pace) if dated else []
    if not cycles:
        return np.zeros((len(index), 0))
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    phases = {
        "hour": (index.minute * 60 + index.second) / 3600,
        "day": _hours(index) / 24,
        "week": (index.day_of_week + _hours(index) / 24) / 7,
        "month": (index.day - 1) / index.days_in_month,
        "year": _year(index, pace),
    }
    angles = 2 * np.pi * np.stack([np.asarray(phases[cycle], dtype=float) for cycle in cycles], 1)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(len(index), -1)


def _hours(index):
    return index.hour + index.minute / 60 + index.second / 3600


def _year(index, pace):
    if pace.unit == "months":  # ends, starts and periods of months agree
        return (index.month - 1) / 12
    return (index.day_of_year - 1) / (365 + index.is_leap_year)
