"""The GRU against torch, and its start."""

import torch

from skrnn.cells import GRU


def test_agrees_with_torch(agrees_with_torch):
    agrees_with_torch(GRU(), torch.nn.GRU(3, 4, batch_first=True))
    agrees_with_torch(GRU(init="uniform"), torch.nn.GRU(3, 4, batch_first=True))


def test_starts_by_keeping_its_state():
    cell = GRU()
    cell.build(3, 5)
    _, update, _ = cell.layer.bias_ih_l0.split(5)  # r, z, n; h' = (1 - z) n + z h
    assert torch.equal(update, torch.ones(5))
    assert cell.layer.bias_ih_l0.sum() == 5 and not cell.layer.bias_hh_l0.any()
