"""The minimal gated unit."""

from dataclasses import dataclass

import torch

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.gated import GatedCell


@dataclass(eq=False, repr=False)
class MGU(GatedCell):
    r"""Minimal gated unit [1]_: one gate that resets and updates.

    .. math::

        f_t &= \sigma(W_f x_t + U_f h_{t-1} + b_f) \\
        n_t &= \phi(W_n x_t + U_n (f_t \odot h_{t-1}) + b_n) \\
        h_t &= (1 - f_t) \odot h_{t-1} + f_t \odot n_t

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function \phi of the candidate.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights
        and a bias of -1 on the gate, so that it keeps the state at first; "uniform" for torch's
        +-1/sqrt(H); "identity" as "glorot" with recurrent weights of the identity.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`.

    References
    ----------
    .. [1] G.-B. Zhou, J. Wu, C.-L. Zhang and Z.-H. Zhou, "Minimal gated unit for recurrent neural
       networks", International Journal of Automation and Computing 13, 2016.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import MGU
    >>> cell = MGU()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "tanh"
    init: str = "glorot"

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        self.make_gates(input_size, hidden_size, 2, (1, 1))
        self.set_bias(0, -1.0)

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        (h,) = state
        u_f, u_n = recurrent
        x_f, x_n = x.chunk(2, -1)
        f = torch.sigmoid(x_f + u_f(h))
        h = torch.lerp(h, ACTIVATIONS[self.activation](x_n + u_n(f * h)), f)
        return h, (h,)
