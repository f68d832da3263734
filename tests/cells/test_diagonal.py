"""What linear, element-wise cells share: zoneout, layer normalisation, padding and starts."""

import numpy as np
import pytest
import torch

from skrnn.cells import MinGRU, MinLSTM
from skrnn.cells.diagonal import masked_scan
from skrnn.testing.cells import LENGTHS, batch, built

KINDS = [MinGRU, MinLSTM]


def normalised(x, gain):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5) * gain


def test_layer_norm(agrees_with_the_paper):
    """Each product by itself, before its bias."""

    def equations(w, x, state):
        (h,) = state
        products, gains = (w.gates_weight @ x).reshape(2, -1), w.gates_norm_gain
        z, new = map(normalised, products, gains)
        z, new = z + w.gates_bias[:4], new + w.gates_bias[4:]
        z = 1 / (1 + np.exp(-z))
        h = (1 - z) * h + z * new
        return h, (h,)

    agrees_with_the_paper(MinGRU(layer_norm=True), equations)


@pytest.mark.parametrize("kind", KINDS)
def test_zoneout_is_expected_after_training(kind):
    """Each step moves the state 0.7 of the way, as it does in a loop."""
    x, one, other = batch(), built(kind(zoneout=0.3)), built(kind())
    output, _ = one(x)
    decay, drive = other.coefficients(x)
    h = torch.zeros_like(drive[:, 0])
    for t in range(x.shape[1]):
        h = 0.3 * h + 0.7 * (decay[:, t] * h + drive[:, t])
        torch.testing.assert_close(output[:, t], h, rtol=0, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_zoneout_keeps_units_in_training(kind):
    cell = built(kind(zoneout=0.4), 3, 200).train()
    cell.generator = torch.Generator().manual_seed(0)
    output, _ = cell(batch())
    kept = (output[:, 1:] == output[:, :-1]).double().mean()
    assert kept == pytest.approx(0.4, abs=0.03)
    cell.generator = torch.Generator().manual_seed(0)
    assert torch.equal(cell(batch())[0], output)


def test_masked_scan_leaves_ended_rows_alone():
    generator = torch.Generator().manual_seed(0)
    decay, drive = torch.rand(2, 5, 7, 4, generator=generator)
    start = torch.rand(5, 4, generator=generator)
    states = masked_scan(decay, drive, start, LENGTHS)
    for i, length in enumerate(LENGTHS.tolist()):
        alone = masked_scan(decay[i : i + 1, :length], drive[i : i + 1, :length], start[i], None)
        torch.testing.assert_close(states[i, :length], alone[0])
        assert (states[i, length:] == states[i, length - 1]).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("init", ["glorot", "uniform"])
def test_start(kind, init):
    cell = kind(init=init)
    cell.build(3, 100)
    bound = (6 / 103) ** 0.5 if init == "glorot" else 0.1
    for block in cell.gates.weight.split(100):
        assert 0.9 * bound < block.abs().max() <= bound
    assert (cell.gates.bias.abs().max() <= 0.1) == (init == "uniform")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"init": "identity"}, r"init='identity' is unknown. Choose one of \['glorot', 'uniform'"),
        ({"activation": "step"}, "activation='step' is unknown"),
        ({"layer_norm": "yes"}, "layer_norm='yes' must be True or False"),
        ({"zoneout": 1.0}, r"zoneout=1.0 must be a rate in \[0, 1\)"),
        ({"zoneout": (0.1, 0.1)}, r"zoneout=\(0.1, 0.1\) must be a rate"),
    ],
    ids=str,
)
def test_what_is_refused(kind, options, words):
    with pytest.raises(ValueError, match=words):
        kind(**options).build(2, 3)
