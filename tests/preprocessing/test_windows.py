"""Windows and what comes after them, beside a loop."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold

from skrnn import RNNRegressor
from skrnn.data import Ragged
from skrnn.preprocessing import make_windows


def by_loop(series, window, horizon, step, target):
    """Give the windows of one series and the answers, each as a list."""
    X, y = [], []
    start = 0
    while start + window + horizon <= len(series):
        end = start + window
        X.append(series[start:end].tolist())
        first, last = (end, end + horizon) if horizon else (end - 1, end)
        y.append(target[first:last].ravel().tolist())
        start += step
    return X, y


def series_of(n, n_features):
    return np.random.default_rng(0).normal(size=(n, n_features))


@given(
    n=st.integers(1, 40),
    n_features=st.integers(1, 3),
    window=st.integers(1, 9),
    horizon=st.integers(0, 4),
    step=st.integers(1, 6),
    columns=st.lists(st.integers(0, 2), max_size=3, unique=True),
    order=st.sampled_from("CF"),
)
def test_against_a_loop(n, n_features, window, horizon, step, columns, order):
    series = np.asarray(series_of(n, n_features), order=order)
    columns = [column for column in columns if column < n_features]
    target = series[:, columns] if columns else np.arange(n)[:, None]
    given = columns if columns and horizon else target
    arguments = {"window": window, "horizon": horizon, "step": step, "target": given}
    expected_X, expected_y = by_loop(series, window, horizon, step, target)
    if not expected_X:
        with pytest.raises(ValueError, match=f"The series has {n} steps, but window={window} and"):
            make_windows(series, **arguments)
        return
    X, y = make_windows(series, **arguments)
    assert [row.tolist() for row in X] == expected_X
    assert y.reshape(len(X), -1).tolist() == expected_y
    n_targets = target.shape[1]
    width = n_targets * max(horizon, 1)
    assert y.shape == ((len(X),) if width == 1 else (len(X), width))
    assert np.shares_memory(X.values, series)


@given(
    lengths=st.lists(st.integers(4, 15), min_size=1, max_size=4),
    window=st.integers(1, 3),
    horizon=st.integers(0, 1),
    step=st.integers(1, 6),
    kind=st.sampled_from(["list", "dict", "ragged", "spread ragged"]),
)
def test_several_series_against_a_loop(lengths, window, horizon, step, kind):
    rows = [series_of(n, 2) + 10 * i for i, n in enumerate(lengths)]
    targets = [np.arange(n) * 10 + i for i, n in enumerate(lengths)]
    series, target, keys = rows, targets, list(range(len(rows)))
    if kind == "dict":
        keys = [f"walk {i}" for i in keys]
        series, target = dict(zip(keys, rows, strict=True)), dict(zip(keys, targets, strict=True))
    elif kind != "list":
        series, target = Ragged.from_rows(rows), Ragged(np.concatenate(targets), lengths)
    if kind == "spread ragged":
        series = Ragged(series.values, lengths, series.starts)[::-1]
        rows, targets, target = rows[::-1], targets[::-1], target[::-1]
    X, y, groups = make_windows(series, window, horizon, step, target, return_groups=True)
    pairs = zip(rows, targets, strict=True)
    expected = [by_loop(row, window, horizon, step, target) for row, target in pairs]
    assert [row.tolist() for row in X] == [row for windows, _ in expected for row in windows]
    assert y.tolist() == [answer for _, answers in expected for (answer,) in answers]
    counts = [len(windows) for windows, _ in expected]
    assert groups.tolist() == [key for key, n in zip(keys, counts, strict=True) for _ in range(n)]
    if isinstance(series, Ragged):
        assert np.shares_memory(X.values, series.values)


FORMS = {
    "array": np.arange(6.0),
    "column": np.arange(6.0)[:, None],
    "float32": np.arange(6.0, dtype=np.float32),
    "ints": np.arange(6),
    "list": [0, 1, 2, 3, 4, 5],
    "tensor": torch.arange(6.0),
    "Series": pd.Series(np.arange(6.0)),
    "nullable": pd.Series(np.arange(6.0)).astype("Float64"),
    "frame": pd.DataFrame({"a": np.arange(6.0)}),
    "list of lists": [[0, 1, 2, 3, 4, 5]],
    "dict": {"a": [0, 1, 2, 3, 4, 5]},
    "Ragged": Ragged(np.arange(6.0), [6]),
    "3-D": np.arange(6.0).reshape(1, 6, 1),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form):
    X, y = make_windows(FORMS[form], 3, step=2)
    assert isinstance(X, Ragged)
    assert [row.ravel().tolist() for row in X] == [[0, 1, 2], [2, 3, 4]]
    assert np.asarray(y).tolist() == [3, 5]
    assert X.dtype == y.dtype == (np.float32 if form in ("float32", "tensor") else np.float64)


def test_token_ids():
    X, y = make_windows(Ragged(np.array([5, 6, 7, 8, 1, 2, 3]), [4, 3]), 2)
    assert X.is_ids and [row.tolist() for row in X] == [[5, 6], [6, 7], [1, 2]]
    assert y.tolist() == [7, 8, 3] and y.dtype == np.int64


def test_memory_does_not_grow():
    series = np.arange(200_000.0)
    for window, horizon in ((10, 1), (5_000, 1), (10, 48)):
        tracemalloc.start()
        try:
            X, y = make_windows(series, window, horizon)
            assert tracemalloc.get_traced_memory()[1] < 100_000
        finally:
            tracemalloc.stop()
        assert np.shares_memory(X.values, series) and np.shares_memory(y, series)
        assert not y.flags.writeable and series.flags.writeable


def test_the_series_is_not_changed():
    series = series_of(20, 2)
    before = series.copy()
    X, y = make_windows(series, 5, horizon=2)
    RNNRegressor(max_epochs=1, hidden_size=2, random_state=0).fit(X, y).predict(X)
    assert np.array_equal(series, before)


def test_a_regressor_reads_them():
    X, y = make_windows(np.sin(np.arange(60)), 8, horizon=2)
    predicted = RNNRegressor(max_epochs=1, hidden_size=2, random_state=0).fit(X, y).predict(X)
    assert predicted.shape == y.shape == (51, 2)


DAYS = pd.date_range("2024-03-01", periods=8, freq="D")
FRAME = pd.DataFrame({"a": np.arange(8.0), "b": np.arange(8.0) * 10, "c": range(8)}, index=DAYS)


def test_pandas_ends_and_names():
    X, y = make_windows(FRAME, 3, horizon=2, target=["b", "a"], step=2)
    assert X.n_features == 3
    assert y.columns.tolist() == ["b+1", "a+1", "b+2", "a+2"]
    assert y.index.equals(DAYS[[2, 4]])
    assert y.to_numpy().tolist() == [[30, 3, 40, 4], [50, 5, 60, 6]]
    y = make_windows(FRAME, 3, target="c")[1]
    assert y.name == "c+1" and y.tolist() == [3, 4, 5, 6, 7] and y.index.equals(DAYS[2:7])
    assert y.index.freq == "D"


def test_the_target_at_the_last_step():
    X, y = make_windows(FRAME, 3, horizon=0, target="b")
    assert X.n_features == 2 and X[0][:, 1].tolist() == [0, 1, 2], "b is left out"
    assert y.name == "b" and y.tolist() == [20, 30, 40, 50, 60, 70] and y.index.equals(DAYS[2:])
    X, y = make_windows(FRAME.to_numpy(), 3, horizon=0, target=-1)
    assert X.n_features == 2 and y.tolist() == [2, 3, 4, 5, 6, 7]


def test_a_column_of_text_may_be_the_target():
    frame = FRAME.assign(what=list("xxyyzzxx"))
    X, y = make_windows(frame, 3, horizon=0, target="what")
    assert X.n_features == 3 and y.tolist() == list("yyzzxx")
    with pytest.raises(ValueError, match=r"column 'what', holds text .*target=series\['what'\]"):
        make_windows(frame, 3, target="what")
    y = make_windows(frame.drop(columns="what"), 3, target=frame["what"])[1]
    assert y.tolist() == list("yzzxx") and y.name == "what+1"


def test_names_of_what_has_none():
    assert make_windows(pd.Series(np.arange(4.0)), 2)[1].name == "target+1"
    y = make_windows(pd.Series(np.arange(4.0)), 2, target=np.zeros((4, 2)))[1]
    assert y.columns.tolist() == ["target_0+1", "target_1+1"]
    y = make_windows(np.arange(4.0), 2, target=pd.Series(np.arange(4), DAYS[:4], name="n"))[1]
    assert y.name == "n+1" and y.index.equals(DAYS[1:3]), "the stamps of the target"


def test_several_frames():
    parts = {"n": FRAME, "s": FRAME.iloc[:5] + 100}
    X, y, groups = make_windows(parts, 4, target="a", return_groups=True)
    assert y.index.equals(DAYS[[3, 4, 5, 6, 3]]) and y.tolist() == [4, 5, 6, 7, 104]
    assert groups.tolist() == ["n"] * 4 + ["s"]
    for train, test in GroupKFold(2).split(X, y, groups):
        assert not set(groups[train]) & set(groups[test])


def test_groups_of_one_series_and_of_odd_keys():
    assert make_windows(np.arange(5.0), 3, return_groups=True)[2].tolist() == [0, 0]
    odd = {("a", 1): np.arange(4.0), None: np.arange(4.0)}
    groups = make_windows(odd, 3, return_groups=True)[2]
    assert groups.tolist() == [("a", 1), None]


def test_a_gap_between_windows_is_not_read():
    series = np.arange(20.0)
    series[[3, 4, 9, 19]] = np.nan
    X, y = make_windows(series, 2, step=5)
    assert y.tolist() == [2, 7, 12, 17] and np.isfinite(X.compact().values).all()


NUMBER = r"The 'window' parameter of make_windows must be an int in the range \[1, inf\)"
WRONG = {
    "window 0": ({"window": 0}, NUMBER),
    "window 2.5": ({"window": 2.5}, NUMBER),
    "window text": ({"window": "3"}, NUMBER),
    "step": ({"step": 0}, "The 'step' parameter of make_windows must be"),
    "horizon": ({"horizon": -1}, "The 'horizon' parameter of make_windows must be"),
    "horizon 0": ({"horizon": 0}, "needs target: a column, or an array"),
    "too short": (
        {"window": 8},
        "The series has 8 steps, but window=8 and horizon=1 need 9",
    ),
    "one too short": (
        {"series": {"x": [1, 2, 3, 4], "y": [1, 2, 3]}},
        "Series 'y' has 3 steps, but window=3 and horizon=1 need 4",
    ),
    "empty": ({"series": np.empty(0)}, "The series has 0 steps"),
    "none": ({"series": []}, "got no series: an empty list"),
    "no columns": ({"series": np.empty((9, 0))}, "The series has no columns"),
    "4-D": ({"series": np.zeros((1, 2, 3, 4))}, r"array of shape \(1, 2, 3, 4\)"),
    "text": ({"series": list("abcdefgh")}, r"The series holds text \('a'\)"),
    "complex": ({"series": np.arange(9) * 1j}, "Complex data not supported"),
    "dates": (
        {"series": FRAME.assign(when=DAYS)},
        r"holds dates in column 'when', .* \.set_index\('when'\)",
    ),
    "cells": ({"series": pd.Series([[1, 2]] * 8)}, "holds a sequence in each cell"),
    "columns": ({"target": "d"}, r"no column of that name; its columns are \['a', 'b', 'c'\]"),
    "many": (
        {"series": FRAME.set_axis(list("aab"), axis=1), "target": "a"},
        "several columns of that name",
    ),
    "place": ({"series": np.zeros((9, 2)), "target": 2}, r"no column of that name.* \[0, 1\]"),
    "list for array": ({"target": [1, 2, 3, 4, 5, 6, 7, 8]}, r"e.g. np.asarray\(target\)"),
    "target length": (
        {"target": np.zeros(5)},
        "The target of the series has 5 rows for 8 steps; .* not one for each window",
    ),
    "target 3-D": ({"target": np.zeros((8, 1, 1))}, r"has shape \(8, 1, 1\)"),
    "other stamps": (
        {"target": FRAME["a"].set_axis(DAYS + pd.Timedelta("1h"))},
        "different stamps: 2024-03-01 00:00:00 and 2024-03-01 01:00:00 at step 0",
    ),
    "no other column": (
        {"series": FRAME[["a"]], "target": "a", "horizon": 0},
        "left out of the inputs, .* but the series has no other column",
    ),
    "targets": (
        {"series": [[1, 2, 3, 4], [1, 2, 3, 4]], "target": np.zeros(8)},
        "There are 2 series, so target must name columns, or be a list .* ndarray of length 8",
    ),
    "keys": (
        {"series": {"x": [1, 2, 3, 4]}, "target": {"y": np.zeros(4)}},
        r"target has the keys \['y'\], but the series have \['x'\]",
    ),
    "unlike features": (
        {"series": [np.zeros((9, 2)), np.zeros((9, 1))]},
        r"Series 1 has the columns \[0\], but those of series 0 are \[0, 1\]",
    ),
    "unlike columns": (
        {"series": [FRAME, FRAME[["b", "a", "c"]]]},
        r"Series 1 has the columns \['b', 'a', 'c'\]",
    ),
    "order": (
        {"series": FRAME.iloc[[0, 1, 2, 5, 4, 3, 6, 7]]},
        "2024-03-05 00:00:00 .step 4. comes after 2024-03-06 00:00:00. Sort it with .*sort_index",
    ),
    "twice": (
        {"series": FRAME.iloc[[0, 1, 2, 3, 3, 4]]},
        r"stamp 2024-03-04 00:00:00 twice \(steps 3 and 4\). Keep one, .*duplicated",
    ),
    "periods": (
        {"series": FRAME.set_axis(pd.PeriodIndex(DAYS[[0, 1, 1, 2, 3, 4, 5, 6]], freq="D"))},
        r"stamp 2024-03-02 twice \(steps 1 and 2\)",
    ),
    "no stamp": ({"series": FRAME.set_axis(DAYS[:7].insert(3, pd.NaT))}, "no time stamp at step 3"),
    "levels": (
        {"series": FRAME.set_axis(pd.MultiIndex.from_product([["x", "y"], range(4)]))},
        r"an index of 2 levels. Pass one series for each: \{name",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_errors_teach(case):
    arguments, message = WRONG[case]
    with pytest.raises(ValueError, match=message):
        make_windows(**{"series": FRAME, "window": 3, **arguments})


@pytest.mark.parametrize("series", ["abc", None, 5, {1, 2}, (i for i in range(5))])
def test_no_series(series):
    with pytest.raises(TypeError, match="A series may be an array"):
        make_windows(series, 2)
    with pytest.raises(TypeError, match="A series may be an array"):
        make_windows([[1, 2, 3], series], 2)


def test_no_target():
    with pytest.raises(TypeError, match="The target of the series is a float, not a series"):
        make_windows(np.arange(5.0), 2, target=0.5)
    with pytest.raises(TypeError, match="The target of series 0 is a float, not a series"):
        make_windows([np.arange(5.0)] * 2, 2, target=[0.5, 1.5])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_gaps_in_the_inputs(value):
    frame = FRAME.copy()
    frame.loc[DAYS[4], "b"] = value
    with pytest.raises(
        ValueError, match=rf"holds {value} in column 'b', step 4 \(2024-03-05 00:00:00\)"
    ):
        make_windows(frame, 3, target="a")
    with pytest.raises(ValueError, match=rf"holds {value} in column 1, step 4. Windows need"):
        make_windows(frame.to_numpy(), 3, target=0)


@pytest.mark.parametrize("gap", [np.nan, None])
def test_gaps_in_the_target(gap):
    labels = np.array(list("abcdefgh"), dtype=object)
    labels[5] = gap
    with pytest.raises(ValueError, match=f"holds {gap} in target, column 'target', step 5"):
        make_windows(np.arange(8.0), 3, horizon=0, target=labels)
    labels[[1, 5]] = gap, "f"
    y = make_windows(np.arange(8.0), 3, horizon=0, target=labels)[1]
    assert y.tolist() == list("cdefgh"), "no window ends at step 1"
    with pytest.raises(ValueError, match="holds nan in target, column 'target', step 7"):
        make_windows(np.arange(8.0), 3, target=np.r_[np.zeros(7), np.nan])


def test_text_as_an_index_is_not_judged():
    y = make_windows(pd.Series(np.arange(4.0), index=["jan", "feb", "mar", "feb"]), 2)[1]
    assert y.index.tolist() == ["feb", "mar"]


def test_ids_keep_their_vectors():
    vectors = np.ones((9, 2), dtype=np.float32)
    for lengths in ([6], [3, 3]):
        ids = Ragged(np.arange(2, 8), lengths, vectors=vectors)
        assert make_windows(ids, 2)[0].vectors is vectors


def test_a_target_without_a_date_or_a_name():
    dates = pd.to_datetime(["2020-01-01", None, "2020-01-03", "2020-01-04"]).to_numpy()
    with pytest.raises(ValueError, match="The series holds NaT in target, column 'target', step 1"):
        make_windows(np.arange(4.0), 2, 0, target=dates)
    with pytest.raises(ValueError, match=r"The series holds nan in target, step 1 \(1\)\. "):
        make_windows(pd.Series(range(4)), 2, 0, target=pd.Series([1.0, np.nan, 2.0, 3.0]))
