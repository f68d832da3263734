"""The minimal GRU against its paper."""

import numpy as np
import pytest
import torch

from skrnn.cells import MinGRU

FUNCTIONS = {"identity": lambda x: x, "tanh": np.tanh}


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_agrees_with_the_paper(activation, agrees_with_the_paper):
    """Section 3.1 of Feng et al."""

    def equations(w, x, state):
        (h,) = state
        z, new = (w.gates_weight @ x + w.gates_bias).reshape(2, -1)
        z = 1 / (1 + np.exp(-z))
        h = (1 - z) * h + z * FUNCTIONS[activation](new)
        return h, (h,)

    agrees_with_the_paper(MinGRU(activation=activation), equations)


def test_starts_by_keeping_its_state():
    cell = MinGRU()
    cell.build(3, 5)
    gate, new = cell.gates.bias.split(5)
    assert torch.equal(gate, -torch.ones(5)) and not new.any()
