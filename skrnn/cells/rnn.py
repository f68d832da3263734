"""The simple recurrent network of Elman."""

import torch
from torch import nn

from skrnn.cells.base import FusedCell
from skrnn.cells.initialization import init_layer

ACTIVATIONS = ("tanh", "relu", "sigmoid")


class RNN(FusedCell):
    r"""Simple recurrent network [1]_: :math:`h_t = f(W x_t + U h_{t-1} + b)`.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid"}, default="tanh"
        The function f.
    init : {"glorot", "uniform"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights and orthogonal recurrent
        weights; "uniform" for torch's +-1/sqrt(H).

    References
    ----------
    .. [1] J. L. Elman, "Finding structure in time", Cognitive Science 14, 1990.

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

    def __init__(self, activation="tanh", init="glorot"):
        super().__init__()
        self.activation = activation
        self.init = init

    def build(self, input_size, hidden_size):
        """Make the layer; see :meth:`Cell.build`."""
        if self.activation not in ACTIVATIONS:
            raise ValueError(
                f"activation={self.activation!r} is unknown. Choose one of {list(ACTIVATIONS)}."
            )
        self.hidden_size = self.output_size = hidden_size
        if self.activation == "sigmoid":
            self.layer = _SigmoidRNN(input_size, hidden_size)
        else:
            self.layer = nn.RNN(
                input_size, hidden_size, nonlinearity=self.activation, batch_first=True
            )
        init_layer(self.layer, self.init)


class _SigmoidRNN(nn.Module):
    """The sigmoid network torch lacks, with the weight names of :class:`torch.nn.RNN`."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        self.hidden_size = hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(hidden_size, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(hidden_size))
        self.bias_hh_l0 = nn.Parameter(torch.empty(hidden_size))

    def forward(self, x, state):
        """Read rows (B, T, F) from a state (1, B, H), as :class:`torch.nn.RNN` does."""
        drive = nn.functional.linear(x, self.weight_ih_l0, self.bias_ih_l0 + self.bias_hh_l0)
        recurrent = self.weight_hh_l0.T
        h, outputs = state[0], []
        for drive_t in drive.unbind(1):
            h = torch.sigmoid(torch.addmm(drive_t, h, recurrent))
            outputs.append(h)
        return torch.stack(outputs, 1), h[None]
