"""Reading X with scikit-learn's bookkeeping, and leaving an estimator alone when that fails."""

from contextlib import contextmanager

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skrnn.data import as_ragged
from skrnn.data.convert import to_array
from skrnn.data.read import is_table

FLOATS = (np.float64, np.float32)


def read_X(estimator, X, reset):
    """Read sequences, and set or compare the number of features.

    Parameters
    ----------
    estimator : BaseRNN
        Has ``embedding_dim``; gets ``n_features_in_`` and, from a frame, ``feature_names_in_``.
    X : see :func:`skrnn.data.as_ragged`
        What the user passed.
    reset : bool
        Whether to set the number of features rather than to compare it.

    Returns
    -------
    X : Ragged
        Sequences of finite float64 or float32, or of ids.

    Raises
    ------
    ValueError, TypeError
        If X is no sequences, or others than those of the first fit.
    """
    ids = estimator.embedding_dim is not None
    table = not ids and is_table(X)
    if table and hasattr(X, "detach"):
        X = to_array(X)
    if table and (reset or estimator._fitted_on_table):
        X = validate_data(estimator, X, reset=reset, dtype=FLOATS, ensure_all_finite=False)
    elif table:
        X = check_array(X, dtype=FLOATS, ensure_all_finite=False, estimator=estimator)
    X = as_ragged(X, ids=ids, owner=type(estimator).__name__)
    if reset:
        _note_features(estimator, X, table)
    elif X.n_features != estimator._n_step_features:
        raise ValueError(
            f"X has {X.n_features} features per step, but {type(estimator).__name__} was fitted "
            f"with {estimator._n_step_features}. Sequences are read as (n_steps, n_features), and "
            "3-D arrays as (n_samples, n_steps, n_features)."
        )
    return X


def _note_features(estimator, X, table):
    estimator._fitted_on_table = table
    estimator._n_step_features = X.n_features
    if not table:
        estimator.n_features_in_ = X.n_features
        vars(estimator).pop("feature_names_in_", None)


@contextmanager
def unchanged_on_error(estimator):
    """Give an estimator its attributes back if the block raises.

    Parameters
    ----------
    estimator : BaseEstimator
        The estimator; what its attributes hold must not be changed in place.
    """
    before = vars(estimator).copy()
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            vars(estimator).clear()
            vars(estimator).update(before)
