"""Series to forecast, in whatever form a user holds them, and answers in the same form."""

from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np
from scipy.sparse import issparse

from skrnn.data.convert import is_frame, is_sequence, is_series, is_text, to_array
from skrnn.data.panel_answer import ArrayForm, FrameForm
from skrnn.data.panel_checks import check_alike, check_some, follow
from skrnn.data.panel_future import read_future
from skrnn.data.panel_rows import is_one_series, read_rows

__all__ = ["Panel", "read_history", "read_panel"]


@dataclass(frozen=True, eq=False)
class Panel:
    """Series that were read.

    Parameters
    ----------
    values : list of ndarray of shape (T_i,)
        The n series, float64; NaN where a value is missing.
    names : list
        What each is called.
    places : list of str
        What errors call each, at the start of a message.
    form : Form
        How to answer.
    clocks : list of Clock, or None
        The time axis of each; None for arrays.
    exog : list of ndarray of shape (T_i, F), or None
        What else is known at each step, float64; the columns of a frame share one array.
    exog_columns : list
        What the F columns are called.
    future_known : list
        Those whose values are known ahead.
    static : list
        Those that are constant in each series and differ between them.
    continuation : ndarray of shape (n, h), or None
        What follows each row, where y said so.
    """

    values: list
    names: list
    places: list
    form: object
    clocks: list = None
    exog: list = None
    exog_columns: list = field(default_factory=list)
    future_known: list = field(default_factory=list)
    static: list = field(default_factory=list)
    continuation: np.ndarray = None

    def __len__(self):
        """Count the series."""
        return len(self.values)

    @property
    def lengths(self):
        """The steps of each series, int64 (n,)."""
        return np.array([len(row) for row in self.values], dtype=np.int64)

    def answer(self, point, extra=None):
        """Give forecasts in the form in which the series were given.

        Parameters
        ----------
        point : ndarray of shape (n, h)
            One forecast for each step.
        extra : dict, default=None
            Suffix (such as ``"-lo-90"``) to more numbers for each step, arrays (n, h).

        Returns
        -------
        answer : Series, DataFrame, dict or ndarray
            On the stamps that come next. With `extra` a Series becomes a frame with columns
            ``name``, ``name-lo-90``, ...; an array (n, h) becomes (n, h, 1 + len(extra)).
        """
        extra = {suffix: np.asarray(values) for suffix, values in (extra or {}).items()}
        return self.form.answer(self, np.asarray(point), extra)

    def samples(self, paths):
        """Give joint paths in the form in which the series were given.

        Parameters
        ----------
        paths : ndarray of shape (S, n, h)
            S paths.

        Returns
        -------
        samples : DataFrame, dict or ndarray
            A frame with a column for each path where the series came from pandas, for a frame of
            series columns (name, sample); arrays stay as they are.
        """
        return self.form.samples(self, np.asarray(paths))

    def along(self, rows):
        """Give one number for each step of the series, in the form in which they were given.

        Parameters
        ----------
        rows : list of ndarray of shape (T_i,)
            The numbers.

        Returns
        -------
        numbers : Series, DataFrame, dict, ndarray or list
            On the stamps of the series; series with an index of ids come one below another. A
            list of arrays where rows differ in length.
        """
        return self.form.along(self, rows)

    def future(self, X, owner="SequenceForecaster"):
        """Read what is known ahead.

        Parameters
        ----------
        X : Series, DataFrame, dict or array
            One row for each step to forecast, right after the end of each series, in the form
            that X had in fit; arrays (h, F) or (n, h, F), of all columns or of those known ahead.
            Columns that are not known ahead, and constant ones, may be absent.
        owner : str, default="SequenceForecaster"
            How errors name the estimator.

        Returns
        -------
        rows : ndarray of shape (n, h, F)
            In the order of `exog_columns`; NaN for those not known ahead.

        Raises
        ------
        ValueError
            If columns or rows are missing or unknown, or the stamps are not those that come next.
        """
        return read_future(self, X, owner)

    def check_follows(self, new, place="X"):
        """Raise unless series begin right after these end.

        Parameters
        ----------
        new : Panel
            What is said to come next.
        place : str, default="X"
            How errors name it.

        Returns
        -------
        rows : list of int
            For each new series, which of these it continues.

        Raises
        ------
        ValueError
            If series are missing or unknown, or begin too early or too late; names the stamp.
        """
        return follow(self, new, place)


def read_panel(X, y=None, *, future_known=None, owner="SequenceForecaster", like=None):
    """Read series to forecast.

    Parameters
    ----------
    X : Series, DataFrame, dict, array or list
        The series; with a y of pandas, what else is known at their steps.
    y : None, Series, DataFrame, dict or array, default=None
        - of pandas: the series, on the same index as X
        - an array beside X of pandas: the series, row by row
        - an array (n,) or (n, h) beside arrays: what follows each row of X
    future_known : str or list, default=None
        Columns of X whose values are known ahead. None: all.
    owner : str, default="SequenceForecaster"
        How errors name the estimator.
    like : Panel, default=None
        What was fitted, where new series are read for it: frequencies are taken from there where
        they fit, and so are the kinds of columns.

    Returns
    -------
    panel : Panel
        Shares no memory with X and y.

    Raises
    ------
    TypeError, ValueError
        If it cannot be read, or differs from `like`; says what to do.

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.date_range("2024-01-31", periods=3, freq="ME")
    >>> panel = read_panel(pd.DataFrame({"a": [1.0, 2, 3], "b": [4.0, 5, 6]}, index))
    >>> panel.answer([[4, 5], [7, 8]], {"-lo-90": [[3, 3], [6, 6]]})
                a  a-lo-90  b  b-lo-90
    2024-04-30  4        3  7        6
    2024-05-31  5        3  8        6
    >>> read_panel([[1, 2, 3], [4, 5]]).lengths
    array([3, 2])
    """
    known = [future_known] if is_text(future_known) else future_known
    if X is None and y is not None and _is_pandas(y):
        X, y = y, None
    _check_polars(X, "X")
    _check_polars(y, "y")
    if _is_pandas(y):
        _check_not_twice(X, y)
        return _read_pandas(y, X, known, owner, like)
    if _is_pandas(X) and not _holds_rows(X):
        target = X if y is None else _with_index(y, X)
        return _read_pandas(target, None if y is None else X, known, owner, like)
    if known:
        raise ValueError(
            f"future_known names columns ({list(known)}), but there are none: pass the series as "
            "y and the frame of what else is known as X, both of pandas."
        )
    return _read_rows(X, y, owner, like)


def _read_rows(X, y, owner, like):
    of_rows = like is not None and isinstance(like.form, ArrayForm) and not like.form.one
    if of_rows and is_one_series(X):
        raise ValueError(
            "Expected 2D array, got 1D array instead: X is one series, but rows of series were "
            "fitted. Reshape your data: X.reshape(1, -1), or [X], is one row."
        )
    parts = read_rows(
        X,
        y,
        owner,
        flat=of_rows and like.form.flat,
        several=like is not None and like.exog is not None,
    )
    check_some(parts.values, owner)
    return _panel(parts, None, None, like)


def _panel(parts, clocks, known, like):
    """Put a panel together, with the kinds of columns that were fitted, or their own."""
    if like is not None:
        parts = check_alike(like, parts, clocks)
        known, static = like.future_known, like.static
    elif clocks is None:
        known, static = [], []
    else:
        known, static = _kinds(parts, known)
        _check_no_copy(parts, known)
    return Panel(
        parts.values,
        parts.names,
        parts.places,
        parts.form,
        clocks,
        parts.exog,
        list(parts.columns),
        known,
        static,
        parts.continuation,
    )


def read_history(history, like, *, owner="SequenceForecaster"):
    """Read new series to continue with what was fitted.

    Parameters
    ----------
    history : tuple, Series, DataFrame, dict, array or list
        In any form that :func:`read_panel` takes. Where something else was known in fit: a pair
        (X, y), or a frame that holds the series beside the columns of X.
    like : Panel
        What was fitted.
    owner : str, default="SequenceForecaster"
        How errors name the estimator.

    Returns
    -------
    panel : Panel
        The new series.

    Raises
    ------
    TypeError, ValueError
        As :func:`read_panel`.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"load": [1.0, 2], "heat": [3.0, 4]}, pd.RangeIndex(2))
    >>> fitted = read_panel(frame[["heat"]], frame["load"])
    >>> read_history(frame, fitted).values
    [array([1., 2.])]
    """
    if isinstance(history, tuple) and len(history) == 2 and like.exog is not None:
        return read_panel(*history, owner=owner, like=like)
    if like.exog is not None and is_frame(history):
        rest = [name for name in history.columns if name not in like.exog_columns]
        if missing := [name for name in like.exog_columns if name not in history.columns]:
            raise ValueError(
                f"history lacks the columns {missing}, which were fitted as X; pass a frame of "
                "them and the series, or a pair (X, y)."
            )
        if len(rest) == 1:
            rest = rest[0]
        return read_panel(history[like.exog_columns], history[rest], owner=owner, like=like)
    return read_panel(history, owner=owner, like=like)


# -- pandas -----------------------------------------------------------------------------


def _is_pandas(X):
    a_dict = isinstance(X, dict) and not issparse(X)  # which some sparse matrices are
    return is_frame(X) or is_series(X) or a_dict


def _holds_rows(X):
    """Whether the cells of a Series or frame are whole series."""
    if isinstance(X, dict) or not len(X):
        return False
    first = X.iloc[0] if is_series(X) else (X.iloc[0, 0] if X.shape[1] else None)
    return is_sequence(first)


def _read_pandas(target, X, known, owner, like):
    from skrnn.data.clock import read_clocks  # these import pandas, and it is there
    from skrnn.data.panel_read import read_parts

    parts = read_parts(target, X, owner)
    check_some(parts.values, owner)
    near = like.clocks[0] if like is not None and like.clocks else None
    indexes = parts.indexes
    if all(index is indexes[0] for index in indexes):
        clocks = read_clocks(indexes[:1], lambda i: _all_of(parts), code=parts.code, near=near)
        clocks = clocks * len(indexes)
    else:
        clocks = read_clocks(indexes, parts.places.__getitem__, code=parts.code, near=near)
    return _panel(parts, clocks, known, like)


def _all_of(parts):
    """Name the owner of an index, which may be that of several series."""
    return f"The frame {parts.code}" if isinstance(parts.form, FrameForm) else parts.places[0]


def _kinds(parts, known):
    """Tell the columns known ahead, and those that are constant in each series."""
    if parts.exog is None:
        if known:
            raise ValueError(
                f"future_known names columns ({list(known)}), but there are none: pass them as X "
                "and the series as y."
            )
        return [], []
    for name in known or []:
        if name not in parts.columns:
            close = get_close_matches(str(name), [str(c) for c in parts.columns], 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise ValueError(
                f"future_known names {name!r}, but the columns of X are {parts.columns}.{hint}"
            )
    named = list(known or [])
    static = [name for name in _constant(parts) if name not in named]
    if known is None:
        named = [name for name in parts.columns if name not in static]
    return [name for name in parts.columns if name in named], static


def _check_no_copy(parts, known):
    """Raise where a column known ahead is the series itself."""
    for j, name in enumerate(parts.columns):
        pairs = zip(parts.values, parts.exog, strict=True)
        if name in known and all(_is_copy(row, exog[:, j]) for row, exog in pairs):
            raise ValueError(
                f"Column {name!r} of X is the series itself, and a series known ahead needs no "
                f"forecast: leave it out, X.drop(columns={name!r})."
            )


def _is_copy(row, column):
    known = row[~np.isnan(row)]
    return len(known) > 0 and known.min() < known.max() and np.array_equal(row, column, True)


def _constant(parts):
    """Give the columns that are constant in each of several series and differ between them."""
    if len(parts.exog) == 1 or max(len(rows) for rows in parts.exog) == 1:
        return []
    if all(rows is parts.exog[0] for rows in parts.exog):
        return []
    low = np.stack([np.min(rows, axis=0) for rows in parts.exog])
    high = np.stack([np.max(rows, axis=0) for rows in parts.exog])
    static = (low == high).all(axis=0) & (low != low[0]).any(axis=0)
    return [name for name, is_static in zip(parts.columns, static, strict=True) if is_static]


def _with_index(y, X):
    """Give an array y the index of X."""
    import pandas as pd  # X is of it

    if isinstance(X, dict):
        raise TypeError("X is a dict of series, so y must be a dict too, with the same keys.")
    if is_frame(X) and X.index.nlevels == 1:
        from skrnn.data.panel_columns import check_time_index

        check_time_index(X, "X")
    array = to_array(y, "y")
    if array.ndim not in (1, 2) or len(array) != len(X):
        raise ValueError(
            f"y has shape {array.shape} for {len(X)} rows of X; beside a frame, y is a series, "
            "with one value for each row."
        )
    make = pd.Series if array.ndim == 1 else pd.DataFrame
    return make(array, index=X.index)


def _check_not_twice(X, y):
    """Raise where a series is given as what else is known of itself."""
    if X is y or (type(X) is type(y) and hasattr(X, "equals") and X.equals(y)):
        raise ValueError(
            "X and y are the same series. Pass it once, fit(series): beside y, X holds what else "
            "is known, and a series known ahead needs no forecast."
        )


def _check_polars(X, name):
    """Raise for frames of other libraries."""
    if hasattr(X, "to_pandas") and not hasattr(X, "iloc"):
        raise TypeError(
            f"{name} is a {type(X).__module__.split('.')[0]} {type(X).__name__}. Make it one of "
            f"pandas with time as its index: {name}.to_pandas().set_index('time'); a long frame "
            f"is read by skrnn.data.from_long({name}.to_pandas(), id=..., time=..., target=...)."
        )
