"""Long expressive memory against its paper."""

import numpy as np
import pytest

from skrnn.cells import LEM


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@pytest.mark.parametrize("dt", [1.0, 0.3])
def test_agrees_with_the_paper(dt, agrees_with_the_paper):
    """Equation (3) of Rusch et al., whose y is the h here."""

    def equations(w, u, state):
        y, z = state
        slow = dt * sigmoid(w.U[0] @ y + w.W[1] @ u + w.b[1] + w.c[0])
        fast = dt * sigmoid(w.U[1] @ y + w.W[2] @ u + w.b[2] + w.c[1])
        z = (1 - slow) * z + slow * np.tanh(w.U[2] @ y + w.W[3] @ u + w.b[3] + w.c[2])
        y = (1 - fast) * y + fast * np.tanh(w.U[3] @ z + w.W[0] @ u + w.b[0] + w.c[3])
        return y, (y, z)

    agrees_with_the_paper(LEM(dt=dt), equations)


@pytest.mark.parametrize("dt", [0, -1.0, 1.5, "1", None, True, float("nan")])
def test_time_step_out_of_range(dt):
    with pytest.raises(ValueError, match=r"dt=.* must be a number in \(0, 1\]"):
        LEM(dt=dt).build(2, 3)


def test_projection_is_refused():
    with pytest.raises(ValueError, match="would shrink h but not z"):
        LEM(projection=2).build(2, 3)
