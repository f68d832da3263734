"""Options inside the step of gated cells, each against the plain cell with a change by hand."""

import numpy as np
import pytest
import torch

from skrnn.cells import GRU, LSTM, MGU, RNN, RRNN, IndRNN, PeepholeLSTM
from skrnn.cells.gated import GroupNorm
from skrnn.cells.noise import dropout_mask
from skrnn.testing.cells import LENGTHS, UNITS, batch, built

CELLS = [GRU, LSTM, MGU, RNN, RRNN, IndRNN, PeepholeLSTM]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def in_training(cell, seed=0):
    cell.generator = torch.Generator().manual_seed(seed)
    return cell.train()


# -- weight_drop ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CELLS)
def test_weight_drop_is_one_mask_on_the_recurrent_weights(kind):
    cell = in_training(built(kind(weight_drop=0.4)))
    output, _ = cell(batch(), LENGTHS)
    plain = built(kind(zoneout=1e-300))  # read by scan, as the other
    plain.load_state_dict(cell.state_dict())
    weight = plain.layer.weight_hh_l0.data
    mask = dropout_mask(weight, 0.4, torch.Generator().manual_seed(0))
    assert (mask == 0).any()
    weight.mul_(mask)
    if kind is IndRNN:
        plain.diagonal_max = 10.0  # the bound comes before the mask
    torch.testing.assert_close(output, plain(batch(), LENGTHS)[0], rtol=0, atol=1e-12)
    assert (cell.layer.weight_hh_l0 != 0).all(), "the weights themselves are left alone"


# -- recurrent_dropout ---------------------------------------------------------------------------


def test_recurrent_dropout_is_one_mask_on_h_and_leaves_c_alone():
    cell, x = in_training(built(LSTM(recurrent_dropout=0.5))), batch()
    output, (_, memory) = cell(x)
    mask = dropout_mask(x.new_empty(len(x), UNITS), 0.5, torch.Generator().manual_seed(0))
    plain = built(LSTM())
    plain.layer.load_state_dict(cell.layer.state_dict())
    h = c = torch.zeros_like(mask)
    for t in range(x.shape[1]):
        _, (h, c) = plain(x[:, t : t + 1], None, (h * mask, c))
        torch.testing.assert_close(output[:, t], h, rtol=0, atol=1e-12)
    torch.testing.assert_close(memory, c, rtol=0, atol=1e-12)


def test_recurrent_dropout_does_not_touch_what_the_gru_keeps():
    cell, x = in_training(built(GRU(recurrent_dropout=0.5))), batch()
    w = {name: value.numpy() for name, value in cell.layer.state_dict().items()}
    output, _ = cell(x)
    mask = dropout_mask(x.new_empty(len(x), UNITS), 0.5, torch.Generator().manual_seed(0)).numpy()
    h = np.zeros((len(x), UNITS))
    for t in range(x.shape[1]):
        i = np.split(x[:, t].numpy() @ w["weight_ih_l0"].T + w["bias_ih_l0"], 3, axis=1)
        s = np.split((h * mask) @ w["weight_hh_l0"].T + w["bias_hh_l0"], 3, axis=1)
        r, z = sigmoid(i[0] + s[0]), sigmoid(i[1] + s[1])
        h = (1 - z) * np.tanh(i[2] + r * s[2]) + z * h
        np.testing.assert_allclose(output[:, t].detach(), h, rtol=0, atol=1e-12)


@pytest.mark.parametrize("option", ["weight_drop", "recurrent_dropout"])
@pytest.mark.parametrize("kind", CELLS)
def test_masks_are_for_training_only(kind, option):
    cell, plain = built(kind(**{option: 0.5})), built(kind())
    plain.load_state_dict(cell.state_dict())
    expected = plain(batch(), LENGTHS)[0]
    torch.testing.assert_close(cell(batch(), LENGTHS)[0], expected, rtol=0, atol=1e-12)
    first, second = (in_training(cell, seed)(batch())[0] for seed in (0, 1))
    assert not torch.equal(first, second)


# -- zoneout -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rates", [0.3, (0.1, 0.6), (0.0, 0.5)])
def test_zoneout_is_expected_after_training(rates):
    cell, x = built(LSTM(zoneout=rates)), batch()
    rate_h, rate_c = (rates, rates) if isinstance(rates, float) else rates
    plain = built(LSTM())
    plain.layer.load_state_dict(cell.layer.state_dict())
    output, _ = cell(x)
    state = cell.initial_state(x)
    for t in range(x.shape[1]):
        _, (h, c) = plain(x[:, t : t + 1], None, state)
        state = (rate_h * state[0] + (1 - rate_h) * h, rate_c * state[1] + (1 - rate_c) * c)
        torch.testing.assert_close(output[:, t], state[0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("rate", [0.2, 0.7])
@pytest.mark.parametrize("kind", [GRU, LSTM, RNN, PeepholeLSTM, MGU])
def test_zoneout_keeps_units_in_training(kind, rate):
    cell = in_training(built(kind(zoneout=rate), hidden_size=200))
    output, _ = cell(batch())
    kept = (output[:, 1:] == output[:, :-1]).double().mean()
    assert kept == pytest.approx(rate, abs=0.03)


# -- projection ----------------------------------------------------------------------------------


def test_projection_of_the_gru(agrees_with_the_paper):
    def equations(w, x, state):
        (h,) = state
        p = w.weight_hr_l0 @ h
        U = w.U.reshape(3, UNITS, 2)
        r, z = (sigmoid(w.W[k] @ x + U[k] @ p + w.b[k] + w.c[k]) for k in (0, 1))
        new = np.tanh(w.W[2] @ x + w.b[2] + r * (U[2] @ p + w.c[2]))
        h = z * h + (1 - z) * new
        return w.weight_hr_l0 @ h, (h,)

    cell = agrees_with_the_paper(GRU(projection=2), equations)
    assert cell.output_size == 2 and cell.layer.weight_hh_l0.shape == (12, 2)


def test_projection_of_an_output_of_two_blocks():
    cell, x = built(RRNN(projection=2)), batch()
    output, (h,) = cell(x)
    assert cell.output_size == output.shape[-1] == 4
    torch.testing.assert_close(output[:, -1, 2:], h @ cell.layer.weight_hr_l0.T)


# -- layer_norm ----------------------------------------------------------------------------------


def test_group_norm():
    norm = GroupNorm(2, 4).double()
    with torch.no_grad():
        norm.gain.copy_(torch.arange(8.0).reshape(2, 4))
    x = torch.randn(3, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    for own, each, gain in zip(norm(x).chunk(2, -1), x.chunk(2, -1), norm.gain, strict=True):
        spread = (each.var(-1, unbiased=False, keepdim=True) + 1e-5).sqrt()
        expected = (each - each.mean(-1, keepdim=True)) / spread * gain
        torch.testing.assert_close(own, expected)


def test_layer_norm_of_two_groups_of_products(agrees_with_the_paper):
    def normalised(x, gain):
        return (x - x.mean()) / np.sqrt(x.var() + 1e-5) * gain

    def equations(w, x, state):
        (h,) = state
        xs = [normalised(w.W[k] @ x, w.input_norm_gain[k]) + w.b[k] for k in (0, 1)]
        f = sigmoid(xs[0] + normalised(w.U[0] @ h, w.recurrent_norms_0_gain[0]) + w.c[0])
        new = normalised(w.U[1] @ (f * h), w.recurrent_norms_1_gain[0]) + w.c[1]
        h = (1 - f) * h + f * np.tanh(xs[1] + new)
        return h, (h,)

    agrees_with_the_paper(MGU(layer_norm=True), equations)


# -- which layer does it -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [GRU, LSTM, RNN])
def test_torch_is_called_where_no_option_is_set(kind):
    options = ({"layer_norm": True}, {"recurrent_dropout": 0.1}, {"weight_drop": 0.1})
    for changed in ({}, *options, {"zoneout": 0.1}, {"projection": 2}):
        assert built(kind(**changed)).fused == (not changed)
    for around in ({"input_dropout": 0.1}, {"residual": True}, {"dilation": 2}):
        assert built(kind(**around)).fused


# -- what is refused -----------------------------------------------------------------------------

REFUSED = [
    ({"recurrent_dropout": 1.0}, r"recurrent_dropout=1.0 must be a probability in \[0, 1\)"),
    ({"weight_drop": "half"}, r"weight_drop='half' must be a probability in \[0, 1\)"),
    ({"weight_drop": True}, "weight_drop=True must"),
    ({"zoneout": -0.1}, r"zoneout=-0.1 must be a rate in \[0, 1\)"),
    ({"zoneout": (0.1,) * 5}, "one for each part of the state"),
    ({"layer_norm": 1}, "layer_norm=1 must be True or False"),
    ({"projection": 0}, "projection=0 must be None or a positive int"),
    ({"projection": True}, "projection=True must be None or a positive int"),
    ({"projection": 2.0}, "projection=2.0 must be None or a positive int"),
    ({"activation": "step"}, "activation='step' is unknown"),
    ({"init": "he"}, "init='he' is unknown"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED, ids=str)
@pytest.mark.parametrize("kind", [GRU, LSTM, RRNN])
def test_what_is_refused(kind, options, words):
    with pytest.raises(ValueError, match=words):
        kind(**options).build(2, 3)
