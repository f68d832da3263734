"""Series with trend and seasons."""

from datetime import date
from numbers import Real

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset
from sklearn.utils import check_random_state

from skrnn._sklearn import Interval, checked, interval, natural

# Steps in a season, by the first part of pandas' name of the frequency.
SEASONS = {
    "YS": (),
    "YE": (),
    "QS": (4,),
    "QE": (4,),
    "MS": (12,),
    "ME": (12,),
    "W": (52,),
    "B": (5,),
    "D": (7,),
    "h": (24, 168),
    "min": (60, 1440),
}


@checked(
    {
        "n_steps": [natural(2)],
        "n_series": [natural()],
        "start": [str, date, np.datetime64],
        "frequency": [str],
        "seasons": ["array-like", None],
        "level": [Interval(Real, None, None, closed="neither")],
        "trend": [Interval(Real, None, None, closed="neither")],
        "amplitude": [interval(0, None, "left")],
        "noise": [interval(0, None, "left")],
        "level_noise": [interval(0, None, "left")],
        "random_state": ["random_state"],
    }
)
def make_seasonal_series(
    n_steps=144,
    *,
    n_series=1,
    start="2000-01-01",
    frequency="MS",
    seasons=None,
    level=100.0,
    trend=0.5,
    amplitude=20.0,
    noise=3.0,
    level_noise=0.0,
    random_state=None,
):
    """Generate series with a trend, seasons, noise and dates.

    A series is the sum of a level, which grows by `trend` each step and wanders by `level_noise`,
    of a pattern for each season, which repeats exactly, and of noise. Several series share trend
    and dates; their patterns and their noise are their own.

    Parameters
    ----------
    n_steps : int, default=144
        Number of steps.
    n_series : int, default=1
        Number of series.
    start : str, date, Timestamp or datetime64, default="2000-01-01"
        Date of the first step, or the day after which it comes.
    frequency : str, default="MS"
        Time between steps, as pandas names it: "MS" (months), "W", "D", "h", "30min" and so on.
    seasons : array-like of int, default=None
        Lengths of the seasons, in steps, each at least 2; empty for none. None stands for what is
        usual for the frequency: 12 for months, 52 for weeks, 7 for days, 24 and 168 for hours.
    level : float, default=100.0
        Where the series start.
    trend : float, default=0.5
        Growth of the level in each step.
    amplitude : float, default=20.0
        Largest distance of a season's pattern from its mean, which is 0.
    noise : float, default=3.0
        Standard deviation of the noise of each step.
    level_noise : float, default=0.0
        Standard deviation of the steps of the level, a random walk.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    series : Series of float named "series_0", or DataFrame with `n_series` such columns
        The index is a DatetimeIndex with its frequency. A Series where `n_series` is 1.

    Raises
    ------
    ValueError
        If a parameter is not what it should be, or a frequency has no usual seasons and none are
        given.

    Examples
    --------
    >>> from skrnn.datasets import make_seasonal_series
    >>> make_seasonal_series(4, noise=0.0, random_state=0).round(1)
    2000-01-01    102.2
    2000-02-01    116.2
    2000-03-01    114.2
    2000-04-01    100.2
    Freq: MS, Name: series_0, dtype: float64
    >>> frame = make_seasonal_series(48, n_series=2, frequency="h", random_state=0)
    >>> frame.shape, frame.index.freqstr
    ((48, 2), 'h')
    """
    _check_start(start)
    random = check_random_state(random_state)
    seasons = _usual_seasons(frequency) if seasons is None else _check_seasons(seasons)
    shape = n_steps, n_series
    steps = np.arange(n_steps)
    values = level + trend * steps[:, None] + random.normal(scale=noise, size=shape)
    values += np.cumsum(random.normal(scale=level_noise, size=shape), axis=0)
    for season in seasons:
        values += amplitude * _draw_pattern(random, season, n_series)[steps % season]
    index = pd.date_range(start, periods=n_steps, freq=frequency)
    frame = pd.DataFrame(values, index, [f"series_{i}" for i in range(n_series)])
    return frame["series_0"] if n_series == 1 else frame


def _check_start(start):
    problem = "it is missing"
    try:
        if not pd.isna(pd.Timestamp(start)):
            return
    except ValueError as error:
        problem = error
    raise ValueError(f"start={start!r} must be a date, such as '2000-01-01': {problem}.")


def _usual_seasons(frequency):
    offset = to_offset(frequency)
    usual = SEASONS.get(offset.rule_code.partition("-")[0])
    if usual is None or offset.n != 1:
        raise ValueError(
            f"frequency={frequency!r} has no usual seasons (known: {', '.join(SEASONS)}); say how "
            "many steps a season has, such as seasons=[48] for the days of half-hours, or "
            "seasons=[] for none."
        )
    return usual


def _check_seasons(seasons):
    lengths = np.asarray(seasons)
    whole = lengths.size == 0 or lengths.dtype.kind in "iu"
    if lengths.ndim != 1 or not whole or (lengths < 2).any():
        raise ValueError(
            f"seasons={seasons!r} must be a list of whole numbers of steps, each at least 2."
        )
    return lengths.tolist()


def _draw_pattern(random, season, n_series):
    """Draw one pattern for each series, of shape (season, n_series): mean 0, farthest value 1."""
    time = 2 * np.pi * np.arange(season)[:, None, None] / season
    weights = random.normal(size=(2, n_series, 2)) / [1.0, 2.0]  # the wave, and one twice as fast
    waves = np.stack([np.cos(time * [1, 2]), np.sin(time * [1, 2])], axis=1)[:, :, 0]
    pattern = np.einsum("tpk,psk->ts", waves, weights)
    pattern -= pattern.mean(axis=0)
    return pattern / np.abs(pattern).max(axis=0)
