"""What a bug report needs to know about the machine."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version

from skrnn._config import backend_in_use
from skrnn._kernel import kernel_name

DEPENDENCIES = ("skrnn", "torch", "scikit-learn", "skorch", "numpy", "scipy", "pandas", "tqdm")
EXTRAS = ("matplotlib", "tokenizers", "statsmodels", "onnx", "onnxruntime", "dask")


def show_versions():
    """Print the versions of Python, of the system and of every dependency, for a bug report.

    Optional packages that are not installed are shown as ``None``.

    Returns
    -------
    None
        The table goes to standard output.

    Examples
    --------
    >>> import skrnn
    >>> skrnn.show_versions()
    <BLANKLINE>
    System
        python: 3...
       machine: ...
    <BLANKLINE>
    Packages
         skrnn: 0.1.0
         torch: ...
    """
    for title, rows in (("System", _system()), ("Packages", _packages()), ("Torch", _torch())):
        width = max(map(len, rows)) + 2
        print(f"\n{title}")
        for name, value in rows.items():
            print(f"{name:>{width}}: {value}")


def _system():
    return {"python": " ".join(sys.version.split()), "machine": platform.platform()}


def _packages():
    return {name: _version(name) for name in DEPENDENCIES + EXTRAS}


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _torch():
    import torch

    return {
        "threads": torch.get_num_threads(),
        "cuda build": torch.version.cuda,
        "cuda devices": [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())],
        "skrnn backend": backend_in_use(),
        "skrnn kernel": kernel_name(),
    }
