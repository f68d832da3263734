"""The problems of the accuracy benchmark, read from a folder of public data.

The folder holds ``classification/ucr/*.npz``, ``classification/uea/*.npz`` (arrays X_train,
y_train, X_test, y_test; NaN after the end of a series) and ``regression/tecator``.
"""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

UEA = (
    "JapaneseVowels",
    "NATOPS",
    "Libras",
    "BasicMotions",
    "Epilepsy",
    "PenDigits",
    "EyesOpenShut",
)


def ucr_index(data):
    """Read the table of the UCR problems: sizes and published accuracies."""
    return pd.read_csv(Path(data) / "classification" / "ucr" / "_index.csv").set_index("dataset")


def read_problem(data, name, part="both"):
    """Read a problem.

    Parameters
    ----------
    data : path
        The folder.
    name : str
        A UCR or UEA problem, "digits", "Tecator" or "sequence_sum".
    part : {"both", "train"}, default="both"
        "train" never opens a test array.

    Returns
    -------
    X, y : training sequences and targets
    X_test, y_test : the test part, unless `part` is "train"
    """
    if name == "digits":
        arrays = _digits()
    elif name == "sequence_sum":
        arrays = _sequence_sum()
    elif name == "Tecator":
        arrays = _tecator(data)
    else:
        return _read_npz(data, name, part)
    return arrays if part == "both" else arrays[:2]


def _read_npz(data, name, part):
    folder = Path(data) / "classification" / ("uea" if name in UEA else "ucr")
    with np.load(folder / f"{name}.npz") as arrays:
        read = []
        for which in ("train", "test") if part == "both" else ("train",):
            X = arrays[f"X_{which}"]
            X = X[..., None] if X.ndim == 2 else X
            read += [_fill_gaps(X), arrays[f"y_{which}"]]
    return tuple(read)


def _fill_gaps(X):
    """Interpolate NaN between two values of a series; what follows the last value is padding."""
    X = X.copy()
    for i, channel in zip(*np.where(np.isnan(X).any(1)), strict=True):
        values = X[i, :, channel]
        known = np.flatnonzero(~np.isnan(values))
        if len(known):
            inside = np.arange(known[-1] + 1)
            values[inside] = np.interp(inside, known, values[known])
    return X


def _digits():
    digits = load_digits()
    X, X_test, y, y_test = train_test_split(
        digits.images, digits.target, test_size=0.3, stratify=digits.target, random_state=0
    )
    return X, y, X_test, y_test


def _sequence_sum(n=1000, n_test=1000):
    rng = np.random.default_rng(0)
    X = rng.random((n + n_test, 10))
    y = X.sum(1)
    return X[:n], y[:n], X[n:], y[n:]


def _tecator(data):
    parts = []
    for which in ("TRAIN", "TEST"):
        path = Path(data) / "regression" / "tecator" / f"Tecator_{which}.ts.gz"
        with gzip.open(path, "rt") as file:
            rows = [line.strip() for line in file if line.strip()[:1] not in ("", "#", "@")]
        series, targets = zip(*(row.rsplit(":", 1) for row in rows), strict=True)
        parts += [np.array([s.split(",") for s in series], float), np.array(targets, float)]
    return tuple(parts)
