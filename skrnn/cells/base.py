"""The contract of a recurrent cell: one layer, one direction, options apart from weights."""

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import nn

from skrnn.cells.kernels import run_kernel, runs_in_kernel
from skrnn.cells.noise import zoneout, zoneout_rates
from skrnn.cells.unroll import mask_steps, scan


@dataclass(eq=False, repr=False, kw_only=True)
class Cell(nn.Module, ABC):
    """One recurrent layer in one direction.

    A cell is made in two steps. Its constructor takes the options a user may set and search
    over (``LSTM(init="uniform")``) and stores them untouched; :meth:`build` makes the weights
    once the sizes are known. An unbuilt cell is therefore a plain description, which
    scikit-learn can clone and whose options a grid reaches as ``cell__init``.

    Subclass :class:`StepCell` to write a cell as the algebra of one step, or
    :class:`FusedCell` to wrap a layer that reads a whole sequence in one call. The options below
    are about what lies around a cell; every cell has them, a subclass with an ``__init__`` of its
    own at their defaults.

    Parameters
    ----------
    input_dropout : float, default=0.0
        Probability of dropping a feature of the input, the same ones at every step [1]_.
    learn_initial_state : bool, default=False
        Whether the state before the first step is learned; otherwise it is zero.
    residual : bool, default=False
        Whether each layer but the first adds its input to its output [2]_.
    dilation : int or tuple of int, default=1
        Steps between a state and the one it is made from [3]_: one number for all layers, or
        one for each, such as ``(1, 2, 4)``.

    Attributes
    ----------
    state_names : tuple of str
        What the cell carries from one step to the next, in order. Every state is a tuple of
        tensors of shape (B, H), one per name.
    output_size : int
        Size of the last axis of the output. Set by :meth:`build`.
    generator : torch.Generator or None
        What masks are drawn from in training.
    kernel_cell : str or None
        What the compiled kernel calls this cell with these options, if it has it.

    References
    ----------
    .. [1] Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout in
       recurrent neural networks", NeurIPS 2016.
    .. [2] Y. Wu et al., "Google's neural machine translation system", arXiv:1609.08144, 2016.
    .. [3] S. Chang et al., "Dilated recurrent neural networks", NeurIPS 2017.
    """

    input_dropout: float = 0.0
    learn_initial_state: bool = False
    residual: bool = False
    dilation: int | tuple[int, ...] = 1

    state_names: ClassVar[tuple[str, ...]] = ("h",)
    generator: ClassVar[torch.Generator | None] = None
    kernel_cell: ClassVar[str | None] = None

    def __post_init__(self):
        """Become a module; the options are stored already."""
        super().__init__()

    def get_params(self, deep=True):
        """Get the options of this cell.

        Parameters
        ----------
        deep : bool, default=True
            Ignored: a cell holds no other estimator. It is part of scikit-learn's protocol.

        Returns
        -------
        params : dict
            Option names and values.
        """
        return {name: getattr(self, name) for name in _option_names(type(self))}

    def set_params(self, **params):
        """Set options of this cell.

        Parameters
        ----------
        **params : dict
            Option names and values.

        Returns
        -------
        self : Cell
            This cell.

        Raises
        ------
        ValueError
            If the cell has no option of that name.
        """
        known = _option_names(type(self))
        for name, value in params.items():
            if name not in known:
                raise ValueError(
                    f"{type(self).__name__} has no option {name!r}. Its options are {known}."
                )
            setattr(self, name, value)
        return self

    def extra_repr(self):
        """Show the options that are not at their defaults, as scikit-learn shows parameters."""
        defaults = inspect.signature(type(self).__init__).parameters
        return ", ".join(
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(defaults[name].default)
        )

    @abstractmethod
    def build(self, input_size, hidden_size):
        """Make the weights and set ``output_size``.

        Parameters
        ----------
        input_size : int
            F, features of one step of the input.
        hidden_size : int
            H, units of the hidden state.
        """

    @abstractmethod
    def run(self, x, lengths, state, need_state):
        """Read a batch whose padding is zero; see :meth:`forward` for the arguments."""

    def initial_state(self, x):
        """Give the state before the first step.

        Parameters
        ----------
        x : tensor of shape (B, ...)
            A batch, for its size, dtype and device.

        Returns
        -------
        state : tuple of tensors of shape (B, H)
            Zeros, one tensor per name in ``state_names``.
        """
        zeros = x.new_zeros(x.shape[0], self.hidden_size)
        return (zeros,) * len(self.state_names)

    def forward(self, x, lengths=None, state=None, need_state=True):
        """Read a batch of sequences.

        Parameters
        ----------
        x : tensor of shape (B, T, F)
            Sequences padded at the end. What stands in the padding is never read.
        lengths : tensor of shape (B,), default=None
            Real steps of each row, 0 to T; None when every row has T.
        state : tuple of tensors of shape (B, H), default=None
            The state to start from, as an earlier call returned it; None for the initial one.
        need_state : bool, default=True
            Whether the state is wanted. A fused cell reads ragged rows faster without.

        Returns
        -------
        output : tensor of shape (B, T, output_size)
            The output of every step, zero in the padding.
        state : tuple of tensors of shape (B, H) or None
            The state after each row's last real step; None if it was not asked for.
        """
        if runs_in_kernel(self, x):
            if state is None and type(self).initial_state is not Cell.initial_state:
                state = self.initial_state(x)  # the kernel starts at zero
            output, state = run_kernel(self.kernel_cell, x, lengths, state, self.kernel_weights())
            return output, state if need_state else None
        if lengths is None:
            return self.run(x, None, state, need_state)
        x = mask_steps(x, lengths)
        output, state = self.run(x, lengths, state, need_state)
        return mask_steps(output, lengths), state


@dataclass(eq=False, repr=False, kw_only=True)
class StepCell(Cell):
    """A cell written as the algebra of one step.

    Write ``build`` and ``step``; masking, stacking, direction and every estimator come free.

    Parameters
    ----------
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    zoneout : float or tuple of float, default=0.0
        Probability that a unit of the state keeps the value it had [1]_: one for all parts of the
        state, or one for each.

    References
    ----------
    .. [1] D. Krueger et al., "Zoneout: regularizing RNNs by randomly preserving hidden
       activations", ICLR 2017.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import StepCell
    >>> class Decay(StepCell):
    ...     '''h' = a h + W x, with one learned a per unit.'''
    ...
    ...     def build(self, input_size, hidden_size):
    ...         self.hidden_size = self.output_size = hidden_size
    ...         self.weight = torch.nn.Linear(input_size, hidden_size)
    ...         self.decay = torch.nn.Parameter(torch.full((hidden_size,), 0.5))
    ...
    ...     def step(self, x, state):
    ...         (h,) = state
    ...         h = torch.sigmoid(self.decay) * h + self.weight(x)
    ...         return h, (h,)
    >>> cell = Decay()
    >>> cell.build(input_size=2, hidden_size=3)
    >>> output, (h,) = cell(torch.zeros(4, 5, 2))
    >>> output.shape, h.shape
    (torch.Size([4, 5, 3]), torch.Size([4, 3]))
    """

    zoneout: float | tuple[float, ...] = 0.0

    @abstractmethod
    def step(self, x, state):
        """Take one step.

        Parameters
        ----------
        x : tensor of shape (B, F)
            The input of this step.
        state : tuple of tensors of shape (B, H)
            The state before it.

        Returns
        -------
        output : tensor of shape (B, output_size)
            The output of this step.
        state : tuple of tensors of shape (B, H)
            The state after it.
        """

    def run(self, x, lengths, state, need_state):
        """Scan the sequence step by step."""
        state = self.initial_state(x) if state is None else state
        step = self.step
        if self.zoneout:
            rates = zoneout_rates(self.zoneout, self.state_names)
            step = zoneout(step, rates, self.training, self.generator)
        return scan(step, x, lengths, state)


@dataclass(eq=False, repr=False, kw_only=True)
class FusedCell(Cell):
    """A cell that reads a whole sequence in one call of a torch layer.

    A leaf makes ``self.layer`` in ``build``: a one-layer, one-direction, batch-first module
    with the calling convention of :class:`torch.nn.GRU`, whose output is the first part of its
    state. Where the state has more parts, the layer must take packed rows as well.

    Parameters
    ----------
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`.
    """

    def run(self, x, lengths, state, need_state):
        """Call the layer."""
        start = self.initial_state(x) if state is None else state
        return run_layer(self.layer, x, lengths, start, need_state)


def run_layer(layer, x, lengths, start, need_state):
    """Call a torch layer, on packed rows only where nothing else gives a ragged batch's state.

    Parameters
    ----------
    layer : torch.nn.RNNBase or a module with its calling convention
        One layer, one direction, batch first.
    x : tensor of shape (B, T, F)
        Rows padded with zeros.
    lengths : tensor of shape (B,) or None
        Real steps of each row.
    start : tuple of tensors of shape (B, H)
        The state to start from.
    need_state : bool
        Whether the state is wanted.

    Returns
    -------
    output : tensor of shape (B, T, H)
        The outputs; those in the padding are not meaningful.
    state : tuple of tensors of shape (B, H) or None
        The state after each row's last real step.
    """
    if lengths is not None and need_state and len(start) > 1:
        return _run_packed(layer, x, lengths, start)
    output, end = layer(x, _enter(start))
    if not need_state:
        return output, None
    if lengths is None:
        return output, _leave(end)
    return output, (last_real(output, lengths, start[0]),)  # h is the output itself


def _run_packed(layer, x, lengths, start):
    packed = nn.utils.rnn.pack_padded_sequence(
        x, lengths.cpu().clamp(min=1), batch_first=True, enforce_sorted=False
    )
    output, end = layer(packed, _enter(start))
    output, _ = nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=x.shape[1])
    pairs = zip(_leave(end), start, strict=True)
    live = (lengths > 0)[:, None]  # a row that has ended keeps its state
    return output, tuple(torch.where(live, new, old) for new, old in pairs)


def _enter(state):
    state = tuple(part[None] for part in state)  # (1, B, H), torch's layout
    return state[0] if len(state) == 1 else state


def _leave(state):
    state = (state,) if torch.is_tensor(state) else state
    return tuple(part[0] for part in state)


def last_real(output, lengths, start):
    """Give the output of each row's last real step, and what it started from where it has none.

    Parameters
    ----------
    output : tensor of shape (B, T, H)
        The outputs, which are the states as well.
    lengths : tensor of shape (B,) or None
        Real steps of each row.
    start : tensor of shape (B, H)
        The state before the first step.

    Returns
    -------
    state : tensor of shape (B, H)
        The state after the last real step.
    """
    if lengths is None:
        return output[:, -1]
    rows = torch.arange(len(lengths), device=lengths.device)
    last = output[rows, lengths.clamp(min=1) - 1]
    return torch.where((lengths > 0)[:, None], last, start)


def _option_names(cls):
    parameters = inspect.signature(cls.__init__).parameters.values()
    return sorted(p.name for p in parameters if p.name != "self" and p.kind != p.VAR_KEYWORD)
