"""Which calls go to the kernel."""

import torch

from skrnn._config import backend_in_use


def runs_in_kernel(cell, x=None):
    """Tell whether the kernel runs a built cell.

    Parameters
    ----------
    cell : Cell
        The cell; its ``kernel_cell`` names what the kernel calls it, or is None.
    x : tensor, default=None
        What it is to read; None for float32 numbers on the CPU.

    Returns
    -------
    runs : bool
        Whether the kernel is there and in use, and covers this cell and this kind of number.
    """
    if cell.kernel_cell is None or backend_in_use() != "kernel":
        return False
    return x is None or (x.dtype == torch.float32 and x.device.type == "cpu")


def gives_last_state(cell, x):
    """Tell whether the kernel can give a cell's last outputs without those of the other steps.

    Parameters
    ----------
    cell : Cell
        The cell.
    x : tensor
        What it is to read.

    Returns
    -------
    gives : bool
        Whether it runs in the kernel, and its outputs are its states.
    """
    return runs_in_kernel(cell, x) and not cell.kernel_cell.startswith("rrnn")


def backend_of(network):
    """Name what trains a network on the CPU.

    Parameters
    ----------
    network : torch.nn.Module
        The network.

    Returns
    -------
    backend : {"kernel", "torch"}
        "kernel" if all of its cells run in the kernel.
    """
    cells = [part for part in network.modules() if hasattr(part, "kernel_cell")]
    return "kernel" if cells and all(map(runs_in_kernel, cells)) else "torch"
