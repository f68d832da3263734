"""Windows within each row, beside a loop, in every container and without memory of their own."""

import pickle
import tracemalloc

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNRegressor
from skrnn.data import Ragged
from skrnn.preprocessing import SlidingWindow, make_windows
from skrnn.preprocessing.sliding_window import in_phase


def by_loop(row, window, step, dilation):
    """Give the windows of one row (T, F), each a flat list."""
    row = np.asarray(row)
    span = (window - 1) * dilation + 1
    if len(row) < span:
        row = np.concatenate([np.repeat(row[:1], span - len(row), axis=0), row])
    starts = range(0, len(row) - span + 1, step)
    return [row[start : start + span : dilation].ravel().tolist() for start in starts]


@given(
    lengths=st.lists(st.integers(1, 15), min_size=1, max_size=6),
    n_features=st.integers(1, 3),
    window=st.integers(1, 5),
    step=st.integers(1, 4),
    dilation=st.integers(1, 3),
    layout=st.sampled_from(["C", "F", "overlapping", "reversed", "gap", "float32"]),
)
def test_against_a_loop(lengths, n_features, window, step, dilation, layout):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(sum(lengths) + 3, n_features))
    X = Ragged(values[3:] if layout != "gap" else values, lengths)
    if layout == "F":
        X = Ragged(np.asfortranarray(X.values), lengths)
    elif layout == "float32":
        X = Ragged(X.values.astype(np.float32), lengths)
    elif layout == "gap":
        X = Ragged(values, lengths, X.starts + 3)
    elif layout == "overlapping":
        X = Ragged(values, lengths, rng.integers(0, len(values) - np.array(lengths) + 1))
    elif layout == "reversed":
        X = X[::-1]
    before = X.values.copy()
    slide = SlidingWindow(window, step=step, dilation=dilation, pad=True).fit(X)
    windows = slide.transform(X)
    assert [row.tolist() for row in windows] == [by_loop(row, window, step, dilation) for row in X]
    assert windows.n_features == window * n_features and windows.dtype == X.dtype
    assert not windows.values.flags.writeable
    assert np.array_equal(X.values, before)


def memory_of(function, *args):
    tracemalloc.start()
    try:
        result = function(*args)
        return result, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


SERIES = np.random.default_rng(0).normal(size=(100_000, 2))
ROWS = [10_001, 49_998, 40_001]
CASES = {  # parameters, X, and how many times the memory of X at most
    "one": ({}, Ragged(SERIES, [100_000]), 0),
    "several": ({}, Ragged(SERIES, ROWS), 0),
    "one in steps": ({"step": 7}, Ragged(SERIES, [99_990], [10]), 0),
    "several in steps": ({"step": 7}, Ragged(SERIES, ROWS), 4),
    "in step": ({"step": 5}, Ragged(SERIES, [50_000] * 2), 0),
    "F order": ({}, Ragged(np.asfortranarray(SERIES), ROWS), 1),
    "dilated": ({"dilation": 3}, Ragged(SERIES[:, :1].copy(), ROWS), 0),
    "padded": ({"pad": True}, Ragged(SERIES, [99_990, 10]), 1),
    "overlapping": ({"step": 2}, Ragged.from_windows(SERIES, 1_000, step=9), 4),
    "list": ({}, [SERIES], 1),
    "array": ({}, SERIES[None], 0),
    "arrays": ({"step": 5}, SERIES.reshape(4, 25_000, 2), 0),
}


@pytest.mark.parametrize("case", CASES)
def test_memory_is_not_multiplied(case):
    params, X, times = CASES[case]
    slide = SlidingWindow(200, **params).fit(X)
    windows, peak = memory_of(slide.transform, X)
    largest = SERIES[:, :1].nbytes if case == "dilated" else SERIES.nbytes
    assert peak < times * largest + 1.5e6  # what check_finite and starts take
    first = windows[0]
    assert first.shape[-1] == 200 * (1 if case == "dilated" else 2)
    if times == 0:
        values = X.values if isinstance(X, Ragged) else X
        assert np.shares_memory(first, values) and not first.flags.writeable


def test_three_axes():
    X = np.arange(60.0).reshape(3, 10, 2)
    windows = SlidingWindow(4).fit_transform(X)
    assert windows.shape == (3, 7, 8) and np.shares_memory(windows, X)
    assert not windows.flags.writeable
    for row, one in zip(windows, X, strict=True):
        assert row.tolist() == by_loop(one, 4, 1, 1)
    assert SlidingWindow(4, step=3).fit_transform(X).tolist() == windows[:, ::3].tolist()


def test_padded_array():
    X = np.arange(12.0).reshape(2, 6, 1)
    X[1, 4:] = np.nan
    windows = SlidingWindow(3).fit_transform(X)
    assert windows.shape == (2, 4, 3)
    assert windows[1, :2].tolist() == [[6, 7, 8], [7, 8, 9]] and np.isnan(windows[1, 2:]).all()


def test_containers_come_back():
    rows = [np.arange(5.0), np.arange(4.0)]
    slide = SlidingWindow(3).fit(rows)
    assert [row.shape for row in slide.transform(rows)] == [(3, 3), (2, 3)]
    assert isinstance(slide.transform(Ragged.from_rows(rows)), Ragged)
    tensor = slide.transform(torch.arange(10.0).reshape(2, 5, 1))
    assert torch.is_tensor(tensor) and tensor.shape == (2, 3, 3)
    assert slide.transform(np.arange(10.0).reshape(2, 5)).shape == (2, 3, 3)
    frame = slide.transform(pd.DataFrame({"walk": rows}, index=["a", "b"]))
    assert frame.index.tolist() == ["a", "b"] and len(frame.iloc[1, 0]) == 2


def test_a_step_is_the_steps_of_its_window_in_order():
    X = [np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])]
    assert SlidingWindow(2).fit_transform(X)[0].tolist() == [[1, 10, 2, 20], [2, 20, 3, 30]]
    assert SlidingWindow(2, dilation=2).fit_transform(X)[0].tolist() == [[1, 10, 3, 30]]


def test_a_short_series():
    X = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0]]
    with pytest.raises(ValueError, match=r"Row 1 of X has 2 steps, .* over 3 .*Set pad=True"):
        SlidingWindow(3).fit(X)
    slide = SlidingWindow(2).fit(X)
    with pytest.raises(ValueError, match=r"Row 0 of X has 1 steps, .* over 2 \(window=2, dil"):
        slide.transform([[1.0], [2.0, 3.0]])
    assert SlidingWindow(3, pad=True).fit_transform(X)[1].tolist() == [[5, 5, 6]]
    assert SlidingWindow(2, dilation=3, pad=True).fit_transform(X)[1].tolist() == [[5, 6]]
    with pytest.raises(ValueError, match=r"each column is a step: it has 2 feature\(s\)"):
        SlidingWindow(3).fit(np.ones((4, 2)))


@pytest.mark.parametrize(
    "wrong", [{"window": 0}, {"window": 1.5}, {"step": 0}, {"dilation": 0}, {"pad": "first"}]
)
def test_wrong_parameters(wrong):
    name = next(iter(wrong))
    with pytest.raises(ValueError, match=f"The '{name}' parameter of SlidingWindow must be"):
        SlidingWindow(**wrong).fit([[1.0, 2.0]])


@pytest.mark.parametrize("gap", [np.nan, np.inf])
def test_gaps_are_refused(gap):
    with pytest.raises(ValueError, match="row 0, step 1"):
        SlidingWindow(2).fit([[1.0, gap, 2.0]])


def test_manners():
    slide = SlidingWindow(3, step=2)
    with pytest.raises(NotFittedError):
        slide.transform([[1.0, 2.0, 3.0]])
    slide.fit([[1.0, 2.0, 3.0]])
    again = pickle.loads(pickle.dumps(slide))
    assert again.transform([[1.0, 2.0, 3.0]])[0].tolist() == [[1, 2, 3]]
    assert clone(slide).get_params() == {"window": 3, "step": 2, "dilation": 1, "pad": False}
    assert slide.set_params(window=1).fit_transform([[1.0, 2.0, 3.0]]).tolist() == [[1, 3]]
    read_only = np.arange(6.0).reshape(1, 6, 1)
    read_only.flags.writeable = False
    assert slide.fit_transform(read_only).shape == (1, 3, 1)


def test_in_a_search():
    X, y = make_windows(np.sin(np.arange(60.0)), 8)
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0)
    search = GridSearchCV(
        make_pipeline(SlidingWindow(), model), {"slidingwindow__window": [1, 3]}, cv=2
    )
    assert search.fit(X, y).predict(X).shape == y.shape
    alone = model.fit(X, y).predict(X)
    one = make_pipeline(SlidingWindow(1), model).fit(X, y).predict(X)
    assert one.tolist() == alone.tolist()


def test_in_phase_shares_what_it_can():
    X = Ragged(np.arange(20.0), [4, 6], [3, 9])
    moved = in_phase(X, 6)
    assert moved.starts.tolist() == [0, 6] and np.shares_memory(moved.values, X.values)
    assert moved.equals(X)
    assert in_phase(X, 1) is X
    assert in_phase(X, 4).equals(X) and not (in_phase(X, 4).starts % 4).any()
