"""Settings that belong to the process or to a block of code, not to one estimator."""

from contextlib import contextmanager
from threading import local

from skrnn._kernel import load_kernel

BACKENDS = ("auto", "kernel", "torch")

_process = {"backend": "auto"}
_thread = local()


def get_config():
    """Return the settings in force in this thread.

    Returns
    -------
    config : dict
        A copy: changing it changes nothing. The one key is ``"backend"``, see :func:`set_config`.

    See Also
    --------
    set_config : Change the settings.
    config_context : Change them for a block of code.

    Examples
    --------
    >>> from skrnn import get_config
    >>> get_config()
    {'backend': 'auto'}
    """
    return dict(_in_force())


def set_config(*, backend=None):
    """Change the settings of the process, or of the ``config_context`` this is called in.

    Every thread sees the change, except those inside a :func:`config_context` of their own.

    Parameters
    ----------
    backend : {"auto", "kernel", "torch"} or None, default=None
        What runs the recurrent layers on the CPU: the compiled kernel, PyTorch, or ("auto") the
        kernel wherever this build has one and it covers the cell. None changes nothing.

    Raises
    ------
    ValueError
        If `backend` is none of these, or is "kernel" in a build without a compiled kernel.

    See Also
    --------
    get_config : Read the settings.
    config_context : Change them for a block of code.

    Examples
    --------
    >>> import skrnn
    >>> skrnn.set_config(backend="torch")
    >>> skrnn.get_config()
    {'backend': 'torch'}
    >>> skrnn.set_config(backend="auto")
    """
    _in_force().update(_checked(backend))


@contextmanager
def config_context(*, backend=None):
    """Change the settings inside a ``with`` block, in this thread only.

    Parameters
    ----------
    backend : {"auto", "kernel", "torch"} or None, default=None
        As in :func:`set_config`. None leaves what is in force.

    Yields
    ------
    None

    Raises
    ------
    ValueError
        As :func:`set_config` does.

    See Also
    --------
    set_config : Change the settings of the process.

    Examples
    --------
    >>> import skrnn
    >>> with skrnn.config_context(backend="torch"):
    ...     skrnn.get_config()["backend"]
    'torch'
    >>> skrnn.get_config()["backend"]
    'auto'
    """
    before = getattr(_thread, "config", None)
    _thread.config = {**_in_force(), **_checked(backend)}
    try:
        yield
    finally:
        _thread.config = before


def backend_in_use():
    """Return the backend that recurrent layers on the CPU run with, "auto" resolved.

    Returns
    -------
    backend : {"kernel", "torch"}

    Examples
    --------
    >>> from skrnn import config_context
    >>> from skrnn._config import backend_in_use
    >>> with config_context(backend="torch"):
    ...     backend_in_use()
    'torch'
    """
    backend = _in_force()["backend"]
    if backend == "auto":
        return "torch" if load_kernel() is None else "kernel"
    return backend


def _in_force():
    return getattr(_thread, "config", None) or _process


def _checked(backend):
    if backend is None:
        return {}
    if not isinstance(backend, str) or backend not in BACKENDS:
        raise ValueError(f"backend must be one of {BACKENDS} or None (no change); got {backend!r}.")
    if backend == "kernel" and load_kernel() is None:
        raise ValueError(
            "backend='kernel' asks for the compiled CPU kernel, and this build of skrnn has no "
            "compiled kernel. Use backend='auto' (the kernel where there is one) or "
            "backend='torch'; or install skrnn where there is a C++ compiler."
        )
    return {"backend": backend}
