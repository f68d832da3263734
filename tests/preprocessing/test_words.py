# ruff: noqa: RUF001 (scripts whose letters look alike)
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.preprocessing import words
from skrnn.preprocessing.words import cut_words


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("It's 3.5/10, don't!", ["It's", "3", ".", "5", "/", "10", ",", "don't", "!"]),
        ("'quoted' rock'n'roll dogs'", ["'", "quoted", "'", "rock'n'roll", "dogs", "'"]),
        ("snake_case a\x1fb\tc\x00", ["snake_case", "a", "b", "c", "\x00"]),
        ("l\u2019été d\u2019Anaïs", ["l\u2019été", "d\u2019Anaïs"]),
        ("cafe\u0301", ["cafe\u0301"]),  # a letter and its accent apart
        ("हिन्दी भाषा।", ["हिन्दी", "भाषा", "।"]),
        ("தமிழ் மொழி", ["தமிழ்", "மொழி"]),
        ("السَّلامُ عَلَيْكُم،", ["السَّلامُ", "عَلَيْكُم", "،"]),
        ("שָׁלוֹם", ["שָׁלוֹם"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),  # one Persian word with an invisible joiner
        ("Привет, мир", ["Привет", ",", "мир"]),
        ("안녕하세요 세계", ["안녕하세요", "세계"]),
        ("我爱你。", ["我", "爱", "你", "。"]),
        ("東京タワーへ", ["東", "京", "タワー", "へ"]),
        ("𠮷野", ["𠮷", "野"]),
        ("good 👍🏽 ❤\ufe0f", ["good", "👍", "🏽", "❤\ufe0f"]),
        ("👨\u200d👩\u200d👧!", ["👨\u200d👩\u200d👧", "!"]),
        ("𝒳𝟙 ①", ["𝒳𝟙", "①"]),
        ("\ud800x", ["\ud800", "x"]),
        (" \u3000\n", []),
        ("", []),
    ],
)
def test_words_of_many_scripts(text, tokens):
    assert cut_words(text) == tokens


@given(st.text())
def test_nothing_is_lost_but_white_space(text):
    tokens = cut_words(text)
    assert "".join(tokens) == "".join(text.split())
    assert cut_words(" ".join(tokens)) == tokens


@given(st.text(st.characters(max_codepoint=127)))
def test_the_quick_pattern_is_the_same_for_ascii(text):
    assert words._any_words().findall(text) == words.ASCII_WORDS.findall(text)


def test_marks_letters_and_white_space_are_all_known():
    pattern = words._any_words()
    chars = [char for char in map(chr, range(sys.maxunicode + 1)) if not char.isspace()]
    assert pattern.findall(" ".join(chars)) == chars
    single = set(re.findall(f"[{words.IDEOGRAPHS}{words.HIRAGANA}]", "".join(chars)))
    letters = [
        f"a{char}"
        for char in chars
        if (char.isalnum() or unicodedata.category(char)[0] == "M") and char not in single
    ]
    assert pattern.findall(" ".join(letters)) == letters
