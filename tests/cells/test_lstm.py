"""The LSTM against torch, and its start."""

import torch

from skrnn.cells import LSTM


def test_agrees_with_torch(agrees_with_torch):
    agrees_with_torch(LSTM(), torch.nn.LSTM(3, 4, batch_first=True))
    agrees_with_torch(LSTM(init="uniform"), torch.nn.LSTM(3, 4, batch_first=True))


def test_starts_by_remembering():
    cell = LSTM()
    cell.build(3, 5)
    _, forget, *_ = cell.layer.bias_ih_l0.split(5)  # i, f, g, o
    assert torch.equal(forget, torch.ones(5))
    assert cell.layer.bias_ih_l0.sum() == 5 and not cell.layer.bias_hh_l0.any()


def test_state_is_h_and_c():
    cell = LSTM()
    cell.build(3, 5)
    output, (h, c) = cell(torch.randn(2, 4, 3))
    assert torch.equal(h, output[:, -1]) and c.shape == (2, 5) and not torch.equal(h, c)
