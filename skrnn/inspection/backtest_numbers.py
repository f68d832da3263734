"""What a backtest says of errors and of intervals, in numbers and in words."""

import numpy as np
import pandas as pd

from skrnn.data.panel_answer import own_stamps
from skrnn.estimators.forecast_parameters import natural_period
from skrnn.estimators.validation import errors_by_scale

METRICS = {"mae": "MAE", "mase": "MASE", "smape": "sMAPE"}
BAND = (0.1, 0.9)  # quantiles of the errors at one step
TYPICAL = 80  # the level that the finding is about, or the nearest that chance does not explain
UNSURE = 20  # percentage points within which chance must lie, to be sure
NAMES = ["kind", "step", "level", "value", "low", "high", "n_values"]


def reckon(frame, panel, metric):
    """Reckon errors by step and the calibration of intervals.

    Parameters
    ----------
    frame : DataFrame
        A backtest.
    panel : Panel or None
        Its series, which errors are scaled by.
    metric : {"mae", "mase", "smape"} or None
        What errors are; None: "mase" where there are several series that have a scale.

    Returns
    -------
    table : DataFrame
        As :class:`~skrnn.inspection.BacktestDisplay` has it.
    metric : {"mae", "mase", "smape"}
        What errors are.
    finding : str
        What they say.

    Raises
    ------
    ValueError
        If no actual is known, or errors cannot be scaled.
    """
    rows = frame.sort_values(["cutoff", "time"], kind="stable")
    rows["step"] = rows.groupby(["id", "cutoff"], sort=False).cumcount() + 1
    horizon = int(rows["step"].max()) if len(rows) else 0
    rows = rows[rows["actual"].notna()]
    if not len(rows):
        raise ValueError("All actuals of the backtest are NaN, so there is nothing to judge by.")
    metric, scale = _choose_metric(metric, rows, panel)
    errors = _by_step(rows["step"], _errors(rows, metric, scale))
    n_apart = _forecasts_apart(rows, horizon)
    held = _calibration(rows, _levels(frame), n_apart)
    table = pd.concat([part for part in (errors, held) if len(part)], ignore_index=True)
    found = [_tell_errors(errors, metric)]
    if len(held):
        found.append(_tell_calibration(held, rows, horizon, n_apart))
    table = table.reindex(columns=NAMES).astype({"step": "Int64"})
    return table, metric, " ".join(found)


# -- errors -----------------------------------------------------------------------------


def _choose_metric(metric, rows, panel):
    """Give what errors are, and what the error of each row is divided by."""
    if metric is None:
        metric = "mae" if panel is None or rows["id"].nunique() == 1 else "mase"
        if metric == "mase" and not (_scales(rows, panel) > 0).any():
            metric = "mae"
    if metric != "mase":
        return metric, None
    if panel is None:
        raise ValueError(
            "metric='mase' needs the scale of each series: pass y, the series of the backtest, or "
            "metric='mae'."
        )
    scale = _scales(rows, panel)
    if not (scale > 0).any():
        raise ValueError(
            "metric='mase' needs series that change before the first cutoff, and none does; take "
            "metric='mae'."
        )
    return metric, scale


def _scales(rows, panel):
    """Give the changes over a season, before the first cutoff, of the series of each row."""
    at = {0 if name is None else name: i for i, name in enumerate(panel.names)}
    known = {}
    indexes = None if panel.clocks is None else own_stamps(panel.clocks)
    for key, cutoff in rows.groupby("id", sort=False)["cutoff"].min().items():
        if key not in at:
            raise ValueError(
                f"The backtest has a series {key!r}, which y lacks; y has {list(at)[:3]}. Pass the "
                "series that were given to backtest."
            )
        i = at[key]
        n = cutoff + 1 if indexes is None else indexes[i].searchsorted(cutoff, side="right")
        known[key] = panel.values[i][:n]
    scale = errors_by_scale(list(known.values()), natural_period(panel))
    return rows["id"].map(dict(zip(known, scale, strict=True))).to_numpy(dtype=np.float64)


def _errors(rows, metric, scale):
    """Give the error of each row; NaN where its series has no scale."""
    came, said = rows["actual"].to_numpy(np.float64), rows["forecast"].to_numpy(np.float64)
    error = np.abs(came - said)
    if metric == "mae":
        return error
    if metric == "smape":
        error, scale = 200 * error, np.abs(came) + np.abs(said)
        return np.divide(error, scale, out=np.zeros_like(error), where=scale > 0)
    return np.divide(error, scale, out=np.full_like(error, np.nan), where=scale > 0)


def _by_step(step, error):
    """Average errors over series and cutoffs."""
    by = pd.Series(error, step.to_numpy()).dropna().groupby(level=0)
    table = pd.DataFrame(
        {
            "value": by.mean(),
            "low": by.quantile(BAND[0]),
            "high": by.quantile(BAND[1]),
            "n_values": by.size(),
        }
    )
    return table.rename_axis("step").reset_index().assign(kind="error")


# -- intervals --------------------------------------------------------------------------


def _levels(frame):
    """Give the levels whose intervals a backtest holds, as they are written."""
    names = [str(name) for name in frame.columns]
    levels = [name.removeprefix("lo-") for name in names if name.startswith("lo-")]
    return sorted((level for level in levels if f"hi-{level}" in names), key=float)


def _forecasts_apart(rows, horizon):
    """Count forecasts that do not overlap, of all series."""
    stamps = rows.groupby("id", sort=False)["time"].nunique()
    windows = rows.groupby("id", sort=False)["cutoff"].nunique()
    return int(np.clip(stamps // horizon, 1, windows).sum())


def _calibration(rows, levels, n_apart):
    """Count the actuals inside the intervals of each level."""
    held = []
    for level in levels:
        inside = rows["actual"].between(rows[f"lo-{level}"], rows[f"hi-{level}"])
        percent = float(level)
        chance = _chance(percent, n_apart)
        low, high = max(0.0, percent - chance), min(100.0, percent + chance)
        held.append((percent, 100 * inside.mean(), low, high, len(rows)))
    table = pd.DataFrame(held, columns=["level", "value", "low", "high", "n_values"])
    return table.assign(kind="calibration")


def _chance(percent, n):
    """Give two standard deviations of a percentage of n draws."""
    return 2 * np.sqrt(percent * (100 - percent) / n)


# -- words ------------------------------------------------------------------------------


def _tell_errors(errors, metric):
    first, last = errors.iloc[0], errors.iloc[-1]
    parts = [f"{each['value']:.3g} at step {each['step']:g}" for each in (first, last)]
    return f"{METRICS[metric]} {', '.join(dict.fromkeys(parts))}."


def _tell_calibration(held, rows, horizon, n_apart):
    """Say whether intervals are too narrow or too wide, and how sure that is."""
    beyond = held[(held["value"] < held["low"]) | (held["value"] > held["high"])]
    told = beyond if len(beyond) else held
    row = told.loc[(told["level"] - TYPICAL).abs().idxmin()]
    n_series = rows["id"].nunique()
    n_windows = rows.groupby("id", sort=False)["cutoff"].nunique().max()
    of = "" if n_series == 1 else f"{n_series} series, "
    windows = f"{_counted(n_windows, 'window')} of {_counted(horizon, 'step')}"
    return (
        f"{row['level']:g} % intervals held {row['value']:.0f} % of {row['n_values']:g} values "
        f"({of}{windows}): {_verdict(row, n_apart)}."
    )


def _counted(n, what):
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def _verdict(row, n_apart):
    """Say in words how a percentage lies beside its level."""
    gap = row["value"] - row["level"]
    size = "narrow" if gap < 0 else "wide"
    apart = f"{_counted(n_apart, 'forecast')} that {'does' if n_apart == 1 else 'do'} not overlap"
    if not row["low"] <= row["value"] <= row["high"]:
        return f"too {size}"
    if abs(gap) > _chance(row["level"], row["n_values"]):
        return f"perhaps too {size}, but {apart} cannot tell"
    if row["high"] - row["low"] > UNSURE:
        return f"about right, as far as {apart} can tell"
    return "about right"
