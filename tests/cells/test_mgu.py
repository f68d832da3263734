"""The minimal gated unit against its paper, and its start."""

import numpy as np
import torch

from skrnn.cells import MGU


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def equations(w, x, state):
    """Table 1 of Zhou et al."""
    (h,) = state
    f = sigmoid(w.W[0] @ x + w.U[0] @ h + w.b[0] + w.c[0])
    new = np.tanh(w.W[1] @ x + w.U[1] @ (f * h) + w.b[1] + w.c[1])
    h = (1 - f) * h + f * new
    return h, (h,)


def test_agrees_with_the_paper(agrees_with_the_paper):
    agrees_with_the_paper(MGU(), equations)


def test_starts_by_keeping_its_state():
    cell = MGU()
    cell.build(3, 5)
    gate, new = cell.layer.bias_ih_l0.split(5)
    assert torch.equal(gate, -torch.ones(5)) and not new.any()
    assert not cell.layer.bias_hh_l0.any()
