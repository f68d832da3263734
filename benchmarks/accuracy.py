"""Accuracy of the default estimators on public problems: mean and spread over seeds, wall time.

    python benchmarks/accuracy.py --data DATA                # everything, 5 seeds
    python benchmarks/accuracy.py --data DATA --problems GunPoint ECG200 --seeds 2
    python benchmarks/accuracy.py --data DATA --problems text --seeds 3
    python benchmarks/accuracy.py --quick                    # what needs no data, small

One set of defaults serves all problems; only ``random_state`` is set, and ``embedding_dim="auto"``
for texts. Beside each text problem stands a bag of words, TfidfVectorizer and LogisticRegression.
Each fit runs on one thread, or as many as are asked for.
"""

import argparse
import time

import numpy as np
import pandas as pd
import torch
from joblib import Parallel, delayed
from problems import UEA, read_problem, ucr_index
from text_problems import TEXT, run_text

from skrnn import RNNClassifier, RNNRegressor

BARS = {
    "JapaneseVowels": 0.97,
    "ItalyPowerDemand": 0.96,
    "SyntheticControl": 0.98,
    "NATOPS": 0.93,
    "Libras": 0.82,
    "ECG200": 0.83,
    "GunPoint": 0.93,
    "BasicMotions": 0.95,
    "digits": 0.97,
    "sequence_sum": 0.99,
    "TREC-6": 0.88,
    "MR": 0.75,
    "SMS spam": 0.95,
    "IMDB": 0.86,
    "splice": 0.94,
}
REGRESSION = ("Tecator", "sequence_sum")
PUBLISHED = ("twiesn", "mlp", "fcn", "resnet")


def run_one(data, problem, seed, options, threads):
    """Fit one problem with one seed; give rows with the score on the test part and the seconds."""
    torch.set_num_threads(threads)
    if problem in TEXT:
        return run_text(data, problem, seed, options)
    X, y, X_test, y_test = read_problem(data, problem)
    kind = RNNRegressor if problem in REGRESSION else RNNClassifier
    start = time.perf_counter()
    model = kind(random_state=seed, **options).fit(X, y)
    fitted = time.perf_counter()
    row = {
        "problem": problem,
        "model": "skrnn",
        "seed": seed,
        "score": model.score(X_test, y_test),
        "fit_s": fitted - start,
        "predict_s": time.perf_counter() - fitted,
        "epochs": model.n_iter_,
    }
    if kind is RNNRegressor:
        row["rmse"] = float(np.sqrt(np.mean((model.predict(X_test) - y_test) ** 2)))
    return [row]


def summarise(runs):
    """Average over seeds: mean, standard deviation, seconds, and the bar where there is one."""
    bags = runs[runs["model"] == "tf-idf"].groupby("problem")
    groups = runs[runs["model"] == "skrnn"].groupby("problem", sort=False)
    table = groups["score"].agg(["mean", "std", "min", "max"])
    table["fit_s"] = groups["fit_s"].mean()
    table["bar"] = table.index.map(BARS.get)
    if len(bags):
        table["tf-idf"], table["tf-idf fit_s"] = bags["score"].mean(), bags["fit_s"].mean()
    if "rmse" in runs:
        table["rmse"] = groups["rmse"].mean()
    return table.round(4)


def compare_ucr(table, index):
    """Print the mean over the UCR problems that were run, beside the published columns."""
    names = [name for name in index.index if name in table.index]
    if not names:
        return
    ours = table.loc[names, "mean"]
    print(f"\nUCR, mean over {len(names)} problems (standard error over problems)")
    columns = {"skrnn": ours}
    columns |= {name: index.loc[names, f"pub_{name}"].astype(float) for name in PUBLISHED}
    for name, column in columns.items():
        wins = "" if name == "skrnn" else f"   skrnn better on {(ours > column).sum()}"
        print(f"  {name:8s} {column.mean():.4f} ({column.std() / len(names) ** 0.5:.4f}){wins}")


def main():
    """Run the problems asked for and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="data", help="folder of public data")
    parser.add_argument("--problems", nargs="*", help="names; default: all")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1, help="of each fit")
    parser.add_argument("--options", default="{}", help="estimator parameters, a Python dict")
    parser.add_argument("--output", help="where to write every run as CSV")
    parser.add_argument("--quick", action="store_true", help="two small problems, one seed")
    args = parser.parse_args()
    options = eval(args.options, {"__builtins__": {"dict": dict}})
    if args.quick:
        args.problems, args.seeds, args.jobs = ["digits", "sequence_sum"], 1, 1
        options = {"max_epochs": 2, **options}
    index = None if args.quick or args.problems == ["text"] else ucr_index(args.data)
    if args.problems == ["text"]:
        args.problems = list(TEXT)
    names = args.problems or [*UEA, "digits", *REGRESSION, *TEXT, *index.index]
    calls = [
        delayed(run_one)(args.data, name, seed, options, args.threads)
        for seed in range(args.first_seed, args.first_seed + args.seeds)
        for name in names
    ]
    runs = []
    for rows in Parallel(n_jobs=args.jobs, return_as="generator_unordered")(calls):
        runs += rows
        for row in rows:
            print(
                f"{row['problem']:32s} {row['model']:6s} seed {row['seed']} {row['score']:.4f} "
                f"{row['fit_s']:6.1f} s",
                flush=True,
            )
    runs = pd.DataFrame(runs)
    if args.output:
        runs.to_csv(args.output, index=False)
    table = summarise(runs)
    print(table.to_string())
    if index is not None:
        compare_ucr(table, index)
    seconds = runs["fit_s"].sum()
    print(f"\n{len(runs)} fits, {seconds:.0f} s of fitting, {seconds / len(runs):.1f} s a fit")


if __name__ == "__main__":
    main()
