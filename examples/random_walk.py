"""Forecast prices that wander at random, and be told that there is nothing to forecast.

The price of tomorrow is that of today, plus what nobody knows: no model can do better than to
repeat it. A forecaster that was only trained would promise more. This one holds back the newest
days, looks what networks and textbook forecasts were worth there, and reports it; where nothing
is surely better than the naive forecast, it keeps to that one. The last days, which nothing was
chosen by, tell the truth, for the network alone too: the error over that of the naive forecast,
and by how much this ratio may be off by chance. Around 1 nothing was gained, and an interval that
holds is all there is to have::

    python examples/random_walk.py
    python examples/random_walk.py --data exchange_rate.csv.gz

DATA is a table of prices without an index, one column for each, one row for each day, such as the
exchange rates of eight countries that forecasts are often compared by.
"""

import argparse

import numpy as np
import pandas as pd

from skrnn import SequenceForecaster

HORIZON = 5  # business days
NEXT = """
Try next: --seed 1, another luck; prices with a drift, random.normal(0.002, ...), where theta has
something to find; a year of days only, where luck looks more like skill."""


def generate(quick, seed):
    """Return prices whose changes are nothing but noise."""
    n_days, n_prices = (300, 4) if quick else (1500, 8)
    changes = np.random.default_rng(seed).normal(0.0, 0.01, size=(n_days, n_prices))
    days = pd.bdate_range("2019-01-01", periods=n_days)
    names = [f"walk {i + 1}" for i in range(n_prices)]
    return pd.DataFrame(100 * np.exp(changes.cumsum(axis=0)), days, names)


def read(path, n_days=1500):
    """Return the newest prices of a table, with business days in place of their dates."""
    table = pd.read_csv(path).astype(float)[-n_days:]
    table.columns = [f"price {name}" for name in table.columns]
    return table.set_index(pd.bdate_range("2019-01-01", periods=len(table)))


def with_naive(frame, prices):
    """Add to a backtest what the naive forecast says: the price at the cutoff."""
    pairs = zip(frame["cutoff"], frame["id"], strict=True)
    return frame.assign(naive=[prices.at[pair] for pair in pairs])


def against_naive(frame, scale):
    """Return the error over that of the naive forecast, and its standard error over cutoffs."""
    units = frame["id"].map(scale)
    model = (frame["actual"] - frame["forecast"]).abs() / units
    naive = (frame["actual"] - frame["naive"]).abs() / units
    means = pd.DataFrame({"model": model, "naive": naive}).groupby(frame["cutoff"]).mean()
    ratio = means["model"].sum() / means["naive"].sum()
    rest = means["model"] - ratio * means["naive"]
    return ratio, rest.std() / means["naive"].mean() / np.sqrt(len(means))


def verdict(ratio, error):
    """Say in words what a ratio means."""
    if ratio + 2 * error < 1:
        return "better than naive"
    return "worse than naive" if ratio - 2 * error > 1 else "no better than naive"


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="a table of prices (default: random walks)")
    parser.add_argument("--seed", type=int, default=0, help="of the random walks")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    prices = read(options.data) if options.data else generate(options.quick, options.seed)
    n_windows = 8 if options.quick else 60
    past = prices[: -HORIZON * n_windows]
    size = {"n_members": 1, "hidden_size": 16, "max_epochs": 5} if options.quick else {}
    model = SequenceForecaster(HORIZON, random_state=0, **size).fit(past)
    print(f"{prices.shape[1]} prices, {len(past)} days to learn from, then {n_windows} weeks")

    single = list(model.weights_)
    errors = model.report_[[*single, "blend"]].mean()
    weights = pd.Series(model.weights_)
    report = pd.DataFrame({"error": errors, "weight": weights}).loc[[*single, "blend"]]
    print("\nreport_: mean error on the steps held back in fit, and weights_")
    print(report.round(3).to_string(na_rep=""))
    print(f"error of the network over naive: {errors['network'] / errors['naive']:.3f}", end=", ")
    print(f"of the blend: {errors['blend'] / errors['naive']:.3f} (where its weights were chosen)")

    print("\nthe weeks after, error over that of the naive forecast:")
    scale = past.diff().abs().mean()
    for name, guard in {"blend": True, "network alone": False}.items():
        frame = model.set_params(guard=guard).backtest(prices, n_windows=n_windows, level=80)
        ratio, error = against_naive(with_naive(frame, prices), scale)
        inside = frame["actual"].between(frame["lo-80"], frame["hi-80"]).mean()
        print(f"{name:14}{ratio:.3f} ± {error:.3f}: {verdict(ratio, error)}", end="; ")
        print(f"{inside:.0%} of prices within the 80 % intervals")
    print(NEXT)


if __name__ == "__main__":
    main()
