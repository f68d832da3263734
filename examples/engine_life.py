"""Tell how many more flights an engine will make, from the sensors of its last 30.

Each training engine runs until it fails. Its run is cut into windows of 30 cycles, and the target
of a window is the remaining life at its last cycle, at most 125: an engine that is still healthy
shows no wear, so that more cannot be told. The settings of the network are chosen by
cross-validation that keeps each engine's windows together, and several networks are then judged
once on the last 30 cycles of other engines, whose runs were cut off before they failed. A ridge
regression on summary statistics of the same windows is what they should beat::

    python examples/engine_life.py
    python examples/engine_life.py --data DATA

DATA is a folder that holds NASA's C-MAPSS engines: ``regression/cmapss/train_FD001.csv.gz`` and
``test_FD001.csv.gz`` with the columns unit, cycle, setting1 to setting3 and s1 to s21, and
``RUL_FD001.txt.gz``, the life that is left of each test engine. The same engines are given by
:func:`skrnn.datasets.fetch_engine_runs`.
"""

import argparse
from pathlib import Path
from time import perf_counter

import matplotlib
import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.metrics import root_mean_squared_error
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNRegressor
from skrnn.datasets import make_engine_runs
from skrnn.preprocessing import SequenceSummary, make_windows

matplotlib.use("Agg")

WINDOW = 30  # cycles
STEP = 5  # cycles from one window of training to the next, which differs little from it
CAP = 125  # cycles of remaining life, and more
NEXT = """
Try next: loss="gaussian", whose predict_interval says how sure the network is; more conditions of
flight (make_engine_runs(n_conditions=6)); another grid; a longer WINDOW."""


def generate(quick):
    """Return runs to train on and to test, and the remaining life at each of their cycles."""
    n_units = 12 if quick else 60
    train = make_engine_runs(n_units, random_state=0)
    return *train, *make_engine_runs(n_units, truncated=True, random_state=1)


def read(data, quick):
    """Return the same of NASA's first fleet."""
    folder = Path(data) / "regression" / "cmapss"
    parts = [pd.read_csv(folder / f"{part}_FD001.csv.gz") for part in ("train", "test")]
    ends = [0, np.loadtxt(folder / "RUL_FD001.txt.gz")]
    found = []
    for runs, left in zip(parts, ends, strict=True):
        last = runs.groupby("unit")["cycle"].max() + left
        life = (runs["unit"].map(last) - runs["cycle"]).rename("remaining")
        some = runs["unit"] <= (12 if quick else len(last))
        found += [runs[some], life[some]]
    return found


def informative(X, y):
    """Return the names of the columns that go up or down with the remaining life.

    The others, such as sensors that always say the same, would only be learned by heart. How old
    an engine is counts as well.
    """
    columns = [name for name in X if name != "unit" and X[name].nunique() > 1]
    related = X[columns].corrwith(y.clip(upper=CAP)).abs()
    return related.index[related > 0.2].tolist()


def training_windows(X, y, columns):
    """Return windows of all runs, the capped life at the end of each, and the engine it is of."""
    runs = {unit: run[columns].to_numpy() for unit, run in X.groupby("unit")}
    life = {unit: left.clip(upper=CAP).to_numpy(float) for unit, left in y.groupby(X["unit"])}
    return make_windows(runs, WINDOW, 0, STEP, life, return_groups=True)


def last_windows(X, y, columns):
    """Return the last cycles of each run, fewer where it is shorter, and the life that is left."""
    runs = [run[columns].to_numpy()[-WINDOW:] for _, run in X.groupby("unit")]
    return runs, y.groupby(X["unit"]).last().to_numpy(float)


def search(X, y, units, quick):
    """Return the settings that do best for engines that were not trained on.

    No early stopping is asked for: rows held back at random would be windows that overlap those
    of training. The number of epochs is part of the grid instead.
    """
    net = RNNRegressor(hidden_size=32, batch_size=64, early_stopping=False, random_state=0)
    grid = {"hidden_size": [8], "max_epochs": [2, 4]}
    if not quick:
        grid = {"max_epochs": [5, 8], "dropout": [0.2, 0.5]}
    folds = list(GroupKFold(2 if quick else 3, shuffle=True, random_state=0).split(X, y, units))
    found = GridSearchCV(net, grid, scoring="neg_root_mean_squared_error", cv=folds, refit=False)
    table = pd.DataFrame(found.fit(X, y).cv_results_)
    columns = [name for name in table if name.startswith("param_")]
    table["RMSE"], table["sd"] = -table["mean_test_score"], table["std_test_score"]
    columns += ["RMSE", "sd", "mean_fit_time"]
    print(table[columns].sort_values("RMSE").round(2).to_string(index=False), end="\n\n")
    return net.set_params(**found.best_params_)


def judge(name, model, windows, tests):
    """Return the predictions of a model, and a row of the table of results."""
    start = perf_counter()
    model.fit(*windows)
    seconds = perf_counter() - start
    runs, life = tests
    answer = model.predict(runs)
    capped = root_mean_squared_error(np.minimum(life, CAP), np.minimum(answer, CAP))
    return answer, (name, capped, root_mean_squared_error(life, answer), seconds)


def draw(life, answer, title, path):
    """Draw what was predicted beside what is true, engine by engine."""
    import matplotlib.pyplot as plt

    order = np.argsort(life)
    figure, axis = plt.subplots(figsize=(8, 3.5), layout="constrained")
    axis.plot(life[order], color="black", label="true")
    axis.axhline(CAP, color="gray", linestyle="--", label="cap")
    axis.plot(answer[order], "o", markersize=4, label="predicted")
    axis.set(xlabel="test engine, by remaining life", ylabel="cycles left", title=title)
    axis.legend()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="folder of NASA's engines (default: generated ones)")
    parser.add_argument("--seeds", type=int, default=None, help="how many networks (default: 3)")
    parser.add_argument("--output", default="engine_life.png", help="where the picture goes")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    parts = read(options.data, options.quick) if options.data else generate(options.quick)
    X, y, X_test, y_test = parts
    columns = informative(X, y)
    dropped = X.columns.drop(["unit", *columns])
    print(f"{X['unit'].nunique()} engines to train on, {X_test['unit'].nunique()} to test")
    print(f"{len(columns)} columns; of no use: {', '.join(dropped) or 'none'}")
    *windows, units = training_windows(X, y, columns)
    print(f"{len(windows[0])} windows of {WINDOW} cycles", end="\n\n")
    net = search(*windows, units, options.quick)

    tests = last_windows(X_test, y_test, columns)
    ridge = make_pipeline(SequenceSummary(), StandardScaler(), RidgeCV(np.logspace(-2, 4, 7)))
    rows = [judge("summary + ridge", ridge, windows, tests)[1]]
    for seed in range(options.seeds or (1 if options.quick else 3)):
        answer, row = judge("network", net.set_params(random_state=seed), windows, tests)
        rows.append(row)
    table = pd.DataFrame(rows, columns=["model", "RMSE, capped", "RMSE", "seconds"])
    print(table.groupby("model").agg(["mean", "std"]).round(2).to_string())
    title = f"RMSE {rows[-1][1]:.1f} cycles, true life of {CAP} and more taken as {CAP}"
    draw(tests[1], answer, title, options.output)
    print(f"predictions: {options.output}{NEXT}")


if __name__ == "__main__":
    main()
