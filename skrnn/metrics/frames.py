"""What the columns and the index of a DataFrame of forecasts mean."""

import re
from collections.abc import Sequence

import numpy as np

QUANTILE = re.compile(r"(.*)-q(0?\.\d+|\d+(?:\.\d*)?(?:e-?\d+)?)$")
INTERVAL = re.compile(r"(.*)-(?:lo|hi)-[\d.]+$")


def series_name(column):
    """Give the name of the series that a column is a forecast of.

    Parameters
    ----------
    column : object
        Name of a column, such as ``"sales-lo-90"``, ``"sales-q0.1"`` or ``"sales"``.

    Returns
    -------
    name : object
        ``"sales"``.
    """
    found = isinstance(column, str) and (QUANTILE.match(column) or INTERVAL.match(column))
    return found.group(1) if found else column


def read_frame(frame, what):
    """Find the series of a frame, whose rows are time: each column is one.

    Parameters
    ----------
    frame : DataFrame
        With an index of time.
    what : str
        What messages call it.

    Returns
    -------
    positions : int array of shape (n, 1)
        The column of each series.
    names : list
        What they are called.

    Raises
    ------
    ValueError
        If its index does not tell that time runs down the rows.
    """
    check_time(frame, what)
    return np.arange(frame.shape[1])[:, None], [series_name(name) for name in frame.columns]


def check_time(frame, what):
    """Raise where the index of a frame holds no times."""
    if not holds_times(frame.index):
        raise ValueError(
            f"{what} is a DataFrame whose index holds no times ({type(frame.index).__name__}), so "
            "it is not clear whether a series is a row or a column. If each column is a series, "
            f"pass {what}.to_numpy().T, or set an index of times; if each row is one, pass "
            f"{what}.to_numpy()."
        )


def holds_times(index):
    """Whether an index or a level of one holds dates, periods or durations."""
    return getattr(index.dtype, "kind", "O") in "mM" or hasattr(index, "asfreq")


def split_panel(data, what):
    """Tell the series of an index of (id, time) apart.

    Parameters
    ----------
    data : Series or DataFrame
        The last level of its index is time, the others tell whose row it is.
    what : str
        What messages call it.

    Returns
    -------
    order : int array
        The rows, series by series, each in the order in which its rows stand.
    lengths : int array of shape (n,)
        Rows of each series.
    names : list
        The ids, in the order in which they appear.
    stamps : PanelStamps
        The times of each series.

    Raises
    ------
    ValueError
        If a row has no id, or time is not the last level.
    """
    timed = [holds_times(level) for level in data.index.levels]
    if any(timed) and not timed[-1]:
        level = timed.index(True)
        raise ValueError(
            f"The index of {what} has times in level {level}, not in the last one, "
            f"but must be (id, time): {what}.swaplevel({level}, -1)."
        )
    codes, names = data.index.droplevel(-1).factorize()
    if (codes < 0).any():
        raise ValueError(f"{what} has no id in row {int(np.argmax(codes < 0))}; fill it in.")
    order = np.argsort(codes, kind="stable")
    lengths = np.bincount(codes, minlength=len(names))
    times = data.index.get_level_values(-1)[order]
    return order, lengths, list(names), PanelStamps(times, np.cumsum(lengths))


class PanelStamps(Sequence):
    """The times of each series of a panel, cut out when they are asked for.

    Parameters
    ----------
    times : pandas Index
        Of all rows, series by series.
    ends : int array of shape (n,)
        Where each series ends.
    """

    def __init__(self, times, ends):
        self.times = times
        self.ends = ends

    def __len__(self):
        return len(self.ends)

    def __getitem__(self, i):
        return self.times[self.ends[i - 1] if i else 0 : self.ends[i]]

    def equals(self, other):
        """Whether another panel, with series of the same lengths, has the same times."""
        return isinstance(other, PanelStamps) and self.times.equals(other.times)


class QuantileColumns:
    """Chooses the columns of quantiles: those called "sales-q0.1" and the like, or all of them.

    Parameters
    ----------
    quantiles : array of shape (Q,)
        Which quantiles.
    """

    def __init__(self, quantiles):
        self.quantiles = quantiles

    def __call__(self, frame, what):
        """Give positions (n, Q) and the names of the n series, None for a single one."""
        found = self.named(frame)
        if not found and frame.shape[1] == len(self.quantiles):
            return np.arange(frame.shape[1])[None], None
        if not found:
            raise ValueError(
                f"{what} has the columns {list(frame.columns)}, but must have one for each of the "
                f"{len(self.quantiles)} quantiles, or columns called 'name-q0.1' and so on."
            )
        places = [self._places(name, columns, what) for name, columns in found.items()]
        return np.array(places), list(found) if len(found) > 1 else None

    @staticmethod
    def named(frame):
        """Give {name: {quantile: position}} of the columns called after a quantile."""
        found = {}
        for j, column in enumerate(frame.columns):
            match = QUANTILE.match(column) if isinstance(column, str) else None
            if match:
                found.setdefault(match.group(1), {})[float(match.group(2))] = j
        return found

    def _places(self, name, columns, what):
        """Find the column of each quantile of one series."""
        places = []
        for quantile in self.quantiles:
            near = min(columns, key=lambda other, q=quantile: abs(other - q))
            if abs(near - quantile) > 1e-9:
                raise ValueError(
                    f"{what} has no column {f'{name}-q{quantile:g}'!r}; for {name!r} there are the "
                    f"quantiles {sorted(columns)}. Forecast them, predict(quantiles=...), or score "
                    "only those that are there."
                )
            places.append(columns[near])
        return places


def all_columns(frame, what):
    """Choose all columns, each of which is a sample of a single series."""
    return np.arange(frame.shape[1])[None], None
