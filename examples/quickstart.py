"""Classify handwritten digits read row by row, and search over the network.

A digit is an 8 x 8 picture; read from the top, it is a sequence of 8 steps with 8 features. The
script searches over the cell and its size with scikit-learn's GridSearchCV in two processes, prints
what it found, and draws how the best network learned::

    python examples/quickstart.py
    python examples/quickstart.py JapaneseVowels.npz    # your own problem, ragged or not

An ``.npz`` file holds ``X_train``, ``y_train``, ``X_test`` and ``y_test``. X is
(n, steps, features); a shorter sequence is followed by NaN.
"""

import argparse
from contextlib import contextmanager

import matplotlib
import numpy as np
import pandas as pd
from joblib import parallel_config
from joblib.parallel import LokyBackend
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, ParameterGrid, StratifiedKFold, train_test_split
from tqdm import tqdm

from skrnn import RNNClassifier

matplotlib.use("Agg")


class ProgressBackend(LokyBackend):
    """joblib's worker processes, which move a progress line when a piece of work is done."""

    def __init__(self, line):
        super().__init__()
        self.line = line

    def submit(self, func, callback=None):
        """Hand out work, and count it when it comes back."""
        future = super().submit(func, callback)
        future.add_done_callback(lambda _: self.line.update(len(func)))
        return future


@contextmanager
def progress(total):
    """Show a progress line for the fits that joblib runs inside the block."""
    with tqdm(total=total, desc="grid search", unit="fit") as line:
        with parallel_config(backend=ProgressBackend(line)):
            yield


def load(path):
    """Return X_train, X_test, y_train, y_test: of the file, or of the digits without one."""
    if path is None:
        digits = load_digits()
        return train_test_split(
            digits.images, digits.target, stratify=digits.target, random_state=0
        )
    with np.load(path) as data:
        return [data[name] for name in ("X_train", "X_test", "y_train", "y_test")]


def search(X, y, quick):
    """Search over the cell and its size.

    No early stopping is asked for: it would choose the epoch by the loss on a tenth of a few rows,
    which is noisy.
    """
    grid = {"cell": ["gru", "lstm"], "hidden_size": [8] if quick else [32, 64]}
    search = GridSearchCV(
        RNNClassifier(max_epochs=2 if quick else 20, random_state=0),
        grid,
        cv=StratifiedKFold(2 if quick else 3, shuffle=True, random_state=0),
        n_jobs=2,
    )
    with progress(total=len(ParameterGrid(grid)) * search.cv.get_n_splits()):
        return search.fit(X, y)


def draw(history, accuracy, title, path):
    """Draw loss and accuracy per epoch, and the accuracy on the test part."""
    import matplotlib.pyplot as plt

    record = pd.DataFrame(history)
    figure, axes = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    for axis, column, label in zip(axes, ["loss", "score"], ["log loss", "accuracy"], strict=True):
        axis.plot(record["epoch"], record[f"train_{column}"], label="training")
        if f"valid_{column}" in record:
            axis.plot(record["epoch"], record[f"valid_{column}"], label="validation")
        axis.set(xlabel="epoch", ylabel=label)
    axes[1].axhline(accuracy, color="gray", linestyle="--", label="test, after training")
    for axis in axes:
        axis.legend()
    figure.suptitle(title)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("path", nargs="?", help="an .npz file (default: scikit-learn's digits)")
    parser.add_argument("--output", default="quickstart.png", help="where the picture goes")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    X_train, X_test, y_train, y_test = load(options.path)
    found = search(X_train, y_train, options.quick)
    table = pd.DataFrame(found.cv_results_)
    columns = [c for c in table if c.startswith("param_")]
    columns += ["mean_test_score", "std_test_score", "mean_fit_time"]
    print(table[columns].sort_values("mean_test_score", ascending=False).to_string(index=False))

    best = found.best_estimator_
    accuracy = found.score(X_test, y_test)
    print(f"\nbest: {found.best_params_}")
    print(f"accuracy on {len(y_test)} sequences never seen: {accuracy:.3f}")
    title = f"{best.cell}, hidden_size={best.hidden_size}: test accuracy {accuracy:.3f}"
    draw(best.history_, accuracy, title, options.output)
    print(f"learning curve: {options.output}")


if __name__ == "__main__":
    main()
