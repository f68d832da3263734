"""Benchmarks run; what they measure is no test's business."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks"
SHOWN = {
    "cost": ("fit / own", "training / plain"),
    "ragged": ("padded_fraction", "times faster"),
    "memory_tasks": ("adding gru seed 0", "adding lstm", "recall gru", "recall lstm"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_quick(name, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", FOLDER / f"{name}.py", "--quick"],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert not list(tmp_path.iterdir())
    for text in SHOWN[name]:
        assert text in done.stdout
