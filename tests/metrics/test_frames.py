"""Names of columns."""

import numpy as np
import pandas as pd
import pytest

from skrnn.metrics.frames import QuantileColumns, series_name

LEVELS = np.array([0.1, 0.5])


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("sales-lo-90", "sales"),
        ("sales-hi-99.5", "sales"),
        ("sales-q0.1", "sales"),
        ("sales-q.05", "sales"),
        ("sales-q1e-05", "sales"),
        ("a-q0.5-lo-80", "a-q0.5"),
        ("sales-quite", "sales-quite"),
        ("sales", "sales"),
        (7, 7),
    ],
)
def test_series_name(column, name):
    assert series_name(column) == name


def test_columns_by_name_in_any_order():
    frame = pd.DataFrame(np.zeros((2, 5)), columns=["a-q0.5", "b-q0.1", "a", "b-q0.5", "a-q0.1"])
    positions, names = QuantileColumns(LEVELS)(frame, "y_pred")
    assert positions.tolist() == [[4, 0], [1, 3]]
    assert names == ["a", "b"]


def test_columns_by_place():
    positions, names = QuantileColumns(LEVELS)(pd.DataFrame(np.zeros((2, 2))), "y_pred")
    assert positions.tolist() == [[0, 1]]
    assert names is None


def test_computed_quantiles_are_found():
    frame = pd.DataFrame(np.zeros((2, 2)), columns=["a-q0.05", "a-q0.95"])
    levels = np.array([(1 - 0.9) / 2, (1 + 0.9) / 2])
    assert levels[0] != 0.05
    assert QuantileColumns(levels)(frame, "y_pred")[0].tolist() == [[0, 1]]


def test_missing_columns():
    frame = pd.DataFrame(np.zeros((2, 2)), columns=["a-q0.1", "a-q0.9"])
    with pytest.raises(ValueError, match=r"no column 'a-q0.5'; .* quantiles \[0.1, 0.9\]"):
        QuantileColumns(LEVELS)(frame, "y_pred")
    with pytest.raises(ValueError, match=r"has the columns \['u', 'v', 'w'\], but must have one"):
        QuantileColumns(LEVELS)(pd.DataFrame(np.zeros((2, 3)), columns=list("uvw")), "y_pred")
