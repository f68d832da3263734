"""The negative binomial head against scipy."""

import numpy as np
import pytest
import torch
from scipy import stats

from skrnn.heads import NegativeBinomial, Poisson

RNG = np.random.default_rng(0)
OUTPUTS = np.hstack([RNG.normal(size=(40, 2)) * 2, RNG.normal(size=(40, 2)) * 4])
COUNTS = RNG.negative_binomial(1.0, 0.2, (40, 2)).astype(float)


def reference(head, outputs):
    mean, dispersion = (value.double().numpy() for value in head.parameters(outputs).values())
    return stats.nbinom(1 / dispersion, 1 / (1 + dispersion * mean)), mean, dispersion


@pytest.mark.parametrize(("dtype", "rtol"), [(torch.float32, 2e-5), (torch.float64, 1e-8)])
def test_loss_is_the_negative_log_likelihood(dtype, rtol):
    head, outputs = NegativeBinomial(2), torch.tensor(OUTPUTS, dtype=dtype)
    distribution, _, _ = reference(head, outputs)
    loss = head.loss(outputs, torch.tensor(COUNTS, dtype=dtype))
    np.testing.assert_allclose(loss, -distribution.logpmf(COUNTS), rtol=rtol)


def test_moments():
    head, outputs = NegativeBinomial(2), torch.tensor(OUTPUTS)
    distribution, mean, dispersion = reference(head, outputs)
    np.testing.assert_allclose(head.predict(outputs), distribution.mean())
    np.testing.assert_allclose(mean + dispersion * mean**2, distribution.var())


def test_without_dispersion_it_is_poisson():
    log_mean, y = torch.tensor(OUTPUTS[:, :1]), torch.tensor(COUNTS[:, :1])
    outputs = torch.hstack([log_mean, torch.full_like(log_mean, -50)])
    expected = Poisson().loss(log_mean, y)
    torch.testing.assert_close(NegativeBinomial().loss(outputs, y), expected, rtol=0, atol=0.1)


def test_gradient_is_exact_in_single_precision_near_poisson():
    """A difference of gamma functions of 1e4 would lose all its digits there."""
    outputs, y = np.array([[3.0, -9.0]]), torch.full((1, 1), 25.0)
    gradients = []
    for dtype in (torch.float32, torch.float64):
        tensor = torch.tensor(outputs, dtype=dtype, requires_grad=True)
        NegativeBinomial().loss(tensor, y.to(dtype)).sum().backward()
        gradients.append(tensor.grad.double())
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-5, atol=0)


def test_bias_has_the_moments_of_the_target():
    y = RNG.negative_binomial(2.0, 0.1, (2000, 2)).astype(float)
    head = NegativeBinomial(2)
    _, mean, dispersion = reference(head, torch.tensor(head.initial_bias(y)))
    np.testing.assert_allclose(mean, y.mean(0))
    np.testing.assert_allclose(mean + dispersion * mean**2, y.var(0))


def test_check_target():
    head = NegativeBinomial()
    with pytest.raises(ValueError, match=r"y is 1.5 in row 1; expected whole counts"):
        head.check_target(np.array([[1.0], [1.5]]))
    with pytest.raises(ValueError, match="never negative"):
        head.check_target(np.array([[1.0], [-1.0]]))
    with pytest.raises(ValueError, match="y is 0 in every row of column 0"):
        head.check_target(np.zeros((2, 1)))
