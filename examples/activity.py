"""Recognise what people do from ragged recordings of a motion sensor, for people never seen.

A recording has six channels and 40 to 120 steps, 2 to 6 seconds. People differ in pace and in how
they wear the sensor, so each is either in the training or in the test part: scikit-learn's
GroupKFold takes the lists of arrays as they are. Beside the network stands a logistic regression on
eight summary statistics of each channel, which is the least that a network should beat. The
confusion matrices of both become a picture::

    python examples/activity.py
    python examples/activity.py --data DATA --problem Epilepsy

DATA is a folder that holds ``classification/uea/Epilepsy.npz``, with the arrays ``X_train``,
``len_train``, ``y_train`` and the same for ``test``: X is (n, steps, channels), what lies behind a
recording's length is left out. Such problems have one test part of their own. The Japanese vowels
are also given by :func:`skrnn.datasets.fetch_japanese_vowels`.
"""

import argparse
from pathlib import Path
from time import perf_counter

import matplotlib
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score
from sklearn.model_selection import GroupKFold, PredefinedSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNClassifier
from skrnn.datasets import make_sensor_recordings
from skrnn.preprocessing import SequenceSummary

matplotlib.use("Agg")

NEXT = """
Try next: cell="lstm" or pooling="mean"; fewer people (make_sensor_recordings(n_subjects=4)), to see
what each one is worth; GridSearchCV over hidden_size and dropout, with the same groups and cv."""


def generate(quick):
    """Return recordings, activities and splits that keep each person on one side."""
    X, y, people = make_sensor_recordings(
        120 if quick else 360, n_subjects=12, noise=0.3, return_groups=True, random_state=0
    )
    return X, y, list(GroupKFold(2 if quick else 4).split(X, y, people))


def read(data, problem, quick):
    """Return recordings, labels and the one split that a problem of the UEA archive has."""
    X, y, part = [], [], []
    with np.load(Path(data) / "classification" / "uea" / f"{problem}.npz") as arrays:
        for number, name in enumerate(("train", "test")):
            rows = zip(arrays[f"X_{name}"], arrays[f"len_{name}"], strict=True)
            X += [recording[:length] for recording, length in rows]
            y.append(arrays[f"y_{name}"])
            part += len(y[-1]) * [number - 1]  # -1: never in the test part
    rows = slice(None, None, 4 if quick else 1)
    return X[rows], np.concatenate(y)[rows], list(PredefinedSplit(part[rows]).split())


def models(quick, seed):
    """Return the models to compare, by name."""
    linear = make_pipeline(SequenceSummary(), StandardScaler(), LogisticRegression(max_iter=1000))
    epochs = 10 if quick else "auto"
    return {
        "summary + linear": linear,
        "network": RNNClassifier(hidden_size=32, max_epochs=epochs, random_state=seed),
    }


def evaluate(model, X, y, splits):
    """Return the true and the predicted labels of all test parts, and a table of the splits."""
    true, predicted, table = [], [], []
    for train, test in splits:
        start = perf_counter()
        model.fit([X[i] for i in train], y[train])
        seconds = perf_counter() - start
        answer = model.predict([X[i] for i in test])
        table.append((accuracy_score(y[test], answer), seconds))
        true.append(y[test])
        predicted.append(answer)
    return np.concatenate(true), np.concatenate(predicted), np.array(table)


def draw(answers, path):
    """Draw the confusion matrix of each model."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, len(answers), figsize=(10, 4.5), layout="constrained")
    for axis, (name, (true, predicted)) in zip(axes, answers.items(), strict=True):
        ConfusionMatrixDisplay.from_predictions(
            true, predicted, normalize="true", values_format=".2f", ax=axis, colorbar=False,
            xticks_rotation=45, text_kw={"fontsize": 7},
        )  # fmt: skip
        axis.set_title(f"{name}: accuracy {accuracy_score(true, predicted):.3f}")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="folder of real recordings (default: generated ones)")
    parser.add_argument("--problem", default="BasicMotions", help="which of them")
    parser.add_argument("--seeds", type=int, default=1, help="how many networks, for their spread")
    parser.add_argument("--output", default="activity.png", help="where the picture goes")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    if options.data is None:
        X, y, splits = generate(options.quick)
    else:
        X, y, splits = read(options.data, options.problem, options.quick)
    lengths = [len(recording) for recording in X]
    print(f"{len(X)} recordings of {min(lengths)} to {max(lengths)} steps, ", end="")
    print(f"{X[0].shape[1]} channels, {len(np.unique(y))} classes; {len(splits)} test parts")

    answers, rows = {}, []
    for seed in range(options.seeds):
        for name, model in models(options.quick, seed).items():
            true, predicted, table = evaluate(model, X, y, splits)
            answers[name] = true, predicted
            rows += [(name, seed, split, *row) for split, row in enumerate(table)]
    table = pd.DataFrame(rows, columns=["model", "seed", "test part", "accuracy", "seconds"])
    seeds = table.groupby(["model", "seed"])[["accuracy", "seconds"]].mean()
    print(seeds.groupby("model").agg(["mean", "std", "min", "max"]).round(4).to_string())
    draw(answers, options.output)
    print(f"confusion matrices: {options.output}{NEXT if options.data is None else ''}")


if __name__ == "__main__":
    main()
