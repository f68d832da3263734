"""Answers of a trained network that do not depend on what else is in the batch."""

import copy

import numpy as np
import torch

from skrnn.cells.kernels import backend_of
from skrnn.data.batches import bucket_batches
from skrnn.training.seeding import undisturbed_torch

NUMBERS_PER_BATCH = 2_000_000
LARGEST = 1e15  # squares of larger inputs leave the range of float32; every gate is saturated there


def run_network(network, sequences, device, method="forward"):
    """Run a network over sequences and give its numbers in their order.

    Where the compiled kernel runs all of the network, a row's answer does not depend on its batch
    by a single bit. Elsewhere the network works on a double-precision copy, so that it does by no
    more than rounding at 1e-15.

    Parameters
    ----------
    network : torch.nn.Module
        A trained network.
    sequences : Sequences
        The inputs of n rows, as float64 or ids, on `device`.
    device : str
        Where to compute.
    method : {"forward", "encode"}, default="forward"
        Which of the network's methods to call.

    Returns
    -------
    outputs : float64 tensor of shape (n, ...)
        What the method gives for each row, on the CPU.
    """
    with undisturbed_torch(), torch.no_grad():
        in_kernel = device == "cpu" and backend_of(network) == "kernel"
        dtype = torch.float32 if in_kernel else torch.float64
        if network.training or dtype == torch.float64:
            network = copy.deepcopy(network).to(device=device, dtype=dtype).eval()
        outputs, order = [], []
        for rows in bucket_batches(sequences.lengths, most_rows(network, sequences.lengths)):
            x, lengths = sequences.cut(rows)
            if x.is_floating_point():
                x = x.clamp(-LARGEST, LARGEST).to(dtype)
            outputs.append(getattr(network, method)(x, lengths).cpu())
            order.append(rows)
        outputs = torch.cat(outputs).double()
        return outputs[torch.as_tensor(np.argsort(np.concatenate(order)))]


def most_rows(network, lengths):
    """Give the number of rows of these `lengths` whose gates fit in a few megabytes."""
    per_step = 8 * network.encoder.output_size
    longest = int(lengths.max())
    return int(np.clip(NUMBERS_PER_BATCH // (per_step * longest), 1, 512))
