"""Every container of the same series is read alike."""

import numpy as np
import pandas as pd
import pytest
import torch

from skrnn.data import Ragged
from skrnn.metrics.frames import QuantileColumns, all_columns
from skrnn.metrics.reading import read_steps

DAYS = pd.date_range("2024-01-01", periods=3)
VALUES = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
PANEL = pd.MultiIndex.from_product([["a", "b"], DAYS])
SINGLE = {
    "list": [1, 2, 3],
    "tuple": (1, 2, 3),
    "array": np.array([1, 2, 3], dtype=np.float32),
    "objects": np.array([1, 2, 3], dtype=object),
    "tensor": torch.tensor([1.0, 2.0, 3.0], requires_grad=True),
    "Series": pd.Series([1, 2, 3], DAYS),
    "extension": pd.Series([1, 2, 3], DAYS, dtype="Int64"),
}
SEVERAL = {
    "list": VALUES.tolist(),
    "arrays": list(VALUES),
    "columns": [row[:, None] for row in VALUES],
    "array": VALUES,
    "Fortran": np.asfortranarray(VALUES),
    "one feature": VALUES[:, :, None],
    "tensors": [torch.tensor(row) for row in VALUES],
    "frame": pd.DataFrame(VALUES.T, DAYS, ["a", "b"]),
    "periods": pd.DataFrame(VALUES.T, DAYS.to_period("D"), ["a", "b"]),
    "durations": pd.DataFrame(VALUES.T, DAYS - DAYS[0], ["a", "b"]),
    "zone": pd.DataFrame(VALUES.T, DAYS.tz_localize("UTC"), ["a", "b"]),
    "dict": {"a": pd.Series(VALUES[0], DAYS), "b": VALUES[1]},
    "list of Series": [pd.Series(row, DAYS) for row in VALUES],
    "panel": pd.Series(VALUES.ravel(), PANEL),
    "panel by time": pd.Series(VALUES.ravel(), PANEL).sort_index(level=1),
    "panel frame": pd.DataFrame({"y": VALUES.ravel()}, PANEL),
    "ragged": Ragged(VALUES.ravel(), [3, 3]),
}


@pytest.mark.parametrize("kind", SINGLE)
def test_one_series(kind):
    steps = read_steps(SINGLE[kind], "y_true")
    assert steps.single
    np.testing.assert_array_equal(steps.padded(), [[1, 2, 3]])
    assert steps.flat.dtype == np.float64


@pytest.mark.parametrize("kind", SEVERAL)
def test_several_series(kind):
    steps = read_steps(SEVERAL[kind], "y_true")
    assert not steps.single
    np.testing.assert_array_equal(steps.padded(), VALUES)
    np.testing.assert_array_equal(steps.lengths, [3, 3])
    assert steps.names in (None, ["a", "b"])


@pytest.mark.parametrize("kind", ["frame", "panel", "panel by time", "list of Series"])
def test_stamps_of_each_series(kind):
    for stamps in read_steps(SEVERAL[kind], "y_true").stamps:
        assert stamps.equals(DAYS)


def test_series_of_unequal_length():
    steps = read_steps({"x": [1, 2], "y": [3], "z": []}, "y_true")
    np.testing.assert_array_equal(steps.padded(), [[1, 2], [3, np.nan], [np.nan, np.nan]])
    assert steps.names == ["x", "y", "z"]
    panel = pd.MultiIndex.from_tuples([("q", 1), ("p", 1), ("q", 2)])
    steps = read_steps(pd.Series([1.0, 2.0, 3.0], panel), "y_true")
    np.testing.assert_array_equal(steps.padded(), [[1, 3], [2, np.nan]])
    assert steps.names == ["q", "p"]


def test_missing_values_become_nan():
    for series in ([1, None], pd.Series([1, None], dtype="Int64"), pd.Series([1.0, np.nan])):
        np.testing.assert_array_equal(read_steps(series, "y_true").flat, [1, np.nan])


NUMBERS = np.arange(12.0).reshape(2, 3, 2)
DEEP = {
    "array": NUMBERS,
    "list": NUMBERS.tolist(),
    "arrays": list(NUMBERS),
    "frames": [pd.DataFrame(part, DAYS) for part in NUMBERS],
    "panel": pd.DataFrame(NUMBERS.reshape(6, 2), PANEL),
    "named": pd.DataFrame(
        np.hstack(NUMBERS)[:, [1, 0, 2, 3]], DAYS, ["a-q0.9", "a-q0.1", "b-q0.1", "b-q0.9"]
    ),
}


@pytest.mark.parametrize("kind", DEEP)
def test_several_numbers_for_each_step(kind):
    steps = read_steps(DEEP[kind], "y_pred", QuantileColumns(np.array([0.1, 0.9])))
    np.testing.assert_array_equal(steps.padded(), NUMBERS)
    assert not steps.single
    np.testing.assert_array_equal(steps.column(1).padded(), NUMBERS[:, :, 1])


@pytest.mark.parametrize("make", [np.asarray, list, pd.DataFrame])
def test_several_numbers_of_one_series(make):
    steps = read_steps(make(NUMBERS[0]), "samples", all_columns)
    np.testing.assert_array_equal(steps.padded(), NUMBERS[:1])
    assert steps.single


def test_places():
    steps = read_steps({"a": pd.Series([1, 2], DAYS[:2]), "b": pd.Series([3], DAYS[2:])}, "y_true")
    assert steps.place(2) == "series 'b', step 0 (2024-01-03 00:00:00)"
    assert read_steps([[1, 2], [3]], "y_true").place(2) == "series 1, step 0"
    assert read_steps([1, 2], "y_true").place(1) == "step 1"


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (None, TypeError, "y_true is a NoneType, not a series"),
        (3.0, TypeError, "y_true is a float, not a series"),
        ("abc", TypeError, "y_true is a str, not a series"),
        ((i for i in [1, 2]), TypeError, "y_true is a generator"),
        (["a", "b"], TypeError, "y_true holds text or objects"),
        (np.array(["a", None], dtype=object), TypeError, "y_true holds text or objects"),
        (np.array([1, {}], dtype=object), TypeError, "y_true holds text or objects"),
        (np.array([1j]), TypeError, "y_true holds complex numbers"),
        (DAYS, TypeError, "y_true holds dates"),
        (pd.Series(DAYS - DAYS[0]), TypeError, "y_true holds durations"),
        ([], ValueError, "y_true is empty"),
        ({}, ValueError, "y_true is empty: it holds no series"),
        ([[]], ValueError, "y_true is empty"),
        (np.zeros((0, 3)), ValueError, "y_true is empty"),
        ([[1, 2], 3], TypeError, r"y_true\[1\] is no series"),
        ([[1, 2], "ab"], TypeError, r"y_true\[1\] is no series"),
        ({"a": 3}, TypeError, r"y_true\['a'\] is no series, but other entries are: got 3"),
        ([[[1, 2]], [[3, 4]]], ValueError, r"y_true\[0\] has shape \(1, 2\), but must be"),
        (np.zeros((2, 2, 2)), ValueError, r"y_true has shape \(2, 2, 2\), but must be \(steps,\)"),
        (pd.DataFrame(VALUES), ValueError, r"no times \(RangeIndex\).*y_true.to_numpy\(\).T"),
        ([SEVERAL["frame"]], ValueError, r"y_true\[0\] holds 2 series, but must be a single one"),
        (
            pd.DataFrame({"u": 1.0, "v": 2.0}, PANEL),
            ValueError,
            r"index of \(id, time\) and 2 columns.*y_true\['u'\]",
        ),
        (
            SEVERAL["panel"].swaplevel(),
            ValueError,
            r"times in level 0, .* y_true.swaplevel\(0, -1\)",
        ),
        (
            pd.Series([1.0, 2.0], pd.MultiIndex.from_tuples([("a", 1), (None, 2)])),
            ValueError,
            "y_true has no id in row 1",
        ),
    ],
)
def test_what_is_no_series(data, error, message):
    with pytest.raises(error, match=message):
        read_steps(data, "y_true")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([1.0, 2.0], r"y_pred has shape \(2,\), but must be \(steps, numbers\)"),
        (pd.Series([1.0, 2.0]), "y_pred is a Series, which has one number for each step"),
        ([[1.0, 2.0], [3.0]], "y_pred is a list whose entries differ in length"),
        ([np.zeros((2, 2)), np.zeros((2, 3))], "series of y_pred differ in how many numbers"),
        (np.zeros((1, 1, 1, 2)), r"y_pred has shape \(1, 1, 1, 2\)"),
    ],
)
def test_what_has_not_several_numbers(data, message):
    with pytest.raises(ValueError, match=message):
        read_steps(data, "y_pred", all_columns)


def test_reading_leaves_data_alone():
    data = VALUES.copy()
    data.flags.writeable = False
    padded = read_steps(data, "y_true").padded()
    assert not np.shares_memory(padded, data)
