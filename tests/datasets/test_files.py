import bz2
import gzip
import io
import lzma
from pathlib import Path

import pytest

from skrnn.datasets.files import open_lines

TEXT = "one\n# two\n\n  caf\u00e9  \r\nlast"
WRITERS = {".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress, ".txt": bytes}


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("kind", [str, Path])
def test_paths(tmp_path, suffix, kind):
    path = tmp_path / f"file.txt{suffix}"
    path.write_bytes(WRITERS[suffix](TEXT.encode()))
    with open_lines(kind(path)) as lines:
        assert list(lines) == ["one", "# two", "", "  caf\u00e9  ", "last"]
        assert lines.number == 5
        assert str(lines.error("wrong")) == f"{path}, line 5: wrong"
    with open_lines(kind(path)) as lines:
        assert list(lines.content()) == ["one", "caf\u00e9", "last"]


def test_open_file_stays_open():
    file = io.StringIO(TEXT)
    with open_lines(file) as lines:
        next(iter(lines))
        assert str(lines.error("wrong")) == "the file, line 1: wrong"
    assert not file.closed


def test_encodings(tmp_path):
    path = tmp_path / "file"
    path.write_bytes("one\ncaf\u00e9".encode("latin-1"))
    with open_lines(path, encoding="latin-1") as lines:
        assert list(lines) == ["one", "caf\u00e9"]
    with pytest.raises(ValueError, match=r"file, after line 1: 'utf-8' codec"):
        with open_lines(path) as lines:
            list(lines)
    path.write_text("one", encoding="utf-8-sig")
    with open_lines(path) as lines:
        assert list(lines) == ["one"]


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".bz2"])
def test_not_compressed_or_cut_off(tmp_path, suffix):
    path = tmp_path / f"file{suffix}"
    for content in (b"plain text", WRITERS[suffix](TEXT.encode())[:-9]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=rf"after line \d: not a whole \{suffix} file"):
            with open_lines(path) as lines:
                list(lines)


def test_what_is_no_file(tmp_path):
    for bad in (3, None, ["a"], b"bytes"):
        with pytest.raises(TypeError, match="a path or an open text file"):
            with open_lines(bad):
                pass
    with pytest.raises(FileNotFoundError, match="nothing"):
        with open_lines(tmp_path / "nothing.gz"):
            pass
    with pytest.raises(TypeError, match="binary"):
        with open_lines(io.BytesIO(b"one")) as lines:
            list(lines)
