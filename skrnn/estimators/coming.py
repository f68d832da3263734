"""What a call of predict asks to forecast."""

from numbers import Integral

import numpy as np

from skrnn.data.panel import read_history
from skrnn.estimators.forecast_parameters import check_columns, check_count, one_horizon


def read_coming(fitted, n_features, X, history, horizon):
    """Read what is to be forecast.

    Parameters
    ----------
    fitted : Panel
        The series of fit.
    n_features : int
        ``n_features_in_``.
    X, history, horizon : object
        What predict was given.

    Returns
    -------
    panel : Panel
        The series to continue.
    future : ndarray of shape (n, h, F) or None
        What is known ahead.
    horizon : int or None
        How many steps were asked for.

    Raises
    ------
    ValueError, TypeError
        If these contradict each other, or do not fit the series of fit.
    """
    given = isinstance(X, Integral) and not isinstance(X, bool | np.bool_)
    if given:
        horizon, X = one_horizon(int(X), horizon), None
    if horizon is not None:
        check_count(horizon, "horizon", "steps")
    if X is not None and (fitted.exog is None or fitted.clocks is None):
        if history is not None:
            raise ValueError(
                "Both X and history were given, but nothing was known ahead in fit: X is a "
                "history then. Pass one of them."
            )
        history, X = X, None
    panel = fitted
    if history is not None:
        panel = read_history(history, fitted)
        check_columns(history, panel, fitted, n_features)
    future = None
    if X is not None:
        future = panel.future(X)
        horizon = one_horizon(future.shape[1], horizon)
    elif len(fitted.future_known):
        raise ValueError(
            f"The columns {list(fitted.future_known)} are known ahead, so predict needs their "
            "coming rows as X, one for each step to forecast. If they are not, fit with "
            "future_known=[]."
        )
    return panel, future, None if horizon is None else int(horizon)
