"""Cells whose state is a linear, element-wise recurrence, read without a step in Python."""

from abc import abstractmethod
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.base import Cell
from skrnn.cells.checks import check_choice, check_flag
from skrnn.cells.gated import GroupNorm
from skrnn.cells.initialization import INPUT_INITS
from skrnn.cells.linear_scan import linear_scan
from skrnn.cells.noise import zoneout_rates
from skrnn.cells.unroll import step_mask


@dataclass(eq=False, repr=False, kw_only=True)
class DiagonalCell(Cell):
    r"""A cell with the state :math:`h_t = a_t \odot h_{t-1} + b_t`, which is its output too.

    Neither a nor b depends on the state, so that all of them are known before the recurrence
    starts, and the recurrence is one call of :func:`~skrnn.cells.linear_scan.linear_scan`. There
    is no product with the state: the options of :class:`GatedCell` that act on one do not exist
    here. A leaf calls :meth:`make_gates` in ``build`` and writes :meth:`coefficients`.

    Parameters
    ----------
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm : bool, default=False
        Whether each product of the input is normalised over its units [1]_.
    zoneout : float, default=0.0
        Probability that a unit of the state keeps the value it had [2]_.

    References
    ----------
    .. [1] J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016.
    .. [2] D. Krueger et al., "Zoneout: regularizing RNNs by randomly preserving hidden
       activations", ICLR 2017.
    """

    layer_norm: bool = False
    zoneout: float = 0.0

    @abstractmethod
    def coefficients(self, x):
        """Give the recurrence.

        Parameters
        ----------
        x : tensor of shape (B, T, F)
            The input.

        Returns
        -------
        decay, drive : tensors of shape (B, T, H)
            a and b.
        """

    def make_gates(self, input_size, hidden_size, biases):
        """Make the weights; for ``build``.

        Parameters
        ----------
        input_size, hidden_size : int
            F and H.
        biases : tuple of float
            Where the bias of each product of the input starts.
        """
        check_choice(self, "activation", ACTIVATIONS)
        check_choice(self, "init", INPUT_INITS)
        check_flag(self, "layer_norm")
        zoneout_rates(self.zoneout, self.state_names)
        self.hidden_size = self.output_size = hidden_size
        self.gates = InputGates(input_size, hidden_size, biases, self.init, self.layer_norm)

    def run(self, x, lengths, state, need_state):
        """Scan all steps at once."""
        (start,) = self.initial_state(x) if state is None else state
        decay, drive = self.coefficients(x)
        if self.zoneout:
            decay, drive = self._zone_out(decay, drive)
        states = masked_scan(decay, drive, start, lengths)
        return states, (states[:, -1],)

    def _zone_out(self, decay, drive):
        (rate,) = zoneout_rates(self.zoneout, self.state_names)
        kept = torch.full_like(drive, rate)
        if self.training:
            kept.bernoulli_(rate, generator=self.generator)
        return torch.lerp(decay, torch.ones_like(decay), kept), (1 - kept) * drive


class InputGates(nn.Module):
    """Products of the input for some gates, normalised or not.

    Parameters
    ----------
    input_size, hidden_size : int
        F and H.
    biases : tuple of float
        Where the bias of each gate starts, but with "uniform".
    init : {"glorot", "uniform"}
        How weights start.
    layer_norm : bool
        Whether each product is normalised over its units.
    """

    def __init__(self, input_size, hidden_size, biases, init, layer_norm):
        super().__init__()
        n_gates, bound = len(biases), hidden_size**-0.5
        self.weight = nn.Parameter(torch.empty(n_gates * hidden_size, input_size))
        self.bias = nn.Parameter(torch.tensor(biases).repeat_interleave(hidden_size))
        self.norm = GroupNorm(n_gates, hidden_size) if layer_norm else nn.Identity()
        with torch.no_grad():
            if init == "uniform":
                nn.init.uniform_(self.bias, -bound, bound)
            for block in self.weight.split(hidden_size):
                if init == "uniform":
                    block.uniform_(-bound, bound)
                else:
                    nn.init.xavier_uniform_(block)

    def forward(self, x):
        """Give the products (B, T, gates * H) of an input (B, T, F)."""
        return self.norm(functional.linear(x, self.weight)) + self.bias


def masked_scan(decay, drive, start, lengths):
    """Call :func:`linear_scan` so that a row's padding leaves its state alone.

    Parameters
    ----------
    decay, drive : tensors of shape (B, T, H), real or complex
        The recurrence.
    start : tensor of shape (B, H)
        The state before the first step.
    lengths : tensor of shape (B,) or None
        Real steps of each row.

    Returns
    -------
    states : tensor of shape (B, T, H)
        The states; the last one is that after each row's last real step.
    """
    if lengths is not None:
        real = step_mask(lengths, drive.shape[1])[..., None]
        decay, drive = torch.where(real, decay, 1.0), torch.where(real, drive, 0.0)
    return linear_scan(decay, drive, start)
