"""GRU and simple RNN in plain torch with a hand-written backward pass, for CPUs without the kernel.

torch's own layers record some fifteen nodes of autograd a step and walk them back one by one. Here
a step is a handful of operations into memory that is there already, and what the backward pass
needs of the gates is computed for many steps at once. Buffers are time-major, (T, B, ...), so that
a step is one block of memory.
"""

import torch

from skrnn.cells.pool import lend

ACTIVATIONS = {"relu": torch.relu_, "sigmoid": torch.sigmoid_}
SLOPES = {  # from a value, or from v = (h + 1) / 2 for tanh, to the slope there
    "tanh": lambda v, out: torch.addcmul(v, v, v, value=-1, out=out).mul_(4),
    "relu": lambda y, out: torch.gt(y, 0, out=out),
    "sigmoid": lambda y, out: torch.addcmul(y, y, y, value=-1, out=out),
}
NUMBERS_AT_ONCE = 65_536  # of B * H * steps that a backward pass prepares: they stay in the cache


BY_HAND = ("gru", "rnn_tanh", "rnn_relu", "rnn_sigmoid")


def run_by_hand(cell, x, h, weights):
    """Read rows of equal length.

    Parameters
    ----------
    cell : {"gru", "rnn_tanh", "rnn_relu", "rnn_sigmoid"}
        The cell, as the kernel calls it.
    x : tensor of shape (B, T, F)
        Rows.
    h : tensor of shape (B, H)
        The state to start from.
    weights : tuple of tensors
        w_ih, w_hh, b_ih and b_hh of :class:`torch.nn.GRU` or :class:`torch.nn.RNN`.

    Returns
    -------
    output : tensor of shape (B, T, H)
        The states of all steps.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells.backprop import run_by_hand
    >>> layer = torch.nn.GRU(3, 4, batch_first=True)
    >>> output = run_by_hand("gru", torch.zeros(2, 5, 3), torch.zeros(2, 4), layer.parameters())
    >>> torch.allclose(output, layer(torch.zeros(2, 5, 3))[0], atol=1e-6)
    True
    """
    if cell == "gru":
        return _GRU.apply(x, h, *weights)
    return _RNN.apply(x, h, *weights, cell.removeprefix("rnn_"))


class _GRU(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, h, w_ih, w_hh, b_ih, b_hh):
        x, size = x.transpose(0, 1).contiguous(), h.shape[1]
        ctx.lease = lease = lend_buffers(x, h, gates=3)
        memory = lease.value
        # v = (h + 1) / 2, so that U h = 2 U v - U 1, and 2 (x_n + r u) for the candidate
        scale = torch.ones_like(b_ih)
        scale[2 * size :] = 2.0
        shift = b_hh - w_hh.sum(1)
        bias = b_ih + shift
        bias[2 * size :] = b_ih[2 * size :]
        memory.enter(x, w_ih * scale[:, None], bias * scale)
        weight = (2 * scale[:, None] * w_hh).T
        weight_rz, weight_n = weight[:, : 2 * size].contiguous(), weight[:, 2 * size :].contiguous()
        bias_n = 2 * shift[2 * size :]
        torch.add(0.5, h, alpha=0.5, out=memory.states[0])
        for before, after, drive_rz, drive_n, rz, r, z, u, n in memory.gru_steps:
            torch.addmm(drive_rz, before, weight_rz, out=rz).sigmoid_()
            torch.addmm(bias_n, before, weight_n, out=u)
            torch.addcmul(drive_n, r, u, out=n).sigmoid_()
            torch.lerp(n, before, z, out=after)
        ctx.save_for_backward(x, w_ih, w_hh)
        return torch.add(-1.0, memory.states[1:].transpose(0, 1), alpha=2.0)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_output):
        x, w_ih, w_hh = ctx.saved_tensors
        memory, size = ctx.lease.value, w_hh.shape[1]
        walk = Walk(memory, x, w_ih, w_hh, d_output, ctx.needs_input_grad[0])
        d_bias_n = w_hh.new_zeros(size)  # of the input; elsewhere the two biases have one gradient
        for steps in memory.chunks():
            r, z, u = memory.gates[steps].chunk(3, -1)
            n, slope = memory.new[steps], memory.slope[: len(r)]  # n, u and v as forward has them
            d_n = torch.addcmul(n, n, n, value=-1).mul_(1 - z).mul_(4)
            torch.mul(d_n, r, out=slope[..., 2, :])
            torch.addcmul(r, r, r, value=-1, out=slope[..., 0, :]).mul_(u).mul_(d_n).mul_(0.5)
            torch.addcmul(z, z, z, value=-1, out=slope[..., 1, :])
            slope[..., 1, :].mul_(memory.states[steps] - n).mul_(2)
            walk.back(steps, memory.z)
            walk.add_recurrent(steps)
            torch.mul(d_n, memory.d_states[1:][steps], out=slope[..., 2, :])
            d_bias_n += slope[..., 2, :].sum((0, 1))
            walk.add_input(steps)
        d_w_hh, d_h = walk.recurrent(shifted=True), memory.d_states[0].clone()
        d_b_ih = torch.cat([walk.d_bias[: 2 * size], d_bias_n])
        return walk.d_x, d_h, walk.d_w_ih, d_w_hh, d_b_ih, walk.d_bias


class _RNN(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, h, w_ih, w_hh, b_ih, b_hh, activation):
        x = x.transpose(0, 1).contiguous()
        ctx.lease = lend_buffers(x, h, gates=1)
        memory, ctx.activation = ctx.lease.value, activation
        if activation == "tanh":  # v = (h + 1) / 2 = sigmoid(2 a), and U h = 2 U v - U 1
            memory.enter(x, 2 * w_ih, 2 * (b_ih + b_hh - w_hh.sum(1)))
            weight, squash = (4 * w_hh).T.contiguous(), torch.sigmoid_
            torch.add(0.5, h, alpha=0.5, out=memory.states[0])
        else:
            memory.enter(x, w_ih, b_ih + b_hh)
            weight, squash = w_hh.T.contiguous(), ACTIVATIONS[activation]
            memory.states[0] = h
        for before, after, drive in memory.rnn_steps:
            squash(torch.addmm(drive, before, weight, out=after))
        ctx.save_for_backward(x, w_ih, w_hh)
        output = memory.states[1:].transpose(0, 1)
        if activation == "tanh":
            return torch.add(-1.0, output, alpha=2.0)
        return output.clone(memory_format=torch.contiguous_format)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_output):
        x, w_ih, w_hh = ctx.saved_tensors
        memory = ctx.lease.value
        walk = Walk(memory, x, w_ih, w_hh, d_output, ctx.needs_input_grad[0])
        for steps in memory.chunks():
            reached = memory.states[1:][steps]
            SLOPES[ctx.activation](reached, memory.slope[: len(reached), :, 0])
            walk.back(steps, None)
            walk.add_recurrent(steps)
            walk.add_input(steps)
        d_w_hh, d_h = walk.recurrent(ctx.activation == "tanh"), memory.d_states[0].clone()
        return walk.d_x, d_h, walk.d_w_ih, d_w_hh, walk.d_bias, walk.d_bias.clone(), None


def lend_buffers(x, h, gates):
    """Lend memory for rows x (T, B, F) and states h (B, H)."""
    key = (len(x), *h.shape, gates, h.dtype)
    return lend(key, lambda: Buffers(*key))


class Buffers:
    """Memory for a pass forward and back, with a view of each step.

    Parameters
    ----------
    n_steps, n_rows, size, gates : int
        T, B, H and how many gates there are.
    dtype : torch.dtype
        What numbers are stored as.

    Attributes
    ----------
    states, d_states : tensors of shape (T + 1, B, H)
        States, the one to start from first, and their gradients.
    drive, gates : tensors of shape (T, B, gates * H)
        The products of the input, and the gates.
    slope : tensor of shape (chunk, B, gates, H)
        What the gradient of a state is multiplied by to give those of the sums of the gates.
    """

    def __init__(self, n_steps, n_rows, size, gates, dtype):
        self.n_steps = n_steps
        self.chunk = min(n_steps, max(1, NUMBERS_AT_ONCE // (n_rows * size)))
        self.states, self.d_states = torch.empty(2, n_steps + 1, n_rows, size, dtype=dtype)
        self.drive = torch.empty(n_steps, n_rows, gates * size, dtype=dtype)
        self.slope = torch.empty(self.chunk, n_rows, gates, size, dtype=dtype)
        states = self.states.unbind(0)
        if gates == 1:
            self.rnn_steps = list(zip(states[:-1], states[1:], self.drive.unbind(0), strict=True))
        else:
            self._make_gates(states, size)
        self.d_state, self.d_wide = self.d_states.unbind(0), self.d_states.unsqueeze(2).unbind(0)
        self.slope_of, self.sums_of = self.slope.unbind(0), self.slope.flatten(-2).unbind(0)

    def _make_gates(self, states, size):
        self.gates, self.new = torch.empty_like(self.drive), torch.empty_like(self.states[1:])
        rz, r, z, u = (
            self.gates[..., part].unbind(0)
            for part in (
                slice(2 * size),
                slice(size),
                slice(size, 2 * size),
                slice(2 * size, None),
            )
        )
        drive_rz, drive_n = self.drive.split([2 * size, size], -1)
        steps = (drive_rz.unbind(0), drive_n.unbind(0), rz, r, z, u, self.new.unbind(0))
        self.gru_steps, self.z = list(zip(states[:-1], states[1:], *steps, strict=True)), z

    def enter(self, x, weight, bias):
        """Make the products of the input (T, B, F)."""
        torch.addmm(bias, x.flatten(0, 1), weight.T, out=self.drive.flatten(0, 1))

    def chunks(self):
        """Yield the steps to prepare at once, the last ones first."""
        for end in range(self.n_steps, 0, -self.chunk):
            yield slice(max(0, end - self.chunk), end)


class Walk:
    """A backward pass, some steps at a time, from last to first.

    The caller fills ``slope`` for some steps, and :meth:`back` multiplies the gradients of the
    states into it.

    Parameters
    ----------
    memory : Buffers
        As the forward pass left it.
    x : tensor of shape (T, B, F)
        The input.
    w_ih, w_hh : tensors of shape (gates * H, F) and (gates * H, H)
        The weights.
    d_output : tensor of shape (B, T, H)
        The gradient of the outputs.
    need_x : bool
        Whether the gradient of the input is wanted.
    """

    def __init__(self, memory, x, w_ih, w_hh, d_output, need_x):
        self.memory, self.x, self.w_ih, self.w_hh = memory, x, w_ih, w_hh
        memory.d_states[0] = 0.0
        memory.d_states[1:] = d_output.transpose(0, 1)
        self.narrow = x.shape[2] < len(w_ih)  # the product is faster with the smaller side first
        self.d_input = w_ih.new_zeros(w_ih.shape[::-1] if self.narrow else w_ih.shape)
        self.d_w_hh = torch.zeros_like(w_hh)
        self.d_bias = w_hh.new_zeros(len(w_hh))  # beside the recurrent weights
        self.d_x_steps = torch.empty_like(x) if need_x else None

    def back(self, steps, past):
        """Go back through some steps; `past` is the share of a state that the next one keeps."""
        memory, w_hh = self.memory, self.w_hh
        for t in range(steps.stop - 1, steps.start - 1, -1):
            k, before = t - steps.start, memory.d_state[t]
            memory.slope_of[k].mul_(memory.d_wide[t + 1])
            if past is not None:
                before.addcmul_(memory.d_state[t + 1], past[t])
            before.addmm_(memory.sums_of[k], w_hh)

    def _flat(self, steps):
        return self.memory.slope[: steps.stop - steps.start].flatten(-2).flatten(0, 1)

    def add_recurrent(self, steps):
        """Add these steps to the gradient of the recurrent weights."""
        sums = self._flat(steps)
        self.d_w_hh.addmm_(sums.T, self.memory.states[steps].flatten(0, 1))
        self.d_bias += sums.sum(0)

    def recurrent(self, shifted):
        """Give the gradient of the recurrent weights; shifted states are v = (h + 1) / 2."""
        if not shifted:
            return self.d_w_hh
        return self.d_w_hh.mul_(2).sub_(self.d_bias[:, None])

    def add_input(self, steps):
        """Add these steps to the gradients of the input and of its weights."""
        sums = self._flat(steps)
        x = self.x[steps].flatten(0, 1)
        if self.narrow:
            self.d_input.addmm_(x.T, sums)
        else:
            self.d_input.addmm_(sums.T, x)
        if self.d_x_steps is not None:
            torch.mm(sums, self.w_ih, out=self.d_x_steps[steps].flatten(0, 1))

    @property
    def d_w_ih(self):
        """The gradient of the input's weights."""
        return self.d_input.T.contiguous() if self.narrow else self.d_input

    @property
    def d_x(self):
        """The gradient of the input, (B, T, F), or None."""
        return None if self.d_x_steps is None else self.d_x_steps.transpose(0, 1)
