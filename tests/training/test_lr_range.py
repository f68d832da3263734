import copy

import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn.training.lr_range import RangeDone, RangeTest

X = np.random.default_rng(0).normal(size=(30, 5, 1))


def run(test, **params):
    params = {"hidden_size": 3, "random_state": 0, "lr_schedule": "constant"} | params
    model = RNNRegressor(callbacks=[test], max_epochs=50, **params)
    with pytest.raises(RangeDone):
        model.fit(X, X[:, -1, 0])
    return model


def test_a_run_ends_with_the_last_rate_and_leaves_nothing():
    test = RangeTest([1e-3] * 7)
    model = run(test)
    assert len(test.losses_) == len(test.smoothed_) == 7
    assert not hasattr(model, "net_")
    assert copy.deepcopy(test) is test


def test_the_loss_is_that_of_all_rows_after_each_step():
    test = RangeTest([1e-3] * 4)
    run(test, batch_size=30)
    model = RNNRegressor(
        hidden_size=3, random_state=0, lr_schedule="constant", lr=1e-3, batch_size=30, max_epochs=4
    ).fit(X, X[:, -1, 0])
    mse = np.mean((model.predict(X) - X[:, -1, 0]) ** 2) / np.var(X[:, -1, 0])
    assert test.losses_[3] == pytest.approx(mse, rel=1e-3)


def test_the_average_has_no_lean_and_follows():
    test = RangeTest([1e-12] * 5, smoothing=0.7)
    run(test)
    assert test.smoothed_ == pytest.approx(test.losses_, rel=1e-6)


def test_a_run_ends_when_the_loss_blows_up():
    test = RangeTest(np.geomspace(1e-4, 1e4, 100).tolist())
    run(test, clip_norm=None, optimizer="sgd")
    assert 10 < len(test.losses_) < 100
