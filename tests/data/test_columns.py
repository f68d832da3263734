"""Frames whose cells are series (reading whole frames: test_read)."""

import numpy as np
import pandas as pd
import pytest

from skrnn import RNNClassifier, RNNRegressor
from skrnn.data.columns import (
    check_lengths,
    date_columns,
    index_error,
    join_columns,
    object_cells,
    object_columns,
)

FRAME = pd.DataFrame(
    {
        "number": [1.0, 2.0],
        "flag": pd.array([True, None], dtype="boolean"),
        "day": pd.to_datetime(["2020-01-01", "2020-01-02"]),
        "text": [None, "x"],
        "kind": pd.Categorical([3, 4]),
        "empty": pd.Series([None, None], dtype=object),
    }
)


def test_columns_are_told_apart_by_dtype():
    assert date_columns(FRAME) == ["day"]
    assert object_columns(FRAME) == ["text", "kind", "empty"]
    assert object_cells(FRAME) == ["x", 3, None]


def test_a_series_is_one_column():
    assert date_columns(FRAME["day"]) == ["day"]
    assert object_columns(FRAME["text"]) == ["text"]
    assert object_cells(FRAME["text"]) == ["x"]
    assert object_cells(FRAME["number"]) == []


def test_join_columns_stacks_features():
    a, b = [[1, 2], [3]], [np.array([4, 5]), pd.Series([6], index=[9])]
    first, second = join_columns([a, b], ["a", "b"])
    np.testing.assert_array_equal(first, [[1, 4], [2, 5]])
    np.testing.assert_array_equal(second, [[3, 6]])
    assert join_columns([a], ["a"]) == a


def test_join_columns_takes_cells_of_several_features():
    (row,) = join_columns([[np.zeros((3, 2))], [np.ones(3)]], ["a", "b"])
    np.testing.assert_array_equal(row, [[0, 0, 1]] * 3)


@pytest.mark.parametrize(("cell", "steps"), [([1], 1), (5.0, 0)])
def test_join_columns_names_the_row(cell, steps):
    with pytest.raises(ValueError, match=rf"Row 0 of X .* \('a': 2, 'b': {steps}\)"):
        join_columns([[[1, 2]], [cell]], ["a", "b"])


def test_the_conversion_that_the_index_error_shows_works():
    index = pd.MultiIndex.from_product([["b", "a"], [0, 1]])
    X = pd.DataFrame({"speed": [1, 2, 3, 4]}, index=index)
    code = str(index_error(X)).split("X = ")[1].split(". If")[0]
    rows = eval(code, {"X": X})
    np.testing.assert_array_equal(np.concatenate(rows), X)


LONG = pd.DataFrame({"x": np.arange(6.0), "y": np.ones(6)})


@pytest.mark.parametrize("model", [RNNClassifier(), RNNRegressor()])
def test_a_long_table_is_told_to_become_a_list(model):
    with pytest.raises(ValueError, match=r"samples: \[6, 2\]\. Each row of a DataFrame .*groupby"):
        model.fit(LONG, [0, 1])
    assert not hasattr(model, "module_")


@pytest.mark.parametrize(
    ("X", "y"), [(LONG, [0] * 7), (LONG.to_numpy(), [0, 1]), (LONG.assign(x="a"), [0, 1])]
)
def test_other_lengths_are_told_as_scikit_learn_tells_them(X, y):
    with pytest.raises(ValueError, match=rf"samples: \[6, {len(y)}\]$"):
        check_lengths(X, np.ones(6), y)


def test_lengths_that_fit():
    check_lengths(LONG, np.ones(6), [0] * 6)
    check_lengths(LONG, np.ones(6), None)
