import copy
import pickle
import re

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.model_selection import KFold, train_test_split
from sklearn.utils import resample, shuffle

from skrnn._sklearn import take_rows
from skrnn.data import Fused, Ragged, as_ragged

SERIES = Ragged.from_rows([np.full((t, 2), float(t)) for t in (3, 1, 2, 4)])
NOTE = Ragged(np.array([4, 2, 7, 7, 7]), [2, 0, 1, 2])  # an empty one
AGE = np.array([30, 41, 52, 63])


def fused():
    return Fused({"series": SERIES, "note": NOTE, "age": AGE})


def test_what_it_holds():
    X = fused()
    assert list(X.parts) == ["series", "note", "age"]
    assert X["series"] is SERIES and X["note"] is NOTE
    np.testing.assert_array_equal(X["age"], AGE[:, None].astype(float))
    assert len(X) == 4 and X.shape == (4,) and X.ndim == 1
    assert repr(X) == "Fused(n=4, series: 2 features, note: ids, age: 1 static)"
    assert repr(Fused({"x": as_ragged([[1.0]])})) == "Fused(n=1, x: 1 feature)"


@pytest.mark.parametrize(
    "table",
    [
        AGE,
        AGE.astype(np.int8),
        AGE[:, None],
        AGE.astype(object),
        pd.Series(AGE, index=list("abcd"), name="age"),
        pd.DataFrame({"age": AGE}),
        torch.tensor(AGE),
    ],
)
def test_static_numbers(table):
    static = Fused({"age": table})["age"]
    assert static.shape == (4, 1) and static.dtype == np.float64
    np.testing.assert_array_equal(static[:, 0], AGE)


def test_static_numbers_keep_single_precision_and_columns():
    table = np.arange(8, dtype=np.float32).reshape(4, 2)
    assert Fused({"t": table})["t"] is table
    assert Fused({"t": np.array([True, False])})["t"].tolist() == [[1.0], [0.0]]


@pytest.mark.parametrize(
    ("key", "rows"),
    [
        ([2, 0], [2, 0]),
        (np.array([3, 3]), [3, 3]),
        (slice(1, 3), [1, 2]),
        ([True, False, True, True], [0, 2, 3]),
        ([], []),
        ([-1], [3]),
        (..., [0, 1, 2, 3]),
        ((np.array([1, 2]), ...), [1, 2]),
        (torch.tensor([1, 0]), [1, 0]),
    ],
    ids=str,
)
def test_rows_are_chosen_in_every_part(key, rows):
    chosen = fused()[key]
    assert isinstance(chosen, Fused) and len(chosen) == len(rows)
    assert chosen["series"].equals(SERIES[rows]) and chosen["note"].equals(NOTE[rows])
    assert chosen["age"][:, 0].tolist() == [AGE[row] for row in rows]


def test_one_row():
    for i in (1, -3, np.int64(1)):
        row = fused()[i]
        assert list(row) == ["series", "note", "age"]
        assert row["series"].tolist() == [[1.0, 1.0]] and row["note"].tolist() == []
        assert row["age"].tolist() == [41.0]
    rows = list(fused())
    assert [len(row["series"]) for row in rows] == [3, 1, 2, 4]


@pytest.mark.parametrize("key", [1.5, True, None, (0, 1), np.zeros((2, 2), int), [0.5], ["a"]])
def test_other_keys(key):
    with pytest.raises(IndexError, match="A Fused is indexed by the name of a part, or by rows"):
        fused()[key]


def test_wrong_masks_and_names():
    with pytest.raises(IndexError, match="mask is for 2 rows, but there are 4"):
        fused()[[True, False]]
    with pytest.raises(IndexError):
        fused()[4]
    with pytest.raises(KeyError, match="no part 'sex'; there are series, note, age"):
        fused()["sex"]


def test_scikit_learn_splits_it():
    X = fused()
    train, test, ages, _ = train_test_split(X, AGE, random_state=0)
    assert len(train) == 3 and len(test) == 1
    np.testing.assert_array_equal(train["age"][:, 0], ages)
    for rows, _ in KFold(2).split(X):
        assert take_rows(X, rows).equals(X[rows])
    assert isinstance(shuffle(X, random_state=0), Fused)
    assert len(resample(X, n_samples=7, random_state=0)) == 7


def test_equality():
    X = fused()
    assert X.equals(fused()) and X.equals(X[[0, 1, 2, 3]])
    assert not X.equals(X[[1, 0, 2, 3]]) and not X.equals(X.parts) and not X.equals(X[:3])
    assert not X.equals(Fused({"series": SERIES, "age": AGE, "note": NOTE}))
    assert not X.equals(Fused({"series": SERIES, "note": NOTE, "age": AGE + 1}))
    assert not X.equals(Fused({"series": SERIES, "note": NOTE, "age": SERIES}))
    missing = Fused({"t": np.array([np.nan])})
    assert missing.equals(copy.deepcopy(missing))


def test_copies():
    X = fused()[[2, 0]]
    for copied in (pickle.loads(pickle.dumps(X)), copy.deepcopy(X), copy.copy(X)):
        assert isinstance(copied, Fused) and copied.equals(X)
    big = Fused({"x": Ragged(np.zeros((100_000, 1)), np.full(1000, 100))})
    assert len(pickle.dumps(big[:1])) < 5_000


@pytest.mark.parametrize(
    ("parts", "error", "message"),
    [
        (None, TypeError, "parts is None, but must be a dict"),
        ([("a", AGE)], TypeError, "parts is a list, but must be a dict"),
        ({}, ValueError, "A Fused needs at least one part"),
        ({3: AGE}, TypeError, "Parts are named by strings, got 3"),
        ({"a": AGE, "b": AGE[:2]}, ValueError, "Part 'b' has 2 rows, part 'a' has 4"),
        ({"a": [1, 2]}, TypeError, "Part 'a' is a list of no numbers. Give a Ragged"),
        ({"a": SERIES.to_list()}, TypeError, "skrnn.data.as_ragged makes of sequences"),
        ({"a": np.asarray(SERIES)}, TypeError, "Part 'a' is a ndarray of no numbers"),
        ({"a": "text"}, TypeError, "Part 'a' is a str of no numbers"),
        ({"a": (i for i in AGE)}, TypeError, "Part 'a' is a generator of no numbers"),
        ({"a": np.zeros((2, 3, 4))}, ValueError, "Part 'a' has shape (2, 3, 4), but static"),
        ({"a": np.zeros((2, 0))}, ValueError, "Part 'a' has shape (2, 0), but static"),
        ({"a": csr_array(np.eye(2))}, TypeError, "Part 'a' is sparse. Use .toarray()"),
        ({"a": pd.Series(["f", "m"])}, ValueError, "Part 'a' holds text ('f')"),
        ({"a": np.array([1j])}, ValueError, "Complex data not supported: Part 'a'"),
        ({"a": np.array(["2020-01-01"], "M8[D]")}, ValueError, "Part 'a' has dtype datetime64"),
    ],
)
def test_what_is_no_part(parts, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Fused(parts)


def test_readers_of_one_sequence_per_row_ask_for_a_part():
    with pytest.raises(TypeError, match=r"got a Fused as X. Pass one of its parts, such as X\["):
        as_ragged(fused())
