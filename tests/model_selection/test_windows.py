"""Splits of windows: no step on both sides, by brute force."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import config_context
from sklearn.base import clone
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_val_score,
)

from skrnn import RNNRegressor
from skrnn.data import Ragged
from skrnn.model_selection import LeakageWarning, WindowKFold, WindowSplit, check_leakage
from skrnn.preprocessing import make_windows

SPLITTERS = [WindowSplit, WindowKFold]


def steps_of(rows, cv, what):
    """Give the steps that the windows `rows` know, or those of their targets."""
    found = set()
    for start in np.asarray(rows) * cv.step:
        target = range(start + cv.window, start + cv.window + cv.horizon)
        if cv.horizon == 0:
            target = range(start + cv.window - 1, start + cv.window)
        found |= set(target) if what == "targets" else {*range(start, start + cv.window), *target}
    return found


settings = {
    "splitter": st.sampled_from(SPLITTERS),
    "window": st.integers(1, 8),
    "horizon": st.integers(0, 5),
    "step": st.integers(1, 6),
}


@given(**settings, n=st.integers(60, 90), n_splits=st.integers(2, 4))
def test_no_step_is_shared(splitter, window, horizon, step, n, n_splits):
    for gap, what in (("auto", "all"), ("horizon", "targets")):
        cv = splitter(n_splits, window=window, horizon=horizon, step=step, gap=gap)
        splits = list(cv.split(np.zeros(n)))
        assert len(splits) == cv.get_n_splits() == n_splits
        for train, test in splits:
            assert len(train) and len(test) and not set(train) & set(test)
            assert not steps_of(train, cv, what) & steps_of(test, cv, what)
            near = [train[train < test[0]][-1:] + 1, train[train > test[-1]][:1] - 1]
            for row in np.concatenate(near):  # the gap is no wider than it must be
                row_is_test = row in test
                assert row_is_test or steps_of([row], cv, what) & steps_of(test, cv, what)


@given(**settings, length=st.integers(120, 150))
def test_no_warning_with_the_right_gap(splitter, window, horizon, step, length):
    X, y = make_windows(np.arange(float(length)), window, horizon, step, target=np.zeros(length))
    for gap in ("auto", "horizon"):
        cv = splitter(2, window=window, horizon=horizon, step=step, gap=gap)
        for train, test in cv.split(X, y):
            only = gap == "horizon"
            assert check_leakage(X, train, test, horizon=horizon, targets_only=only) == 0


@pytest.mark.parametrize("size", [None, 7])
@pytest.mark.parametrize("gap", [0, 3])
@pytest.mark.parametrize("most", [None, 5, 1000])
def test_as_time_series_split(size, gap, most):
    cv = WindowSplit(4, window=9, gap=gap, test_size=size, max_train_size=most)
    if size is None and gap:
        size = (50 - gap) // 5
    other = TimeSeriesSplit(4, gap=gap, test_size=size, max_train_size=most)
    for (train, test), (other_train, other_test) in zip(
        cv.split(np.zeros(50)), other.split(np.zeros(50)), strict=True
    ):
        assert train.tolist() == other_train.tolist() and test.tolist() == other_test.tolist()


@pytest.mark.parametrize("n", [3, 10, 11])
def test_every_window_is_tested_once(n):
    tests = [test.tolist() for _, test in WindowKFold(3, window=2, gap=0).split(np.zeros(n))]
    assert tests == [test.tolist() for _, test in KFold(3).split(np.zeros(n))]


def test_purged_on_both_sides():
    splits = list(WindowKFold(3, window=3, horizon=2, step=2).split(range(15)))
    assert [train.tolist() for train, _ in splits] == [
        [7, 8, 9, 10, 11, 12, 13, 14],
        [0, 1, 2, 12, 13, 14],
        [0, 1, 2, 3, 4, 5, 6, 7],
    ]


X, Y = make_windows(np.sin(np.arange(80.0)), 6, step=2)


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_in_cross_validation(splitter):
    cv = splitter(3, window=6, step=2)
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scores = cross_val_score(model, X, Y, cv=cv, n_jobs=2)
        assert scores.tolist() == cross_val_score(model, X, Y, cv=cv).tolist()
        search = GridSearchCV(model, {"hidden_size": [2, 3]}, cv=clone(cv, safe=False), n_jobs=2)
        assert search.fit(X, Y).n_splits_ == 3
        with config_context(enable_metadata_routing=True):
            cross_val_score(model, X, Y, cv=cv)


def test_predictions_of_every_window():
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0)
    assert cross_val_predict(model, X, Y, cv=WindowKFold(3, window=6, step=2)).shape == Y.shape


@pytest.mark.parametrize("splitter", SPLITTERS)
@pytest.mark.parametrize(
    "wrong",
    [{"gap": 0}, {"gap": 2}, {"window": 4}, {"step": 3}, {"step": 4, "gap": "horizon"}],
    ids=str,
)
def test_a_warning_where_windows_leak(splitter, wrong):
    windows, y = make_windows(np.arange(60.0), 6, horizon=4)
    cv = splitter(3, **{"window": 6, "horizon": 4, **wrong})
    with pytest.warns(
        LeakageWarning, match=r"test windows of split 0 share .*gap='auto'"
    ) as caught:
        list(cv.split(windows, y))
    assert len(caught) == 1 and caught[0].filename == __file__
    assert issubclass(LeakageWarning, UserWarning)


@pytest.mark.parametrize("kind", [list, np.array, pd.Series, lambda X: X.to_padded()])
@pytest.mark.parametrize("splitter", SPLITTERS)
def test_other_containers(splitter, kind):
    cv = splitter(3, window=6, step=2)
    for one, other in zip(cv.split(kind(X)), cv.split(X), strict=True):
        assert one[0].tolist() == other[0].tolist() and one[1].tolist() == other[1].tolist()


def test_windows_with_gaps_between_do_not_leak():
    windows = Ragged.from_windows(np.arange(100.0), 3, step=5)
    assert len(list(WindowSplit(3, window=3, step=5, gap=0).split(windows))) == 3


@pytest.mark.parametrize("splitter", SPLITTERS)
def test_manners(splitter):
    cv = splitter(3, window=6, gap="horizon")
    assert repr(cv).startswith(f"{splitter.__name__}(n_splits=3, window=6, horizon=1, step=1, gap=")
    again = pickle.loads(pickle.dumps(cv))
    assert vars(again) == vars(cv) and repr(again) == repr(cv)
    with pytest.warns(UserWarning, match=f"groups parameter is ignored by {splitter.__name__}"):
        cv.split(X, Y, np.zeros(len(X)))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        cv.split(X, Y[:-1])
    with pytest.raises(TypeError, match="window"):
        splitter()


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_splits": 1},
        {"window": 0},
        {"window": 2.5},
        {"horizon": -1},
        {"step": 0},
        {"gap": -1},
        {"gap": "none"},
        {"gap": None},
    ],
    ids=str,
)
@pytest.mark.parametrize("splitter", SPLITTERS)
def test_wrong_parameters(splitter, wrong):
    name = next(iter(wrong))
    with pytest.raises(ValueError, match=f"The '{name}' parameter of {splitter.__name__} must be"):
        splitter(**{"window": 3, **wrong})


@pytest.mark.parametrize("name", ["test_size", "max_train_size"])
def test_wrong_sizes(name):
    with pytest.raises(ValueError, match=f"The '{name}' parameter of WindowSplit must be"):
        WindowSplit(window=3, **{name: 0})


def test_too_few_windows():
    with pytest.raises(ValueError, match="9 windows are too few: 5 tests of 1 with a gap of 4"):
        WindowSplit(window=4).split(range(9))
    assert len(list(WindowSplit(window=4).split(range(10)))) == 5
    with pytest.raises(ValueError, match="4 windows cannot be divided into n_splits=5 blocks"):
        WindowKFold(window=4).split(range(4))
    with pytest.raises(ValueError, match=r"split 0 tests on 5, and a gap of 9 on either side"):
        WindowKFold(2, window=9).split(range(10))
