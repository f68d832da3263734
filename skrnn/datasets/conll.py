"""Files with one token a line: CoNLL and CoNLL-U."""

from numbers import Integral

from skrnn.datasets.files import open_lines

CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")


def read_conll(file, columns=None, separator=None, *, comment="#", conllu=False):
    """Read sentences with one token a line, its tags beside it, and a blank line after each.

    Parameters
    ----------
    file : str, Path or text file
        Where to read. A path that ends with .gz, .xz or .bz2 is decompressed.
    columns : list of int or str, default=None
        Which columns to give, from 0; negative numbers count from the end. With ``conllu=True``
        also their names: id, form, lemma, upos, xpos, feats, head, deprel, deps, misc. None: all.
    separator : str, default=None
        What stands between columns. None: spaces and tabs, however many; with ``conllu=True`` a
        tab.
    comment : str, default="#"
        Lines that start so are skipped. None: there are no comments, as in files where "#" is a
        token.
    conllu : bool, default=False
        Whether the file is CoNLL-U, in which each line starts with the number of its word. The
        lines of contracted tokens ("3-4") and of empty nodes ("8.1") are then left out, so that
        the words remain.

    Returns
    -------
    columns : tuple of lists
        One list for each column: its sentences, each a list of str. So ``tokens, tags =
        read_conll(path, columns=[0, -1])``.

    Raises
    ------
    ValueError
        If a line has more or fewer columns than the first one, or there is no such column. The
        message names file and line.
    TypeError
        If `file` is neither a path nor a text file.

    Examples
    --------
    >>> from io import StringIO
    >>> from skrnn.datasets import read_conll
    >>> text = '''# a comment
    ... Anna   NNP  B-PER
    ... sings  VBZ  O
    ...
    ... Why    WRB  O
    ... '''
    >>> tokens, tags = read_conll(StringIO(text), columns=[0, -1])
    >>> tokens
    [['Anna', 'sings'], ['Why']]
    >>> tags
    [['B-PER', 'O'], ['O']]
    """
    if conllu and separator is None:
        separator = "\t"
    with open_lines(file) as lines:
        sentences, width = [[]], None
        for row in _read_rows(lines, separator, comment, conllu):
            if not row:
                sentences.append([])
                continue
            width = width or len(row)
            if len(row) != width:
                raise lines.error(f"{len(row)} columns, the first row has {width}: {row}.")
            sentences[-1].append(row)
        if width is None:
            raise ValueError(f"{lines.name} has no tokens.")
        chosen = [_find(lines.name, column, width, conllu) for column in _list(columns, width)]
    sentences = [sentence for sentence in sentences if sentence]
    return tuple([[row[i] for row in sentence] for sentence in sentences] for i in chosen)


def _read_rows(lines, separator, comment, conllu):
    """Yield the columns of each line, and an empty list for a blank one."""
    for line in lines:
        if comment is not None and line.startswith(comment):
            continue
        row = line.split(separator) if line.strip() else []
        if conllu and row and not row[0].isdecimal():
            if not row[0].replace("-", "").replace(".", "").isdecimal():
                raise lines.error(f"expected the number of a word first, got {row[0]!r}.")
            continue
        yield row


def _list(columns, width):
    if columns is None:
        return range(width)
    if isinstance(columns, str | Integral):
        raise ValueError(f"columns={columns!r} must be a list, such as columns=[{columns!r}].")
    return columns


def _find(name, column, width, conllu):
    """Give the number of a column, from 0."""
    if conllu and column in CONLLU[:width]:
        return CONLLU.index(column)
    if not isinstance(column, Integral) or not -width <= column < width:
        names = f", or {', '.join(CONLLU[:width])}" if conllu else ""
        raise ValueError(
            f"{name} has no column {column!r}: it has {width}, from 0 to {width - 1}{names}."
        )
    return int(column) % width
