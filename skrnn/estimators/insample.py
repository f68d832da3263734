"""What the networks would have said at each step of the series that they were fitted to."""

import numpy as np

from skrnn.forecasting.histories import lay_out
from skrnn.forecasting.levels import fit_levels
from skrnn.forecasting.matrix import right_aligned
from skrnn.forecasting.reading import cut_spans
from skrnn.training.device import usable_device
from skrnn.training.forking import Spans
from skrnn.training.inference import run_network

MOST_NUMBERS = 2**23  # that a network says at a time


def forecast_insample(guarded, series, step, levels=None):
    """Forecast every step of series from some steps before it.

    Parameters
    ----------
    guarded : Guarded
        What was fitted.
    series : Series
        The series.
    step : int
        How many steps before, at most the horizon.
    levels : Levels, default=None
        Seasons and units of the series; None finds them.

    Returns
    -------
    rows : list of ndarray of shape (T_i,)
        The median of the networks, in the units of the series; NaN where no value lies `step`
        or more steps before.
    """
    if levels is None:
        levels = fit_levels(series.values, guarded.periods, guarded.transform)
    rows, given = levels.read(series.values), series.covariates(guarded.horizon)
    device = usable_device(guarded.device)
    said = [_of_member(member, rows, given, step, device) for member in guarded.members]
    Z = right_aligned(_by_series(np.median(said, axis=0), rows, step))
    values = levels.restore(Z, 1 - Z.shape[1])
    return [row[len(row) - len(z) :].copy() for row, z in zip(values, rows, strict=True)]


def _of_member(member, rows, covariates, step, device):
    """Give what one network says at each step of all series, one after another: (N,)."""
    histories = lay_out(rows, member.reader.window, member.typical, **covariates)
    series, first, lengths, asked = cut_spans(histories.lengths, member.reader.window)
    head = member.net.criterion_.head
    said = np.empty(len(histories.z))
    for part in _alike(lengths, head.n_outputs):
        spans = Spans(histories, member.reader, series[part], first[part], lengths[part], device)
        outputs = run_network(member.net.module_, spans, device)
        steps = np.arange(outputs.shape[1])
        places = (histories.starts[series[part]] + first[part])[:, None] + steps
        is_asked = steps >= asked[part][:, None]
        said[places[is_asked]] = head.predict(outputs)[..., step - 1].numpy()[is_asked]
    return histories.z + said * histories.scale


def _alike(lengths, n_outputs):
    """Yield spans of one length, as many as fit."""
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        yield from np.array_split(rows, -(-len(rows) * length * n_outputs // MOST_NUMBERS))


def _by_series(said, rows, step):
    """Move what was said to the step that it was said of, and cut it by series."""
    ends = np.cumsum([len(row) for row in rows])
    moved = []
    for row, part in zip(rows, np.split(said, ends[:-1]), strict=True):
        begun = np.maximum.accumulate(~np.isnan(row))
        now = np.full(len(row), np.nan)
        now[step:] = np.where(begun, part, np.nan)[: max(len(row) - step, 0)]
        moved.append(now)
    return moved
