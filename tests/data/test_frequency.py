"""The step between stamps: found, measured, and the seasons it may have."""

import pandas as pd
import pytest

from skrnn.data.frequency import Pace, infer_step, pace_of, seasons_of, tick

NAMES = (
    "YE YS YE-JUN QE QS QS-FEB ME MS 2ME 2QE 2YE 3YS W-SUN W-WED 2W-TUE "
    "D 2D 10D h 2h 36h 15min min 30s s 250ms us"
).split()


def bare(index):
    """Give the same stamps without their frequency."""
    return pd.DatetimeIndex(list(index))


@pytest.mark.parametrize("n", [2, 3, 7, 40])
@pytest.mark.parametrize("name", NAMES)
def test_the_step_is_found(name, n):
    index = pd.date_range("2021-01-05", periods=n, freq=name)
    step = infer_step(bare(index))
    assert pace_of(step) == pace_of(index.freq)
    longer = pd.date_range("2021-01-05", periods=n + 30, freq=name)
    assert (pd.date_range(index[0], periods=n + 30, freq=step) == longer).all()


@pytest.mark.parametrize("name", ["BYE", "BYS", "BQE", "BQS", "BME", "BMS"])
def test_business_months_look_like_months_until_one_differs(name):
    index = pd.date_range("2021-01-05", periods=40, freq=name)
    assert infer_step(bare(index)) == index.freq
    assert pace_of(infer_step(bare(index[:2]))) == pace_of(index.freq)


@pytest.mark.parametrize("n", [8, 40])
@pytest.mark.parametrize(
    "step", [pd.offsets.BusinessDay(), pd.offsets.WeekOfMonth(week=2, weekday=4)]
)
def test_steps_that_only_several_stamps_tell(step, n):
    assert infer_step(bare(pd.date_range("2024-01-03", periods=n, freq=step))) == step


def test_friday_and_monday():
    assert infer_step(pd.DatetimeIndex(["2024-01-05", "2024-01-08"])) == pd.offsets.BusinessDay()
    assert infer_step(pd.DatetimeIndex(["2024-01-06", "2024-01-09"])) == pd.offsets.Day(3)


@pytest.mark.parametrize("day", [2, 15, 28])
def test_months_that_begin_on_some_day(day):
    index = pd.DatetimeIndex([f"2023-{month:02}-{day:02}" for month in range(1, 13)])
    assert infer_step(index) == pd.DateOffset(months=1)


def test_february_of_a_leap_year_is_an_end():
    index = pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-31"])
    assert infer_step(index) == pd.offsets.MonthEnd()
    assert infer_step(pd.DatetimeIndex(["2024-01-31", "2024-02-28", "2024-03-31"])) is None
    years = pd.DatetimeIndex(["2023-02-28", "2024-02-29", "2025-02-28"])
    assert pace_of(infer_step(years)) == Pace("months", 12.0)


def test_summer_time():
    hours = pd.date_range("2024-03-30", periods=72, freq="h", tz="Europe/Berlin")
    days = pd.date_range("2024-03-28", periods=6, freq="D", tz="Europe/Berlin")
    utc = pd.date_range("2024-03-28", periods=6, freq="D", tz="UTC").tz_convert("Europe/Berlin")
    assert infer_step(bare(hours)) == pd.offsets.Hour()
    assert infer_step(bare(days)) == pd.offsets.Day()
    assert infer_step(bare(utc)) == pd.offsets.Hour(24)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_units(unit):
    index = pd.date_range("2024-01-01", periods=4, freq="D").as_unit(unit)
    assert infer_step(bare(index).as_unit(unit)) == pd.offsets.Day()
    assert infer_step(index - index[0]) == pd.offsets.Hour(24)


def test_uneven():
    assert infer_step(pd.DatetimeIndex(["2024-01-01", "2024-01-02", "2024-01-04"])) is None
    assert infer_step(pd.to_timedelta([0, 1, 3], unit="h")) is None
    uneven = pd.DatetimeIndex(["2024-01-01 10:00", "2024-01-02 11:00", "2024-01-03 10:00"])
    assert infer_step(uneven) is None


def test_tick():
    assert tick(7200, "s") == pd.offsets.Hour(2)
    assert tick(1500, "ms") == pd.offsets.Milli(1500)


@pytest.mark.parametrize(
    ("step", "pace"),
    [
        (None, ("other", 0)),
        (3, ("steps", 3)),
        (pd.offsets.BusinessHour(), ("other", 0)),
        (pd.offsets.Easter(), ("other", 0)),
        (pd.offsets.CustomBusinessDay(holidays=["2024-01-01"]), ("business days", 1)),
        (pd.offsets.CustomBusinessMonthEnd(), ("months", 1)),
        (pd.offsets.SemiMonthEnd(), ("months", 0.5)),
        (pd.offsets.FY5253(weekday=4), ("months", 12)),
        (pd.offsets.FY5253Quarter(weekday=4), ("months", 3)),
        (pd.DateOffset(years=1), ("months", 12)),
        (pd.DateOffset(days=1, hours=12), ("seconds", 129_600)),
        (pd.DateOffset(weekday=0), ("other", 0)),
        (pd.offsets.Week(2), ("seconds", 14 * 86_400)),
        (pd.offsets.Day(), ("seconds", 86_400)),
    ],
)
def test_pace(step, pace):
    assert pace_of(step) == Pace(*pace)


@pytest.mark.parametrize(
    ("name", "seasons"),
    {
        "s": (60, 3600),
        "30s": (120, 2880),
        "min": (60, 1440),
        "2min": (30, 720),
        "5min": (288, 2016),
        "10min": (144, 1008),
        "15min": (96, 672),
        "30min": (48, 336),
        "h": (24, 168),
        "2h": (12, 84),
        "3h": (8, 56),
        "12h": (2, 14),
        "24h": (7,),
        "5h": (),
        "D": (7,),
        "2D": (),
        "B": (5,),
        "W-SUN": (52,),
        "W-WED": (52,),
        "2W-SUN": (26,),
        "4W-SUN": (13,),
        "SMS": (24,),
        "MS": (12,),
        "ME": (12,),
        "BME": (12,),
        "2ME": (6,),
        "3ME": (4,),
        "QE": (4,),
        "QS-FEB": (4,),
        "2QE": (2,),
        "YE": (),
        "YS-APR": (),
        "ms": (),
        "bh": (),
    }.items(),
)
def test_seasons(name, seasons):
    step = pd.tseries.frequencies.to_offset(name)
    assert seasons_of(pace_of(step)) == seasons
