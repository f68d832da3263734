"""The functions a cell may squash with."""

import torch
from torch.nn import functional


def _identity(x):
    return x


ACTIVATIONS = {
    "tanh": torch.tanh,
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "gelu": functional.gelu,
    "identity": _identity,
}
