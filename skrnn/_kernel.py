"""Finding and loading the compiled CPU kernel (skrnn/cells/kernels/kernel.cpp)."""

import ctypes
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "cells" / "kernels"
VARIANTS = ("baseline", "avx2", "avx512")  # instruction sets, in the order of what they need


@cache
def load_kernel():
    """Load the best variant of the kernel that was compiled and that this processor runs.

    Returns
    -------
    library : ctypes.CDLL or None
        The kernel, with its name as ``variant``; None where there is none.
    """
    baseline = _load("baseline")
    if baseline is None:
        return None
    level = baseline.skrnn_level()
    able = (_load(name) for name in reversed(VARIANTS[1 : level + 1]))
    return next((library for library in able if library is not None), baseline)


def kernel_name():
    """Name the instruction set of the loaded kernel; None without a kernel.

    Returns
    -------
    name : {"baseline", "avx2", "avx512"} or None
    """
    library = load_kernel()
    return None if library is None else library.variant


def _load(name):
    try:
        library = ctypes.CDLL(str(FOLDER / f"_kernel_{name}.bin"))
    except OSError:  # not compiled, or for another system
        return None
    library.variant = name
    return library
