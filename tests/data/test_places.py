"""Names of rows, and of sentences of documents."""

import numpy as np

from skrnn.data.places import ROWS, Places


def test_rows():
    assert ROWS.unit == "row"
    assert ROWS.name(7) == "row 7" and ROWS.start(7) == "Row 7 of X"
    assert ROWS.remedy == "Leave the row out, in y too."


def test_sentences():
    places = Places(np.array([0, 0, 2]), np.array([0, 1, 0]))
    assert places.unit == "sentence"
    assert places.name(1) == "document 0, sentence 1"
    assert places.start(2) == "Document 2, sentence 0 of X"
    assert "y" not in places.remedy.replace("Leave", "").split()  # a document keeps its label
