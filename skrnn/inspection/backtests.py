"""Pictures of a backtest: errors by step ahead, and whether intervals hold what they promise."""

import numpy as np
import pandas as pd
from sklearn.base import clone

from skrnn._drawing import listed_axes, pyplot
from skrnn.data.panel import read_panel
from skrnn.data.panel_steps import join_panel
from skrnn.inspection.backtest_numbers import METRICS, reckon
from skrnn.inspection.forecasts import find_forecaster

KINDS = ("both", "error", "calibration")
HELD = {"marker": "o", "clip_on": False, "label": "held"}
COLUMNS = ("id", "cutoff", "time", "actual", "forecast")


class BacktestDisplay:
    """Errors of a backtest by step ahead, and the calibration of its intervals.

    Parameters
    ----------
    table : DataFrame
        ``kind``, "error" or "calibration"; ``step`` ahead, of errors; ``level`` in percent, of
        intervals; ``value``, the mean error, or the percentage of actuals inside; ``low`` and
        ``high``, between which eight of ten errors lie, or between which calibration differs
        from the level by no more than chance; ``n_values``, actuals that were known.
    frame : DataFrame
        The backtest, as :meth:`skrnn.SequenceForecaster.backtest` gives it.
    metric : {"mae", "mase", "smape"}, default="mae"
        What the errors are.
    finding : str, default=""
        What it shows, in words.

    Attributes
    ----------
    table, frame, metric : object
        As given.
    finding_ : str
        As given.
    axes_ : ndarray of matplotlib Axes
        The panels that were drawn, errors first.
    ax_ : matplotlib Axes
        The first of them.
    figure_ : matplotlib Figure
        Their figure.
    error_ : matplotlib Line2D or None
        The mean error of each step; None where it was not drawn.
    band_ : matplotlib collection or None
        Between which eight of ten errors lie.
    calibration_ : matplotlib Line2D or None
        The percentage of actuals inside the intervals of each level.
    chance_ : matplotlib collection or None
        How far that may be from the level by chance.

    See Also
    --------
    skrnn.SequenceForecaster.backtest : The numbers.
    ForecastDisplay : One forecast beside what came.

    Notes
    -----
    The steps of one forecast err together, and forecasts that overlap share actuals, so that many
    values may tell little. What chance does is therefore reckoned for as many values as there are
    forecasts that do not overlap: two standard deviations of so many draws. That is cautious. It
    is not cautious enough where many series err at the same time, as they do in a crisis. The
    finding is about the level nearest to 80 % of those that chance does not explain; of all levels
    where it explains them all.

    Examples
    --------
    >>> from skrnn import SequenceForecaster
    >>> from skrnn.datasets import load_air_passengers
    >>> from skrnn.inspection import BacktestDisplay
    >>> model = SequenceForecaster(horizon=6, n_members=1, max_epochs=5, random_state=0)
    >>> display = BacktestDisplay.from_estimator(model, load_air_passengers(), n_windows=3)
    >>> print(display.finding_)
    MAE ... at step 1, ... at step 6. 80 % intervals held ... % of 18 values (3 windows of 6 ...
    >>> display.table.groupby("kind").size().to_dict()
    {'calibration': 4, 'error': 6}
    """

    def __init__(self, table, frame, *, metric="mae", finding=""):
        self.table = table
        self.frame = frame
        self.metric = metric
        self.finding_ = finding

    @classmethod
    def from_estimator(
        cls,
        forecaster,
        y,
        X=None,
        *,
        horizon=None,
        n_windows=4,
        step=None,
        refit=False,
        level=(50, 80, 90, 95),
        metric=None,
        kind=None,
        ax=None,
    ):
        """Run a backtest, and draw it.

        Parameters
        ----------
        forecaster : SequenceForecaster
            It stays as it is, and need not be fitted; or a fitted search around one.
        y : Series, DataFrame, dict or array
            The series. With rows of arrays `X`, what follows each row.
        X : DataFrame or array, default=None
            What else is known at each step, or the rows.
        horizon : int, default=None
            Steps to forecast; None: that of the forecaster.
        n_windows, step, refit : default=4, None, False
            As in :meth:`skrnn.SequenceForecaster.backtest`.
        level : float, list of float or None, default=(50, 80, 90, 95)
            Percentages of the intervals to judge; None judges none, and draws errors alone.
        metric : {"mae", "mase", "smape"} or None, default=None
            The absolute error of each value: in units of the series; in units of the changes of
            its series over a season before the first cutoff; or in percent of the value and the
            forecast, from 0 to 200. None is "mase" for several series and "mae" for one.
        kind : {"both", "error", "calibration"} or None, default=None
            Which panels to draw; None: those that there are numbers for.
        ax : matplotlib Axes or pair of them, default=None
            Where to draw: two axes for both panels, one for a single one. None makes a new figure.

        Returns
        -------
        display : BacktestDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        NotFittedError
            If a search is not fitted.
        TypeError
            If it is no forecaster.
        ValueError
            As ``backtest`` and :meth:`from_backtest`.
        """
        model = find_forecaster(forecaster)
        _check_choices(metric, kind)
        if horizon is not None:
            model = clone(model).set_params(horizon=horizon)
        given = (y, None) if X is None else (X, y)
        asked = {"n_windows": n_windows, "step": step, "refit": refit, "level": level}
        frame = model.backtest(*given, **asked)
        panel = join_panel(read_panel(*given, future_known=model.future_known))
        return cls._drawn(frame, panel, metric, kind, ax)

    @classmethod
    def from_backtest(cls, frame, *, y=None, metric=None, kind=None, ax=None):
        """Draw a backtest that was run.

        Parameters
        ----------
        frame : DataFrame
            All that :meth:`skrnn.SequenceForecaster.backtest` gave.
        y : Series, DataFrame, dict or array, default=None
            The series that it was given, for "mase": what lies before the first cutoff is the
            scale of each one.
        metric : {"mae", "mase", "smape"} or None, default=None
            As in :meth:`from_estimator`. None is "mase" for several series where `y` is given,
            else "mae".
        kind : {"both", "error", "calibration"} or None, default=None
            Which panels to draw; None: those that there are numbers for.
        ax : matplotlib Axes or pair of them, default=None
            Where to draw: two axes for both panels, one for a single one. None makes a new figure.

        Returns
        -------
        display : BacktestDisplay
            Drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        TypeError, ValueError
            If it is no backtest, or no actual is known; if errors cannot be scaled; if `kind` and
            `ax` do not fit.
        """
        _check_choices(metric, kind)
        _check_frame(frame)
        panel = None if y is None else join_panel(read_panel(y))
        return cls._drawn(frame, panel, metric, kind, ax)

    @classmethod
    def _drawn(cls, frame, panel, metric, kind, ax):
        table, metric, finding = reckon(frame, panel, metric)
        return cls(table, frame, metric=metric, finding=finding).plot(kind=kind, ax=ax)

    def plot(self, *, kind=None, ax=None):
        """Draw it.

        Parameters
        ----------
        kind : {"both", "error", "calibration"} or None, default=None
            Which panels to draw; None: those that there are numbers for.
        ax : matplotlib Axes or pair of them, default=None
            Where to draw: two axes for both panels, one for a single one. None makes a new figure.

        Returns
        -------
        self : BacktestDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        ValueError
            If there are no intervals to judge, or fewer or more axes than panels.
        """
        _check_choices(None, kind)
        errors, held = (self.table[self.table["kind"] == each] for each in KINDS[1:])
        kind = kind or ("both" if len(held) else "error")
        if kind != "error" and not len(held):
            raise ValueError(
                "There are no intervals whose calibration could be drawn: run the backtest with "
                "level=[50, 80, 95], or pass kind='error'."
            )
        n = 2 if kind == "both" else 1
        self.axes_ = _new_axes(n) if ax is None else _own_axes(ax, n)
        self.ax_, self.figure_ = self.axes_[0], self.axes_[0].figure
        self.error_ = self.band_ = self.calibration_ = self.chance_ = None
        if kind != "calibration":
            self._draw_errors(self.axes_[0], errors)
        if kind != "error":
            self._draw_calibration(self.axes_[-1], held)
        return self

    def _draw_errors(self, ax, errors):
        steps = errors["step"].to_numpy(dtype=np.int64)
        ends = errors["low"].to_numpy(), errors["high"].to_numpy()
        marker = "o" if len(steps) < 40 else None
        (self.error_,) = ax.plot(steps, errors["value"], marker=marker, ms=4, label="mean")
        self.band_ = ax.fill_between(steps, *ends, alpha=0.2, lw=0, label="8 of 10 errors")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set(xlabel="step ahead", ylabel=METRICS[self.metric], title="Error by step")
        ax.set_ylim(bottom=0)
        ax.legend()

    def _draw_calibration(self, ax, held):
        levels = np.r_[0, held["level"], 100].astype(np.float64)
        ends = np.r_[0, held["low"], 100], np.r_[0, held["high"], 100]
        ax.plot([0, 100], [0, 100], color="0.5", lw=1, linestyle="--", label="as promised")
        chance = {"color": "0.5", "alpha": 0.2, "lw": 0, "label": "chance"}
        self.chance_ = ax.fill_between(levels, *ends, **chance)
        (self.calibration_,) = ax.plot(held["level"], held["value"], **HELD)
        ax.set(xlim=(0, 100), ylim=(0, 100), title="Intervals")
        ax.set(xlabel="level (%)", ylabel="actuals inside (%)")
        ax.legend(loc="upper left")


# -- what was asked ---------------------------------------------------------------------


def _check_choices(metric, kind):
    for name, value, known in (("metric", metric, tuple(METRICS)), ("kind", kind, KINDS)):
        if value is not None and value not in known:
            raise ValueError(f"{name}={value!r} is none of {', '.join(map(repr, known))}.")


def _check_frame(frame):
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(
            f"frame must be what SequenceForecaster.backtest gives, a DataFrame; got {frame!r}. "
            "BacktestDisplay.from_estimator runs a backtest."
        )
    if missing := [name for name in COLUMNS if name not in frame.columns]:
        raise ValueError(
            f"frame lacks the columns {missing} of a backtest; it has {list(frame.columns)}. Pass "
            "what SequenceForecaster.backtest gives."
        )


def _new_axes(n):
    size = (8.0 if n == 2 else 6.4, 3.8)
    return pyplot().subplots(1, n, figsize=size, layout="constrained", squeeze=False)[1].ravel()


def _own_axes(ax, n):
    given = listed_axes(ax)
    if len(given) != n:
        raise ValueError(
            f"ax holds {len(given)} axes for {n} panels; pass two axes for both, or one and "
            "kind='error' or kind='calibration'."
        )
    return given
