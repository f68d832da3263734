"""SequenceForecaster beside the recurrent forecasters of Darts and neuralforecast.

    bash benchmarks/peer_environments.sh FOLDER
    python benchmarks/forecasting_peers.py --data DATA --python \
        darts=FOLDER/darts/bin/python neuralforecast=FOLDER/neuralforecast/bin/python
    python benchmarks/forecasting_peers.py --quick      # skrnn alone, where none is installed

All read windows of the same length with one layer of as many units, and update their weights as
often, each time from some 8,192 steps. skrnn is one network without the guard, told the season,
which the others cannot be; all else is each library's default. skrnn stands here once more with
as many updates as it makes by default, and Darts twice: with series scaled as its guide does, and
with normalised windows and the absolute error besides. Missing values are interpolated for all.
The libraries take turns, one process each, and are warmed up by a fit of two updates. As one year
of one series says little, AirPassengers is forecast for each of the last five, from a fit to the
years before; the last is shown alone too.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pandas as pd
from forecasting_problems import PROBLEMS, Split

from skrnn.metrics import (
    mean_absolute_scaled_error,
    overall_weighted_average,
    symmetric_mean_absolute_percentage_error,
)

HERE = Path(__file__).parent
WINDOWS = {"M4 Weekly": 65, "NN5": 112, "AirPassengers": 24}
YEARS = 5  # of AirPassengers
STEPS = 8192  # that an update reads, in windows
BETTER = {"use_reversible_instance_norm": True, "loss_fn": "L1Loss"}
SIDES = {
    "skrnn": ("skrnn", {}),
    "skrnn, own updates": ("skrnn", {"batch_size": "auto", "max_epochs": "auto"}),
    "neuralforecast": ("neuralforecast", {}),
    "darts": ("darts", {}),
    "darts, normalised": ("darts", BETTER),
}


def without_gaps(row):
    """Interpolate missing values."""
    known = np.flatnonzero(~np.isnan(row))
    return np.interp(np.arange(len(row)), known, row[known])


def save(series, folder):
    """Write series to where a worker finds them."""
    lengths = [len(row) for row in series]
    path = Path(folder) / "series.npz"
    np.savez(path, values=np.concatenate(series), starts=np.cumsum([0, *lengths[:-1]]))
    return str(path)


class Worker:
    """A library in a process of its own.

    Parameters
    ----------
    library : str
        One that forecasting_worker.py knows.
    python : str
        The Python of its environment.
    threads : int
        Of torch.
    folder : path
        Where it runs, and what it says besides is kept.
    """

    def __init__(self, library, python, threads, folder):
        self.said = Path(folder) / f"{library}.txt"
        env = {**os.environ, "OMP_NUM_THREADS": str(threads), "CUDA_VISIBLE_DEVICES": ""}
        if library != "skrnn":
            env.pop("PYTHONPATH", None)  # it is of the environment of skrnn
        command = [python, str(HERE / "forecasting_worker.py"), library, str(threads)]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with self.said.open("w") as errors:
            self.process = subprocess.Popen(
                command, text=True, cwd=folder, env=env, stderr=errors, **pipes
            )

    def __enter__(self):
        self.process.__enter__()
        return self

    def __exit__(self, *error):
        self.process.__exit__(*error)

    def ask(self, task):
        """Let it fit and forecast once."""
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended: {self.said.read_text()[-2000:]}")
        return json.loads(line)


def judge(problem, split, point):
    """Give the errors of forecasts (n, h)."""
    against = {"y_train": split.train, "season": problem.scale}
    row = {
        "MASE": mean_absolute_scaled_error(split.actual, point, **against),
        "sMAPE": symmetric_mean_absolute_percentage_error(split.actual, point),
    }
    if split.reference is not None:
        against["y_reference"] = split.reference
        row["OWA"] = overall_weighted_average(split.actual, point, **against)
    return row


def read_splits(args, name):
    """Give the splits of a problem, by what they are called; the last is that of the benchmark."""
    problem = PROBLEMS[name]
    split = problem.read(args.data, "holdout" if args.holdout else "test", problem.horizon)
    if name != "AirPassengers":
        return {name: split}
    splits, whole = {}, np.concatenate([split.train[0], split.actual[0]])
    for back in range(YEARS - 1, 0, -1):
        past, actual = np.split(whole[: len(whole) - problem.horizon * back], [-problem.horizon])
        splits[f"{name}, {back} before"] = Split((), [past], [past], actual[None], {})
    return splits | {name: split}


def run_split(args, name, split, workers, folder):
    """Yield a row for each library and seed, the libraries taking turns."""
    problem = PROBLEMS[name]
    window, sides = WINDOWS[name], [side for side in SIDES if SIDES[side][0] in workers]
    task = {"path": save([without_gaps(row) for row in split.past], folder), "window": window}
    task |= {"horizon": problem.horizon, "season": problem.season, "cell": args.cell}
    task |= {"hidden_size": args.hidden_size, "updates": args.updates, "batch": STEPS // window}
    for worker in workers.values():  # what is done once in a process is not timed
        worker.ask(task | {"seed": 0, "options": {}, "updates": 2})
    for seed in range(args.seeds):
        turn = seed % len(sides)
        for side in sides[turn:] + sides[:turn]:
            library, options = SIDES[side]
            answer = workers[library].ask(task | {"seed": seed, "options": options})
            errors = judge(problem, split, np.array(answer.pop("forecast")))
            yield {"side": side, "seed": seed} | errors | answer


def read_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="data", help="folder of public data")
    parser.add_argument("--problems", nargs="*", choices=WINDOWS, default=list(WINDOWS))
    parser.add_argument("--python", nargs="*", default=[], help="LIBRARY=its Python")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=500, help="of the weights")
    parser.add_argument("--hidden-size", type=int, default=64)
    parser.add_argument("--cell", choices=("lstm", "gru"), default="lstm")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--holdout", action="store_true", help="test on the end of training parts")
    parser.add_argument("--output", help="where to write every run as CSV")
    parser.add_argument("--quick", action="store_true", help="AirPassengers, four updates")
    return parser.parse_args()


def main():
    """Run the problems asked for and print a table."""
    args, runs = read_arguments(), []
    if args.quick:
        args.problems, args.seeds, args.updates, args.hidden_size = ["AirPassengers"], 1, 4, 4
    pythons = {"skrnn": sys.executable, **dict(pair.split("=", 1) for pair in args.python)}
    for library in {library for library, _ in SIDES.values()} - set(pythons):
        print(f"{library}: not measured, see --python")
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        workers = {
            library: stack.enter_context(Worker(library, python, args.threads, folder))
            for library, python in pythons.items()
        }
        for name in args.problems:
            for part, split in read_splits(args, name).items():
                for row in run_split(args, name, split, workers, folder):
                    runs.append({"problem": name, "part": part} | row)
                    print(
                        f"{part:23s} {row['side']:18s} seed {row['seed']} MASE {row['MASE']:.4f} "
                        f"fit {row['fit_s']:.2f} s predict {row['predict_s']:.3f} s",
                        flush=True,
                    )
                    if args.output:
                        pd.DataFrame(runs).to_csv(args.output, index=False)
    runs = pd.DataFrame(runs)
    print_means("Means over seeds, and over the years of AirPassengers", runs)
    print_means("The parts of the benchmark alone", runs[runs["part"] == runs["problem"]])


def print_means(title, runs):
    """Print a table of means, a row for each problem and side."""
    table = runs.groupby(["problem", "side"], sort=False).mean(numeric_only=True)
    print(f"\n{title}")
    print(table.drop(columns="seed").round(4).to_string())


if __name__ == "__main__":
    main()
