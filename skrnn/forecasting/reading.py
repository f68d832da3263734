"""What a network reads at each step of a series, and what it is to say there."""

from dataclasses import dataclass

import numpy as np

LARGEST_INPUT, LARGEST_TARGET = 15.0, 30.0  # in scales; what lies beyond is cut
OLDEST = 50  # steps after which a series' age no longer counts


def choose_lags(window, periods=()):
    """Choose what a step is compared with: steps back by powers of two, and by seasons.

    Examples
    --------
    >>> choose_lags(20, (12,))
    (1, 2, 4, 8, 12, 16)
    """
    powers = [2**k for k in range(int(np.log2(window)) + 1)]
    return tuple(sorted({*powers, *periods}))


@dataclass(frozen=True)
class StepReader:
    """Features and targets of steps, all relative to the newest value.

    A number is a difference to the value of its step, over the scale of that step: so what is
    read at a step knows nothing of later ones, and a forecast of zero repeats the newest value.

    Parameters
    ----------
    window : int
        Steps a network reads before it is asked.
    horizon : int
        h, steps to forecast.
    lags : tuple of int
        How many steps back a step is compared with.
    periods : tuple of int, default=()
        Steps in each season; the coming steps of the season before are read.
    n_past, n_known : int, default=0
        P and K, columns of what else is known, of the past and ahead.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting.histories import lay_out
    >>> histories = lay_out([np.arange(6.0)], window=4)
    >>> reader = StepReader(window=4, horizon=2, lags=choose_lags(4))
    >>> reader.targets(histories, np.array([0]), np.array([2]), n_steps=4)[0]
    array([[ 1.,  2.],
           [ 1.,  2.],
           [ 1., nan],
           [nan, nan]])
    """

    window: int
    horizon: int
    lags: tuple
    periods: tuple = ()
    n_past: int = 0
    n_known: int = 0

    @property
    def ahead(self):
        """Pairs of season and coming step whose value a season earlier is read."""
        return tuple((m, k) for m in self.periods for k in range(1, min(self.horizon, m) + 1))

    @property
    def n_features(self):
        """F, numbers of a step itself."""
        return len(self.lags) + len(self.ahead) + 3 + self.n_past + self.n_known

    @property
    def n_inputs(self):
        """Numbers of a step, and of what is known of the steps to forecast."""
        return self.n_features + self.horizon * self.n_known

    def features(self, histories, series, first, n_steps):
        """Read steps.

        Parameters
        ----------
        histories : Histories
            The series.
        series, first : int ndarrays of shape (B,)
            Which series, and which of its steps comes first.
        n_steps : int
            T, steps from there. Steps beyond the end of a series repeat its newest one.

        Returns
        -------
        x : float64 ndarray of shape (B, T, F + h * K)
            Between -15 and 15. What is known of the steps to forecast comes last.
        """
        start, last = histories.starts[series, None], histories.ends[series, None] - 1
        here = np.minimum(start + first[:, None] + np.arange(n_steps), last)
        now, scale = histories.z[here], histories.scale[here]
        x = np.empty((*here.shape, self.n_inputs))
        for f, lag in enumerate(self.lags):
            x[..., f] = (now - histories.z[np.maximum(here - lag, start)]) / scale
        for f, (m, k) in enumerate(self.ahead, len(self.lags)):
            before = here + k - m
            known = before >= start
            x[..., f] = np.where(known, histories.z[np.maximum(before, start)] - now, 0.0) / scale
        f = len(self.lags) + len(self.ahead)
        x[..., f] = 0.5 * np.log(scale / histories.typical)
        x[..., f + 1] = np.minimum(here - start, OLDEST) / (OLDEST / 2) - 1
        x[..., f + 2] = ~histories.seen[here]
        if self.n_past + self.n_known:
            x[..., f + 3 : f + 3 + self.n_past] = histories.past[here]
            x[..., f + 3 + self.n_past :] = self._known(histories, series, here)
        return np.clip(x, -LARGEST_INPUT, LARGEST_INPUT, out=x)

    def _known(self, histories, series, here):
        """Give what is known at steps and at those to forecast, (B, T, K + h * K)."""
        shift = series[:, None, None] * histories.ahead
        last = histories.ends[series, None, None] - 1 + histories.ahead
        then = np.minimum(here[..., None] + np.arange(self.horizon + 1), last)
        return histories.known[then + shift].reshape(*here.shape, -1)

    def targets(self, histories, series, first, n_steps):
        """Give what comes after steps.

        Parameters
        ----------
        histories : Histories
            The series.
        series, first : int ndarrays of shape (B,)
            Which series, and which of its steps comes first.
        n_steps : int
            T, steps from there.

        Returns
        -------
        target : float64 ndarray of shape (B, T, h)
            Between -30 and 30; NaN where a step is missing, or lies beyond the series.
        """
        start, last = histories.starts[series, None], histories.ends[series, None] - 1
        here = start + first[:, None] + np.arange(n_steps)
        inside = np.minimum(here, last)
        now, scale = histories.z[inside], histories.scale[inside]
        target = np.empty((*here.shape, self.horizon))
        for k in range(self.horizon):
            then = np.minimum(here + k + 1, last)
            known = (here + k + 1 <= last) & histories.seen[then]
            target[..., k] = np.where(known, (histories.z[then] - now) / scale, np.nan)
        return np.clip(target, -LARGEST_TARGET, LARGEST_TARGET, out=target)


def cut_spans(lengths, window):
    """Cut series into spans that overlap by a window, so that every step is asked once.

    Parameters
    ----------
    lengths : int ndarray of shape (n,)
        Steps of each series.
    window : int
        Steps of a span that are read before its first question, but for the span that begins
        with its series.

    Returns
    -------
    series, first, n_steps, asked : int ndarrays of shape (N,)
        For each span its series, its first step, its steps, and how many of them come before
        the first that is asked.

    Examples
    --------
    >>> import numpy as np
    >>> for span in zip(*cut_spans(np.array([7]), window=2)):
    ...     print(*span)
    0 0 3 0
    0 1 4 2
    0 3 4 2
    """
    parts = [_spans(length, window) for length in np.unique(lengths)]
    by_length = dict(zip(np.unique(lengths).tolist(), parts, strict=True))
    found = [by_length[length] for length in lengths.tolist()]
    series = np.repeat(np.arange(len(lengths)), [len(part) for part in found])
    return series, *np.concatenate(found).T


def _spans(length, window):
    """Give (first, n_steps, asked) of the spans of one series, the oldest first."""
    spans, stop = [], length
    while stop > 2 * window:
        spans.append((stop - 2 * window, 2 * window, window))
        stop -= window
    spans.append((0, stop, 0))
    return np.array(spans[::-1])
