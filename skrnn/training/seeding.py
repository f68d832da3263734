"""One seed for everything, and the caller's torch left as it was."""

import os
import sys
import threading
import warnings
from contextlib import contextmanager

import numpy as np
import torch

from skrnn.cells.kernels import thread_budget

_COUNT_PER_THREAD = "parallel backend: OpenMP" in torch.__config__.parallel_info()
_lock = threading.Lock()
_inside = 0
_outside_state = None


def load_optimizers():
    """Load what torch loads when its first optimizer is made, and undo what that changes.

    It names a folder in the environment and adds a warning filter.
    """
    with _lock:
        if "torch._dynamo" in sys.modules:
            return
        before = dict(os.environ)
        with warnings.catch_warnings():
            import torch._dynamo  # noqa: F401
        for name in set(os.environ) - set(before):
            del os.environ[name]


class Seeds:
    """Independent streams of random numbers drawn from one integer.

    Weights, the validation split, the order of the rows and the dropout masks each have their
    own stream, so that switching one on does not move the others.

    Parameters
    ----------
    seed : int or list of int
        Not negative.

    Attributes
    ----------
    weights : int
        Seed for building the network.
    split, order, noise : numpy.random.Generator
        For the validation split, the order of the rows, and the seeds of dropout masks.

    Examples
    --------
    >>> Seeds(0).weights == Seeds(0).weights
    True
    """

    def __init__(self, seed):
        weights, split, order, noise = np.random.SeedSequence(seed).spawn(4)
        self.weights = int(weights.generate_state(1)[0])
        self.split = np.random.default_rng(split)
        self.order = np.random.default_rng(order)
        self.noise = np.random.default_rng(noise)

    def generator(self, device):
        """Give a torch generator for dropout masks on a device."""
        return torch.Generator(device).manual_seed(int(self.noise.integers(2**63 - 1)))


@contextmanager
def undisturbed_torch():
    """Run torch on one thread, and give its thread count and random state back afterwards.

    Whatever the caller is inside of (``no_grad``, ``inference_mode``, ``autocast``) does not
    reach in here.

    One thread makes sums independent of the caller's thread count. The guard is counted, so
    that it may be entered from several threads at once: the last to leave restores what they
    share. With OpenMP every thread has a count of its own, which those before it restore.

    Examples
    --------
    >>> import torch
    >>> before = torch.get_rng_state()
    >>> with undisturbed_torch():
    ...     _ = torch.rand(3)
    ...     torch.get_num_threads()
    1
    >>> torch.equal(before, torch.get_rng_state())
    True
    """
    global _inside, _outside_state
    with _lock:
        if _inside == 0:
            _outside_state = torch.get_num_threads(), torch.get_rng_state()
        _inside += 1
        own_count = torch.get_num_threads()
        torch.set_num_threads(1)
    try:
        with torch.inference_mode(False), torch.enable_grad(), _full_precision():
            with thread_budget(own_count):
                yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                n_threads, rng_state = _outside_state
                torch.set_num_threads(n_threads)
                torch.set_rng_state(rng_state)
            elif _COUNT_PER_THREAD:
                torch.set_num_threads(own_count)


@contextmanager
def _full_precision():
    """Switch the caller's autocast off."""
    with torch.autocast("cpu", enabled=False), torch.autocast("cuda", enabled=False):
        yield


def build_seeded(seed, build):
    """Build a network from a seed, on the CPU.

    Parameters
    ----------
    seed : int
        Decides the weights.
    build : callable
        Makes the network, drawing from torch's global generator.

    Returns
    -------
    network : torch.nn.Module
        What `build` returned.
    """
    with _lock, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return build().float()  # whatever the caller's default dtype is
