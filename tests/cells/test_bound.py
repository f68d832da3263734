"""Clipping that lets weights come back."""

import torch

from skrnn.cells.bound import bound

WEIGHT = torch.tensor([-2.0, -1.0, 0.3, 1.0, 2.0], dtype=torch.float64)


def test_values():
    assert bound(WEIGHT, 1.0).tolist() == [-1, -1, 0.3, 1, 1]


def test_gradient_within_the_bounds():
    weight = torch.tensor([-0.9, 0.3, 0.9], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda w: bound(w, 1.0).pow(3), weight)


def test_gradient_outside_leads_back_only():
    for sign in (1.0, -1.0):
        weight = WEIGHT.clone().requires_grad_()
        (sign * bound(weight, 1.0)).sum().backward()
        out = weight.detach() - weight.grad  # a step of gradient descent
        assert (out.abs() <= weight.abs().clamp(min=1) + 1).all()
        blocked = weight.grad == 0
        assert blocked.tolist() == ([True] + [False] * 4 if sign > 0 else [False] * 4 + [True])
