import copy
import pickle
import re

import numpy as np
import pytest
import torch

from skrnn.data import Ragged, as_ragged
from skrnn.data.nested import as_documents
from skrnn.data.vectors import shared_vectors

TABLE = np.arange(10, dtype=np.float32).reshape(5, 2)


def make(vectors=TABLE):
    return Ragged(np.array([2, 3, 4, 2, 1]), [2, 0, 3], vectors=vectors)


def test_they_are_the_array_that_was_given():
    X = make()
    assert X.vectors is TABLE
    assert repr(X) == "Ragged(n=3, ids, lengths=0..3, dtype=int64, vectors=(5, 2))"
    for part in (X[1:], X[[2, 0]], X[np.array([True, False, True])], X[...], X.compact()):
        assert part.vectors is TABLE
    assert X[[2, 0]].compact().vectors is TABLE
    assert as_ragged(X[[0, 2]], ids=True).vectors is TABLE
    small = Ragged(np.array([2, 3], np.int8), [2], vectors=TABLE)
    assert as_ragged(small, ids=True).vectors is TABLE
    assert Ragged.from_rows([[2, 3]]).vectors is None


def test_other_values_have_none():
    assert make().map_values(lambda ids: ids + 1).vectors is None
    assert make().map_values(lambda ids: ids / 2).vectors is None


def test_concatenate():
    X, other = make(), make(TABLE.copy())
    assert Ragged.concatenate([X, X[:1]]).vectors is TABLE
    assert Ragged.concatenate([X, X.compact()]).vectors is TABLE
    assert Ragged.concatenate([X, other]).vectors is None
    assert Ragged.concatenate([X, make(None)]).vectors is None
    assert shared_vectors([X, [1, 2]]) is None


def test_copies():
    for twin in (pickle.loads(pickle.dumps(make()[[2]])), copy.deepcopy(make()[[2]])):
        np.testing.assert_array_equal(twin.vectors, TABLE)
        assert twin[0].tolist() == [4, 2, 1]
    assert copy.copy(make()).vectors is TABLE


def test_other_dtypes():
    assert make(TABLE.tolist()).vectors.dtype == np.float32
    assert make(TABLE.astype(float)).vectors.dtype == np.float32


def test_documents():
    one, two = make()[[0, 2]], make()[[2]]
    documents = as_documents([one, two], ids=True)
    assert documents.vectors is TABLE
    assert documents[[1]].compact().vectors is TABLE
    assert as_documents([one, [[2, 3]]], ids=True).vectors is None


@pytest.mark.parametrize(
    ("values", "vectors", "message"),
    [
        ([1.0, 2.0], TABLE, "vectors belong to token ids, but values are numbers."),
        ([1, 5], TABLE, "values hold the id 5, but vectors has 5 rows, one for each id from 0."),
        ([1, 2], TABLE[0], "vectors must have shape (V, D), row i for id i; got (2,)."),
        ([1, 2], TABLE[:, :0], "vectors must have shape (V, D), row i for id i; got (5, 0)."),
    ],
)
def test_errors_teach(values, vectors, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Ragged(np.array(values), [2], vectors=vectors)


def test_vectors_of_torch_and_of_large_numbers():
    table = torch.arange(10.0).reshape(5, 2).requires_grad_()
    np.testing.assert_array_equal(make(table).vectors, TABLE)
    assert np.isinf(make(np.full((5, 2), 1e300)).vectors).all()
