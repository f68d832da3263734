"""The double-recurrent network against its equations, in both readings."""

import numpy as np
import pytest

from skrnn.cells import RRNN
from skrnn.cells.rrnn import PRODUCTS


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


FUNCTIONS = {"tanh": np.tanh, "sigmoid": sigmoid}


@pytest.mark.parametrize("activation", FUNCTIONS)
@pytest.mark.parametrize("product_of", PRODUCTS)
def test_agrees_with_the_equations(product_of, activation, agrees_with_the_paper):
    f = FUNCTIONS[activation]

    def equations(w, x, state):
        (before,) = state
        h = f(w.U[0] @ before + w.W[0] @ x + w.b[0] + w.c[0])
        r = sigmoid(w.U[1] @ before + w.W[1] @ x + w.b[1] + w.c[1])
        gated = w.U[3] @ (r * before) if product_of == "gated_state" else (w.U[3] @ r) * before
        second = f(w.U[2] @ before + w.W[2] @ x + gated + w.b[2] + w.c[2] + w.c[3])
        return np.concatenate([second, h]), (h,)

    cell = agrees_with_the_paper(RRNN(product_of=product_of, activation=activation), equations)
    assert cell.output_size == 2 * cell.hidden_size


def test_layer_norm_of_the_gates_product(agrees_with_the_paper):
    """The product is normalised, then multiplied by h, then the bias is added."""

    def normalised(x, gain):
        return (x - x.mean()) / np.sqrt(x.var() + 1e-5) * gain

    def equations(w, x, state):
        (before,) = state
        h, r, second = (
            normalised(w.W[k] @ x, w.input_norm_gain[k])
            + normalised(w.U[k] @ before, w.recurrent_norms_0_gain[k])
            + w.b[k]
            + w.c[k]
            for k in range(3)
        )
        gated = normalised(w.U[3] @ sigmoid(r), w.recurrent_norms_1_gain[0]) * before
        h, second = np.tanh(h), np.tanh(second + gated + w.c[3])
        return np.concatenate([second, h]), (h,)

    agrees_with_the_paper(RRNN(product_of="gate", layer_norm=True), equations)


def test_what_is_refused():
    with pytest.raises(ValueError, match=r"product_of='h' is unknown.*\['gated_state', 'gate'\]"):
        RRNN(product_of="h").build(2, 3)
    with pytest.raises(ValueError, match="with product_of='gate' a product reads the gate"):
        RRNN(product_of="gate", projection=2).build(2, 3)
    RRNN(projection=2).build(2, 3)
