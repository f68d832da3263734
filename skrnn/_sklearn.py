"""The only file that uses private names of scikit-learn."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils._indexing import _get_column_indices
from sklearn.utils._param_validation import (
    HasMethods,
    Interval,
    StrOptions,
    validate_parameter_constraints,
    validate_params,
)
from sklearn.utils._repr_html.estimator import _VisualBlock
from sklearn.utils.metaestimators import _BaseComposition
from sklearn.utils.validation import _check_feature_names_in, _check_sample_weight

__all__ = [
    "BaseComposition",
    "HasMethods",
    "Interval",
    "StrOptions",
    "check_feature_names",
    "check_weight",
    "checked",
    "column_numbers",
    "interval",
    "natural",
    "take_columns",
    "take_rows",
    "validate_parameters",
    "visual_block",
]

BaseComposition = _BaseComposition


def natural(low=1):
    """Constrain a parameter to whole numbers from `low` on."""
    return Interval(Integral, low, None, closed="left")


def interval(low, high, closed="both"):
    """Constrain a parameter to real numbers between `low` and `high`."""
    return Interval(Real, low, high, closed=closed)


def checked(constraints):
    """Decorate a function: check its arguments before it runs.

    Parameters
    ----------
    constraints : dict
        What each argument may be, as in an estimator's ``_parameter_constraints``.

    Returns
    -------
    decorator : callable
        Gives the function, which now raises scikit-learn's error of parameters, a ValueError and
        TypeError that names the argument, what it may be and what it is.
    """
    return validate_params(constraints, prefer_skip_nested_validation=True)


def validate_parameters(estimator):
    """Check an object's parameters against its ``_parameter_constraints``.

    Parameters
    ----------
    estimator : object
        An estimator; or what has no ``get_params``, as a splitter, whose attributes are its
        parameters.

    Raises
    ------
    sklearn.utils.InvalidParameterError
        A ValueError and TypeError that names the parameter, what it may be and what it is.
    """
    has_params = hasattr(estimator, "get_params")
    validate_parameter_constraints(
        estimator._parameter_constraints,
        estimator.get_params(deep=False) if has_params else vars(estimator),
        caller_name=type(estimator).__name__,
    )


def check_feature_names(estimator, input_features):
    """Check the argument of ``get_feature_names_out``.

    Parameters
    ----------
    estimator : BaseEstimator
        Fitted: has ``n_features_in_``, and ``feature_names_in_`` where X had names.
    input_features : array-like of str or None
        What the user passed.

    Returns
    -------
    names : object array of str or None
        They, or the names seen in fit; None where there are neither.

    Raises
    ------
    ValueError
        If they are of another number or other than in fit.
    """
    return _check_feature_names_in(estimator, input_features, generate_names=False)


def check_weight(sample_weight, X):
    """Read sample weights.

    Parameters
    ----------
    sample_weight : array-like of shape (n,) or None
        Weights; None means ones.
    X : Ragged
        The n sequences.

    Returns
    -------
    weight : float64 array of shape (n,)
        Weights, at least one of them positive.

    Raises
    ------
    ValueError
        If they are of another number, negative, not finite or all zero.
    """
    rows = np.empty((len(X), 1))  # the array API knows no Ragged
    try:
        weight = _check_sample_weight(sample_weight, rows, ensure_non_negative=True)
    except (TypeError, ValueError) as error:
        if "float" not in str(error) or "dtype" in str(error):
            raise
        raise type(error)(f"sample_weight must hold one number per row of X: {error}.") from error
    with np.errstate(over="ignore"):
        if not np.isfinite(weight.sum()):
            raise ValueError(
                f"sample_weight is too large to be added up (up to {weight.max():.3g}). Only its "
                "proportions matter: divide it, e.g. by its maximum."
            )
    return weight


def take_rows(X, rows):
    """Take rows of a list, array, frame or other container, as scikit-learn's searches do.

    Parameters
    ----------
    X : list, array, DataFrame or other container of n rows
        Where to take them from; None gives None.
    rows : int array
        Their numbers.

    Returns
    -------
    part : same kind as `X`
        The rows.
    """
    return None if X is None else _safe_indexing(X, rows)


def column_numbers(X, columns):
    """Find columns of a frame or 2-D array, as :class:`sklearn.compose.ColumnTransformer` does.

    Parameters
    ----------
    X : DataFrame or array of shape (n, k)
        Has the columns.
    columns : int, str, slice, bool array, or list of int or str
        Which columns.

    Returns
    -------
    numbers : list of int
        Their positions.

    Raises
    ------
    ValueError
        If there are no such columns.
    """
    if isinstance(columns, slice) and columns == slice(None):  # which scikit-learn takes for text
        return list(range(X.shape[1]))
    return [int(j) for j in _get_column_indices(X, columns)]


def take_columns(X, columns):
    """Take one column (an int) as a Series or 1-D array, or several (a list) as a frame or array.

    Parameters
    ----------
    X : DataFrame or array of shape (n, k)
        Has the columns.
    columns : int or list of int
        Their positions.

    Returns
    -------
    part : DataFrame, Series or array
        The columns.
    """
    return _safe_indexing(X, columns, axis=1)


def visual_block(names, estimators, details):
    """Show named estimators side by side in an HTML representation.

    Parameters
    ----------
    names : list of str
        Their names.
    estimators : list of estimator or str
        What is shown.
    details : list of object
        What is shown beside each name, such as its columns.

    Returns
    -------
    block : object
        What ``_sk_visual_block_`` is to return.
    """
    return _VisualBlock("parallel", estimators, names=names, name_details=details)
