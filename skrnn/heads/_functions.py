"""Plain functions the heads share: link functions, checks of a target, weighted statistics.

Every element of a batch goes through the same arithmetic wherever it stands. On CPU,
`torch.sigmoid` and `torch.nn.functional.softplus` treat the last few elements of an array by other
instructions than the rest, so that a row's answer would depend on its neighbours in the last bit;
`logsigmoid`, `exp`, `log1p` and `log_softmax` do not, and everything here is built from those.
"""

import numpy as np
import torch
from torch.nn.functional import logsigmoid

# Above this log rate the exponential goes on as its tangent. exp(23) is about 1e10; from 1e11 on
# scipy's quantiles of the Poisson distribution are NaN.
MAX_LOG_RATE = 23.0
MAX_COUNT = float(np.exp(MAX_LOG_RATE))


def sigmoid(x):
    """Logistic function, 1 / (1 + exp(-x))."""
    return logsigmoid(x).exp()


def softplus(x):
    """Smooth positive part, log(1 + exp(x)), without overflow for any x."""
    return -logsigmoid(-x)


def softplus_inverse(y):
    """Array x with softplus(x) = y, for y > 0 (numpy)."""
    y = np.asarray(y, dtype=np.float64)
    return y + np.log(-np.expm1(-y))


def log_rate(x):
    """Logarithm of the rate that a network output x stands for.

    It is x itself up to 23, and 23 + log(1 + x - 23) above: the rate exp(x) is continued by its
    tangent at 23. Nothing overflows, the rate stays increasing, and unlike with a hard bound an
    output that went too far has a gradient that leads back.
    """
    return torch.clamp(x, max=MAX_LOG_RATE) + torch.log1p(torch.relu(x - MAX_LOG_RATE))


def rate(x):
    """Rate that a network output x stands for, the exponential of `log_rate`."""
    return torch.clamp(x, max=MAX_LOG_RATE).exp() * (1 + torch.relu(x - MAX_LOG_RATE))


def rate_inverse(mean):
    """Network output that stands for a mean of counts, which is floored at 1e-8 (numpy)."""
    return np.log(np.maximum(mean, 1e-8))


def as_numpy(x):
    """Return a tensor (on any device) or array-like as a numpy array."""
    return x.detach().cpu().numpy() if isinstance(x, torch.Tensor) else np.asarray(x)


def refuse(y, bad, expected):
    """Raise a ValueError that names the first place where the array `bad` is true."""
    if not bad.any():
        return
    place = np.argwhere(bad)[0]
    column = f", column {place[-1]}" if y.ndim > 1 and y.shape[-1] > 1 else ""
    others = int(bad.sum()) - 1
    raise ValueError(
        f"y is {y[tuple(place)]} in row {place[0]}{column}"
        + (f" (and {others} more such values)" if others else "")
        + f"; expected {expected}."
    )


def check_real(y, n_targets):
    """Check that y is (n, D) and finite; return it as float64."""
    y = np.asarray(y, dtype=np.float64)
    if y.ndim < 2 or y.shape[-1] != n_targets:
        raise ValueError(
            f"y has shape {y.shape}; expected (n, {n_targets}), one column per target. "
            "A single target is a column: y.reshape(-1, 1)."
        )
    refuse(y, ~np.isfinite(y), "finite numbers; drop or fill those rows")
    return y


def check_counts(y, n_targets, whole):
    """Check that y is (n, D), not negative, not all 0 and, if `whole`, made of whole numbers."""
    y = check_real(y, n_targets)
    refuse(y, y < 0, "counts, which are never negative; use loss='squared_error' for other targets")
    refuse(y, y > MAX_COUNT, f"counts up to {MAX_COUNT:.1e}; count in larger units")
    if whole:
        refuse(y, y != np.floor(y), "whole counts; use loss='poisson' for rates and averages")
    empty = ~(y > 0).reshape(-1, n_targets).any(axis=0)
    if empty.any():
        raise ValueError(
            f"y is 0 in every row of column {np.argmax(empty)}; expected at least one positive "
            "count, as the logarithm of the mean is otherwise minus infinity."
        )


def weighted_mean(x, weight=None):
    """Mean of x (n, D) over its rows, each counted `weight` (n,) times; shape (D,)."""
    return np.average(np.asarray(x, dtype=np.float64), axis=0, weights=weight)


def weighted_variance(x, weight=None):
    """Variance of x (n, D) over its rows, each counted `weight` (n,) times; shape (D,)."""
    return weighted_mean((x - weighted_mean(x, weight)) ** 2, weight)


def weighted_quantile(x, q, weight=None):
    """Smallest value of each column of x (n, D) with at least a share q of the weight; (D,)."""
    x = np.asarray(x, dtype=np.float64)
    weight = np.ones(len(x)) if weight is None else np.asarray(weight, dtype=np.float64)
    order = np.argsort(x, axis=0, kind="stable")
    share = np.cumsum(weight[order], axis=0)
    row = (share < q * share[-1]).sum(axis=0)
    return np.take_along_axis(x, np.take_along_axis(order, row[None], axis=0), axis=0)[0]


def _weighted_rows(predicted, target, weight):
    """Rows of non-zero weight of two arrays (..., D), as (n, D), with their weights (n,)."""
    predicted, target = as_numpy(predicted), as_numpy(target)
    weight = np.ones(target.shape[:-1]) if weight is None else as_numpy(weight)
    keep = weight != 0  # padding has weight 0, and may hold anything
    return predicted[keep], target[keep], weight[keep].astype(np.float64)


def weighted_accuracy(predicted, target, weight=None):
    """Share of the weight on which all D entries of predicted and target (..., D) agree.

    Examples
    --------
    >>> from skrnn.heads._functions import weighted_accuracy
    >>> weighted_accuracy([[1], [0]], [[1], [1]], [3.0, 1.0])
    0.75
    """
    predicted, target, weight = _weighted_rows(predicted, target, weight)
    return float(np.average((predicted == target).all(axis=-1), weights=weight))


def weighted_r2(predicted, target, weight=None):
    """Coefficient of determination of (..., D) arrays, averaged over the D targets.

    As in scikit-learn a constant target scores 1 when it is predicted exactly and 0 otherwise;
    unlike there, so does a single row.

    Examples
    --------
    >>> from skrnn.heads._functions import weighted_r2
    >>> weighted_r2([[1.0], [2.0]], [[1.0], [3.0]])
    0.5
    """
    predicted, target, weight = _weighted_rows(predicted, target, weight)
    target = target.astype(np.float64)
    residual = weighted_mean((target - predicted) ** 2, weight)
    total = weighted_variance(target, weight)
    unexplained = np.where(residual == 0, 0.0, 1.0)
    np.divide(residual, total, out=unexplained, where=total != 0)
    return float(np.mean(1 - unexplained))
