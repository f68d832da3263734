"""The minimal LSTM that is linear in its state."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.diagonal import DiagonalCell


@dataclass(eq=False, repr=False)
class MinLSTM(DiagonalCell):
    r"""Minimal LSTM [1]_, whose gates and candidate do not see the state.

    .. math::

        \tilde f_t &= \sigma(W_f x_t + b_f), \quad \tilde i_t = \sigma(W_i x_t + b_i) \\
        f_t &= \tilde f_t / (\tilde f_t + \tilde i_t), \quad
        i_t = \tilde i_t / (\tilde f_t + \tilde i_t) \\
        h_t &= f_t \odot h_{t-1} + i_t \odot \phi(W_h x_t + b_h)

    One layer cannot make one step depend on another; stack two or more (``num_layers=2``).

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="identity"
        The function :math:`\phi` of the candidate.
    init : {"glorot", "uniform"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform weights and a forget bias of 1;
        "uniform" for +-1/sqrt(H).
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, zoneout
        Options inside the step; see :class:`DiagonalCell`.

    References
    ----------
    .. [1] L. Feng, F. Tung, M. O. Ahmed, Y. Bengio and H. Hajimirsadeghi, "Were RNNs all we
       needed?", arXiv:2410.01201, 2024.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import MinLSTM
    >>> cell = MinLSTM()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "identity"
    init: str = "glorot"

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        self.make_gates(input_size, hidden_size, biases=(1.0, 0.0, 0.0))

    def coefficients(self, x):
        """Give f and i times the candidate; see :meth:`DiagonalCell.coefficients`."""
        forget, write, new = self.gates(x).chunk(3, -1)
        odds = functional.softplus(-forget) - functional.softplus(-write)  # log(i / f)
        return torch.sigmoid(-odds), torch.sigmoid(odds) * ACTIVATIONS[self.activation](new)
