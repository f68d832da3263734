"""A recurrent layer of the kernel as a function that torch can differentiate."""

from functools import lru_cache

import torch

from skrnn.cells.kernels.call import Call, addresses, functions
from skrnn.cells.kernels.threads import threads_for
from skrnn.cells.kernels.workspace import borrow

CELLS = {
    "rnn_tanh": 0,
    "rnn_relu": 1,
    "rnn_sigmoid": 2,
    "lstm": 3,
    "gru": 4,
    "peephole_lstm": 5,
    "rrnn_tanh": 6,
    "rrnn_relu": 7,
    "rrnn_sigmoid": 8,
}
WITH_MEMORY = (CELLS["lstm"], CELLS["peephole_lstm"])  # whose state has a second part


def run_kernel(cell, x, lengths, state, weights, need_output=True):
    """Read a batch through the kernel.

    Parameters
    ----------
    cell : str
        A name in ``CELLS``.
    x : float32 tensor of shape (B, T, F)
        Rows padded at the end; the padding is not read. Several models have B / K rows each, those
        of the first model first.
    lengths : tensor of shape (B,) or None
        Real steps of each row.
    state : tuple of tensors of shape (B, H) or None
        The state to start from; None for zeros.
    weights : tuple of tensors
        w_ih, w_hh, b_ih, b_hh as torch lays them out; for "peephole_lstm" a fifth of shape
        (3, H) for the gates i, f and o. With one axis more in front, the weights of K models.
    need_output : bool, default=True
        Whether the outputs of all steps are wanted; without, only the last state is given.

    Returns
    -------
    output : tensor of shape (B, T, O) or None
        The outputs, zero in the padding.
    state : tuple of tensors of shape (B, H)
        The state after each row's last real step.

    Raises
    ------
    ValueError
        If `x`, `lengths` and `state` do not fit the weights and each other.
    """
    n_models = _check_weights(weights)
    _check_batch(x, lengths, weights[0].shape[-1], n_models)
    if state is not None:
        _check_state(cell, state, (len(x), weights[1].shape[-1]))
    code, peephole = CELLS[cell], weights[4] if len(weights) == 5 else None
    h0, c0 = (None, None) if state is None else (*state, None)[:2]
    how = (code, n_models, need_output, torch.is_grad_enabled())  # inside forward it never is
    found = _Layer.apply(how, lengths, x, h0, c0, *weights[:4], peephole)
    if not need_output:
        return None, (found if isinstance(found, tuple) else (found,))
    return found[0], found[1:]


class _Layer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, how, lengths, x, h0, c0, *weights):
        code, n_models, need_output, grad = how
        x = x if x.stride(2) == 1 else x.contiguous()
        h0, c0, *weights = (t if t is None else t.contiguous() for t in (h0, c0, *weights))
        n_rows, n_steps, n_features = x.shape
        n_units = weights[1].shape[-1]
        order, sorted_lengths = _sort(lengths, n_rows, n_steps, n_models)
        width = n_units * (2 if code >= CELLS["rrnn_tanh"] else 1)
        make = x.new_empty if lengths is None else x.new_zeros
        output = make((n_rows, n_steps, width)) if need_output else None
        h = x.new_empty((n_rows, n_units))
        c = torch.empty_like(h) if code in WITH_MEMORY else None
        keep = grad and any(ctx.needs_input_grad)
        work = n_rows * n_steps * (weights[0].numel() + weights[1].numel()) // n_models
        call = Call(
            *(code, n_models, n_rows // n_models, n_steps, n_features, n_units),
            *(threads_for(work), keep),
            *addresses(order, sorted_lengths, x),
            *(x.stride(0), x.stride(1)),
            *addresses(*weights, h0, c0, output),
            *(n_steps * width, width),
            *addresses(h, c),
        )
        size_of_kept, run_forward, _ = functions()
        if keep:
            ctx.kept = borrow(size_of_kept(call))
            call.kept = ctx.kept.address
            ctx.save_for_backward(x, h0, c0, *weights)
            ctx.call, ctx.rows, ctx.ragged = call, (order, sorted_lengths), lengths is not None
        run_forward(call)
        ctx.set_materialize_grads(False)
        ctx.need_output = need_output
        found = tuple(t for t in (output, h, c) if t is not None)
        return found if len(found) > 1 else h  # torch takes time for every output

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, *gradients):
        d_output = gradients[0] if ctx.need_output else None
        d_h, d_c, *_ = (*gradients[ctx.need_output :], None)
        x, h0, c0, *weights = ctx.saved_tensors
        if d_output is not None and d_output.stride(2) != 1:
            d_output = d_output.contiguous()
        d_h = d_h if d_h is None else d_h.contiguous()
        d_c = d_c if d_c is None else d_c.contiguous()
        _, _, need_x, need_h0, need_c0, *_ = ctx.needs_input_grad
        make = x.new_zeros if ctx.ragged else x.new_empty
        d_x = make(x.shape) if need_x else None
        d_h0 = torch.empty_like(h0) if need_h0 else None
        d_c0 = torch.empty_like(c0) if need_c0 else None
        d_weights = [t if t is None else torch.empty_like(t) for t in weights]
        call = Call.from_buffer_copy(ctx.call)
        call.x, call.h0, call.c0 = addresses(x, h0, c0)  # hooks may have moved what was saved
        call.x_row, call.x_step = x.stride(0), x.stride(1)
        call.w_ih, call.w_hh, call.b_ih, call.b_hh, call.peephole = addresses(*weights)
        call.d_out, call.d_h_n, call.d_c_n = addresses(d_output, d_h, d_c)
        if d_output is not None:
            call.d_out_row, call.d_out_step = d_output.stride(0), d_output.stride(1)
        call.d_x, call.d_h0, call.d_c0 = addresses(d_x, d_h0, d_c0)
        call.d_w_ih, call.d_w_hh, call.d_b_ih, call.d_b_hh, call.d_peephole = addresses(*d_weights)
        functions()[2](call)
        return None, None, d_x, d_h0, d_c0, *d_weights


def _sort(lengths, n_rows, n_steps, n_models):
    """Give the rows of each model, longest first, and the lengths in that order."""
    if lengths is None:
        return _full(n_rows, n_steps)
    sorted_lengths, order = lengths.view(n_models, -1).sort(descending=True, stable=True)
    if n_models > 1:
        order += torch.arange(0, n_rows, n_rows // n_models, device="cpu")[:, None]
    return order, sorted_lengths


@lru_cache(maxsize=64)
def _full(n_rows, n_steps):
    return torch.arange(n_rows, device="cpu"), torch.full((n_rows,), n_steps, device="cpu")


def _check_weights(weights):
    """Check the weights; give the number of models."""
    for weight in weights:
        if weight.dtype != torch.float32 or not weight.is_cpu:
            raise ValueError(
                "The weights must be float32 on the CPU, as x is; got "
                f"{weight.dtype} on {weight.device}."
            )
    return len(weights[0]) if weights[0].ndim == 3 else 1


def _check_batch(x, lengths, n_features, n_models):
    """Check shapes before anything reads by address."""
    if len(x) % n_models:
        raise ValueError(f"x has {len(x)} rows, which {n_models} models cannot share equally.")
    if x.shape[2] != n_features:
        raise ValueError(f"x has {x.shape[2]} features, but the cell was built for {n_features}.")
    if lengths is None:
        return
    if lengths.shape != x.shape[:1] or lengths.dtype != torch.int64:
        raise ValueError(
            f"lengths must be an int64 tensor of shape ({len(x)},), one number for each row; got "
            f"{lengths.dtype} of shape {tuple(lengths.shape)}."
        )
    values, n_steps = lengths.tolist(), x.shape[1]
    if values and not 0 <= min(values) <= max(values) <= n_steps:
        row, value = next((i, n) for i, n in enumerate(values) if not 0 <= n <= n_steps)
        raise ValueError(
            f"lengths must be between 0 and {n_steps}, the steps of x; got {value} in row {row}."
        )


def _check_state(cell, state, shape):
    n_parts = 2 if CELLS[cell] in WITH_MEMORY else 1
    if len(state) != n_parts:
        raise ValueError(f"The state of {cell!r} has {n_parts} part(s); got {len(state)}.")
    for part in state:
        if part.shape != shape or part.dtype != torch.float32 or not part.is_cpu:
            raise ValueError(
                f"Each part of the state must be a float32 tensor on the CPU of shape {shape}; "
                f"got {part.dtype} on {part.device} of shape {tuple(part.shape)}."
            )
