"""The arguments of the kernel as C has them."""

import ctypes
from functools import cache

from skrnn._kernel import load_kernel

POINTER, SIZE = ctypes.c_void_p, ctypes.c_int64


class Call(ctypes.Structure):
    """The arguments of a call, in the order of ``SkrnnCall`` in kernel.cpp."""

    _fields_ = (
        *((name, SIZE) for name in ("cell", "n_models", "n_rows", "n_steps")),
        *((name, SIZE) for name in ("n_features", "n_units", "n_threads", "keep")),
        *((name, POINTER) for name in ("order", "lengths", "x")),
        *((name, SIZE) for name in ("x_row", "x_step")),
        *((name, POINTER) for name in ("w_ih", "w_hh", "b_ih", "b_hh", "peephole", "h0", "c0")),
        ("out", POINTER),
        *((name, SIZE) for name in ("out_row", "out_step")),
        *((name, POINTER) for name in ("h_n", "c_n", "kept", "d_out")),
        *((name, SIZE) for name in ("d_out_row", "d_out_step")),
        *((name, POINTER) for name in ("d_h_n", "d_c_n", "d_x", "d_h0", "d_c0")),
        *((name, POINTER) for name in ("d_w_ih", "d_w_hh", "d_b_ih", "d_b_hh", "d_peephole")),
    )


def addresses(*tensors):
    """Give where tensors start in memory, and None for None."""
    return [None if tensor is None else tensor.data_ptr() for tensor in tensors]


@cache
def functions():
    """Give the kernel's functions: the size of what is kept, forward and backward.

    Raises
    ------
    RuntimeError
        If the kernel was compiled from another version.
    """
    library, call = load_kernel(), ctypes.POINTER(Call)
    library.skrnn_size_of_call.restype = SIZE
    if library.skrnn_size_of_call() != ctypes.sizeof(Call):
        raise RuntimeError(
            "The compiled kernel is of another version than the code that calls it. Install skrnn "
            "again to compile it, or use skrnn.set_config(backend='torch')."
        )
    library.skrnn_kept.argtypes, library.skrnn_kept.restype = (call,), SIZE
    for function in (library.skrnn_forward, library.skrnn_backward):
        function.argtypes, function.restype = (call,), None
    return library.skrnn_kept, library.skrnn_forward, library.skrnn_backward
