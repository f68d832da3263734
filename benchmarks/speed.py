"""How fast the kernel is: beside torch.nn, loops by hand, skorch and Keras.

    python benchmarks/speed.py --output benchmarks/speed_runs.csv  # resumes
    python benchmarks/speed.py --parts layer fit --rounds 11
    python benchmarks/speed.py --parts keras --keras FOLDER  # see keras_environments.sh
    python benchmarks/speed.py --table --output benchmarks/speed_runs.csv  # for the docs
    python benchmarks/speed.py --quick

layer: forward and backward of one layer with 8 features, asked for the state after the last step;
   torch.nn gives h_n[-1]. B 32, 128; T 24, 100, 400; H 16, 32, 64, 128. "torch path" is what runs
   without a compiler.
inference: the same, forward only, without gradients.
row: one row through the network, and through predict of the estimator.
fit: the whole fit of RNNClassifier, a fifth of the rows held back and judged each epoch, beside a
   loop by hand (tensors once, fused Adam) and skorch's classifier with its defaults, which both
   hold back as much and run the same network with torch.nn.
keras: the same fit beside Keras 3 in processes and environments of its own, with the compiling of
   a new model and without.
ragged: log-normal lengths, mean 60, at most 400, beside random batches that are padded to their
   longest row and read by torch.nn.
memory: megabytes by which a fresh process grows while it trains one layer; B=128 T=400 H=128.
threads: two threads of the kernel beside one, forward and backward.
search: GridSearchCV over 16 GRUs with 3 folds, and StackedGridSearchCV: two jobs beside two jobs
   of skorch's classifier; and two jobs beside one job.
models: eight GRUs of one shape, fitted as one network, beside fits in turn and beside loops by
   hand of torch.nn in turn.
custom: forward and backward of cells and options that the kernel does not have.
choices: fits with settings a user may choose from.

Sides take turns in one process and on one thread, but where it says two; short calls are repeated
until a turn lasts 10 ms. Ratios are taken within a round, and are medians over rounds; "cpu" is
processor time of this process, which other jobs on the machine disturb less.
"""

import argparse
import time
from pathlib import Path

import pandas as pd
import speed_fits
import speed_layers
import speed_models
import speed_processes
import torch
from speed_rows import COLUMNS
from speed_tables import write_tables

from skrnn._kernel import kernel_name

PARTS = {
    "layer": speed_layers.layer,
    "inference": speed_layers.inference,
    "row": speed_fits.row,
    "fit": speed_fits.fit,
    "keras": speed_processes.keras,
    "ragged": speed_fits.ragged,
    "memory": speed_processes.memory,
    "threads": speed_layers.threads,
    "search": speed_processes.search,
    "models": speed_models.models,
    "custom": speed_layers.custom,
    "choices": speed_fits.choices,
}
DOCS = Path(__file__).resolve().parents[1] / "docs"


def read_runs(output):
    """Read what was measured; nothing where there is no file."""
    if output is None or not output.exists():
        return pd.DataFrame(columns=COLUMNS)
    return pd.read_csv(output)


def measure(part, case, rounds):
    """Measure one case; give its rows."""
    start = time.perf_counter()
    rows = pd.DataFrame(case.measure(rounds=rounds))
    rows = rows.assign(part=part, cell=case.cell, case=str(case.name), threads=case.n_threads)
    rows = rows.reindex(columns=COLUMNS)
    for row in rows.itertuples():
        found = f"{row.value:.3f} {row.unit} (cpu {row.cpu_value:.3f})"
        if row.over:
            found += f", {row.ratio:.2f} times less (cpu {row.cpu_ratio:.2f}) than {row.over}"
        print(f"{part} {row.cell} {row.case}: {row.what} {found}", flush=True)
    print(f"   {time.perf_counter() - start:.0f} s", flush=True)
    return rows


def run(options):
    """Measure what the output does not have, and write each case as it comes."""
    known = read_runs(options.output)
    done = set(known[["part", "cell", "case"]].itertuples(index=False, name=None))
    found = [known]
    for part in options.parts:
        for case in PARTS[part](options):
            if (part, case.cell, str(case.name)) in done:
                continue
            found.append(measure(part, case, options.rounds))
            if options.output is not None:
                header = not options.output.exists()
                found[-1].to_csv(options.output, mode="a", header=header, index=False)
    found = [rows for rows in found if len(rows)]
    return pd.concat(found) if found else known


def main(arguments=None):
    """Read the command line; run, or make tables of what was run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parts", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--output", type=Path, help="CSV of the runs; what it has is not run again")
    parser.add_argument("--keras", type=Path, default=Path("keras"), help="its environments")
    parser.add_argument("--table", action="store_true", help="only make tables of the output")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where tables and picture go")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args(arguments)
    if options.table:
        if options.output is None:
            parser.error("--table needs --output, the CSV of the runs")
        write_tables(read_runs(options.output), options.docs)
        return
    if kernel_name() is None:
        parser.error("this build of skrnn has no compiled kernel, which is what is measured here")
    if options.quick:
        options.rounds = 1
    torch.set_num_threads(1)
    print(
        f"torch {torch.__version__}, kernel {kernel_name()}, torch.set_num_threads(1), "
        f"{options.rounds} rounds"
    )
    write_tables(run(options), docs=None)


if __name__ == "__main__":
    main()
