"""Series and targets, read together."""

import numpy as np
import pandas as pd
import pytest

from skrnn.data.series import split_series
from skrnn.data.timeline import read_timelines


def read(series, target=None, inputs_too=True):
    parts, keys = split_series(series, "make_windows")
    return read_timelines(
        parts, keys, target, inputs_too=inputs_too, ids=False, owner="make_windows"
    )


FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0], "c": ["x", "y"]})


def test_the_series_itself():
    (line,) = read(FRAME[["a", "b"]])
    assert line.target is line.steps or np.shares_memory(line.target, line.steps)
    assert line.names == line.columns == ["a", "b"] and line.clock.tolist() == [0, 1]


def test_columns():
    (line,) = read(FRAME, ["c", "a"], inputs_too=False)
    assert line.columns == ["b"] and line.names == ["c", "a"]
    assert line.target.tolist() == [["x", 1.0], ["y", 2.0]]


@pytest.mark.parametrize("target", [np.array([5, 6]), [5.0, 6.0], (True, False), pd.Series([5, 6])])
def test_values(target):
    (line,) = read(np.zeros(2), target)
    assert line.target.shape == (2, 1) and line.target.ravel().tolist() == list(target)
    assert line.names == (["target"] if not isinstance(target, pd.Series) else [None])


def test_the_place_is_named():
    with pytest.raises(ValueError, match="The target of series 'y' has 3 rows for 2 steps"):
        read({"x": [1, 2], "y": [1, 2]}, {"y": np.zeros(3), "x": np.zeros(2)})
    with pytest.raises(ValueError, match="The target of series 1 has the columns"):
        read([[1, 2], [1, 2]], [np.zeros(2), np.zeros((2, 2))])
    with pytest.raises(ValueError, match="The target of the series has the time stamp 1 twice"):
        read(np.zeros(2), pd.Series([1, 2], index=[1, 1]))
