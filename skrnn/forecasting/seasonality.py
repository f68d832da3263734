"""Whether series have seasons, and forecasts without and with them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from skrnn.forecasting.decomposition import beyond_trend, deviations, tiled, trend_beside
from skrnn.forecasting.matrix import bounded, exponents, rescaled, row_sums, row_variances

SLOW, QUICK = 0.8, 0.6  # decay of the longest of several seasons, and of the shorter ones
LEVEL = 0.8  # of the test that decides; the shrinkage of indices mends what it lets pass


def season_test(Y, m, level=0.9):
    """Test by the autocorrelation one season back whether each series has a season.

    This is the test of the M4 competition [1]_. A season is there where the autocorrelation at
    lag m is significant, given those at shorter lags.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing: pairs with a missing step are left out.
    m : int
        Steps in a season.
    level : float, default=0.9
        Confidence, between 0 and 1.

    Returns
    -------
    seasonal : bool ndarray of shape (n,)
        False for constant rows, and for rows of fewer than three seasons of known values.

    References
    ----------
    .. [1] Makridakis, S., Spiliotis, E., & Assimakopoulos, V. (2020). The M4 Competition:
       100,000 time series and 61 forecasting methods. International Journal of Forecasting,
       36(1), 54-74.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting import season_test
    >>> Y = np.array([[1.0, 2.0, 4.0, 3.0] * 6, [5.0] * 24])
    >>> season_test(Y, 4)
    array([ True, False])
    """
    n, T = Y.shape
    if m < 2 or T < 3 * m:
        return np.zeros(n, dtype=bool)
    known = ~np.isnan(Y)
    count = known.sum(axis=1)
    centred = centre(rescaled(Y, -exponents(Y)), known)
    variance = row_sums(centred**2)
    varies = (variance > 0) & (count >= 3 * m)
    safe = np.where(varies, variance, 1.0)
    lags = [row_sums(centred[:, k:] * centred[:, : T - k]) / safe for k in range(1, m + 1)]
    spread = (1 + 2 * sum((r**2 for r in lags[:-1]), np.zeros(n))) / np.maximum(count, 1)
    return varies & (np.abs(lags[-1]) > ndtri((1 + level) / 2) * np.sqrt(spread))


def centre(Z, known):
    """Take the mean out of each row and put 0 where a step is missing; constant rows are 0."""
    count = np.maximum(known.sum(axis=1), 1)
    first = Z[np.arange(len(Z)), known.argmax(axis=1)]
    moved = np.where(known, Z - first[:, None], 0.0)  # a constant row is exactly 0
    return np.where(known, moved - (row_sums(moved) / count)[:, None], 0.0)


def has_season(Y, m):
    """Test series and their differences; where either has a season, there is one.

    The autocorrelations of a series with a trend are all high, and hide its season from the
    test; those of its differences are not. Rows too short for the test pass.
    """
    short = (~np.isnan(Y)).sum(axis=1) < 3 * m
    return short | season_test(Y, m, LEVEL) | season_test(np.diff(Y, axis=1), m, LEVEL)


def seasonal_strength(Y, m):
    """Measure how much of what a series has beyond its trend is its season.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing.
    m : int
        Steps in a season, at least 2.

    Returns
    -------
    strength : float64 ndarray of shape (n,)
        Between 0 (no season) and 1 (nothing else): 1 - Var(rest) / Var(season + rest), the F_s
        of [1]_, with additive indices of equal weights. 0.0 for fewer than two seasons.

    References
    ----------
    .. [1] Wang, X., Smith, K., & Hyndman, R. (2006). Characteristic-based clustering for time
       series data. Data Mining and Knowledge Discovery, 13(3), 335-364.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting import seasonal_strength
    >>> noise = np.random.default_rng(0).normal(size=48)
    >>> season = np.tile([0.0, 3.0, 0.0, -3.0], 12)
    >>> seasonal_strength(np.stack([season, season + noise, noise]), 4).round(1)
    array([1. , 0.9, 0.2])
    """
    Z = rescaled(Y, -exponents(Y))
    if Z.shape[1] < 2 * m:
        return np.zeros(len(Z))
    index = deviations(Z, m, False, 1.0)
    both = beyond_trend(Z, index, False, edges=True)
    whole, rest = row_variances(both), row_variances(both - tiled(index, Z.shape[1]))
    some = (index != 0).any(axis=1) & (whole > 0)
    share = np.divide(rest, whole, out=np.ones(len(Z)), where=some)
    return np.clip(1 - share, 0.0, 1.0)


@dataclass(frozen=True)
class Seasons:
    """Seasons of many series, ready to be taken out of them and put back into forecasts.

    Steps are numbered from the end of what was fitted: 0 is the newest step, 1 the first of the
    future, -1 the one before the newest.

    Attributes
    ----------
    n_rows : int
        How many series.
    periods : tuple of int
        Steps in each season, ascending. Empty where there is none.
    factors : tuple of float64 ndarrays of shape (n, m)
        One for each period m. Column j belongs to step j + 1 and all whole seasons before and
        after it. 1.0 where a row has no such season, or an additive one.
    terms : tuple of float64 ndarrays of shape (n, m)
        The same for additive seasons, in the units of the series; 0.0 otherwise.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting import fit_seasons
    >>> Y = np.tile([[10.0, 20.0, 30.0]], 4)
    >>> seasons = fit_seasons(Y, 3)
    >>> seasons.remove(Y).round(6)
    array([[20., 20., 20., 20., 20., 20., 20., 20., 20., 20., 20., 20.]])
    >>> seasons.restore(np.full((1, 4), 20.0)).round(6)
    array([[10., 20., 30., 10.]])
    """

    n_rows: int
    periods: tuple
    factors: tuple
    terms: tuple

    @property
    def present(self):
        """Return which rows have which season, a bool ndarray of shape (n, len(periods))."""
        present = np.zeros((self.n_rows, len(self.periods)), dtype=bool)
        for i, table in enumerate(zip(self.factors, self.terms, strict=True)):
            present[:, i] = any_of([table])
        return present

    def effects(self, first, stop):
        """Give factor and term of the steps from `first` up to, not including, `stop`.

        Parameters
        ----------
        first, stop : int
            Steps, counted from the newest that was fitted, which is 0.

        Returns
        -------
        factor, term : float64 ndarrays of shape (n, stop - first), or 1.0 and 0.0
            A value with its season is the value without it, times the factor, plus the term.
        """
        columns = np.arange(first, stop) - 1
        factor, term = 1.0, 0.0
        for m, f, t in zip(self.periods, self.factors, self.terms, strict=True):
            factor = factor * np.take(f, columns % m, axis=1)
            term = term + np.take(t, columns % m, axis=1)
        return factor, term

    def remove(self, Y, first=None):
        """Take the seasons out.

        Parameters
        ----------
        Y : float64 ndarray of shape (n, T)
            Values of the fitted rows.
        first : int, default=None
            Step of the first column. None: the last column is step 0, the newest.

        Returns
        -------
        plain : float64 ndarray of shape (n, T)
            The values without their seasons. NaN stays NaN.
        """
        first = 1 - Y.shape[1] if first is None else first
        factor, term = self.effects(first, first + Y.shape[1])
        return bounded(lambda: (Y - term) / factor)

    def restore(self, F, first=1):
        """Put the seasons back.

        Parameters
        ----------
        F : float64 ndarray of shape (n, h)
            Values without seasons, such as forecasts.
        first : int, default=1
            Step of the first column. 1 is the first step of the future.

        Returns
        -------
        values : float64 ndarray of shape (n, h)
            The values with their seasons, as they undo `remove`.
        """
        factor, term = self.effects(first, first + F.shape[1])
        return bounded(lambda: F * factor + term)

    def take(self, rows):
        """Return the seasons of some rows.

        Parameters
        ----------
        rows : slice, int or bool ndarray
            Which rows, as numpy takes them; a row may come more than once.

        Returns
        -------
        seasons : Seasons
            Those of these rows, in this order.
        """
        count = len(np.arange(self.n_rows)[rows])
        factors = tuple(factor[rows] for factor in self.factors)
        return Seasons(count, self.periods, factors, tuple(term[rows] for term in self.terms))

    def advanced(self, steps):
        """Return the same seasons, counted from a later step.

        Parameters
        ----------
        steps : int
            By how many steps the series have grown since the fit.

        Returns
        -------
        seasons : Seasons
            Its step 0 is the step `steps` of this one.
        """

        def turned(tables):
            return tuple(np.roll(table, -steps, axis=1) for table in tables)

        return Seasons(self.n_rows, self.periods, turned(self.factors), turned(self.terms))


def fit_seasons(Y, periods, *, test=True, recent=True):
    """Find the seasons of each series.

    Each row has multiplicative seasons or additive ones: multiplicative where all its values are
    positive and where that explains more of it, by the sum of squares that trend and shortest
    season leave.

    Several seasons are fitted one after the other, the shortest first. Then in rows that have a
    longer one the shorter are fitted again to what it leaves, with recent seasons weighing more:
    a day's shape changes within weeks, and a week holds the differences between its days.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing.
    periods : int, tuple of int or None
        Steps in a season. 1 and None mean that there is none.
    test : bool, default=True
        Whether rows of three seasons or more must pass :func:`season_test` at the level 0.8,
        themselves or by their differences, to have a season. False leaves it to the shrinkage
        of the indices, as with shorter rows.
    recent : bool, default=True
        Whether recent seasons weigh more, as is best for forecasts. False weighs all alike, as
        is fairer to the distant past.

    Returns
    -------
    seasons : Seasons
        Never shares memory with Y. Rows of fewer than two seasons have none.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting import fit_seasons
    >>> day, week = np.tile([1.0, 2.0, 3.0], 28), np.tile(np.repeat([1.0, 2.0], [15, 6]), 4)
    >>> Y = (day * week)[None]
    >>> seasons = fit_seasons(Y, (3, 21))
    >>> seasons.present
    array([[ True,  True]])
    >>> bool(np.ptp(seasons.remove(Y)) < 0.2)
    True
    """
    periods = read_periods(periods)
    power = exponents(Y)
    Z = rescaled(Y, -power)
    ratios = explained_by_ratios(Z, periods)
    tables = {m: (np.ones((len(Y), m)), np.zeros((len(Y), m))) for m in periods}
    for m in periods:
        decay = SLOW if m == periods[-1] != periods[0] else None
        tables[m] = find(without(Z, tables.values()), m, ratios, test, decay if recent else 1.0)
    for i, m in enumerate(periods[:-1]):
        longer = np.flatnonzero(any_of([tables[other] for other in periods[i + 1 :]]))
        others = [[part[longer] for part in tables[other]] for other in periods if other != m]
        rest = without(Z[longer], others)
        found = find(rest, m, ratios[longer], test, QUICK if recent else 1.0)
        for table, part in zip(tables[m], found, strict=True):
            table[longer] = part
    factors = tuple(tables[m][0] for m in periods)
    terms = tuple(rescaled(tables[m][1], power) for m in periods)
    return Seasons(len(Y), periods, factors, terms)


def explained_by_ratios(Z, periods):
    """Return in which rows the ratios of the shortest season leave less than its differences."""
    by_ratio = np.fmin.reduce(Z, axis=1, initial=np.inf) > 0
    if not periods or Z.shape[1] < 2 * periods[0]:
        return by_ratio
    rows, m, T = np.flatnonzero(by_ratio), periods[0], Z.shape[1]
    Z = Z[rows]
    ratios, differences = (deviations(Z, m, kind, None) for kind in (True, False))
    left = Z - trend_beside(Z, ratios, True, edges=False) * (1 + tiled(ratios, T))
    right = beyond_trend(Z, differences, False, edges=False) - tiled(differences, T)
    by_ratio[rows] = (ratios != 0).any(axis=1) & (row_sums(left**2) <= row_sums(right**2))
    return by_ratio


def find(Z, m, ratios, test, decay):
    """Give factors and terms (n, m) of one season; `ratios` says which rows have factors."""
    factor, term = np.ones((len(Z), m)), np.zeros((len(Z), m))
    here = has_season(Z, m) if test else np.ones(len(Z), dtype=bool)
    first, second = np.flatnonzero(here & ratios), np.flatnonzero(here & ~ratios)
    factor[first] += deviations(Z[first], m, True, decay)
    term[second] = deviations(Z[second], m, False, decay)
    return factor, term


def any_of(tables):
    """Return which rows have some season among the pairs of factors and terms."""
    return np.any([(f != 1).any(axis=1) | (t != 0).any(axis=1) for f, t in tables], axis=0)


def without(Z, tables):
    """Take the seasons in the pairs of factors and terms out of the past."""
    for factor, term in tables:
        Z = (Z - tiled(term, Z.shape[1])) / tiled(factor, Z.shape[1])
    return Z


def read_periods(periods):
    """Return the periods of more than one step, ascending, each once, as a tuple of ints."""
    given = np.atleast_1d(() if periods is None else periods)
    return tuple(sorted({int(m) for m in given if m > 1}))
