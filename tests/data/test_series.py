"""Telling one series from several, finding columns, judging a clock."""

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_array

from skrnn.data import Ragged
from skrnn.data.series import (
    check_clock,
    column_places,
    columns_at,
    place_of,
    read_steps,
    split_series,
)

ONE = {
    "array": np.zeros(3),
    "matrix": np.zeros((3, 2)),
    "tensor": torch.zeros(3, 2),
    "numbers": [1, 2.5, np.float32(3)],
    "tuple": (1, 2),
    "Series": pd.Series([1.0, 2.0]),
    "frame": pd.DataFrame({"a": [1.0]}),
}
SEVERAL = {
    "list": [np.zeros(3), [1, 2]],
    "cube": np.zeros((2, 3, 1)),
    "tensors": torch.zeros(2, 3, 1),
    "objects": np.array([np.zeros(2), np.zeros(3)], dtype=object),
    "frames": [pd.DataFrame({"a": [1.0]})] * 2,
    "Ragged": Ragged(np.zeros(5), [2, 3]),
}


@pytest.mark.parametrize("form", ONE)
def test_one(form):
    parts, keys = split_series(ONE[form], "make_windows")
    assert parts[0] is ONE[form] and len(parts) == 1 and keys is None


@pytest.mark.parametrize("form", SEVERAL)
def test_several(form):
    parts, keys = split_series(SEVERAL[form], "make_windows")
    assert len(parts) == 2 and keys == [0, 1]


@pytest.mark.parametrize("X", ["text", None, 3.0, csr_array(np.eye(3)), iter([1, 2]), {1, 2}])
def test_no_series(X):
    with pytest.raises(TypeError, match=r"make_windows got .* A series may be an array"):
        split_series(X, "make_windows")


def test_places():
    assert [place_of(None), place_of(2), place_of("a")] == ["The series", "Series 2", "Series 'a'"]


def test_memory_is_shared():
    array = np.zeros((5, 3))
    assert np.shares_memory(read_steps(array, "The series", "f"), array)
    assert np.shares_memory(columns_at(array, [1, 2], "The series"), array)
    assert not np.shares_memory(columns_at(array, [2, 0], "The series"), array)
    frame = pd.DataFrame(array)
    assert np.shares_memory(read_steps(frame, "The series", "f"), frame[0].to_numpy())


def test_columns():
    frame = pd.DataFrame(np.zeros((2, 3)), columns=["a", 0, ("b", 1)])
    assert column_places(frame, [0, ("b", 1)], "The series") == [1, 2]
    assert column_places(np.zeros((2, 3)), [-1, 1], "The series") == [2, 1]
    assert column_places(pd.Series([1.0], name="x"), ["x"], "The series") == [0]
    with pytest.raises(ValueError, match="but series 'Ann' has no column of that name"):
        column_places(frame, [1], "Series 'Ann'")


def test_clocks():
    for index in ([1, 2, 5], [0.5, 1.5], ["b", "a", "a"], pd.date_range("2024", periods=3)):
        check_clock(pd.Index(index), "The series")
    with pytest.raises(ValueError, match=r"Series 'x' is not in the order of time: 1.0 \(step 1"):
        check_clock(pd.Index([1.5, 1.0]), "Series 'x'")
    with pytest.raises(ValueError, match=r"not in the order of time: 2 \(step 1\) comes after 3"):
        check_clock(pd.RangeIndex(3, 0, -1), "The series")


def test_a_frame_that_lists_its_columns_is_one_series():
    class Frame:  # as of polars: no ndim, and a loop over it gives columns
        values = np.arange(8.0).reshape(4, 2)

        def __array__(self, dtype=None, copy=None):
            return self.values

        def __iter__(self):
            return iter(self.values.T)

        def __len__(self):
            return len(self.values)

    parts, keys = split_series(Frame(), "make_windows")
    assert keys is None
    np.testing.assert_array_equal(parts[0], Frame.values)
