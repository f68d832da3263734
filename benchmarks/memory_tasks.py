"""Problems that only a network with a memory solves, through the public estimators.

Adding (Hochreiter and Schmidhuber, 1997): 200 steps of two features, uniform numbers and a marker
that is 1 at one random step of each half and 0 elsewhere; the target is the sum of the two marked
numbers. 20,000 sequences to train on. Always answering 1 has an MSE of 1/6 in expectation (the
literature quotes 0.1767); below 0.01 counts as solved.

Recall: the first symbol of eight, after 100 more steps of distractors. Each distractor is drawn at
random from the same eight symbols, so that nothing but its place marks the symbol to keep. The
10,000 sequences to train on have 1 to 100 distractors, those to judge by exactly 100. Always
answering one class is right 1 time in 8; above 0.99 counts as solved.

Settings were chosen on the validation draw (``--validate``). The test draw of 2,000 sequences has a
stream of random numbers of its own and is looked at once, at the end::

    python benchmarks/memory_tasks.py
    python benchmarks/memory_tasks.py --task adding --cell lstm --seeds 0 1 2
"""

import argparse
import time

import numpy as np
import torch

from skrnn import RNNClassifier, RNNRegressor

N_SYMBOLS = 8
STREAMS = {"train": 1, "validation": 2, "test": 3}
NETWORK = {
    "stem": None,
    "pooling": "last",
    "bidirectional": False,
    "dropout": 0.0,
    "optimizer": "adam",
    "lr_schedule": "one_cycle",
    "clip_norm": 1.0,
    "alpha": 0.0,
    "early_stopping": False,
}
SETTINGS = {
    ("adding", "gru"): {"hidden_size": 32, "lr": 1e-2, "batch_size": 100, "max_epochs": 10},
    ("adding", "lstm"): {"hidden_size": 32, "lr": 1e-2, "batch_size": 100, "max_epochs": 10},
    ("recall", "gru"): {"hidden_size": 32, "lr": 1e-2, "batch_size": 50, "max_epochs": 10},
    ("recall", "lstm"): {"hidden_size": 32, "lr": 1e-2, "batch_size": 50, "max_epochs": 15},
}
ROWS = {"adding": 20_000, "recall": 10_000}
MAX_TIME = 1200  # seconds


def draw_adding(n, n_steps, rng, part):
    """Draw X (n, T, 2) and the sums y (n,)."""
    X = np.zeros((n, n_steps, 2), np.float32)
    X[:, :, 0] = rng.random((n, n_steps))
    half = n_steps // 2
    places = rng.integers(half, size=(2, n))
    places[1] += half
    X[np.arange(n), places, 1] = 1
    return X, X[np.arange(n), places, 0].sum(0)


def draw_recall(n, n_steps, rng, part):
    """Draw ids X from 1 to 8, n rows of T or (to train on) 2 to T, and their first y (n,)."""
    X = rng.integers(1, N_SYMBOLS + 1, size=(n, n_steps))
    if part != "train":
        return X, X[:, 0]
    lengths = rng.integers(2, n_steps + 1, size=n)
    return [row[:length] for row, length in zip(X, lengths, strict=True)], X[:, 0]


def draw(task, part, n, n_steps, seed):
    """Draw one part of a task's data from its own stream of random numbers."""
    rng = np.random.default_rng([STREAMS[part], seed])
    return {"adding": draw_adding, "recall": draw_recall}[task](n, n_steps, rng, part)


def make(task, cell, seed, **changes):
    """Make the estimator with its stated parameters."""
    settings = {"max_time": MAX_TIME, **SETTINGS[task, cell], **changes}
    return with_memory(task, cell=cell, random_state=seed, **settings)


def with_memory(task, **params):
    """Make the estimator of a task, in which nothing helps the recurrence."""
    params = {**NETWORK, **params}
    if task == "adding":
        return RNNRegressor(**params)
    return RNNClassifier(embedding_dim=N_SYMBOLS, **params)


def judge(task, estimator, X, y):
    """Give the MSE of adding, or the accuracy of recall."""
    if task == "recall":
        return estimator.score(X, y)
    return float(np.mean((estimator.predict(X) - y) ** 2))


def constant_answer(task, y):
    """Give what always answering 1, or the commonest symbol, is judged as."""
    return float(np.mean((y - 1) ** 2) if task == "adding" else np.bincount(y).max() / len(y))


def run(task, cell, seed, options):
    """Train once and print what came out."""
    n = 200 if options.quick else ROWS[task]
    n_steps = 20 if options.quick else {"adding": 200, "recall": 101}[task]
    n_judged = 100 if options.quick else 2000
    changes = {"max_epochs": 2} if options.quick else {}
    for name in ("lr", "hidden_size", "batch_size", "max_epochs"):
        if getattr(options, name) is not None:
            changes[name] = getattr(options, name)
    estimator = make(task, cell, seed, verbose=options.verbose, **changes)
    start = time.perf_counter()
    estimator.fit(*draw(task, "train", n, n_steps, seed))
    seconds = time.perf_counter() - start
    part = "validation" if options.validate else "test"
    X, y = draw(task, part, n_judged, n_steps, seed)
    result = judge(task, estimator, X, y)
    name = "MSE" if task == "adding" else "accuracy"
    print(
        f"{task} {cell} seed {seed}: {part} {name} {result:.5f} (constant answer "
        f"{constant_answer(task, y):.4f}), {estimator.n_iter_} epochs, {seconds:.0f} s",
        flush=True,
    )
    if options.trace:
        print([round(row["train_loss"], 4) for row in estimator.history_], flush=True)
    return result


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--task", nargs="*", choices=list(ROWS), default=list(ROWS))
    parser.add_argument("--cell", nargs="*", choices=["gru", "lstm"], default=["gru", "lstm"])
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--validate", action="store_true", help="judge on the validation draw")
    parser.add_argument("--trace", action="store_true", help="print the loss of every epoch")
    parser.add_argument("--verbose", type=int, default=0, help="1 for a progress line")
    parser.add_argument("--lr", type=float)
    parser.add_argument("--hidden-size", type=int)
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--max-epochs", type=int)
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, torch.set_num_threads(1)")
    for task in options.task:
        for cell in options.cell:
            stated = {"cell": cell, **NETWORK, **SETTINGS[task, cell]}
            print(f"{task}: {stated}, defaults otherwise")
            for seed in options.seeds:
                run(task, cell, seed, options)


if __name__ == "__main__":
    main()
