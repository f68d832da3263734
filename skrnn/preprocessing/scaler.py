"""Sequences of numbers brought to a common scale."""

from typing import ClassVar

import numpy as np

from skrnn._sklearn import StrOptions
from skrnn.data.scaling import check_measured
from skrnn.preprocessing.base import InvertibleTransformer
from skrnn.preprocessing.measuring import METHODS, Groups


class SequenceScaler(InvertibleTransformer, auto_wrap_output_keys=None):
    """Shift and scale the features of sequences.

    Each feature is measured over the steps of all rows seen in fit, or in each row apart; padding
    never counts. The estimators of this package standardise their inputs themselves
    (``scale_inputs``); this is for other ways, for other models, and for scales that should
    not depend on the level of a row.

    Parameters
    ----------
    method : {"standard", "robust", "min_max", "mean_abs"}, default="standard"
        What is subtracted, and what the rest is divided by:

        - "standard": the mean, and the standard deviation
        - "robust": the median, and the distance of the quartiles, which outliers do not move
        - "min_max": the minimum, and the distance of the maximum from it, so that steps seen in
          fit lie between 0 and 1
        - "mean_abs": nothing, and the mean of the absolute values; zeros stay zeros
    per : {"feature", "sequence"}, default="feature"
        Whether one center and scale of each feature are learned from all steps of all rows, or
        every row is measured by itself. With "sequence" nothing is learned, and there is no
        ``inverse_transform``: the result does not tell the level a row had.

    Attributes
    ----------
    center_ : float64 ndarray of shape (F,) or None
        What is subtracted from each feature; None with ``per="sequence"``.
    scale_ : float64 ndarray of shape (F,) or None
        What it is divided by; 1 for a feature that never changes (with "robust": whose quartiles
        are equal). None with ``per="sequence"``.
    one_way : str or None
        Why there is no ``inverse_transform``; None where there is one.
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    sklearn.preprocessing.StandardScaler : Measures each column of a 2-D X, which are the steps
        of one feature here.
    skrnn.preprocessing.Differencer : Takes a level away that moves.

    Notes
    -----
    Statistics are computed in double precision, also where X is float32. A step counts with the
    weight of its row, and once for every row that has it where rows overlap. A quantile is the
    number up to which that share of the weight lies, and the middle between two numbers where
    they part it exactly there; a row of weight 2 then is the row twice.

    Examples
    --------
    >>> from skrnn.preprocessing import SequenceScaler
    >>> X = [[1.0, 2.0, 3.0], [8.0, 11.0]]
    >>> scaler = SequenceScaler(method="min_max").fit(X)
    >>> scaler.transform(X)
    [array([0. , 0.1, 0.2]), array([0.7, 1. ])]
    >>> scaler.inverse_transform([[0.5], [0.2, 2.0]])
    [array([6.]), array([ 3., 21.])]
    >>> SequenceScaler(method="min_max", per="sequence").fit_transform(X)
    [array([0. , 0.5, 1. ]), array([0., 1.])]
    """

    _parameter_constraints: ClassVar[dict] = {
        "method": [StrOptions(set(METHODS))],
        "per": [StrOptions({"feature", "sequence"})],
    }

    def __init__(self, method="standard", *, per="feature"):
        self.method = method
        self.per = per

    @property
    def one_way(self):
        """Why there is no way back; None where there is one."""
        if self.per == "feature":
            return None
        return (
            "SequenceScaler(per='sequence') measures each row by itself and keeps nothing of it, "
            "so that there is no inverse_transform; set per='feature' for one."
        )

    def fit(self, X, y=None, sample_weight=None):
        """Measure the features.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
        y : None
            Not used; scikit-learn's pipelines pass it.
        sample_weight : array-like of shape (n,), default=None
            Weights of the rows. With ``per="sequence"`` no row's weight has a part in its
            own scale, nor in that of others.

        Returns
        -------
        self : SequenceScaler
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter, X or sample_weight is not what it should be, or a feature is too large
            to be measured; the transformer is then as it was before.
        """
        return self._fit(X, sample_weight)

    def _learn(self, X, weight):
        self.center_ = self.scale_ = None
        if self.per == "feature":
            center, scale = self._measure(Groups.of_all(X, weight))
            check_measured(center[0], scale[0], X.values)
            self.center_, self.scale_ = center[0], scale[0]
        return X.n_features

    def _measure(self, groups):
        with np.errstate(over="ignore", invalid="ignore"):
            return METHODS[self.method](groups)

    def _change(self, X):
        if self.per == "feature":
            center, scale = self.center_, self.scale_
        else:
            X = X.compact()
            center, scale = self._of_rows(X)
        return _without_gaps(X).map_values(lambda values: _scaled(values, center, scale))

    def _of_rows(self, X):
        """Give what to subtract from each step, and to divide it by."""
        groups = Groups.of_rows(X)
        center, scale = self._measure(groups)
        wrong = ~np.isfinite(center + scale).all(axis=1)
        if wrong.any():
            row = int(np.argmax(wrong))
            check_measured(center[row], scale[row], X[row], whose=f"row {row} of X")
        return groups.spread(center), groups.spread(scale)

    def _change_back(self, X):
        return _without_gaps(X).map_values(
            lambda values: (values * self.scale_ + self.center_).astype(values.dtype, copy=False)
        )


def _without_gaps(X):
    """Leave out steps that no row has, if there are some; rows that overlap share their steps."""
    return X if X.lengths.sum() >= len(X.values) else X.compact()


def _scaled(values, center, scale):
    """Scale in double precision, and give the precision of the values."""
    scaled = values - center
    scaled /= scale
    return scaled.astype(values.dtype, copy=False)
