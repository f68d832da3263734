"""The contract of a recurrent cell: one layer, one direction, options apart from weights."""

import inspect
from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import nn

from skrnn.cells.unroll import mask_steps, scan


class Cell(nn.Module, ABC):
    """One recurrent layer in one direction.

    A cell is made in two steps. Its constructor takes the options a user may set and search
    over (``LSTM(init="uniform")``) and stores them untouched; :meth:`build` makes the weights
    once the sizes are known. An unbuilt cell is therefore a plain description, which
    scikit-learn can clone and whose options a grid reaches as ``cell__init``.

    Subclass :class:`StepCell` to write a cell as the algebra of one step, or
    :class:`FusedCell` to wrap a layer that reads a whole sequence in one call.

    Attributes
    ----------
    state_names : tuple of str
        What the cell carries from one step to the next, in order. Every state is a tuple of
        tensors of shape (B, H), one per name.
    output_size : int
        Size of the last axis of the output. Set by :meth:`build`.
    """

    state_names: ClassVar[tuple[str, ...]] = ("h",)

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
        """Show the options, as scikit-learn shows parameters."""
        return ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())

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
        if lengths is None:
            return self.run(x, None, state, need_state)
        x = mask_steps(x, lengths)
        output, state = self.run(x, lengths, state, need_state)
        return mask_steps(output, lengths), state


class StepCell(Cell):
    """A cell written as the algebra of one step.

    Write ``build`` and ``step``; masking, stacking, direction and every estimator come free.

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
        return scan(self.step, x, lengths, state)


class FusedCell(Cell):
    """A cell that reads a whole sequence in one call of a torch layer.

    A leaf makes ``self.layer`` in ``build``: a one-layer, one-direction, batch-first module
    with the calling convention of :class:`torch.nn.GRU`, whose output is the first part of its
    state. Where the state has more parts, the layer must take packed rows as well.
    """

    def run(self, x, lengths, state, need_state):
        """Call the layer, on packed rows only where nothing else gives a ragged batch's state."""
        start = self.initial_state(x) if state is None else state
        if lengths is not None and need_state and len(self.state_names) > 1:
            return self._run_packed(x, lengths, start)
        output, end = self.layer(x, self._enter(start))
        if not need_state:
            return output, None
        if lengths is None:
            return output, self._leave(end)
        return output, (_last_real(output, lengths, start[0]),)  # h is the output itself

    def _run_packed(self, x, lengths, start):
        packed = nn.utils.rnn.pack_padded_sequence(
            x, lengths.cpu().clamp(min=1), batch_first=True, enforce_sorted=False
        )
        output, end = self.layer(packed, self._enter(start))
        output, _ = nn.utils.rnn.pad_packed_sequence(
            output, batch_first=True, total_length=x.shape[1]
        )
        pairs = zip(self._leave(end), start, strict=True)
        live = (lengths > 0)[:, None]  # a row that has ended keeps its state
        return output, tuple(torch.where(live, new, old) for new, old in pairs)

    def _enter(self, state):
        state = tuple(part[None] for part in state)  # (1, B, H), torch's layout
        return state[0] if len(state) == 1 else state

    def _leave(self, state):
        state = (state,) if torch.is_tensor(state) else state
        return tuple(part[0] for part in state)


def _last_real(output, lengths, start):
    rows = torch.arange(len(lengths), device=lengths.device)
    last = output[rows, lengths.clamp(min=1) - 1]
    return torch.where((lengths > 0)[:, None], last, start)  # a row that has ended keeps its state


def _option_names(cls):
    parameters = inspect.signature(cls.__init__).parameters.values()
    return sorted(p.name for p in parameters if p.name != "self" and p.kind != p.VAR_KEYWORD)
