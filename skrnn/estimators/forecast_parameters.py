"""What a forecaster's parameters mean for the series at hand."""

import copy
from contextlib import contextmanager
from numbers import Integral, Real

import numpy as np

from skrnn.data.bookkeeping import row_width
from skrnn.data.series import shown, within
from skrnn.forecasting.reading import StepReader, choose_lags
from skrnn.training.callbacks import one_line

SHORTEST_WINDOW = 24
WINDOWS = (1.0, 0.7, 1.4)  # of the members, in turn
OUTER = (0.1, 0.9)  # quantiles learned where none is asked for on a side
OF_NETWORKS = {  # what it shares with the other estimators
    *("cell", "hidden_size", "num_layers", "optimizer", "lr", "lr_schedule", "batch_size"),
    *("max_epochs", "alpha", "l1", "clip_norm", "clip_value", "tbptt_steps", "max_time"),
    *("device", "callbacks", "net_params", "random_state", "verbose"),
}


def horizon_of(horizon, panel):
    """Give the steps to forecast; rows with what follows them decide themselves."""
    return int(horizon) if panel.continuation is None else panel.continuation.shape[1]


def n_columns(X, panel):
    """Count the columns of X: steps of a 2-D array, exogenous columns, or one."""
    if panel.clocks is None:
        return 1 if panel.form.one else row_width(X) or 1
    return len(panel.exog_columns) or 1


def check_columns(X, panel, fitted, n_features):
    """Refuse a 2-D array of fewer steps than that of fit; lists hold series of any length."""
    arrays = panel.clocks is None and fitted.clocks is None and not isinstance(X, list | tuple)
    width = row_width(X) if arrays else None
    if width is not None and width < n_features:
        raise ValueError(
            f"X has {width} features, but SequenceForecaster is expecting {n_features} features "
            "as input: its rows have fewer steps than those of fit. Pass a list of arrays to "
            "forecast series of any length."
        )


def choose_periods(season, panel):
    """Give the steps of each season that the series may have, ascending."""
    if season is None:
        return ()
    if isinstance(season, str):
        season = panel.clocks[0].seasons if panel.clocks else ()
        return tuple(m for m in season if 2 * m <= panel.lengths.max())
    periods = [season] if isinstance(season, Integral) else list(season)
    for m in periods:
        if not isinstance(m, Integral) or isinstance(m, bool) or m < 1:
            raise ValueError(
                f"season={season!r} must hold whole numbers of steps, such as (24, 168)."
            )
    return tuple(sorted({int(m) for m in periods if m > 1}))


def natural_period(panel):
    """Give the steps of the shortest season of the frequency, whatever the parameters say."""
    return min(panel.clocks[0].seasons, default=1) if panel.clocks else 1


def choose_window(window, horizon, periods):
    """Give the steps that a network reads before it is asked."""
    if window != "auto":
        return int(window)
    return int(max(SHORTEST_WINDOW, 2 * horizon, 1.25 * max(periods, default=0)))


def choose_readers(window, horizon, periods, covariates, n):
    """Give how each of n networks reads steps, over windows of different lengths."""
    windows = [max(2, round(window * WINDOWS[i % len(WINDOWS)])) for i in range(n)]
    lags = choose_lags(window, periods)
    known = covariates.n_past, covariates.n_known
    return [StepReader(each, horizon, lags, periods, *known) for each in windows]


def check_quantiles(quantiles):
    """Give the quantiles to learn beside the median, at least one on each side."""
    quantiles = check_probabilities(quantiles, "quantiles")
    if list(quantiles) != sorted(set(quantiles)):
        raise ValueError(f"quantiles={quantiles!r} must be ascending and different.")
    lower, upper = [q for q in quantiles if q < 0.5], [q for q in quantiles if q > 0.5]
    return tuple(lower or OUTER[:1]) + tuple(upper or OUTER[1:])


def check_probabilities(values, name):
    """Give probabilities as a tuple of floats, strictly between 0 and 1."""
    values = [values] if isinstance(values, Real) else list(values)
    for q in values:
        if not isinstance(q, Real) or isinstance(q, bool) or not 0 < q < 1:
            raise ValueError(
                f"{name} holds {q!r}; expected probabilities strictly between 0 and 1, such as 0.9."
            )
    return tuple(float(q) for q in values)


def read_extra(level, quantiles):
    """Give {suffix: probability} of what is asked for beside the forecast."""
    extra = {}
    for percent in [] if level is None else np.atleast_1d(level).tolist():
        if not isinstance(percent, Real) or isinstance(percent, bool) or not 0 < percent < 100:
            raise ValueError(
                f"level holds {percent!r}; expected percentages strictly between 0 and 100, such "
                "as 95."
            )
        if percent < 1:
            raise ValueError(
                f"level holds {percent!r}, which is less than one percent; write {100 * percent:g}."
            )
        tail = (100 - percent) / 200
        extra |= {f"-lo-{percent:g}": tail, f"-hi-{percent:g}": 1 - tail}
    for q in [] if quantiles is None else check_probabilities(quantiles, "quantiles"):
        extra[f"-q{q:g}"] = q
    return extra


def check_whole(name, value, least):
    """Refuse what is no whole number, or too small a one."""
    if not isinstance(value, Integral) or isinstance(value, bool | np.bool_) or value < least:
        raise ValueError(f"{name}={value!r} must be a whole number, {least} or more.")


def one_horizon(given, horizon):
    """Give the one number of steps that two say."""
    if horizon is not None and horizon != given:
        raise ValueError(
            f"horizon={horizon}, but X says {given} steps. Leave horizon out, or pass as many rows."
        )
    return given


@contextmanager
def params_of_runs(params, n_runs):
    """Give a copy of the parameters for several runs, which share time and progress line."""
    params = copy.copy(params)
    if params.max_time is not None:
        params.max_time = params.max_time / n_runs
    with one_line(n_runs, params.verbose):
        yield params


def check_count(n, name, of):
    """Raise unless a number is a whole one and positive."""
    if not isinstance(n, Integral) or isinstance(n, bool | np.bool_):
        raise TypeError(f"{name} must be a whole number of {of}, but got {n!r}.")
    if n < 1:
        raise ValueError(f"{name}={n!r} must be a positive number of {of}.")


def check_logs(panel, transformation):
    """Refuse logarithms of series that have none; names the series and the step."""
    if transformation != "log":
        return
    for i, values in enumerate(panel.values):
        bad = values <= 0  # NaN is not
        if bad.any():
            at = int(np.argmax(bad))
            stamp = f"step {at}" if panel.clocks is None else shown(panel.clocks[i].index[at])
            raise ValueError(
                f"transformation='log' needs positive values, but {within(panel.places[i])} holds "
                f"{values[at]:g} at {stamp}. Set transformation='auto', which takes logarithms of "
                "positive series only."
            )


def make_report(school, names):
    """Give the errors of each series that was judged as a frame; None where none was."""
    if school.errors is None:
        return None
    import pandas as pd

    names = [names[i] for i in school.judged]
    report = pd.DataFrame(school.errors, index=pd.Index(names, name="series", tupleize_cols=False))
    single = [name for name in school.errors if name != "blend"]
    known = report[single].notna().any(axis=1)
    report["best"] = None
    report.loc[known, "best"] = report.loc[known, single].idxmin(axis=1)
    report["weight"] = school.guarded.blend.of(names)[:, 0]
    return report
