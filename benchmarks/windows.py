"""What windows of a long series cost: to make, to cut into batches, and to train on.

Memory is the peak that tracemalloc sees during the call, beside what stood before it: NumPy's
arrays, and not those of torch. A batch is 128 windows at random places of the series. "by index"
is ``values[starts[:, None] + steps]``, a matrix of as many indices as there are steps in the
batch. The two are timed in turn, batch by batch::

    python benchmarks/windows.py
    python benchmarks/windows.py --threads 2
"""

import argparse
import time
import tracemalloc

import numpy as np
import torch

from skrnn import RNNRegressor
from skrnn.data import Ragged
from skrnn.data.batches import Sequences
from skrnn.preprocessing import SlidingWindow, make_windows

WINDOW, BATCH = 96, 128


def measure(call):
    """Give the result of a call, its seconds, and its peak of memory in MB in a second call."""
    start = time.perf_counter()
    result = call()
    seconds = time.perf_counter() - start
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, seconds, peak / 1e6


def show_making(series):
    """Print what it takes to make windows of several lengths."""
    print(f"\nmake_windows of {len(series):,} steps ({series.nbytes / 1e6:.1f} MB)")
    for window, horizon in ((24, 1), (WINDOW, 1), (WINDOW, 24), (10 * WINDOW, 1)):
        (X, y), seconds, peak = measure(lambda w=window, h=horizon: make_windows(series, w, h))
        written = X.lengths.sum() * series.itemsize / 1e6
        print(
            f"  window {window:4d}, horizon {horizon:2d}: {1e3 * seconds:8.2f} ms, {peak:7.3f} MB "
            f"(written out: {written:,.0f} MB and {y.nbytes / 1e6:,.0f} MB of targets)"
        )


def show_sliding(series):
    """Print what it takes to turn the series into a sequence of windows."""
    X = Ragged(series, [len(series)])
    print(f"\nSlidingWindow on one row of {len(series):,} steps")
    for step, dilation in ((1, 1), (4, 1), (1, 3)):
        slide = SlidingWindow(WINDOW, step=step, dilation=dilation).fit(X)
        _, seconds, peak = measure(lambda slide=slide: slide.transform(X))
        print(f"  step {step}, dilation {dilation}: {1e3 * seconds:8.2f} ms, {peak:7.3f} MB")


def show_cutting(series, rounds):
    """Print the medians of cutting batches, by both ways."""
    X, _ = make_windows(series.astype(np.float32), WINDOW)
    values, starts = torch.as_tensor(X.values), torch.as_tensor(X.starts)
    sequences, steps = Sequences(values, X.starts, X.lengths), torch.arange(WINDOW)
    ways = {
        "cut": lambda rows: sequences.cut(rows)[0],
        "by index": lambda rows: values[starts[torch.as_tensor(rows)][:, None] + steps],
    }
    rng = np.random.default_rng(0)
    seconds = {name: [] for name in ways}
    for _ in range(rounds):
        rows = rng.integers(len(X), size=BATCH)
        for name, cut in ways.items():
            start = time.perf_counter()
            cut(rows)
            seconds[name].append(time.perf_counter() - start)
        assert torch.equal(*(cut(rows) for cut in ways.values()))
    print(f"\na batch of {BATCH} windows of {WINDOW} steps of one feature, {rounds} batches")
    medians = {name: 1e6 * np.median(spent) for name, spent in seconds.items()}
    for name, spent in seconds.items():
        low, high = 1e6 * np.quantile(spent, [0.25, 0.75])
        print(f"  {name:<8} {medians[name]:7.1f} microseconds [{low:.1f}, {high:.1f}]", end="")
        print("   bar 40" if name == "cut" else "")
    print(f"  times less: {medians['by index'] / medians['cut']:.1f}")


def show_fit(n_steps):
    """Print what one epoch on the windows of a series takes."""
    X, y = make_windows(np.sin(np.arange(n_steps) / 10), WINDOW)
    model = RNNRegressor(hidden_size=16, max_epochs=1, random_state=0, device="cpu")
    _, seconds, peak = measure(lambda: model.fit(X, y))
    print(f"\nfit of one epoch on {len(X):,} windows, GRU of 16 units, else defaults")
    print(f"  {seconds:.2f} s, {peak:.1f} MB (written out: {X.lengths.sum() * 8 / 1e6:,.0f} MB)")


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=1_000_000, help="steps of the series")
    parser.add_argument("--rounds", type=int, default=2_000, help="batches to cut")
    parser.add_argument("--fit", type=int, default=20_000, help="steps of the series to train on")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()
    if options.quick:
        options.n, options.rounds, options.fit = 20_000, 20, 500
    torch.set_num_threads(options.threads)
    print(f"torch {torch.__version__}, NumPy {np.__version__}", end=", ")
    print(f"torch threads: {torch.get_num_threads()}")
    series = np.random.default_rng(0).normal(size=options.n)
    show_making(series)
    show_sliding(series)
    show_cutting(series, options.rounds)
    show_fit(options.fit)


if __name__ == "__main__":
    main()
