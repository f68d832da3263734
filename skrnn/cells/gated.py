"""Cells of gates: functions of a product with the input and a product with the state."""

from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from numbers import Integral

import torch
from torch import nn
from torch.nn import functional

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.backprop import BY_HAND, run_by_hand
from skrnn.cells.base import Cell, last_real, run_layer
from skrnn.cells.bound import bound
from skrnn.cells.checks import check_choice, check_flag
from skrnn.cells.initialization import INITS, INPUT_INITS, init_layer
from skrnn.cells.noise import dropout_mask, is_rate, zoneout, zoneout_rates
from skrnn.cells.unroll import scan


@dataclass(eq=False, repr=False, kw_only=True)
class GatedCell(Cell):
    """A cell whose step mixes products W x of the input and U h of the state.

    A leaf calls :meth:`make_gates` in ``build`` and writes :meth:`step`, which finds the products
    of the input made (for all steps at once) and gets functions that make those of the state. The
    options below act inside these functions, so that no leaf knows of them.

    Parameters
    ----------
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    layer_norm : bool, default=False
        Whether each product is normalised over its units before they are added [1]_.
    recurrent_dropout : float, default=0.0
        Probability of dropping a unit of the state where it enters a product, the same ones at
        every step [2]_. What the cell keeps is not touched.
    weight_drop : float, default=0.0
        Probability of dropping an element of the recurrent weights, the same ones for a whole
        sequence [3]_.
    zoneout : float or tuple of float, default=0.0
        Probability that a unit of the state keeps the value it had [4]_: one for all parts of the
        state, or one for each.
    projection : int, default=None
        P, size of a projection of h that the products and the output read in its place [5]_.
        None for no projection.

    References
    ----------
    .. [1] J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", arXiv:1607.06450, 2016.
    .. [2] Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout in
       recurrent neural networks", NeurIPS 2016.
    .. [3] S. Merity, N. S. Keskar and R. Socher, "Regularizing and optimizing LSTM language
       models", ICLR 2018.
    .. [4] D. Krueger et al., "Zoneout: regularizing RNNs by randomly preserving hidden
       activations", ICLR 2017.
    .. [5] H. Sak, A. Senior and F. Beaufays, "Long short-term memory recurrent neural network
       architectures for large scale acoustic modeling", Interspeech 2014.
    """

    layer_norm: bool = False
    recurrent_dropout: float = 0.0
    weight_drop: float = 0.0
    zoneout: float | tuple[float, ...] = 0.0
    projection: int | None = None

    @abstractmethod
    def step(self, x, state, recurrent):
        """Take one step.

        Parameters
        ----------
        x : tensor of shape (B, inputs * H)
            The products of this step's input, one after the other, with their biases.
        state : tuple of tensors of shape (B, H)
            The state before it.
        recurrent : tuple of callables
            ``recurrent[i](h)`` gives group i of the products of the state, with their biases,
            (B, group * H). ``recurrent[i](h, times)`` multiplies them before the biases are added.

        Returns
        -------
        output : tensor of shape (B, blocks * H)
            The output of this step.
        state : tuple of tensors of shape (B, H)
            The state after it.
        """

    def make_gates(
        self,
        input_size,
        hidden_size,
        inputs,
        recurrent,
        torch_layer=None,
        diagonal_max=None,
        kernel_cell=None,
    ):
        """Make the weights; for ``build``.

        Parameters
        ----------
        input_size, hidden_size : int
            F and H.
        inputs : int
            How many products of the input there are.
        recurrent : tuple of int
            How many products of the state there are, in groups made at once.
        torch_layer : callable, default=None
            Makes the layer of torch that does the same without the options of this class:
            ``torch_layer(input_size, hidden_size, batch_first=True)``.
        diagonal_max : float, default=None
            If given, each unit of the state enters the products of itself alone, by a weight
            that acts within +-`diagonal_max`; otherwise the weights are matrices.
        kernel_cell : str, default=None
            What the kernel calls this cell without the options of this class, if it has it.
        """
        self._check_options()
        check_choice(self, "activation", ACTIVATIONS)
        check_choice(self, "init", INITS if diagonal_max is None else INPUT_INITS)
        self.diagonal_max = diagonal_max
        self.hidden_size, self.recurrent_groups = hidden_size, recurrent
        self.output_size = int(self.projection or hidden_size)
        self.fused = torch_layer is not None and not self._has_options()
        self.kernel_cell = None if self._has_options() else kernel_cell
        if self.fused:
            self.layer = torch_layer(input_size, hidden_size, batch_first=True)
        else:
            width = (self.output_size,) if diagonal_max is None else ()
            self.layer = Gates(input_size, hidden_size, inputs, sum(recurrent), width)
            if self.projection:
                self.layer.weight_hr_l0 = nn.Parameter(torch.empty(*width, hidden_size))
        if self.layer_norm:
            self.input_norm = GroupNorm(inputs, hidden_size)
            self.recurrent_norms = nn.ModuleList(GroupNorm(n, hidden_size) for n in recurrent)
        init_layer(self.layer, self.init)

    def set_bias(self, gate, value):
        """Start the bias of a gate, counted in products of the input, at a value; for ``build``.

        The scheme "uniform" is left as torch has it.
        """
        if self.init != "uniform":
            size = self.hidden_size
            with torch.no_grad():
                self.layer.bias_ih_l0[gate * size : (gate + 1) * size] = value

    def kernel_weights(self):
        """Give the weights the kernel reads; see :func:`~skrnn.cells.kernels.run_kernel`."""
        layer = self.layer
        weights = (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0, layer.bias_hh_l0)
        if self.kernel_cell != "peephole_lstm":
            return weights
        gates = (self.input_peephole, self.forget_peephole, self.output_peephole)
        return (*weights, torch.stack(gates, -2))

    def run(self, x, lengths, state, need_state):
        """Go the fastest way that torch has for this cell, at worst a scan step by step."""
        state = self.initial_state(x) if state is None else state
        if self.kernel_cell in BY_HAND and x.device.type == "cpu":
            output = run_by_hand(self.kernel_cell, x, state[0], self.kernel_weights())
            return output, (last_real(output, lengths, state[0]),) if need_state else None
        if self.fused:
            return run_layer(self.layer, x, lengths, state, need_state)
        return self.unroll(x, lengths, state)

    def unroll(self, x, lengths, state):
        """Scan step by step; arguments and answers as for :meth:`forward`, padding aside."""
        step = partial(self._step, recurrent=self._recurrent_products(state[0]))
        if self.zoneout:
            rates = zoneout_rates(self.zoneout, self.state_names)
            step = zoneout(step, rates, self.training, self.generator)
        output, state = scan(step, self._input_products(x), lengths, state)
        if self.projection:
            output = output.unflatten(-1, (-1, self.hidden_size)) @ self.layer.weight_hr_l0.T
            output = output.flatten(-2)
        return output, state

    def _step(self, x, state, recurrent):  # scan knows two arguments
        return self.step(x, state, recurrent)

    def _input_products(self, x):
        weight, bias = self.layer.weight_ih_l0, self.layer.bias_ih_l0
        if not self.layer_norm:
            return functional.linear(x, weight, bias)
        return self.input_norm(functional.linear(x, weight)) + bias

    def _recurrent_products(self, h):
        """Give a function of h for each group of products, with one set of masks."""
        weight, mask = self.layer.weight_hh_l0, None
        if self.diagonal_max is not None:
            weight = bound(weight, self.diagonal_max)
        if self.training and self.weight_drop:
            weight = weight * dropout_mask(weight, self.weight_drop, self.generator)
        if self.training and self.recurrent_dropout:
            mask = dropout_mask(h, self.recurrent_dropout, self.generator)
        sizes = [n * self.hidden_size for n in self.recurrent_groups]
        groups = zip(weight.split(sizes), self.layer.bias_hh_l0.split(sizes), strict=True)
        norms = self.recurrent_norms if self.layer_norm else (None,) * len(sizes)
        project = self.layer.weight_hr_l0 if self.projection else None
        return tuple(
            partial(_product, weight=part, bias=bias, norm=norm, mask=mask, project=project)
            for (part, bias), norm in zip(groups, norms, strict=True)
        )

    def _has_options(self):
        return bool(
            self.layer_norm
            or self.recurrent_dropout
            or self.weight_drop
            or self.zoneout
            or self.projection
        )

    def _check_options(self):
        check_flag(self, "layer_norm")
        for name in ("recurrent_dropout", "weight_drop"):
            if not is_rate(rate := getattr(self, name)):
                raise ValueError(f"{name}={rate!r} must be a probability in [0, 1).")
        zoneout_rates(self.zoneout, self.state_names)
        if self.projection is not None and not (
            isinstance(self.projection, Integral)
            and not isinstance(self.projection, bool)
            and self.projection >= 1
        ):
            raise ValueError(
                f"projection={self.projection!r} must be None or a positive int, the size of the "
                "projected state."
            )


class Gates(nn.Module):
    """Weights with the names and the layout of a one-layer :class:`torch.nn.RNNBase`.

    Parameters
    ----------
    input_size, hidden_size : int
        F and H.
    inputs, recurrent : int
        Products of the input and of the state.
    width : tuple of int
        Size of what the products of the state read; empty for one number per unit.
    """

    def __init__(self, input_size, hidden_size, inputs, recurrent, width):
        super().__init__()
        self.hidden_size = hidden_size
        rows, recurrent_rows = inputs * hidden_size, recurrent * hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(rows, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(recurrent_rows, *width))
        self.bias_ih_l0 = nn.Parameter(torch.empty(rows))
        self.bias_hh_l0 = nn.Parameter(torch.empty(recurrent_rows))


class GroupNorm(nn.Module):
    """Normalise each of some products over its own units, with a learned gain.

    Parameters
    ----------
    groups : int
        How many products stand one after the other.
    size : int
        H, units of each.
    """

    def __init__(self, groups, size):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(groups, size))

    def forward(self, x):
        """Normalise (..., groups * H)."""
        grouped = x.unflatten(-1, self.gain.shape)
        return (functional.layer_norm(grouped, grouped.shape[-1:]) * self.gain).flatten(-2)


def _product(h, times=None, *, weight, bias, norm, mask, project):
    h = h if mask is None else h * mask
    h = h if project is None else functional.linear(h, project)
    added = bias if norm is None and times is None else None
    product = functional.linear(h, weight, added) if weight.ndim == 2 else _scale(h, weight, added)
    if added is not None:
        return product
    product = product if norm is None else norm(product)
    return (product if times is None else product * times) + bias


def _scale(h, weight, bias):
    return h * weight if bias is None else torch.addcmul(bias, h, weight)
