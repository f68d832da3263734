"""Forecasts of series from earlier steps of them, beside what came."""

from dataclasses import dataclass

import numpy as np

from skrnn.data.panel_answer import own_stamps
from skrnn.data.panel_steps import cut_panel

BY_CALENDAR = ("dates", "periods")


def choose_cutoffs(panel, horizon, n_windows, step):
    """Choose from where series are forecast.

    Parameters
    ----------
    panel : Panel
        The series.
    horizon : int
        h, steps to forecast from each cutoff.
    n_windows : int
        W, how many cutoffs.
    step : int
        Steps from one to the next.

    Returns
    -------
    known : int ndarray of shape (W, n)
        How many steps of each series each cutoff leaves, the earliest first. Dates and periods
        are cut at the same time in all series; what only counts steps, back from each one's end.

    Raises
    ------
    ValueError
        If no series is long enough; says how many steps are needed.

    Examples
    --------
    >>> from skrnn.data.panel import read_panel
    >>> choose_cutoffs(read_panel([list(range(10)), [1, 2, 3]]), 2, 3, 1)
    array([[6, 0],
           [7, 0],
           [8, 1]])
    """
    back = horizon + step * np.arange(n_windows)[::-1]
    shared = panel.clocks is not None and panel.clocks[0].kind in BY_CALENDAR
    stamps = _all_stamps(panel.clocks) if shared else None
    longest = len(stamps) if shared else int(panel.lengths.max())
    if longest <= back[0]:
        windows = "1 window" if n_windows == 1 else f"{n_windows} windows, {step} steps apart,"
        raise ValueError(
            f"{windows} of {horizon} steps to forecast need {back[0] + 1} steps at least, so that "
            f"one is left to learn from, and many more to learn well; the series have {longest}. "
            "Lower n_windows, step or horizon, or give longer series."
        )
    if not shared:
        return np.maximum(panel.lengths - back[:, None], 0)
    cutoffs, known = stamps[longest - 1 - back], {}
    indexes = own_stamps(panel.clocks)  # one for all that are alike
    for index in indexes:
        if id(index) not in known:
            known[id(index)] = index.searchsorted(cutoffs, side="right")
    return np.stack([known[id(index)] for index in indexes], axis=1)


def _all_stamps(clocks):
    """Give the stamps from the first to the last of all series."""
    earliest = min(clocks, key=lambda clock: clock.first)
    return earliest.until(max(clock.last for clock in clocks))


@dataclass(frozen=True)
class Window:
    """What was forecast from one cutoff, a row for each step that is known.

    Parameters
    ----------
    series, known, place : int ndarrays of shape (N,)
        Which series, how many of its steps were known, and which of them was forecast.
    numbers : ndarray of shape (N, 2 + Q)
        What came, what was forecast, and quantiles.
    """

    series: np.ndarray
    known: np.ndarray
    place: np.ndarray
    numbers: np.ndarray


def run_backtest(learn, panel, horizon, cutoffs, refit, extra):
    """Forecast from each cutoff.

    Parameters
    ----------
    learn : callable
        Takes a panel to learn from; gives what continues panels: takes one, the steps to
        forecast and what is known of them, an array (n, h, F) or None, and gives a Forecast.
    panel : Panel
        The series, without a continuation.
    horizon : int
        h, steps to forecast from each cutoff.
    cutoffs : int ndarray of shape (W, n)
        What :func:`choose_cutoffs` gave.
    refit : bool
        Whether to learn at each cutoff, or only at the first.
    extra : dict
        Suffix to probability, of quantiles.

    Returns
    -------
    frame : DataFrame
        Columns id, cutoff, time, actual, forecast, and one for each quantile.

    Raises
    ------
    ValueError
        If no series has a value before the first cutoff.
    """
    proceed, windows = None, []
    for known in cutoffs:
        rows = _begun(panel, known)
        if not len(rows):
            raise ValueError(
                f"No series has a value before the {len(windows) + 1}. cutoff. Lower n_windows or "
                "step, or leave out what lies before the first values."
            )
        if proceed is None or refit:
            proceed = learn(cut_panel(panel, rows, known[rows]))
        rows = rows[known[rows] < panel.lengths[rows]]
        if len(rows):
            windows.append(_forecast(proceed, panel, rows, known[rows], horizon, extra))
    return _tidy(panel, windows, extra)


def _begun(panel, known):
    """Give the series that have a value before a cutoff."""
    has = [not np.isnan(row[:n]).all() for row, n in zip(panel.values, known, strict=True)]
    return np.flatnonzero(has)


def _forecast(proceed, panel, rows, known, h, extra):
    """Forecast some series from a cutoff."""
    future = None
    if panel.exog is not None:
        future = np.stack([_coming(panel.exog[i], n, h) for i, n in zip(rows, known, strict=True)])
    forecast = proceed(cut_panel(panel, rows, known), h, future)
    actual = np.stack([_coming(panel.values[i], n, h) for i, n in zip(rows, known, strict=True)])
    said = [actual, forecast.point, *(forecast.quantile(q) for q in extra.values())]
    place = known[:, None] + np.arange(h)
    is_known = place < panel.lengths[rows, None]
    return Window(
        np.repeat(rows, is_known.sum(axis=1)),
        np.repeat(known, is_known.sum(axis=1)),
        place[is_known],
        np.stack(said, axis=2)[is_known],
    )


def _coming(values, n, h):
    """Give h steps after the first n, NaN beyond the end."""
    coming = np.full((h, *values.shape[1:]), np.nan)
    part = values[n : n + h]
    coming[: len(part)] = part
    return coming


def _tidy(panel, windows, extra):
    """Put windows together, sorted by series, cutoff and time."""
    import pandas as pd

    columns = ("series", "known", "place", "numbers")
    series, known, place, numbers = (
        np.concatenate([getattr(window, name) for window in windows]) for name in columns
    )
    order = np.argsort(series, kind="stable")
    series, known, place, numbers = (part[order] for part in (series, known, place, numbers))
    names = [0 if name is None else name for name in panel.names]
    stamps, starts = _stamps(panel)
    frame = {
        "id": pd.Index(names, tupleize_cols=False).take(series),
        "cutoff": stamps.take(starts[series] + known - 1),
        "time": stamps.take(starts[series] + place),
    }
    named = ("actual", "forecast", *(suffix.removeprefix("-") for suffix in extra))
    return pd.DataFrame(frame | dict(zip(named, numbers.T, strict=True)))


def _stamps(panel):
    """Give the stamps of all series, one below another, and where those of each begin."""
    import pandas as pd

    if panel.clocks is None:
        return pd.RangeIndex(int(panel.lengths.max())), np.zeros(len(panel), dtype=np.int64)
    indexes = own_stamps(panel.clocks)
    alike = {id(index): index for index in indexes}
    starts = np.cumsum([0, *map(len, alike.values())])
    at = dict(zip(alike, starts, strict=False))
    first, *others = alike.values()
    return first.append(others), np.array([at[id(index)] for index in indexes])
