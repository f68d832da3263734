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


def check_activation(name, option="activation"):
    """Check the name of an activation.

    Parameters
    ----------
    name : str
        What the user gave.
    option : str, default="activation"
        The option it was given as, for the message.

    Raises
    ------
    ValueError
        If it is not in ``ACTIVATIONS``.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"{option}={name!r} is unknown. Choose one of {list(ACTIVATIONS)}.")
