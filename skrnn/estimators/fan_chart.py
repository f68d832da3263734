"""Pictures of forecasts: the newest steps, the forecast, and intervals around it."""

from difflib import get_close_matches

import numpy as np

from skrnn._drawing import axes_or_new

STEPS_BEFORE = 4  # drawn for each step to forecast


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


def draw_fans(ax, panel, rows, values, forecast, percents, n_before):
    """Draw some series with their forecasts.

    Parameters
    ----------
    ax : matplotlib Axes or None
        Where to draw; None makes a new figure.
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
        Steps to draw before the forecast.

    Returns
    -------
    ax : matplotlib Axes
        Where it was drawn.
    """
    ax = axes_or_new(ax)
    percents = sorted(percents, reverse=True)
    fans = [[forecast.quantile((100 + s * p) / 200) for s in (-1, 1)] for p in percents]
    n_steps = forecast.point.shape[1]
    for k, (row, known) in enumerate(zip(rows, values, strict=True)):
        x, label = _axis(panel, row, len(known), n_steps)
        now = len(known) - 1
        color, name = f"C{k % 10}", _name(panel, row)
        first = max(now + 1 - n_before, 0)
        ax.plot(x[first : now + 1], known[first:], color=color, label=name)
        for percent, (low, high) in zip(percents, fans, strict=True):
            lower, upper = _joined(known, low[k]), _joined(known, high[k])
            text = f"{percent:g} %" if len(rows) == 1 else None
            ax.fill_between(x[now:], lower, upper, color=color, alpha=0.2, lw=0, label=text)
        point = _joined(known, forecast.point[k])
        text = "forecast" if len(rows) == 1 else None
        ax.plot(x[now:], point, color=color, linestyle="--", label=text)
        ax.set_xlabel(label)
    ax.legend()
    return ax


def _joined(known, coming):
    """Let a forecast begin at the newest value."""
    return np.concatenate([known[-1:], coming])


def _name(panel, row):
    name = panel.names[row]
    return "series" if name is None or (panel.clocks is None and len(panel) == 1) else str(name)


def _axis(panel, row, n_known, n_steps):
    """Give where steps are drawn, and what that is called."""
    if panel.clocks is None:
        return np.arange(n_known + n_steps), "step"
    clock = panel.clocks[row]
    index = clock.grown(n_steps).index
    label = "" if index.name is None else str(index.name)
    if clock.kind == "durations":
        return index.total_seconds().to_numpy(), label or "seconds"
    if clock.kind == "periods":
        index = index.to_timestamp()
    elif clock.kind == "dates":
        index = index.tz_localize(None)
    return index.to_numpy(), label or ("step" if clock.kind == "steps" else "time")
