"""One value at a time: what counts as what (whole inputs: test_read)."""

import numpy as np
import pandas as pd
import pytest
import torch

from skrnn.data.convert import (
    is_arraylike,
    is_frame,
    is_scalar,
    is_sequence,
    is_series,
    is_text,
    to_array,
    to_ids,
    to_reals,
)


@pytest.mark.parametrize(
    "cell",
    [[1], (1,), [], range(2), np.ones(2), torch.ones(2), pd.Series([1]), pd.DataFrame([1])],
)
def test_sequences(cell):
    assert is_sequence(cell)
    assert not is_scalar(cell)
    assert not is_text(cell)


@pytest.mark.parametrize(
    "cell", [1, 1.5, True, 1j, np.float32(1), np.array(1), torch.tensor(1), np.datetime64("2020")]
)
def test_scalars(cell):
    assert is_scalar(cell)
    assert not is_sequence(cell)
    assert not is_text(cell)


@pytest.mark.parametrize("cell", ["a", b"a", np.str_("a"), np.bytes_(b"a")])
def test_text(cell):
    assert is_text(cell)
    assert not is_scalar(cell)
    assert not is_sequence(cell)


@pytest.mark.parametrize("cell", [None, {}, set(), iter([]), object()])
def test_neither(cell):
    assert not (is_text(cell) or is_scalar(cell) or is_sequence(cell))


def test_frames_series_and_arrays():
    assert is_frame(pd.DataFrame())
    assert not is_series(pd.DataFrame())
    assert is_series(pd.Series(dtype=float))
    assert not is_frame(pd.Series(dtype=float))
    assert is_arraylike(torch.ones(2))
    assert not is_arraylike(np.float64(1))
    assert not is_arraylike([1])


def test_to_array_shares_memory():
    X = np.ones((2, 3))
    assert to_array(X) is X
    tensor = torch.ones(2, 3, requires_grad=True)
    assert np.shares_memory(to_array(tensor), tensor.detach().numpy())
    frame = pd.DataFrame(X)
    assert np.shares_memory(to_array(frame), frame.to_numpy())


def test_missing_values_of_pandas_become_nan():
    for column in (pd.array([1, None], "Int64"), [1, None], ["a", None]):
        last = to_array(pd.Series(column))[-1]
        assert np.isnan(last)


def test_to_reals_and_to_ids_share_memory_where_the_dtype_fits():
    floats, ids = np.ones(3, np.float32), np.ones(3, np.int64)
    assert to_reals(floats, "X", "owner") is floats
    assert to_ids(ids, "X", "owner") is ids
    assert to_reals(ids, "X", "owner").dtype == np.float64
    assert to_ids(ids.astype(np.uint16), "X", "owner").dtype == np.int64


def test_objects_are_read_by_their_values():
    assert to_reals(np.array([1, 2.5, True], object), "X", "owner").tolist() == [1, 2.5, 1]
    assert to_ids(np.array([1, 2], object), "X", "owner").tolist() == [1, 2]
    with pytest.raises(ValueError, match="X holds floats, but embedding_dim is set"):
        to_ids(np.array([1, 2.5], object), "X", "owner")


def test_errors_use_the_given_names():
    with pytest.raises(ValueError, match=r"^Row 3 of X holds text \('a'\), but Tagger reads"):
        to_reals(np.array(["a"]), "Row 3 of X", "Tagger")
    with pytest.raises(ValueError, match=r"^Row 1 of X holds text"):
        to_reals(np.array([[1, 2], ["a", 3]], object), "X", "Tagger")
