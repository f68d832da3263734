"""Forecast the sales of many products: short series, days without a sale, and a new product.

A long table has a row for each product and day: what was sold, and whether there was an offer,
which is known ahead. Products come at different times, and some sell on few days only. One network
learns from all of them. A backtest tells, for products that sell often and for those that sell
rarely, how far it was off beside two forecasts that cost nothing: the same day of last week, and
the mean of the last four weeks. A search, cut through time by PanelSplit, chooses between networks.
Then two products that nobody had seen go on from their first ten days::

    python examples/shop_sales.py
    python examples/shop_sales.py --data sales.csv

DATA is such a table of your own, with the columns product, day, sold and offer (0 or 1).
"""

import argparse

import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV

from skrnn import SequenceForecaster
from skrnn.data import from_long
from skrnn.model_selection import PanelSplit

HORIZON, N_NEW, N_FIRST = 14, 2, 10  # days, products, days
RARE = 0.5  # of the days have a sale: fewer, and a product sells rarely
NEXT = """
Try next: predict(X, quantiles=[0.9]), for what to keep in stock each day; for two weeks together,
model.sample(500, X=X).groupby("product").sum().quantile(0.9, axis=1)."""


def generate(quick):
    """Return a long table of products with a weekly rhythm, offers, and launches in between."""
    n_products, n_days = (12, 120) if quick else (100, 400)
    random = np.random.default_rng(0)
    days = pd.date_range("2024-01-01", periods=n_days)
    week = np.array([0.8, 0.7, 0.8, 1.0, 1.3, 1.6, 0.8])[days.day_of_week]
    tables = []
    for product in range(n_products):
        first = 0 if product % 3 else random.integers(n_days - 3 * HORIZON)
        drift = np.exp(random.normal(scale=0.02, size=n_days).cumsum())
        offer = (random.random(n_days // 7 + 1) < 0.15).repeat(7)[:n_days]
        mean = np.exp(random.normal(0.3, 1.5)) * drift * week * (1 + offer)
        table = pd.DataFrame({"day": days, "sold": random.poisson(mean), "offer": offer})
        tables.append(table[first:].assign(product=f"p{product:03d}"))
    return pd.concat(tables, ignore_index=True).astype({"offer": float})


def read(path):
    """Return such a table from a file; a day without a row is a day without a sale."""
    table = pd.read_csv(path, parse_dates=["day"])
    whole = [
        group.set_index("day")[["sold", "offer"]].asfreq("D", fill_value=0).assign(product=product)
        for product, group in table.sort_values("day").groupby("product")
    ]
    return pd.concat(whole).reset_index()


def split(table):
    """Return the table without the newest products, and that of those products."""
    launched = table.groupby("product")["day"].min().sort_values(kind="stable")
    new = table["product"].isin(launched.index[-N_NEW:])
    return table[~new], table[new]


def add_simple(frame, series):
    """Add to a backtest what the same day of last week says, and the mean of four weeks."""
    known = series.unstack(level=0)
    pairs = list(zip(frame["id"], frame["cutoff"], frame["time"], strict=True))
    week, month = [], []
    for product, cutoff, time in pairs:
        past = known.loc[:cutoff, product].dropna()
        steps = (time - cutoff).days
        week.append(past.iloc[-7 + (steps - 1) % 7] if len(past) >= 7 else past.iloc[-1])
        month.append(past[-28:].mean())
    return frame.assign(last_week=week, four_weeks=month)


def compare(frame, series):
    """Return the mean errors of each kind of product, in units of its mean daily sales."""
    sales = series.groupby(level=0).mean()
    frequent = series.gt(0).groupby(level=0).mean() > RARE
    kind = frame["id"].map(frequent).map({True: "often", False: "rarely"}).rename("sells")
    names = {"last_week": "last week", "four_weeks": "four weeks", "forecast": "forecaster"}
    errors = frame[list(names)].rsub(frame["actual"], axis=0).abs()
    table = errors.div(frame["id"].map(sales), axis=0).rename(columns=names).groupby(kind).mean()
    inside = frame["actual"].between(frame["lo-80"], frame["hi-80"])
    return table.assign(**{"inside 80 %": inside.groupby(kind).mean()}).round(3)


def choose(X, y, quick):
    """Return the size of the network that forecasts the newest days best.

    One network of few epochs tells which is better; the guard would hide what networks are worth.
    """
    epochs = 2 if quick else 5
    model = SequenceForecaster(HORIZON, n_members=1, max_epochs=epochs, guard=False, random_state=0)
    grid = {"hidden_size": [8, 16] if quick else [32, 64]}
    return GridSearchCV(model, grid, cv=PanelSplit(2, test_size=HORIZON)).fit(X, y).best_params_


def judge_new(model, table):
    """Return the errors of products never seen, forecast from their first days."""
    rows = []
    for product, group in table.groupby("product"):
        X, y = from_long(group, "product", "day", "sold", exog=["offer"])
        seen, after = slice(N_FIRST), slice(N_FIRST, N_FIRST + HORIZON)
        said = model.predict(X[after], history=(X[seen], y[seen]))
        error = [(y[after] - other).abs().mean() for other in (y[seen].mean(), said)]
        rows.append((product, y[after].mean(), *error))
    return pd.DataFrame(rows, columns=["new product", "sold a day", "mean so far", "forecaster"])


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="a CSV file of sales (default: generated ones)")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    table, new = split(read(options.data) if options.data else generate(options.quick))
    X, y = from_long(table, id="product", time="day", target="sold", exog=["offer"])
    print(f"{y.index.levels[0].size} products, {len(y)} days, {y.eq(0).mean():.0%} without a sale")
    size = {"n_members": 1, "hidden_size": 16, "max_epochs": 4} if options.quick else {}
    model = SequenceForecaster(HORIZON, random_state=0, **size)
    frame = model.backtest(X, y, n_windows=2, level=80)
    print(compare(add_simple(frame, y), y).to_string())

    chosen = choose(X, y, options.quick)
    print(f"\na search chose {chosen}")
    model.set_params(**chosen).fit(X, y)
    shares = {name: round(weight, 2) for name, weight in model.weights_.items() if weight > 0.005}
    print(f"what the blend is made of: {shares}; best alone:", end=" ")
    print(model.report_["best"].value_counts().to_dict())
    print(judge_new(model, new).round(2).to_string(index=False))
    print(NEXT)


if __name__ == "__main__":
    main()
