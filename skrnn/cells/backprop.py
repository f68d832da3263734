"""GRU and simple RNN in plain torch with a hand-written backward pass, for CPUs without the kernel.

torch's own layers record some fifteen nodes of autograd a step and walk them back one by one. Here
a step is a handful of operations into memory that is there already, and what the backward pass
needs of the gates is computed for many steps at once. Buffers are time-major, (T, B, ...), so that
a step is one block of memory.
"""

import torch
from torch.nn import functional

ACTIVATIONS = {"relu": torch.relu_, "sigmoid": torch.sigmoid_}
SLOPES = {  # of an activation, from its value
    "tanh": lambda y: 1 - y * y,
    "relu": lambda y: (y > 0).to(y.dtype),
    "sigmoid": lambda y: y * (1 - y),
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
        # v = (h + 1) / 2, so that U h = 2 U v - U 1, and 2 (x_n + r u) for the candidate
        scale = torch.ones_like(b_ih)
        scale[2 * size :] = 2.0
        shift = b_hh - w_hh.sum(1)
        bias = b_ih + shift
        bias[2 * size :] = b_ih[2 * size :]
        drive = functional.linear(x, w_ih * scale[:, None], bias * scale)  # (T, B, 3 H)
        weight = (2 * scale[:, None] * w_hh).T
        weight_rz, weight_n = weight[:, : 2 * size].contiguous(), weight[:, 2 * size :].contiguous()
        bias_n = 2 * shift[2 * size :]
        gates, new = torch.empty_like(drive), drive.new_empty(len(x), *h.shape)
        states = drive.new_empty(len(x) + 1, *h.shape)
        torch.add(0.5, h, alpha=0.5, out=states[0])
        each = zip(
            *(states.unbind(0), states[1:].unbind(0), new.unbind(0)),
            *(gates[..., : 2 * size].unbind(0), gates[..., size : 2 * size].unbind(0)),
            *(gates[..., :size].unbind(0), gates[..., 2 * size :].unbind(0)),
            *(drive[..., : 2 * size].unbind(0), drive[..., 2 * size :].unbind(0)),
            strict=False,
        )
        for before, after, n, rz, z, r, u, drive_rz, drive_n in each:
            torch.addmm(drive_rz, before, weight_rz, out=rz).sigmoid_()
            torch.addmm(bias_n, before, weight_n, out=u)
            torch.addcmul(drive_n, r, u, out=n).sigmoid_()
            torch.lerp(n, before, z, out=after)
        states.mul_(2).sub_(1)
        ctx.save_for_backward(x, states, w_ih, w_hh, gates, new)
        return states[1:].transpose(0, 1)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_output):
        x, states, w_ih, w_hh, gates, new = ctx.saved_tensors
        size = states.shape[2]
        walk = Walk(ctx, x, states, w_ih, w_hh, d_output, gates=3)
        d_bias_n = w_hh.new_zeros(size)
        for steps in walk.chunks():
            r, z, u = gates[steps].chunk(3, -1)
            n, slope = new[steps], walk.slope[: len(r)]  # of n and u as forward has them
            d_n = torch.addcmul(n, n, n, value=-1).mul_(1 - z).mul_(4)
            torch.mul(d_n, r, out=slope[..., 2, :])
            torch.addcmul(r, r, r, value=-1, out=slope[..., 0, :]).mul_(u).mul_(d_n).mul_(0.5)
            torch.addcmul(z, z, z, value=-1, out=slope[..., 1, :])
            slope[..., 1, :].mul_(torch.add(states[steps], n, alpha=-2).add_(1))
            walk.back(steps, z)
            walk.add_recurrent(steps)
            d_bias_n += slope[..., 2, :].sum((0, 1))
            torch.mul(d_n, walk.d_states[1:][steps], out=slope[..., 2, :])
            walk.add_input(steps)
        d_b_hh = walk.d_bias.clone()
        d_b_hh[2 * size :] = d_bias_n
        return walk.d_x, walk.d_states[0], walk.d_w_ih, walk.d_w_hh, walk.d_bias, d_b_hh


class _RNN(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, h, w_ih, w_hh, b_ih, b_hh, activation):
        x = x.transpose(0, 1).contiguous()
        states = x.new_empty(len(x) + 1, *h.shape)
        if activation == "tanh":  # v = (h + 1) / 2 = sigmoid(2 a), and U h = 2 U v - U 1
            drive = functional.linear(x, 2 * w_ih, 2 * (b_ih + b_hh - w_hh.sum(1)))
            weight, squash = (4 * w_hh).T.contiguous(), torch.sigmoid_
            torch.add(0.5, h, alpha=0.5, out=states[0])
        else:
            drive = functional.linear(x, w_ih, b_ih + b_hh)  # (T, B, H)
            weight, squash = w_hh.T.contiguous(), ACTIVATIONS[activation]
            states[0] = h
        each = zip(states.unbind(0), states[1:].unbind(0), drive.unbind(0), strict=False)
        for before, after, drive_t in each:
            squash(torch.addmm(drive_t, before, weight, out=after))
        if activation == "tanh":
            states.mul_(2).sub_(1)
        ctx.save_for_backward(x, states, w_ih, w_hh)
        ctx.activation = activation
        return states[1:].transpose(0, 1)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_output):
        x, states, w_ih, w_hh = ctx.saved_tensors
        walk = Walk(ctx, x, states, w_ih, w_hh, d_output, gates=1)
        for steps in walk.chunks():
            reached = states[1:][steps]
            walk.slope[: len(reached), :, 0] = SLOPES[ctx.activation](reached)
            walk.back(steps, None)
            walk.add_recurrent(steps)
            walk.add_input(steps)
        d_h, d_bias = walk.d_states[0], walk.d_bias
        return walk.d_x, d_h, walk.d_w_ih, walk.d_w_hh, d_bias, d_bias.clone(), None


class Walk:
    """A backward pass, some steps at a time, from last to first.

    The gradient of the sum of each gate is that of the state, d_h, times a slope that is known
    beforehand: the caller fills ``slope`` for some steps, and :meth:`back` multiplies d_h into it.

    Parameters
    ----------
    ctx : object
        The context of the function.
    x : tensor of shape (T, B, F)
        The input.
    states : tensor of shape (T + 1, B, H)
        The states, with the one to start from.
    w_ih, w_hh : tensors of shape (gates * H, F) and (gates * H, H)
        The weights.
    d_output : tensor of shape (B, T, H)
        The gradient of the outputs.
    gates : int
        How many gates there are.
    """

    def __init__(self, ctx, x, states, w_ih, w_hh, d_output, gates):
        n_steps, n_rows, size = len(x), *states.shape[1:]
        self.x, self.states, self.w_ih, self.w_hh = x, states, w_ih, w_hh
        self.size = min(n_steps, max(1, NUMBERS_AT_ONCE // (n_rows * size)))
        self.slope = states.new_empty(self.size, n_rows, gates, size)
        self.d_states = torch.empty_like(states)
        self.d_states[0] = 0.0
        self.d_states[1:] = d_output.transpose(0, 1)
        self.d_w_ih, self.d_w_hh = torch.zeros_like(w_ih), torch.zeros_like(w_hh)
        self.d_bias = w_hh.new_zeros(len(w_hh))
        self.d_x_steps = torch.empty_like(x) if ctx.needs_input_grad[0] else None

    def chunks(self):
        """Yield the steps to prepare at once, the last ones first."""
        for end in range(len(self.x), 0, -self.size):
            yield slice(max(0, end - self.size), end)

    def back(self, steps, past):
        """Go back through some steps; `past` is the share of a state that the next one keeps."""
        d_states = self.d_states[steps.start : steps.stop + 1].unbind(0)
        slope = self.slope[: steps.stop - steps.start]
        pasts = [None] * len(slope) if past is None else past.unbind(0)
        each = zip(
            d_states,
            d_states[1:],
            slope.unbind(0),
            slope.flatten(-2).unbind(0),
            pasts,
            strict=False,
        )
        for d_before, d_state, gates, sums, share in reversed(list(each)):
            gates.mul_(d_state[:, None])
            if share is not None:
                d_before.addcmul_(d_state, share)
            d_before.addmm_(sums, self.w_hh)

    def add_recurrent(self, steps):
        """Add these steps to the gradient of the recurrent weights."""
        sums = self.slope[: steps.stop - steps.start].flatten(-2).flatten(0, 1)
        self.d_w_hh.addmm_(sums.T, self.states[steps].flatten(0, 1))

    def add_input(self, steps):
        """Add these steps to the gradients of what the input enters by."""
        sums = self.slope[: steps.stop - steps.start].flatten(-2).flatten(0, 1)
        x = self.x[steps].flatten(0, 1)
        self.d_w_ih.addmm_(sums.T, x)
        self.d_bias += sums.sum(0)
        if self.d_x_steps is not None:
            torch.mm(sums, self.w_ih, out=self.d_x_steps[steps].flatten(0, 1))

    @property
    def d_x(self):
        """The gradient of the input, (B, T, F), or None."""
        return None if self.d_x_steps is None else self.d_x_steps.transpose(0, 1)
