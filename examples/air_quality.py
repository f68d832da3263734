"""Forecast fine dust in the air for the next six hours, from a day of dust and weather.

One table of hours becomes windows of 24 hours, and the dust of the 6 hours behind each. What was
not measured is filled with the last value, which is all that one knows at the time, and a column
says that it was filled; hours that were not measured are never a target. The network is trained on
the past and judged on what comes later, beside two forecasts that cost little: dust stays as it is
(persistence), and a ridge regression on the same windows. All three are compared hour by hour::

    python examples/air_quality.py
    python examples/air_quality.py --data DATA

DATA is a folder that holds five years of Beijing, ``regression/beijing_pm25/pollution.csv.gz``,
with the columns year, month, day, hour, pm2.5, DEWP, TEMP, PRES, cbwd, Iws, Is and Ir; the last
year is the test. The same hours are given by :func:`skrnn.datasets.fetch_beijing_pm25`.
"""

import argparse
from pathlib import Path
from time import perf_counter

import matplotlib
import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skrnn import RNNRegressor
from skrnn.datasets import make_seasonal_series
from skrnn.preprocessing import make_windows

matplotlib.use("Agg")

WINDOW, HORIZON = 24, 6  # hours
STEP = 3  # hours from one window of training to the next, which differs little from it
NEXT = """
Try next: loss="quantile", quantile=0.9 for the dust that comes in bad hours; WINDOW = 72;
GridSearchCV with skrnn.model_selection.WindowSplit, whose folds keep to the order of time."""


def generate(quick):
    """Return hours of dust and weather with gaps, and when the test begins.

    Traffic adds dust, and wind blows away a share of what there is.
    """
    n = 24 * (60 if quick else 730)
    random = np.random.RandomState(0)
    start = {"start": "2023-01-01", "frequency": "h", "random_state": random}
    weather = {"level": 0.0, "trend": 0.0, "noise": 0.3, "level_noise": 0.0}
    frame = make_seasonal_series(n, n_series=2, amplitude=2.0, **weather, **start)
    frame.columns = ["temperature", "pressure"]
    traffic = make_seasonal_series(n, level=10.0, trend=0.0, amplitude=4.0, noise=1.0, **start)
    breeze = pd.Series(random.normal(size=n), frame.index).ewm(halflife=12).mean()
    frame["wind"] = np.exp(3 * breeze - frame["pressure"] / 4)
    dust = [60.0]
    for new, wind in zip(traffic[1:], frame["wind"][1:], strict=True):
        dust.append(dust[-1] * np.exp(-0.1 * wind) + max(new, 0.0))
    frame["pm2.5"] = dust * np.exp(random.normal(scale=0.03, size=n))
    for first in random.randint(n, size=n // 200):
        frame.loc[frame.index[first : first + 5], "pm2.5"] = np.nan
    return frame, frame.index[n * 3 // 4]


def read(data, quick):
    """Return the same of Beijing, where the last year is the test."""
    frame = pd.read_csv(Path(data) / "regression" / "beijing_pm25" / "pollution.csv.gz")
    hours = pd.to_datetime(frame[["year", "month", "day", "hour"]])
    frame = frame.set_index(pd.DatetimeIndex(hours, freq="h"))
    frame = frame.drop(columns=["No", "year", "month", "day", "hour"])
    frame = pd.get_dummies(frame, columns=["cbwd"], dtype=float)
    frame[["Iws", "Is", "Ir"]] = np.log1p(frame[["Iws", "Is", "Ir"]])  # sums since the last calm
    return (frame["2013-11":"2014-02"] if quick else frame), pd.Timestamp("2014-01-01")


def prepare(frame):
    """Fill gaps with what was known, and add where they were and the hour of the day."""
    frame = frame.loc[frame["pm2.5"].first_valid_index() :]
    known = frame["pm2.5"].notna().astype(float)
    angle = 2 * np.pi * frame.index.hour / 24
    return frame.ffill().assign(measured=known, sin=np.sin(angle), cos=np.cos(angle))


def cut(frame):
    """Return windows, the dust that follows each, and the dust at the end of each.

    A window counts where it ends in a measured hour, and all that follow are measured.
    """
    X, y = make_windows(frame, WINDOW, HORIZON, target="pm2.5")
    _, measured = make_windows(frame, WINDOW, HORIZON, target="measured")
    rows = measured.all(axis=1) & frame.loc[y.index, "measured"].eq(1)
    return X[np.flatnonzero(rows)], y[rows], frame.loc[y.index[rows], "pm2.5"]


def flat(windows):
    """Return windows as rows of a matrix."""
    return np.stack(list(windows)).reshape(len(windows), -1)


def models(quick, seeds):
    """Return the models to compare, by name: a ridge regression, and a network for each seed."""
    ridge = RidgeCV(np.logspace(-1, 5, 7))
    found = {"ridge": [make_pipeline(FunctionTransformer(flat), StandardScaler(), ridge)]}
    net = {
        "stem": None,
        "pooling": "last",  # the last hours count most
        "hidden_size": 16 if quick else 32,
        "batch_size": 64,
        "max_epochs": 5,  # chosen on 2013, after training on the years before
        "early_stopping": False,  # rows held back at random would overlap those of training
    }
    found["network"] = [RNNRegressor(random_state=seed, **net) for seed in range(seeds)]
    return found


def compare(frame, border, quick, seeds):
    """Return the true dust of the test hours, what each model forecasts, and a table of errors.

    Models learn by how much the dust changes, so that a forecast starts where the dust is.
    """
    X, y, now = cut(frame)
    past = np.flatnonzero(y.index + pd.Timedelta(hours=HORIZON) < border)[::STEP]
    test = np.flatnonzero(y.index >= border)
    print(f"{len(past)} windows end before {border}, {len(test)} later")
    change, now, true = y.sub(now, axis=0).iloc[past], now.iloc[test], y.iloc[test]
    forecasts = {"persistence": pd.concat([now] * HORIZON, axis=1, keys=y.columns)}
    rows = [("persistence", *rmse(true, forecasts["persistence"]), 0.0)]
    for name, several in models(quick, seeds).items():
        for model in several:
            start = perf_counter()
            changes = model.fit(X[past], change).predict(X[test])
            forecasts[name] = pd.DataFrame(changes, y.index[test], y.columns).add(now, axis=0)
            rows.append((name, *rmse(true, forecasts[name]), perf_counter() - start))
    hours = [f"+{ahead} h" for ahead in range(1, HORIZON + 1)]
    return true, forecasts, pd.DataFrame(rows, columns=["RMSE", *hours, "mean", "seconds"])


def rmse(true, forecast):
    """Return the error of each hour ahead, and their mean."""
    error = np.sqrt(((forecast - true) ** 2).mean(axis=0)).tolist()
    return *error, np.mean(error)


def farthest(dust):
    """Return the first week of the last column, by the hour it is about; NaN where none is."""
    return dust.iloc[:, -1].asfreq("h").shift(HORIZON, "h").iloc[: 24 * 7]


def draw(true, forecasts, table, path):
    """Draw the error of each hour ahead, and a week of the farthest forecasts."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(11, 3.5), width_ratios=[1, 2], layout="constrained")
    errors = table.iloc[:, :HORIZON]
    axes[0].plot(errors.columns, errors.T, marker="o", label=errors.index)
    axes[0].set(ylabel="RMSE (µg/m³)", title="error by hours ahead")
    axes[0].legend()
    axes[1].plot(farthest(true), color="black", label="true")
    for name in ("ridge", "network"):
        axes[1].plot(farthest(forecasts[name]), label=name)
    axes[1].set(title=f"dust, and what was forecast {HORIZON} hours before")
    axes[1].tick_params(axis="x", rotation=30)
    axes[1].legend()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="folder of real hours (default: generated ones)")
    parser.add_argument("--seeds", type=int, default=1, help="how many networks, for their spread")
    parser.add_argument("--output", default="air_quality.png", help="where the picture goes")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    found = read(options.data, options.quick) if options.data else generate(options.quick)
    frame, border = prepare(found[0]), found[1]
    print(f"{len(frame)} hours, of which {(frame['measured'] == 0).mean():.1%} were not measured")
    true, forecasts, table = compare(frame, border, options.quick, options.seeds)
    means = table.groupby("RMSE", sort=False).mean()
    print(means.round(2).to_string())
    if options.seeds > 1:
        spread = table.groupby("RMSE", sort=False).std().loc["network"]
        print(f"sd of {options.seeds} networks: {spread['mean']:.2f}")
    draw(true, forecasts, means, options.output)
    print(f"errors and forecasts: {options.output}{NEXT}")


if __name__ == "__main__":
    main()
