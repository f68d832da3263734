"""Series in the units in which a network reads them, and forecasts back in the user's."""

from dataclasses import dataclass

import numpy as np

from skrnn.forecasting.matrix import right_aligned
from skrnn.forecasting.seasonality import Seasons, fit_seasons

SEASONS_KEPT = 24  # of the longest period, in which indices are found
SMALLEST_SHARE = 1e-6  # of the mean: series that come nearer to zero are not taken logarithms of
LARGEST = np.finfo(np.float64).max
LARGEST_LOG = 700.0  # beyond, exp leaves the range of float64


@dataclass(frozen=True)
class Levels:
    """Seasons and units of n series.

    Parameters
    ----------
    seasons : Seasons
        What is taken out of each series, counted from its newest step.
    logs : bool ndarray of shape (n,)
        Which series are read as logarithms.
    units : float64 ndarray of shape (n,)
        What the others are divided by.
    floors : float64 ndarray of shape (n,)
        The least a forecast may be: 0 for series without a negative value, else minus infinity.
    """

    seasons: Seasons
    logs: np.ndarray
    units: np.ndarray
    floors: np.ndarray

    def read(self, rows):
        """Bring series into the network's units.

        Parameters
        ----------
        rows : list of ndarray of shape (T_i,)
            The series, NaN where a value is missing.

        Returns
        -------
        read : list of ndarray of shape (T_i,)
            The same series without seasons, as logarithms or in units of their own.
        """
        read = []
        for i, row in enumerate(rows):
            if self.seasons.periods:
                row = self.seasons.take([i]).remove(row[None])[0]
            if not self.logs[i]:
                read.append(row / self.units[i])
                continue
            with np.errstate(invalid="ignore", divide="ignore"):
                logs = np.log(row)
            read.append(np.where(np.isfinite(logs), logs, np.nan))
        return read

    def restore(self, z, first=1):
        """Bring numbers for coming steps back into the units of the series.

        Parameters
        ----------
        z : ndarray of shape (n, h)
            What the network says, or baselines brought to its units.
        first : int, default=1
            Step of the first column, counted from the newest that seasons were found in.

        Returns
        -------
        values : ndarray of shape (n, h)
            With their seasons; not below zero where no value of the series is.
        """
        with np.errstate(over="ignore"):
            grown = np.exp(np.clip(z, -LARGEST_LOG, LARGEST_LOG))
            plain = np.where(self.logs[:, None], grown, z * self.units[:, None])
        plain = np.clip(plain, -LARGEST, LARGEST)
        values = self.seasons.restore(plain, first)
        return np.clip(values, self.floors[:, None], LARGEST)

    def turn(self, values):
        """Bring forecasts in the units of the series into the network's: undo :meth:`restore`.

        Parameters
        ----------
        values : ndarray of shape (n, h)
            Forecasts in the units of the series.

        Returns
        -------
        z : ndarray of shape (n, h)
            The same in the network's units; the logarithm of what is not positive is that of a
            millionth of the series' mean.
        """
        plain = self.seasons.remove(values, 1)
        least = SMALLEST_SHARE * self.units[:, None]
        return np.where(
            self.logs[:, None], np.log(np.maximum(plain, least)), plain / self.units[:, None]
        )

    def take(self, rows):
        """Give those of some rows, in this order."""
        parts = (self.logs[rows], self.units[rows], self.floors[rows])
        return Levels(self.seasons.take(rows), *parts)


def fit_levels(rows, periods=(), transform="auto"):
    """Find seasons and units.

    Parameters
    ----------
    rows : list of ndarray of shape (T_i,)
        The series, NaN where a value is missing.
    periods : tuple of int, default=()
        Steps in each season that a series may have; a test decides whether it has.
    transform : {"auto", "log", None}, default="auto"
        Whether to read logarithms. "auto" does where all values of a series are positive.

    Returns
    -------
    levels : Levels
        Never shares memory with the rows.

    Raises
    ------
    ValueError
        If logarithms are asked for and a value is not positive; names the series by its number.

    Examples
    --------
    >>> import numpy as np
    >>> rows = [np.array([1.0, 10.0, 100.0]), np.array([-1.0, 0.0, 2.0])]
    >>> levels = fit_levels(rows)
    >>> [z.round(1) for z in levels.read(rows)]
    [array([0. , 2.3, 4.6]), array([-1.,  0.,  2.])]
    >>> levels.restore(np.array([[2 * np.log(10)], [3.0]])).round(6)
    array([[100.],
           [  3.]])
    """
    Y = right_aligned(rows, SEASONS_KEPT * max(periods)) if periods else None
    n = len(rows)
    seasons = fit_seasons(Y, periods) if periods else Seasons(n, (), (), ())
    means = np.array([_mean(np.abs(row)) for row in rows])
    least = np.array([np.fmin.reduce(row, initial=np.inf) for row in rows])
    plain = least if Y is None else np.minimum(least, np.fmin.reduce(seasons.remove(Y), axis=1))
    logs = (least > SMALLEST_SHARE * means) & (plain > SMALLEST_SHARE * means)
    logs &= np.isfinite(least)
    if transform == "log":
        _check_positive(least)
    elif transform is None:
        logs[:] = False
    units = np.where(means > 0, means, 1.0)
    return Levels(seasons, logs, units, np.where(least < 0, -np.inf, 0.0))


def _mean(values):
    """Average known values without leaving the range of float64; 0.0 of none."""
    known = values[~np.isnan(values)]
    return float((known / len(known)).sum()) if len(known) else 0.0


def _check_positive(least):
    """Refuse logarithms of what has none."""
    bad = np.flatnonzero(least <= 0)
    if len(bad):
        raise ValueError(
            f"transformation='log' needs positive values; series {bad[0]} holds {least[bad[0]]}. "
            "Set transformation='auto', which takes logarithms of positive series only."
        )
