"""Where matplotlib is imported, when something is drawn and not before."""

import numpy as np


def pyplot():
    """Import matplotlib's pyplot, or say how to install it.

    Returns
    -------
    pyplot : module
        ``matplotlib.pyplot``.

    Raises
    ------
    ImportError
        If matplotlib is not installed; names the extra.
    """
    try:
        import matplotlib.pyplot
    except ImportError as error:
        raise ImportError(
            'Drawing needs matplotlib, which is not installed: pip install "skrnn[plot]".'
        ) from error
    return matplotlib.pyplot


def listed_axes(ax):
    """Give the axes that a user passed as an array.

    Parameters
    ----------
    ax : matplotlib Axes, or list or array of them
        What the user passed.

    Returns
    -------
    axes : object ndarray of shape (n,)
        The axes, of an array row by row.

    Raises
    ------
    TypeError
        If something else is among them.
    """
    given = np.ravel(np.asarray(ax, dtype=object))
    for each in given:
        _check_axes(each)
    return given


def _check_axes(ax):
    """Refuse what nothing can be drawn on."""
    if not (hasattr(ax, "figure") and hasattr(ax, "plot")):
        raise TypeError(
            f"ax must be one matplotlib Axes, such as plt.subplots()[1] gives; got {ax!r}."
        )


def axes_or_new(ax, width=6.4, height=4.8):
    """Give axes to draw on.

    Parameters
    ----------
    ax : matplotlib Axes or None
        What the user passed; None makes a new figure.
    width, height : float
        Size of a new figure in inches.

    Returns
    -------
    ax : matplotlib Axes
        The same, or those of the new figure.

    Raises
    ------
    TypeError
        If `ax` is something else, such as the array of axes that ``plt.subplots`` gives.
    ImportError
        If matplotlib is not installed.
    """
    if ax is not None:
        _check_axes(ax)
        return ax
    return pyplot().subplots(figsize=(width, height), layout="constrained")[1]
