"""The problems of the forecasting benchmark, read from a folder of public data.

The folder holds ``forecasting/*``: competition sets as npz (one flat array of training values,
pointers to where each series begins, an array of test values), tables as csv. Test values are
opened only for ``part="test"``; "holdout" cuts its test from the end of the training part.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from skrnn.datasets import load_air_passengers


@dataclass
class Split:
    """What is fitted and what is forecast.

    Parameters
    ----------
    fit : tuple
        What ``fit`` takes: the series, or what else is known and the series.
    past : list of n arrays
        What comes before each forecast, for textbook forecasts.
    train : list of n arrays
        What scaled errors are measured by.
    actual : ndarray of shape (n, h)
        What came; NaN where it is not known.
    ask : dict
        What ``predict`` takes.
    reference : ndarray of shape (n, h), default=None
        The forecast that the overall weighted average is relative to.
    """

    fit: tuple
    past: list
    train: list
    actual: np.ndarray
    ask: dict
    reference: np.ndarray = None


@dataclass(frozen=True)
class Problem:
    """A problem and how it is judged.

    Parameters
    ----------
    read : callable
        Gives the Split, of (data, part, horizon).
    horizon : int
        h, steps to forecast.
    season : int, tuple or None
        What the forecaster is told.
    scale : int
        Season of the scaled errors, by the rules of the competition.
    bar : tuple of (str, float), default=None
        A column and what it is to be at most.
    bar_alone : tuple of (str, float), default=None
        The same for one network without the guard.
    standard : bool, default=False
        Whether MSE and MAE of standardised values are shown, as is usual for this set.
    """

    read: object
    horizon: int
    season: object
    scale: int
    bar: tuple = None
    bar_alone: tuple = None
    standard: bool = False


def cut(flat, starts):
    """Cut the flat array of an npz into its series."""
    flat[np.isnan(flat)] = np.nan  # the signalling NaN that R writes would warn
    return np.split(flat, starts[1:-1])


# -- competitions: every series once, from its end -------------------------------------------


def competition(name, data, part, horizon, references=None):
    """Read a competition set."""
    path = Path(data) / "forecasting" / f"{name}.npz"
    with np.load(path) as arrays:
        train = cut(arrays["train"], arrays["train_ptr"])
        actual = arrays["test"] if part == "test" else None
    reference = None
    if part == "test":
        actual[np.isnan(actual)] = np.nan
        if references:
            with np.load(path.with_name(f"{path.stem}_submissions.npz")) as arrays:
                reference = arrays[references]
    else:
        train = [row for row in train if len(row) >= horizon + 2]
        actual = np.stack([row[-horizon:] for row in train])
        train = [row[:-horizon] for row in train]
        if references:  # Naive2 of sets without a season
            reference = np.repeat([row[-1:] for row in train], horizon, axis=1)
    return Split((train,), train, train, actual, {}, reference)


# -- one or a few long series, forecast from many origins without another fit ----------------


def rolling(series, index, first, last, horizon, known=None, n_train=None, stride=None):
    """Cut long series at origins from `first` to `last`; all share what was fitted before.

    Parameters
    ----------
    series : ndarray of shape (T, n)
        The series.
    index : DatetimeIndex or None
        Their stamps; None for steps that are only counted.
    first, last : int
        Where the test begins, and where it ends.
    horizon : int
        Steps to forecast from each origin.
    known : DataFrame, default=None
        What is known ahead.
    n_train : int, default=None
        Most steps to train on.
    stride : int, default=None
        Steps from one origin to the next; None: the horizon.

    Returns
    -------
    split : Split
        Origins follow one another within each series.
    """
    origins = range(first, last - horizon + 1, stride or horizon)
    begin = max(0, first - (n_train or first))
    columns = [column.copy() for column in series.T]
    past = [column[begin:at] for column in columns for at in origins]
    actual = np.stack([column[at : at + horizon] for column in columns for at in origins])
    train = [column[begin:first] for column in columns for _ in origins]
    if index is None:
        fit = ([column[begin:first] for column in columns],)
        return Split(fit, past, train, actual, {"history": past})
    y = pd.Series(columns[0], index, name="y")
    histories, fit = {at: y.iloc[begin:at] for at in origins}, (y.iloc[begin:first],)
    if known is None:
        return Split(fit, past, train, actual, {"history": histories})
    X = known.set_axis(index)
    ask = {"X": {at: X.iloc[at : at + horizon] for at in origins}}
    ask["history"] = ({at: X.iloc[begin:at] for at in origins}, histories)
    return Split((X.iloc[begin:first], *fit), past, train, actual, ask)


def of_part(part, first, last):
    """Give where the test begins and ends; a holdout is as long, and ends where it begins."""
    return (first, last) if part == "test" else (2 * first - last, first)


def exchange_rate(data, part, horizon):
    """Read daily exchange rates of eight currencies; the last fifth is the test."""
    path = Path(data) / "forecasting" / "exchange_rate" / "exchange_rate.csv.gz"
    series = pd.read_csv(path).to_numpy()
    first, last = of_part(part, int(0.8 * len(series)), len(series))
    return rolling(series, None, first, last, horizon)


def vic_elec(data, part, horizon, temperature):
    """Read half-hourly demand; the last eight weeks are the test, the year before is learned."""
    path = Path(data) / "forecasting" / "vic_elec" / "vic_elec.csv.gz"
    frame = pd.read_csv(path)
    index = pd.DatetimeIndex(pd.to_datetime(frame["Time"])).tz_convert("Australia/Melbourne")
    first, last = of_part(part, len(frame) - 8 * 336, len(frame))
    known = frame[["Temperature"]] if temperature else None
    return rolling(frame[["Demand"]].to_numpy(), index, first, last, horizon, known, 365 * 48)


def etth1(data, part, horizon):
    """Read the oil temperature of ETTh1: 12 months to train on, 4 left out, 4 to test on."""
    frame = pd.read_csv(Path(data) / "forecasting" / "ett" / "ETTh1.csv.gz", parse_dates=["date"])
    first, last = (11520, 14400) if part == "test" else (8640, 11520)
    split = rolling(
        frame[["OT"]].to_numpy(), pd.DatetimeIndex(frame["date"]), first, last, horizon, stride=24
    )
    split.train = [row[:8640] for row in split.train]
    split.fit = (split.fit[0].iloc[:8640],)
    return split


# -- what needs no folder ---------------------------------------------------------------------


def passengers(data, part, horizon):
    """Read the passengers of airlines; the last year is the test."""
    y = load_air_passengers().astype(float)
    y = y if part == "test" else y.iloc[:-horizon]
    train = y.to_numpy()[:-horizon]
    return Split((y.iloc[:-horizon],), [train], [train], y.to_numpy()[None, -horizon:], {})


def synthetic(data, part, horizon, n=30, season=4):
    """Draw short series with a trend and a season."""
    rng = np.random.default_rng(0 if part == "test" else 1)
    steps = np.arange(40 + horizon)
    wave = 1 + 0.3 * np.sin(2 * np.pi * steps / season)
    slopes, noise = rng.uniform(0, 2, (n, 1)), rng.normal(size=(n, len(steps)))
    series = (50 + slopes * steps + noise.cumsum(axis=1)) * wave
    train = list(series[:, :-horizon])
    return Split(
        (train,), train, train, series[:, -horizon:], {}, series[:, [-horizon - 1] * horizon]
    )


M4 = {"references": "F_Naive2"}
PROBLEMS = {
    "M4 Yearly": Problem(
        partial(competition, "m4/m4_yearly", **M4), 6, None, 1, ("OWA", 0.775), ("OWA", 0.80)
    ),
    "M4 Weekly": Problem(
        partial(competition, "m4/m4_weekly", **M4), 13, 52, 1, ("OWA", 0.71), ("OWA", 0.73)
    ),
    "NN5": Problem(partial(competition, "nn5/nn5"), 56, 7, 7, ("MASE", 0.86)),
    "Tourism quarterly": Problem(
        partial(competition, "tourism/tourism_quarterly"), 8, 4, 4, ("MASE", 1.55)
    ),
    "Tourism yearly": Problem(partial(competition, "tourism/tourism_yearly"), 4, None, 1),
    "M3 yearly": Problem(partial(competition, "m3/m3_yearly"), 6, None, 1),
    "M3 quarterly": Problem(partial(competition, "m3/m3_quarterly"), 8, 4, 4),
    "M3 other": Problem(partial(competition, "m3/m3_other"), 8, None, 1),
    "exchange rate": Problem(exchange_rate, 24, None, 1, standard=True),
    "vic_elec": Problem(partial(vic_elec, temperature=False), 48, (48, 336), 336),
    "vic_elec, temperature": Problem(partial(vic_elec, temperature=True), 48, (48, 336), 336),
    "ETTh1 24": Problem(etth1, 24, (24, 168), 24, standard=True),
    "ETTh1 48": Problem(etth1, 48, (24, 168), 24, standard=True),
    "AirPassengers": Problem(passengers, 12, 12, 12, ("MAPE", 4.0)),
    "synthetic": Problem(synthetic, 4, 4, 4),
}
NO_DATA = ("AirPassengers", "synthetic")
