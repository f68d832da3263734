"""The LSTM against torch, with a projection, with layer normalisation, and its start."""

import numpy as np
import torch

from skrnn.cells import LSTM
from skrnn.testing.cells import batch


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_agrees_with_torch(agrees_with_torch):
    agrees_with_torch(LSTM(), torch.nn.LSTM(3, 4, batch_first=True))
    agrees_with_torch(LSTM(init="uniform"), torch.nn.LSTM(3, 4, batch_first=True))


def test_projection_agrees_with_torch(scattered):
    """Torch carries the projected h, this cell h itself: outputs, c and gradients agree."""
    cell = scattered(LSTM(projection=2))
    layer = torch.nn.LSTM(3, 4, proj_size=2, batch_first=True).double()
    layer.load_state_dict({n: w.detach().clone() for n, w in cell.layer.state_dict().items()})
    output, (h, c) = cell(batch())
    expected, (projected, memory) = layer(batch())
    torch.testing.assert_close(output, expected, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(h @ cell.layer.weight_hr_l0.T, projected[0], rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(c, memory[0], rtol=1e-10, atol=1e-12)
    own = dict(cell.layer.named_parameters())
    theirs = dict(layer.named_parameters())
    assert set(own) == set(theirs)
    for name in own:
        one = torch.autograd.grad(output.pow(3).sum(), own[name], retain_graph=True)
        other = torch.autograd.grad(expected.pow(3).sum(), theirs[name], retain_graph=True)
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)


def normalised(x, gain):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5) * gain


def layer_norm_lstm(w, x, state):
    """The appendix of Ba et al.: LN(W x) + LN(U h) + b, and h = o tanh(LN(c))."""
    h, c = state
    gates = [
        normalised(w.W[i] @ x, w.input_norm_gain[i])
        + normalised(w.U[i] @ h, w.recurrent_norms_0_gain[i])
        + w.b[i]
        + w.c[i]
        for i in range(4)
    ]
    c = sigmoid(gates[1]) * c + sigmoid(gates[0]) * np.tanh(gates[2])
    memory = normalised(c, w.read_memory_weight) + w.read_memory_bias
    h = sigmoid(gates[3]) * np.tanh(memory)
    return h, (h, c)


def test_layer_norm_agrees_with_the_paper(agrees_with_the_paper):
    agrees_with_the_paper(LSTM(layer_norm=True), layer_norm_lstm)


def test_activation(agrees_with_the_paper):
    def equations(w, x, state):
        h, c = state
        gates = [w.W[i] @ x + w.U[i] @ h + w.b[i] + w.c[i] for i in range(4)]
        c = sigmoid(gates[1]) * c + sigmoid(gates[0]) * np.maximum(gates[2], 0)
        h = sigmoid(gates[3]) * np.maximum(c, 0)
        return h, (h, c)

    agrees_with_the_paper(LSTM(activation="relu"), equations)


def test_starts_by_remembering():
    for options in ({}, {"layer_norm": True}, {"projection": 2}, {"activation": "sigmoid"}):
        cell = LSTM(**options)
        cell.build(3, 5)
        _, forget, *_ = cell.layer.bias_ih_l0.split(5)  # i, f, g, o
        assert torch.equal(forget, torch.ones(5))
        assert cell.layer.bias_ih_l0.sum() == 5 and not cell.layer.bias_hh_l0.any()


def test_state_is_h_and_c():
    cell = LSTM()
    cell.build(3, 5)
    output, (h, c) = cell(torch.randn(2, 4, 3))
    assert torch.equal(h, output[:, -1]) and c.shape == (2, 5) and not torch.equal(h, c)
