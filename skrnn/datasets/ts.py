"""The .ts format of sktime and aeon."""

import numpy as np

from skrnn.datasets.files import open_lines

MISSING = "?"


def read_ts(file):
    """Read a .ts file, the format of the UEA and UCR archives of time series.

    Parameters
    ----------
    file : str, Path or text file
        Where to read. A path that ends with .gz, .xz or .bz2 is decompressed.

    Returns
    -------
    X : float64 array of shape (n, T, F), or list of n arrays of shape (T_i, F)
        The series, time first: F is the number of dimensions of the file, 1 for a univariate one.
        An array where all series have the same length. A missing value, "?" in the file, is NaN.
    y : ndarray of shape (n,) or None
        Class labels (str) or targets (float64), as the header says; None where there are neither.

    Raises
    ------
    ValueError
        If the file is not as its header says, or has time stamps, which are not read. The message
        names file and line.
    TypeError
        If `file` is neither a path nor a text file.

    Notes
    -----
    Of the header, only ``@timeStamps``, ``@classLabel`` and ``@targetLabel`` are obeyed. How many
    dimensions and steps there are, and whether values are missing, is seen in the data.

    Examples
    --------
    >>> from io import StringIO
    >>> from skrnn.datasets import read_ts
    >>> text = '''@problemName Steps
    ... @timeStamps false
    ... @classLabel true up down
    ... @data
    ... 1,2,3:4,5,6:up
    ... 3,?:1,0:down
    ... '''
    >>> X, y = read_ts(StringIO(text))
    >>> X[0]
    array([[1., 4.],
           [2., 5.],
           [3., 6.]])
    >>> y
    array(['up', 'down'], dtype='<U4')
    """
    with open_lines(file) as lines:
        content = lines.content()
        kind, classes = _read_header(lines, content)
        X, labels = [], []
        for line in content:
            *dimensions, label = line.split(":") if kind else [*line.split(":"), None]
            X.append(_read_case(lines, dimensions, X))
            labels.append(_read_label(lines, label, kind, classes))
        if not X:
            raise ValueError(f"{lines.name} has no data after @data.")
    if len({len(x) for x in X}) == 1:
        X = np.stack(X)
    return X, np.array(labels) if kind else None


def _read_header(lines, content):
    """Read up to @data; give the kind of label ("class", "target" or None) and the classes."""
    kind, classes = None, None
    for line in content:
        word, *rest = line.split()
        word = word.lower()
        if word == "@data":
            return kind, classes
        if not word.startswith("@"):
            raise lines.error(f"expected the header to end with @data, got {line[:40]!r}.")
        if word == "@timestamps" and _is_true(lines, rest):
            raise lines.error(
                "series with time stamps are not read; write the values without them, and "
                "@timeStamps false."
            )
        if word in ("@classlabel", "@targetlabel") and _is_true(lines, rest):
            kind, classes = word[1:-5], rest[1:]
    raise ValueError(f"{lines.name} has no line @data, which starts the data of a .ts file.")


def _is_true(lines, words):
    if not words or words[0].lower() not in ("true", "false"):
        raise lines.error("expected true or false after the name.")
    return words[0].lower() == "true"


def _read_case(lines, dimensions, before):
    """Read one series (T, F)."""
    if not dimensions:
        raise lines.error("no ':' between the series and its label.")
    series = [_read_numbers(lines, i, text) for i, text in enumerate(dimensions)]
    if len({len(values) for values in series}) > 1:
        raise lines.error(
            f"the dimensions have {[len(values) for values in series]} values; a series needs as "
            "many in each."
        )
    if before and before[0].shape[1] != len(series):
        raise lines.error(f"{len(series)} dimensions; the first series has {before[0].shape[1]}.")
    return np.array(series).T


def _read_numbers(lines, i, text):
    values = []
    for word in text.split(","):
        try:
            values.append(np.nan if word.strip() == MISSING else float(word))
        except ValueError:
            raise lines.error(f"dimension {i}: {word.strip()!r} is not a number.") from None
    return values


def _read_label(lines, label, kind, classes):
    if kind == "target":
        try:
            return float(label)
        except ValueError:
            raise lines.error(f"the target {label.strip()!r} is not a number.") from None
    if kind == "class":
        label = label.strip()
        if classes and label not in classes:
            raise lines.error(f"class {label!r} is not one of the header's: {', '.join(classes)}.")
    return label
