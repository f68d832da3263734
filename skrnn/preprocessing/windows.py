"""One long series, turned into the samples and targets of supervised learning."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skrnn._sklearn import checked, natural
from skrnn.data import Ragged
from skrnn.data.checks import surely_finite
from skrnn.data.convert import to_reals
from skrnn.data.series import split_series
from skrnn.data.timeline import read_timelines

OWNER = "make_windows"


@checked(
    {
        "window": [natural()],
        "horizon": [natural(0)],
        "step": [natural()],
        "return_groups": ["boolean"],
    }
)
def make_windows(series, window, horizon=1, step=1, target=None, *, return_groups=False):
    """Turn a long series into windows and what comes after each.

    Window i holds the steps from ``i * step`` to ``i * step + window - 1`` of the series; its
    target are the `horizon` steps behind it. What a window costs is nothing: the result shares
    the memory of the series, however long the windows are.

    Parameters
    ----------
    series : array, tensor, list, Series, DataFrame, dict or Ragged
        One series, whose rows are time: an array or tensor of shape (T,) or (T, F), a list of
        numbers, a Series or a DataFrame of numbers. Or several, across whose ends no window
        reaches: a list of them, a dict from names to them, an array (n, T, F), or a
        :class:`~skrnn.data.Ragged`.
    window : int
        Steps of each window, at least 1.
    horizon : int, default=1
        How many of the steps behind a window are its target. 0: the target at the window's last
        step, such as the activity it shows; needs `target`.
    step : int, default=1
        Steps from the start of one window to that of the next.
    target : str, int, list of them, array, Series or DataFrame, default=None
        What to predict. None: the series itself, all columns. A name or, in an array, a number:
        that column. A list of them: those columns. An array, Series or DataFrame with one row
        for each step: its values; for several series a list or dict of such, or a Ragged.
    return_groups : bool, default=False
        Whether to tell which series each window is of, as GroupKFold wants to know.

    Returns
    -------
    X : Ragged of n windows
        Each of shape (window, F), in the order of time, sharing the memory of the series where
        its layout allows: floats do, other numbers are copied once, and several series are
        joined once.
    y : ndarray, Series or DataFrame of n rows
        For one target column and a horizon of 0 or 1 of shape (n,), for one column (n, horizon),
        for D columns (n, horizon * D): all columns of the first step, then those of the next. An
        array may be a read-only view of the series; copy it to write to it. With pandas, a Series
        or a DataFrame, whose index is the end of each window: the stamp of its last step.
        Columns are called "pm25+1", "pm25+2" after the target and how many steps ahead it is,
        or "pm25" where the horizon is 0.
    groups : ndarray of shape (n,)
        The key of each window's series in the dict, or its number. Only with `return_groups`.

    Raises
    ------
    ValueError, TypeError
        If a number is too small or no integer, a series is too short, out of order or holds
        NaN, text or dates, or `target` does not fit it; names the step, the column and the stamp.

    See Also
    --------
    skrnn.model_selection.WindowSplit : Cross-validation in which windows do not leak.

    Notes
    -----
    Target columns stay among the inputs, as past values of what is predicted are known. With
    ``horizon=0`` they are left out, since they would be the answer. To leave them out otherwise,
    drop them and pass them as a target of its own.

    Windows count rows. Where stamps are missing, ``series.asfreq(...)`` makes their rows first.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.preprocessing import make_windows
    >>> X, y = make_windows(np.arange(6.0), window=3, horizon=2)
    >>> X
    Ragged(n=2, n_features=1, lengths=3, dtype=float64)
    >>> X[1].ravel(), y
    (array([1., 2., 3.]), array([[3., 4.],
           [4., 5.]]))

    With pandas, y knows when each window ends.

    >>> import pandas as pd
    >>> days = pd.date_range("2024-01-01", periods=5)
    >>> frame = pd.DataFrame({"load": [1.0, 2, 3, 4, 5], "wind": [9.0, 7, 8, 6, 5]}, index=days)
    >>> make_windows(frame, window=2, target="load")[1]
    2024-01-02    3.0
    2024-01-03    4.0
    2024-01-04    5.0
    Freq: D, Name: load+1, dtype: float64

    Several series, and the label of each window's last step:

    >>> walks = {"ann": np.zeros((4, 3)), "bob": np.ones((5, 3))}
    >>> labels = {"ann": np.array(["sit"] * 4), "bob": np.array(["sit"] * 2 + ["run"] * 3)}
    >>> X, y, who = make_windows(walks, 3, horizon=0, target=labels, return_groups=True)
    >>> y.tolist(), who.tolist()
    (['sit', 'sit', 'run', 'run', 'run'], ['ann', 'ann', 'bob', 'bob', 'bob'])
    """
    if horizon == 0 and target is None:
        raise ValueError(
            "horizon=0 asks for a target at each window's last step, so make_windows needs "
            "target: a column, or an array with one row for each step."
        )
    parts, keys = split_series(series, OWNER)
    ids = isinstance(series, Ragged) and series.is_ids
    lines = read_timelines(parts, keys, target, inputs_too=horizon > 0, ids=ids, owner=OWNER)
    cut = Cut(window, horizon, step)
    counts = [cut.count(line) for line in lines]
    for line, n in zip(lines, counts, strict=True):
        cut.check_numbers(line, n)
    X = _join_windows(series, lines, counts, cut)
    y = _join_answers(lines, counts, cut)
    return (X, y, _groups(keys or [0], counts)) if return_groups else (X, y)


class Cut(NamedTuple):
    """How a series is cut: parameters of `make_windows`."""

    window: int
    horizon: int
    step: int

    def count(self, line):
        """Give the number of windows of a series that have an answer."""
        needed = self.window + self.horizon
        n = (len(line.steps) - needed) // self.step + 1
        if n < 1:
            raise ValueError(
                f"{line.place} has {len(line.steps)} steps, but window={self.window} and "
                f"horizon={self.horizon} need {needed}. Lower one of them, or leave the series out."
            )
        return n

    @property
    def answer(self):
        """First step of the answer to the first window, and its number of steps."""
        return (self.window, self.horizon) if self.horizon else (self.window - 1, 1)

    def check_numbers(self, line, n):
        """Raise where a window or its answer holds NaN or infinity."""
        self._check(line, line.steps, line.columns, "", 0, self.window, n)
        self._check(line, line.target, line.names, "target, ", *self.answer, n)

    def _check(self, line, values, names, what, first, width, n):
        at = _unusable(values)
        window = np.clip((at - first) // self.step, 0, n - 1)  # the last one that may hold it
        inside = at - first - window * self.step
        at = at[(inside >= 0) & (inside < width)]
        if not len(at):
            return
        step, row = at[0], values[at[0]]
        column = next(j for j, value in enumerate(row) if not _is_usable(value))
        name = "" if names[column] is None else f"column {names[column]!r}, "
        stamp = "" if line.clock is None else f" ({line.clock[step]})"
        raise ValueError(
            f"{line.place} holds {row[column]} in {what}{name}step {step}{stamp}. Windows need "
            "every value: fill the gap first, e.g. with the interpolate() of pandas, or cut the "
            "series there and pass the parts as a list."
        )

    def answers(self, line, n):
        """Give the answers (n, horizon * D), a view where there can be one."""
        first, width = self.answer
        values = line.target if line.target.shape[1] == 1 else np.ascontiguousarray(line.target)
        step, column = values.strides
        shape = (n, width, values.shape[1])
        y = as_strided(values[first:], shape, (self.step * step, step, column), writeable=False)
        return y.reshape(n, -1)

    def ends(self, line, n):
        """Give the stamp of the last step of each window."""
        return line.clock[self.window - 1 :: self.step][:n]


def _join_windows(series, lines, counts, cut):
    """Give the windows of all series as one Ragged."""
    vectors = series.vectors if isinstance(series, Ragged) else None
    if len(lines) == 1:
        X = Ragged.from_windows(lines[0].steps, cut.window, cut.step, counts[0])
        X.vectors = vectors
        return X
    if isinstance(series, Ragged) and series.n_features == len(lines[0].columns):
        values = series.values if series.is_ids else to_reals(series.values, "series", OWNER)
        firsts = series.starts
    else:
        values = np.concatenate([line.steps for line in lines])
        lengths = [len(line.steps) for line in lines]
        firsts = np.cumsum(lengths) - lengths
    starts = [
        np.arange(first, first + n * cut.step, cut.step)
        for first, n in zip(firsts, counts, strict=True)
    ]
    lengths = np.broadcast_to(np.int64(cut.window), sum(counts))
    return Ragged(values, lengths, np.concatenate(starts), vectors)


def _join_answers(lines, counts, cut):
    """Give the answers to all windows: an array, or pandas where all series have stamps."""
    answers = [cut.answers(line, n) for line, n in zip(lines, counts, strict=True)]
    y = answers[0] if len(answers) == 1 else np.concatenate(answers)
    if y.shape[1] == 1 and cut.horizon < 2:
        y = y[:, 0]
    y.flags.writeable = False
    if any(line.clock is None for line in lines):
        return y
    import pandas as pd  # the user did, or there would be no stamps

    names = ["target" if name is None else name for name in lines[0].names]
    if cut.horizon:
        names = [f"{name}+{ahead}" for ahead in range(1, cut.horizon + 1) for name in names]
    first, *others = (cut.ends(line, n) for line, n in zip(lines, counts, strict=True))
    ends = first.append(others) if others else first
    if y.ndim == 1:
        return pd.Series(y, ends, name=names[0], copy=False)
    return pd.DataFrame(y, ends, names, copy=False)


def _groups(keys, counts):
    """Repeat the key of each series for each of its windows."""
    alike = all(isinstance(key, str) for key in keys) or all(type(key) is int for key in keys)
    groups = np.empty(len(keys), dtype=object)
    groups[:] = keys
    return np.repeat(np.array(keys) if alike else groups, counts)


def _unusable(values):
    """Give the rows that hold NaN, NaT, None or infinity."""
    if values.dtype.kind == "O":
        bad = ~np.frompyfunc(_is_usable, 1, 1)(values).astype(bool)
    elif values.dtype.kind in "fc" and not surely_finite(values):
        bad = ~np.isfinite(values)
    elif values.dtype.kind in "mM":
        bad = np.isnat(values)
    else:
        return np.empty(0, dtype=int)
    return np.flatnonzero(bad.any(axis=1))


def _is_usable(value):
    """Whether a value is neither NaN nor None nor infinite."""
    return value is not None and bool(value == value) and value not in (np.inf, -np.inf)
