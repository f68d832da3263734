"""Why stamps are no clock."""

import pandas as pd
import pytest

from skrnn.data.gaps import gap_error, index_type_error

BERLIN = {"tz": "Europe/Berlin"}
GAPS = {
    "days": (pd.date_range("2024-03-03", periods=9), 2, "2024-03-05", "asfreq('D')"),
    "summer days": (
        pd.date_range("2024-03-28", periods=9, **BERLIN),
        3,
        "2024-03-31 00:00:00+01:00",
        "asfreq('D')",
    ),
    "summer hours": (
        pd.date_range("2024-03-30", periods=60, freq="h", **BERLIN),
        30,
        "2024-03-31 07:00:00+02:00",
        "asfreq('h')",
    ),
    "quarters of an hour": (
        pd.date_range("2024-03-03", periods=9, freq="15min"),
        4,
        "2024-03-03 01:00:00",
        "asfreq('15min')",
    ),
    "weeks": (pd.date_range("2024-03-03", periods=9, freq="W-WED"), 4, "2024-04-03", "'W-WED'"),
    "months": (pd.date_range("2024-01-01", periods=9, freq="ME"), 1, "2024-02-29", "asfreq('ME')"),
    "quarters": (pd.date_range("2020-01-01", periods=9, freq="QS"), 2, "2020-07-01", "asfreq('QS"),
    "years": (pd.date_range("2000-01-01", periods=9, freq="YS"), 2, "2002-01-01", "asfreq('YS"),
    "periods": (pd.period_range("2020-01", periods=9, freq="M"), 4, "2020-05", "pd.period_range("),
    "counts": (pd.Index(range(1990, 2000)), 3, "1993", "reindex(range(1990, 2000, 1))"),
    "twos": (pd.Index(range(0, 20, 2)), 3, "6", "reindex(range(0, 19, 2))"),
    "durations": (
        pd.timedelta_range("0h", periods=9, freq="h"),
        2,
        "0 days 02:00:00",
        "asfreq('h')",
    ),
}


@pytest.mark.parametrize("kind", GAPS)
def test_the_missing_stamp_is_named(kind):
    index, at, stamp, remedy = GAPS[kind]
    text = str(gap_error(index.delete(at), "Series 'a'", "series"))
    assert text.startswith(f"Series 'a' has a gap: {stamp} is missing between")
    assert remedy in text and "masks" in text and "KFold" not in text


def test_the_remedy_works():
    index = GAPS["periods"][0].delete(4)
    series = pd.Series(1.0, index)
    text = str(gap_error(index, "The series", "series"))
    code = text.split(". ")[1].split(" marks")[0]
    assert code == "series.reindex(pd.period_range(series.index[0], series.index[-1], freq='M'))"
    assert series.reindex(
        pd.period_range(series.index[0], series.index[-1], freq="M")
    ).index.equals(GAPS["periods"][0])


def test_holidays_of_a_stock_exchange():
    days = pd.bdate_range("2024-12-16", "2025-01-10").drop(["2024-12-25", "2025-01-01"])
    text = str(gap_error(days, "The series", "series"))
    assert "2024-12-25 is missing between 2024-12-24 and 2024-12-26 (1 more is missing)" in text
    assert "series.asfreq('B') marks them" in text and "KFold" not in text


def test_a_week_without_a_weekend_is_daily():
    days = pd.DatetimeIndex(["2024-03-04", "2024-03-05", "2024-03-07"])  # Monday to Thursday
    assert "series.asfreq('D')" in str(gap_error(days, "The series", "series"))


def test_a_hole_that_kfold_cuts():
    days = pd.date_range("2024-03-20", periods=60).delete(range(20, 30))
    text = str(gap_error(days, "The series", "series"))
    assert "(9 more are missing)" in text and "TimeSeriesSplit" in text


def test_rows_that_a_shuffled_kfold_takes():
    days = pd.date_range("2024-03-20", periods=60).delete(range(1, 60, 3))
    text = str(gap_error(days, "The series", "series"))
    assert "(19 more are missing)" in text and "TimeSeriesSplit" in text


@pytest.mark.parametrize(
    "index",
    [
        pd.DatetimeIndex(["2024-03-03 10:00", "2024-03-04 10:13", "2024-03-06"]),
        pd.DatetimeIndex(["2024-01-01", "2024-01-02", "2024-08-01"]),
        pd.to_timedelta([0, 7, 1000], unit="s"),
        pd.DatetimeIndex(["2000-01-01 00:00:00.001", "2010-01-01", "2024-08-01"]),
    ],
)
@pytest.mark.parametrize(
    ("code", "way"), [("series", "series.reset_index(drop=True)"), ("X", "X.to_numpy().T")]
)
def test_uneven(index, code, way):
    text = str(gap_error(index, "The series", code))
    assert "uneven steps" in text and "resample" in text and text.endswith(f"{way}.")


def test_uneven_counts():
    text = str(gap_error(pd.Index([1, 2, 50]), "The series", "series"))
    assert "uneven steps: 1 to 2 is one, 2 to 50 is another" in text


@pytest.mark.parametrize(
    ("index", "match"),
    [
        (pd.Index([1.5, 2.5]), "index of floats"),
        (pd.Index(["2024-01", "b"]), r"str values .'2024-01', ....* pd.to_datetime"),
        (pd.Index([pd.Timestamp("2024-01-01").date()]), "date values"),
        (pd.Index([True]), "bool values"),
        (pd.CategoricalIndex(["a"]), "str values"),
        (pd.IntervalIndex.from_breaks([0, 1]), "Interval values"),
        (
            pd.Index(
                [pd.Timestamp("2024", tz="UTC"), pd.Timestamp("2024", tz="EST")], dtype=object
            ),
            r"mixes time zones in its index .EST, UTC.*utc=True",
        ),
    ],
)
def test_no_time(index, match):
    with pytest.raises(ValueError, match=match):
        raise index_type_error(index, "The series", "series")


@pytest.mark.parametrize("zones", [False, True])
def test_what_a_long_series_is_told_to_do_works(zones):
    stamps = ["2024-03-01", "2024-03-02"]
    if zones:
        stamps = [f"{stamps[0]} 00:00+01:00", f"{stamps[1]} 00:00+02:00"]
    index = pd.MultiIndex.from_product([["a", "b"], stamps])
    X = pd.Series([1.0, 2.0, 3.0, 4.0], index)
    cells = [pd.Timestamp(stamp) for stamp in stamps] if zones else stamps
    told = str(index_type_error(pd.Index(cells, dtype=object), "Series 'a'", "X.unstack(0)"))
    names = {"X": X, "pd": pd}
    exec(told[told.index("wide = ") : told.index(", and pass wide")], names)
    assert isinstance(names["wide"].index, pd.DatetimeIndex) and names["wide"].shape == (2, 2)
