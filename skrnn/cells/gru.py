"""The gated recurrent unit."""

from dataclasses import dataclass

import torch
from torch import nn

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.checks import check_flag
from skrnn.cells.gated import GatedCell


@dataclass(eq=False, repr=False)
class GRU(GatedCell):
    r"""Gated recurrent unit [1]_, in the form of cuDNN and :class:`torch.nn.GRU` by default.

    .. math::

        r_t &= \sigma(W_r x_t + U_r h_{t-1} + b_r) \\
        z_t &= \sigma(W_z x_t + U_z h_{t-1} + b_z) \\
        n_t &= \phi(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + c_n)) \\
        h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    With ``reset_after=False``, as in [1]_, the candidate is
    :math:`n_t = \phi(W_n x_t + U_n (r_t \odot h_{t-1}) + b_n)`.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function \phi of the candidate.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights
        and a bias of 1 on the gate z that keeps the state; "uniform" for torch's +-1/sqrt(H);
        "identity" as "glorot" with recurrent weights of the identity.
    reset_after : bool, default=True
        Whether the gate r acts on the product with h, rather than on h before the product.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`.

    References
    ----------
    .. [1] K. Cho et al., "Learning phrase representations using RNN encoder-decoder for
       statistical machine translation", EMNLP 2014.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import GRU
    >>> cell = GRU(reset_after=False)
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "tanh"
    init: str = "glorot"
    reset_after: bool = True

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        check_flag(self, "reset_after")
        like_torch = self.activation == "tanh" and self.reset_after
        products = (3,) if self.reset_after else (2, 1)
        torch_layer, kernel_cell = (nn.GRU, "gru") if like_torch else (None, None)
        self.make_gates(input_size, hidden_size, 3, products, torch_layer, kernel_cell=kernel_cell)
        self.set_bias(1, 1.0)

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        (h,) = state
        x_r, x_z, x_n = x.chunk(3, -1)
        if self.reset_after:
            u_r, u_z, u_n = recurrent[0](h).chunk(3, -1)
            new = x_n + torch.sigmoid(x_r + u_r) * u_n
        else:
            u_r, u_z = recurrent[0](h).chunk(2, -1)
            new = x_n + recurrent[1](torch.sigmoid(x_r + u_r) * h)
        new = ACTIVATIONS[self.activation](new)
        h = torch.lerp(new, h, torch.sigmoid(x_z + u_z))
        return h, (h,)
