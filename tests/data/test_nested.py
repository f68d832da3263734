"""Documents of sentences: every form becomes the same marked rows (wrong ones: test_bad_input)."""

import numpy as np
import pandas as pd
import pytest
import torch

from skrnn.data import Ragged
from skrnn.data.merge import merge_rows
from skrnn.data.nested import as_documents, holds_documents, map_steps, without_marks

NAN = np.nan
RNG = np.random.default_rng(0)
SIZES = [[3, 1], [2], [4, 2, 1]]
DOCS = [[RNG.normal(size=(t, 2)) for t in lengths] for lengths in SIZES]
IDS = [[RNG.integers(1, 9, size=t).tolist() for t in lengths] for lengths in SIZES]


def padded(docs, fill, *, before=0):
    """Put documents into one array, with a sentence and a step of padding more than they need."""
    first = np.asarray(docs[0][0])
    shape = (len(docs), 4, 6 + before, *first.shape[1:])
    out = np.full(shape, fill, dtype=first.dtype)
    for d, doc in enumerate(docs):
        for s, sentence in enumerate(doc):
            out[d, s, before : before + len(sentence)] = sentence
    return out


def objects(items):
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array


def test_the_marks():
    X = as_documents(DOCS)
    assert X.lengths.tolist() == [4, 2, 7] and X.n_features == 3 and X.dtype == np.float64
    for row, doc in zip(X, DOCS, strict=True):
        assert np.array_equal(row[:, :2], np.concatenate(doc))
        starts = np.cumsum([0, *map(len, doc)])[:-1]
        assert np.flatnonzero(row[:, 2]).tolist() == starts.tolist()
        assert set(row[:, 2]) <= {0.0, 1.0}


FORMS = {
    "tuples": tuple(map(tuple, DOCS)),
    "object array": objects([objects(doc) for doc in DOCS]),
    "Series": pd.Series(DOCS),
    "Series of Series": pd.Series([pd.Series(doc) for doc in DOCS]),
    "Ragged": [Ragged.from_rows(doc) for doc in DOCS],
    "nested lists": [[sentence.tolist() for sentence in doc] for doc in DOCS],
    "tensors": [[torch.from_numpy(sentence) for sentence in doc] for doc in DOCS],
    "4-D": padded(DOCS, NAN),
    "4-D, padded in front": padded(DOCS, NAN, before=2),
    "4-D tensor": torch.from_numpy(padded(DOCS, NAN)),
    "4-D of objects": padded(DOCS, NAN).astype(object),
    "3-D documents": list(padded(DOCS, NAN)),
    "padded sentences": [[np.vstack([s, [[NAN] * 2]]) for s in doc] for doc in DOCS],
    "padding behind the document": [[*doc, np.full((2, 2), NAN)] for doc in DOCS],
}
ID_FORMS = {
    "tuples": tuple(map(tuple, IDS)),
    "object array": objects([objects(doc) for doc in IDS]),
    "arrays": [[np.array(sentence, dtype=np.uint8) for sentence in doc] for doc in IDS],
    "Ragged": [Ragged.from_rows(doc) for doc in IDS],
    "3-D": padded(IDS, 0),
    "3-D, padded in front": padded(IDS, 0, before=2),
    "3-D tensor": torch.from_numpy(padded(IDS, 0)),
    "2-D documents": list(padded(IDS, 0)),
    "padded sentences": [[[0, *s, 0] for s in doc] for doc in IDS],
    "padding behind the document": [[*doc, [0], [0, 0]] for doc in IDS],
}


@pytest.mark.parametrize("form", FORMS)
def test_forms(form):
    assert as_documents(FORMS[form]).equals(as_documents(DOCS))


@pytest.mark.parametrize("form", ID_FORMS)
def test_forms_of_ids(form):
    X = as_documents(ID_FORMS[form], ids=True)
    assert X.dtype == np.int64 and X.equals(as_documents(IDS, ids=True))


def test_documents_with_as_many_sentences_each():
    """NumPy makes a 2-D object array of them."""
    docs = [doc[:1] * 2 for doc in DOCS]
    array = np.empty((3, 2), dtype=object)
    for d, doc in enumerate(docs):
        array[d] = doc
    assert as_documents(array).equals(as_documents(docs))


def test_one_feature():
    X = as_documents([[[1.0, 2.0], [3.0]], [[4]]])
    assert X[0].tolist() == [[1, 1], [2, 0], [3, 1]] and X[1].tolist() == [[4, 1]]


def test_single_precision_stays():
    assert as_documents(padded(DOCS, NAN).astype(np.float32)).dtype == np.float32


def test_input_is_not_changed():
    array = padded(DOCS, NAN)
    before = array.copy()
    as_documents(array).values[:] = 7
    np.testing.assert_array_equal(array, before)


def test_marks_are_left_out_and_left_alone():
    X = as_documents(DOCS)
    plain = without_marks(X)
    assert plain.equals(Ragged.from_rows([np.concatenate(doc) for doc in DOCS]))
    assert as_documents(IDS, ids=True).is_ids is False
    assert without_marks(as_documents(IDS, ids=True)).is_ids
    scaled = map_steps(X, lambda values: 10 * values)
    assert np.array_equal(scaled.values[:, 2], X.values[:, 2])
    assert np.array_equal(scaled.values[:, :2], 10 * X.values[:, :2])


def test_where_sentences_start_tells_documents_apart():
    a, b = np.ones((1, 1)), np.zeros((1, 1))
    X = as_documents([[a, b], [np.vstack([a, b])], [a, b]])
    rows, weight = merge_rows(X, None, np.ones(3))
    assert sorted(zip(rows.tolist(), weight.tolist(), strict=True)) == [(0, 2.0), (1, 1.0)]


@pytest.mark.parametrize(
    ("X", "ids", "expected"),
    [
        (DOCS, False, True),
        (FORMS["Ragged"], False, True),
        (FORMS["Series"], False, True),
        (FORMS["3-D documents"], False, True),
        (FORMS["4-D"], False, True),
        (FORMS["object array"], False, True),
        ([[[1, 2], [3]]], False, True),
        (IDS, True, True),
        (ID_FORMS["3-D"], True, True),
        ([np.ones((3, 2))], False, False),
        (np.ones((2, 3, 2)), False, False),
        ([[[1, 2], [3, 4]]], False, False),  # one sequence of two steps as well
        ([[1, 2], [3]], False, False),
        ([[1, 2], [3]], True, False),
        (Ragged.from_rows(DOCS[0]), False, False),
        (pd.DataFrame({"a": [1.0]}), False, False),
        ([1.0, 2.0], False, False),
        (["a", "b"], False, False),
        ([[["a"], "b"]], False, False),
        (5, False, False),
        (None, False, False),
    ],
)
def test_what_can_only_be_documents(X, ids, expected):
    assert holds_documents(X, ids) is expected
