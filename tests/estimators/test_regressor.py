"""RNNRegressor: losses, targets, quantiles and distributions."""

import pickle

import numpy as np
import pandas as pd
import pytest
import torch

from skrnn import RNNRegressor
from skrnn.heads import HEADS, PointHead

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
X = [RNG.normal(size=(n, 2)) for n in RNG.integers(3, 7, N)]
Y = np.array([10 + 3 * x.mean() for x in X])
COUNTS = RNG.poisson(np.exp(1 + np.array([x.mean() for x in X]))).astype(float)
POINT = ["squared_error", "absolute_error", "huber", "quantile"]
LIKELIHOOD = ["poisson", "negative_binomial", "gaussian", "student_t"]


class Quartic(PointHead):
    """A loss of a user's own."""

    def loss(self, outputs, target):
        return (outputs - target) ** 4

    def initial_bias(self, target, weight=None):
        return np.average(target, axis=0, weights=weight)


def small(**params):
    return RNNRegressor(**{**SMALL, **params})


def target_of(loss, columns):
    y = COUNTS if loss in ("poisson", "negative_binomial") else Y
    return y if columns is None else np.column_stack([y, y[::-1]])[:, :columns]


@pytest.mark.parametrize("columns", [None, 1, 2])
@pytest.mark.parametrize("loss", [*POINT, *LIKELIHOOD, Quartic])
def test_every_loss_with_any_number_of_targets(loss, columns):
    y = target_of(loss, columns)
    model = small(loss=loss).fit(X, y)
    answer = model.predict(X)
    assert answer.shape == y.shape
    assert answer.dtype == np.float64
    assert np.isfinite(answer).all()
    assert np.isfinite(model.score(X, y))
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict(X), answer)


def test_every_loss_name_is_tested():
    heads = {name for name in HEADS if name not in ("log_loss", "multilabel")}
    assert heads == {*POINT, *LIKELIHOOD}


@pytest.mark.parametrize("loss", [*POINT, *LIKELIHOOD, Quartic])
def test_every_loss_learns(loss):
    y = target_of(loss, None)
    model = small(loss=loss, hidden_size=8, max_epochs=40, lr=0.03).fit(X, y)
    assert model.history_[-1]["train_loss"] < model.history_[0]["train_loss"]
    assert model.score(X, y) > 0.5


@pytest.mark.parametrize("loss", LIKELIHOOD)
def test_likelihoods_give_quantiles_and_parameters(loss):
    assert hasattr(small(loss=loss), "predict_quantiles")
    y = target_of(loss, None)
    model = small(loss=loss).fit(X, y)
    low, middle, high = model.predict_quantiles(X).T
    assert (low <= middle).all()
    assert (middle <= high).all()
    assert (low < high).all()
    assert model.predict_quantiles(X, [0.5]).shape == (N, 1)
    assert model.predict_quantiles(X, 0.5).shape == (N, 1)
    parameters = model.predict_distribution(X)
    assert all(value.shape == (N,) for value in parameters.values())
    two = small(loss=loss).fit(X, target_of(loss, 2))
    assert two.predict_quantiles(X, [0.1, 0.2, 0.3, 0.4]).shape == (N, 2, 4)
    assert all(value.shape == (N, 2) for value in two.predict_distribution(X).values())


@pytest.mark.parametrize("loss", [*POINT, Quartic])
def test_point_losses_hide_distributions(loss):
    for model in (small(loss=loss), small(loss=loss).fit(X, Y)):
        assert not hasattr(model, "predict_quantiles")
        assert not hasattr(model, "predict_distribution")


def test_hidden_methods_follow_the_fitted_head():
    point = small().fit(X, Y).set_params(loss="gaussian")
    assert not hasattr(point, "predict_quantiles")
    assert hasattr(point.fit(X, Y), "predict_quantiles")
    assert hasattr(point.set_params(loss="squared_error"), "predict_quantiles")


@pytest.mark.parametrize("wrong", [0, 1.0, [0.5, 1.5], "a", [], [np.nan], None, [0.1, "b"]])
def test_wrong_quantiles(wrong):
    model = small(loss="gaussian").fit(X, Y)
    with pytest.raises(ValueError, match=r"must be numbers strictly between 0 and 1, such as"):
        model.predict_quantiles(X, wrong)


def test_quantile_loss_orders_its_quantiles():
    low, high = (
        small(loss="quantile", quantile=q, max_epochs=40, lr=0.03, bidirectional=True).fit(X, Y)
        for q in (0.1, 0.9)
    )
    assert (low.predict(X) < high.predict(X)).mean() > 0.8
    assert (low.predict(X) < Y).mean() > 0.6
    middle = small(loss="quantile").fit(X, Y)  # None is the median
    assert np.array_equal(
        middle.predict(X), small(loss="quantile", quantile=0.5).fit(X, Y).predict(X)
    )


def test_scale_target_makes_units_irrelevant():
    unit = small().fit(X, Y).predict(X)
    micro = small().fit(X, Y * 1e-6).predict(X)
    offset = small().fit(X, Y + 1e9).predict(X)
    assert np.allclose(micro * 1e6, unit, rtol=1e-6)
    assert np.allclose(offset - 1e9, unit, atol=1e-4)
    assert small(scale_target=False).fit(X, Y).head_.scale.tolist() == [1.0]
    assert small(loss="poisson").fit(X, COUNTS).head_.scale.tolist() == [1.0]


def test_a_constant_target_is_predicted():
    answer = small(max_epochs=30).fit(X, np.full(N, 7.5)).predict(X)
    assert np.allclose(answer, 7.5, atol=0.2)


@pytest.mark.parametrize(
    "y",
    [
        Y.tolist(),
        pd.Series(Y, index=range(9, 9 + N)),
        pd.Series(Y, dtype="Float64"),
        torch.from_numpy(Y),
        Y.astype(object),
        Y.astype(">f8"),
    ],
    ids=["list", "Series", "Float64", "torch", "object", "big endian"],
)
def test_forms_of_y(y):
    assert np.array_equal(small().fit(X, y).predict(X), small().fit(X, Y).predict(X))


def test_frames_and_integers_as_y():
    frame = pd.DataFrame({"a": Y, "b": -Y})
    assert small().fit(X, frame).predict(X).shape == (N, 2)
    assert small().fit(X, np.arange(N)).predict(X).dtype == np.float64
    assert small().fit(X, Y > 10).predict(X).shape == (N,)


def test_warm_start_and_partial_fit():
    model = small(warm_start=True, max_epochs=10).fit(X, Y)
    first = model.history_[-1]["train_loss"]
    model.fit(X, Y)
    assert model.n_iter_ == 20
    assert model.history_[10]["train_loss"] < first * 1.1
    assert model.history_[-1]["train_loss"] < first
    with pytest.raises(ValueError, match=r"y has shape \(24, 2\), but the first fit had 1 target"):
        model.fit(X, np.column_stack([Y, Y]))
    for name, value in [
        ("loss", "huber"),
        ("scale_target", False),
        ("dropout", 0.5),
        ("scale_inputs", False),
    ]:
        changed = small(warm_start=True).fit(X, Y).set_params(**{name: value})
        with pytest.raises(ValueError, match=f"^{name} changed since the last fit"):
            changed.fit(X, Y)
    gradual = small()
    for _ in range(5):
        gradual.partial_fit(X[:12], Y[:12])
        gradual.partial_fit(X[12:], Y[12:])
    assert gradual.n_iter_ == 10
    mean = gradual.head_.loc
    assert np.isclose(mean, Y[:12].mean())  # of the first call


def test_weights_count_in_the_scaling_of_the_target():
    weight = np.where(np.arange(N) < 12, 3.0, 1.0)
    model = small().fit(X, Y, sample_weight=weight)
    assert np.isclose(model.head_.loc[0], np.average(Y, weights=weight))
    twice = small().fit(X + X[:12] + X[:12], np.r_[Y, Y[:12], Y[:12]])
    assert np.array_equal(model.predict(X), twice.predict(X))


@pytest.mark.parametrize(
    ("loss", "y", "message"),
    [
        ("poisson", -np.ones(N), "expected counts, which are never negative"),
        ("negative_binomial", np.full(N, 0.5), "expected whole counts"),
        ("poisson", np.zeros(N), "expected at least one positive count"),
    ],
)
def test_targets_outside_the_support(loss, y, message):
    with pytest.raises(ValueError, match=message):
        small(loss=loss).fit(X, y)


def test_huge_targets_are_taught():
    with pytest.raises(ValueError, match=r"y is too large to be standardised \(up to .*e\+30"):
        small().fit(X, Y * 1e300)
    with pytest.raises(
        ValueError, match=r"Training diverged: the loss is \w+ in epoch 1\. Lower lr"
    ):
        small(scale_target=False).fit(X, Y * 1e30)
