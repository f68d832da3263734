"""What a forecaster is told beside the series: other columns, and the calendar."""

from dataclasses import dataclass

import numpy as np

from skrnn.estimators.forecasting import Series

CYCLES = ("hour", "day", "week", "month", "year")
SECONDS = dict(zip(CYCLES, (3600, 86400, 604800, 2629746, 31556952), strict=True))
STEP_SECONDS = {"seconds": 1.0, "business days": 86400 * 7 / 5, "months": 2629746.0}


@dataclass(frozen=True)
class Covariates:
    """How columns become numbers for a network.

    Parameters
    ----------
    past, known : int ndarrays
        Which columns of X are not known ahead, and which are.
    mean, scale : ndarrays of shape (F,)
        Of all columns in training.
    cycles : tuple of int
        Which columns of the calendar are read.
    """

    past: np.ndarray
    known: np.ndarray
    mean: np.ndarray
    scale: np.ndarray
    cycles: tuple

    @property
    def n_past(self):
        """P, columns that are not known ahead."""
        return len(self.past)

    @property
    def n_known(self):
        """K, columns that are, those of the calendar included."""
        return len(self.known) + len(self.cycles)

    def series(self, panel, ahead=0, future=None):
        """Give the series of a panel with what is known beside them.

        Parameters
        ----------
        panel : Panel
            The series.
        ahead : int, default=0
            Steps beyond their ends.
        future : ndarray of shape (n, ahead, F), default=None
            What is known of those.

        Returns
        -------
        series : Series
            As a network reads them.
        """
        past = known = None
        if self.n_past:
            past = [self._scaled(rows)[:, self.past] for rows in panel.exog]
        if self.n_known:
            known = [self._known(panel, i, ahead, future) for i in range(len(panel))]
        return Series(panel.values, past, known, ahead if self.n_known else 0, panel.names)

    def _known(self, panel, i, ahead, future):
        """Give what is known ahead of one series, (T + ahead, K)."""
        parts = []
        if len(self.known):
            rows = panel.exog[i]
            coming = np.full((ahead, rows.shape[1]), np.nan) if future is None else future[i]
            parts.append(self._scaled(np.concatenate([rows, coming]))[:, self.known])
        if self.cycles and panel.clocks is None:  # arrays have no stamps
            parts.append(np.full((len(panel.values[i]) + ahead, len(self.cycles)), np.nan))
        elif self.cycles:
            clock = panel.clocks[i]
            index = clock.grown(ahead).index
            parts.append(clock.calendar(index)[:, self.cycles])
        return np.concatenate(parts, axis=1)

    def _scaled(self, rows):
        return (rows - self.mean) / self.scale


def fit_covariates(panel, calendar):
    """Find out what is known beside the series of a panel.

    Parameters
    ----------
    panel : Panel
        The series to fit.
    calendar : {"auto", None} or tuple of str
        Cycles to read; "auto" takes those that the typical series has gone through twice.

    Returns
    -------
    covariates : Covariates
        The kinds of columns and their scaling.

    Raises
    ------
    ValueError
        If a cycle is asked for that the stamps do not have.
    """
    n_columns = len(panel.exog_columns) if panel.exog else 0
    ahead = {*panel.future_known, *panel.static}
    is_known = np.array([name in ahead for name in panel.exog_columns[:n_columns]], dtype=bool)
    mean, scale = np.zeros(n_columns), np.ones(n_columns)
    if n_columns:
        mean, scale = _units(np.concatenate(panel.exog))
    past, known = np.flatnonzero(~is_known), np.flatnonzero(is_known)
    return Covariates(past, known, mean, scale, _cycles(panel, calendar))


def _units(rows):
    """Give mean and standard deviation of columns, within the range of float64."""
    known = ~np.isnan(rows)
    count = np.maximum(known.sum(axis=0), 1)
    low, high = (np.where(known, rows, end) for end in (np.inf, -np.inf))
    rows = np.where(known, rows, 0.0)
    mean = (rows / count).sum(axis=0)
    within = np.clip(mean, low.min(axis=0), high.max(axis=0))  # exact for constant columns
    mean = np.where(known.any(axis=0), within, 0.0)
    spread = np.where(known, rows - mean, 0.0)
    largest = np.abs(spread).max(axis=0)
    largest[largest == 0] = 1.0
    scale = largest * np.sqrt(((spread / largest) ** 2).sum(axis=0) / count)
    scale[scale == 0] = 1.0
    return mean, scale


def _cycles(panel, calendar):
    """Choose columns of the calendar."""
    names = panel.clocks[0].calendar_names if panel.clocks else []
    there = [name.partition("_")[2] for name in names]
    if calendar is None:
        return ()
    if calendar == "auto":
        wanted = {cycle for cycle in there if _is_covered(panel, cycle)}
    else:
        wanted = set(calendar)
        if missing := sorted(wanted - set(there)):
            kind = "of this frequency" if there else "without dates, or of this frequency,"
            have = f"have the cycles {sorted(set(there))}" if there else "have no cycles"
            raise ValueError(
                f"calendar={calendar!r} asks for {missing}, but series {kind} {have}. Leave it "
                "out, or set calendar='auto'."
            )
    return tuple(i for i, cycle in enumerate(there) if cycle in wanted)


def _is_covered(panel, cycle):
    unit, count = panel.clocks[0].pace
    steps = SECONDS[cycle] / (STEP_SECONDS[unit] * count)
    return np.median(panel.lengths) >= 2 * steps
