"""The examples read data as they say; that they run is seen in continuous integration."""

import gzip
import importlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skrnn.datasets import make_sensor_recordings

FOLDER = Path(__file__).parents[1] / "examples"


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module


def test_activity_reads_ragged_recordings_and_their_parts(load, tmp_path):
    folder = tmp_path / "classification" / "uea"
    folder.mkdir(parents=True)
    X = np.full((3, 4, 2), np.nan)
    X[0, :2], X[1], X[2, :3] = 0.0, 1.0, 2.0
    arrays = {"X_train": X[:2], "len_train": [2, 4], "y_train": ["a", "b"]}
    arrays |= {"X_test": X[2:], "len_test": [3], "y_test": ["a"]}
    np.savez(folder / "Toy.npz", **arrays)
    recordings, y, [(train, test)] = load("activity").read(tmp_path, "Toy", quick=False)
    assert [len(recording) for recording in recordings] == [2, 4, 3]
    assert np.isfinite(np.concatenate(recordings)).all()
    assert y.tolist() == ["a", "b", "a"]
    assert (train.tolist(), test.tolist()) == ([0, 1], [2])


def test_activity_keeps_people_on_one_side(load, monkeypatch):
    activity, draws = load("activity"), []

    def draw(*args, **options):
        draws.append(make_sensor_recordings(*args, **options))
        return draws[-1]

    monkeypatch.setattr(activity, "make_sensor_recordings", draw)
    X, _, splits = activity.generate(quick=True)
    people = draws[0][2]
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(len(X)))
    for train, test in splits:
        assert not {*people[train]} & {*people[test]}


def test_air_quality_knows_no_future_and_no_target_that_was_not_measured(load):
    air_quality = load("air_quality")
    hours = pd.date_range("2024-01-01", periods=60, freq="h")
    dust = np.arange(60.0)
    dust[[0, 40, 41]] = np.nan
    frame = air_quality.prepare(pd.DataFrame({"pm2.5": dust}, index=hours))
    assert frame.index[0] == hours[1]
    assert frame["pm2.5"].loc[hours[39:43]].tolist() == [39, 39, 39, 42]
    assert frame["measured"].loc[hours[39:43]].tolist() == [1, 0, 0, 1]
    X, y, now = air_quality.cut(frame)
    ends = [hour for hour in range(24, 54) if not 34 <= hour <= 41]
    assert y.index.tolist() == now.index.tolist() == hours[ends].tolist()
    assert np.array_equal(y, np.add.outer(ends, range(1, 7)))
    assert np.array_equal(now, [window[-1, 0] for window in X])


def test_air_quality_forecasts_by_the_hour_they_are_about(load):
    ends = pd.date_range("2024-01-01", periods=5, freq="h")[[0, 1, 3, 4]]
    dust = pd.DataFrame({"pm2.5+1": 0.0, "pm2.5+6": [1.0, 2, 3, 4]}, index=ends)
    shown = load("air_quality").farthest(dust)
    assert shown.index[0] == pd.Timestamp("2024-01-01 06:00")
    assert shown.isna().tolist() == [False, False, True, False, False]


def test_engine_life_reads_what_is_left_of_runs(load, tmp_path):
    folder = tmp_path / "regression" / "cmapss"
    folder.mkdir(parents=True)
    runs = pd.DataFrame({"unit": [1, 1, 1, 2, 2], "cycle": [1, 2, 3, 1, 2], "s1": range(5)})
    for part in ("train", "test"):
        runs.to_csv(folder / f"{part}_FD001.csv.gz", index=False)
    np.savetxt(folder / "RUL_FD001.txt.gz", [7, 9])
    engine_life = load("engine_life")
    _, y, X_test, y_test = engine_life.read(tmp_path, quick=False)
    assert y.tolist() == [2, 1, 0, 1, 0]
    assert y_test.tolist() == [9, 8, 7, 10, 9]
    windows, left = engine_life.last_windows(X_test, y_test, ["s1"])
    assert [window.ravel().tolist() for window in windows] == [[0, 1, 2], [3, 4]]
    assert left.tolist() == [7, 9]


def test_engine_life_cuts_capped_windows_within_engines(load):
    engine_life = load("engine_life")
    X, y, *_ = engine_life.generate(quick=True)
    columns = engine_life.informative(X, y)
    assert set(columns) >= {"cycle", "s3", "s4"}
    assert not {"unit", "setting1", "setting3", "s1"} & {*columns}
    windows, life, units = engine_life.training_windows(X, y, columns)
    assert life.max() == 125
    for unit in (1, 12):
        run = X.loc[X["unit"] == unit, columns].to_numpy()
        ours = np.flatnonzero(units == unit)
        assert len(ours) == (len(run) - 30) // 5 + 1
        assert np.array_equal(windows[ours[1]], run[5:35])
        assert life[ours[1]] == min(125, len(run) - 35)


def test_sentiment_reads_texts_with_quotes(load, tmp_path):
    path = tmp_path / "all.tsv.gz"
    text = 'label\ttext\n1\ta "fine film\n0\tNA\n'
    path.write_bytes(gzip.compress(text.encode()))
    X, y = load("sentiment").read_table(path, quick=False)
    assert X == ['a "fine film', "NA"]
    assert y.tolist() == ["positive", "negative"]


def test_electricity_reads_hours_of_the_local_clock(load, tmp_path):
    half_hours = pd.date_range("2012-03-31T13:00", periods=12, freq="30min", tz="UTC")
    stamps = half_hours.strftime("%Y-%m-%dT%H:%M:%SZ")
    table = pd.DataFrame({"Time": stamps, "Demand": np.arange(12.0), "Temperature": 18.0})
    table.assign(Date="2012-04-01", Holiday="TRUE").to_csv(tmp_path / "vic.csv.gz", index=False)
    frame = load("electricity").read(tmp_path / "vic.csv.gz")
    assert frame.columns.tolist() == ["demand", "temperature", "holiday"]
    assert frame.index[0] == pd.Timestamp("2012-04-01", tz="Australia/Melbourne")
    assert frame.index.hour.tolist() == [0, 1, 2, 2, 3, 4]  # summer time ends
    assert frame["demand"].tolist() == [0.5, 2.5, 4.5, 6.5, 8.5, 10.5]
    assert frame["holiday"].eq(1).all()


def test_electricity_feels_warm_and_cold(load):
    felt = load("electricity").with_comfort(pd.DataFrame({"temperature": [15.0, 18.0, 22.0]}))
    assert felt["warm"].tolist() == [0, 0, 4]
    assert felt["cold"].tolist() == [3, 0, 0]


def test_electricity_compares_with_the_week_before(load):
    hours = pd.date_range("2024-01-01", periods=24 * 9, freq="h")
    demand = pd.Series(np.arange(24.0 * 9), hours)
    electricity = load("electricity")
    error, inside, width = electricity.judged(electricity.week_ago(demand, 1))
    assert error == 24 * 7
    assert np.isnan(inside)
    assert np.isnan(width)
    bounds = pd.DataFrame({"actual": [1.0, 2], "forecast": 1.0, "lo-80": 0.5, "hi-80": 1.5})
    assert electricity.judged(bounds) == (0.5, 0.5, 1.0)


def test_shop_sales_puts_in_days_without_a_sale(load, tmp_path):
    sold = {"sold": [2, 3, 4], "offer": [1, 0, 0]}
    days = ["2024-01-04", "2024-01-01", "2024-01-02"]
    pd.DataFrame({"product": ["a", "a", "b"], "day": days, **sold}).to_csv(tmp_path / "s.csv")
    table = load("shop_sales").read(tmp_path / "s.csv")
    assert table["product"].tolist() == ["a"] * 4 + ["b"]
    assert table["sold"].tolist() == [3, 0, 0, 2, 4]
    assert table["offer"].tolist() == [0, 0, 0, 1, 0]


def test_shop_sales_keeps_the_newest_products_unseen(load):
    shop_sales = load("shop_sales")
    table = shop_sales.generate(quick=True)
    old, new = shop_sales.split(table)
    assert len(old) + len(new) == len(table)
    assert new["product"].nunique() == shop_sales.N_NEW
    assert old.groupby("product")["day"].min().max() <= new["day"].min()
    least = shop_sales.N_FIRST + shop_sales.HORIZON
    assert new.groupby("product").size().min() >= least


def test_shop_sales_simple_forecasts_know_the_past_only(load):
    days = pd.date_range("2024-01-01", periods=40, name="day")
    index = pd.MultiIndex.from_product([["a"], days])
    series = pd.Series(np.arange(40.0), index)
    frame = pd.DataFrame({"id": "a", "cutoff": days[29], "time": days[[30, 36, 37]]})
    found = load("shop_sales").add_simple(frame, series)
    assert found["last_week"].tolist() == [23, 29, 23]
    assert found["four_weeks"].tolist() == [np.arange(2, 30).mean()] * 3


def test_random_walk_reads_prices(load, tmp_path):
    pd.DataFrame({"0": range(1, 9), "1": range(2, 10)}).to_csv(tmp_path / "p.csv", index=False)
    prices = load("random_walk").read(tmp_path / "p.csv", n_days=5)
    assert prices.columns.tolist() == ["price 0", "price 1"]
    assert prices["price 0"].tolist() == [4, 5, 6, 7, 8]


def test_random_walk_says_what_is_beyond_luck(load):
    random_walk, random = load("random_walk"), np.random.default_rng(0)
    cutoffs = pd.bdate_range("2024-01-01", periods=50)
    naive = random.normal(100, 1, 50)
    frame = pd.DataFrame({"id": "a", "cutoff": cutoffs, "naive": naive})
    frame["actual"] = naive + random.normal(0, 1, 50)
    ratio, error = random_walk.against_naive(frame.assign(forecast=naive), {"a": 1.0})
    assert (ratio, error) == (1.0, 0.0)
    said = {}
    for name, share in {"half": 0.5, "luck": 0.0, "double": -1.0}.items():
        change = share * (frame["actual"] - naive) + random.normal(0, 0.1, 50)
        said[name] = random_walk.verdict(
            *random_walk.against_naive(frame.assign(forecast=naive + change), {"a": 1.0})
        )
    assert said == {
        "half": "better than naive",
        "luck": "no better than naive",
        "double": "worse than naive",
    }


def test_random_walk_naive_is_the_price_at_the_cutoff(load):
    days = pd.bdate_range("2024-01-01", periods=3)
    prices = pd.DataFrame({"a": [1.0, 2, 3], "b": [4.0, 5, 6]}, days)
    frame = pd.DataFrame({"id": ["a", "b"], "cutoff": days[[1, 2]]})
    assert load("random_walk").with_naive(frame, prices)["naive"].tolist() == [2, 6]
