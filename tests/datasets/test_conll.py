import bz2
from io import StringIO

import pytest

from skrnn.datasets import read_conll

PLAIN = "# doc 1\nAnna NNP  B-PER\nsings\tVBZ O\n\n\n#hash IN O\nWhy WRB O"
CONLLU = """# sent_id = 1
# text = Vámonos al mar.
1-2\tVámonos\t_\t_\t_\t_\t_\t_\t_\t_
1\tVamos\tir\tVERB\t_\t_\t0\troot\t_\t_
2\tnos\tnosotros\tPRON\t_\t_\t1\tobj\t_\t_
3\t#\t#\tSYM\t_\t_\t1\tpunct\t_\t_
3.1\tir\tir\tVERB\t_\t_\t_\t_\t_\t_
4\t1-2\t1-2\tNUM\t_\t_\t1\tobj\t_\tA=b c

"""


def read(text, *args, **options):
    return read_conll(StringIO(text), *args, **options)


def test_plain_file():
    tokens, parts, tags = read(PLAIN)
    assert tokens == [["Anna", "sings"], ["Why"]]
    assert parts == [["NNP", "VBZ"], ["WRB"]]
    assert tags == [["B-PER", "O"], ["O"]]
    assert read(PLAIN, [-1]) == (tags,)
    assert read(PLAIN, [2, 0, 0]) == (tags, tokens, tokens)


def test_other_comments():
    assert read(PLAIN.replace("# doc 1\n", ""), [0], comment=None) == (
        [["Anna", "sings"], ["#hash", "Why"]],
    )
    assert read("% no\n# IN\n", comment="%") == ([["#"]], [["IN"]])


def test_separator():
    text = "New York\tNNP\n\tO\n"
    assert read(text, separator="\t") == ([["New York", ""]], [["NNP", "O"]])
    assert read("a,B\n", separator=",") == ([["a"]], [["B"]])


def test_numbers_are_tokens():
    text = "3-4 CD\n8.1 CD\n"
    assert read(text, [0]) == ([["3-4", "8.1"]],)


def test_conllu():
    words, tags, rest = read(CONLLU, ["form", 3, "misc"], conllu=True)
    assert words == [["Vamos", "nos", "#", "1-2"]]
    assert tags == [["VERB", "PRON", "SYM", "NUM"]]
    assert rest == [["_", "_", "_", "A=b c"]]
    assert len(read(CONLLU, conllu=True)) == 10
    with pytest.raises(ValueError, match="line 1: expected the number of a word first, got 'Anna"):
        read("Anna\tNNP\n", conllu=True)


def test_file_on_disk(tmp_path):
    path = tmp_path / "train.conll.bz2"
    path.write_bytes(bz2.compress(PLAIN.encode()))
    assert read_conll(path, columns=[0]) == ([["Anna", "sings"], ["Why"]],)
    path.write_bytes(bz2.compress(b"a B\n\nc\n"))
    with pytest.raises(ValueError, match=r"train\.conll\.bz2, line 3: 1 columns, the first row h"):
        read_conll(str(path))


def test_bad_columns():
    for column in (3, -4, "form", 1.0, None):
        with pytest.raises(ValueError, match=rf"no column {column!r}: it has 3, from 0 to 2\."):
            read(PLAIN, [column])
    with pytest.raises(ValueError, match=r"no column 'tag': .* 0 to 9, or id, form"):
        read(CONLLU, ["tag"], conllu=True)
    for column in (0, "form"):
        with pytest.raises(ValueError, match=r"must be a list, such as columns=\["):
            read(PLAIN, column)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_nothing_to_read(text):
    with pytest.raises(ValueError, match="the file has no tokens"):
        read(text)
