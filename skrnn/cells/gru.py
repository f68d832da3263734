"""The gated recurrent unit."""

import torch
from torch import nn

from skrnn.cells.base import FusedCell
from skrnn.cells.initialization import init_layer


class GRU(FusedCell):
    r"""Gated recurrent unit [1]_, in the form of cuDNN and :class:`torch.nn.GRU`.

    .. math::

        r_t &= \sigma(W_r x_t + U_r h_{t-1} + b_r) \\
        z_t &= \sigma(W_z x_t + U_z h_{t-1} + b_z) \\
        n_t &= \tanh(W_n x_t + b_n + r_t \odot (U_n h_{t-1} + c_n)) \\
        h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    Parameters
    ----------
    init : {"glorot", "uniform"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent
        weights and a bias of 1 on the gate z that keeps the state; "uniform" for torch's
        +-1/sqrt(H).

    References
    ----------
    .. [1] K. Cho et al., "Learning phrase representations using RNN encoder-decoder for
       statistical machine translation", EMNLP 2014.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import GRU
    >>> cell = GRU()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    def __init__(self, init="glorot"):
        super().__init__()
        self.init = init

    def build(self, input_size, hidden_size):
        """Make the layer; see :meth:`Cell.build`."""
        self.hidden_size = self.output_size = hidden_size
        self.layer = nn.GRU(input_size, hidden_size, batch_first=True)
        init_layer(self.layer, self.init)
        if self.init == "glorot":
            with torch.no_grad():
                self.layer.bias_ih_l0[hidden_size : 2 * hidden_size] = 1.0  # r, z, n
