"""Several networks of one shape as one: what their layers do with stacked weights.

A stacked network is a network whose parameters have one axis more in front, for K models. It reads
the rows of all models as one batch (K * B, ...), those of the first model first.
"""

import copy

import torch
from torch import nn

from skrnn.cells.noise import dropout_mask


def linear(x, weight, bias=None):
    """Compute ``x @ weight.T + bias``, of stacked weights each model's with its own rows.

    Parameters
    ----------
    x : tensor of shape (B, ..., M) or (K * B, ..., M)
        Rows.
    weight : tensor of shape (N, M) or (K, N, M)
        Weights.
    bias : tensor of shape (N,) or (K, N), default=None
        Biases.

    Returns
    -------
    products : tensor of shape (B, ..., N) or (K * B, ..., N)
        The products.
    """
    if weight.ndim == 2:
        return nn.functional.linear(x, weight, bias)
    rows = x.reshape(len(weight), -1, x.shape[-1])
    if bias is None:
        products = torch.bmm(rows, weight.mT)
    else:
        products = torch.baddbmm(bias[:, None], rows, weight.mT)
    return products.view(*x.shape[:-1], -1)


def convolve(x, weight, bias, stride, padding):
    """Convolve along the steps, of stacked weights each model's over its own rows.

    Parameters
    ----------
    x : tensor of shape (B, T, F) or (K * B, T, F)
        Rows.
    weight : tensor of shape (C, F, width) or (K, C, F, width)
        Weights.
    bias : tensor of shape (C,) or (K, C), or None
        Biases.
    stride, padding : int
        As torch has them.

    Returns
    -------
    y : tensor of shape (B, T', C) or (K * B, T', C)
        The convolved rows.
    """
    if weight.ndim == 3:
        y = nn.functional.conv1d(x.transpose(1, 2), weight, bias, stride, padding)
        return y.transpose(1, 2)
    n_models = len(weight)
    x = x.unflatten(0, (n_models, -1)).permute(1, 0, 3, 2).flatten(1, 2)  # (B, K * F, T)
    bias = None if bias is None else bias.flatten()
    y = nn.functional.conv1d(x, weight.flatten(0, 1), bias, stride, padding, groups=n_models)
    return y.unflatten(1, (n_models, -1)).permute(1, 0, 3, 2).flatten(0, 1)


def for_rows(parameter, n_rows):
    """Give one vector per row, (n_rows, N), of a parameter (N,) or of stacked ones (K, N)."""
    if parameter.ndim == 1:
        return parameter.expand(n_rows, -1)
    return parameter.repeat_interleave(n_rows // len(parameter), 0)


class Embedding(nn.Embedding):
    """A table of vectors of ids; id 0 is the zero vector and learns nothing."""

    def forward(self, ids):
        """Give the vectors (..., D) of ids (B, ...) or (K * B, ...)."""
        if self.weight.ndim == 2:
            return super().forward(ids)
        n_models, n_ids = self.weight.shape[:2]
        tables = for_rows(n_ids * torch.arange(n_models, device=ids.device)[:, None], len(ids))
        shifted = ids + tables.view(-1, *(1,) * (ids.ndim - 1))
        vectors = nn.functional.embedding(shifted, self.weight.flatten(0, 1))
        return vectors * (ids != 0)[..., None]


class Generators:
    """The generators of the models of a stacked network, for its dropout masks.

    Parameters
    ----------
    generators : list of torch.Generator
        One for each model.

    Attributes
    ----------
    n_rows : list of int
        Rows of each model that count; what follows them in the batch draws nothing.
    """

    def __init__(self, generators):
        self.generators = generators
        self.n_rows = None

    def mask(self, like, p):
        """Give the factors of inverted dropout for a tensor (K * B, ...)."""
        masks = torch.ones_like(like)
        parts = masks.unflatten(0, (len(self.generators), -1))
        for part, generator, n_rows in zip(parts, self.generators, self.n_rows, strict=True):
            part[:n_rows] = dropout_mask(part[:n_rows].contiguous(), p, generator)
        return masks


def stack(networks):
    """Make one network of several, which from then on hold views of its parameters.

    Parameters
    ----------
    networks : list of torch.nn.Module
        K networks of one shape.

    Returns
    -------
    stacked : torch.nn.Module
        The network of them all.
    weights : tensor of shape (K, N)
        All numbers of each network, whose memory all of the parameters share.
    """
    with torch.no_grad():
        weights = torch.stack([nn.utils.parameters_to_vector(n.parameters()) for n in networks])
        for network, row in zip(networks, weights, strict=True):
            nn.utils.vector_to_parameters(row, network.parameters())
        stacked, start = copy.deepcopy(networks[0]), 0
        owned = ((module, name) for module in stacked.modules() for name in module._parameters)
        for module, name in owned:
            parameter = module._parameters[name]
            if parameter is not None:
                part = weights[:, start : start + parameter.numel()]
                module._parameters[name] = nn.Parameter(part.unflatten(1, parameter.shape))
                start += parameter.numel()
    return stacked, weights


def unstack(network):
    """Give a network that was stacked parameters of its own again."""
    for parameter in network.parameters():
        parameter.data = parameter.data.clone()
