import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.preprocessing.analyzers import Characters, Custom, Listed, Words
from skrnn.preprocessing.words import cut_words

TEXTS = st.lists(st.text(st.characters(), max_size=20), min_size=1, max_size=5)


def rows_of(numbered):
    tokens = iter(numbered.tokens[code] for code in numbered.codes)
    return [[next(tokens) for _ in range(length)] for length in numbered.lengths]


@given(TEXTS, st.booleans())
def test_words(texts, lowercase):
    words = Words(lowercase)
    rows = rows_of(words.number(texts))
    assert rows == [cut_words(text.lower() if lowercase else text) for text in texts]
    assert rows_of(words.number([words.join(row) for row in rows])) == rows


@given(TEXTS, st.booleans())
def test_characters(texts, lowercase):
    characters = Characters(lowercase)
    rows = rows_of(characters.number(texts))
    assert rows == [list(text.lower() if lowercase else text) for text in texts]
    if not lowercase:
        assert [characters.join(row) for row in rows] == texts


def test_lists_of_tokens():
    rows = [["New York", "is"], [], ["IS", ""]]
    assert rows_of(Listed(False).number(rows)) == rows
    assert rows_of(Listed(True).number(rows)) == [["new york", "is"], [], ["is", ""]]
    assert Listed(True).number(rows).tokens.count("is") == 1
    assert Listed(True).join(["a", "b"]) == ["a", "b"]


def test_a_function():
    assert rows_of(Custom(str.split, True).number(["A b", ""])) == [["a", "b"], []]
    assert rows_of(Custom(lambda text: iter(text.split("-")), False).number(["A-b"])) == [
        ["A", "b"]
    ]
    assert Custom(str.split, True).join(["a", "b"]) == ["a", "b"]


@pytest.mark.parametrize(
    ("analyzer", "X", "message"),
    [
        (
            Listed(True),
            [["a"], ["b", 3]],
            "Row 1 of X holds 3 (of type int) at step 1; every token",
        ),
        (Listed(False), [["a", None]], "Row 0 of X holds None (of type NoneType) at step 1"),
        (Listed(False), [["a", ["b"]]], "Row 0 of X holds ['b'] (of type list) at step 1"),
        (Custom(lambda text: 5, True), ["a"], "for row 0 it returned 5"),
        (Custom(lambda text: text, True), ["a"], "for row 0 it returned 'a'"),
        (Custom(lambda text: [1], True), ["a"], "For row 0 analyzer gives 1 (of type int) at step"),
    ],
)
def test_errors_teach(analyzer, X, message):
    with pytest.raises(TypeError, match=re.escape(message)):
        analyzer.number(X)
