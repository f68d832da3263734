"""How splitters print."""

import inspect


def shown(splitter):
    """Write a splitter as the call that made it.

    Parameters
    ----------
    splitter : object
        Keeps the parameters of ``__init__`` as attributes.

    Returns
    -------
    text : str
        Its class and parameters.

    Examples
    --------
    >>> from skrnn.model_selection import WindowKFold
    >>> shown(WindowKFold(3, window=24))
    "WindowKFold(n_splits=3, window=24, horizon=1, step=1, gap='auto')"
    """
    names = inspect.signature(type(splitter)).parameters
    parameters = ", ".join(f"{name}={getattr(splitter, name)!r}" for name in names)
    return f"{type(splitter).__name__}({parameters})"
