"""Benchmarks run; what they measure is no test's business."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skrnn.cells import CELLS

FOLDER = Path(__file__).parents[1] / "benchmarks"
SHOWN = {
    "cost": ("fit / own", "training / plain"),
    "ragged": ("padded_fraction", "times faster"),
    "cells": ("adding_400", "recall", "digits", f"{5 * len(CELLS)} runs"),
    "hierarchical": ("sentences a document", "flat, two layers", "accuracy"),
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
