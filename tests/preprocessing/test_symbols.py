import numpy as np
import pandas as pd
import pytest

from skrnn.data import Ragged
from skrnn.preprocessing.symbols import read_symbols

DNA = ["ACG", "T"]
LISTS = [["A", "C", "G"], ["T"]]
IDS = [[1, 2, 3], [4]]


def objects(cells):
    array = np.empty(len(cells), dtype=object)
    for i, cell in enumerate(cells):
        array[i] = cell
    return array


def read(X):
    return read_symbols(X, "OneHotSteps")


@pytest.mark.parametrize(
    ("X", "kind"),
    [
        (DNA, "list"),
        (tuple(DNA), "list"),
        (np.array(DNA), "objects"),
        (np.array(DNA, dtype=object), "objects"),
        (pd.Series(DNA), "series"),
        (pd.Series(DNA, dtype=object), "series"),
        (pd.Series(DNA, dtype="category"), "series"),
        (pd.DataFrame({"dna": DNA}), "nested"),
        (np.array(DNA, dtype=object)[:, None], "nested"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_strings(X, kind):
    symbols = read(X)
    assert symbols.values.tolist() == ["A", "C", "G", "T"] and symbols.lengths.tolist() == [3, 1]
    assert symbols.joined and symbols.kind == "strings" and symbols.container.kind == kind


@pytest.mark.parametrize(
    ("X", "kind"),
    [
        (LISTS, "list"),
        ([np.array(row) for row in LISTS], "list"),
        ([pd.Series(row, index=range(5, 5 + len(row))) for row in LISTS], "list"),
        (objects(LISTS), "objects"),
        (pd.Series(LISTS), "series"),
        (pd.DataFrame({"dna": LISTS}), "nested"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_lists_of_strings(X, kind):
    symbols = read(X)
    assert symbols.values.tolist() == ["A", "C", "G", "T"] and symbols.lengths.tolist() == [3, 1]
    assert not symbols.joined and symbols.container.kind == kind


@pytest.mark.parametrize(
    "X", [np.array([["A", "C"], ["G", "T"]]), pd.DataFrame([["A", "C"], ["G", "T"]])]
)
def test_tables_of_symbols(X):
    symbols = read(X)
    assert symbols.values.tolist() == ["A", "C", "G", "T"] and symbols.lengths.tolist() == [2, 2]
    assert symbols.container.kind == ("table" if hasattr(X, "iloc") else "array")


@pytest.mark.parametrize(
    "X",
    [
        IDS,
        Ragged.from_rows(IDS),
        objects(IDS),
        pd.Series(IDS),
        pd.DataFrame({"ids": IDS}),
        np.array([[1, 2, 3], [4, 0, 0]]),
        pd.DataFrame([[1, 2, 3], [0, 0, 4]]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_integers(X):
    symbols = read(X)
    assert symbols.kind == "integers" and not symbols.joined
    assert symbols.unique().tolist() == [1, 2, 3, 4]
    assert symbols.lengths.tolist() == [3, 1]


def test_only_steps_of_rows_are_symbols():
    assert read(Ragged(np.array([9, 1, 2, 9]), [2, 1], [1, 2])).unique().tolist() == [1, 2]


def test_any_script():
    strings = ["héß", "漢字", "😀e\u0301", "\ud800"]
    symbols = read(strings)
    assert symbols.values.tolist() == list("".join(strings))
    assert symbols.lengths.tolist() == [3, 2, 3, 1]


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ("ACGT", r"got one string as X.*pass \[X\]"),
        ([], "0 sample"),
        ([""], "Row 0 of X has no steps"),
        (["A", ""], "Row 1 of X has no steps"),
        ([["A"], []], "Row 1 of X has no steps"),
        (["A", None], r"Row 1 of X is missing \(None\)"),
        (pd.Series([np.nan, "A"]), r"Row 0 of X is missing \(nan\)"),
        (["A", 3], "Row 1 of X is an int, not a string, as row 0 is"),
        (["A", ["C"]], "Row 1 of X is a list, not a string, as row 0 is"),
        ([["A"], "C"], "Row 1 of X is a str, not a list of strings, as row 0 is"),
        ([b"A", b"C"], "Row 0 of X holds bytes"),
        ([["A"], ["C", 5]], "Row 1 of X holds 5 at step 1, an int among strings"),
        ([["A"], ["C", None]], "Row 1 of X holds None at step 1, None among strings"),
        ([[1, "A"]], "Row 0 of X holds text .* reads symbols of one type"),
        (pd.DataFrame([["A", "C"], ["G", None]]), "Row 1 of X holds .* at step 1"),
        (pd.DataFrame([[None, "C"], ["G", "T"]]), "Row 0 of X holds .* at step 0"),
        (["A", "C\0"], "Row 1 of X holds the character NUL at step 1"),
        ([[1.5, 2.0]], r"Row 0 of X holds floats, but OneHotSteps reads symbols.*astype\(int\)\.$"),
        (np.zeros((2, 3)), "X holds floats, but OneHotSteps reads symbols, so X must hold strings"),
        (np.zeros((2, 3, 4), dtype=int), r"shape \(2, 3, 4\), but OneHotSteps reads symbols"),
        (Ragged.from_rows([[1.0]]), "a Ragged of numbers, but OneHotSteps reads symbols"),
        ([[1, 0, 2]], "token id 0 at step 1"),
        ([[1, -2]], "negative token id -2"),
        (
            [[[1, 2], [3, 4]]],
            r"Row 0 of X has shape \(2, 2\), but each row must be \(steps,\)",
        ),
        (({"A"} for _ in [1]), "only once"),
        ({"A": "C"}, "a dict as X"),
        (3, "got an int as X"),
    ],
)
def test_bad_input_is_refused(X, words):
    with pytest.raises((TypeError, ValueError), match=words) as caught:
        read(X)
    assert "embedding_dim" not in str(caught.value)
