"""The .tsf format of the Monash archive."""

from datetime import datetime

import numpy as np
import pandas as pd

from skrnn.datasets.files import open_lines

DATE = "%Y-%m-%d %H-%M-%S"
MISSING = "?"


def read_tsf(file):
    """Read a .tsf file, the format of the Monash archive of series to forecast.

    Parameters
    ----------
    file : str, Path or text file
        Where to read. A path that ends with .gz, .xz or .bz2 is decompressed.

    Returns
    -------
    frame : DataFrame
        One row for each series: a column for each attribute of the file (str, number or datetime)
        and the column "series", whose cells are float64 arrays of shape (T_i,), with NaN for a
        missing value. ``frame.attrs`` is a dict of the rest of the header, such as "relation",
        "frequency" ("monthly"), "horizon" (an int), "missing" and "equallength" (bools).

    Raises
    ------
    ValueError
        If the file is not as its header says. The message names file and line.
    TypeError
        If `file` is neither a path nor a text file.

    References
    ----------
    .. [1] R. Godahewa, C. Bergmeir, G. I. Webb, R. J. Hyndman and P. Montero-Manso, "Monash time
       series forecasting archive", NeurIPS Datasets and Benchmarks, 2021.

    Examples
    --------
    >>> from io import StringIO
    >>> from skrnn.datasets import read_tsf
    >>> text = '''@relation beer
    ... @attribute name string
    ... @attribute start date
    ... @frequency quarterly
    ... @horizon 8
    ... @data
    ... T1:2001-01-01 00-00-00:284,213,?,308
    ... T2:2003-04-01 00-00-00:262,228
    ... '''
    >>> frame = read_tsf(StringIO(text))
    >>> frame
      name      start                       series
    0   T1 2001-01-01  [284.0, 213.0, nan, 308.0]
    1   T2 2003-04-01               [262.0, 228.0]
    >>> frame.attrs["frequency"], frame.attrs["horizon"]
    ('quarterly', 8)
    """
    with open_lines(file) as lines:
        content = lines.content()
        attributes, header = _read_header(lines, content)
        rows = [_read_row(lines, line, attributes) for line in content]
        if not rows:
            raise ValueError(f"{lines.name} has no data after @data.")
    columns = [*attributes, "series"]
    cells = dict(zip(columns, zip(*rows, strict=True), strict=True))
    frame = pd.DataFrame({name: pd.Series(list(values)) for name, values in cells.items()})
    frame.attrs.update(header)
    return frame


def _read_header(lines, content):
    """Read up to @data; give {attribute: its reader} and {name: value} of the rest."""
    attributes, header = {}, {}
    for line in content:
        word, *rest = line.split()
        word = word.lower()
        if word == "@data":
            return attributes, header
        if not word.startswith("@"):
            raise lines.error(f"expected the header to end with @data, got {line[:40]!r}.")
        if word == "@attribute":
            name, reader = _read_attribute(lines, rest)
            if name == "series" or name in attributes:
                raise lines.error(
                    f"attribute {name!r}: there is a column of this name already; rename it."
                )
            attributes[name] = reader
        else:
            header[word[1:]] = _read_value(" ".join(rest))
    raise ValueError(f"{lines.name} has no line @data, which starts the data of a .tsf file.")


def _read_attribute(lines, words):
    if len(words) != 2 or words[1].lower() not in READERS:
        raise lines.error(
            f"expected '@attribute NAME KIND' with a kind of {', '.join(READERS)}; got "
            f"{' '.join(words)!r}."
        )
    return words[0], READERS[words[1].lower()]


def _read_value(text):
    """Read a value of the header: true or false, a whole number, or text."""
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if text.isdecimal() else text


def _read_date(text):
    return datetime.strptime(text, DATE)


def _read_number(text):
    return float(text) if set(text) & set(".eE") else int(text)


READERS = {"string": str, "numeric": _read_number, "date": _read_date}


def _read_row(lines, line, attributes):
    *cells, series = line.split(":")
    if len(cells) != len(attributes):
        raise lines.error(
            f"{len(cells)} attributes before the series, the header has {len(attributes)}: "
            f"{', '.join(attributes)}."
        )
    row = []
    for (name, reader), cell in zip(attributes.items(), cells, strict=True):
        try:
            row.append(reader(cell.strip()))
        except ValueError as error:
            raise lines.error(f"attribute {name}: {error}.") from error
    return [*row, _read_series(lines, series)]


def _read_series(lines, text):
    try:
        return np.array([np.nan if v.strip() == MISSING else float(v) for v in text.split(",")])
    except ValueError as error:
        raise lines.error(f"{error}; the series must be numbers, or ? where missing.") from error
