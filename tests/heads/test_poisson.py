"""The Poisson head against scipy and scikit-learn."""

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import mean_poisson_deviance

from skrnn.heads import Poisson

RNG = np.random.default_rng(0)
OUTPUTS = RNG.normal(size=(40, 2)) * 2
COUNTS = RNG.poisson(np.exp(OUTPUTS)).astype(float)


def test_loss_is_the_negative_log_likelihood():
    loss = Poisson(2).loss(torch.tensor(OUTPUTS), torch.tensor(COUNTS))
    np.testing.assert_allclose(loss, -stats.poisson.logpmf(COUNTS, np.exp(OUTPUTS)), rtol=1e-10)


def test_loss_differs_from_half_the_deviance_by_a_constant():
    head, y = Poisson(), torch.tensor(COUNTS[:, :1] + 0.5)
    one, other = torch.tensor(OUTPUTS[:, :1]), torch.tensor(OUTPUTS[:, 1:])
    difference = (head.loss(one, y) - head.loss(other, y)).mean().item()
    deviance = [mean_poisson_deviance(y, head.predict(o)) / 2 for o in (one, other)]
    assert difference == pytest.approx(deviance[0] - deviance[1])


def test_quantiles_are_counts():
    q = [0.1, 0.5, 0.99]
    quantiles = Poisson(2).quantiles(torch.tensor(OUTPUTS), q)
    expected = stats.poisson.ppf(q, np.exp(OUTPUTS)[..., None])
    np.testing.assert_array_equal(quantiles, expected)


@pytest.mark.parametrize("rate", [1e-3, 1.0, 1e5, 9e9])
def test_quantiles_invert_the_distribution_function(rate):
    q = np.array([0.001, 0.05, 0.5, 0.9, 0.999])
    quantiles = Poisson().quantiles(torch.tensor([[rate]], dtype=torch.float64).log(), q)[0, 0]
    assert (stats.poisson.cdf(quantiles, rate) >= q - 1e-9).all()
    assert (stats.poisson.cdf(quantiles - 1, rate) < q + 1e-9).all()


def test_prediction_and_bias_are_the_mean():
    head = Poisson()
    bias = head.initial_bias(np.array([[1.0], [5.0]]), np.array([3.0, 1.0]))
    assert head.predict(torch.tensor(bias)).item() == pytest.approx(2.0)


def test_an_output_too_high_is_led_back():
    outputs = torch.tensor([[1e4]], requires_grad=True)
    Poisson().loss(outputs, torch.ones(1, 1)).sum().backward()
    assert 0 < outputs.grad.item() < np.inf


def test_check_target():
    head = Poisson(2)
    head.check_target(np.array([[0.0, 2.5], [1.0, 0.0]]))
    with pytest.raises(ValueError, match=r"y is -0.5 in row 1, column 0; expected counts"):
        head.check_target(np.array([[1.0, 1.0], [-0.5, 0.0]]))
    with pytest.raises(
        ValueError, match=r"y is 100000000000.0 in row 0, column 1; expected counts up to"
    ):
        head.check_target(np.array([[1.0, 1e11]]))
    with pytest.raises(ValueError, match="y is 0 in every row of column 1"):
        head.check_target(np.array([[1.0, 0.0], [0.0, 0.0]]))
