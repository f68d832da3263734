"""How the defaults were chosen: cross-validation on training parts; no test array is ever opened.

    python benchmarks/tune_defaults.py --data DATA --variants base last lstm

Prints the mean accuracy of each variant over problems, two of three stratified folds each.
"""

import argparse
import time
from contextlib import ExitStack
from unittest import mock

import numpy as np
import torch
from joblib import Parallel, delayed
from problems import read_problem
from sklearn.model_selection import StratifiedKFold

from skrnn import RNNClassifier
from skrnn.nn import stem
from skrnn.training import run

PROBLEMS = (
    "JapaneseVowels",
    "NATOPS",
    "Libras",
    "ItalyPowerDemand",
    "SyntheticControl",
    "ECG200",
    "GunPoint",
    "ArrowHead",
    "FacesUCR",
    "Lightning7",
    "CricketX",
    "UMD",
    "DistalPhalanxTW",
    "MiddlePhalanxOutlineCorrect",
    "SmallKitchenAppliances",
)
# parameters of the estimator, and in capitals the constants behind "auto"
VARIANTS = {
    "base": {},
    "fewer epochs": {"EPOCHS_OF_ONE_BATCH": 100},
    "more epochs": {"EPOCHS_OF_ONE_BATCH": 500},
    "last": {"pooling": "last"},
    "mean": {"pooling": "mean"},
    "one-way": {"bidirectional": False},
    "lstm": {"cell": "lstm"},
    "rnn": {"cell": "rnn"},
    "dropout=0": {"dropout": 0.0},
    "dropout=0.4": {"dropout": 0.4},
    "lr=1e-3": {"lr": 1e-3},
    "lr=6e-3": {"lr": 6e-3},
    "alpha=0.01": {"alpha": 0.01},
    "alpha=0.1": {"alpha": 0.1},
    "adamw": {"optimizer": "adamw", "alpha": 0.05},
    "H=32": {"hidden_size": 32},
    "H=128": {"hidden_size": 128},
    "two layers": {"num_layers": 2},
    "no stem": {"stem": None},
    "16 steps": {"LAST_STEPS": 16},
    "64 and 16 steps": {"FIRST_STEPS": 64, "LAST_STEPS": 16},
    "256 first": {"FIRST_STEPS": 256},
    "batch 16": {"batch_size": 16},
}


def run_fold(data, problem, variant, seed, max_rows):
    """Fit on two thirds of a training part and score on the rest, for each of two folds."""
    torch.set_num_threads(1)
    settings = VARIANTS[variant]
    options = {name: value for name, value in settings.items() if not name.isupper()}
    X, y = read_problem(data, problem, part="train")
    rows = np.random.default_rng(0).permutation(len(X))[:max_rows]
    X, y = X[rows], y[rows]
    folds = StratifiedKFold(3, shuffle=True, random_state=seed)
    scores, start = [], time.perf_counter()
    with ExitStack() as stack:
        for name in settings.keys() - options.keys():
            home = run if hasattr(run, name) else stem
            stack.enter_context(mock.patch.object(home, name, settings[name]))
        for train, test in list(folds.split(X, y))[:2]:
            model = RNNClassifier(random_state=seed, **options).fit(X[train], y[train])
            scores.append(model.score(X[test], y[test]))
    return problem, float(np.mean(scores)), (time.perf_counter() - start) / 2


def main():
    """Run the variants asked for and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="data", help="folder of public data")
    parser.add_argument("--variants", nargs="*", default=list(VARIANTS), choices=list(VARIANTS))
    parser.add_argument("--problems", nargs="*", default=PROBLEMS)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--max-rows", type=int, default=240)
    parser.add_argument("--jobs", type=int, default=2)
    args = parser.parse_args()
    for variant in args.variants:
        calls = [
            delayed(run_fold)(args.data, problem, variant, seed, args.max_rows)
            for problem in args.problems
            for seed in range(args.seeds)
        ]
        results = Parallel(n_jobs=args.jobs)(calls)
        problems = {}
        for problem, score, seconds in results:
            problems.setdefault(problem, []).append((score, seconds))
        means = {name: np.mean(values, axis=0) for name, values in problems.items()}
        score, seconds = np.mean(list(means.values()), axis=0)
        each = " ".join(f"{name[:8]}={mean[0]:.2f}" for name, mean in means.items())
        print(f"{variant:16s} {score:.4f} {seconds:5.1f} s/fit | {each}", flush=True)


if __name__ == "__main__":
    main()
