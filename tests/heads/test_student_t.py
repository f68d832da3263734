"""Student's t head against scipy."""

import numpy as np
import pytest
import torch
from scipy import stats

from skrnn.heads import Gaussian, StudentT

RNG = np.random.default_rng(0)
OUTPUTS, Y = RNG.normal(size=(40, 6)) * 2, RNG.normal(size=(40, 2)) * 7 + 20
HEAD = StudentT(2, loc=[20.0, 19.0], scale=[7.0, 6.0])


def reference(outputs=OUTPUTS):
    parameters = HEAD.parameters(torch.tensor(outputs))
    return stats.t(*(parameters[name].numpy() for name in ("df", "loc", "scale")))


@pytest.mark.parametrize(("dtype", "rtol"), [(torch.float32, 2e-5), (torch.float64, 1e-9)])
def test_loss_is_the_negative_log_likelihood_of_the_standardised_target(dtype, rtol):
    outputs, target = torch.tensor(OUTPUTS, dtype=dtype), torch.tensor(HEAD.encode(Y), dtype=dtype)
    loss = HEAD.loss(outputs, target).double().numpy() + np.log(HEAD.scale)
    np.testing.assert_allclose(loss, -reference().logpdf(Y), rtol=rtol)


def test_quantiles_and_mean():
    outputs, q = torch.tensor(OUTPUTS), np.array([0.05, 0.5, 0.7])
    quantiles = HEAD.quantiles(outputs, q)
    for i in range(3):
        np.testing.assert_allclose(reference().cdf(quantiles[..., i]), q[i])
    np.testing.assert_allclose(HEAD.predict(outputs), reference().mean())


def test_variance_exists_for_any_outputs():
    outputs = np.full((1, 6), -1e4)
    assert np.isfinite(reference(outputs).var()).all()


def test_bias_has_the_moments_of_the_target():
    distribution = reference(HEAD.initial_bias(HEAD.encode(Y)))
    np.testing.assert_allclose(distribution.mean(), Y.mean(0))
    np.testing.assert_allclose(distribution.var(), Y.var(0), rtol=2e-3)


def test_with_many_degrees_of_freedom_it_is_gaussian():
    outputs, target = torch.randn(9, 2, dtype=torch.float64), torch.randn(9, 1, dtype=torch.float64)
    heavy = torch.hstack([outputs, torch.full((9, 1), 1e6, dtype=torch.float64)])
    expected = Gaussian().loss(outputs, target)
    torch.testing.assert_close(StudentT().loss(heavy, target), expected, rtol=1e-3, atol=1e-3)


def test_gradient_is_exact_in_single_precision_for_many_degrees_of_freedom():
    """A difference of gamma functions of 1e4 would lose all its digits there."""
    gradients = []
    for dtype in (torch.float32, torch.float64):
        outputs = torch.tensor([[0.5, 0.0, 2e4]], dtype=dtype, requires_grad=True)
        StudentT().loss(outputs, torch.ones(1, 1, dtype=dtype)).sum().backward()
        gradients.append(outputs.grad.double())
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-5, atol=0)


def test_an_outlier_pulls_less_than_on_a_gaussian():
    gradients = []
    for head in (Gaussian(), StudentT()):
        outputs = torch.zeros(1, head.n_outputs, requires_grad=True)
        head.loss(outputs, torch.full((1, 1), 100.0)).sum().backward()
        gradients.append(outputs.grad[0, 0].abs().item())
    assert gradients[1] < gradients[0] / 100
