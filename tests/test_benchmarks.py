"""Benchmarks run; what they measure is no test's business."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from skrnn._kernel import kernel_name
from skrnn.cells import CELLS

FOLDER = Path(__file__).parents[1] / "benchmarks"
SHOWN = {
    "cost": ("fit / own", "training / plain"),
    "ragged": ("padded_fraction", "times faster"),
    "cells": ("adding_400", "recall", "digits", f"{5 * len(CELLS)} runs"),
    "forecasting": ("MAPE <= 4", "80 %", "synthetic", "seasonal_naive", "network"),
    "forecasting_peers": ("darts: not measured", "AirPassengers", "skrnn", "updates"),
    "hierarchical": ("sentences a document", "flat, two layers", "accuracy"),
    "speed": ("over", "keras on torch: not measured", "times less", "layer_norm=True", "skorch"),
    "tokenizing": ("CountVectorizer", "word, min_frequency=1", "times faster"),
    "windows": ("torch threads: 1", "make_windows", "times less", "SlidingWindow", "fit of"),
    "memory_tasks": ("adding gru seed 0", "adding lstm", "recall gru", "recall lstm"),
}


def run(folder, name, *arguments):
    """Run a benchmark from a folder; give what it printed, which is not to be a warning."""
    done = subprocess.run(
        [sys.executable, "-W", "error", FOLDER / f"{name}.py", *arguments],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize("name", SHOWN)
def test_quick(name, tmp_path):
    if name == "speed" and kernel_name() is None:
        pytest.skip("the kernel was not compiled")
    printed = run(tmp_path, name, "--quick")
    assert not list(tmp_path.iterdir())
    for text in SHOWN[name]:
        assert text in printed


def test_cells_resume_and_become_tables(tmp_path):
    options = ["--quick", "--output", "runs.csv", "--cells", "rnn", "esn"]
    assert "4 runs" in run(tmp_path, "cells", *options, "--tasks", "adding_100", "recall")
    assert "2 runs" in run(tmp_path, "cells", *options, "--tasks", "recall", "digits")
    for folder in ("guide", "_static"):
        (tmp_path / folder).mkdir()
    run(tmp_path, "cells", "--table", "--output", "runs.csv", "--docs", ".")
    header, *rows = (tmp_path / "guide" / "cells_memory.csv").read_text().splitlines()
    shown = "cell,parameters (adding_100),adding_100,recall,seconds per epoch (adding_100)"
    assert header == shown
    assert [row.split(",")[0] for row in rows] == ["esn", "rnn", "constant answer"]
    assert (tmp_path / "guide" / "cells_accuracy.csv").exists()
    assert (tmp_path / "_static" / "cells.png").stat().st_size > 1000


@pytest.fixture
def load(monkeypatch):
    """Import a benchmark into this process, which is quicker."""
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module


@pytest.mark.skipif(kernel_name() is None, reason="the kernel was not compiled")
def test_speed_resumes_and_becomes_tables(load, tmp_path, capsys):
    speed, output = load("speed"), ["--output", str(tmp_path / "runs.csv")]
    speed.main(["--quick", *output, "--parts", "layer"])
    assert "layer gru B=" in capsys.readouterr().out
    speed.main(["--quick", *output, "--parts", "layer", "row"])
    again = capsys.readouterr().out
    assert "row gru T=" in again
    assert "layer gru B=" not in again
    for folder in ("guide", "_static"):
        (tmp_path / folder).mkdir()
    speed.main(["--table", *output, "--docs", str(tmp_path)])
    header, *rows = (tmp_path / "guide" / "speed_layer.csv").read_text().splitlines()
    assert header == "part,cell,what,over,times less,least to most,by processor time"
    cells = ["gru", "gru", "rnn", "rnn", "lstm", "lstm", "peephole_lstm", "rrnn"]
    assert [row.split(",")[1] for row in rows] == cells
    assert (tmp_path / "_static" / "speed.png").stat().st_size > 1000


def test_what_speed_compares(load):
    timing, turns = load("timing"), iter(range(1, 100))
    seconds = timing.interleave({"a": lambda: [next(turns)] * 2, "b": lambda: [10, 20]}, 3)
    assert seconds["a"][:, 0].tolist() == [1, 2, 3]
    row = timing.compare(seconds, "a", "b")
    assert (row["value"], row["cpu_value"], row["over_value"]) == (2e3, 2e3, 1e4)
    assert row["rounds"] == 3
    assert row["ratio"] == 5
    assert row["cpu_ratio"] == 10
    assert "ratio" not in timing.compare(seconds, "a", "")


@pytest.mark.parametrize("known", [None, ["t"]])
def test_origins_of_forecasts(load, known):
    problems = load("forecasting_problems")
    index = pd.date_range("2024-01-01", periods=40, freq="h")
    steps = np.arange(40.0)
    exog = known and pd.DataFrame({"t": steps})
    split = problems.rolling(steps[:, None], index, 20, 40, 6, exog, n_train=15, stride=4)
    assert split.actual.tolist() == [list(range(at, at + 6)) for at in (20, 24, 28, 32)]
    assert [row[-1] for row in split.past] == [19, 23, 27, 31]
    assert {row[0] for row in split.past} == {5}
    assert {len(row) for row in split.train} == {15}
    y = split.fit[-1]
    assert (y.index[0], y.index[-1]) == (index[5], index[19])
    if known:
        assert split.ask["X"][24]["t"].tolist() == list(range(24, 30))
        assert split.fit[0].index.equals(y.index)
        assert split.ask["history"][0][24].index.equals(split.ask["history"][1][24].index)
    else:
        assert split.ask["history"][24].tolist() == list(range(5, 24))


def test_holdouts_end_where_tests_begin(load, tmp_path):
    problems = load("forecasting_problems")
    (tmp_path / "forecasting").mkdir()
    series = [np.arange(10.0), np.arange(5.0), np.array([3.0, 1.0])]
    np.savez(
        tmp_path / "forecasting" / "a.npz",
        train=np.concatenate(series),
        train_ptr=[0, 10, 15, 17],
        test=np.full((3, 2), 7.0),
    )
    test = problems.competition("a", tmp_path, "test", 2)
    assert [len(row) for row in test.past] == [10, 5, 2]
    assert (test.actual == 7).all()
    held = problems.competition("a", tmp_path, "holdout", 2, "F_Naive2")
    assert [row.tolist() for row in held.past] == [list(range(8)), list(range(3))]
    assert held.actual.tolist() == [[8, 9], [3, 4]]
    assert held.reference.tolist() == [[7, 7], [2, 2]]
    assert problems.of_part("holdout", 80, 100) == (60, 80)
