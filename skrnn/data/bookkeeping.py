"""Reading X with scikit-learn's bookkeeping, and leaving an estimator alone when that fails."""

from contextlib import contextmanager

import numpy as np
from sklearn.utils import check_array
from sklearn.utils.validation import validate_data

from skrnn.data.columns import step_columns
from skrnn.data.convert import to_array
from skrnn.data.read import as_ragged, is_table

FLOATS = (np.float64, np.float32)


def read_sequences(estimator, X, *, ids, reset, allow_nan=False):
    """Read sequences, and set or compare the number of features.

    Parameters
    ----------
    estimator : BaseEstimator
        Gets ``n_features_in_`` and, from a frame, ``feature_names_in_``.
    X : see :func:`skrnn.data.as_ragged`
        What the user passed.
    ids : bool
        Whether X holds token ids.
    reset : bool
        Whether to set the number of features rather than to compare it.
    allow_nan : bool, default=False
        Whether numbers may be NaN between the padding.

    Returns
    -------
    X : Ragged
        Sequences of finite float64 or float32, or of ids.

    Raises
    ------
    ValueError, TypeError
        If X is no sequences, or others than those of the first fit.
    """
    table = not ids and is_table(X)
    if table and hasattr(X, "detach"):
        X = to_array(X)
    if table and (reset or estimator._fitted_on_table):
        X = validate_data(estimator, X, reset=reset, dtype=FLOATS, ensure_all_finite=False)
    elif table:
        X = check_array(
            X, dtype=FLOATS, ensure_all_finite=False, estimator=estimator, input_name="X"
        )
    sequences = as_ragged(X, ids=ids, allow_nan=allow_nan, owner=type(estimator).__name__)
    width = row_width(X) if reset and not ids else None
    note_features(estimator, X, sequences.n_features, reset=reset, width=width, table=table)
    return sequences


def note_features(estimator, X, n_features, *, reset, width=None, table=False):
    """Set the number of features, or compare it with that of fit.

    Parameters
    ----------
    estimator : BaseEstimator
        Gets ``n_features_in_``.
    X : object
        What the user passed, for the advice in the error.
    n_features : int
        Features per step of what was read.
    reset : bool
        Whether to set rather than to compare.
    width : int, default=None
        The columns of a 2-D X.
    table : bool, default=False
        Whether scikit-learn has noted columns and their names.

    Raises
    ------
    ValueError
        If there were others in fit, or frames in a list name theirs otherwise.
    """
    names = step_columns(X)
    if reset:
        estimator._step_columns = names
        estimator._fitted_on_table = width is not None
        estimator._n_step_features = n_features
        if not table:
            estimator.n_features_in_ = n_features if width is None else width
            vars(estimator).pop("feature_names_in_", None)
    elif n_features != estimator._n_step_features:
        one = getattr(X, "ndim", 0) == 2 and X.shape[1] == estimator._n_step_features
        hint = " If X is one sequence, pass [X]." if one else ""
        raise ValueError(
            f"X has {n_features} features per step, but {type(estimator).__name__} was "
            f"fitted with {estimator._n_step_features}. Sequences are (n_steps, n_features) "
            f"and 3-D arrays (n_samples, n_steps, n_features).{hint}"
        )
    known = getattr(estimator, "_step_columns", None)
    if None not in (names, known) and names != known:
        raise ValueError(
            f"The frames in X have the columns {list(names)}, but {type(estimator).__name__} was "
            f"fitted on {list(known)}. Bring them into that order: [x[{list(known)}] for x in X]."
        )


def check_width(X, n_features, whose):
    """Raise where a Ragged has other features per step than `n_features`; says `whose` they are."""
    if X.n_features != n_features:
        raise ValueError(f"X has {X.n_features} features per step, but {whose} {n_features}.")


def row_width(X):
    """Give the columns of a 2-D X, also of one written as lists; None for anything else."""
    if getattr(X, "ndim", None) == 2:
        return X.shape[1]
    if not isinstance(X, list | tuple):
        return None
    widths = {len(row) if _is_flat(row) else None for row in X}
    return widths.pop() if len(widths) == 1 else None


def _is_flat(row):
    """Whether a row that was read holds one number per step."""
    return row.ndim == 1 if hasattr(row, "ndim") else not hasattr(row[0], "__len__")


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
