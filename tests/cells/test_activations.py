"""The functions a cell may squash with."""

import numpy as np
import torch

from skrnn.cells.activations import ACTIVATIONS

X = np.array([-2.0, 0.0, 1.0])
EXPECTED = {
    "tanh": np.tanh(X),
    "relu": [0, 0, 1],
    "sigmoid": 1 / (1 + np.exp(-X)),
    "gelu": [-0.04550026, 0, 0.84134475],
    "identity": X,
}


def test_values():
    assert set(EXPECTED) == set(ACTIVATIONS)
    for name, function in ACTIVATIONS.items():
        np.testing.assert_allclose(function(torch.as_tensor(X)), EXPECTED[name], atol=1e-8)
