"""Pictures of forecasts: history, fan and what came."""

from dataclasses import replace

import numpy as np
from sklearn.exceptions import NotFittedError

from skrnn._drawing import listed_axes, pyplot
from skrnn.data.panel import read_panel
from skrnn.data.series import shown
from skrnn.estimators.fan_chart import Fan, draw_fan

HISTORY, FORECAST = "history", "forecast"
ABOVE = {"loc": "outside upper center", "ncols": 6, "fontsize": "small", "frameon": False}


class ForecastDisplay:
    """Forecasts beside the past and, where it is known, beside what came.

    The newest steps of a series, the forecast, intervals around it, the wider the lighter, and
    the actuals.

    Parameters
    ----------
    table : DataFrame
        One row for each step of each series: ``id``, the name of the series; ``time``;
        ``kind``, "history" or "forecast"; ``value``, what was or came; ``forecast``; and for
        each level ``lo-80`` and ``hi-80``. NaN where there is no number.
    time_name : str, default=None
        What the axis of time is called; None: "time", or "step" where steps are only counted.

    Attributes
    ----------
    table : DataFrame
        As given.
    time_name : str or None
        As given.
    axes_ : ndarray of matplotlib Axes of shape (n_series,)
        The axes of each series, which may be the same.
    ax_ : matplotlib Axes
        The first of them.
    figure_ : matplotlib Figure
        Their figure.
    artists_ : list of dict
        What was drawn for each series: the lines "history", "forecast" and "actual", which is
        None where nothing came, and the list "bands", the widest first.

    See Also
    --------
    skrnn.SequenceForecaster.plot : The picture alone, all series on one pair of axes.
    BacktestDisplay : How good earlier forecasts would have been.

    Examples
    --------
    >>> from skrnn import SequenceForecaster
    >>> from skrnn.datasets import load_air_passengers
    >>> from skrnn.inspection import ForecastDisplay
    >>> y = load_air_passengers()
    >>> model = SequenceForecaster(horizon=12, n_members=1, max_epochs=5, random_state=0)
    >>> model = model.fit(y[:-12])
    >>> display = ForecastDisplay.from_estimator(model, actual=y[-12:], level=80)
    >>> display.ax_.get_xlabel()
    'month'
    >>> display.table.columns.tolist()
    ['id', 'time', 'kind', 'value', 'forecast', 'lo-80', 'hi-80']
    >>> display.table["kind"].value_counts().to_dict()
    {'history': 48, 'forecast': 12}
    """

    def __init__(self, table, *, time_name=None):
        self.table = table
        self.time_name = time_name

    @classmethod
    def from_estimator(
        cls,
        forecaster,
        *,
        horizon=None,
        history=None,
        X=None,
        actual=None,
        series=None,
        level=(50, 80, 95),
        n_history=None,
        ax=None,
    ):
        """Forecast, and draw it.

        Parameters
        ----------
        forecaster : SequenceForecaster
            A fitted one, or a search around one.
        horizon : int, default=None
            Steps to forecast; None: that of fit.
        history, X : default=None
            As in :meth:`skrnn.SequenceForecaster.predict`: other series to continue, and what is
            known of the coming steps.
        actual : Series, DataFrame, dict, array or list, default=None
            What came, in the form of the series: of some or all of the steps that are forecast,
            and of all series that are drawn. NaN where it is not known.
        series : object or list, default=None
            Names of the series to draw, or numbers of rows; None: the first.
        level : float, list of float or None, default=(50, 80, 95)
            Percentages of the intervals to draw; None draws none.
        n_history : int, default=None
            Steps to draw before the forecast; None: four for each step that is forecast, or two
            of the longest season where those are more.
        ax : matplotlib Axes or list of them, default=None
            Where to draw: one for all series, or one for each. None makes a new figure with axes
            for each series.

        Returns
        -------
        display : ForecastDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        NotFittedError
            If it is not fitted.
        TypeError
            If it is no forecaster.
        ValueError
            If there is no series of a name; if `actual` lacks a series, or has a stamp that is
            not forecast, which is named; or as ``predict``.
        """
        model = find_forecaster(forecaster)
        panel, fans = model._fans(X, history, horizon, level, n_history, series)
        if actual is not None:
            fans = _with_actuals(panel, fans, actual)
        name = getattr(fans[0].stamps, "name", None)
        return cls(_tidy(fans), time_name=None if name is None else str(name)).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes or list of them, default=None
            Where to draw: one for all series, or one for each. None makes a new figure with axes
            for each series.

        Returns
        -------
        self : ForecastDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        ValueError
            If there are fewer or more axes than series.
        """
        parts = list(self.table.groupby("id", sort=False))
        fans = [_fan(key, part, len(parts) == 1, self.time_name) for key, part in parts]
        self.axes_ = _new_axes(len(fans)) if ax is None else _own_axes(ax, len(fans))
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure
        together = len(fans) > 1 and len(set(map(id, self.axes_))) == 1
        self.artists_ = []
        for k, (fan, each) in enumerate(zip(fans, self.axes_, strict=True)):
            color = f"C{k % 10}" if together else "C0"
            now = fan.places[max(len(fan.known) - 1, 0)]
            each.axvline(now, color="0.6", lw=1, linestyle=":")
            self.artists_.append(draw_fan(each, fan, color, alone=not together))
            _set_dates(each, fan)
            if len(fans) > 1 and not together:
                each.set_title(fan.label, fontsize="medium")
        if len(fans) > 1 and ax is None:
            self.axes_[0].figure.legend(*_shared_legend(self.ax_), **ABOVE)
        else:
            self.ax_.legend()
        return self


def find_forecaster(estimator):
    """Give the fitted forecaster that an estimator is, or that a search found.

    Parameters
    ----------
    estimator : SequenceForecaster or search
        What was given.

    Returns
    -------
    forecaster : SequenceForecaster
        Fitted or not.

    Raises
    ------
    TypeError
        If there is none.
    NotFittedError
        If a search around one is not fitted.
    """
    found = getattr(estimator, "best_estimator_", estimator)
    if found is estimator and hasattr(getattr(estimator, "estimator", None), "backtest"):
        raise NotFittedError(
            f"This {type(estimator).__name__} instance holds no fitted forecaster: call fit, with "
            "refit=True."
        )
    if isinstance(found, type) or not hasattr(found, "backtest"):
        raise TypeError(
            f"forecaster must be a SequenceForecaster, or a search around one; got {estimator!r}."
        )
    return found


# -- what came --------------------------------------------------------------------------


def _with_actuals(panel, fans, actual):
    """Put what came beside what was forecast."""
    bare = replace(panel, exog=None, exog_columns=[], future_known=[], static=[])
    came = read_panel(actual, like=bare, owner="ForecastDisplay")
    if (panel.clocks is None) != (came.clocks is None):
        had, has = ("no stamps", "some") if panel.clocks is None else ("stamps", "none")
        raise TypeError(
            f"The series have {had}, but actual has {has}; pass it in the form of the series."
        )
    return [_with_actual(panel, fan, came) for fan in fans]


def _with_actual(panel, fan, came):
    """Put what came of one series beside its forecast."""
    row = _row_of(panel, fan, came)
    h, values = len(fan.point), came.values[row]
    place = "actual" if len(came) == 1 else f"actual, {came.places[row]},"
    if came.clocks is None:
        if len(values) > h:
            raise ValueError(
                f"{place} has {len(values)} steps, but only {h} are forecast. Pass those, or "
                f"horizon={len(values)}."
            )
        at = np.arange(len(values))
    else:
        at = _places(panel.clocks[panel.names.index(fan.key)], fan.stamps[-h:], came.clocks[row])
    numbers = np.full(h, np.nan)
    numbers[at] = values
    return replace(fan, actual=numbers)


def _row_of(panel, fan, came):
    """Find a series among those that came."""
    if len(panel) == len(came) == 1:
        return 0
    if panel.clocks is None and len(panel) != len(came):
        raise ValueError(
            f"actual has {len(came)} series, but {len(panel)} are continued; without names each "
            "row is what came of the row at its place."
        )
    if fan.key not in came.names:
        raise ValueError(
            f"actual lacks series {fan.key!r}, which is drawn; it has {came.names[:3]}. Pass all "
            "that are drawn, under the names of the series."
        )
    return came.names.index(fan.key)


def _places(clock, coming, came):
    """Give where stamps lie among those that are forecast."""
    index = came.index
    at = coming.get_indexer(index)
    wrong = np.flatnonzero(at < 0)
    if not len(wrong):
        return at
    if len(wrong) == len(index):
        clock.check_follows(index, "actual")  # of another kind, or zone: it says so
    first, ends = shown(index[wrong[0]]), (shown(coming[0]), shown(coming[-1]))
    raise ValueError(
        f"actual has {first}, which is not forecast: the forecast goes from {ends[0]} to "
        f"{ends[1]}. Pass what came of these steps only, or another horizon."
    )


# -- the table, and back ----------------------------------------------------------------


def _tidy(fans):
    """Put series one below another."""
    import pandas as pd

    parts = []
    for fan in fans:
        n, h = len(fan.known), len(fan.point)
        came = np.full(h, np.nan) if fan.actual is None else fan.actual
        columns = {"value": np.concatenate([fan.known, came]), "forecast": _after(n, fan.point)}
        for percent, (low, high) in fan.intervals.items():
            columns |= {f"lo-{percent:g}": _after(n, low), f"hi-{percent:g}": _after(n, high)}
        kind = [HISTORY] * n + [FORECAST] * h
        key = pd.Index([0 if fan.key is None else fan.key], tupleize_cols=False).repeat(n + h)
        first = {"id": key, "time": pd.Index(fan.stamps, name=None), "kind": kind}
        parts.append(pd.DataFrame(first | columns))
    return pd.concat(parts, ignore_index=True)


def _after(n, numbers):
    return np.concatenate([np.full(n, np.nan), numbers])


def _fan(key, part, alone, time_name):
    """Read one series from its rows."""
    import pandas as pd

    coming = part["kind"] == FORECAST
    said, actual = part[coming], part.loc[coming, "value"].to_numpy()
    levels = [name.removeprefix("lo-") for name in part.columns if str(name).startswith("lo-")]
    ends = {float(p): [said[f"{end}-{p}"].to_numpy() for end in ("lo", "hi")] for p in levels}
    return Fan(
        key,
        "series" if alone and key == 0 else str(key),
        pd.Index(part["time"]).rename(time_name),
        part.loc[~coming, "value"].to_numpy(),
        said["forecast"].to_numpy(),
        ends,
        None if np.isnan(actual).all() else actual,
    )


# -- axes -------------------------------------------------------------------------------


def _new_axes(n):
    """Make axes for each of n series, in two columns where they are many."""
    n_columns = 1 if n < 4 else 2
    n_rows = -(-n // n_columns)
    size = (6.4, 4.8 if n == 1 else 0.4 + 2.2 * n_rows)
    figure, axes = pyplot().subplots(
        n_rows, n_columns, figsize=size, layout="constrained", squeeze=False
    )
    for spare in axes.flat[n:]:
        figure.delaxes(spare)
    return axes.ravel()[:n]


def _set_dates(ax, fan):
    """Let dates take little room."""
    if type(fan.stamps).__name__ in ("DatetimeIndex", "PeriodIndex"):
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator(minticks=3, maxticks=8)
        ax.xaxis.set_major_locator(locator)
        ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def _shared_legend(ax):
    """Give what the legend of one series says, for all."""
    parts, names = ax.get_legend_handles_labels()
    return parts, [HISTORY, *names[1:]]


def _own_axes(ax, n):
    """Give the axes of each of n series, where axes were given."""
    given = listed_axes(ax)
    if len(given) == 1:
        return np.repeat(given, n)
    if len(given) != n:
        raise ValueError(f"ax holds {len(given)} axes for {n} series; pass one, or {n}.")
    return given
