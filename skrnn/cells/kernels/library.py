"""Finding and loading the compiled kernel."""

import ctypes
from functools import cache
from pathlib import Path

import torch

# Instruction sets by what torch calls them, the best first, and the file that uses them.
VARIANTS = {"AVX512": "avx512", "AVX2": "avx2", "DEFAULT": "baseline"}
POINTER, SIZE = ctypes.c_void_p, ctypes.c_int64


class Call(ctypes.Structure):
    """The arguments of a call, as ``SkrnnCall`` in kernel.cpp has them."""

    _fields_ = (
        *((name, SIZE) for name in ("cell", "n_rows", "n_steps", "n_features", "n_units")),
        *((name, SIZE) for name in ("n_threads", "keep")),
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


@cache
def load_kernel():
    """Load the best compiled variant this processor runs.

    Returns
    -------
    library : ctypes.CDLL or None
        The kernel; None where it was not compiled or cannot be loaded.
    """
    name = kernel_name()
    if name is None:
        return None
    try:
        library = ctypes.CDLL(str(_path(name)))
    except OSError:
        return None
    call = ctypes.POINTER(Call)
    library.skrnn_kept.argtypes, library.skrnn_kept.restype = (call,), SIZE
    for function in (library.skrnn_forward, library.skrnn_backward):
        function.argtypes, function.restype = (call,), None
    return library


@cache
def kernel_name():
    """Name the variant that runs here: "avx512", "avx2" or "baseline"; None without any."""
    able = torch.backends.cpu.get_cpu_capability()
    names = list(VARIANTS)
    start = names.index(able) if able in names else names.index("DEFAULT")
    found = (VARIANTS[name] for name in names[start:])
    return next((name for name in found if _path(name).exists()), None)


def _path(name):
    return Path(__file__).with_name(f"_kernel_{name}.so")
