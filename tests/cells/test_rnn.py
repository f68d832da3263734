"""The simple cells against torch and against a plain transcription of the formula."""

import numpy as np
import pytest
import torch

from skrnn.cells import RNN
from skrnn.testing.cells import batch, built


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_agrees_with_torch(activation, agrees_with_torch):
    layer = torch.nn.RNN(3, 4, nonlinearity=activation, batch_first=True)
    agrees_with_torch(RNN(activation=activation), layer)


def numpy_sigmoid_rnn(cell, x):
    """h_t = sigmoid(W x_t + b + U h_{t-1} + c), row by row and step by step."""
    weights = {name: value.numpy() for name, value in cell.layer.state_dict().items()}
    output = np.empty((*x.shape[:2], 4))
    for i, row in enumerate(x):
        h = np.zeros(4)
        for t, x_t in enumerate(row):
            z = weights["weight_ih_l0"] @ x_t + weights["bias_ih_l0"]
            z += weights["weight_hh_l0"] @ h + weights["bias_hh_l0"]
            h = output[i, t] = 1 / (1 + np.exp(-z))
    return output


def test_sigmoid_agrees_with_the_formula():
    cell, x = built(RNN(activation="sigmoid", init="uniform")), batch()
    output, (h,) = cell(x)
    np.testing.assert_allclose(output.detach(), numpy_sigmoid_rnn(cell, x.numpy()), atol=1e-14)
    assert torch.equal(h, output[:, -1])


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
