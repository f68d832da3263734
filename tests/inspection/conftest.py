import matplotlib

matplotlib.use("Agg")

import numpy as np
import pytest
import torch
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.data import Fused, Ragged
from skrnn.preprocessing import SequenceScaler, SequenceTokenizer

TEXTS = ["good film", "bad film", "a very good one", "bad bad bad", "good", "so bad"]
MOODS = np.array([1, 0, 1, 0, 1, 0])
SMALL = {"hidden_size": 4, "max_epochs": 2, "random_state": 0}


def _numbers(n_features=2, long=1):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(long * n, n_features)) for n in (3, 9, 4, 1, 6, 5)]


def _documents():
    one, other = [np.ones((2, 2)), np.zeros((3, 2))], [np.full((1, 2), 0.5)]
    return [one, other, one, other, other, one]


def _fused():
    ids = Ragged.from_rows([[1, 2, 3], [2], [3, 1], [1], [2, 2], [3]])
    recording = Ragged.from_rows(_numbers())
    return Fused({"recording": recording, "age": np.arange(6.0), "note": ids})


def _texts(**params):
    network = RNNClassifier(embedding_dim=3, **{**SMALL, **params})
    return make_pipeline(SequenceTokenizer(min_frequency=1), network)


def _search():
    inner = make_pipeline(SequenceScaler(), RNNClassifier(**SMALL))
    return GridSearchCV(inner, {"rnnclassifier__hidden_size": [3]}, cv=2)


CASES = {
    "numbers": lambda: (RNNClassifier(**SMALL), _numbers(), MOODS),
    "one feature": lambda: (RNNRegressor(**SMALL), _numbers(1), MOODS * 3.0),
    "layers": lambda: (RNNClassifier(cell="lstm", num_layers=2, **SMALL), _numbers(), MOODS),
    "one way": lambda: (RNNClassifier(bidirectional=False, **SMALL), _numbers(), MOODS),
    "stem": lambda: (RNNClassifier(stem="conv", **SMALL), _numbers(2, 20), MOODS),
    "ids": lambda: (
        RNNClassifier(embedding_dim=3, **SMALL),
        [[1, 2, 3], [2], [3], [1, 1], [2, 3], [1]],
        MOODS,
    ),
    "texts": lambda: (_texts(), TEXTS, MOODS),
    "documents": lambda: (RNNClassifier(hierarchical=True, **SMALL), _documents(), MOODS),
    "documents of ids": lambda: (
        RNNClassifier(hierarchical=True, embedding_dim=3, **SMALL),
        [[[1, 2], [3]], [[2]], [[1], [3, 3]], [[2], [1]], [[3]], [[1, 2]]],
        MOODS,
    ),
    "fused": lambda: (RNNClassifier(embedding_dim=3, **SMALL), _fused(), MOODS),
    "search": lambda: (_search(), _numbers(), MOODS),
    "encoder": lambda: (RNNEncoder(pooling="attention", **SMALL), _numbers(), MOODS),
    "classes": lambda: (RNNClassifier(**SMALL), _numbers(), list("abcabc")),
    "labels": lambda: (RNNClassifier(**SMALL), _numbers(), np.eye(6, dtype=int)[:, :3]),
    "targets": lambda: (RNNRegressor(**SMALL), _numbers(), np.eye(6)[:, :2] * 100 + 7),
}
_fitted = {}


@pytest.fixture
def fitted():
    """Give a fitted model and its X by the name of a case; it is fitted once."""

    def get(case):
        if case not in _fitted:
            model, X, y = CASES[case]()
            _fitted[case] = model.fit(X, y), X
        return _fitted[case]

    return get


@pytest.fixture(params=CASES)
def case(request):
    """Name each case."""
    return request.param


@pytest.fixture
def undisturbed(answers_of):
    """Say that drawing changes neither a model nor what the caller has set."""

    def check(draw, model, X):
        answers = answers_of(model, X)
        np.random.seed(3)
        torch.manual_seed(3)
        before = np.random.get_state()[1].copy(), torch.get_rng_state(), torch.get_num_threads()
        draw(model, X)
        assert (np.random.get_state()[1] == before[0]).all()
        assert torch.equal(torch.get_rng_state(), before[1])
        assert torch.get_num_threads() == before[2]
        assert all(map(np.array_equal, answers_of(model, X), answers))

    return check
