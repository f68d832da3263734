"""Classical decomposition of many series: a trend by moving averages and one index a phase."""

import numpy as np

from skrnn.forecasting.matrix import begun, exponents, rescaled, row_medians

SMALLEST_FACTOR = 0.05  # a phase below a twentieth of the level is described by a difference
OUTLYING = 2.5  # in standard deviations, as a median says them
SIGMAS = 1.4826  # standard deviations in a median absolute deviation
ROUNDING = 1e-12  # of averages of numbers up to 1: no index is less
DECAYS = (0.97, 0.9, 0.7)  # a season that stays, and ones that change


def seasonal_indices(Y, m, kind="multiplicative", decay=None):
    """Compute one seasonal index for each phase of each series.

    The trend is the centred moving average over one season. What a step has beyond it (its ratio
    to the trend, or its difference) is averaged over the seasons, phase by phase. A second round
    takes the season out first, so that the trend can be had up to both ends and across gaps, and
    cuts outlying steps to 2.5 standard deviations around their phase's index. At last the indices
    are shrunk towards no season by the James-Stein rule of [1]_: the less, the more seasons
    agree with each other.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing. Greater than 0 for ratios.
    m : int
        Steps in a season, at least 2.
    kind : {"multiplicative", "additive"}, default="multiplicative"
        Ratios or differences.
    decay : float, default=None
        Weight of a season relative to the one after it; 1.0 weighs all alike. Less than 1 lets
        indices follow a season that changes. None: 0.97, 0.9 or 0.7, whichever forecasts the
        differences of the seasons of a row best, one season ahead.

    Returns
    -------
    indices : float64 ndarray of shape (n, m)
        Column j is the phase of the step j + 1 steps after the newest; so the last column is that
        of the newest step. Ratios average 1, differences 0 in the units of Y. Rows of fewer than
        two seasons, or without a value in some phase, have no season: all 1, or all 0.

    References
    ----------
    .. [1] Miller, D. M., & Williams, D. (2003). Shrinkage estimators of time series seasonal
       factors and their effect on forecasting accuracy. International Journal of Forecasting,
       19(4), 669-684.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.forecasting.decomposition import seasonal_indices
    >>> Y = np.tile([[10.0, 20.0, 30.0]], 4)
    >>> seasonal_indices(Y, 3)
    array([[0.5, 1. , 1.5]])
    >>> seasonal_indices(Y, 3, kind="additive")
    array([[-10.,   0.,  10.]])
    """
    power = exponents(Y)
    Z = rescaled(Y, -power)
    if kind == "multiplicative":
        return 1.0 + deviations(Z, m, True, decay)
    return rescaled(deviations(Z, m, False, decay), power)


def deviations(Z, m, multiplicative, decay):
    """Compute indices centred at 0 of rows within -1 and 1; see `seasonal_indices`."""
    index = np.zeros((len(Z), m))
    long = begun(Z) >= 2 * m
    if not long.any():
        return index
    first = beyond_trend(Z, index, multiplicative, edges=False)
    index, _, covered = phase_means(first, m, decay)
    index[~(covered & long)] = 0.0
    second = within(beyond_trend(Z, index, multiplicative, edges=True), index)
    index, noise, covered = phase_means(second, m, decay)
    index = shrunk(index, noise)
    if multiplicative:
        covered &= index.min(axis=1) >= SMALLEST_FACTOR - 1
    covered &= np.abs(index).max(axis=1) > ROUNDING
    index[~(covered & long)] = 0.0
    return index


def beyond_trend(Z, index, multiplicative, edges):
    """Return what each step has beyond the trend, as a difference or as a ratio less 1."""
    trend = trend_beside(Z, index, multiplicative, edges)
    return Z / trend - 1 if multiplicative else Z - trend


def trend_beside(Z, index, multiplicative, edges):
    """Average each season of the series without the indices; a trend to divide by is positive."""
    past = tiled(index, Z.shape[1])
    m = index.shape[1]
    if not multiplicative:
        return moving_average(Z - past, m, edges)
    trend = moving_average(Z / np.maximum(1 + past, SMALLEST_FACTOR), m, edges)
    return np.where(trend > np.finfo(np.float64).tiny, trend, np.nan)


def within(D, index):
    """Cut outlying steps to the edge of the band around their phase's index."""
    centre = tiled(index, D.shape[1])
    band = OUTLYING * SIGMAS * row_medians(np.abs(D - centre))
    band = np.where(band > 0, band, np.inf)[:, None]
    return np.clip(D, centre - band, centre + band)


def moving_average(Y, m, edges=False):
    """Average each step with its neighbours over one season.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing.
    m : int
        Steps in a season. If it is even, the two outermost steps of m + 1 weigh one half.
    edges : bool, default=False
        Whether steps near the ends have an average too, of the neighbours that there are.

    Returns
    -------
    trend : float64 ndarray of shape (n, T)
        NaN where less than half of a season is known.
    """
    n, T = Y.shape
    half = m // 2
    known = ~np.isnan(Y)
    total, weight = (centred_sums(part, m) for part in (np.where(known, Y, 0.0), known * 1.0))
    enough = weight >= m / 2
    if not edges:
        enough[:, max(0, T - half) :] = False
        enough &= np.arange(T) >= (T - begun(Y) + half)[:, None]
    return np.divide(total, weight, out=np.full((n, T), np.nan), where=enough)


def centred_sums(X, m):
    """Add up the m columns around each one; of an even m the two outermost of m + 1 by half.

    Sums of twice the columns are made of sums of so many. In which order a sum is added up depends
    on m alone, so that a row's sums are those of the row beside others.
    """
    half = m // 2
    padded = np.pad(X, ((0, 0), (half, half)))
    n_sums = padded.shape[1] - m + 1
    total, size, begin = 0.0, 1, 0
    while size <= m:
        if m & size:
            total = total + padded[:, begin : begin + n_sums]
            begin += size
        padded = padded[:, :-size] + padded[:, size:]
        size *= 2
    return total if m % 2 else (total[:, :-1] + total[:, 1:]) / 2


def phase_means(D, m, decay):
    """Average each phase over the seasons, and say how far such an average may be trusted.

    Parameters
    ----------
    D : float64 ndarray of shape (n, T)
        What steps have beyond the trend, NaN where that is not known.
    m : int
        Steps in a season.
    decay : float or None
        Weight of a season relative to the one after it. None: of three weights each row takes
        the one whose average forecasts the next season best.

    Returns
    -------
    mean : float64 ndarray of shape (n, m)
        Weighted means, less their own mean.
    noise : float64 ndarray of shape (n,)
        Variance of such a mean, from the differences between seasons.
    covered : bool ndarray of shape (n,)
        Whether each phase has a value, and some phase two.
    """
    S = -(-D.shape[1] // m)
    seasons = np.full((len(D), S * m), np.nan)
    seasons[:, S * m - D.shape[1] :] = D
    seasons = seasons.reshape(len(D), S, m)
    known = ~np.isnan(seasons)
    if decay is None:
        costs = [errors_of_next(seasons, known, each) for each in DECAYS]
        decay = np.take(DECAYS, np.argmin(costs, axis=0))[:, None, None]
    weights = decay ** np.arange(S - 1, -1, -1.0)[:, None] * known
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    mean = (weights * np.where(known, seasons, 0.0)).sum(axis=1)
    rest = np.where(known, seasons - mean[:, None], 0.0)
    free = known.sum(axis=(1, 2)) - m
    variance = (rest**2).sum(axis=1).sum(axis=1) / np.maximum(free, 1)
    noise = variance * (weights**2).sum(axis=1).mean(axis=1)
    covered = known.any(axis=1).all(axis=1) & (free > 0)
    return mean - mean.mean(axis=1, keepdims=True), noise, covered


def errors_of_next(seasons, known, decay):
    """Sum the squared errors of each season's forecast by the average of those before it."""
    total, weight = np.zeros((2, len(seasons), seasons.shape[2]))
    errors = np.zeros(len(seasons))
    for s in range(seasons.shape[1]):
        here = known[:, s]
        now = np.where(here, seasons[:, s], 0.0)
        forecast = np.divide(total, weight, out=now.copy(), where=here & (weight > 0))
        errors += ((now - forecast) ** 2).sum(axis=1)
        total = decay * total + now
        weight = decay * weight + here
    return errors


def shrunk(index, noise):
    """Shrink indices towards 0 by the James-Stein rule; three phases or fewer stay.

    Parameters
    ----------
    index : float64 ndarray of shape (n, m)
        Indices that average 0.
    noise : float64 ndarray of shape (n,)
        Variance of one index.

    Returns
    -------
    index : float64 ndarray of shape (n, m)
        Nearer to 0, the more of their spread is noise.
    """
    m = index.shape[1]
    spread = (index**2).sum(axis=1) / (m - 1)
    ratio = np.divide(noise, spread, out=np.ones_like(noise), where=spread > noise)
    return index * (1 - max(0, m - 3) / (m - 1) * ratio)[:, None]


def tiled(index, T):
    """Repeat indices (n, m) over the T newest steps; the last column is the newest step's."""
    return np.take(index, np.arange(-T, 0) % index.shape[1], axis=1)
