"""A Ctrl-C during training loses nothing."""

import warnings

from sklearn.exceptions import ConvergenceWarning


def tell_interrupted(method):
    """Warn that a Ctrl-C ended training, and let it go on.

    Parameters
    ----------
    method : str
        What was interrupted.

    Raises
    ------
    KeyboardInterrupt
        Always.
    """
    warnings.warn(
        f"{method} was interrupted; what was learned so far is kept, and the estimator can "
        "forecast.",
        ConvergenceWarning,
        stacklevel=3,
    )
    raise KeyboardInterrupt
