import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skrnn import RNNClassifier
from skrnn.data import Ragged, as_ragged
from skrnn.preprocessing import SequencePadder

NUMBERS = st.floats(-1e6, 1e6, width=32)
IDS = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=7), min_size=1, max_size=5)
ENDS = st.sampled_from(["post", "pre"])


@st.composite
def ragged(draw):
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    n_features = draw(st.integers(1, 3))
    values = draw(arrays(np.float64, (sum(lengths), n_features), elements=NUMBERS))
    return Ragged(values, lengths)


@given(X=ragged(), padding=ENDS)
def test_round_trip_and_what_estimators_read(X, padding):
    padder = SequencePadder(padding=padding)
    padded = padder.fit_transform(X)
    assert padded.shape == (len(X), X.lengths.max(), X.n_features)
    assert padder.inverse_transform(padded).equals(X)
    assert as_ragged(padded).equals(X)


@given(X=ragged(), padding=ENDS)
def test_round_trip_with_a_number(X, padding):
    padder = SequencePadder(padding=padding, value=2e6)  # a value that no step holds
    assert padder.inverse_transform(padder.fit_transform(X)).equals(X)


@given(rows=IDS, padding=ENDS, value=st.sampled_from([None, 0, 99]))
def test_round_trip_of_ids(rows, padding, value):
    X = Ragged.from_rows(rows)
    padder = SequencePadder(padding=padding, value=value)
    padded = padder.fit_transform(X)
    assert padded.dtype == np.int64 and padded.shape == (len(X), X.lengths.max())
    assert padder.inverse_transform(padded).equals(X)
    if value != 99:
        assert as_ragged(padded, ids=True).equals(X)
    listed = SequencePadder(padding=padding, value=value, tokens=True).fit_transform(rows)
    np.testing.assert_array_equal(listed, padded)


@pytest.mark.parametrize("padding", ["post", "pre"])
@pytest.mark.parametrize("ids", [False, True])
def test_estimators_answer_the_same_to_the_bit(padding, ids):
    rng = np.random.default_rng(0)
    draw = (lambda n: rng.integers(1, 5, n)) if ids else (lambda n: rng.normal(size=(n, 2)))
    X = Ragged.from_rows([draw(n) for n in rng.integers(2, 9, 20)])
    y = rng.integers(0, 2, 20)
    model = RNNClassifier(
        hidden_size=4, max_epochs=2, embedding_dim=3 if ids else None, random_state=0
    )
    padder = SequencePadder(padding=padding)
    raw = model.fit(X, y).predict_proba(X)
    padded = padder.fit_transform(X)
    np.testing.assert_array_equal(model.predict_proba(padded), raw)
    np.testing.assert_array_equal(clone(model).fit(padded, y).predict_proba(X), raw)


def test_longer_sequences_are_cut_where_asked():
    X = [[1.0, 2.0, 3.0], [4.0]]
    post = SequencePadder(max_length=2).fit_transform(X)
    np.testing.assert_array_equal(post[..., 0], [[1, 2], [4, np.nan]])
    pre = SequencePadder(max_length=2, truncating="pre", padding="pre").fit_transform(X)
    np.testing.assert_array_equal(pre[..., 0], [[2, 3], [np.nan, 4]])
    long = SequencePadder(max_length=5, value=-1).fit_transform(X)
    assert long.shape == (2, 5, 1)


def test_nothing_is_cut_without_max_length():
    padder = SequencePadder().fit([[1.0, 2.0], [3.0]])
    assert padder.transform([[1.0]]).shape == (1, 2, 1)
    assert padder.transform([[1.0, 2.0, 3.0]]).shape == (1, 3, 1)


def test_rows_that_hold_the_value_keep_a_step():
    padder = SequencePadder(value=0.0)
    padded = padder.fit_transform([[0.0, 0.0], [1.0, 0.0]])
    assert [row.ravel().tolist() for row in padder.inverse_transform(padded)] == [[0.0], [1.0]]


def test_the_users_array_is_left_alone_and_may_be_read_only():
    x = np.arange(6.0).reshape(2, 3, 1)
    x.flags.writeable = False
    padder = SequencePadder().fit(x)
    padded = padder.transform(x)
    padded[:] = 9
    assert x.max() == 5
    back = padder.inverse_transform(x)
    back.values[:] = 9
    assert x.max() == 5


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([], "0 sample"),
        ([[]], "Row 0 of X has no steps"),
        ([[np.nan, np.nan]], "no steps left"),
        ([[1.0, np.inf]], "infinity"),
        ([["a"]], "holds text"),
        ((i for i in [[1.0]]), "only once"),
    ],
)
def test_bad_input_is_refused(X, words):
    with pytest.raises((TypeError, ValueError), match=words):
        SequencePadder().fit(X)


def test_errors_speak_of_tokens():
    with pytest.raises(ValueError, match=r"tokens=True is set.*tokens=False"):
        SequencePadder(tokens=True).fit([[1.5]])
    with pytest.raises(ValueError, match="set tokens=True"):
        SequencePadder(tokens=False).fit(Ragged.from_rows([[1, 2]]))


def test_inverse_errors():
    padder = SequencePadder().fit(np.zeros((2, 3, 2)))
    with pytest.raises(ValueError, match=r"gives arrays \(n, steps, features\)"):
        padder.inverse_transform(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"3 features per step.*gives 2"):
        padder.inverse_transform(np.zeros((2, 3, 3)))
    with pytest.raises(NotFittedError):
        SequencePadder().inverse_transform(np.zeros((2, 3, 2)))


@pytest.mark.parametrize("value", [0.5, np.nan, np.inf])
def test_ids_are_padded_with_ids(value):
    with pytest.raises(ValueError, match="must be an integer"):
        SequencePadder(tokens=True, value=value).fit([[1, 2]])


def test_frames_of_series_become_an_array():
    X = pd.DataFrame({"a": [[1.0, 2.0], [3.0]], "b": [[5.0, 6.0], [7.0]]})
    padded = SequencePadder(value=0).fit_transform(X)
    np.testing.assert_array_equal(padded[1], [[3, 7], [0, 0]])


@pytest.mark.parametrize("value", [np.inf, np.nan, 2**70, -(2.0**70), 0.5])
def test_a_value_that_is_no_id(value):
    with pytest.raises(ValueError, match="must be an integer of 64 bits, as ids are"):
        SequencePadder(tokens=True, value=value).fit([[1, 2], [3]])


def test_a_value_too_large_for_the_numbers():
    rows = [np.ones(2, dtype=np.float32), np.ones(1, dtype=np.float32)]
    with pytest.raises(ValueError, match=r"value=1e\+300 is too large for float32"):
        SequencePadder(value=1e300).fit(rows)
    padder = SequencePadder(value=1e300).fit([[1.0, 2.0], [3.0]])
    with pytest.raises(ValueError, match=r"value=1e\+300 is too large for float32"):
        padder.transform(rows)
    assert SequencePadder(value=np.inf).fit_transform(rows)[1, 1] == np.inf
