"""How recurrent weights start."""

import torch
from torch import nn

INITS = ("glorot", "uniform")


def init_layer(layer, scheme):
    """Initialise a torch recurrent layer in place.

    Parameters
    ----------
    layer : torch.nn.RNNBase or module with the same weight names
        One layer, one direction.
    scheme : {"glorot", "uniform"}
        "glorot": input weights uniform after Glorot and Bengio (2010), recurrent weights
        orthogonal (Saxe et al., 2014), each gate by itself, biases zero.
        "uniform": all weights uniform in +-1/sqrt(H), torch's own start.

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
    with torch.no_grad():
        for block in layer.weight_ih_l0.split(layer.hidden_size):
            nn.init.xavier_uniform_(block)
        for block in layer.weight_hh_l0.split(layer.hidden_size):
            block.copy_(nn.init.orthogonal_(torch.empty_like(block)))
        layer.bias_ih_l0.zero_()
        layer.bias_hh_l0.zero_()
