"""Ids and the rows of an embedding table."""

import numpy as np
import pytest

from skrnn.data.vocabulary import Vocabulary


@pytest.mark.parametrize("values", [[7, 3, 7], [[7, 3], [3, 7]], [3, 7, 10**12][:2]])
def test_fit(values):
    vocabulary = Vocabulary.fit(np.array(values))
    assert len(vocabulary) == 2 and vocabulary.ids.tolist() == [3, 7]


def test_index():
    vocabulary = Vocabulary.fit(np.array([10, 4, 7]))
    asked = np.array([4, 7, 10, 1, 5, 11, 10**15, 0, -3])
    assert vocabulary.index(asked).tolist() == [1, 2, 3, 0, 0, 0, 0, 0, 0]


def test_index_keeps_the_shape():
    vocabulary = Vocabulary(np.arange(1, 5))
    values = np.array([[1, 2], [4, 9]])
    assert vocabulary.index(values).tolist() == [[1, 2], [4, 0]]


def test_every_known_id_has_a_row_of_its_own():
    ids = np.unique(np.random.default_rng(0).integers(1, 10**9, 500))
    vocabulary = Vocabulary.fit(np.random.default_rng(1).permutation(ids))
    assert vocabulary.index(ids).tolist() == list(range(1, len(ids) + 1))
