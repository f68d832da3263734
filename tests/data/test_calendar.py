"""Sines and cosines of the calendar."""

import numpy as np
import pandas as pd
import pytest

from skrnn.data.calendar import calendar_features, calendar_names
from skrnn.data.frequency import Pace, pace_of

CYCLES = {
    "s": ["hour", "day", "week"],
    "min": ["hour", "day", "week", "year"],
    "15min": ["day", "week", "year"],
    "h": ["day", "week", "year"],
    "12h": ["day", "week", "year"],
    "D": ["week", "month", "year"],
    "B": ["week", "month", "year"],
    "W-SUN": ["year"],
    "ME": ["year"],
    "MS": ["year"],
    "QE": ["year"],
    "YE": [],
    "3YS": [],
}


@pytest.mark.parametrize("name", CYCLES)
def test_cycles(name):
    index = pd.date_range("2023-01-01", periods=50, freq=name)
    pace = pace_of(index.freq)
    names = calendar_names(pace)
    assert [each.removeprefix("sin_") for each in names[::2]] == CYCLES[name]
    features = calendar_features(index, pace)
    assert features.shape == (50, len(names)) and features.dtype == np.float64
    pairs = features.reshape(50, -1, 2)
    assert np.allclose((pairs**2).sum(axis=2), 1)


def test_a_period_counts_as_its_start():
    index = pd.period_range("2024-01-03", periods=60, freq="W-SUN")
    want = calendar_features(index.to_timestamp(), pace_of(index.freq))
    assert np.array_equal(calendar_features(index, pace_of(index.freq)), want)


def test_the_clock_on_the_wall_counts():
    pace = Pace("seconds", 3600.0)
    noon = pd.DatetimeIndex(["2024-01-15 12:00", "2024-07-15 12:00"], tz="Europe/Berlin")
    assert np.allclose(calendar_features(noon, pace)[:, :2], [[0, -1], [0, -1]])


def test_ends_starts_and_periods_of_months_agree():
    pace = Pace("months", 1.0)
    starts = pd.date_range("2024-01-01", periods=24, freq="MS")
    ends = pd.date_range("2024-01-01", periods=24, freq="ME")
    want = calendar_features(starts, pace)
    assert np.array_equal(calendar_features(ends, pace), want)
    assert np.array_equal(calendar_features(starts.to_period("M"), pace), want)
    assert np.allclose(want[:12], want[12:])


def test_leap_years():
    days = pd.DatetimeIndex(["2023-12-31", "2024-12-31"])
    year = calendar_features(days, Pace("seconds", 86_400.0))[:, 4:]
    assert np.allclose(np.arctan2(*year.T), -2 * np.pi / np.array([365, 366]))


@pytest.mark.parametrize("index", [pd.RangeIndex(3), pd.to_timedelta([1, 2, 3], unit="h")])
def test_no_calendar(index):
    assert calendar_features(index, Pace("seconds", 3600.0)).shape == (3, 0)
    assert calendar_features(index, Pace("steps", 1.0)).shape == (3, 0)
