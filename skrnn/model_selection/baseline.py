"""A model without recurrence, to put where a recurrent one stands."""

import numpy as np
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import type_of_target

from skrnn.preprocessing import SequenceSummary

RIDGE_ALPHAS = tuple(np.logspace(-3, 3, 7))


def make_baseline(estimator, key, y):
    """Put a linear model on summary statistics in the place of a recurrent estimator.

    Parameters
    ----------
    estimator : estimator
        The recurrent estimator, or what it stands in.
    key : str
        The parameter of `estimator` that holds the cell, such as "cell" or "rnn__cell".
    y : array-like of shape (n,) or (n, n_targets)
        The target.

    Returns
    -------
    baseline : estimator
        A clone of `estimator` in which the owner of the cell is replaced by
        :class:`~skrnn.preprocessing.SequenceSummary`, a StandardScaler and, unless it is a
        transformer, LogisticRegression or RidgeCV.

    Raises
    ------
    ValueError
        If X holds documents, which have no summary.
    """
    path = owner_of(key)
    rnn = estimator.get_params()[path] if path else estimator
    if getattr(rnn, "hierarchical", False):
        raise ValueError(
            "baseline=True summarises sequences, but hierarchical=True reads documents of "
            "sequences. Pass baseline=False, or a baseline of your own that reads X."
        )
    tokens = getattr(rnn, "embedding_dim", None) is not None
    steps = [SequenceSummary(tokens=tokens), StandardScaler()]
    if is_classifier(rnn):
        steps.append(_linear_classifier(rnn, y))
    elif is_regressor(rnn):
        steps.append(RidgeCV(alphas=RIDGE_ALPHAS))
    baseline = make_pipeline(*steps)
    return clone(estimator).set_params(**{path: baseline}) if path else baseline


def owner_of(key):
    """Give the path of the estimator that has the parameter `key`: "" for "cell"."""
    return key.rpartition("__")[0]


def _linear_classifier(rnn, y):
    if type_of_target(y).startswith("multilabel"):
        return OneVsRestClassifier(LogisticRegression(max_iter=1000))
    class_weight = getattr(rnn, "class_weight", None)
    return LogisticRegression(max_iter=1000, class_weight=class_weight)
