"""The LSTM with exponential gates: equal to its equations without the stabiliser."""

import numpy as np
import pytest
import torch

from skrnn.cells import SLSTM
from skrnn.cells.slstm import FORGET_GATES
from skrnn.testing.cells import LENGTHS, batch, built, check_gradient


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


FORGET = {"sigmoid": sigmoid, "exp": np.exp}


def without_stabiliser(w, x, state, forget_gate):
    """Equations (8) to (14) of Beck et al., which know no m."""
    h, c, n = state
    i, f, z, o = (w.W[k] @ x + w.U[k] @ h + w.b[k] + w.c[k] for k in range(4))
    i, f = np.exp(i), FORGET[forget_gate](f)
    c = f * c + i * np.tanh(z)
    n = f * n + i
    h = sigmoid(o) * c / n
    return h, c, n


@pytest.mark.parametrize("forget_gate", FORGET_GATES)
def test_agrees_without_the_stabiliser(forget_gate, scattered, weights_of):
    check_gradient(SLSTM(forget_gate=forget_gate))
    cell, x = scattered(SLSTM(forget_gate=forget_gate)), batch()
    output, (h, c, n, m) = cell(x, LENGTHS)
    for i, length in enumerate(LENGTHS.tolist()):
        state = (np.zeros(4),) * 3
        for t in range(length):
            state = without_stabiliser(weights_of(cell), x[i, t].numpy(), state, forget_gate)
            np.testing.assert_allclose(output[i, t].detach(), state[0], rtol=0, atol=1e-12)
        scale = torch.exp(m[i])
        for own, expected in zip((h[i], c[i] * scale, n[i] * scale), state, strict=True):
            np.testing.assert_allclose(own.detach(), expected, rtol=1e-11)


@pytest.mark.parametrize("forget_gate", FORGET_GATES)
def test_agrees_with_the_stabilised_equations(forget_gate, agrees_with_the_paper):
    """Equations (15) to (17), going on from a state in which something is stored."""

    def equations(w, x, state):
        h, c, n, m = state
        i, f, z, o = (w.W[k] @ x + w.U[k] @ h + w.b[k] + w.c[k] for k in range(4))
        log_f = f if forget_gate == "exp" else np.log(sigmoid(f))
        after = np.maximum(log_f + m, i)
        i, f = np.exp(i - after), np.exp(log_f + m - after)
        c, n = f * c + i * np.tanh(z), f * n + i
        h = sigmoid(o) * c / n
        return h, (h, c, n, after)

    rng = np.random.default_rng(0)
    start = [rng.uniform(0.5, 1.5, (5, 4)) for _ in range(4)]
    agrees_with_the_paper(SLSTM(forget_gate=forget_gate), equations, start=start)


@pytest.mark.parametrize("forget_gate", FORGET_GATES)
@pytest.mark.parametrize("size", [1e3, -1e3])
def test_gates_that_would_overflow(forget_gate, size):
    """exp(1000) is infinite, and a first gate exp(-1000) is 0, which divides by 0."""
    cell = built(SLSTM(forget_gate=forget_gate))
    with torch.no_grad():
        cell.layer.bias_ih_l0[:8] = size  # the gates of input and forgetting
    output, _ = cell(batch())
    output.sum().backward()
    assert torch.isfinite(output).all() and output.abs().max() <= 1
    for weight in cell.parameters():
        assert torch.isfinite(weight.grad).all()


def test_starts_by_remembering():
    cell = SLSTM()
    cell.build(3, 5)
    _, forget, *_ = cell.layer.bias_ih_l0.split(5)
    assert torch.equal(forget, torch.ones(5)) and cell.layer.bias_ih_l0.sum() == 5


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"forget_gate='relu' is unknown.*\['sigmoid', 'exp'\]"):
        SLSTM(forget_gate="relu").build(2, 3)
    with pytest.raises(ValueError, match="the normaliser of SLSTM must start at 0"):
        SLSTM(learn_initial_state=True).build(2, 3)
    for rates in (0.1, (0.0, 0.1, 0.0, 0.0)):
        with pytest.raises(ValueError, match=r"Give a rate for h alone, such as zoneout=\(0.1, 0"):
            SLSTM(zoneout=rates).build(2, 3)
    SLSTM(zoneout=(0.1, 0, 0, 0)).build(2, 3)
