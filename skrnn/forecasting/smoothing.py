"""Exponential smoothing of many series at once; each takes its best parameters of a grid."""

from itertools import product

import numpy as np

from skrnn.forecasting.matrix import left_aligned, row_sums

LEVEL_RATES = np.concatenate([[0.01, 0.02], np.linspace(0.05, 0.95, 19), [0.99]])
DAMPED_GRID = np.array(
    [
        (level, level * trend, damping)
        for level, trend, damping in product(
            (0.02, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99),
            (0.0, 0.03, 0.1, 0.2, 0.4, 0.8),
            (0.8, 0.85, 0.9, 0.94, 0.98),
        )
    ]
).T
LEAD = 5  # steps whose straight line starts level and trend
AT_ONCE = 40_000  # numbers in one state array: it stays in the processor's cache


def line(Y):
    """Fit a straight line to each row by least squares.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Series, NaN where a step is missing.

    Returns
    -------
    end, slope : float64 ndarrays of shape (n,)
        Value at the last column and change per column. The slope is 0.0 for fewer than two
        known values, the end 0.0 for none.
    """
    known = ~np.isnan(Y)
    count = np.maximum(known.sum(axis=1), 1)
    time = np.arange(1 - Y.shape[1], 1)
    middle = (known * time).sum(axis=1) / count
    level = row_sums(Y) / count
    away = np.where(known, time - middle[:, None], 0.0)
    spread = row_sums(away**2)
    slope = row_sums(away * (Y - level[:, None])) / np.where(spread > 0, spread, 1.0)
    return level - slope * middle, slope


def parts(Y, width):
    """Cut series into blocks of similar length, small enough for the cache.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing. Each has a value.
    width : int
        Numbers kept of each series.

    Yields
    ------
    rows : int ndarray
        Rows of Y.
    Z : float64 ndarray of shape (T, len(rows))
        Their values, time down, each from its first on.
    active : list of int
        How many columns of Z reach each step.
    """
    Z, order, active = left_aligned(Y)
    size = max(1, AT_ONCE // width)
    for i in range(0, len(order), size):
        reach = np.clip(active - i, 0, size)
        steps = np.count_nonzero(reach)
        yield order[i : i + size], Z[:steps, i : i + size], reach[:steps].tolist()


def smoothed_level(Y):
    """Return the level of simple exponential smoothing at the newest step.

    The rate and the starting level of each row are those of the least sum of squared one-step
    errors; the start is had in closed form, as the errors are linear in it.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing: the level then stays. Each has a value.

    Returns
    -------
    level : float64 ndarray of shape (n,)
        The forecast of every later step.
    """
    answer = np.empty(len(Y))
    for rows, Z, active in parts(Y, len(LEVEL_RATES)):
        answer[rows] = smooth_levels(Z, active, LEVEL_RATES)
    return answer


def smooth_levels(Z, active, rates):
    """Run simple exponential smoothing down the columns of Z with each of the rates."""
    level = np.repeat(Z[0][:, None], len(rates), axis=1)  # (n, G)
    echo = np.tile(1 - rates, (Z.shape[1], 1))  # what a start one higher would add to the level
    squares, products, echoes = np.zeros_like(level), np.zeros_like(level), np.ones_like(level)
    for z, k in zip(Z[1:], active[1:], strict=True):
        error, passed = z[:k, None] - level[:k], echo[:k]
        missing = np.isnan(z[:k])
        if missing.any():
            error[missing] = 0.0
            passed = np.where(missing[:, None], 0.0, passed)
        squares[:k] += error * error
        products[:k] += error * passed
        echoes[:k] += passed * passed
        level[:k] += rates * error
        echo[:k] -= rates * passed
    shift = products / echoes
    best = (squares - shift * products).argmin(axis=1)
    return (level + echo * shift)[np.arange(len(best)), best]


def damped_state(Y):
    """Return level, trend and damping of Holt's damped method at the newest step.

    The parameters of each row are those of the least sum of squared one-step errors. The straight
    line through the first five steps gives the starting level and trend.

    Parameters
    ----------
    Y : float64 ndarray of shape (n, T)
        Right-aligned series, NaN where a step is missing: the level then follows the trend. Each
        has a value.

    Returns
    -------
    level, trend, damping : float64 ndarrays of shape (n,)
        The step k ahead is the level plus the trend times the sum of damping**1 .. damping**k.
    """
    answer = np.empty((3, len(Y)))
    for rows, Z, active in parts(Y, DAMPED_GRID.shape[1]):
        answer[:, rows] = smooth_trends(Z, active, *DAMPED_GRID)
    return answer


def smooth_trends(Z, active, rates, trend_rates, dampings):
    """Run Holt's damped method down the columns of Z with each of the parameters."""
    end, slope = line(Z[:LEAD].T)
    before = end - slope * len(Z[:LEAD])
    level = np.repeat(before[:, None], len(rates), axis=1)  # (n, G)
    trend = np.repeat(slope[:, None], len(rates), axis=1)
    squares = np.zeros_like(level)
    for z, k in zip(Z, active, strict=True):
        trend[:k] *= dampings
        level[:k] += trend[:k]
        error = z[:k, None] - level[:k]
        error[np.isnan(z[:k])] = 0.0
        level[:k] += rates * error
        trend[:k] += trend_rates * error
        squares[:k] += error * error
    best = squares.argmin(axis=1)
    rows = np.arange(len(best))
    return level[rows, best], trend[rows, best], dampings[best]
