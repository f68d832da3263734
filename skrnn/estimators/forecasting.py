"""What a forecaster knows once it is fitted, and how it forecasts from it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from skrnn.forecasting.baselines import forecast_baselines
from skrnn.forecasting.blend import Blend
from skrnn.forecasting.conformal import Conformal
from skrnn.forecasting.levels import Levels, fit_levels
from skrnn.forecasting.matrix import right_aligned
from skrnn.training.device import usable_device

BASELINE_STEPS = 1000  # that textbook forecasts look back
FEWEST_STILL = 3  # values of a series that is said never to change


@dataclass(frozen=True)
class Series:
    """Series to forecast, as numbers.

    Parameters
    ----------
    values : list of ndarray of shape (T_i,)
        The n series; NaN where a value is missing.
    past : list of ndarray of shape (T_i, P), or None
        What else is known, but not ahead, in the network's units.
    known : list of ndarray of shape (T_i + ahead, K), or None
        What is known ahead, in the network's units.
    ahead : int
        For how many steps.
    names : list, default=None
        By which they are known from fit; None where they are not.
    """

    values: list
    past: list = None
    known: list = None
    ahead: int = 0
    names: list = None

    def __len__(self):
        """Count the series."""
        return len(self.values)

    def until(self, rows, back):
        """Give some of the series as they were `back` steps ago."""
        values = [self.values[i][: len(self.values[i]) - back] for i in rows]
        past = self.past and [self.past[i][: len(self.past[i]) - back] for i in rows]
        known = self.known and [self.known[i] for i in rows]
        names = self.names and [self.names[i] for i in rows]
        return Series(values, past, known, self.ahead + back, names)

    def beside(self, others, ahead):
        """Give these series and others as one, all with what is known `ahead` steps beyond."""
        parts = [self, *others]
        given = [part.covariates(ahead) for part in parts]

        def joined(lists):
            lists = list(lists)
            return None if lists[0] is None else [row for rows in lists for row in rows]

        values, names = joined(p.values for p in parts), joined(p.names for p in parts)
        past, known = joined(g["past"] for g in given), joined(g["known"] for g in given)
        return Series(values, past, known, ahead if known else 0, names)

    def covariates(self, ahead):
        """Give what lay_out takes of them, `ahead` steps beyond the end."""
        known = self.known
        if known is not None:
            known = [k[: len(k) - self.ahead + ahead] for k in known]
            known = [np.pad(k, ((0, max(ahead - self.ahead, 0)), (0, 0))) for k in known]
        return {"past": self.past, "known": known, "ahead": ahead}


@dataclass(frozen=True)
class Forecast:
    """Forecasts of n series, with all their quantiles.

    Parameters
    ----------
    point : ndarray of shape (n, H)
        In the units of the series.
    z : ndarray of shape (n, H)
        The same in the network's units.
    spread : callable
        Gives the lower and the upper widths, (2, n, H), in the network's units, positive. It is
        asked once, where they are needed.
    levels : Levels
        The way back.
    conformal : Conformal
        How many of those widths a quantile is away.
    """

    point: np.ndarray
    z: np.ndarray
    spread: Callable
    levels: Levels
    conformal: Conformal

    @cached_property
    def widths(self):
        """Lower and upper widths, (2, n, H)."""
        return self.spread()

    def quantile(self, q):
        """Give a quantile (n, H) in the units of the series."""
        if q == 0.5:
            return self.point
        scores = _all_steps(self.conformal.quantile(q), self.z.shape[1])
        values = self.levels.restore(self._at(scores))
        return np.minimum(values, self.point) if q < 0.5 else np.maximum(values, self.point)

    def sample(self, n_paths, rng):
        """Draw joint paths (S, n, H)."""
        H, h = self.z.shape[1], self.conformal.horizon
        n_series = len(self.z)
        blocks = [self.conformal.draw(n_paths * n_series, rng) for _ in range(-(-H // h))]
        scores = np.concatenate(blocks, axis=1)[:, :H].reshape(n_paths, n_series, H)
        return np.stack([self.levels.restore(self._at(path)) for path in scores])

    def _at(self, scores):
        return self.z + scores * np.where(scores < 0, *self.widths)

    def scores(self, actual):
        """Count errors in widths, (n, H)."""
        with np.errstate(invalid="ignore"):
            error = actual - self.z
        return error / np.where(error < 0, *self.widths)


def _all_steps(scores, n_steps):
    """Repeat the scores of the last step for those beyond."""
    return scores[np.minimum(np.arange(n_steps), len(scores) - 1)]


@dataclass(frozen=True)
class Guarded:
    """Networks, and the textbook forecasts that they are blended with.

    Parameters
    ----------
    members : list of Member
        The networks.
    periods : tuple of int
        Steps in each season.
    transform : {"auto", "log", None}
        Whether series are read as logarithms.
    blend : Blend
        What "network" and each textbook forecast counts.
    conformal : Conformal
        How far earlier forecasts were off.
    device : str, default="cpu"
        Where to compute.
    judged : Member, default=None
        The network whose errors these are: they are counted in its widths. None: in the mean
        widths of the members.
    """

    members: list
    periods: tuple
    transform: str
    blend: Blend
    conformal: Conformal
    device: str = "cpu"
    judged: object = None

    @property
    def horizon(self):
        """Steps that the networks forecast at once."""
        return self.members[0].reader.horizon

    def forecast(self, series, H, levels=None):
        """Forecast series.

        Parameters
        ----------
        series : Series
            The series.
        H : int
            Steps; beyond the horizon, blocks are chained.
        levels : Levels, default=None
            Seasons and units; None finds them in the series.

        Returns
        -------
        forecast : Forecast
            Of all series.
        """
        if levels is None:
            levels = fit_levels(series.values, self.periods, self.transform)
        rows = levels.read(series.values)
        z = self.network(series, rows, H)
        spread = partial(self.spread, series, rows, z)
        point = levels.restore(z)
        if len(self.blend.shares) > 1:
            said = {"network": point} | forecast_textbook(series.values, H, levels.seasons)
            point = self.blend.mix(said, series.names or [None] * len(series))
        still = _still(series.values)
        point = np.where(np.isnan(still)[:, None], point, still[:, None])
        z = levels.turn(point)
        return Forecast(point, z, spread, levels, self.conformal)

    def network(self, series, rows, H):
        """Give what the networks say: the median of their medians.

        Parameters
        ----------
        series : Series
            The series.
        rows : list of ndarray of shape (T_i,)
            Their values in the network's units.
        H : int
            Steps to forecast.

        Returns
        -------
        z : ndarray of shape (n, H)
            Forecasts, in the network's units.
        """
        z = np.empty((len(rows), 0))
        while z.shape[1] < H:
            said = [point for point, _ in self._block(self.members, series, rows, z)]
            z = np.concatenate([z, np.median(said, axis=0)], axis=1)
        return z[:, :H]

    def spread(self, series, rows, z):
        """Give the widths around forecasts; those of later blocks stand on those before.

        Parameters
        ----------
        series, rows : object
            As of :meth:`network`.
        z : ndarray of shape (n, H)
            What it said.

        Returns
        -------
        widths : ndarray of shape (2, n, H)
            Lower and upper ones, in the network's units.
        """
        members = self.members if self.judged is None else [self.judged]
        blocks, variance = [], np.zeros((2, len(rows), 1))
        for done in range(0, z.shape[1], self.horizon):
            said = [fan for _, fan in self._block(members, series, rows, z[:, :done])]
            fan = np.mean(said, axis=0)
            blocks.append(np.sqrt(variance + np.stack([fan[..., 0], fan[..., -1]]) ** 2))
            variance = blocks[-1][..., -1:] ** 2
        return np.concatenate(blocks, axis=2)[..., : z.shape[1]]

    def _block(self, members, series, rows, z):
        """Give what each network says of the steps that follow `z`, (point, fan)."""
        if z.shape[1]:
            rows = [np.concatenate(pair) for pair in zip(rows, z, strict=True)]
            series = _grown(series, z.shape[1])
        given = series.covariates(self.horizon)
        return [member.forecast(rows, given, usable_device(self.device)) for member in members]


def forecast_textbook(values, H, seasons):
    """Give the textbook forecasts of series with these seasons, each an ndarray (n, H)."""
    return forecast_baselines(right_aligned(values, BASELINE_STEPS), H, seasons)


def _still(rows):
    """Give the value (n,) of series that have never changed, NaN for the others."""
    values = np.full(len(rows), np.nan)
    for i, row in enumerate(rows):
        known = row[~np.isnan(row)]
        if len(known) >= FEWEST_STILL and (known == known[0]).all():
            values[i] = known[0]
    return values


def _grown(series, n_steps):
    """Give series whose clock has moved on: what was known ahead is now of the past."""
    past = series.past and [np.pad(p, ((0, n_steps), (0, 0)), mode="edge") for p in series.past]
    return replace(series, past=past, ahead=series.ahead - n_steps)
