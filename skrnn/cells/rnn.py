"""The simple recurrent network of Elman."""

from dataclasses import dataclass
from functools import partial

from torch import nn

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.gated import GatedCell


@dataclass(eq=False, repr=False)
class RNN(GatedCell):
    r"""Simple recurrent network [1]_: :math:`h_t = f(W x_t + U h_{t-1} + b)`.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function f.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights;
        "uniform" for torch's +-1/sqrt(H); "identity" as "glorot" with recurrent weights of the
        identity.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`.

    References
    ----------
    .. [1] J. L. Elman, "Finding structure in time", Cognitive Science 14, 1990.
    .. [2] Q. V. Le, N. Jaitly and G. E. Hinton, "A simple way to initialize recurrent networks of
       rectified linear units", arXiv:1504.00941, 2015 (``activation="relu", init="identity"``).

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import RNN
    >>> cell = RNN(activation="sigmoid")
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "tanh"
    init: str = "glorot"

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        torch_layer = None
        if self.activation in ("tanh", "relu"):
            torch_layer = partial(nn.RNN, nonlinearity=self.activation)
        in_kernel = self.activation in ("tanh", "relu", "sigmoid")
        kernel_cell = f"rnn_{self.activation}" if in_kernel else None
        self.make_gates(input_size, hidden_size, 1, (1,), torch_layer, kernel_cell=kernel_cell)

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        (h,) = state
        (u,) = recurrent
        h = ACTIVATIONS[self.activation](x + u(h))
        return h, (h,)
