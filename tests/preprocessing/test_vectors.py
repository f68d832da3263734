import gzip
import re
from types import MappingProxyType

import numpy as np
import pytest

from skrnn.preprocessing.vectors import read_vectors

VOCABULARY = {"the": 2, "it's": 3, "naïve": 4, ".": 5, "5": 6, "none": 7}
NAN = [np.nan] * 3
EXPECTED = np.array(
    [NAN, NAN, [1, 2, 3], [-1, 0.5, 1e-3], [0, 0, 0], [7, 8, 9], [4, 5, 6], NAN], np.float32
)
LINES = [
    "other 9 9 9",
    "the 1 2 3",
    "it's -1 0.5 1e-3 ",  # as fastText ends its lines
    "naïve 0 0 0",
    ". . . 4 4 4",  # a word with spaces in it
    ". 7 8 9",
    "5 4 5 6",
    "the 3 3 3",  # the first counts
    "broken 1 oops",
    "",
]
MAPPING = {
    "the": [1, 2, 3],
    "it's": np.array([-1, 0.5, 1e-3]),
    "naïve": np.zeros(3, np.float32),
    ".": (7, 8, 9),
    "5": [4.0, 5, 6],
    "other": None,
}


class KeyedVectors:
    """What of gensim's class is used."""

    def __init__(self):
        words = list(MAPPING)[:-1]
        self.key_to_index = {word: i for i, word in enumerate(words)}
        self.vectors = np.array([MAPPING[word] for word in words], np.float32)

    def get_vector(self, word):
        return self.vectors[self.key_to_index[word]]


class OldKeyedVectors(KeyedVectors):
    get_vector = property()

    def __getitem__(self, word):
        return self.vectors[self.key_to_index[word]]


@pytest.mark.parametrize("header", [[], ["9 3"]])
@pytest.mark.parametrize("name", ["words.vec", "glove.txt", "words.vec.gz"])
@pytest.mark.parametrize("kind", [str, lambda path: path])
def test_files(header, name, kind, tmp_path):
    text = "\n".join(header + LINES) + "\n"
    opened = gzip.open if name.endswith(".gz") else open
    with opened(tmp_path / name, "wb") as file:
        file.write(text.encode() + b"\xff\xfe 1 2 3\n")  # not all files are clean
    table = read_vectors(kind(tmp_path / name), VOCABULARY)
    assert table.dtype == np.float32
    np.testing.assert_array_equal(table, EXPECTED)


@pytest.mark.parametrize(
    "source", [MAPPING, MappingProxyType(MAPPING), KeyedVectors(), OldKeyedVectors()]
)
def test_objects(source):
    np.testing.assert_array_equal(read_vectors(source, VOCABULARY), EXPECTED)


def test_only_the_words_of_the_vocabulary_are_asked_for():
    class Watched(dict):
        asked = ()

        def __getitem__(self, word):
            self.asked = (*self.asked, word)
            return super().__getitem__(word)

    source = Watched({f"word{i}": [float(i)] for i in range(1000)})
    assert read_vectors(source, {"word7": 2, "word9": 3, "no": 4})[2:4].ravel().tolist() == [7, 9]
    assert source.asked == ("word7", "word9")


def test_the_first_word_may_be_a_number(tmp_path):
    (tmp_path / "a.txt").write_text("5 4 5 6\nthe 1 2 3\n")
    table = read_vectors(tmp_path / "a.txt", VOCABULARY)
    assert table[[6, 2]].tolist() == [[4, 5, 6], [1, 2, 3]]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"a": [1.0]}, "None of the 6 tokens of the vocabulary is found in vectors."),
        ({"the": [1.0, 2], "5": [1.0]}, "The vector of '5' has shape (1,), others have (2,)"),
        ({"the": [[1.0, 2]]}, "The vector of 'the' has shape (1, 2), others have (2,)"),
        ({"the": [1.0, np.nan]}, "The vector of 'the' holds NaN or infinity."),
        ({"the": [1e60]}, "The vector of 'the' holds NaN or infinity."),
        ({"the": ["x"]}, "The vector of 'the' holds what is no number"),
        ("2 2\nthe 1\n", "The line of 'the' in {path} has 1 numbers, the first line says 2."),
        ("of 1 2\nthe 1 x\n", "The line of 'the' in {path} holds what is no number"),
        ("", "None of the 6 tokens of the vocabulary is found in vectors."),
    ],
)
def test_wrong_vectors(source, message, tmp_path):
    if isinstance(source, str):
        path = tmp_path / "words.vec"
        path.write_text(source)
        source, message = path, message.format(path=path)
    with pytest.raises(ValueError, match=re.escape(message)):
        read_vectors(source, VOCABULARY)


def test_wrong_sources(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_vectors(tmp_path / "none.vec", VOCABULARY)
    with pytest.raises(TypeError, match="vectors is of type list; expected the path of a text"):
        read_vectors([[1.0]], VOCABULARY)


def test_numbers_too_large_are_an_error_and_no_warning(tmp_path):
    with pytest.raises(ValueError, match="The vector of 'one' holds NaN or infinity"):
        read_vectors({"one": [1e300, 1.0]}, {"one": 2})
    path = tmp_path / "large.vec"
    path.write_text("one 1e300 1.0\n")
    with pytest.raises(ValueError, match="The vector of 'one' holds NaN or infinity"):
        read_vectors(path, {"one": 2})


def test_a_file_may_start_with_the_mark_of_its_byte_order(tmp_path):
    path = tmp_path / "marked.vec"
    path.write_text("one 1.0 2.0\ntwo 3.0 4.0\n", encoding="utf-8-sig")
    assert read_vectors(path, {"one": 2, "two": 3})[2:].tolist() == [[1.0, 2.0], [3.0, 4.0]]
