"""What SequenceTokenizer takes beside scikit-learn's CountVectorizer on the same texts.

Both fit and transform in one call, in one process and in interleaved rounds; the ids of the one
and the counts of the other are thrown away. Without ``--data`` the texts are drawn: words of a
frequency as in natural language, with capital letters and punctuation::

    python benchmarks/tokenizing.py
    python benchmarks/tokenizing.py --data DATA

The file has a column "text", separated by tabs.
"""

import argparse
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from timing import compare, interleave, timed

from skrnn.preprocessing import SequenceTokenizer

BASE = "CountVectorizer"
SIDES = {
    BASE: CountVectorizer,
    "word": SequenceTokenizer,
    "word, min_frequency=1": partial(SequenceTokenizer, min_frequency=1),
    "word, max_length=200": partial(SequenceTokenizer, max_length=200),
    "str.split": partial(SequenceTokenizer, analyzer=str.split),
    "char": partial(SequenceTokenizer, analyzer="char"),
}


def draw(n):
    """Draw n texts of some 230 words."""
    rng = np.random.default_rng(0)
    letters = np.array(list("etaoinshrdlucmfwypvbgkjqxz"))
    words = ["".join(rng.choice(letters[:12], size)) for size in rng.integers(1, 12, 60_000)]
    words = np.array([*words, *(word.capitalize() for word in words[:2000])])
    shares = 1 / np.arange(3, len(words) + 3)
    marks = np.array([" ", " ", " ", " ", " ", " ", " ", ", ", ". ", "'"])
    lengths = rng.geometric(1 / 230, n)
    drawn = rng.choice(words, lengths.sum(), p=shares / shares.sum())
    behind = rng.choice(marks, lengths.sum())
    ends = np.cumsum(lengths)[:-1]
    pieces = np.split(np.stack([drawn, behind], axis=1), ends)
    return ["".join(piece.ravel()) for piece in pieces]


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="folder of public data, of which text/imdb is read")
    parser.add_argument("--n", type=int, default=25_000, help="texts to draw without --data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sides", nargs="*", choices=SIDES, default=list(SIDES))
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()
    if options.quick:
        options.n, options.rounds = 200, 1
    texts = draw(options.n)
    if options.data:
        path = Path(options.data) / "text" / "imdb" / "train.tsv.xz"
        table = pd.read_csv(path, sep="\t", quoting=3, keep_default_na=False)
        texts = table["text"].tolist()
    print(f"{len(texts)} texts, {sum(map(len, texts))} characters, {options.rounds} rounds")
    names = list(dict.fromkeys([BASE, *options.sides]))
    runs = {
        name: partial(timed, lambda make=SIDES[name]: make().fit_transform(texts)) for name in names
    }
    seconds = interleave(runs, options.rounds)
    for name in names:
        row = compare(seconds, name, BASE, unit="s", scale=1)
        print(
            f"  {name:<24} {row['value']:7.3f} s ({row['cpu_value']:.3f} s computed), "
            f"{row['ratio']:5.2f} times faster [{row['low']:.2f}, {row['high']:.2f}], "
            f"{row['cpu_ratio']:.2f} by processor time"
        )


if __name__ == "__main__":
    main()
