"""How recurrent weights start."""

import torch
from torch import nn

INITS = ("glorot", "uniform", "identity")
INPUT_INITS = ("glorot", "uniform")  # where no matrix reads the state


def init_layer(layer, scheme):
    """Initialise a torch recurrent layer in place.

    Parameters
    ----------
    layer : torch.nn.RNNBase or module with the same weight names
        One layer, one direction. Recurrent weights that are no matrix are left to the caller,
        but by "uniform".
    scheme : {"glorot", "uniform", "identity"}
        "glorot": input weights uniform after Glorot and Bengio (2010), recurrent weights
        orthogonal (Saxe et al., 2014), each gate by itself, biases zero.
        "uniform": all weights uniform in +-1/sqrt(H), torch's own start.
        "identity": as "glorot" with recurrent weights of the identity (Le et al., 2015).

    Raises
    ------
    ValueError
        If the scheme is unknown.
    """
    if scheme not in INITS:
        raise ValueError(f"init={scheme!r} is unknown. Choose one of {list(INITS)}.")
    if scheme == "uniform":
        bound = layer.hidden_size**-0.5
        for weight in layer.parameters():
            nn.init.uniform_(weight, -bound, bound)
        return
    recurrent = nn.init.eye_ if scheme == "identity" else nn.init.orthogonal_
    weights = dict(layer.named_parameters())
    for block in weights["weight_ih_l0"].detach().split(layer.hidden_size):
        nn.init.xavier_uniform_(block)
    for name in ("weight_hh_l0", "weight_hr_l0"):
        if name in weights and weights[name].ndim == 2:
            _fill_blocks(weights[name].detach(), layer.hidden_size, recurrent)
    nn.init.zeros_(layer.bias_ih_l0)
    nn.init.zeros_(layer.bias_hh_l0)


def _fill_blocks(weight, size, draw):
    for block in weight.split(size):
        block.copy_(draw(torch.empty_like(block)))
