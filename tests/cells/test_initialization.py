"""How recurrent weights start."""

import pytest
import torch

from skrnn.cells import GRU, LSTM, RNN
from skrnn.cells.initialization import init_layer

CELLS = [GRU, LSTM, RNN, lambda **options: RNN(activation="sigmoid", **options)]


def layer_of(make, **options):
    torch.manual_seed(0)
    cell = make(**options)
    cell.build(7, 16)
    return cell.layer


@pytest.mark.parametrize("make", CELLS)
def test_recurrent_blocks_are_orthogonal(make):
    blocks = layer_of(make).weight_hh_l0.split(16)
    for block in blocks:
        torch.testing.assert_close(block @ block.T, torch.eye(16), atol=1e-5, rtol=0)
    for block in blocks[1:]:
        assert not torch.allclose(block, blocks[0])


@pytest.mark.parametrize("make", CELLS)
def test_input_weights_are_glorot_uniform_gate_by_gate(make):
    bound = (6 / (7 + 16)) ** 0.5
    weight = layer_of(make).weight_ih_l0
    assert bound * 0.9 < weight.abs().max() <= bound
    assert abs(weight.mean()) < 0.1 * bound


@pytest.mark.parametrize("make", CELLS)
def test_uniform_is_torchs_own_start(make):
    for weight in layer_of(make, init="uniform").parameters():
        assert weight.abs().max() <= 16**-0.5
        assert weight.abs().max() > 0.5 * 16**-0.5


def test_the_seed_decides():
    one, other = layer_of(GRU), layer_of(GRU)
    assert all(map(torch.equal, one.parameters(), other.parameters()))


@pytest.mark.parametrize("make", CELLS)
def test_unknown_scheme(make):
    with pytest.raises(ValueError, match=r"init='he' is unknown. Choose one of \['glorot', 'un"):
        layer_of(make, init="he")


def test_no_gradient_is_recorded():
    layer = torch.nn.LSTM(2, 3)
    init_layer(layer, "glorot")
    assert all(p.requires_grad and p.grad_fn is None for p in layer.parameters())
