"""The minimal GRU that is linear in its state."""

from dataclasses import dataclass

import torch

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.diagonal import DiagonalCell


@dataclass(eq=False, repr=False)
class MinGRU(DiagonalCell):
    r"""Minimal GRU [1]_, whose gate and candidate do not see the state.

    .. math::

        z_t &= \sigma(W_z x_t + b_z) \\
        n_t &= \phi(W_n x_t + b_n) \\
        h_t &= (1 - z_t) \odot h_{t-1} + z_t \odot n_t

    One layer cannot make one step depend on another; stack two or more (``num_layers=2``).

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="identity"
        The function :math:`\phi` of the candidate.
    init : {"glorot", "uniform"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform weights and a bias of -1 on the gate, so
        that it keeps the state at first; "uniform" for +-1/sqrt(H).
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
    >>> from skrnn.cells import MinGRU
    >>> cell = MinGRU()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "identity"
    init: str = "glorot"

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        self.make_gates(input_size, hidden_size, biases=(-1.0, 0.0))

    def coefficients(self, x):
        """Give 1 - z and z n; see :meth:`DiagonalCell.coefficients`."""
        z, new = self.gates(x).chunk(2, -1)
        z = torch.sigmoid(z)
        return 1 - z, z * ACTIVATIONS[self.activation](new)
