"""Many series laid out for a network that forecasts from every step of them."""

from dataclasses import dataclass

import numpy as np

PRIOR_STEPS = 2.0  # how many steps the typical change counts against a series' own


@dataclass(frozen=True)
class Histories:
    """Series in the network's units, one after another.

    Parameters
    ----------
    z : float64 ndarray of shape (N,)
        All steps of all series; a missing step holds the value before it.
    seen : bool ndarray of shape (N,)
        Which steps are not missing.
    scale : float64 ndarray of shape (N,)
        How much a series changes from step to step, as known at each step.
    starts, lengths : int64 ndarrays of shape (n,)
        Where each series begins, and its steps.
    typical : float
        How much a series changes in the middle: see :func:`lay_out`.
    past : float64 ndarray of shape (N, P)
        What else is known at each step, but not ahead.
    known : float64 ndarray of shape (N + n * ahead, K)
        What is known ahead, up to `ahead` steps beyond the end of each series.
    ahead : int
        How many steps those are.
    """

    z: np.ndarray
    seen: np.ndarray
    scale: np.ndarray
    starts: np.ndarray
    lengths: np.ndarray
    typical: float
    past: np.ndarray
    known: np.ndarray
    ahead: int

    @property
    def ends(self):
        """Where each series ends in `z`: the number after its newest step."""
        return self.starts + self.lengths


def lay_out(rows, window, typical=None, *, past=None, known=None, ahead=0):
    """Lay series out.

    The scale of a step is the mean absolute change over the last `window` steps, where two
    changes of the typical size are counted in; so it is positive for a constant series, and
    known for a single step. Nothing of it knows the future.

    Parameters
    ----------
    rows : list of ndarray of shape (T_i,)
        Series in the network's units, at least one step each; NaN where a value is missing.
    window : int
        Steps over which changes are averaged.
    typical : float, default=None
        How much a series changes; None finds the median over the series.
    past : list of ndarray of shape (T_i, P), default=None
        What else is known at each step; NaN counts as 0.
    known : list of ndarray of shape (T_i + ahead, K), default=None
        What is known ahead; NaN counts as 0.
    ahead : int, default=0
        Steps beyond the end of a series that `known` goes on for.

    Returns
    -------
    histories : Histories
        Shares no memory with the rows.

    Examples
    --------
    >>> import numpy as np
    >>> histories = lay_out([np.array([1.0, np.nan, 3.0])], window=8)
    >>> histories.z, histories.seen
    (array([1., 1., 3.]), array([ True, False,  True]))
    >>> histories.scale
    array([2., 2., 2.])
    """
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    starts = np.cumsum(lengths) - lengths
    z = np.concatenate(rows)
    seen = ~np.isnan(z)
    first = np.repeat(starts, lengths)
    z = _filled(z, seen, first)
    n_seen = _running(seen, first, window)
    change = np.abs(np.diff(z, prepend=z[:1]))
    change[starts] = 0.0
    beyond = _first_seen(seen, first)
    change[beyond] = 0.0  # the first value of a series is no change
    total = _running(change, first, window)
    count = np.maximum(n_seen - (np.arange(len(z)) - first < window), 0)
    if typical is None:
        typical = _typical(change, seen, starts, lengths)
    scale = (np.maximum(total, 0.0) + PRIOR_STEPS * typical) / (count + PRIOR_STEPS)
    past = _together(past, len(z))
    known = _together(known, len(z) + ahead * len(rows))
    return Histories(z, seen, scale, starts, lengths, typical, past, known, ahead)


def _together(parts, n_steps):
    """Put covariates one after another; no columns where there are none."""
    if parts is None:
        return np.zeros((n_steps, 0))
    return np.nan_to_num(np.concatenate(parts), nan=0.0)


def _filled(z, seen, first):
    """Put the value before it into each missing step; the first one into those before it."""
    at = np.maximum.accumulate(np.where(seen, np.arange(len(z)), -1))
    none_yet = at < first
    after = np.where(seen, np.arange(len(z)), len(z))
    after = np.minimum.accumulate(after[::-1])[::-1]
    at = np.where(none_yet, np.minimum(after, len(z) - 1), at)
    filled = z[at]
    return np.where(np.isnan(filled), 0.0, filled)


def _first_seen(seen, first):
    """Tell which steps are the first known ones of their series."""
    count = np.cumsum(seen)
    before = np.where(first > 0, count[first - 1], 0)
    return seen & (count - before == 1)


def _running(values, first, window):
    """Sum over the last `window` steps of each series, which no other series rounds."""
    starts = np.flatnonzero(first == np.arange(len(values)))
    parts = np.split(values, starts[1:])
    total = np.concatenate([np.cumsum(part, dtype=np.float64) for part in parts])
    before = np.arange(len(values)) - window
    return total - np.where(before >= first, total[np.maximum(before, 0)], 0.0)


def _typical(change, seen, starts, lengths):
    """Give the median over the series of their mean change, of those that change."""
    total = np.add.reduceat(change, starts)
    count = np.add.reduceat(seen.astype(np.float64), starts) - 1
    mean = (total / np.maximum(count, 1))[lengths > 0]
    mean = mean[mean > 0]
    return float(np.median(mean)) if len(mean) else 1.0
