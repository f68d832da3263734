import numpy as np
import pytest
import torch

from skrnn.inspection.integrated_gradients import integrate_gradients

X = torch.tensor([[[1.0, -2.0], [0.5, 3.0]]], dtype=torch.float64)


def test_a_linear_answer_is_shared_by_its_weights():
    weights = torch.tensor([[1.0, 2.0], [3.0, 0.0]], dtype=torch.float64)
    baseline = torch.ones_like(X)
    shares, output, first = integrate_gradients(lambda x: (x * weights).sum((1, 2)), X, baseline, 1)
    np.testing.assert_allclose(shares, (weights * (X - baseline))[0])
    assert (output, first) == (-1.5, 6.0)


@pytest.mark.parametrize("n_steps", [4, 32, 64])
def test_an_abrupt_answer_is_followed(n_steps):
    def answer(x):
        return torch.tanh(300 * (x.sum((1, 2)) - 0.7)) + x[:, 0, 0]

    shares, output, first = integrate_gradients(answer, X, torch.zeros_like(X), n_steps)
    assert abs(output - first - shares.sum()) < 0.01 * abs(output - first)


def test_batches_of_points_give_the_same(monkeypatch):
    def answer(x):
        return x.pow(3).sum((1, 2))

    expected = integrate_gradients(answer, X, torch.zeros_like(X), 9)[0]
    monkeypatch.setattr("skrnn.inspection.integrated_gradients.STEPS_OF_A_BATCH", 4)
    found = integrate_gradients(answer, X, torch.zeros_like(X), 9)[0]
    np.testing.assert_allclose(found, expected)
    np.testing.assert_allclose(found, X[0] ** 3)
