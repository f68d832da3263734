"""The fast CPU path: recurrent layers in C++, called through ctypes."""

from skrnn.cells.kernels.function import run_kernel
from skrnn.cells.kernels.library import kernel_name, load_kernel

__all__ = ["kernel_name", "load_kernel", "run_kernel"]
