"""Long frames, one row for each series and time, as series for the forecaster."""

from difflib import get_close_matches

import numpy as np

from skrnn.data.convert import is_frame, is_text
from skrnn.data.rows import check_count, described
from skrnn.data.series import shown

__all__ = ["from_long"]


def from_long(df, id, time, target, exog=None):
    """Read a long frame: one row for each series and time.

    Parameters
    ----------
    df : DataFrame
        With columns of ids, times and values, in any order of rows.
    id : str or list of str
        The column, or columns, that tell the series apart.
    time : str
        The column of time: dates, texts that are dates, periods, durations or integers.
    target : str
        The column to forecast. May hold NaN, where a value is missing.
    exog : str or list of str, default=None
        Columns of what else is known at each step.

    Returns
    -------
    y : Series
        The target, with an index of ids, in the order in which they appear, and time, sorted
        within each. What ``SequenceForecaster.fit`` takes.
    X, y : DataFrame and Series
        Where `exog` is given: its columns too, on the same index.

    Raises
    ------
    TypeError
        If `df` is no pandas frame.
    ValueError
        If a column is missing, a time or an id is, times are no dates, a series has one twice, or
        the target holds no numbers; names the series and the time.

    See Also
    --------
    skrnn.data.as_ragged : Reads rows that are sequences.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.data import from_long
    >>> df = pd.DataFrame(
    ...     {
    ...         "shop": ["b", "a", "b"],
    ...         "day": ["2024-01-02", "2024-01-01", "2024-01-01"],
    ...         "sold": [5, 3, 4],
    ...         "open": [1, 1, 0],
    ...     }
    ... )
    >>> from_long(df, "shop", "day", "sold")
    shop  day
    b     2024-01-01    4
          2024-01-02    5
    a     2024-01-01    3
    Name: sold, dtype: int64
    >>> X, y = from_long(df, "shop", "day", "sold", exog=["open"])
    >>> X["open"].to_list()
    [0, 1, 1]
    >>> from_long(df, "shops", "day", "sold")
    Traceback (most recent call last):
        ...
    ValueError: id asks for column 'shops', but df has none of that name; ... Did you mean 'shop'?
    """
    if not is_frame(df):
        way = " Convert it, df.to_pandas()." if hasattr(df, "to_pandas") else ""
        raise TypeError(f"from_long reads a DataFrame of pandas, but got {described(df)}.{way}")
    check_count(len(df), df.shape, "sample", "from_long")
    ids, others = _listed(id), _listed(exog)
    for role, names in {"id": ids, "time": [time], "target": [target], "exog": others}.items():
        for name in names:
            _check_column(df, role, name)
    _check_apart([*ids, time, target, *others])
    stamps = _read_times(df, time)
    _check_present(df, ids)
    _check_target(df, target)
    index = _index(df, ids, stamps.rename(time))
    _check_once(index, time)
    order = np.lexsort([stamps.argsort().argsort(), index.droplevel(-1).factorize()[0]])
    table = df[[target, *others]].set_axis(index, axis=0).iloc[order]
    return table[target] if exog is None else (table[others], table[target])


def _listed(names):
    if names is None:
        return []
    return list(names) if isinstance(names, list | tuple) else [names]


def _check_column(df, role, name):
    places = [i for i, column in enumerate(df.columns) if column == name]
    if len(places) == 1:
        return
    if places:
        raise ValueError(f"df has several columns called {name!r}; rename them.")
    columns = [str(column) for column in df.columns]
    close = get_close_matches(str(name), columns, 1, cutoff=0.4)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    if name in df.index.names:
        hint = " It is in the index: df.reset_index()."
    raise ValueError(
        f"{role} asks for column {name!r}, but df has none of that name; its columns are "
        f"{columns}.{hint}"
    )


def _check_apart(names):
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise ValueError(
            f"Column {twice!r} is asked for twice; id, time, target and exog must be different "
            "columns."
        )


def _read_times(df, time):
    """Give the column of time as an Index of dates, periods, durations or integers."""
    import pandas as pd  # df is of it

    column = df[time]
    if column.isna().any():
        row = int(np.argmax(column.isna()))
        raise ValueError(f"Column {time!r} of df has no time in row {row}; drop the row.")
    kind = getattr(column.dtype, "kind", "O")
    if kind in "iumM" or isinstance(column.dtype, pd.PeriodDtype):
        return pd.Index(column)
    if kind in "fbc":
        raise ValueError(
            f"Column {time!r} of df holds {column.dtype} values, which are no times; make them "
            "dates with pd.to_datetime, or integers."
        )
    texts = column.astype(object)
    if all(isinstance(cell, pd.Period) for cell in texts):
        return pd.PeriodIndex(texts)
    try:
        return pd.DatetimeIndex(pd.to_datetime(texts))
    except (ValueError, TypeError) as error:
        row = _first_undated(texts)
        found = f"row {row} holds {texts.iloc[row]!r}" if row is not None else str(error)
        raise ValueError(
            f"Column {time!r} of df cannot be read as dates: {found}. Convert it yourself: "
            f"df[{time!r}] = pd.to_datetime(df[{time!r}], format=...), or utc=True where time "
            "zones are mixed."
        ) from error


def _first_undated(texts):
    """Find the first cell that is no date in the format of the first."""
    import pandas as pd

    try:
        dates = pd.to_datetime(texts, errors="coerce")
    except (ValueError, TypeError):
        return None
    missing = dates.isna().to_numpy()
    return int(np.argmax(missing)) if missing.any() else None


def _check_present(df, ids):
    for name in ids:
        missing = df[name].isna().to_numpy()
        if missing.any():
            row = int(np.argmax(missing))
            raise ValueError(
                f"Column {name!r} of df has no id in row {row}; fill it in or drop it."
            )


def _check_target(df, target):
    import pandas as pd

    column = df[target]
    kind = getattr(column.dtype, "kind", "O")
    if kind in "fiu":
        return
    if kind == "O" and not isinstance(column.dtype, pd.CategoricalDtype):
        numbers = pd.to_numeric(column, errors="coerce")
        bad = (numbers.isna() & column.notna()) | column.map(is_text)
        if not bad.any():
            return
        row = int(np.argmax(bad))
        held = f"holds {column.iloc[row]!r} in row {row}"
    else:
        held = f"has dtype {column.dtype}"
    raise ValueError(
        f"Column {target!r} of df {held}, but the target must be numbers. Convert it: "
        f"df[{target!r}].astype(float), or pd.to_numeric(df[{target!r}], errors='coerce'), which "
        "makes NaN of what is none."
    )


def _index(df, ids, stamps):
    import pandas as pd

    return pd.MultiIndex.from_arrays([*(pd.Index(df[name]) for name in ids), stamps])


def _check_once(index, time):
    if index.is_unique:
        return
    row = int(np.argmax(index.duplicated()))
    *key, stamp = index[row]
    name = key[0] if len(key) == 1 else tuple(key)
    before = int(np.argmax(index == index[row]))
    raise ValueError(
        f"Series {name!r} has {shown(stamp)} twice in column {time!r} "
        f"(rows {before} and {row}). Keep one, df.drop_duplicates(...), or average them, "
        "df.groupby([id, time], sort=False)[target].mean().reset_index()."
    )
