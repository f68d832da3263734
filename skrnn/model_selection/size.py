"""How many numbers a fitted model has learned."""

import numpy as np

_PARTS = ("best_estimator_", "regressor_", "estimator_", "estimators_")


def count_parameters(model):
    """Count the trainable parameters of a fitted model.

    Parameters
    ----------
    model : estimator
        A fitted estimator of this package, a linear model, or a pipeline, search or other
        meta-estimator around them.

    Returns
    -------
    n_parameters : int or None
        Trainable weights of networks plus coefficients and intercepts of linear models; None
        where there is neither.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> count_parameters(LinearRegression().fit([[0.0, 1.0], [1.0, 1.0]], [0, 1]))
    3
    """
    if hasattr(model, "module_"):
        return sum(p.numel() for p in model.module_.parameters() if p.requires_grad)
    if hasattr(model, "coef_"):
        return np.size(model.coef_) + np.size(getattr(model, "intercept_", ()))
    counts = [count_parameters(part) for part in _parts(model)]
    counts = [count for count in counts if count is not None]
    return sum(counts) if counts else None


def _parts(model):
    """Give the fitted estimators that a fitted estimator is made of."""
    if hasattr(model, "steps"):
        return [step for _, step in model.steps]
    found = next((getattr(model, name) for name in _PARTS if hasattr(model, name)), [])
    return found if isinstance(found, list) else [found]
