"""Tell the sentiment of raw text, with one grid over the tokenizer and the network.

The pipeline is SequenceTokenizer and RNNClassifier, and takes a list of strings. GridSearchCV
chooses how texts are cut and how large the network is at once. Beside it, in the same folds, stands
TfidfVectorizer with LogisticRegression, over a grid of its own: a network is worth its time only
where it is better. The generated reviews are made so that single words tell nothing ("not dull" is
praise). In the 10,662 sentences of film reviews called mr they tell much, and the linear model is
the better one (accuracy 0.775, the network 0.751)::

    python examples/sentiment.py
    python examples/sentiment.py --data DATA --problem mr

DATA is a folder that holds ``text/mr/all.tsv.gz`` (columns label and text), and
``text/imdb/train.tsv.xz`` and ``text/imdb/test.tsv.xz``. The same texts are given by
:func:`skrnn.datasets.fetch_movie_reviews` and :func:`skrnn.datasets.fetch_imdb`.
"""

import argparse
import csv
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import Pipeline

from skrnn import RNNClassifier
from skrnn.datasets import make_reviews
from skrnn.preprocessing import SequenceTokenizer

matplotlib.use("Agg")

EXAMPLES = ["The plot was not dull.", "I never found the acting convincing.", "Funny and clever."]
NEXT = """
Try next: "net__hidden_size": [16, 64] and "tokenizer__analyzer": ["word", "char"] in the grid;
fewer reviews, to see how many the network needs to read what "not" does."""


def generate(quick):
    """Return reviews for training and testing, and their labels."""
    X, y = make_reviews(300 if quick else 2000, random_state=0)
    return train_test_split(X, y, test_size=0.25, stratify=y, random_state=0)


def read(data, problem, quick):
    """Return the texts and labels of a problem: its own test part, or a fifth of the rows."""
    folder = Path(data) / "text" / problem
    if problem == "mr":
        X, y = read_table(folder / "all.tsv.gz", quick)
        return train_test_split(X, y, test_size=0.2, stratify=y, random_state=0)
    X, y = read_table(folder / "train.tsv.xz", quick)
    X_test, y_test = read_table(folder / "test.tsv.xz", quick)
    return X, X_test, y, y_test


def read_table(path, quick):
    """Return the texts and labels of a file."""
    frame = pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE, keep_default_na=False)
    frame = frame.sample(300, random_state=0) if quick else frame
    return frame["text"].tolist(), np.where(frame["label"] == 1, "positive", "negative")


def network(quick, seed):
    """Return the network's pipeline and its grid."""
    options = {"dropout": 0.5, "lr": 0.01, "early_stopping": False, "random_state": seed}
    net = RNNClassifier(embedding_dim=32, hidden_size=32, **options)
    pipeline = Pipeline([("tokenizer", SequenceTokenizer(max_length=400)), ("net", net)])
    grid = {"tokenizer__min_frequency": [1, 3], "net__max_epochs": [3, 10]}
    if quick:
        grid = {"tokenizer__min_frequency": [1, 2], "net__max_epochs": [12]}
    return pipeline, grid


def linear(quick):
    """Return the linear model's pipeline and its grid."""
    tfidf = TfidfVectorizer(sublinear_tf=True)
    pipeline = Pipeline([("tfidf", tfidf), ("linear", LogisticRegression(max_iter=1000))])
    grid = {
        "tfidf__ngram_range": [(1, 1), (1, 2)],
        "linear__C": [1] if quick else [1, 10, 100],
    }
    return pipeline, grid


def search(model, X, y, quick):
    """Return the fitted search, and print what it tried."""
    pipeline, grid = model
    folds = StratifiedKFold(2 if quick else 3, shuffle=True, random_state=0)
    found = GridSearchCV(pipeline, grid, cv=folds).fit(X, y)
    table = pd.DataFrame(found.cv_results_)
    columns = [name for name in table if name.startswith("param_")]
    columns += ["mean_test_score", "std_test_score", "mean_fit_time"]
    table = table[columns].sort_values("mean_test_score", ascending=False).round(3)
    print(table.to_string(index=False), end="\n\n")
    return found


def draw(searches, scores, path):
    """Draw what each candidate took and reached in the folds, and what the best reach on the test.

    Parameters
    ----------
    searches : dict of str to fitted GridSearchCV
    scores : dict of str to list of float
        Accuracies on the test part.
    path : str
        Where the picture goes.
    """
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), sharey=True, layout="constrained")
    for name, found in searches.items():
        table = found.cv_results_
        spread = {"yerr": table["std_test_score"], "fmt": "o", "capsize": 3}
        axes[0].errorbar(table["mean_fit_time"], table["mean_test_score"], **spread, label=name)
    axes[0].set(xscale="log", xlabel="seconds per fit", ylabel="accuracy", title="folds, the grids")
    axes[0].legend()
    means = [np.mean(values) for values in scores.values()]
    axes[1].bar(list(scores), means, color=["C0", "C1"], width=0.5)
    for place, mean in enumerate(means):
        axes[1].annotate(f"{mean:.3f}", (place, mean), ha="center", va="bottom")
    axes[1].set(title="test, the best of each", ylim=(0.4, 1.05))
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="folder of real reviews (default: generated ones)")
    parser.add_argument("--problem", default="mr", choices=["mr", "imdb"], help="which of them")
    parser.add_argument("--seeds", type=int, default=1, help="how many networks, for their spread")
    parser.add_argument("--output", default="sentiment.png", help="where the picture goes")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    read_them = options.data is not None
    parts = (
        read(options.data, options.problem, options.quick) if read_them else generate(options.quick)
    )
    X_train, X_test, y_train, y_test = parts
    print(f"{len(X_train)} reviews to train on, {len(X_test)} to test")
    print(f"{y_train[0]}: {X_train[0][:90]}\n")
    searches = {
        "tf-idf + linear": search(linear(options.quick), X_train, y_train, options.quick),
        "network": search(network(options.quick, 0), X_train, y_train, options.quick),
    }
    scores = {name: [found.score(X_test, y_test)] for name, found in searches.items()}
    best = searches["network"].best_estimator_
    for seed in range(1, options.seeds):
        best.set_params(net__random_state=seed).fit(X_train, y_train)
        scores["network"].append(best.score(X_test, y_test))
    for name, values in scores.items():
        spread = f", sd {np.std(values, ddof=1):.4f}" if len(values) > 1 else ""
        print(f"{name}: {searches[name].best_params_}")
        print(
            f"    test accuracy {np.mean(values):.4f}{spread}, {searches[name].refit_time_:.1f} s"
        )
    for text, answer in zip(EXAMPLES, best.predict(EXAMPLES), strict=True):
        print(f"{answer}: {text}")
    draw(searches, scores, options.output)
    print(f"accuracies: {options.output}{NEXT}")


if __name__ == "__main__":
    main()
