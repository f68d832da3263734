"""The long expressive memory."""

from dataclasses import dataclass
from typing import ClassVar

import torch

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.checks import check_positive
from skrnn.cells.gated import GatedCell


@dataclass(eq=False, repr=False)
class LEM(GatedCell):
    r"""Long expressive memory [1]_: two states that move at learned, different speeds.

    .. math::

        a_t &= \Delta t\, \sigma(W_a x_t + U_a h_{t-1} + b_a) \\
        b_t &= \Delta t\, \sigma(W_b x_t + U_b h_{t-1} + b_b) \\
        z_t &= (1 - a_t) \odot z_{t-1} + a_t \odot \phi(W_z x_t + U_z h_{t-1} + b_z) \\
        h_t &= (1 - b_t) \odot h_{t-1} + b_t \odot \phi(W_h x_t + U_h z_t + b_h)

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function \phi of both candidates.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights;
        "uniform" for torch's +-1/sqrt(H); "identity" as "glorot" with recurrent weights of the
        identity.
    dt : float, default=1.0
        The time step :math:`\Delta t`, in (0, 1]; below 1 for states that change slowly.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`. There is no projection.

    References
    ----------
    .. [1] T. K. Rusch, S. Mishra, N. B. Erichson and M. W. Mahoney, "Long expressive memory for
       sequence modeling", ICLR 2022.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import LEM
    >>> cell = LEM()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h, z) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "tanh"
    init: str = "glorot"
    dt: float = 1.0

    state_names: ClassVar[tuple[str, ...]] = ("h", "z")

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        check_positive(self, "dt", most=1)
        if self.projection is not None:
            raise ValueError(
                "projection would shrink h but not z, which products read as well: leave it None."
            )
        self.make_gates(input_size, hidden_size, 4, (3, 1))

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        h, z = state
        u, u_z = recurrent
        f = ACTIVATIONS[self.activation]
        x_h, x = x[:, : self.hidden_size], x[:, self.hidden_size :]
        a, b, new = (x + u(h)).chunk(3, -1)
        z = torch.lerp(z, f(new), self.dt * torch.sigmoid(a))
        h = torch.lerp(h, f(x_h + u_z(z)), self.dt * torch.sigmoid(b))
        return h, (h, z)
