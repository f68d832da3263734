"""The Gaussian head against scipy."""

import numpy as np
import torch
from scipy import stats

from skrnn.heads import Gaussian

RNG = np.random.default_rng(0)
OUTPUTS, Y = RNG.normal(size=(40, 4)), RNG.normal(size=(40, 2)) * 7 + 20
HEAD = Gaussian(2, loc=[20.0, 19.0], scale=[7.0, 6.0])


def reference():
    parameters = HEAD.parameters(torch.tensor(OUTPUTS))
    return stats.norm(parameters["mean"].numpy(), parameters["sd"].numpy())


def test_loss_is_the_negative_log_likelihood_of_the_standardised_target():
    loss = HEAD.loss(torch.tensor(OUTPUTS), torch.tensor(HEAD.encode(Y)))
    np.testing.assert_allclose(
        loss.numpy() + np.log(HEAD.scale), -reference().logpdf(Y), rtol=1e-10
    )


def test_quantiles_and_mean():
    outputs, q = torch.tensor(OUTPUTS), np.array([0.05, 0.5, 0.7])
    quantiles = HEAD.quantiles(outputs, q)
    for i in range(3):
        np.testing.assert_allclose(reference().cdf(quantiles[..., i]), q[i])
    np.testing.assert_allclose(HEAD.predict(outputs), reference().mean())


def test_bias_has_the_moments_of_the_target():
    weight = RNG.random(40)
    parameters = HEAD.parameters(torch.tensor(HEAD.initial_bias(HEAD.encode(Y), weight)))
    mean = np.average(Y, axis=0, weights=weight)
    np.testing.assert_allclose(parameters["mean"], mean)
    variance = np.average((Y - mean) ** 2, axis=0, weights=weight)
    np.testing.assert_allclose(parameters["sd"], np.sqrt(variance))


def test_likelihood_of_a_constant_target_is_bounded():
    head, target = Gaussian(), np.zeros((5, 1))
    assert np.isfinite(head.initial_bias(target)).all()
    assert head.loss(torch.tensor([[0.0, -1e4]]), torch.zeros(1, 1)).item() > -7
