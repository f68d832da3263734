"""Warnings that point at the line a user wrote."""

import sys
import warnings

BETWEEN = {"skrnn", "sklearn", "joblib", "contextlib", "threading", "concurrent", "multiprocessing"}


def warn_user(message, category):
    """Warn, and point at the first line outside this library and those that call it.

    A pipeline, a search or a decorator may stand between what the user called and what warns, so
    no fixed number of frames leads there. As the place is the user's, a warning that repeats is
    shown once for each line.

    Parameters
    ----------
    message : str
        One line: what happened, and what to do.
    category : type
        The class of the warning.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn_user("This was odd; pass another.", UserWarning)
    >>> print(caught[0].message)
    This was odd; pass another.
    """
    frame, level = sys._getframe(1), 2
    while frame is not None and _package(frame) in BETWEEN:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, category, stacklevel=2 if frame is None else level)


def _package(frame):
    return str(frame.f_globals.get("__name__")).partition(".")[0]
