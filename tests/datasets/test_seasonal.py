import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from skrnn.datasets import make_seasonal_series


def test_a_series():
    series = make_seasonal_series(random_state=0)
    assert isinstance(series, pd.Series)
    assert series.shape == (144,)
    assert series.name == "series_0"
    assert series.index.freqstr == "MS"
    assert series.index[0] == pd.Timestamp("2000-01-01")


@pytest.mark.parametrize(
    ("frequency", "season"),
    [("MS", 12), ("ME", 12), ("QS", 4), ("W", 52), ("W-WED", 52), ("D", 7), ("B", 5)],
)
def test_without_noise_it_repeats(frequency, season):
    quiet = {"noise": 0, "trend": 2.0, "random_state": 0, "frequency": frequency}
    series = make_seasonal_series(3 * season, **quiet)
    values = series.to_numpy() - 2.0 * np.arange(3 * season)
    np.testing.assert_allclose(values[season:], values[:-season])
    pattern = values[:season] - 100
    assert abs(pattern.mean()) < 1e-9
    assert np.abs(pattern).max() == pytest.approx(20)
    assert series.index.freqstr.startswith(frequency)


def test_hours_have_days_and_weeks():
    quiet = {"noise": 0, "trend": 0, "frequency": "h", "random_state": 0}
    values = make_seasonal_series(400, **quiet).to_numpy()
    np.testing.assert_allclose(values[168:], values[:-168])
    assert np.abs(values[24:] - values[:-24]).max() > 1


def test_years_have_no_season():
    values = make_seasonal_series(5, frequency="YS", noise=0, random_state=0)
    np.testing.assert_allclose(values, [100, 100.5, 101, 101.5, 102])


@pytest.mark.parametrize("seasons", [[48], (48,), np.array([48])])
def test_seasons_of_one_s_own(seasons):
    quiet = {"noise": 0, "trend": 0, "random_state": 0}
    values = make_seasonal_series(96, frequency="30min", seasons=seasons, **quiet).to_numpy()
    np.testing.assert_allclose(values[48:], values[:48])


def test_no_seasons_and_a_random_walk():
    values = make_seasonal_series(
        2000, seasons=[], noise=0, trend=0, level_noise=2.0, random_state=0
    )
    assert values.diff().std() == pytest.approx(2, rel=0.1)
    assert values.std() > 10


def test_many_series():
    frame = make_seasonal_series(48, n_series=3, start="2020-03-05 06:00", frequency="h", noise=0)
    assert list(frame.columns) == ["series_0", "series_1", "series_2"]
    assert frame.index[0] == pd.Timestamp("2020-03-05 06:00")
    assert not np.allclose(frame["series_0"], frame["series_1"])


@pytest.mark.parametrize("seasons", [[1], [2.5], [[12]], ["a"], 12, "12"])
def test_bad_seasons(seasons):
    with pytest.raises(ValueError, match="seasons"):
        make_seasonal_series(seasons=seasons)


def test_bad_parameters():
    with pytest.raises(ValueError, match=r"'30min' has no usual seasons .*seasons=\[48\]"):
        make_seasonal_series(frequency="30min")
    with pytest.raises(ValueError, match="nonsense"):
        make_seasonal_series(frequency="nonsense")
    for bad in ({"noise": -1}, {"amplitude": -1}, {"trend": np.inf}, {"frequency": 3}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            make_seasonal_series(**bad)


@pytest.mark.parametrize(
    "start", ["2020-03-05", date(2020, 3, 5), pd.Timestamp(2020, 3, 5), np.datetime64("2020-03-05")]
)
def test_where_it_starts(start):
    series = make_seasonal_series(3, start=start, frequency="D")
    assert series.index[0] == pd.Timestamp(2020, 3, 5)


@pytest.mark.parametrize("start", [np.nan, None, pd.NA, 3, ["2020"], pd.Period("2020")])
def test_a_start_of_another_kind(start):
    with pytest.raises(ValueError, match="'start' parameter of make_seasonal_series must be an"):
        make_seasonal_series(start=start)


@pytest.mark.parametrize(
    ("start", "problem"),
    [
        (pd.NaT, "it is missing"),
        (np.datetime64("NaT"), "it is missing"),
        ("", "it is missing"),
        ("nonsense", "unable to parse"),
        ("2000-13-01", "month must be in 1..12"),
    ],
)
def test_a_start_that_is_no_date(start, problem):
    message = rf"^start={re.escape(repr(start))} must be a date, such as '2000-01-01': .*{problem}"
    with pytest.raises(ValueError, match=message):
        make_seasonal_series(start=start)
