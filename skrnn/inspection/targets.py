"""Which one number of a network's answer is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral

import numpy as np
import torch

from skrnn.estimators.classifier import RNNClassifier
from skrnn.estimators.regressor import RNNRegressor
from skrnn.heads import Categorical


@dataclass(frozen=True)
class Answer:
    """One number that a network gives for each row.

    Parameters
    ----------
    of : callable
        Maps a network and a batch (N, T, F) to N numbers.
    name : str
        What the number is.
    title : str
        What else is said of the row; empty for nothing.
    """

    of: Callable
    name: str
    title: str


def choose_answer(estimator, network, x, target):
    """Choose the number to look at.

    Parameters
    ----------
    estimator : RNNClassifier, RNNRegressor or RNNEncoder
        Fitted.
    network : torch.nn.Module
        Its network, opened.
    x : float64 tensor of shape (1, T, F)
        The row.
    target : object
        The class, the label, or the number of the target or unit; None for the predicted class or
        the only target.

    Returns
    -------
    answer : Answer
        Of a classifier the log-odds of a class, of a regressor a prediction in the units of y, of
        an encoder a pooled state.

    Raises
    ------
    ValueError
        If there is no such class, label, target or unit, or one must be chosen.
    """
    if isinstance(estimator, RNNClassifier):
        return _choose_class(estimator, network(x)[0], target)
    if isinstance(estimator, RNNRegressor):
        return _choose_target(estimator.head_, target)
    n_units = network.encoder.output_size
    unit = _check_number(target, n_units, "units of the pooled state")
    return Answer(lambda net, x: net.encode(x)[:, unit], f"state of unit {unit}", "")


def _choose_class(estimator, outputs, target):
    """Look at the log-odds of one class against all others, or of one label."""
    head, classes = estimator.head_, list(estimator.classes_)
    if len(classes) == 1 and isinstance(head, Categorical):
        raise ValueError(
            f"The classifier knows one class only, {_plain(classes[0])!r}, so nothing speaks for "
            "or against it. Fit it with two classes or more."
        )
    proba = head.proba(outputs)
    if target is None:
        k = int(proba.argmax())
    else:
        found = [i for i, each in enumerate(classes) if np.array_equal(each, target)]
        if not found:
            shown = np.asarray(classes).tolist()
            raise ValueError(f"target={target!r} is not one of the classes {shown}.")
        k = found[0]
    name = repr(_plain(classes[k]))
    title = f"{name} has the probability {proba[k].item():.3g}"
    return Answer(lambda net, x: log_odds(head, net(x), k), f"log-odds of {name}", title)


def _plain(value):
    """Give a number or string of numpy's as one of Python's, which is shorter to write."""
    return value.item() if isinstance(value, np.generic) else value


def log_odds(head, outputs, k):
    """Give the log-odds (N,) of class or label k from outputs (N, n_outputs)."""
    if not isinstance(head, Categorical):
        return head.decision(outputs)[:, k]
    if head.n_classes == 2:
        return head.decision(outputs) * (1 if k else -1)
    others = torch.arange(outputs.shape[1]) != k
    return outputs[:, k] - outputs[:, others].logsumexp(1)


def _choose_target(head, target):
    """Look at one prediction, in the units of y."""
    n_targets = head.n_targets
    j = 0 if target is None and n_targets == 1 else _check_number(target, n_targets, "targets")
    name = "prediction" if n_targets == 1 else f"prediction of target {j}"
    return Answer(lambda net, x: head.predict(net(x))[:, j], name, "")


def _check_number(target, n, what):
    """Check the number of one of n things."""
    if not isinstance(target, Integral) or isinstance(target, bool) or not 0 <= target < n:
        raise ValueError(f"target={target!r} must be one of the {n} {what}: from 0 to {n - 1}.")
    return int(target)
