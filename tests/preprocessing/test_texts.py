import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from skrnn.data import Ragged
from skrnn.preprocessing.texts import read_texts

TEXTS = ["one", "two three"]
CONTAINERS = {
    "list": TEXTS,
    "tuple": tuple(TEXTS),
    "str array": np.array(TEXTS),
    "object array": np.array(TEXTS, dtype=object),
    "string array": np.array(TEXTS, dtype=np.dtypes.StringDType()),
    "column": np.array(TEXTS)[:, None],
    "object column": np.array(TEXTS, dtype=object)[:, None],
    "Series": pd.Series(TEXTS, index=[5, 7]),
    "object Series": pd.Series(TEXTS, dtype=object),
    "categories": pd.Series(TEXTS, dtype="category"),
    "DataFrame": pd.DataFrame({"review": TEXTS}),
    "np.str_": [np.str_(text) for text in TEXTS],
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers(name):
    texts = read_texts(CONTAINERS[name], "me")
    assert texts.cells == TEXTS
    assert {type(cell) for cell in texts.cells} == {str}
    assert not texts.listed
    two = name in ("column", "object column", "DataFrame")
    assert (texts.give_back is not None) == two


@pytest.mark.parametrize(
    "X",
    [
        [["a", "b"], ["c"]],
        [("a", "b"), ("c",)],
        [np.array(["a", "b"]), ["c"]],
        pd.Series([["a", "b"], ["c"]]),
        pd.DataFrame({"tokens": [["a", "b"], ["c"]]}),
        [pd.Series(["a", "b"]), ["c"]],
    ],
)
def test_lists_of_tokens(X):
    texts = read_texts(X, "me")
    assert texts.listed
    assert texts.cells == [["a", "b"], ["c"]]


def test_ids_go_back_into_a_frame():
    X = pd.DataFrame({"review": TEXTS}, index=["x", "y"])
    frame = read_texts(X, "me").give_back(Ragged.from_rows([[4, 5], [6]]))
    assert frame.columns.tolist() == ["review"]
    assert frame.index.tolist() == ["x", "y"]
    assert [cell.tolist() for cell in frame["review"]] == [[4, 5], [6]]
    same = read_texts(X, "me").give_back(Ragged.from_rows([[4, 5], [6, 7]]))  # of one length
    assert [cell.tolist() for cell in same["review"]] == [[4, 5], [6, 7]]


def test_ids_go_back_into_a_column():
    column = read_texts(CONTAINERS["column"], "me").give_back(Ragged.from_rows([[4, 5], [6, 7]]))
    assert column.shape == (2, 1)
    assert column.dtype == object
    assert column[1, 0].tolist() == [6, 7]


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ("one text", "me got one text as X. A list of texts is expected, one per sequence; pass"),
        (b"one", "me got a bytes as X"),
        (None, "me got None as X."),
        (3, "me got an int as X."),
        ((text for text in TEXTS), "It can be read only once; pass a list, list(X)."),
        ({"a": "b"}, "Pass its sequences as a list, list(X.values())"),
        (set(TEXTS), "A set has no order"),
        ([], "Found array with 0 sample(s)"),
        (pd.DataFrame({"a": []}), "Found array with 0 sample(s)"),
        (["a", None], "Row 1 of X is missing (None)."),
        (["a", float("nan")], "Row 1 of X is missing (nan)."),
        (["a", pd.NA], "Row 1 of X is missing (<NA>)."),
        ([None, "a"], "Row 0 of X is missing (None)."),
        (pd.Series(["a", None]), "Row 1 of X is missing"),
        (["a", 3], "Row 1 of X is an int (3), not a text."),
        ([1.5, "a"], "Row 0 of X is a float (1.5), not a text."),
        (["a", b"b"], "Row 1 of X holds bytes; me reads str: decode them first."),
        (np.array([b"a", b"b"]), "Row 0 of X holds bytes"),
        (["a", ["b"]], "Row 1 of X is a list (['b']), not a text."),
        ([["a"], "b"], "Row 1 of X is a str ('b'), not a list of tokens, as row 0 is."),
        ([["a"], None], "Row 1 of X is missing (None)."),
        ([np.array([["a"]])], "Row 0 of X is a ndarray (array([['a']], dtype='<U1')), not a list"),
        (np.array([["a", "b"]]), "X has shape (1, 2), but me reads one column of texts."),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), "X has shape (1, 2), but me reads one column"),
        (np.array("a"), "me got an array of shape () as X."),
        (np.full((1, 1, 1), "a"), "me got an array of shape (1, 1, 1) as X."),
        (np.zeros((2, 1)), "Row 0 of X is a float (0.0), not a text."),
        (Ragged.from_rows([[1, 2]]), "me got a Ragged as X, which holds numbers or ids"),
        (csr_matrix((2, 1)), "Sparse data was passed for X, but me reads texts."),
    ],
)
def test_errors_teach(X, message):
    with pytest.raises((TypeError, ValueError), match=re.escape(message)):
        read_texts(X, "me")
