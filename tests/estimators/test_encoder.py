"""RNNEncoder: vectors from labels, from numbers, and from the sequences alone."""

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNEncoder
from skrnn.heads import Categorical, Multilabel, SquaredError

SMALL = {
    "hidden_size": 4,
    "num_layers": 1,
    "bidirectional": False,
    "dropout": 0.0,
    "pooling": "mean",
    "stem": None,
    "batch_size": 16,
    "max_epochs": 2,
    "lr": 0.01,
    "alpha": 0.0,
    "device": "cpu",
    "random_state": 0,
}
RNG = np.random.default_rng(0)
N = 24
Y = np.tile([0, 1], N // 2)
X = [RNG.normal(size=(n, 2)) + 2 * y for n, y in zip(RNG.integers(3, 7, N), Y, strict=True)]
CUBE = RNG.normal(size=(N, 5, 2))


def small(**params):
    return RNNEncoder(**{**SMALL, **params})


@pytest.mark.parametrize(
    ("y", "head"),
    [
        (Y, Categorical),
        (np.array(["a", "b"])[Y], Categorical),
        (np.column_stack([Y, 1 - Y, Y]), Multilabel),
        (Y + 0.5, SquaredError),
        (np.column_stack([Y, Y]) + 0.25, SquaredError),
        (None, SquaredError),
    ],
    ids=["labels", "strings", "matrix", "numbers", "several numbers", "nothing"],
)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_what_it_learns_from(y, head, bidirectional):
    model = small(bidirectional=bidirectional).fit(X, y)
    states = model.transform(X)
    assert isinstance(model.head_, head)
    assert states.shape == (N, 4 * (1 + bidirectional))
    assert states.dtype == np.float64
    assert np.isfinite(states).all()
    assert ("train_score" in model.history_[0]) == (y is not None)


def test_next_step_learning_lowers_its_loss():
    waves = [np.sin(np.arange(n) + shift) for n, shift in zip(RNG.integers(8, 12, 30), range(30))]  # noqa: B905
    for bidirectional in (False, True):
        model = small(hidden_size=8, max_epochs=30, lr=0.03, bidirectional=bidirectional).fit(waves)
        losses = [row["train_loss"] for row in model.history_]
        assert losses[-1] < 0.3 * losses[0]


@pytest.mark.parametrize("early_stopping", [False, True])
def test_without_labels_weights_mean_what_they_say(early_stopping):
    options = {"early_stopping": early_stopping, "validation_fraction": 0.2}
    weight = np.where(np.arange(N) < 5, 2.0, 1.0)
    weighted = small(**options).fit(X, sample_weight=weight).transform(X)
    assert np.array_equal(weighted, small(**options).fit(X + X[:5]).transform(X))


def test_ids_without_labels():
    tokens = [[1, 2, 3], [2, 3], [3, 1, 2, 3]] * 4
    model = small(embedding_dim=3, bidirectional=True).fit(tokens)
    assert isinstance(model.head_, Categorical)
    assert model.transform([[1, 99, 2]]).shape == (1, 8)


def test_single_steps_without_labels():
    assert np.isfinite(small().fit(CUBE[:, :1]).transform(CUBE[:, :1])).all()


@pytest.mark.parametrize("pooling", ["last", "mean", "max"])
def test_poolings(pooling):
    model = small(pooling=pooling).fit(X)
    alone = np.concatenate([model.transform([x]) for x in X])
    assert np.allclose(model.transform(X), alone, atol=1e-12)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"pooling": "attention"}, r"^pooling='attention' cannot be trained without y\.$"),
        ({"stem": "conv"}, r"^stem='conv' cannot be trained without y\.$"),
        ({"dense_sizes": (3,)}, r"^dense_sizes=\(3,\) cannot be trained without y\.$"),
    ],
)
def test_what_needs_labels(option, message):
    with pytest.raises(ValueError, match=message):
        small(**option).fit(X)
    assert small(**option).fit(X, Y).transform(X).shape == (N, 4)


def test_in_front_of_any_model():
    pipe = make_pipeline(small(max_epochs=10), LogisticRegression())
    assert pipe.fit(X, Y).score(X, Y) > 0.8
    search = GridSearchCV(pipe, {"rnnencoder__hidden_size": [3, 5]}, cv=2, error_score="raise")
    assert search.fit(X, Y).best_estimator_[0].transform(X).shape[1] in (3, 5)


def test_names_and_pandas_output():
    model = small(bidirectional=True).fit(X)
    names = [f"rnnencoder{i}" for i in range(8)]
    assert model.get_feature_names_out().tolist() == names
    frame = pd.DataFrame(CUBE[:, :, 0], index=range(100, 100 + N), columns=list("abcde"))
    out = small(bidirectional=True).set_output(transform="pandas").fit_transform(frame)
    assert out.columns.tolist() == names
    assert out.index.equals(frame.index)
    assert small().set_output(transform="pandas").fit_transform(X).shape == (N, 4)


def test_dtype_follows_arrays():
    model = small().fit(CUBE.astype(np.float32))
    assert model.transform(CUBE.astype(np.float32)).dtype == np.float32
    assert model.transform(CUBE).dtype == np.float64
    assert model.transform(torch.from_numpy(CUBE)).dtype == np.float64


def test_fit_transform_is_fit_then_transform():
    assert np.array_equal(small().fit_transform(X, Y), small().fit(X, Y).transform(X))
    weight = np.linspace(1, 2, N)
    assert np.array_equal(
        small().fit_transform(X, Y, sample_weight=weight),
        small().fit(X, Y, sample_weight=weight).transform(X),
    )


def test_it_has_no_predictions():
    for name in ("predict", "score", "predict_proba", "partial_fit"):
        assert not hasattr(small().fit(X), name)
    assert not small().__sklearn_tags__().target_tags.required


def test_warm_start():
    model = small(warm_start=True).fit(X)
    assert model.fit(X).n_iter_ == 4
    with pytest.raises(ValueError, match=r"The first fit had no y, this one has, but warm_start"):
        model.fit(X, Y)
    taught = small(warm_start=True).fit(X, Y)
    with pytest.raises(ValueError, match=r"The first fit had y, this one none, but warm_start"):
        taught.fit(X)
    numbers = small(warm_start=True).fit(X, Y + 0.5)
    assert numbers.fit(X, Y.astype(float)).n_iter_ == 4  # whole numbers are numbers still
    assert isinstance(numbers.head_, SquaredError)
    assert clone(numbers).fit(X, Y).n_iter_ == 2
