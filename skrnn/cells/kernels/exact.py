"""What stands behind the recurrent layers, summed in an order that no other row changes."""

from functools import cache

import torch

from skrnn._config import backend_in_use
from skrnn._kernel import load_kernel
from skrnn.cells.kernels.call import POINTER, SIZE, addresses


def answers_exactly(x):
    """Tell whether the functions of this module are to be used on a tensor.

    Parameters
    ----------
    x : tensor
        What is to be read.

    Returns
    -------
    exactly : bool
        Whether no gradient is wanted, and the kernel is in use for such numbers.
    """
    plain = x.dtype == torch.float32 and x.device.type == "cpu"
    return plain and not torch.is_grad_enabled() and backend_in_use() == "kernel"


def linear(x, weight, bias):
    """Compute ``x @ weight.T + bias``.

    Parameters
    ----------
    x : float32 tensor of shape (..., K)
        Rows.
    weight : float32 tensor of shape (N, K)
        Weights.
    bias : float32 tensor of shape (N,)
        Biases.

    Returns
    -------
    products : float32 tensor of shape (..., N)
        Each row sums over k = 0, 1, 2, ...
    """
    x, weight, bias = x.contiguous(), weight.contiguous(), bias.contiguous()
    out = x.new_empty(*x.shape[:-1], len(weight))
    n_rows = out.numel() // len(weight)
    _functions()[0](*addresses(x, weight, bias, out), n_rows, x.shape[-1], len(weight))
    return out


def mean(x, lengths):
    """Average the real steps of each row.

    Parameters
    ----------
    x : float32 tensor of shape (B, T, O)
        Rows padded at the end.
    lengths : tensor of shape (B,) or None
        Real steps of each row, at least one.

    Returns
    -------
    pooled : float32 tensor of shape (B, O)
        The means, summed step by step.
    """
    x, lengths = x.contiguous(), _all_lengths(x, lengths)
    out = x.new_empty(len(x), x.shape[2])
    _functions()[1](*addresses(x, lengths, out), *x.shape)
    return out


def attention(x, lengths, weight, bias, query):
    """Average the real steps of each row by weights softmax_t(query . tanh(weight x_t + bias)).

    Parameters
    ----------
    x : float32 tensor of shape (B, T, O)
        Rows padded at the end.
    lengths : tensor of shape (B,) or None
        Real steps of each row, at least one.
    weight : float32 tensor of shape (O, O)
        Weights of the keys.
    bias, query : float32 tensors of shape (O,)
        Biases of the keys, and what they are compared with.

    Returns
    -------
    pooled : float32 tensor of shape (B, O)
        The weighted means, summed step by step.
    """
    x, lengths = x.contiguous(), _all_lengths(x, lengths)
    given = [tensor.contiguous() for tensor in (weight, bias, query)]
    out = x.new_empty(len(x), x.shape[2])
    _functions()[2](*addresses(x, lengths, *given, out), *x.shape)
    return out


def _all_lengths(x, lengths):
    if lengths is None:
        return torch.full((len(x),), x.shape[1], device=x.device)
    return lengths.contiguous()


@cache
def _functions():
    library = load_kernel()
    functions = library.skrnn_linear, library.skrnn_mean, library.skrnn_attention
    for function, n_pointers in zip(functions, (4, 3, 6), strict=True):
        function.argtypes = (POINTER,) * n_pointers + (SIZE,) * 3
        function.restype = None
    return functions
