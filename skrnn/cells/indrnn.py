"""The independently recurrent network."""

from dataclasses import dataclass

from torch import nn

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.checks import check_positive
from skrnn.cells.gated import GatedCell


@dataclass(eq=False, repr=False)
class IndRNN(GatedCell):
    r"""Independently recurrent network [1]_: each unit remembers itself alone.

    .. math::

        h_t = \phi(W x_t + u \odot h_{t-1} + b)

    The recurrent weights u start uniform between 0 and `recurrent_max`, or 1 where that is less,
    and act within +-`recurrent_max`. Stack layers (``num_layers=2``) to mix units.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="relu"
        The function \phi.
    init : {"glorot", "uniform"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights and recurrent weights as
        above; "uniform" for torch's +-1/sqrt(H).
    recurrent_max : float, default=1.0
        Bound on the size of recurrent weights. Above 1 the state can grow without end; for T
        steps the paper takes 2 to the power 1/T.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`. There is no projection.

    References
    ----------
    .. [1] S. Li, W. Li, C. Cook, C. Zhu and Y. Gao, "Independently recurrent neural network
       (IndRNN): building a longer and deeper RNN", CVPR 2018.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import IndRNN
    >>> cell = IndRNN()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "relu"
    init: str = "glorot"
    recurrent_max: float = 1.0

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        if self.projection is not None:
            raise ValueError("projection mixes units, which IndRNN keeps apart: leave it None.")
        check_positive(self, "recurrent_max")
        self.make_gates(input_size, hidden_size, 1, (1,), diagonal_max=self.recurrent_max)
        if self.init != "uniform":
            nn.init.uniform_(self.layer.weight_hh_l0, 0, min(1, self.recurrent_max))

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        (h,) = state
        (u,) = recurrent
        h = ACTIVATIONS[self.activation](x + u(h))
        return h, (h,)
