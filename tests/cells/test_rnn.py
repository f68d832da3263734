"""The simple cells against torch and against a plain transcription of the formula."""

import math

import numpy as np
import pytest
import torch

from skrnn.cells import RNN
from skrnn.cells.activations import ACTIVATIONS
from skrnn.testing.cells import batch, built


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_agrees_with_torch(activation, agrees_with_torch):
    layer = torch.nn.RNN(3, 4, nonlinearity=activation, batch_first=True)
    agrees_with_torch(RNN(activation=activation), layer)


FUNCTIONS = {
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "gelu": lambda x: x * (1 + np.array([math.erf(each / math.sqrt(2)) for each in x])) / 2,
    "identity": lambda x: x,
}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_agrees_with_the_formula(activation, agrees_with_the_paper):
    def equations(w, x, state):
        (h,) = state
        h = FUNCTIONS[activation](w.W[0] @ x + w.U[0] @ h + w.b[0] + w.c[0])
        return h, (h,)

    agrees_with_the_paper(RNN(activation=activation), equations)


def test_sigmoid_gradient_flows_to_both_biases():
    cell = built(RNN(activation="sigmoid", init="uniform"))
    cell(batch())[0].sum().backward()
    assert torch.allclose(cell.layer.bias_ih_l0.grad, cell.layer.bias_hh_l0.grad)


def test_activations_differ():
    outputs = [built(RNN(activation=a))(batch())[0] for a in ("tanh", "relu", "sigmoid")]
    assert not torch.equal(outputs[0], outputs[1]) and not torch.equal(outputs[0], outputs[2])
    assert (outputs[1] >= 0).all() and ((outputs[2] > 0) & (outputs[2] < 1)).all()


def test_unknown_activation():
    with pytest.raises(ValueError, match=r"activation='step' is unknown. Choose one of \['tanh'"):
        RNN(activation="step").build(2, 3)
