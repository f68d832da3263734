"""A recurrent layer of the kernel as a function that torch can differentiate."""

import ctypes

import torch

from skrnn.cells.kernels.call import Call, functions
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


def run_kernel(cell, x, lengths, state, weights, need_output=True):
    """Read a batch through the kernel.

    Parameters
    ----------
    cell : str
        A name in ``CELLS``.
    x : float32 tensor of shape (B, T, F)
        Rows padded at the end; the padding is not read.
    lengths : tensor of shape (B,) or None
        Real steps of each row.
    state : tuple of tensors of shape (B, H)
        The state to start from.
    weights : tuple of tensors
        w_ih, w_hh, b_ih, b_hh as torch lays them out; for "peephole_lstm" a fifth of shape
        (3, H) for the gates i, f and o.
    need_output : bool, default=True
        Whether the outputs of all steps are wanted; without, only the last state is given.

    Returns
    -------
    output : tensor of shape (B, T, O) or None
        The outputs, zero in the padding.
    state : tuple of tensors of shape (B, H)
        The state after each row's last real step.
    """
    code, peephole = CELLS[cell], weights[4] if len(weights) == 5 else None
    h0, c0 = (*state, None)[:2]
    output, h, c = _Layer.apply(code, need_output, lengths, x, h0, c0, *weights[:4], peephole)
    return (output if need_output else None), ((h,) if c0 is None else (h, c))


class _Layer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, code, need_output, lengths, x, h0, c0, w_ih, w_hh, b_ih, b_hh, peephole):
        x = x if x.stride(2) == 1 else x.contiguous()
        tensors = [t if t is None else t.contiguous() for t in (w_ih, w_hh, b_ih, b_hh, peephole)]
        start = [state if state is None else state.contiguous() for state in (h0, c0)]
        (n_rows, n_steps, _), n_units = x.shape, w_hh.shape[1]
        order, sorted_lengths = _sort(lengths, n_rows, n_steps)
        width = n_units * (2 if code >= CELLS["rrnn_tanh"] else 1)
        make = x.new_empty if lengths is None else x.new_zeros
        output = make((n_rows, n_steps, width) if need_output else (0,))
        h, c = x.new_empty(n_rows, n_units), x.new_empty((n_rows, n_units) if c0 is not None else 0)
        call = _call(code, x, order, sorted_lengths, tensors, start)
        keep = any(ctx.needs_input_grad)
        call.set(out=output if need_output else None, h_n=h, c_n=c, keep=keep)
        call.out_row, call.out_step = n_steps * width, width
        size_of_kept, run_forward, _ = functions()
        if keep:
            kept = borrow(size_of_kept(ctypes.byref(call)))
            call.kept = kept.address
        run_forward(ctypes.byref(call))
        if keep:
            ctx.save_for_backward(x, *tensors, *start, order, sorted_lengths)
            ctx.code, ctx.kept, ctx.ragged = code, kept, lengths is not None
        if not need_output:
            ctx.mark_non_differentiable(output)
        ctx.set_materialize_grads(False)
        return output, h, c

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_output, d_h, d_c):
        x, *tensors, h0, c0, order, lengths = ctx.saved_tensors
        if d_output is not None and d_output.stride(2) != 1:
            d_output = d_output.contiguous()
        call = _call(ctx.code, x, order, lengths, tensors, (h0, c0))
        needs = ctx.needs_input_grad
        make = torch.zeros_like if ctx.ragged else torch.empty_like
        d_x = make(x, memory_format=torch.contiguous_format) if needs[3] else None
        d_h0 = torch.empty_like(h0) if needs[4] else None
        d_c0 = torch.empty_like(c0) if needs[5] else None
        d_weights = [t if t is None else torch.empty_like(t) for t in tensors]
        d_h = d_h if d_h is None else d_h.contiguous()
        d_c = d_c if d_c is None or c0 is None else d_c.contiguous()
        call.set(keep=True, d_out=d_output, d_h_n=d_h, d_c_n=d_c, d_x=d_x, d_h0=d_h0, d_c0=d_c0)
        names = ("d_w_ih", "d_w_hh", "d_b_ih", "d_b_hh", "d_peephole")
        call.set(**dict(zip(names, d_weights, strict=True)))
        call.kept = ctx.kept.address
        if d_output is not None:
            call.d_out_row, call.d_out_step = d_output.stride(0), d_output.stride(1)
        _, _, run_backward = functions()
        run_backward(ctypes.byref(call))
        return None, None, None, d_x, d_h0, d_c0, *d_weights


def _call(code, x, order, lengths, tensors, start):
    n_rows, n_steps, n_features = x.shape
    w_ih, w_hh, b_ih, b_hh, peephole = tensors
    call = Call(code, n_rows, n_steps, n_features, w_hh.shape[1])
    call.n_threads = threads_for(n_rows * w_hh.shape[1])
    call.x_row, call.x_step = x.stride(0), x.stride(1)
    call.set(order=order, lengths=lengths, x=x, w_ih=w_ih, w_hh=w_hh, b_ih=b_ih, b_hh=b_hh)
    call.set(peephole=peephole, h0=start[0], c0=start[1])
    return call


def _sort(lengths, n_rows, n_steps):
    """Give the rows, longest first, and the lengths in that order."""
    if lengths is None:
        return torch.arange(n_rows), torch.full((n_rows,), n_steps)
    sorted_lengths, order = lengths.sort(descending=True, stable=True)
    return order, sorted_lengths
