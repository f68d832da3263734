"""The minimal LSTM against its paper."""

import numpy as np
import pytest
import torch

from skrnn.cells import MinLSTM
from skrnn.testing.cells import batch, built


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


FUNCTIONS = {"identity": lambda x: x, "relu": lambda x: np.maximum(x, 0)}


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_agrees_with_the_paper(activation, agrees_with_the_paper):
    """Section 3.2 of Feng et al.: the gates are scaled to sum to 1."""

    def equations(w, x, state):
        (h,) = state
        f, i, new = (w.gates_weight @ x + w.gates_bias).reshape(3, -1)
        f, i = sigmoid(f), sigmoid(i)
        h = f / (f + i) * h + i / (f + i) * FUNCTIONS[activation](new)
        return h, (h,)

    agrees_with_the_paper(MinLSTM(activation=activation), equations)


def test_gates_that_are_both_shut_divide_nothing_by_nothing():
    cell = built(MinLSTM())
    with torch.no_grad():
        cell.gates.bias.fill_(-2000.0)
    output, _ = cell(batch())
    output.sum().backward()
    assert torch.isfinite(output).all() and torch.isfinite(cell.gates.weight.grad).all()


def test_starts_by_remembering():
    cell = MinLSTM()
    cell.build(3, 5)
    forget, write, new = cell.gates.bias.split(5)
    assert torch.equal(forget, torch.ones(5)) and not write.any() and not new.any()
