"""How containers of sequences show: in a line, and as a small table in notebooks."""

from html import escape

import numpy as np

__all__ = ["describe_ragged", "lengths_in_words", "show_part", "table_of_rows"]

MOST_ROWS, MOST_STEPS, MOST_FEATURES, MOST_IDS = 5, 3, 4, 10


def describe_ragged(ragged):
    """Write a Ragged in one line.

    Parameters
    ----------
    ragged : Ragged
        Of any number of rows.

    Returns
    -------
    text : str
        Rows, features, lengths and type.
    """
    kind = "ids" if ragged.is_ids else f"n_features={ragged.n_features}"
    steps = "none"
    if len(ragged):
        low, high = ragged.lengths.min(), ragged.lengths.max()
        steps = f"{low}" if low == high else f"{low}..{high}"
    more = "" if ragged.vectors is None else f", vectors={ragged.vectors.shape}"
    return f"Ragged(n={len(ragged)}, {kind}, lengths={steps}, dtype={ragged.dtype}{more})"


def lengths_in_words(lengths):
    """Say how many steps rows have.

    Parameters
    ----------
    lengths : int ndarray of shape (n,)
        Steps of each row.

    Returns
    -------
    text : str
        The least, the median and the most.

    Examples
    --------
    >>> import numpy as np
    >>> lengths_in_words(np.array([3, 4, 9]))
    '3 to 9 steps (median 4)'
    """
    if not len(lengths):
        return "no steps"
    low, high = lengths.min(), lengths.max()
    if low == high:
        return f"{low} step{'s' * int(low != 1)} each"
    return f"{low} to {high} steps (median {np.median(lengths):g})"


def table_of_rows(title, columns, n):
    """Make a table of the first rows.

    Parameters
    ----------
    title : str
        What stands above it.
    columns : dict of str to callable
        The text of row i, for each column.
    n : int
        How many rows there are.

    Returns
    -------
    html : str
        With all texts escaped.

    Examples
    --------
    >>> print(table_of_rows("A & B", {"x": str}, 1))
    <p>A &amp; B</p>
    <table><thead><tr><th></th><th>x</th></tr></thead>
    <tbody>
    <tr><th>0</th><td>0</td></tr>
    </tbody></table>
    """
    head = "".join(f"<th>{escape(name)}</th>" for name in ("", *columns))
    lines = []
    for i in range(min(n, MOST_ROWS)):
        cells = "".join(f"<td>{escape(text(i))}</td>" for text in columns.values())
        lines.append(f"<tr><th>{i}</th>{cells}</tr>")
    if n > MOST_ROWS:
        lines.append(f"<tr><th>…</th>{'<td>…</td>' * len(columns)}</tr>")
    body = "\n".join(lines)
    return (
        f"<p>{escape(title)}</p>\n<table><thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table>"
    )


def show_part(row):
    """Write the beginning of a sequence, or of static numbers.

    Parameters
    ----------
    row : ndarray of shape (T,), (T, F) or (k,)
        Ids, steps or numbers.

    Returns
    -------
    text : str
        The first of them.

    Examples
    --------
    >>> import numpy as np
    >>> show_part(np.array([[1.0, 2.0], [3.0, 4.5]]))
    '[1, 2], [3, 4.5]'
    """
    if row.ndim == 1 or row.shape[1] == 1:
        return _joined(row.ravel(), MOST_IDS, _number)
    return _joined(row, MOST_STEPS, lambda step: f"[{_joined(step, MOST_FEATURES, _number)}]")


def _joined(cells, most, text):
    return ", ".join([*map(text, cells[:most]), *["…"] * (len(cells) > most)])


def _number(cell):
    return f"{cell:.4g}" if np.asarray(cell).dtype.kind == "f" else str(cell)
