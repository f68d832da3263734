"""A Ctrl-C during training loses nothing."""

from sklearn.exceptions import ConvergenceWarning

from skrnn._warning import warn_user


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
    warn_user(
        f"{method} was interrupted; what was learned so far is kept, and the estimator can "
        "forecast.",
        ConvergenceWarning,
    )
    raise KeyboardInterrupt
