from hypothesis import given
from hypothesis import strategies as st

from skrnn.preprocessing.numbering import number_tokens

ROWS = st.lists(st.lists(st.text("abc-", max_size=5), max_size=5), max_size=6)


def rows_of(numbered):
    """Write a Numbered out again."""
    tokens = iter(numbered.tokens[code] for code in numbered.codes)
    return [[next(tokens) for _ in range(length)] for length in numbered.lengths]


@given(ROWS)
def test_numbers_stand_for_tokens(rows):
    numbered = number_tokens(rows)
    assert rows_of(numbered) == rows
    assert len(set(numbered.tokens)) == len(numbered.tokens)


@given(ROWS)
def test_recut_cuts_every_token(rows):
    def cut(token):
        return [part for part in token.split("-") if part]

    expected = [[part for token in row for part in cut(token)] for row in rows]
    assert rows_of(number_tokens(rows).recut(cut)) == expected


def test_nothing():
    numbered = number_tokens([])
    assert (len(numbered.codes), len(numbered.lengths), numbered.tokens) == (0, 0, [])
    assert rows_of(number_tokens([[], []])) == [[], []]
