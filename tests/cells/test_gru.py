"""The GRU against torch and its paper, and its start."""

import numpy as np
import pytest
import torch

from skrnn.cells import GRU
from skrnn.cells.activations import ACTIVATIONS


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_agrees_with_torch(agrees_with_torch):
    agrees_with_torch(GRU(), torch.nn.GRU(3, 4, batch_first=True))
    agrees_with_torch(GRU(init="uniform"), torch.nn.GRU(3, 4, batch_first=True))


def gru_of_cho(w, x, state):
    """The gate r acts on h before the product."""
    (h,) = state
    r = sigmoid(w.W[0] @ x + w.U[0] @ h + w.b[0] + w.c[0])
    z = sigmoid(w.W[1] @ x + w.U[1] @ h + w.b[1] + w.c[1])
    new = np.tanh(w.W[2] @ x + w.U[2] @ (r * h) + w.b[2] + w.c[2])
    h = z * h + (1 - z) * new
    return h, (h,)


def test_reset_before_agrees_with_the_paper(agrees_with_the_paper):
    agrees_with_the_paper(GRU(reset_after=False), gru_of_cho)


def test_activation(agrees_with_the_paper):
    def equations(w, x, state):
        (h,) = state
        r, z = (sigmoid(w.W[i] @ x + w.U[i] @ h + w.b[i] + w.c[i]) for i in (0, 1))
        new = np.maximum(w.W[2] @ x + w.b[2] + r * (w.U[2] @ h + w.c[2]), 0)
        h = z * h + (1 - z) * new
        return h, (h,)

    agrees_with_the_paper(GRU(activation="relu"), equations)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_torch_is_called_where_it_does_the_same(activation):
    for reset_after in (True, False):
        cell = GRU(activation=activation, reset_after=reset_after)
        cell.build(3, 4)
        assert cell.fused == (activation == "tanh" and reset_after)


def test_starts_by_keeping_its_state():
    for reset_after in (True, False):
        cell = GRU(reset_after=reset_after)
        cell.build(3, 5)
        _, update, _ = cell.layer.bias_ih_l0.split(5)  # r, z, n; h' = (1 - z) n + z h
        assert torch.equal(update, torch.ones(5))
        assert cell.layer.bias_ih_l0.sum() == 5 and not cell.layer.bias_hh_l0.any()


def test_flag_is_a_flag():
    with pytest.raises(ValueError, match="reset_after='no' must be True or False"):
        GRU(reset_after="no").build(2, 3)
