"""Joining a list of sequences (what each form of X becomes: test_read, test_nested)."""

import numpy as np
import pytest

from skrnn.data.places import Places
from skrnn.data.rows import join_rows, without_nan, without_zeros

NAN = np.nan
PLACES = Places(np.array([0, 0, 1]), np.array([0, 1, 0]))


def test_padding_stays_until_it_is_cut():
    X = join_rows([[NAN, 1.0], [2.0, NAN, NAN]], False, "RNNClassifier")
    assert X.lengths.tolist() == [2, 3]
    assert without_nan(X, "RNNClassifier").lengths.tolist() == [1, 1]
    ids = join_rows([[0, 1, 0], [2]], True, "RNNClassifier")
    assert ids.lengths.tolist() == [3, 1]
    assert without_zeros(ids).lengths.tolist() == [1, 1]


def test_single_precision_stays():
    assert join_rows([np.ones(2, np.float32)] * 2, False, "RNNClassifier").dtype == np.float32
    assert join_rows([np.ones(2, np.float32), [1.0]], False, "RNNClassifier").dtype == np.float64


@pytest.mark.parametrize(
    ("cells", "ids", "message"),
    [
        (["a", [1], [1]], False, r"Document 0, sentence 0 of X holds text \('a'\)"),
        (
            [[1], [], [1]],
            False,
            "Document 0, sentence 1 of X has no steps; every sequence needs at",
        ),
        (
            [[1], [1], [[1, 2]]],
            False,
            "Document 1, sentence 0 of X has 2 features per step, but doc",
        ),
        ([[1], [1], [[1, 2]]], True, r"Document 1, sentence 0 of X has shape \(1, 2\), but embedd"),
        (
            [[1], [1], np.ones((1, 1, 1))],
            False,
            "each sentence must be .steps,. or .steps, features",
        ),
        ([[1], [0.5], [1]], True, "Document 0, sentence 1 of X holds floats"),
        ([np.ones((3, k)) for k in (2, 4, 2)], False, "for x in document. for document in X"),
    ],
)
def test_errors_name_the_place(cells, ids, message):
    with pytest.raises(ValueError, match=message):
        join_rows(cells, ids, "RNNClassifier", PLACES)


def test_what_is_no_sequence_is_named():
    with pytest.raises(
        TypeError, match="Document 1, sentence 0 of X is a float, not a sequence; each"
    ):
        join_rows([[1], [1], 5.0], False, "RNNClassifier", PLACES)


def test_values_name_the_place():
    with pytest.raises(ValueError, match="NaN in document 0, sentence 1, step 1, feature 0"):
        without_nan(
            join_rows([[1.0], [1.0, NAN, 2.0], [1.0]], False, "RNNClassifier"),
            "RNNClassifier",
            places=PLACES,
        )
    with pytest.raises(ValueError, match="Document 1, sentence 0 of X holds the negative token id"):
        without_zeros(join_rows([[1], [1], [2, -3]], True, "RNNClassifier"), places=PLACES)
