"""Squared, absolute and Huber's error against independent formulas."""

import numpy as np
import pytest
import torch
from scipy.special import huber
from sklearn.metrics import mean_absolute_error, mean_squared_error

from skrnn.heads import AbsoluteError, Huber, SquaredError

RNG = np.random.default_rng(0)
Y, Z = RNG.normal(size=(50, 2)), RNG.normal(size=(50, 2)) * 3


def loss(head):
    return head.loss(torch.tensor(Z), torch.tensor(Y)).numpy()


def test_squared_error_has_no_half():
    expected = mean_squared_error(Y, Z, multioutput="raw_values")
    np.testing.assert_allclose(loss(SquaredError(2)).mean(0), expected)


def test_absolute_error():
    expected = mean_absolute_error(Y, Z, multioutput="raw_values")
    np.testing.assert_allclose(loss(AbsoluteError(2)).mean(0), expected)


@pytest.mark.parametrize("delta", [1.35, 0.3])
def test_huber(delta):
    np.testing.assert_allclose(loss(Huber(2, delta=delta)), huber(delta, Y - Z))


@pytest.mark.parametrize("delta", [0, -1.0, np.nan])
def test_huber_needs_a_positive_delta(delta):
    with pytest.raises(ValueError, match=r"delta is .*; expected a positive number"):
        Huber(delta=delta)


@pytest.mark.parametrize("head", [SquaredError(), AbsoluteError()], ids=repr)
def test_bias_is_the_best_constant(head):
    weight = RNG.random(50)
    y = torch.tensor(Y[:, :1])

    def weighted_loss(constant):
        return np.average(head.loss(torch.full((50, 1), constant), y)[:, 0], weights=weight)

    (best,) = head.initial_bias(Y[:, :1], weight)
    least = weighted_loss(best)
    assert all(least <= weighted_loss(best + step) + 1e-12 for step in (-0.3, -0.01, 0.01, 0.3))
