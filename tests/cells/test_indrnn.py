"""The independently recurrent network against its paper, and the bounds of its weights."""

import numpy as np
import pytest
import torch

from skrnn.cells import IndRNN
from skrnn.testing.cells import batch, built


@pytest.mark.parametrize("limit", [1.0, 0.3])
def test_agrees_with_the_paper(limit, agrees_with_the_paper):
    """Equation (2) of Li et al., with recurrent weights within the limit."""

    def equations(w, x, state):
        (h,) = state
        h = np.maximum(w.W[0] @ x + np.clip(w.U[0], -limit, limit) * h + w.b[0] + w.c[0], 0)
        return h, (h,)

    cell = agrees_with_the_paper(IndRNN(recurrent_max=limit), equations)
    assert (cell.layer.weight_hh_l0.abs().max() > limit) == (limit < 0.7)


def test_units_do_not_mix(scattered):
    cell = scattered(IndRNN())
    state = torch.ones(5, 4, dtype=torch.float64, requires_grad=True)
    output, _ = cell(batch(), state=(state,))
    (gradient,) = torch.autograd.grad(output[..., 0].sum(), state)
    assert gradient[:, 0].any() and not gradient[:, 1:].any()


@pytest.mark.parametrize("limit", [0.25, 1.0, 2.0])
def test_start(limit):
    cell = IndRNN(recurrent_max=limit)
    cell.build(3, 200)
    weight = cell.layer.weight_hh_l0
    top = min(limit, 1)
    assert 0 <= weight.min() and 0.9 * top < weight.max() <= top


def test_uniform_start():
    cell = IndRNN(init="uniform")
    cell.build(3, 100)
    weight = cell.layer.weight_hh_l0
    assert 0.08 < weight.max() <= 0.1 and -0.1 <= weight.min() < -0.08


def test_weights_outside_the_bounds_can_come_back():
    cell = built(IndRNN(recurrent_max=0.5))
    weight = cell.layer.weight_hh_l0
    with torch.no_grad():
        weight.fill_(2.0)
    optimizer = torch.optim.SGD([weight], lr=0.1)
    x = batch().abs()
    for _ in range(50):
        optimizer.zero_grad()
        cell(x)[0].square().sum().backward()  # less with weights towards 0
        optimizer.step()
    assert (weight.abs() < 0.5).any()


def test_what_is_refused():
    with pytest.raises(ValueError, match="projection mixes units, which IndRNN keeps apart"):
        IndRNN(projection=2).build(2, 3)
    with pytest.raises(ValueError, match=r"init='identity' is unknown.* \['glorot', 'uniform'\]"):
        IndRNN(init="identity").build(2, 3)
    for limit in (0, -1, float("inf"), "1"):
        with pytest.raises(ValueError, match=r"recurrent_max=.* must be a positive number"):
            IndRNN(recurrent_max=limit).build(2, 3)
