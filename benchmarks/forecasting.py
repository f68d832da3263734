"""Accuracy of SequenceForecaster on public series, with one set of defaults.

    python benchmarks/forecasting.py --data DATA                 # everything, one seed
    python benchmarks/forecasting.py --data DATA --problems "M4 Weekly" NN5 --seeds 3
    python benchmarks/forecasting.py --data DATA --alone         # one network, no guard
    python benchmarks/forecasting.py --data DATA --holdout       # for tuning: test parts stay shut
    python benchmarks/forecasting.py --quick                     # what needs no data, small

Only ``horizon`` and ``season`` are given, beside ``random_state``. Textbook forecasts, told the
same seasons, stand beside it. Series are forecast from the end of the training part, each once, or
long ones from many origins of the test part without another fit.
"""

import argparse
import time

import numpy as np
import pandas as pd
import torch
from forecasting_problems import NO_DATA, PROBLEMS
from joblib import Parallel, delayed

from skrnn import SequenceForecaster
from skrnn.forecasting import forecast_baselines, right_aligned
from skrnn.metrics import (
    interval_coverage,
    mean_absolute_scaled_error,
    mean_scaled_interval_score,
    overall_weighted_average,
    symmetric_mean_absolute_percentage_error,
)

LEVELS = (80, 95)
ALONE = {"guard": False, "n_members": 1}
BACK = 1000  # steps that textbook forecasts look back
COLUMNS = ("MASE", "sMAPE", "OWA", "MAPE", "MSE", "MAE", "MSIS")
SHOWN = {"coverage_80": "80 %", "coverage_95": "95 %", "network": "network", "fit_s": "fit s"}
SHOWN |= {"predict_s": "predict s"}


def judge(problem, split, point):
    """Give the errors of point forecasts (n, h)."""
    against = {"y_train": split.train, "season": problem.scale}
    row = {
        "MASE": mean_absolute_scaled_error(split.actual, point, **against),
        "sMAPE": symmetric_mean_absolute_percentage_error(split.actual, point),
    }
    if split.reference is not None:
        against["y_reference"] = split.reference
        row["OWA"] = overall_weighted_average(split.actual, point, **against)
    error = point - split.actual
    if problem.bar and problem.bar[0] == "MAPE":
        row["MAPE"] = 100 * float(np.nanmean(np.abs(error / split.actual)))
    if problem.standard:
        error /= np.array([row.std() for row in split.train])[:, None]
        row |= {"MSE": float(np.nanmean(error**2)), "MAE": float(np.nanmean(np.abs(error)))}
    return row


def judge_intervals(problem, split, ends):
    """Give the errors of intervals, `ends` (n, h, 4) holding lower and upper ends by level."""
    row = {}
    for i, level in enumerate(LEVELS):
        lower, upper = ends[..., 2 * i], ends[..., 2 * i + 1]
        row[f"coverage_{level}"] = interval_coverage(split.actual, lower, upper)
    against = {"y_train": split.train, "season": problem.scale, "level": LEVELS[-1]}
    row["MSIS"] = mean_scaled_interval_score(split.actual, lower, upper, **against)
    return row


def as_array(answer):
    """Give what predict answers as an array (n, h, 5)."""
    if isinstance(answer, dict):
        return np.stack([frame.to_numpy() for frame in answer.values()])
    answer = np.asarray(answer)
    return answer[None] if answer.ndim == 2 else answer


def run_network(problem, split, seed, options):
    """Fit the forecaster; give its row."""
    model = SequenceForecaster(problem.horizon, season=problem.season, random_state=seed, **options)
    start = time.perf_counter()
    model.fit(*split.fit)
    fitted = time.perf_counter()
    answer = as_array(model.predict(**split.ask, level=list(LEVELS)))
    row = {"fit_s": fitted - start, "predict_s": time.perf_counter() - fitted}
    row |= {"network": model.weights_["network"], "epochs": model.n_iter_}
    row |= judge(problem, split, answer[..., 0])
    return row | judge_intervals(problem, split, answer[..., 1:])


def run_textbook(problem, split):
    """Forecast by textbook; give a row for each method, timed together."""
    start = time.perf_counter()
    said = forecast_baselines(right_aligned(split.past, BACK), problem.horizon, problem.season)
    seconds = {"fit_s": 0.0, "predict_s": time.perf_counter() - start}
    return {name: judge(problem, split, point) | seconds for name, point in said.items()}


def run_one(args, name, seed, options):
    """Run a problem with one seed; give rows."""
    torch.set_num_threads(args.threads)
    problem = PROBLEMS[name]
    split = problem.read(args.data, "holdout" if args.holdout else "test", problem.horizon)
    rows = {"skrnn": run_network(problem, split, seed, options)}
    if seed == args.first_seed:
        rows |= run_textbook(problem, split)
    said = {"problem": name, "seed": seed, "values": int((~np.isnan(split.actual)).sum())}
    return [said | {"model": model} | row for model, row in rows.items()]


def summarise(runs, alone):
    """Average over seeds; say which bars are met."""
    groups = runs[runs["model"] == "skrnn"].groupby("problem", sort=False)
    columns = [name for name in (*COLUMNS, *SHOWN) if name in runs]
    table = groups[columns].mean().round(4)
    table.insert(0, "seeds", groups.size())
    for name in table.index:
        bar = PROBLEMS[name].bar_alone if alone else PROBLEMS[name].bar
        if bar is None:
            continue
        column, most = bar
        values = groups.get_group(name)[column]
        met = "met" if values.mean() <= most else "missed"
        spread = f", std {values.std():.4f}" if len(values) > 1 else ""
        table.loc[name, "bar"] = f"{column} <= {most:g}: {met}{spread}"
    return table.rename(columns=SHOWN).astype(object).where(table.notna().to_numpy(), "")


def beside(runs, column):
    """Set the mean error of all models beside each other, a row for each problem."""
    table = runs.pivot_table(column, "problem", "model", "mean", sort=False)
    return table.round(4)


def print_tables(runs, alone):
    """Print what came out."""
    print(f"\nSequenceForecaster{' alone' if alone else ''}, means over seeds")
    print(summarise(runs, alone).to_string())
    print("\nMASE beside textbook forecasts ('naive' with the season taken out and put back)")
    print(beside(runs, "MASE").to_string())
    mean = runs.groupby(["model", "problem"])["MASE"].mean()
    if ("skrnn", "exchange rate") in mean:
        ratio = mean["skrnn", "exchange rate"] / mean["naive", "exchange rate"]
        print(f"\nexchange rate: the error is {ratio:.3f} of naive's.")
    without, known = ("skrnn", "vic_elec"), ("skrnn", "vic_elec, temperature")
    if without in mean and known in mean:
        ratio = mean[known] / mean[without]
        print(f"\nvic_elec: the error with the temperature known is {ratio:.3f} of that without.")


def read_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="data", help="folder of public data")
    parser.add_argument("--problems", nargs="*", choices=PROBLEMS, help="names; default: all")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="of each fit")
    parser.add_argument("--options", default="{}", help="estimator parameters, a Python dict")
    parser.add_argument("--alone", action="store_true", help="guard=False, n_members=1")
    parser.add_argument("--holdout", action="store_true", help="test on the end of training parts")
    parser.add_argument("--output", help="where to write every run as CSV")
    parser.add_argument("--quick", action="store_true", help="two small problems, one seed")
    return parser.parse_args()


def main():
    """Run the problems asked for and print tables."""
    args = read_arguments()
    options = eval(args.options, {"__builtins__": {"dict": dict}})
    if args.alone:
        options = {**ALONE, **options}
    if args.quick:
        args.problems, args.seeds, args.jobs, args.threads = list(NO_DATA), 1, 1, 1
        options = {"max_epochs": 2, "hidden_size": 4, "n_members": 1, **options}
    names = args.problems or [name for name in PROBLEMS if name != "synthetic"]
    seeds = range(args.first_seed, args.first_seed + args.seeds)
    calls = [delayed(run_one)(args, name, seed, options) for name in names for seed in seeds]
    runs = []
    for rows in Parallel(n_jobs=args.jobs, return_as="generator")(calls):
        runs += rows
        ours = rows[0]
        print(
            f"{ours['problem']:22s} seed {ours['seed']} MASE {ours['MASE']:.4f} "
            f"sMAPE {ours['sMAPE']:.3f} fit {ours['fit_s']:.1f} s "
            f"predict {ours['predict_s']:.1f} s",
            flush=True,
        )
        if args.output:
            pd.DataFrame(runs).to_csv(args.output, index=False)
    print_tables(pd.DataFrame(runs), options.get("guard", True) is False)


if __name__ == "__main__":
    main()
