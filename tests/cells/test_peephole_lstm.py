"""The LSTM with peepholes against its papers, in all its forms."""

from itertools import product

import numpy as np
import pytest
import torch

from skrnn.cells import LSTM, PeepholeLSTM
from skrnn.cells.peephole_lstm import OUTPUT_SEES, PEEPHOLES
from skrnn.testing.cells import batch, built


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


FUNCTIONS = {None: np.tanh, "sigmoid": sigmoid, "relu": lambda x: np.maximum(x, 0)}


@pytest.mark.parametrize("form", list(product(PEEPHOLES, OUTPUT_SEES, FUNCTIONS)), ids=str)
def test_agrees_with_the_papers(form, agrees_with_the_paper):
    """Gers and Schmidhuber, and Graves (7) to (11): diagonal, new, tanh."""
    peepholes, output_sees, candidate = form

    def see(V, c):
        return V @ c if peepholes == "full" else V * c

    def equations(w, x, state):
        h, old = state
        i, f, g, o = (w.W[k] @ x + w.U[k] @ h + w.b[k] + w.c[k] for k in range(4))
        i = sigmoid(i + see(w.input_peephole, old))
        f = sigmoid(f + see(w.forget_peephole, old))
        c = f * old + i * FUNCTIONS[candidate](g)
        o = sigmoid(o + see(w.output_peephole, c if output_sees == "new" else old))
        h = o * np.tanh(c)
        return h, (h, c)

    cell = PeepholeLSTM(peepholes=peepholes, output_sees=output_sees, candidate=candidate)
    built = agrees_with_the_paper(cell, equations)
    assert built.input_peephole.shape == ((4, 4) if peepholes == "full" else (4,))


def test_the_variant_that_some_texts_print(agrees_with_the_paper):
    """All gates see c_{t-1} through full matrices, and the candidate is a sigmoid."""

    def equations(w, x, state):
        h, c = state
        V = (w.input_peephole, w.forget_peephole, w.output_peephole)
        i, f, o = (
            sigmoid(w.W[k] @ x + w.U[k] @ h + v @ c + w.b[k] + w.c[k])
            for k, v in zip((0, 1, 3), V, strict=True)
        )
        g = sigmoid(w.W[2] @ x + w.U[2] @ h + w.b[2] + w.c[2])
        c = f * c + i * g
        h = o * np.tanh(c)
        return h, (h, c)

    cell = PeepholeLSTM(peepholes="full", output_sees="old", candidate="sigmoid")
    agrees_with_the_paper(cell, equations)


def test_activation_is_that_of_output_and_candidate(agrees_with_the_paper):
    def equations(w, x, state):
        h, c = state
        i, f, g, o = (w.W[k] @ x + w.U[k] @ h + w.b[k] + w.c[k] for k in range(4))
        i, f = sigmoid(i + w.input_peephole * c), sigmoid(f + w.forget_peephole * c)
        c = f * c + i * np.maximum(g, 0)
        h = sigmoid(o + w.output_peephole * c) * np.maximum(c, 0)
        return h, (h, c)

    agrees_with_the_paper(PeepholeLSTM(activation="relu"), equations)


def test_starts_as_the_lstm_does():
    one, other = built(LSTM()), built(PeepholeLSTM())
    assert not any(w.any() for n, w in other.named_parameters() if "peephole" in n)
    _, forget, *_ = other.layer.bias_ih_l0.split(4)
    assert torch.equal(forget, torch.ones(4, dtype=torch.float64))
    other.layer.load_state_dict(one.layer.state_dict())
    torch.testing.assert_close(other(batch())[0], one(batch())[0], rtol=0, atol=1e-12)


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"peepholes='dense' is unknown.*\['diagonal', 'full'\]"):
        PeepholeLSTM(peepholes="dense").build(2, 3)
    with pytest.raises(ValueError, match=r"output_sees='now' is unknown.*\['new', 'old'\]"):
        PeepholeLSTM(output_sees="now").build(2, 3)
    with pytest.raises(ValueError, match=r"candidate='step' is unknown. Choose one of \['tanh'"):
        PeepholeLSTM(candidate="step").build(2, 3)
