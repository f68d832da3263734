"""The text problems of the accuracy benchmark: texts, splits, and the models beside each other.

The folder holds ``text/*`` (tab-separated, with a label and a text in each row) and
``classification/dna_*``. Words are the tokens of sentences; characters those of names and of DNA.
"""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import LeaveOneOut, StratifiedKFold
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier
from skrnn.preprocessing import OneHotSteps, SequenceTokenizer


@dataclass(frozen=True)
class TextProblem:
    """A problem and how it is judged.

    Parameters
    ----------
    files : tuple of str
        One file, or a training and a test file.
    label, text : str
        Columns.
    tokens : {"word", "char", "symbol"}
        What a step is; a symbol of a short alphabet is one-hot rather than embedded.
    folds : int or None
        Of cross-validation; 0 leaves one out, None takes the test file.
    positive : str or None
        The class whose F1 is the score; None for accuracy.
    """

    files: tuple
    label: str = "label"
    text: str = "text"
    tokens: str = "word"
    folds: int | None = None
    positive: str | None = None

    def read(self, data, which=0):
        """Give the texts and labels of a file."""
        path, form = Path(data) / self.files[which], {"sep": "\t", "quoting": 3}
        named = range(pd.read_csv(path, nrows=0, **form).shape[1])  # some lines have empty cells
        frame = pd.read_csv(path, usecols=named, keep_default_na=False, **form)
        return frame[self.text].to_numpy(dtype=object), frame[self.label].to_numpy()

    def parts(self, data, seed):
        """Yield (X, y, X_test, y_test) for each split."""
        X, y = self.read(data)
        if self.folds is None:
            yield X, y, *self.read(data, 1)
            return
        cv = LeaveOneOut()
        if self.folds:
            cv = StratifiedKFold(self.folds, shuffle=True, random_state=seed)
        for train, test in cv.split(X, y):
            yield X[train], y[train], X[test], y[test]

    def score(self, truth, answer):
        """Judge all answers."""
        if self.positive is None:
            return accuracy_score(truth, answer)
        return f1_score(truth, answer, pos_label=self.positive)


TEXT = {
    "TREC-6": TextProblem(("text/trec/train.tsv.gz", "text/trec/test.tsv.gz")),
    "MR": TextProblem(("text/mr/all.tsv.gz",), folds=10),
    "SMS spam": TextProblem(("text/sms_spam/sms.tsv.gz",), folds=5, positive="spam"),
    "IMDB": TextProblem(("text/imdb/train.tsv.xz", "text/imdb/test.tsv.xz")),
    "surnames": TextProblem(
        ("text/names_language/names.tsv.gz",), "language", "name", tokens="char", folds=5
    ),
    "splice": TextProblem(
        ("classification/dna_splice/splice.tsv.gz",), "label", "sequence", "symbol", folds=10
    ),
    "promoters": TextProblem(
        ("classification/dna_promoter/promoters.tsv.gz",), "label", "sequence", "symbol", folds=0
    ),
}


def recurrent(tokens, options):
    """Give the recurrent pipeline, all defaults but what kind of token there is."""
    if tokens == "symbol":
        return make_pipeline(OneHotSteps(), RNNClassifier(**options))
    return make_pipeline(
        SequenceTokenizer(analyzer=tokens), RNNClassifier(**{"embedding_dim": "auto", **options})
    )


def bag_of_words(tokens):
    """Give the model that an RNN should beat: weighted counts of words, or of up to 3 letters."""
    words = TfidfVectorizer(token_pattern=r"\S+")
    letters = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    return make_pipeline(words if tokens == "word" else letters, LogisticRegression(max_iter=1000))


def run_text(data, name, seed, options):
    """Fit the network and the bag of words on a problem; give a row of results for each."""
    problem = TEXT[name]
    kinds = {"skrnn": recurrent(problem.tokens, {**options, "random_state": seed})}
    kinds["tf-idf"] = bag_of_words(problem.tokens)
    rows = {kind: {"fit_s": 0.0, "predict_s": 0.0} for kind in kinds}
    answers, truth = {kind: [] for kind in kinds}, []
    for X, y, X_test, y_test in problem.parts(data, seed):
        truth.append(y_test)
        for kind, model in kinds.items():
            start = time.perf_counter()
            model.fit(X, y)
            fitted = time.perf_counter()
            answers[kind].append(model.predict(X_test))
            rows[kind]["fit_s"] += fitted - start
            rows[kind]["predict_s"] += time.perf_counter() - fitted
    truth = np.concatenate(truth)
    for kind, row in rows.items():
        score = problem.score(truth, np.concatenate(answers[kind]))
        row |= {"problem": name, "model": kind, "seed": seed, "score": score}
    rows["skrnn"]["epochs"] = kinds["skrnn"][-1].n_iter_
    return list(rows.values())
