"""Opening text files, plain or compressed, and errors that name the line."""

import bz2
import gzip
import lzma
from contextlib import contextmanager
from os import fspath
from pathlib import Path

OPENERS = {".gz": gzip.open, ".xz": lzma.open, ".bz2": bz2.open}


class Lines:
    """The lines of a text file, counted, for errors that name the place.

    Parameters
    ----------
    file : iterable of str
        The open file.
    name : str
        What errors call it.

    Attributes
    ----------
    number : int
        Number of the line read last, from 1.
    """

    def __init__(self, file, name):
        self._file, self.name, self.number = file, name, 0

    def __iter__(self):
        for line in self._file:
            self.number += 1
            if not isinstance(line, str):
                raise TypeError(f"{self.name} is open in binary mode; open it as text.")
            yield line.rstrip("\r\n")

    def content(self):
        """Give the lines that are neither blank nor comments.

        Yields
        ------
        line : str
            A line without the white space around it.
        """
        for line in map(str.strip, self):
            if line and not line.startswith("#"):
                yield line

    def error(self, message):
        """Make the error for the line read last.

        Parameters
        ----------
        message : str
            What is wrong with it.

        Returns
        -------
        error : ValueError
            To be raised.
        """
        return ValueError(f"{self.name}, line {self.number}: {message}")


@contextmanager
def open_lines(file, encoding="utf-8"):
    """Open a text file, compressed or not; a file that is open already stays open.

    Parameters
    ----------
    file : str, Path or text file
        Where to read; a path that ends with .gz, .xz or .bz2 is decompressed.
    encoding : str, default="utf-8"
        Encoding of the text, where a path is given; a mark of byte order is skipped.

    Yields
    ------
    lines : Lines
        Its lines.

    Raises
    ------
    TypeError
        If `file` is neither a path nor can be read.
    ValueError
        If the file is not text in this encoding, or not compressed as its name says.
    """
    if hasattr(file, "read"):
        yield Lines(file, getattr(file, "name", "the file"))
        return
    try:
        path = Path(fspath(file))
    except TypeError as error:
        raise TypeError(
            f"Expected a path or an open text file, got {type(file).__name__}."
        ) from error
    opener = OPENERS.get(path.suffix, open)
    encoding = "utf-8-sig" if encoding == "utf-8" else encoding
    with opener(path, mode="rt", encoding=encoding) as opened:
        lines = Lines(opened, str(path))
        try:
            yield lines
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}, after line {lines.number}: {error}.") from error
        except (EOFError, OSError, lzma.LZMAError) as error:
            if opener is open:
                raise
            raise ValueError(
                f"{path}, after line {lines.number}: not a whole {path.suffix} file: {error}."
            ) from error
