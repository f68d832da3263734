"""Series in arrays and lists, one a row."""

import numpy as np
import pandas as pd
import pytest
import torch

from skrnn.data import Ragged
from skrnn.data.panel import read_panel
from skrnn.data.panel_rows import is_one_series, read_rows

WHEN = pd.date_range("2024-01-31", periods=5, freq="ME", name="when")
SERIES = pd.Series(np.arange(5.0), WHEN, name="y")
ROWS = {
    "matrix": np.ones((2, 4)),
    "cube": np.ones((2, 4, 1)),
    "lists": [[1, 2, 3], [4, 5]],
    "tensor": torch.ones(2, 4),
    "Series": [SERIES, SERIES],
    "Ragged": Ragged(np.ones((5, 1)), [2, 3]),
    "cells": pd.Series([np.ones(3), np.ones(2)]),
    "frames": [SERIES.to_frame(), SERIES.to_frame()],
    "float32": np.ones((2, 4), dtype=np.float32),
    "objects": np.ones((2, 4), dtype=object),
}


@pytest.mark.parametrize("form", ROWS)
def test_rows(form):
    panel = read_panel(ROWS[form])
    assert len(panel) == 2 and panel.clocks is None and panel.names == [0, 1]
    assert all(row.dtype == np.float64 and row.ndim == 1 for row in panel.values)
    point = np.ones((2, 3))
    assert np.array_equal(panel.answer(point), point)


@pytest.mark.parametrize("X", [np.arange(3), [0, 1, 2], (0, 1, 2), torch.arange(3)])
def test_one_array(X):
    panel = read_panel(X)
    assert len(panel) == 1 and panel.values[0].tolist() == [0, 1, 2]
    assert panel.answer(np.ones((1, 4))).shape == (4,)
    assert panel.answer(np.ones((1, 4)), {"-q0.1": np.ones((1, 4))}).shape == (4, 2)
    assert panel.samples(np.ones((7, 1, 4))).shape == (7, 4)


def test_windows():
    panel = read_panel(np.ones((2, 4)), np.ones((2, 3)))
    assert panel.continuation.shape == (2, 3) and panel.answer(np.ones((2, 3))).shape == (2, 3)
    panel = read_panel(np.ones((2, 4)), [1, 2])
    assert panel.continuation.tolist() == [[1], [2]]
    assert panel.answer(np.ones((2, 1))).shape == (2,)
    assert panel.answer(np.ones((2, 5))).shape == (2, 5)
    assert read_panel(np.ones((3, 4)), like=panel).answer(np.ones((3, 1))).shape == (3,)


def test_windows_of_several_features():
    X = np.arange(24.0).reshape(2, 4, 3)
    panel = read_panel(X, [1, 2])
    assert np.array_equal(panel.values[1], X[1, :, 0]) and np.array_equal(
        panel.exog[1], X[1, :, 1:]
    )
    assert panel.exog_columns == [1, 2] and panel.future_known == []
    assert read_panel(X, like=panel).exog[0].shape == (4, 2)
    with pytest.raises(ValueError, match="columns"):
        read_panel(X[:, :, :1], like=panel)


def test_one_or_several():
    assert is_one_series([1, 2]) and is_one_series(np.ones(2)) and is_one_series(torch.ones(2))
    for X in ([[1], [2]], np.ones((2, 2)), [], "ab", 3, None, Ragged(np.ones((2, 1)), [2])):
        assert not is_one_series(X)


def test_parts():
    parts = read_rows([[1, 2], [3]], [[4, 5], [6, np.nan]], "SequenceForecaster")
    assert parts.names == [0, 1] and parts.places == ["Row 0 of X", "Row 1 of X"]
    assert np.isnan(parts.continuation[1, 1]) and parts.exog is None and parts.indexes is None
