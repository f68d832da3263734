"""The time axis of one series."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

from skrnn.data.clock import read_clock, read_clocks

NAMES = "YE YS BYE QE QS-FEB BQE ME MS BME W-SUN W-WED 2W-TUE B D 2D h 2h 36h 15min min s 250ms"
PERIODS = "Y Q M 2M W-SUN W-WED D h 15min"


def bare(index):
    """Give the same stamps without their frequency."""
    return type(index)(list(index), name=index.name).astype(index.dtype)


def clock_of(index, **others):
    return read_clock(index, "The series", **others)


@pytest.mark.parametrize("n", [1, 2, 3, 30])
@pytest.mark.parametrize("name", NAMES.split())
def test_a_frequency_that_is_set_is_kept(name, n):
    whole = pd.date_range("2021-01-05", periods=n + 9, freq=name, name="when")
    clock = clock_of(whole[:n])
    after = clock.after(9)
    pd.testing.assert_index_equal(after, whole[n:])
    assert after.freq == whole.freq and after.name == "when" and len(clock) == n
    pd.testing.assert_index_equal(clock.index, whole[:n])


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("name", NAMES.split())
def test_a_frequency_is_found(name, zone):
    whole = pd.date_range("2021-01-05", periods=70, freq=name, name="when", tz=zone)
    clock = clock_of(bare(whole[:60]))
    pd.testing.assert_index_equal(clock.after(10), whole[60:])
    pd.testing.assert_index_equal(clock.index, whole[:60])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("name", ["ME", "D", "h", "B"])
def test_units_are_kept(name, unit):
    whole = pd.date_range("2021-01-05", periods=20, freq=name).as_unit(unit)
    for index in (whole[:12], bare(whole[:12])):
        after = clock_of(index).after(8)
        assert after.dtype == whole.dtype and after.equals(whole[12:])
    durations = whole - whole[0] if name in "Dh" else pd.to_timedelta(range(20), unit="h")
    durations = durations.as_unit(unit)
    after = clock_of(durations[:12]).after(8)
    assert after.dtype == durations.dtype and after.equals(durations[12:])


@pytest.mark.parametrize("n", [1, 2, 20])
@pytest.mark.parametrize("name", PERIODS.split())
def test_periods(name, n):
    whole = pd.period_range("2021-01", periods=n + 5, freq=name, name="when")
    clock = clock_of(whole[:n])
    pd.testing.assert_index_equal(clock.after(5), whole[n:])
    assert clock.kind == "periods"


@pytest.mark.parametrize(
    ("index", "after"),
    [
        (pd.RangeIndex(5, name="k"), pd.RangeIndex(5, 8, name="k")),
        (pd.RangeIndex(0, 10, 2)[:1], pd.RangeIndex(2, 8, 2)),
        (pd.Index([1990, 1991], name="year"), pd.Index([1992, 1993, 1994], name="year")),
        (pd.Index([1990, 1995], dtype="int32"), pd.Index([2000, 2005, 2010], dtype="int32")),
        (pd.Index([7], dtype="uint8"), pd.Index([8, 9, 10], dtype="uint8")),
        (pd.Index([7, 9], dtype="Int64"), pd.Index([11, 13, 15])),
    ],
)
def test_steps(index, after):
    clock = clock_of(index)
    pd.testing.assert_index_equal(clock.after(3), after, exact=True)
    assert clock.seasons == () and clock.kind == "steps" and clock.calendar_names == []
    assert clock.calendar(after).shape == (3, 0)


def test_summer_time():
    hours = pd.date_range("2024-03-30 20:00", periods=3, freq="h", tz="Europe/Berlin")
    after = clock_of(hours).after(6)
    assert [stamp.hour for stamp in after] == [23, 0, 1, 3, 4, 5]
    days = pd.DatetimeIndex(["2024-10-26", "2024-10-27"]).tz_localize("Europe/Berlin")
    assert {stamp.hour for stamp in clock_of(days).after(3)} == {0}
    shifted = pd.date_range("2024-03-29", periods=5, tz="UTC").tz_convert("Europe/Berlin")
    assert [stamp.hour for stamp in clock_of(bare(shifted)).after(2)] == [2, 2]
    assert [stamp.hour for stamp in clock_of(shifted).after(2)] == [2, 2]


def test_an_hour_that_does_not_exist_or_comes_twice():
    spring = pd.DatetimeIndex(["2024-03-29 02:30", "2024-03-30 02:30"], tz="Europe/Berlin")
    after = clock_of(spring).after(2)
    assert [stamp.hour for stamp in after] == [3, 2]
    autumn = pd.DatetimeIndex(["2024-10-25 02:30", "2024-10-26 02:30"], tz="Europe/Berlin")
    assert [stamp.hour for stamp in clock_of(autumn).after(2)] == [2, 2]


def test_leap_years():
    index = pd.DatetimeIndex(["2023-12-31", "2024-01-31"])
    assert list(clock_of(index).after(2).day) == [29, 31]
    years = pd.DatetimeIndex(["2022-02-28", "2023-02-28"])
    assert list(clock_of(years).after(2).day) == [29, 28]
    days = pd.date_range("2024-02-27", periods=2)
    assert clock_of(days).after(2)[0] == pd.Timestamp("2024-02-29")


def test_holidays_of_a_custom_calendar():
    step = pd.offsets.CustomBusinessDay(holidays=["2025-01-01"])
    index = pd.date_range("2024-12-23", periods=7, freq=step)
    clock = clock_of(index)
    assert clock.after(1)[0] == pd.Timestamp("2025-01-02") and clock.seasons == (5,)


def test_one_stamp_without_a_frequency():
    clock = clock_of(pd.DatetimeIndex(["2024-01-05"]))
    assert clock.step is None and clock.seasons == () and list(clock.index) == [clock.last]
    with pytest.raises(ValueError, match=r"single time stamp 2024-01-05 .* series.asfreq"):
        clock.after(1)
    near = clock_of(pd.date_range("2024-01-01", periods=20, freq="B"))
    assert clock_of(pd.DatetimeIndex(["2024-01-05"]), near=near).after(1)[0].day == 8
    assert clock_of(pd.DatetimeIndex(["2024-01-06"]), near=near).step is None  # a Saturday
    assert clock_of(pd.to_timedelta(["1h"]), near=near).step is None


def test_a_week_of_business_days_beside_a_long_one():
    near = clock_of(pd.date_range("2024-01-01", periods=20, freq="B"))
    week = bare(pd.date_range("2024-03-04", periods=5, freq="B"))
    assert clock_of(week).after(1)[0].day == 9
    assert clock_of(week, near=near).after(1)[0].day == 11


@pytest.mark.parametrize(
    ("index", "match"),
    [
        (pd.DatetimeIndex(["2024-01-02", "2024-01-01"]), "not in the order of time"),
        (pd.date_range("2024", periods=4)[::-1], "not in the order of time"),
        (pd.RangeIndex(5, 0, -1), "not in the order of time"),
        (pd.DatetimeIndex(["2024-01-02", "2024-01-02"]), "2024-01-02 00:00:00 twice"),
        (pd.DatetimeIndex(["2024-01-02", None]), "no time stamp at step 1"),
        (pd.PeriodIndex(["2024-01", None], freq="M"), "no time stamp at step 1"),
        (pd.MultiIndex.from_tuples([(1, 2)]), "2 levels"),
        (pd.DatetimeIndex(["2024-01-01", "2024-01-02", "2024-01-04"]), "2024-01-03 is missing"),
        (pd.PeriodIndex(["2024-01", "2024-03"], freq="M"), "2024-02 is missing"),
        (pd.Index([1, 2, 4]), "3 is missing"),
        (pd.Index(["a"]), "pd.to_datetime"),
        (pd.Index([1.0, 2.0]), "floats"),
        (pd.Index([None], dtype=object), "no time axis"),
    ],
)
def test_no_clock(index, match):
    with pytest.raises(ValueError, match=match):
        clock_of(index)


def test_parts_of_a_clock():
    index = pd.date_range("2024-01-31", periods=6, freq="ME")
    clock = clock_of(index)
    assert clock.cut(4).index.equals(index[:4]) and len(clock.cut(4)) == 4
    assert clock.cut(4).grown(2).index.equals(index)
    assert clock.grown(0) is clock
    assert clock.seasons == (12,) and clock.frequency == "ME" and clock.kind == "dates"
    assert clock.calendar(clock.after(3)).shape == (3, len(clock.calendar_names))


def test_copies_and_memory():
    index = pd.date_range("2024-01-31", periods=6, freq="ME", name="when")
    clock = clock_of(index)
    for other in (pickle.loads(pickle.dumps(clock)), copy.deepcopy(clock)):
        assert other.after(3).equals(clock.after(3)) and other.after(3).name == "when"
    assert clock.like.size == 0
    assert not np.shares_memory(clock.like.to_numpy(), index.to_numpy())


# -- what comes next --------------------------------------------------------------------

DAYS = pd.date_range("2024-01-11", periods=4)


@pytest.mark.parametrize("index", [DAYS, bare(DAYS), DAYS.as_unit("s"), DAYS[:1]])
def test_follows(index):
    clock_of(pd.date_range("2024-01-01", periods=10)).check_follows(index, "X")


@pytest.mark.parametrize(
    ("index", "match"),
    [
        (DAYS + pd.Timedelta("1D"), r"2024-01-11 is missing between \(1 in all\).*gap=0"),
        (DAYS + pd.Timedelta("30D"), r"2024-01-11 and later are missing between \(30 in all\)"),
        (DAYS - pd.Timedelta("2D"), r"begins at 2024-01-09, .* TimeSeriesSplit; KFold"),
        (DAYS - pd.Timedelta("200D"), "KFold trains on the future"),
        (DAYS.delete(1), "X has 2024-01-13 at step 1, where 2024-01-12 should be"),
        (DAYS + pd.Timedelta("12h"), "frequency D, so 2024-01-11 comes next"),
        (pd.date_range("2024-01-11", periods=4, freq="h"), "2024-01-12 should be"),
        (DAYS.tz_localize("UTC"), "time zone UTC, but those of what was fitted in None"),
        (DAYS.to_period(), "a PeriodIndex, but what was fitted has a DatetimeIndex"),
        (pd.RangeIndex(4), "counts steps, but what was fitted has a DatetimeIndex"),
        (DAYS[::-1], "not in the order of time"),
        (pd.Index(list("abcd")), "no time axis"),
    ],
)
def test_does_not_follow(index, match):
    with pytest.raises(ValueError, match=match):
        clock_of(pd.date_range("2024-01-01", periods=10)).check_follows(index, "X")


def test_steps_follow():
    clock = clock_of(pd.RangeIndex(10))
    clock.check_follows(pd.RangeIndex(10, 14), "X")
    clock.check_follows(pd.Index([10, 11]), "X")
    with pytest.raises(ValueError, match=r"X begins at 0, but what was fitted ends only at 9"):
        clock.check_follows(pd.RangeIndex(4), "X")
    with pytest.raises(ValueError, match=r"10 is missing"):
        clock.check_follows(pd.RangeIndex(11, 14), "X")


# -- many clocks --------------------------------------------------------------------------


def read_all(indexes, **others):
    return read_clocks(indexes, "Series {}".format, **others)


@pytest.mark.parametrize("name", ["ME", "B", "W-WED", "h"])
def test_many(name):
    whole = bare(pd.date_range("2020-01-01", periods=60, freq=name, name="t"))
    indexes = [whole[20:50], whole[:5], whole[40:60], whole[3:4]]
    for clock, index in zip(read_all(indexes), indexes, strict=True):
        assert clock.index.equals(index) and clock.after(1).name == "t"
        assert (
            pd.Series(clock.after(1)).iloc[0]
            == pd.date_range(index[-1], periods=2, freq=clock.step)[1]
        )


def test_many_out_of_step():
    months = pd.date_range("2020-01-01", periods=24, freq="MS")
    indexes = [bare(months[::2]), bare(months[1::2])]
    clocks = read_all(indexes)
    assert [clock.after(1)[0].month for clock in clocks] == [1, 2]


def test_many_kinds_of_stamps():
    periods = pd.period_range("2020-01", periods=9, freq="M")
    assert [len(clock) for clock in read_all([periods[:3], periods])] == [3, 9]
    ends, starts = (pd.date_range("2020", periods=9, freq=name) for name in ("ME", "MS"))
    assert [clock.frequency for clock in read_all([ends, starts])] == ["ME", "MS"]


def test_many_names():
    index = pd.date_range("2020", periods=9)
    clocks = read_all([index.rename("a"), index.rename("b")])
    assert [clock.after(1).name for clock in clocks] == ["a", "b"]


@pytest.mark.parametrize(
    ("index", "match"),
    [
        (
            pd.date_range("2020", periods=4, freq="h"),
            "Series 1 has frequency h, but series 0 has frequency D",
        ),
        (pd.date_range("2020", periods=4).delete(1), "Series 1 has a gap: 2020-01-02"),
        (pd.DatetimeIndex(["2020-01-01", None]), "Series 1 has no time stamp at step 1"),
        (pd.date_range("2020", periods=4)[::-1], "Series 1 is not in the order of time"),
        (pd.DatetimeIndex(["2020-01-04"]), "Series 1 has the one stamp 2020-01-04, but series 0"),
        (pd.RangeIndex(3), r"Series 1 has frequency 1 \(a count of steps\)"),
    ],
)
def test_one_of_many_is_wrong(index, match):
    freq = "B" if len(index) == 1 else "D"
    with pytest.raises(ValueError, match=match):
        read_all([pd.date_range("2020", periods=9, freq=freq), index])
