"""The long short-term memory."""

from typing import ClassVar

import torch
from torch import nn

from skrnn.cells.base import FusedCell
from skrnn.cells.initialization import init_layer


class LSTM(FusedCell):
    r"""Long short-term memory [1]_ with a forget gate [2]_.

    .. math::

        i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i) \\
        f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
        g_t &= \tanh(W_g x_t + U_g h_{t-1} + b_g) \\
        o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        h_t &= o_t \odot \tanh(c_t)

    Parameters
    ----------
    init : {"glorot", "uniform"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent
        weights and a forget bias of 1 [3]_; "uniform" for torch's +-1/sqrt(H).

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9,
       1997.
    .. [2] F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual
       prediction with LSTM", Neural Computation 12, 2000.
    .. [3] R. Jozefowicz, W. Zaremba and I. Sutskever, "An empirical exploration of recurrent
       network architectures", ICML 2015.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import LSTM
    >>> cell = LSTM()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h, c) = cell(torch.zeros(4, 5, 2))
    >>> output.shape, c.shape
    (torch.Size([4, 5, 3]), torch.Size([4, 3]))
    """

    state_names: ClassVar[tuple[str, ...]] = ("h", "c")

    def __init__(self, init="glorot"):
        super().__init__()
        self.init = init

    def build(self, input_size, hidden_size):
        """Make the layer; see :meth:`Cell.build`."""
        self.hidden_size = self.output_size = hidden_size
        self.layer = nn.LSTM(input_size, hidden_size, batch_first=True)
        init_layer(self.layer, self.init)
        if self.init == "glorot":
            with torch.no_grad():
                self.layer.bias_ih_l0[hidden_size : 2 * hidden_size] = 1.0  # i, f, g, o
