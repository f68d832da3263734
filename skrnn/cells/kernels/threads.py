"""How many threads a call of the kernel may use."""

import multiprocessing
from contextlib import contextmanager
from threading import local

import torch

WORTH_A_THREAD = 8_000_000  # products of a forward pass from which two threads are faster than one
_thread = local()


@contextmanager
def thread_budget(n_threads):
    """Let the kernel use so many threads in this block, whatever torch is set to.

    Parameters
    ----------
    n_threads : int
        Threads at most; a worker process of joblib or multiprocessing gets one.

    Yields
    ------
    None
    """
    before = getattr(_thread, "budget", None)
    worker = multiprocessing.current_process().name != "MainProcess"
    _thread.budget = 1 if worker else n_threads
    try:
        yield
    finally:
        _thread.budget = before


def threads_for(work):
    """Give the threads for a call of so many products.

    Parameters
    ----------
    work : int
        Rows x steps x weights.

    Returns
    -------
    n_threads : int
        One where more would not pay.
    """
    if work < WORTH_A_THREAD:
        return 1
    return getattr(_thread, "budget", None) or torch.get_num_threads()
