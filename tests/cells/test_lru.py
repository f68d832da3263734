"""The linear recurrent unit against its paper, in complex numbers, and its start."""

import math

import numpy as np
import pytest
import torch

from skrnn.cells import LRU
from skrnn.testing.cells import batch

FUNCTIONS = {
    "gelu": lambda x: x * (1 + np.array([math.erf(each / math.sqrt(2)) for each in x])) / 2,
    "identity": lambda x: x,
}


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_agrees_with_the_paper(activation, agrees_with_the_paper):
    """Section 3 and appendix A of Orvieto et al."""

    def equations(w, u, state):
        real, imaginary = state
        x = real + 1j * imaginary
        top, bottom = np.split(w.weight_in, 2)
        left, right = np.split(w.weight_out, 2, axis=1)
        decay = np.exp(-np.exp(w.nu) + 1j * np.exp(w.theta))
        x = decay * x + np.exp(w.gamma) * ((top + 1j * bottom) @ u)
        y = ((left + 1j * right) @ x).real + w.skip @ u
        return FUNCTIONS[activation](y), (x.real, x.imag)

    agrees_with_the_paper(LRU(activation=activation), equations)


@pytest.mark.parametrize("ring", [(0.0, 1.0), (0.9, 0.999), (0.5, 0.6)])
def test_starts_on_the_ring(ring):
    torch.manual_seed(0)
    cell = LRU(r_min=ring[0], r_max=ring[1], max_phase=1.0)
    cell.build(3, 500)
    size, angle = torch.exp(-torch.exp(cell.nu)), torch.exp(cell.theta)
    width = ring[1] - ring[0]
    assert ring[0] - 1e-5 <= size.min() < ring[0] + 0.1 * width
    assert ring[1] - 0.1 * width < size.max() <= ring[1] + 1e-5
    assert 0 < angle.min() < 0.05 and 0.95 < angle.max() <= 1
    torch.testing.assert_close(torch.exp(cell.gamma).square(), 1 - size.square())


def test_does_not_explode_whatever_the_weights(scattered):
    cell = scattered(LRU(activation="identity"))
    with torch.no_grad():
        cell.nu.fill_(-20.0)
    x = batch().repeat(1, 300, 1)
    assert cell(x)[0].abs().max() < 10 * x.shape[1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"r_min": 0.9, "r_max": 0.5}, "r_min=0.9 and r_max=0.5 must be 0 <= r_min < r_max"),
        ({"r_min": -0.1}, "r_min=-0.1 and r_max=1.0"),
        ({"r_min": "0"}, "r_min='0' and r_max=1.0"),
        ({"r_max": 1.1}, r"r_max=1.1 must be a number in \(0, 1\]"),
        ({"max_phase": 7.0}, r"max_phase=7.0 must be a number in \(0, 6.284\]"),
        ({"max_phase": 0}, "max_phase=0 must"),
        ({"activation": "step"}, "activation='step' is unknown"),
    ],
    ids=str,
)
def test_what_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        LRU(**options).build(2, 3)
