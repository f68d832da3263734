import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn.data import Ragged
from skrnn.preprocessing import Differencer

SMALL = st.integers(1, 4)


@parametrize_with_checks([Differencer(2), Differencer(lag=3)])
def test_contract_of_scikit_learn(estimator, check):
    check(estimator)


@st.composite
def ragged(draw, elements):
    lengths = draw(st.lists(st.integers(1, 9), min_size=1, max_size=5))
    values = draw(arrays(np.float64, (sum(lengths), draw(st.integers(1, 3))), elements=elements))
    return Ragged(values, lengths)


def naive(row, order, lag):
    """The definition, step by step."""
    for k in range(1, order + 1):
        row = np.array([row[t] - row[t - lag] if t >= k * lag else row[t] for t in range(len(row))])
    return row


@given(X=ragged(st.integers(-(2**40), 2**40).map(float)), order=SMALL, lag=SMALL)
def test_integers_come_back_exactly(X, order, lag):
    differencer = Differencer(order, lag=lag).fit(X[:1])
    changed = differencer.transform(X)
    for row, before in zip(changed, X, strict=True):
        np.testing.assert_array_equal(row, naive(before, order, lag))
    assert differencer.inverse_transform(changed).equals(X)


@given(X=ragged(st.floats(-1e6, 1e6)), order=st.integers(1, 2), lag=SMALL)
def test_other_numbers_come_back_up_to_rounding(X, order, lag):
    differencer = Differencer(order, lag=lag).fit(X)
    back = differencer.inverse_transform(differencer.transform(X))
    np.testing.assert_allclose(back.values, X.values, rtol=0, atol=1e-7)


@pytest.mark.parametrize("lag", [1, 3])
def test_single_precision_does_not_drift(lag):
    series = np.random.default_rng(0).normal(size=(1, 5000)).cumsum(1).astype(np.float32)
    differencer = Differencer(lag=lag).fit(series)
    changed = differencer.transform(series)
    assert changed.dtype == np.float32
    back = differencer.inverse_transform(changed)
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, series, atol=1e-3)


@pytest.mark.parametrize(("order", "lag"), [(1, 1), (2, 1), (1, 3), (3, 2)])
def test_many_rows_and_few_come_back_alike(order, lag):
    rng = np.random.default_rng(0)
    lengths = rng.integers(1, 12, 40)
    X = Ragged(rng.normal(size=(lengths.sum(), 2)), lengths)
    differencer = Differencer(order, lag=lag).fit(X)
    together = differencer.inverse_transform(X)
    for i, row in enumerate(together):
        np.testing.assert_array_equal(row, differencer.inverse_transform(X[[i]])[0])


def test_short_rows_stay():
    X = [[1.0, 2.0], [1.0, 2.0, 5.0, 9.0]]
    given_back = Differencer(lag=3).fit_transform(X)
    assert [row.tolist() for row in given_back] == [[1, 2], [1, 2, 5, 8]]
    assert Differencer(order=5, lag=9).fit_transform([[1.0, 2.0]]).tolist() == [[1.0, 2.0]]


def test_a_line_has_no_second_differences():
    line = 3.0 + 2.0 * np.arange(6)
    assert Differencer(2).fit_transform([line])[0].tolist() == [3, 2, 0, 0, 0, 0]


def test_a_season_and_a_trend():
    series = np.array([[1.0, 5.0, 2.0] * 4 + np.arange(12.0)])
    both = make_pipeline(Differencer(lag=3), Differencer())
    changed = both.fit_transform(series)
    assert changed[0, 4:].tolist() == [0.0] * 8
    np.testing.assert_array_equal(both.inverse_transform(changed), series)


def test_overlapping_windows_each_keep_their_first_step():
    series = np.asfortranarray(np.arange(20.0).reshape(10, 2) ** 2)
    windows = Ragged(series, [4, 4, 4], [0, 5, 2])
    differencer = Differencer().fit(windows)
    changed = differencer.transform(windows)
    for window, row in zip(windows, changed, strict=True):
        np.testing.assert_array_equal(row, np.diff(window, axis=0, prepend=0 * window[:1]))
    assert differencer.inverse_transform(changed).equals(windows)
    assert series[3, 1] == 49


def test_padding_stays_where_it_was():
    x = np.array([[np.nan, 1.0, 4.0], [2.0, 3.0, 5.0]])[..., None]
    changed = Differencer().fit_transform(x)[..., 0]
    np.testing.assert_array_equal(changed, [[np.nan, 1, 3], [2, 1, 2]])


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([], "0 sample"),
        ([[]], "Row 0 of X has no steps"),
        ([[1.0, np.nan, 2.0]], "NaN in row 0, step 1"),
        ([[1.0, np.inf]], "infinity"),
        ([["a", "b"]], "holds text"),
        (Ragged.from_rows([[1, 2], [3]]), "Ragged of token ids, but Differencer reads numbers"),
    ],
)
def test_bad_input_is_refused(X, words):
    with pytest.raises(ValueError, match=words):
        Differencer().fit(X)


def test_differences_that_are_too_large():
    with pytest.raises(ValueError, match="row 0, step 1, feature 0 that is too large for float64"):
        Differencer().fit_transform([[1.5e308, -1.5e308]])
    with pytest.raises(ValueError, match="row 0, step 2, feature 0 that is too large for float64"):
        Differencer().fit([[1.0]]).inverse_transform([[1.0, 1e308, 1e308]])


@pytest.mark.parametrize("params", [{"order": 0}, {"lag": 0}, {"lag": 1.5}, {"order": "2"}])
def test_parameters_are_checked(params):
    with pytest.raises(ValueError, match="must be an int in the range"):
        Differencer(**params).fit([[1.0]])


def test_copies_answer_alike():
    X = [[1.0, 2.0, 4.0], [3.0, 1.0]]
    differencer = Differencer(lag=2).fit(X)
    expected = [row.tolist() for row in differencer.transform(X)]
    for twin in (
        pickle.loads(pickle.dumps(differencer)),
        copy.deepcopy(differencer),
        clone(differencer).fit(X),
    ):
        assert [row.tolist() for row in twin.transform(X)] == expected
