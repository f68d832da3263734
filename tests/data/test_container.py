import numpy as np
import pandas as pd
import pytest
import torch

from skrnn.data import Ragged, as_ragged
from skrnn.data.container import Container

ROWS = [np.array([1.0, 2.0]), np.array([3.0, 4.0, 5.0])]
DEEP = [row[:, None] for row in ROWS]
NAN = np.nan


def through(x, change=lambda v: 10 * v):
    X = as_ragged(x)
    return Container.of(x, X).give_back(X.map_values(change))


def two(v):
    return np.hstack([v, -v])


def test_ragged_stays_ragged():
    assert through(Ragged.from_rows(ROWS)).equals(Ragged.from_rows([10 * row for row in ROWS]))


@pytest.mark.parametrize("kind", [list, tuple])
def test_lists_become_lists_with_rows_of_the_same_axes(kind):
    flat = through(kind(ROWS))
    assert isinstance(flat, list) and [row.tolist() for row in flat] == [[10, 20], [30, 40, 50]]
    assert [row.shape for row in through(kind(DEEP))] == [(2, 1), (3, 1)]
    assert [row.shape for row in through(kind(ROWS), two)] == [(2, 2), (3, 2)]


def test_plain_lists_of_one_length_are_a_matrix():
    given = through([[1, 2], [3, 4]])
    np.testing.assert_array_equal(given, [[10, 20], [30, 40]])
    assert isinstance(through([[1, 2], [3]]), list)


@pytest.mark.parametrize("equal", [True, False])
def test_object_arrays(equal):
    rows = [ROWS[0], ROWS[0]] if equal else ROWS
    x = np.empty(2, dtype=object)
    for i, row in enumerate(rows):
        x[i] = row
    given = through(x)
    assert given.dtype == object and given.shape == (2,)
    for row, before in zip(given, rows, strict=True):
        np.testing.assert_array_equal(row, 10 * before)


def test_series_keep_index_and_name():
    given = through(pd.Series(ROWS, index=["a", "b"], name="z"))
    assert given.index.tolist() == ["a", "b"] and given.name == "z"
    np.testing.assert_array_equal(given["b"], [30, 40, 50])


def test_nested_frames_keep_index_and_columns():
    given = through(pd.DataFrame({"u": ROWS, "v": ROWS}, index=[5, 7]))
    assert given.index.tolist() == [5, 7] and given.columns.tolist() == ["u", "v"]
    np.testing.assert_array_equal(given.loc[7, "v"], [30, 40, 50])
    more = through(pd.DataFrame({"u": ROWS}), two)
    assert more.columns.tolist() == ["x0", "x1"]
    np.testing.assert_array_equal(more.loc[0, "x1"], [-1, -2])
    deep = through(pd.DataFrame({"u": DEEP}), two)
    assert deep.columns.tolist() == ["u"] and deep.loc[1, "u"].shape == (3, 2)


def test_object_matrices_of_series():
    x = pd.DataFrame({"u": ROWS, "v": ROWS}).to_numpy()
    given = through(x)
    assert given.shape == (2, 2) and given.dtype == object
    np.testing.assert_array_equal(given[1, 0], [30, 40, 50])


def test_arrays_are_padded_where_they_were():
    x = np.array([[NAN, 1, 2], [3, 4, 5], [6, NAN, NAN]])[..., None]
    np.testing.assert_array_equal(through(x), 10 * x)
    np.testing.assert_array_equal(through(x, two), np.concatenate([x, -x], 2))
    flat = np.array([[1, 2, NAN], [3, 4, 5]])
    np.testing.assert_array_equal(through(flat), 10 * flat)
    assert through(flat, two).shape == (2, 3, 2)
    assert through(np.ones((2, 3), dtype=np.float32)).dtype == np.float32


def test_arrays_of_other_lengths_are_padded_at_the_end():
    x = np.array([[NAN, 1, 2], [3, 4, 5]])[..., None]
    X = as_ragged(x)
    given = Container.of(x, X).give_back(Ragged(X.values, [1, 2], X.starts))
    np.testing.assert_array_equal(given[..., 0], [[1, NAN], [3, 4]])


def test_tables_keep_index_and_columns():
    x = pd.DataFrame([[1.0, 2, NAN], [3, 4.0, 5]], index=["a", "b"], columns=["x", "y", "z"])
    pd.testing.assert_frame_equal(through(x), 10 * x)
    nested = through(x, two)
    assert nested.columns.tolist() == ["x0", "x1"] and nested.index.tolist() == ["a", "b"]
    np.testing.assert_array_equal(nested.loc["a", "x1"], [-1, -2])


def test_tensors_stay_tensors():
    x = torch.tensor([[[1.0], [2.0]], [[3.0], [NAN]]])
    given = through(x)
    assert isinstance(given, torch.Tensor) and given.dtype == torch.float32
    torch.testing.assert_close(given, 10 * x, equal_nan=True)


def test_ids_are_padded_with_zeros():
    x = np.array([[0, 4, 5], [6, 7, 8]])
    X = as_ragged(x, ids=True)
    given = Container.of(x, X).give_back(X.map_values(lambda v: v + 1))
    np.testing.assert_array_equal(given, [[0, 5, 6], [7, 8, 9]])


def test_what_comes_back_is_not_what_came():
    """Changing the result in place must not change what the user passed."""
    x = np.ones((2, 3))
    through(x, lambda v: v.copy())[:] = 5
    assert (x == 1).all()


@pytest.mark.parametrize("starts", [[0, 2, 4], [4, 2, 0], [1, 1, 1], [0, 1, 4]])
@pytest.mark.parametrize("writeable", [True, False])
def test_an_array_of_rows_that_overlap(starts, writeable):
    values = np.arange(14.0).reshape(7, 2)
    values.flags.writeable = writeable
    given = np.zeros((3, 5, 2))
    X = Ragged(values, [3] * 3, starts)
    array = Container.of(given, as_ragged(given)).give_back(X)
    np.testing.assert_array_equal(array, X.to_padded())
    even = starts != [0, 1, 4]
    assert np.shares_memory(array, values) == (even and not writeable)
    assert array.flags.writeable or not writeable
