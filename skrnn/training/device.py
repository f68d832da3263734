"""Where to compute."""

import multiprocessing

import torch

WORTH_A_GPU = 10_000_000  # rows x steps x units of an epoch, below which launches dominate


def choose_device(device, work):
    """Resolve the ``device`` parameter.

    Parameters
    ----------
    device : str
        "auto", "cpu", "cuda" or "cuda:1"; "auto" is CUDA when there is one and the work is
        worth it, and always the CPU inside a worker process.
    work : int
        Rows x steps x hidden units.

    Returns
    -------
    device : str
        What torch is told.

    Raises
    ------
    ValueError
        If CUDA is asked for and there is none, or the name is unknown.

    Examples
    --------
    >>> choose_device("auto", 100)
    'cpu'
    """
    if device == "auto":
        worker = multiprocessing.current_process().name != "MainProcess"
        worth = not worker and work >= WORTH_A_GPU and torch.cuda.is_available()
        return "cuda" if worth else "cpu"
    kind = str(device).partition(":")[0]
    if kind not in ("cpu", "cuda"):
        raise ValueError(f"device={device!r} is unknown. Choose 'auto', 'cpu' or 'cuda'.")
    if kind == "cuda" and not torch.cuda.is_available():
        raise ValueError(
            f"device={device!r}, but torch sees no CUDA device. Use device='auto' or 'cpu'."
        )
    return str(device)


def usable_device(device):
    """Give the device a model was trained on, or the CPU where there is no such device."""
    return device if device == "cpu" or torch.cuda.is_available() else "cpu"
