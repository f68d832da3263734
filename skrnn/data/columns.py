"""Looking into DataFrames and Series without importing pandas.

A nested frame holds one series in each cell; its columns are the features of a row.
"""

import numpy as np
from sklearn.utils import check_consistent_length

from skrnn.data.convert import is_frame, is_series, to_array

__all__ = [
    "check_lengths",
    "date_columns",
    "index_error",
    "join_columns",
    "object_cells",
    "object_columns",
    "step_columns",
]


def _columns(X):
    """Return (name, kind of dtype) of every column; a Series is one column."""
    dtypes = X.dtypes.items() if is_frame(X) else [(X.name, X.dtype)]
    return [(name, getattr(dtype, "kind", "O")) for name, dtype in dtypes]


def check_lengths(X, rows, y):
    """Raise unless each row has its target.

    Parameters
    ----------
    X : object
        What the user gave.
    rows : Ragged or Fused
        What was read of it.
    y : array or None
        One target a row.

    Raises
    ------
    ValueError
        If there are more or fewer; a frame of numbers with fewer targets than rows may be a long
        table, a row for each step, and is told what to become.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"x": [0.1, 0.2, 0.9], "y": [0.9, 0.8, 0.1]})
    >>> check_lengths(table, table.to_numpy(), [1, 0])
    Traceback (most recent call last):
        ...
    ValueError: Found input variables with inconsistent numbers of samples: [3, 2]. Each row of a
    DataFrame is read as one sequence, each column as a step. If its rows are steps, make a list of
    sequences: X = [steps[columns] for _, steps in table.groupby(id)].
    """
    try:
        check_consistent_length(rows, y)
    except ValueError as error:
        if is_frame(X) and not object_columns(X) and len(y) < len(X):
            raise ValueError(
                f"{error}. Each row of a DataFrame is read as one sequence, each column as a step. "
                "If its rows are steps, make a list of sequences: "
                "X = [steps[columns] for _, steps in table.groupby(id)]."
            ) from None
        raise


def date_columns(X):
    """Return the names of the columns of dates or durations.

    Parameters
    ----------
    X : DataFrame or Series
        Any.

    Returns
    -------
    list of str
        Column names.
    """
    return [name for name, kind in _columns(X) if kind in "mM"]


def object_columns(X):
    """Return the names of the columns that hold objects: text, series, categories.

    Parameters
    ----------
    X : DataFrame or Series
        Any.

    Returns
    -------
    list of str
        Column names.
    """
    return [name for name, kind in _columns(X) if kind not in "fiubcmM"]


def object_cells(X):
    """Return the first present cell of each of the `object_columns`.

    Parameters
    ----------
    X : DataFrame or Series
        Any.

    Returns
    -------
    list of object
        One cell per column; None where a column has none.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.data.columns import object_cells
    >>> object_cells(pd.DataFrame({"a": [[1, 2], [3]], "b": [1, 2]}))
    [[1, 2]]
    """
    places = [j for j, (_, kind) in enumerate(_columns(X)) if kind not in "fiubcmM"]
    columns = [X.iloc[:, j] if is_frame(X) else X for j in places]
    return [next(iter(column[column.notna()]), None) for column in columns]


def join_columns(columns, names):
    """Return one cell for each row, the columns becoming its features.

    Parameters
    ----------
    columns : list of list
        The cells of each column; cell i of each column belongs to row i.
    names : iterable
        How errors name the columns.

    Returns
    -------
    list
        The cells themselves for a single column, else one array (T_i, F) per row.

    Raises
    ------
    ValueError
        If the cells of one row differ in length.

    Examples
    --------
    >>> from skrnn.data.columns import join_columns
    >>> join_columns([[[1, 2], [3]], [[4, 5], [6]]], ["a", "b"])[0]
    array([[1, 4],
           [2, 5]])
    """
    if len(columns) == 1:
        return list(columns[0])
    return [_join_cells(cells, names, i) for i, cells in enumerate(zip(*columns, strict=True))]


def _join_cells(cells, names, i):
    pairs = zip(cells, names, strict=True)
    parts = [to_array(cell, f"Row {i}, column {name!r} of X") for cell, name in pairs]
    steps = [len(part) if part.ndim else 0 for part in parts]
    if len(set(steps)) > 1:
        found = ", ".join(f"{name!r}: {n}" for name, n in zip(names, steps, strict=True))
        raise ValueError(
            f"Row {i} of X has cells of unequal length ({found}); all columns of a row must have "
            "the same steps."
        )
    return np.column_stack(parts) if steps[0] else parts[0]


def index_error(X):
    """Return the error for a frame with time in its rows.

    Parameters
    ----------
    X : DataFrame or Series
        With an index of several levels.

    Returns
    -------
    ValueError
        To be raised; says how to convert X.
    """
    names = ", ".join(str(name) for name in X.index.names)
    return ValueError(
        f"X has an index of {X.index.nlevels} levels ({names}), so its rows are steps, not "
        "sequences. Make one array per sequence: "
        "X = [g.to_numpy() for _, g in X.groupby(level=0, sort=False)]. If each row is a whole "
        "series, drop the index: X.reset_index(drop=True)."
    )


def step_columns(X):
    """Give the columns of the frames in a list, one frame for each row; arrays have no names.

    Parameters
    ----------
    X : object
        What the user passed.

    Returns
    -------
    names : tuple or None
        Those of the first frame that names its columns; None where there is none.

    Raises
    ------
    ValueError
        If another has other columns, or the same ones in another order; names the row.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.data.columns import step_columns
    >>> step_columns([pd.DataFrame({"x": [1.0, 2.0], "y": [0.0, 1.0]})])
    ('x', 'y')
    """
    listed = isinstance(X, list | tuple) or (is_series(X) and X.dtype == object)
    rows = enumerate(X) if listed else ()
    named = [(i, list(row.columns)) for i, row in rows if is_frame(row) and _has_names(row)]
    if not named:
        return None
    place, first = named[0]
    for i, names in named:
        if names != first:
            raise ValueError(
                f"Row {i} of X has the columns {names}, but row {place} has {first}. Bring all "
                f"into one order: [x[{first}] for x in X]."
            )
    return tuple(first)


def _has_names(frame):
    """Whether the columns of a frame are more than numbers from 0."""
    return list(frame.columns) != list(range(frame.shape[1]))
