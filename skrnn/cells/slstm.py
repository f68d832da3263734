"""The LSTM with exponential gates of xLSTM."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch.nn import functional

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.checks import check_choice
from skrnn.cells.gated import GatedCell
from skrnn.cells.noise import zoneout_rates


def _exponential(x):
    return x


FORGET_GATES = {"sigmoid": functional.logsigmoid, "exp": _exponential}  # their logarithms


@dataclass(eq=False, repr=False)
class SLSTM(GatedCell):
    r"""LSTM with exponential gates and a normaliser, the sLSTM of xLSTM [1]_, with one head.

    .. math::

        \tilde i_t, \tilde f_t, \tilde g_t, \tilde o_t &= W x_t + U h_{t-1} + b \\
        m_t &= \max(\log f(\tilde f_t) + m_{t-1}, \tilde i_t) \\
        i_t &= \exp(\tilde i_t - m_t), \quad
        f_t = \exp(\log f(\tilde f_t) + m_{t-1} - m_t) \\
        c_t &= f_t \odot c_{t-1} + i_t \odot \phi(\tilde g_t) \\
        n_t &= f_t \odot n_{t-1} + i_t \\
        h_t &= \sigma(\tilde o_t) \odot c_t / n_t

    m only keeps the exponentials within range; it changes no answer.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function \phi of the candidate.
    init : {"glorot", "uniform", "identity"}, default="glorot"
        How weights start: "glorot" for Glorot-uniform input weights, orthogonal recurrent weights
        and a forget bias of 1; "uniform" for torch's +-1/sqrt(H); "identity" as "glorot" with
        recurrent weights of the identity.
    forget_gate : {"sigmoid", "exp"}, default="sigmoid"
        The function f of the forget gate.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`. The initial state cannot be learned.
    layer_norm, recurrent_dropout, weight_drop, zoneout, projection
        Options inside the step; see :class:`GatedCell`. Zoneout is for h alone, as in
        ``zoneout=(0.1, 0, 0, 0)``: the other parts are scaled by their own m.

    References
    ----------
    .. [1] M. Beck et al., "xLSTM: extended long short-term memory", NeurIPS 2024.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import SLSTM
    >>> cell = SLSTM()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h, c, n, m) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "tanh"
    init: str = "glorot"
    forget_gate: str = "sigmoid"

    state_names: ClassVar[tuple[str, ...]] = ("h", "c", "n", "m")

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        check_choice(self, "forget_gate", FORGET_GATES)
        if self.learn_initial_state:
            raise ValueError(
                "learn_initial_state=True: the normaliser of SLSTM must start at 0. Leave it False."
            )
        if self.zoneout and any(zoneout_rates(self.zoneout, self.state_names)[1:]):
            raise ValueError(
                "zoneout would mix parts of the state of SLSTM that are scaled by their own m. "
                "Give a rate for h alone, such as zoneout=(0.1, 0, 0, 0)."
            )
        self.make_gates(input_size, hidden_size, 4, (4,))
        self.set_bias(1, 1.0)

    def step(self, x, state, recurrent):
        """Take one step; see :meth:`GatedCell.step`."""
        h, c, n, m = state
        (u,) = recurrent
        write, keep, new, show = (x + u(h)).chunk(4, -1)
        keep = FORGET_GATES[self.forget_gate](keep) + m
        m = torch.where(n == 0, write, torch.maximum(keep, write))  # nothing to keep at first
        keep, write = torch.exp(torch.where(n == 0, 0.0, keep - m)), torch.exp(write - m)
        c = keep * c + write * ACTIVATIONS[self.activation](new)
        n = keep * n + write
        h = torch.sigmoid(show) * c / n
        return h, (h, c, n, m)
