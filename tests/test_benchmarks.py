"""Benchmarks run; what they measure is no test's business."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

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
