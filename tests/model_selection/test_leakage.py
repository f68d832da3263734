"""What is counted and warned of, beside brute force."""

import pickle
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    ShuffleSplit,
    TimeSeriesSplit,
    cross_val_score,
)

from skrnn import RNNRegressor
from skrnn.data import Ragged
from skrnn.model_selection import LeakageCheck, LeakageWarning, check_leakage
from skrnn.preprocessing import make_windows


def by_brute_force(X, train, test, horizon, targets_only):
    def steps(i):
        end = X.starts[i] + X.lengths[i]
        target = set(range(end, end + horizon)) if horizon else {end - 1}
        if targets_only:
            return target
        return set(range(X.starts[i], end)) | (target if horizon else set())

    known = set().union(*map(steps, train))
    return sum(bool(steps(i) & known) for i in test)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 30), st.integers(1, 8), st.booleans()), min_size=1, max_size=25
    ),
    horizon=st.integers(0, 4),
    targets_only=st.booleans(),
)
def test_against_brute_force(rows, horizon, targets_only):
    starts, lengths, is_test = map(np.array, zip(*rows, strict=True))
    X = Ragged(np.zeros(40), lengths, starts)
    train, test = np.flatnonzero(~is_test), np.flatnonzero(is_test)
    options = {"horizon": horizon, "targets_only": targets_only}
    expected = by_brute_force(X, train, test, **options)
    assert check_leakage(X, train, test, **options) == expected
    assert check_leakage(X, ~is_test, is_test, **options) == expected


def test_sequences_of_their_own_do_not_leak():
    X = Ragged.from_rows([np.zeros(5)] * 6)
    assert check_leakage(X, [0, 2, 4], [1, 3, 5]) == 0


def test_what_is_compared():
    X, _ = make_windows(np.arange(20.0), 4, horizon=2)
    assert check_leakage(X, [0], [4, 5, 6]) == 0
    assert check_leakage(X, [0], [4, 5, 6], horizon=2) == 2
    assert check_leakage(X, [0], [1, 2, 3], horizon=2, targets_only=True) == 1
    assert check_leakage(X, [0], [0, 1], targets_only=True) == 1


@pytest.mark.parametrize("X", [np.zeros((5, 3)), [[1.0], [2.0]]])
def test_only_a_ragged_knows(X):
    with pytest.raises(TypeError, match=r"rows of a skrnn.data.Ragged, got (ndarray|list)"):
        check_leakage(X, [0], [1])
    with pytest.raises(TypeError, match=r"rows of a skrnn.data.Ragged"):
        list(LeakageCheck(2).split(X))


@pytest.mark.parametrize("wrong", [{"horizon": -1}, {"horizon": 1.5}, {"targets_only": "no"}])
def test_wrong_parameters(wrong):
    X, _ = make_windows(np.arange(9.0), 4)
    name = next(iter(wrong))
    with pytest.raises(ValueError, match=f"The '{name}' parameter of check_leakage must be"):
        check_leakage(X, [0], [1], **wrong)
    with pytest.raises(ValueError, match=f"The '{name}' parameter of LeakageCheck must be"):
        LeakageCheck(**wrong)
    with pytest.raises(ValueError, match="Expected `cv` as an integer"):
        LeakageCheck("five")


@pytest.mark.parametrize(
    "cv", [3, KFold(3, shuffle=True, random_state=0), ShuffleSplit(3), TimeSeriesSplit(3)]
)
def test_warns_once(cv):
    X, y = make_windows(np.arange(40.0), 5)
    check = LeakageCheck(cv)
    with pytest.warns(LeakageWarning, match="share steps with training") as caught:
        splits = list(check.split(X, y))
    assert len(caught) == 1 and len(splits) == check.get_n_splits(X, y) == 3


def test_splits_are_those_of_the_splitter():
    X, _ = make_windows(np.arange(40.0), 5, step=9)
    for one, other in zip(LeakageCheck(KFold(3)).split(X), KFold(3).split(X), strict=True):
        assert one[0].tolist() == other[0].tolist() and one[1].tolist() == other[1].tolist()


def test_with_groups():
    X, y, groups = make_windows([np.arange(20.0)] * 4, 5, return_groups=True)
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cross_val_score(model, X, y, groups=groups, cv=LeakageCheck(GroupKFold(2), horizon=1))
    with pytest.warns(LeakageWarning, match=r"Split with WindowSplit .* or keep each series"):
        cross_val_score(model, X, y, cv=LeakageCheck(TimeSeriesSplit(2), horizon=1))


def test_manners():
    check = LeakageCheck(KFold(3), horizon=2)
    text = "LeakageCheck(cv=KFold(n_splits=3, random_state=None, shuffle=False), horizon=2, "
    assert repr(check) == text + "targets_only=False)"
    assert repr(pickle.loads(pickle.dumps(check))) == repr(clone(check, safe=False)) == repr(check)
