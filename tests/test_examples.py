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
