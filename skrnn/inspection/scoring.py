"""Scores of what a user passed, and what to call them."""

from sklearn.base import is_classifier, is_regressor
from sklearn.metrics import check_scoring

from skrnn.inspection.exchange import read_form


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
        If there are several, or the estimator has none or is a class.
    """
    if isinstance(estimator, type):
        raise TypeError(
            f"estimator is the class {estimator.__name__}; pass a fitted instance of it."
        )
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


def read_rows_of(estimator, X):
    """Take X apart into rows, in view of what reads them.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Whatever it is; of the last estimator in it, ``embedding_dim`` and ``hierarchical`` count.
    X : list, array, DataFrame, Series or Ragged
        Sequences.

    Returns
    -------
    form : Form
        The rows, and the way back.
    ids : bool
        Whether they are of token ids.

    Raises
    ------
    TypeError
        If X holds documents, or no sequences.
    """
    last = _last(estimator)
    if getattr(last, "hierarchical", False):
        raise TypeError(
            "The estimator reads documents (hierarchical=True), whose rows are lists of "
            "sentences. Only rows that are single sequences can be taken apart here."
        )
    ids = getattr(last, "embedding_dim", None) is not None
    return read_form(X, ids=ids), ids


def _last(estimator):
    """Give the last estimator of what a user passed."""
    if hasattr(estimator, "best_estimator_"):
        return _last(estimator.best_estimator_)
    return _last(estimator.steps[-1][1]) if hasattr(estimator, "steps") else estimator
