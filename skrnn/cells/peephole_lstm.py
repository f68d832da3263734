"""The long short-term memory with peepholes."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.checks import check_choice
from skrnn.cells.gated import GatedCell

PEEPHOLES = ("diagonal", "full")
OUTPUT_SEES = ("new", "old")


@dataclass(eq=False, repr=False)
class PeepholeLSTM(GatedCell):
    r"""Long short-term memory whose gates see the memory c [1]_ [2]_.

    .. math::

        i_t &= \sigma(W_i x_t + U_i h_{t-1} + V_i c_{t-1} + b_i) \\
        f_t &= \sigma(W_f x_t + U_f h_{t-1} + V_f c_{t-1} + b_f) \\
        g_t &= \phi_g(W_g x_t + U_g h_{t-1} + b_g) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot g_t \\
        o_t &= \sigma(W_o x_t + U_o h_{t-1} + V_o c_t + b_o) \\
        h_t &= o_t \odot \phi(c_t)

    V is diagonal, so that a gate sees its own unit. The variant that some texts print, with full
    matrices V, o seeing :math:`c_{t-1}` and a sigmoid g, is
    ``PeepholeLSTM(peepholes="full", output_sees="old", candidate="sigmoid")``.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function \phi of the output, and of the candidate where `candidate` is None.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights
        and a forget bias of 1; peepholes start at zero; "uniform" for torch's +-1/sqrt(H);
        "identity" as "glorot" with recurrent weights of the identity.
    peepholes : {"diagonal", "full"}, default="diagonal"
        Whether V is diagonal or a full matrix.
    output_sees : {"new", "old"}, default="new"
        Whether the gate o sees :math:`c_t` or :math:`c_{t-1}`.
    candidate : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default=None
        The function of the candidate g, where it is another one.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`.

    References
    ----------
    .. [1] F. A. Gers and J. Schmidhuber, "Recurrent nets that time and count", IJCNN 2000.
    .. [2] A. Graves, "Generating sequences with recurrent neural networks", arXiv:1308.0850,
       2013.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import PeepholeLSTM
    >>> cell = PeepholeLSTM()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h, c) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "tanh"
    init: str = "glorot"
    peepholes: str = "diagonal"
    output_sees: str = "new"
    candidate: str | None = None

    state_names: ClassVar[tuple[str, ...]] = ("h", "c")

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        check_choice(self, "peepholes", PEEPHOLES)
        check_choice(self, "output_sees", OUTPUT_SEES)
        if self.candidate is not None:
            check_choice(self, "candidate", ACTIVATIONS)
        usual = (self.activation, self.peepholes, self.output_sees) == ("tanh", "diagonal", "new")
        kernel_cell = "peephole_lstm" if usual and self.candidate in (None, "tanh") else None
        self.make_gates(input_size, hidden_size, 4, (4,), kernel_cell=kernel_cell)
        self.set_bias(1, 1.0)
        size = (hidden_size,) * (2 if self.peepholes == "full" else 1)
        for gate in ("input", "forget", "output"):
            setattr(self, f"{gate}_peephole", nn.Parameter(torch.zeros(size)))

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        h, c = state
        (u,) = recurrent
        write, keep, new, show = (x + u(h)).chunk(4, -1)
        old, see = c, self._see
        write = torch.sigmoid(write + see(c, self.input_peephole))
        keep = torch.sigmoid(keep + see(c, self.forget_peephole))
        c = keep * c + write * ACTIVATIONS[self.candidate or self.activation](new)
        show = show + see(c if self.output_sees == "new" else old, self.output_peephole)
        h = torch.sigmoid(show) * ACTIVATIONS[self.activation](c)
        return h, (h, c)

    def _see(self, c, weight):
        return c * weight if weight.ndim == 1 else functional.linear(c, weight)
