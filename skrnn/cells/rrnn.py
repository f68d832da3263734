"""The double-recurrent network."""

from dataclasses import dataclass

import torch

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.checks import check_choice
from skrnn.cells.gated import GatedCell

PRODUCTS = ("gated_state", "gate")


@dataclass(eq=False, repr=False)
class RRNN(GatedCell):
    r"""Double-recurrent network: a second recurrence reads the state through a gate of its own.

    .. math::

        h_t &= \phi(W_{xh} x_t + W_{hh} h_{t-1} + b_h) \\
        r_t &= \sigma(W_{xr} x_t + W_{rr} h_{t-1} + b_r) \\
        h'_t &= \phi(W_{xh'} x_t + W_{h'h} h_{t-1} + W_{rh} (r_t \odot h_{t-1}) + b_{h'})

    The cell carries h; its output is :math:`[h'_t; h_t]`, twice as wide.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function \phi of both states.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights;
        "uniform" for torch's +-1/sqrt(H); "identity" as "glorot" with recurrent weights of the
        identity.
    product_of : {"gated_state", "gate"}, default="gated_state"
        What the weights :math:`W_{rh}` multiply: the state behind its gate, as above, or the gate
        alone, :math:`(W_{rh} r_t) \odot h_{t-1}`. Texts that print :math:`W_{rh} r_t h_{t-1}` can
        be read both ways.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`. With ``product_of="gate"`` there is no
        projection.

    References
    ----------
    .. [1] K. Cho et al., "Learning phrase representations using RNN encoder-decoder for
       statistical machine translation", EMNLP 2014 (the gate r).

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import RRNN
    >>> cell = RRNN()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 6])
    """

    activation: str = "tanh"
    init: str = "glorot"
    product_of: str = "gated_state"

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        check_choice(self, "product_of", PRODUCTS)
        if self.projection is not None and self.product_of == "gate":
            raise ValueError(
                "projection is one of h, but with product_of='gate' a product reads the gate: "
                "leave it None."
            )
        in_kernel = (
            self.activation in ("tanh", "relu", "sigmoid") and self.product_of == "gated_state"
        )
        kernel_cell = f"rrnn_{self.activation}" if in_kernel else None
        self.make_gates(input_size, hidden_size, 3, (3, 1), kernel_cell=kernel_cell)
        self.output_size *= 2

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        (h,) = state
        u, u_gated = recurrent
        f = ACTIVATIONS[self.activation]
        new, gate, second = (x + u(h)).chunk(3, -1)
        gate = torch.sigmoid(gate)
        second = second + (u_gated(gate, h) if self.product_of == "gate" else u_gated(gate * h))
        h = f(new)
        return torch.cat([f(second), h], -1), (h,)
