"""Scores of what a user passed, and what to call them."""

from sklearn.base import is_classifier, is_regressor
from sklearn.metrics import check_scoring


def one_scorer(estimator, scoring):
    """Give the scorer of one score.

    Parameters
    ----------
    estimator : estimator
        What is scored.
    scoring : str, callable or None
        The score; None is the estimator's own.

    Returns
    -------
    scorer : callable
        ``scorer(estimator, X, y)`` gives a number.

    Raises
    ------
    TypeError
        If there are several, or the estimator has none.
    """
    if isinstance(scoring, list | tuple | set | dict):
        raise TypeError(f"scoring={scoring!r} gives several scores; pass one.")
    return check_scoring(estimator, scoring=scoring)


def name_score(estimator, scoring):
    """Say what is measured.

    Parameters
    ----------
    estimator : estimator
        What is scored.
    scoring : str, callable or None
        The score.

    Returns
    -------
    name : str
        Of the score, as far as it has one.
    """
    if isinstance(scoring, str):
        return scoring
    if scoring is not None:
        return "score"
    return "accuracy" if is_classifier(estimator) else "R²" if is_regressor(estimator) else "score"


def reads_ids(estimator):
    """Whether the last estimator of what a user passed reads token ids.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Whatever it is.

    Returns
    -------
    reads : bool
        Whether it has an ``embedding_dim``.
    """
    inner = getattr(estimator, "best_estimator_", None)
    if inner is None and hasattr(estimator, "steps"):
        inner = estimator.steps[-1][1]
    if inner is not None:
        return reads_ids(inner)
    return getattr(estimator, "embedding_dim", None) is not None
