"""Forecast tomorrow's demand for electricity, hour by hour, with the temperature known ahead.

Demand has two seasons, the day and the week, and people heat when it is cold and cool when it is
hot. Each day of the last weeks is forecast from the day before: by the same hour a week ago, by a
network that reads demand alone, and by one that is told the temperature and the holidays of the
coming day too. The table holds the mean error, how many hours fell into the 80 % intervals, and how
wide these were::

    python examples/electricity.py
    python examples/electricity.py --data vic_elec.csv.gz --plot tomorrow.png

DATA is a table of the Australian state of Victoria, in half-hours, with the columns Time (UTC),
Demand (MW), Temperature (°C) and Holiday. The temperature is the one that was measured: a real
forecast would know that of the weather service, and gain somewhat less.
"""

import argparse
from time import perf_counter

import numpy as np
import pandas as pd

from skrnn import SequenceForecaster
from skrnn.datasets import make_seasonal_series

KNOWN = ["warm", "cold", "holiday"]
COMFORT = 18.0  # °C at which nobody heats or cools
HORIZON, WEEK = 24, 24 * 7  # hours
NEXT = """
Try next: future_known=[], which tells the network the weather up to now only; --weeks 104, for two
summers; guard=False, for what the network says alone; refit=True in backtest."""


def generate(quick):
    """Return hours of demand, temperature and holidays."""
    n = WEEK * (5 if quick else 20)
    random = np.random.RandomState(0)
    start = {"frequency": "h", "start": "2024-01-01", "trend": 0.0, "random_state": random}
    day = make_seasonal_series(n, level=0.0, amplitude=4.0, noise=0.3, seasons=[24], **start)
    weather = pd.Series(random.normal(scale=40, size=n), day.index).ewm(halflife=36).mean()
    frame = pd.DataFrame({"temperature": 17 + day + weather})
    frame["holiday"] = (pd.Series(random.rand(n // 24 + 1) < 0.03)).repeat(24)[:n].to_numpy(float)
    usual = make_seasonal_series(n, level=4000.0, amplitude=500.0, noise=30.0, **start)
    felt = with_comfort(frame)
    frame["demand"] = usual + 50 * felt["warm"] + 30 * felt["cold"] - 400 * frame["holiday"]
    return frame


def read(path):
    """Return the same of Victoria, by its own clock."""
    table = pd.read_csv(path)
    table.columns = table.columns.str.lower()
    hours = pd.to_datetime(table["time"], utc=True).dt.tz_convert("Australia/Melbourne")
    frame = table.set_index(pd.DatetimeIndex(hours))[["demand", "temperature", "holiday"]]
    return frame.astype(float).resample("h").mean()


def with_comfort(frame):
    """Add by how much it is too warm and too cold, as demand rises on both sides."""
    warm = (frame["temperature"] - COMFORT).clip(lower=0)
    cold = (COMFORT - frame["temperature"]).clip(lower=0)
    return frame.assign(warm=warm, cold=cold)


def week_ago(demand, days):
    """Return what a backtest would for the same hour a week ago."""
    actual, before = demand[-24 * days :], demand.shift(WEEK)[-24 * days :]
    return pd.DataFrame({"actual": actual.to_numpy(), "forecast": before.to_numpy()})


def judged(frame):
    """Return the mean error of a backtest, its coverage and the width of its intervals."""
    error = (frame["actual"] - frame["forecast"]).abs().mean()
    if "lo-80" not in frame:
        return error, np.nan, np.nan
    inside = frame["actual"].between(frame["lo-80"], frame["hi-80"])
    return error, inside.mean(), (frame["hi-80"] - frame["lo-80"]).mean()


def compare(frame, model, days):
    """Return a table of errors on the last days."""
    X, y = frame[KNOWN], frame["demand"]
    rows = [("week ago", *judged(week_ago(y, days)), 0.0)]
    for name, series in {"demand alone": (y,), "with temperature": (X, y)}.items():
        start = perf_counter()
        found = model.backtest(*series, n_windows=days, step=HORIZON, level=80)
        rows.append((name, *judged(found), perf_counter() - start))
    return pd.DataFrame(rows, columns=["forecast", "error", "inside 80 %", "width", "seconds"])


def draw(model, coming, actual, path):
    """Draw the forecast of the last day, and what came."""
    import matplotlib

    matplotlib.use("Agg")
    axis = model.plot(coming)
    local = actual.index.tz_localize(None)  # as the chart has it
    axis.plot(local, actual, color="black", label="what came")
    axis.legend()
    axis.figure.autofmt_xdate()
    axis.figure.savefig(path, dpi=120)


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="vic_elec.csv.gz (default: generated hours)")
    parser.add_argument("--weeks", type=int, default=26, help="newest weeks to use")
    parser.add_argument("--days", type=int, default=28, help="last days, which are forecast")
    parser.add_argument("--plot", help="where a picture of the last day goes (default: none)")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    frame = read(options.data) if options.data else generate(options.quick)
    weeks, days = (5, 3) if options.quick else (options.weeks, options.days)
    frame = with_comfort(frame)[-WEEK * weeks :]
    print(f"{len(frame)} hours up to {frame.index[-1]}; the last {days} days are forecast")
    size = {"n_members": 1, "hidden_size": 16, "max_epochs": 8} if options.quick else {}
    model = SequenceForecaster(HORIZON, random_state=0, **size)
    print(compare(frame, model, days).round(2).to_string(index=False))

    past, last = frame[:-HORIZON], frame[-HORIZON:]
    model.fit(past[KNOWN], past["demand"])
    shares = {name: round(weight, 2) for name, weight in model.weights_.items() if weight > 0.005}
    print(f"seasons {model.season_}; what the blend is made of: {shares}")
    paths = model.sample(300, X=last[KNOWN])
    print(f"highest hour of {last.index[0]:%d %B}: {last['demand'].max():.0f} MW", end="; ")
    print("forecast, 80 %: {:.0f} to {:.0f} MW".format(*paths.max().quantile([0.1, 0.9])))
    if options.plot:
        draw(model, last[KNOWN], last["demand"], options.plot)
        print(f"last day: {options.plot}")
    print(NEXT)


if __name__ == "__main__":
    main()
