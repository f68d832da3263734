"""The fast CPU path: recurrent layers in C++, called through ctypes."""

from skrnn.cells.kernels import exact
from skrnn.cells.kernels.dispatch import backend_of, gives_last_state, runs_in_kernel
from skrnn.cells.kernels.function import run_kernel
from skrnn.cells.kernels.threads import thread_budget

__all__ = [
    "backend_of",
    "exact",
    "gives_last_state",
    "run_kernel",
    "runs_in_kernel",
    "thread_budget",
]
