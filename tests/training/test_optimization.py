"""Schedules, and penalties against autograd and finite differences."""

import numpy as np
import pytest
import torch

from skrnn.training.optimization import FUSED, OPTIMIZERS, SCHEDULES, Penalty, penalised

STEPS = np.linspace(0, 1, 101)


def rates(name):
    return np.array([SCHEDULES[name](step) for step in STEPS])


@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_are_shares_of_lr(name):
    assert (rates(name) >= 0).all() and rates(name).max() == pytest.approx(1.0)
    assert np.abs(np.diff(rates(name))).max() < 0.06, "a jump"


@pytest.mark.parametrize("name", ["cosine", "linear", "one_cycle"])
def test_rates_end_at_zero(name):
    assert rates(name)[-1] == pytest.approx(0.0, abs=1e-12)


def test_known_rates():
    assert (rates("constant") == 1).all()
    np.testing.assert_allclose(rates("linear"), 1 - STEPS)
    np.testing.assert_allclose(rates("cosine"), (1 + np.cos(np.pi * STEPS)) / 2)


def test_one_cycle_rises_and_falls():
    rate = rates("one_cycle")
    assert rate[0] == pytest.approx(0.04) and rate.argmax() == 30
    assert (np.diff(rate[:31]) > 0).all() and (np.diff(rate[30:]) < 0).all()


def test_one_cycle_is_torchs():
    """But for a step: torch reaches its last rate in the last step, we one step later."""
    weight = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([weight], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, 1.0, total_steps=2000, pct_start=0.3, div_factor=25
    )
    for step in range(2000):
        if step % 97 == 0:
            expected = SCHEDULES["one_cycle"](step / 2000)
            assert optimizer.param_groups[0]["lr"] == pytest.approx(expected, abs=3e-3)
        optimizer.step()
        schedule.step()


def module():
    torch.manual_seed(0)
    parts = torch.nn.Linear(3, 2), torch.nn.GRU(2, 2), torch.nn.LayerNorm(2)
    return torch.nn.Sequential(*parts).double()


def test_biases_and_gains_are_not_penalised():
    net = module()
    net[0].weight.requires_grad_(False)
    assert {id(p) for p in penalised(net)} == {
        id(net[1].weight_ih_l0),
        id(net[1].weight_hh_l0),
    }


@pytest.mark.parametrize(("alpha", "l1"), [(0.3, 0.0), (0.0, 0.2), (0.5, 0.1), (0.0, 0.0)])
def test_penalty_is_its_own_derivative(alpha, l1):
    net, n_rows = module(), 7
    weights = penalised(net)
    for p in net.parameters():
        p.grad = torch.full_like(p, 2.0)
    Penalty(weights, alpha, l1).add_gradient(n_rows)

    def value():
        squares = sum(w.square().sum() for w in weights)
        sizes = sum(w.abs().sum() for w in weights)
        return (alpha / 2 * squares + l1 * sizes) / n_rows

    if alpha or l1:
        expected = torch.autograd.grad(value(), weights)
    else:
        expected = [torch.zeros_like(w) for w in weights]
    for weight, gradient in zip(weights, expected, strict=True):
        torch.testing.assert_close(weight.grad - 2.0, gradient, rtol=1e-12, atol=1e-15)
    if alpha or l1:
        before, step = value().detach(), 1e-6
        with torch.no_grad():
            weights[0][1, 1] += step
        slope = (value().detach() - before) / step
        assert float(slope) == pytest.approx(float(weights[0].grad[1, 1] - 2.0), abs=1e-5)
    assert (net[0].bias.grad == 2).all()


def test_weights_without_a_gradient_are_passed_over():
    net = module()
    Penalty(penalised(net), 1.0, 1.0).add_gradient(1)
    assert all(p.grad is None for p in net.parameters())


def test_fused_optimizers_take_it():
    for name in FUSED:
        OPTIMIZERS[name]([torch.nn.Parameter(torch.zeros(1))], lr=0.1, fused=True)
