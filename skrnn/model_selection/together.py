"""Fits of several estimators on parts of one data set, those of one shape as one network."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sklearn.base import BaseEstimator, clone
from sklearn.pipeline import Pipeline

from skrnn._sklearn import take_rows
from skrnn.estimators import RNNClassifier, RNNRegressor
from skrnn.training.callbacks import one_line
from skrnn.training.together import together

# Parameters that leave the shape of a network as it is: fits that differ in no others are stacked.
FREE = (
    "alpha",
    "class_weight",
    "clip_norm",
    "clip_value",
    "early_stopping",
    "l1",
    "lr",
    "lr_schedule",
    "max_epochs",
    "n_iter_no_change",
    "random_state",
    "tol",
    "validation_fraction",
)


@dataclass
class Fit:
    """One fit, to come or done.

    Parameters
    ----------
    estimator : estimator
        What to fit.
    rows : int array
        The rows of the data set it learns from.
    error : Exception, default=None
        What ended the fit, if it failed.
    seconds : float, default=0.0
        What the fit took, or its share of a stack's time.
    """

    estimator: BaseEstimator
    rows: object
    error: Exception | None = None
    seconds: float = 0.0


def shape_of(estimator):
    """Describe the parameters that shape an estimator's network.

    Parameters
    ----------
    estimator : estimator
        One of this package, or a pipeline that ends in one.

    Returns
    -------
    shape : str
        Equal for estimators whose fits may be stacked.
    """
    free = {n: v for n, v in estimator.get_params().items() if n.rpartition("__")[2] not in FREE}
    values = [(name, _told(value)) for name, value in free.items() if not _has_parameters(value)]
    return repr((type(estimator), values))


def _told(value):
    """Give what to write of a parameter; of a mapping its type, as it may hold many vectors."""
    return type(value) if isinstance(value, Mapping) else value


def _has_parameters(value):
    """Whether a parameter is an estimator, or holds (name, estimator) pairs, as a pipeline does."""
    pairs = value if isinstance(value, list | tuple) else [(value,)]
    return any(
        hasattr(part, "get_params") for pair in pairs if type(pair) is tuple for part in pair
    )


def fit_together(fits, X, y=None, sample_weight=None):
    """Fit estimators, those of one shape as one network.

    Parameters
    ----------
    fits : list of Fit
        What to fit on which rows; results are written into them.
    X : container of n sequences
        The data set.
    y : array-like of shape (n,) or (n, n_targets), default=None
        Its targets.
    sample_weight : array-like of shape (n,), default=None
        Its weights.

    Returns
    -------
    fits : list of Fit
        The same.

    Raises
    ------
    KeyboardInterrupt
        If fitting is interrupted.
    """
    start = time.perf_counter()
    with one_line(len(fits), any(draws_progress(fit.estimator) for fit in fits)):
        jobs = together([_run(fit, X, y, sample_weight) for fit in fits])
    for fit, job in zip(fits, jobs, strict=True):
        if job.interrupted:
            raise KeyboardInterrupt
        fit.error, fit.seconds = job.error, (time.perf_counter() - start) / len(fits)
    return fits


def _run(fit, X, y, sample_weight):
    """Fit, leaving the steps to the caller where that can be."""
    X, y, weight = (take_rows(part, fit.rows) for part in (X, y, sample_weight))
    estimator, name = fit.estimator, weight_name(fit.estimator)
    if isinstance(estimator, Pipeline) and estimator.memory is None and _is_own(estimator[-1]):
        if len(estimator) > 1:
            X = estimator[:-1].fit_transform(X, y)
        estimator = estimator[-1]
    if _is_own(estimator):
        return (yield from estimator._fitting(X, y, weight))
    estimator.fit(X, y, **({} if weight is None else {name: weight}))
    return False


def weight_name(estimator):
    """Name the parameter of ``fit`` that takes the weights of sequences."""
    last = f"{estimator.steps[-1][0]}__" if isinstance(estimator, Pipeline) else ""
    return f"{last}sample_weight"


def draws_progress(estimator, verbose=0):
    """Whether the fits of an estimator draw a line, as it asks for or a search around it."""
    last = estimator[-1] if isinstance(estimator, Pipeline) else estimator
    return _is_own(last) and bool(verbose or last.verbose)


def _is_own(estimator):
    """Whether `fit` is as this package wrote it."""
    return type(estimator).fit in (RNNClassifier.fit, RNNRegressor.fit)


def new_fit(estimator, params, rows):
    """Make a fit of a copy of an estimator with some parameters changed."""
    return Fit(clone(estimator).set_params(**clone(params, safe=False)), rows)
