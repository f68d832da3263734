"""The long short-term memory."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.gated import GatedCell


@dataclass(eq=False, repr=False)
class LSTM(GatedCell):
    r"""Long short-term memory [1]_ with a forget gate [2]_.

    .. math::

        i_t &= \sigma(W_i x_t + U_i h_{t-1} + b_i) \\
        f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
        g_t &= \phi(W_g x_t + U_g h_{t-1} + b_g) \\
        o_t &= \sigma(W_o x_t + U_o h_{t-1} + b_o) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        h_t &= o_t \odot \phi(c_t)

    With ``layer_norm`` the state c is normalised too where h reads it.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function \phi of the candidate and of the output.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights
        and a forget bias of 1 [3]_; "uniform" for torch's +-1/sqrt(H); "identity" as "glorot" with
        recurrent weights of the identity.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`.

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
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "tanh"
    init: str = "glorot"

    state_names: ClassVar[tuple[str, ...]] = ("h", "c")

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        like_torch = self.activation == "tanh"
        torch_layer, kernel_cell = (nn.LSTM, "lstm") if like_torch else (None, None)
        self.make_gates(input_size, hidden_size, 4, (4,), torch_layer, kernel_cell=kernel_cell)
        self.set_bias(1, 1.0)
        self.read_memory = nn.LayerNorm(hidden_size) if self.layer_norm else nn.Identity()

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        h, c = state
        (u,) = recurrent
        f = ACTIVATIONS[self.activation]
        write, keep, new, show = (x + u(h)).chunk(4, -1)
        c = torch.sigmoid(keep) * c + torch.sigmoid(write) * f(new)
        h = torch.sigmoid(show) * f(self.read_memory(c))
        return h, (h, c)
