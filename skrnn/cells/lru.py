"""The linear recurrent unit."""

import math
from dataclasses import dataclass
from numbers import Real
from typing import ClassVar

import torch
from torch import nn
from torch.nn import functional

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.base import Cell
from skrnn.cells.checks import check_choice, check_positive
from skrnn.cells.diagonal import masked_scan


@dataclass(eq=False, repr=False)
class LRU(Cell):
    r"""Linear recurrent unit [1]_: complex, diagonal, linear in its state.

    .. math::

        h_t &= \lambda \odot h_{t-1} + \gamma \odot (B x_t), \quad
        \lambda = \exp(-e^{\nu} + i e^{\theta}) \\
        y_t &= \phi(\mathrm{Re}(C h_t) + D x_t)

    :math:`|\lambda| < 1` whatever the weights, so that long sequences neither explode nor, with
    `r_min` near 1, fade. :math:`\gamma` starts at :math:`\sqrt{1 - |\lambda|^2}` and is learned.
    In the paper a gated layer stands where :math:`\phi` does.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="gelu"
        The function :math:`\phi` of the output.
    r_min, r_max : float, default=0.0, 1.0
        Between what sizes :math:`|\lambda|` starts, uniform on the ring; 0.9 and 0.999 for long
        memory.
    max_phase : float, default=6.283
        Up to what angle :math:`\lambda` starts, in radians.
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.

    References
    ----------
    .. [1] A. Orvieto et al., "Resurrecting recurrent neural networks for long sequences", ICML
       2023.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import LRU
    >>> cell = LRU(r_min=0.9, r_max=0.999)
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (real, imaginary) = cell(torch.zeros(4, 5, 2))
    >>> output.shape
    torch.Size([4, 5, 3])
    """

    activation: str = "gelu"
    r_min: float = 0.0
    r_max: float = 1.0
    max_phase: float = 6.283

    state_names: ClassVar[tuple[str, ...]] = ("real", "imaginary")

    def build(self, input_size, hidden_size):
        """Make the weights; see :meth:`Cell.build`."""
        check_choice(self, "activation", ACTIVATIONS)
        check_positive(self, "r_max", most=1)
        check_positive(self, "max_phase", most=6.284)  # 2 pi, rounded up
        if not isinstance(self.r_min, Real) or not 0 <= self.r_min < self.r_max:
            raise ValueError(
                f"r_min={self.r_min!r} and r_max={self.r_max!r} must be 0 <= r_min < r_max <= 1."
            )
        self.hidden_size = self.output_size = hidden_size
        radius2 = torch.rand(hidden_size) * (self.r_max**2 - self.r_min**2) + self.r_min**2
        radius2 = radius2.clamp(1e-6, 1 - 1e-6)
        phase = (self.max_phase * torch.rand(hidden_size)).clamp(min=1e-6)
        self.nu = nn.Parameter(torch.log(-0.5 * torch.log(radius2)))
        self.theta = nn.Parameter(torch.log(phase))
        self.gamma = nn.Parameter(0.5 * torch.log(1 - radius2))
        # real above imaginary parts of B (H, F), beside them of C (H, H); D (H, F)
        self.weight_in = nn.Parameter(_normal(2 * hidden_size, input_size, 2 * input_size))
        self.weight_out = nn.Parameter(_normal(hidden_size, 2 * hidden_size, hidden_size))
        self.skip = nn.Parameter(_normal(hidden_size, input_size, input_size))

    def run(self, x, lengths, state, need_state):
        """Scan all steps at once."""
        start = torch.complex(*(self.initial_state(x) if state is None else state))
        size = torch.exp(-torch.exp(self.nu))
        angle = torch.exp(self.theta)
        decay = torch.complex(size * torch.cos(angle), size * torch.sin(angle))
        gamma = torch.exp(self.gamma).repeat(2)
        drive = torch.complex(*(functional.linear(x, self.weight_in) * gamma).chunk(2, -1))
        states = masked_scan(decay.expand(drive.shape), drive, start, lengths)
        both = torch.cat([states.real, -states.imag], -1)  # Re(C h) = Re C Re h - Im C Im h
        output = functional.linear(both, self.weight_out) + functional.linear(x, self.skip)
        end = states[:, -1]
        return ACTIVATIONS[self.activation](output), (end.real, end.imag)


def _normal(rows, columns, fan):
    return torch.randn(rows, columns) / math.sqrt(fan)
