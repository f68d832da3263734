"""Pictures of forecasts: the newest steps, the forecast, and intervals around it."""

from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from skrnn._drawing import axes_or_new

STEPS_BEFORE = 4  # drawn for each step to forecast
PALE = 0.2  # of one interval; those inside another add up
FEW = 60  # steps that are drawn as points too


def find_series(panel, wanted):
    """Find series by name.

    Parameters
    ----------
    panel : Panel
        All series.
    wanted : object, list or None
        A name, a list of names, or None for the first.

    Returns
    -------
    rows : list of int
        Where they are.

    Raises
    ------
    ValueError
        If there is none of that name; tells those that are alike.
    """
    if wanted is None:
        return [0]
    at = {name: i for i, name in enumerate(panel.names)}
    names = wanted if isinstance(wanted, list) else [wanted]
    for name in names:
        if name not in at:
            close = get_close_matches(str(name), [str(each) for each in panel.names], 1)
            first = close[0] if close else panel.names[0]
            raise ValueError(
                f"series={name!r} is none of the {len(panel)} series; there is {first!r}."
            )
    if not names:
        raise ValueError("series=[] names no series to draw; leave it out to draw the first.")
    return [at[name] for name in names]


@dataclass(frozen=True, eq=False)
class Fan:
    """One series with its forecast.

    Parameters
    ----------
    key : object
        The name of the series; None where it has none.
    label : str
        What the legend calls it.
    stamps : pandas Index, or int ndarray, of shape (T + h,)
        Of the steps that are known, and of those that are forecast.
    known : ndarray of shape (T,)
        The newest values.
    point : ndarray of shape (h,)
        The forecast.
    intervals : dict of float to (ndarray, ndarray)
        The lower and the upper ends, of shape (h,), of each percentage.
    actual : ndarray of shape (h,), default=None
        What came; NaN where it is not known.
    """

    key: object
    label: str
    stamps: object
    known: np.ndarray
    point: np.ndarray
    intervals: dict
    actual: np.ndarray = None

    @property
    def places(self):
        """Where steps are drawn, an array of numbers or dates."""
        kind = type(self.stamps).__name__
        if kind == "TimedeltaIndex":
            return self.stamps.total_seconds().to_numpy()
        if kind == "PeriodIndex":
            return self.stamps.to_timestamp().to_numpy()
        if kind == "DatetimeIndex":
            return self.stamps.tz_localize(None).to_numpy()
        return np.asarray(self.stamps)

    @property
    def axis(self):
        """What the axis of time is called."""
        if getattr(self.stamps, "name", None) is not None:
            return str(self.stamps.name)
        kinds = {"TimedeltaIndex": "seconds", "PeriodIndex": "time", "DatetimeIndex": "time"}
        return kinds.get(type(self.stamps).__name__, "step")


def make_fans(panel, rows, values, forecast, percents, n_before):
    """Put the newest steps of some series beside their forecasts.

    Parameters
    ----------
    panel : Panel
        All series.
    rows : list of int
        Those to draw.
    values : list of ndarray of shape (T_i,)
        What is known of each.
    forecast : Forecast
        Of each.
    percents : list of float
        Levels of intervals.
    n_before : int
        Steps to keep of what is known.

    Returns
    -------
    fans : list of Fan
        One for each row.
    """
    ends = {p: [forecast.quantile((100 + s * p) / 200) for s in (-1, 1)] for p in percents}
    fans = []
    for k, (row, known) in enumerate(zip(rows, values, strict=True)):
        first = max(len(known) - n_before, 0)
        stamps = _stamps(panel, row, len(known), forecast.point.shape[1])[first:]
        intervals = {percent: (low[k], high[k]) for percent, (low, high) in ends.items()}
        named = panel.names[row], _name(panel, row)
        fans.append(Fan(*named, stamps, known[first:], forecast.point[k], intervals))
    return fans


def draw_fans(ax, fans):
    """Draw some series with their forecasts on one pair of axes.

    Parameters
    ----------
    ax : matplotlib Axes or None
        Where to draw; None makes a new figure.
    fans : list of Fan
        The series.

    Returns
    -------
    ax : matplotlib Axes
        Where it was drawn.
    """
    ax = axes_or_new(ax)
    for k, fan in enumerate(fans):
        draw_fan(ax, fan, f"C{k % 10}", alone=len(fans) == 1)
    ax.legend()
    return ax


def draw_fan(ax, fan, color, *, alone=True):
    """Draw one series with its forecast, which begins at the newest value.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    fan : Fan
        The series.
    color : str
        Its color.
    alone : bool, default=True
        Whether the legend names every part, rather than the series only.

    Returns
    -------
    parts : dict of str to artist or list
        "history", "bands" (the widest first), "forecast" and "actual", which is None where
        nothing came.
    """
    x, n_known = fan.places, len(fan.known)
    now = max(n_known - 1, 0)  # where the forecast begins; at its first step where nothing is known
    parts = {"bands": [], "actual": None}
    (parts["history"],) = ax.plot(x[:n_known], fan.known, color=color, label=fan.label)
    for k, percent in enumerate(sorted(fan.intervals, reverse=True)):
        ends = (_joined(fan.known, end) for end in fan.intervals[percent])
        band = ax.fill_between(x[now:], *ends, color=color, alpha=PALE, lw=0)
        parts["bands"].append(band)
        if alone:  # the legend shows what lies above one another
            shade = {"color": color, "alpha": 1 - (1 - PALE) ** (k + 1), "lw": 0}
            ax.fill(x[:0], [], label=f"{percent:g} %", **shade)
    line = {"color": color, "linestyle": "--", "label": "forecast" if alone else None}
    (parts["forecast"],) = ax.plot(x[now:], _joined(fan.known, fan.point), **line)
    if fan.actual is not None:
        marker = "." if len(fan.actual) <= FEW else None
        line = {"color": "0.15" if alone else color, "lw": 1.2}
        line["label"] = "actual" if alone else None
        (parts["actual"],) = ax.plot(x[n_known:], fan.actual, marker=marker, **line)
    ax.set_xlabel(fan.axis)
    return parts


def _joined(known, coming):
    """Let a forecast begin at the newest value."""
    return np.concatenate([known[-1:], coming])


def _name(panel, row):
    name = panel.names[row]
    return "series" if name is None or (panel.clocks is None and len(panel) == 1) else str(name)


def _stamps(panel, row, n_known, n_steps):
    """Give the stamps of what is known and of what comes."""
    if panel.clocks is None:
        return np.arange(n_known + n_steps)
    return panel.clocks[row].grown(n_steps).index
