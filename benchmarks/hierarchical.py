"""Film reviews read as documents of sentences, and as one long sequence of words.

    python benchmarks/hierarchical.py --data DATA              # 3 seeds of each network
    python benchmarks/hierarchical.py --data DATA --validate   # on a part of the training texts
    python benchmarks/hierarchical.py --quick                  # small, on made-up documents

The texts are the Large Movie Review data (Maas et al., ACL 2011), ``DATA/text/imdb``: a random
draw of the training and of the test part, the first 200 words of each review. They are split into
sentences behind ``.``, ``!`` and ``?``, lower-cased, and numbered by frequency in the training
texts; all rarer words share one id. The networks see the same words and have the same hidden size,
embedding, dropout and epochs; "flat, two layers" has nearly as many weights as the hierarchical.
"""

import argparse
import re
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from skrnn import RNNClassifier

SETTINGS = {
    "hidden_size": 32,
    "embedding_dim": 50,
    "bidirectional": True,
    "pooling": "attention",
    "dropout": 0.3,
    "lr": 3e-3,
    "batch_size": 32,
    "early_stopping": False,
    "device": "cpu",
}
NETWORKS = {
    "hierarchical": {"hierarchical": True},
    "flat": {},
    "flat, two layers": {"num_layers": 2},
}


def split_review(text, n_words):
    """Give the sentences of a review, lists of words, up to a number of words in all."""
    text = text.replace("<br />", " ").lower()
    sentences, left = [], n_words
    for sentence in re.split(r"(?<=[.!?])\s+", text):
        words = re.findall(r"[a-z0-9']+", sentence)[:left]
        left -= len(words)
        if words:
            sentences.append(words)
    return sentences


def read_reviews(data, part, n, n_words):
    """Draw n reviews of a part: their sentences, and labels (n,)."""
    path = Path(data) / "text" / "imdb" / f"{part}.tsv.xz"
    table = pd.read_csv(path, sep="\t", quoting=3, keep_default_na=False)
    table = table.iloc[np.random.default_rng(0).permutation(len(table))[:n]]
    return [split_review(text, n_words) for text in table["text"]], table["label"].to_numpy()


def number_words(documents, n_ids):
    """Give the most frequent words an id each, from 1; :func:`to_ids` has one for all others."""
    count = Counter(word for document in documents for words in document for word in words)
    return {word: i for i, (word, _) in enumerate(count.most_common(n_ids), start=1)}


def to_ids(documents, number, n_ids):
    """Replace words by their ids."""
    return [[[number.get(w, n_ids + 1) for w in words] for words in doc] for doc in documents]


def draw_documents(n, rng):
    """Make documents up, and say whether one of their sentences has both a 1 and a 2."""
    documents = []
    for _ in range(n):
        lengths = rng.integers(1, 6, size=rng.integers(1, 5))
        documents.append([rng.integers(1, 7, size=length).tolist() for length in lengths])
    return documents, np.array([any({1, 2} <= set(s) for s in doc) for doc in documents])


def read(options):
    """Give documents of ids and labels to train on, and to judge by."""
    if options.quick:
        rng = np.random.default_rng(0)
        return *draw_documents(60, rng), *draw_documents(40, rng)
    documents, y = read_reviews(options.data, "train", options.n_train, options.words)
    if options.validate:
        n = len(y) * 3 // 4
        documents, y, other, y_other = documents[:n], y[:n], documents[n:], y[n:]
    else:
        other, y_other = read_reviews(options.data, "test", options.n_test, options.words)
    number = number_words(documents, options.ids)
    return to_ids(documents, number, options.ids), y, to_ids(other, number, options.ids), y_other


def run(name, seed, data, epochs):
    """Fit one network with one seed; give its accuracy, seconds and size."""
    X, y, X_other, y_other = data
    changes = NETWORKS[name]
    if not changes.get("hierarchical"):
        X, X_other = ([np.concatenate(doc) for doc in part] for part in (X, X_other))
    model = RNNClassifier(**{**SETTINGS, **changes}, max_epochs=epochs, random_state=seed)
    start = time.perf_counter()
    model.fit(X, y)
    fitted = time.perf_counter()
    row = {
        "network": name,
        "seed": seed,
        "accuracy": model.score(X_other, y_other),
        "fit_s": fitted - start,
        "predict_s": time.perf_counter() - fitted,
        "weights": sum(
            p.numel() for k, p in model.module_.named_parameters() if "embedding" not in k
        ),
    }
    print(f"{name} seed {seed}: accuracy {row['accuracy']:.4f}, {row['fit_s']:.1f} s", flush=True)
    return row


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", default="data", help="folder with text/imdb")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--networks", nargs="*", choices=list(NETWORKS), default=list(NETWORKS))
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--n-train", type=int, default=3000)
    parser.add_argument("--n-test", type=int, default=3000)
    parser.add_argument("--words", type=int, default=200, help="of each review")
    parser.add_argument("--ids", type=int, default=10_000, help="words with an id of their own")
    parser.add_argument("--validate", action="store_true", help="judge on a quarter held back")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"torch {torch.__version__}, torch.set_num_threads(1); {SETTINGS}, defaults otherwise")
    data = read(options)
    sentences = [len(sentence) for document in data[0] for sentence in document]
    print(
        f"{len(data[1])} documents to train on, {len(data[3])} to judge by; "
        f"{len(sentences) / len(data[1]):.1f} sentences a document, {np.mean(sentences):.1f} words "
        f"a sentence, {max(sentences)} the longest"
    )
    seeds = range(1 if options.quick else options.seeds)
    epochs = 2 if options.quick else options.epochs
    runs = pd.DataFrame([run(name, s, data, epochs) for name in options.networks for s in seeds])
    groups = runs.groupby("network", sort=False)
    table = groups[["accuracy", "fit_s", "predict_s", "weights"]].mean()
    table.insert(1, "sd", groups["accuracy"].std(ddof=1))
    print(table.round(4).to_string())


if __name__ == "__main__":
    main()
