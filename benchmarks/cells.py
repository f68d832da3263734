"""Every cell on the same tasks with the same settings: score, parameters, seconds per epoch.

    python benchmarks/cells.py --data DATA --output benchmarks/cells_runs.csv  # resumes
    python benchmarks/cells.py --data DATA --cells gru lstm --tasks adding_100 recall
    python benchmarks/cells.py --table --output benchmarks/cells_runs.csv  # for the docs
    python benchmarks/cells.py --quick  # what needs no data, tiny

Memory: the adding problem over 100, 200 and 400 steps (test MSE; always answering 1 has 0.1667 in
expectation, and the literature quotes 0.1767) and the first symbol after 100 distractors (test
accuracy), drawn as in ``memory_tasks.py``. Nothing helps the recurrence: no stem, one direction,
the last output, 32 units. Adding takes 600 updates with batches of 100, recall 2,000 with batches
of 50: for adding a third of what ``memory_tasks.py`` takes, so a cell that fails may yet learn.

Accuracy: digits by rows, JapaneseVowels and five problems of the UCR archive, standard parts, the
defaults of RNNClassifier but for 32 units and 50 epochs; there a stem stands before the cell.

No setting was tuned for a cell. All runs are on one thread of the CPU; seconds per epoch are of
processor time, which other jobs on the machine disturb less, "seconds" are of the whole run on the
clock.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from cost import Stopwatch
from memory_tasks import ROWS, constant_answer, draw, judge, with_memory
from problems import read_problem

from skrnn import RNNClassifier
from skrnn.cells import CELLS
from skrnn.model_selection.size import count_parameters

ADDING = {"adding_100": 100, "adding_200": 200, "adding_400": 400}
MEMORY = (*ADDING, "recall")
UCR = ("ECG200", "GunPoint", "ItalyPowerDemand", "SyntheticControl", "Trace")
ACCURACY = ("digits", "JapaneseVowels", *UCR)
NEEDS_NO_DATA = (*MEMORY, "digits")
SHARED = {"hidden_size": 32, "device": "cpu"}
SETTINGS = {
    "adding": {"lr": 1e-2, "batch_size": 100, "max_epochs": 3},  # 20,000 rows: 600 updates
    "recall": {"lr": 1e-2, "batch_size": 50, "max_epochs": 10},  # 10,000 rows: 2,000 updates
    "accuracy": {"max_epochs": 50},
}
RECALL_STEPS = 101
N_JUDGED = 2000
DOCS = Path(__file__).resolve().parents[1] / "docs"


def remember(task, cell, seed, quick, watch):
    """Train on a memory task; give the estimator, its result and that of a constant answer."""
    kind = "recall" if task == "recall" else "adding"
    n_steps = 20 if quick else ADDING.get(task, RECALL_STEPS)
    n, n_judged = (200, 100) if quick else (ROWS[kind], N_JUDGED)
    settings = {**SHARED, **SETTINGS[kind], **({"max_epochs": 1} if quick else {})}
    estimator = with_memory(kind, cell=cell, random_state=seed, callbacks=[watch], **settings)
    estimator.fit(*draw(kind, "train", n, n_steps, seed))
    X, y = draw(kind, "test", n_judged, n_steps, seed)
    return estimator, judge(kind, estimator, X, y), constant_answer(kind, y)


def classify(task, cell, seed, quick, data, watch):
    """Train on a public problem; give the estimator, its accuracy and that of a constant answer."""
    X, y, X_test, y_test = read_problem(data, task)
    settings = {**SHARED, **SETTINGS["accuracy"]}
    if quick:
        X, y, X_test, y_test = X[:100], y[:100], X_test[:100], y_test[:100]
        settings["max_epochs"] = 1
    estimator = RNNClassifier(cell=cell, random_state=seed, callbacks=[watch], **settings).fit(X, y)
    commonest = pd.Series(y).mode()[0]
    return estimator, estimator.score(X_test, y_test), float(np.mean(y_test == commonest))


def measure(task, cell, seed, options):
    """Give one row of the runs; a fit that diverges has no score."""
    row = {"task": task, "cell": cell, "seed": seed, "score": np.nan, "constant": np.nan}
    start, watch = time.perf_counter(), Stopwatch()
    try:
        if task in MEMORY:
            found = remember(task, cell, seed, options.quick, watch)
        else:
            found = classify(task, cell, seed, options.quick, options.data, watch)
    except ValueError as error:
        if "diverged" not in str(error):
            raise
        print(f"{task} {cell}: {error}", flush=True)
        return row
    estimator, row["score"], row["constant"] = found
    row["n_parameters"] = count_parameters(estimator)
    row["epochs"] = estimator.n_iter_
    row["epoch_seconds"] = (watch.stop - watch.start)[1] / estimator.n_iter_
    row["seconds"] = time.perf_counter() - start
    print(
        f"{task:18s} {cell:14s} seed {seed} {row['score']:.4f} (constant answer "
        f"{row['constant']:.4f}), {row['n_parameters']} parameters, "
        f"{row['epoch_seconds']:.2f} s an epoch, {row['seconds']:.0f} s",
        flush=True,
    )
    return row


COLUMNS = (
    "task",
    "cell",
    "seed",
    "score",
    "constant",
    "n_parameters",
    "epoch_seconds",
    "epochs",
    "seconds",
)


def run(options):
    """Make the runs that the output does not have, and write each as it comes."""
    output = options.output and Path(options.output)
    done = set()
    if output and output.exists():
        done = set(pd.read_csv(output)[["task", "cell", "seed"]].itertuples(index=False, name=None))
    wanted = [
        (task, cell, seed)
        for seed in options.seeds
        for task in options.tasks
        for cell in options.cells
        if (task, cell, seed) not in done
    ]
    start = time.perf_counter()
    for case in wanted:
        row = pd.DataFrame([measure(*case, options)], columns=COLUMNS)
        if output:
            row.to_csv(output, mode="a", header=not output.exists(), index=False)
    print(f"{len(wanted)} runs, {time.perf_counter() - start:.0f} s")


# -- tables and picture -------------------------------------------------------------------


def in_order(names, known):
    """Give the names that occur, in the order in which they are known."""
    return [name for name in known if name in set(names)]


def pivot(runs, tasks, value):
    """Average a value over seeds: one row per cell, one column per task that was run."""
    groups = runs[runs["task"].isin(tasks)].groupby(["cell", "task"])[value]
    table = groups.agg(lambda values: values.mean(skipna=False)).unstack()
    return table.reindex(in_order(table.index, CELLS))[in_order(table.columns, tasks)]


def formatted(table, digits):
    """Write numbers with some digits behind the point, and nothing where there is none."""
    return table.map(lambda number: "" if np.isnan(number) else f"{number:.{digits}f}")


def make_table(runs, tasks, timed, digits):
    """Make a table of texts: parameters, the score of each task, seconds."""
    scores, times = pivot(runs, tasks, "score"), pivot(runs, tasks, "epoch_seconds")
    sizes = pivot(runs, tasks, "n_parameters")
    timed = timed if timed in scores else scores.columns[0]
    table = formatted(scores, digits)
    for cell, task in runs.loc[runs["score"].isna(), ["cell", "task"]].to_numpy():
        if task in table:
            table.loc[cell, task] = "diverged"
    if tasks is ACCURACY:
        table["mean"] = formatted(scores.mean(axis=1, skipna=False).to_frame(), digits)[0]
    table.insert(0, f"parameters ({timed})", formatted(sizes, 0)[timed])
    table[f"seconds per epoch ({timed})"] = formatted(times, 2)[timed]
    constant = runs.groupby("task")["constant"].mean()
    shown = [f"{constant[name]:.{digits}f}" if name in scores else "" for name in table]
    table.loc["constant answer"] = shown
    return table


def draw_picture(runs, path):
    """Draw the scores and the time of every cell, a panel for each kind of task."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    cells = in_order(runs["cell"], CELLS)
    panels = {
        "adding: test MSE": (pivot(runs, ADDING, "score"), "log"),
        "recall: accuracy": (pivot(runs, ["recall"], "score"), "linear"),
        "public problems: accuracy": (pivot(runs, ACCURACY, "score"), "linear"),
        "seconds per epoch": (pivot(runs, ["adding_200", "digits"], "epoch_seconds"), "log"),
    }
    panels = {title: panel for title, panel in panels.items() if not panel[0].empty}
    size = (3 * len(panels), 1.8 + 0.3 * len(cells))
    figure, axes = plt.subplots(
        1, len(panels), figsize=size, sharey=True, layout="constrained", squeeze=False
    )
    for ax, (title, (table, scale)) in zip(axes[0], panels.items(), strict=True):
        table = table.reindex(cells)
        for task in table:
            ax.plot(table[task], range(len(cells)), "o", ms=5, label=task)
        if title.startswith("public") and table.shape[1] > 1:
            ax.plot(table.mean(axis=1, skipna=False), range(len(cells)), "k|", ms=12, label="mean")
        if title.startswith("adding"):
            ax.axvline(1 / 6, color="0.5", linestyle="--", label="answering 1")
        ax.set(title=title, xscale=scale)
        if scale == "log":
            ax.xaxis.set_minor_formatter("")
        ax.grid(axis="y", color="0.9")
        place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0), "borderaxespad": 3.5}
        ax.legend(fontsize="x-small", ncols=2, **place)
    axes[0, 0].set_yticks(range(len(cells)), cells)
    axes[0, 0].invert_yaxis()
    figure.savefig(path, dpi=110)
    plt.close(figure)


def write_tables(output, docs):
    """Write what the documentation shows, and print the tables in Markdown."""
    runs = pd.read_csv(output)
    for name, tasks, timed, digits in (
        ("memory", MEMORY, "adding_200", 4),
        ("accuracy", ACCURACY, "digits", 3),
    ):
        if not runs["task"].isin(tasks).any():
            continue
        table = make_table(runs, tasks, timed, digits).rename_axis("cell").reset_index()
        path = docs / "guide" / f"cells_{name}.csv"
        table.to_csv(path, index=False, lineterminator="\n")
        print(f"{path}\n")
        for line in (table.columns, ["---"] * len(table.columns), *table.to_numpy()):
            print(f"| {' | '.join(line)} |")
        print()
    path = docs / "_static" / "cells.png"
    draw_picture(runs, path)
    print(path)


def main():
    """Read the command line; run, or make tables of what was run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="data", help="folder of public data")
    parser.add_argument("--cells", nargs="*", choices=list(CELLS), default=list(CELLS))
    parser.add_argument("--tasks", nargs="*", choices=[*MEMORY, *ACCURACY])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--output", help="CSV of the runs; what it has is not run again")
    parser.add_argument("--table", action="store_true", help="only make tables of the output")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where tables and picture go")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()
    if options.table:
        if not options.output:
            parser.error("--table needs --output, the CSV of the runs")
        write_tables(options.output, options.docs)
        return
    if options.tasks is None:
        options.tasks = NEEDS_NO_DATA if options.quick else (*MEMORY, *ACCURACY)
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, torch.set_num_threads(1), {SHARED}, {SETTINGS}")
    run(options)


if __name__ == "__main__":
    main()
