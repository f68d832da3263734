"""Changes from step to step instead of the steps themselves."""

from typing import ClassVar

import numpy as np

from skrnn._sklearn import natural
from skrnn.data.ragged import Ragged
from skrnn.preprocessing.base import InvertibleTransformer


class Differencer(InvertibleTransformer, auto_wrap_output_keys=None):
    """Replace each step by its difference from an earlier one.

    A level that moves, or with ``lag`` a season, is taken away. The first steps, which have
    nothing to be compared with, stay in place, so that lengths stay and so does the way back.

    Parameters
    ----------
    order : int, default=1
        How often differences are taken. The step that has no difference of this order keeps the
        highest one it has: with order 2 a row begins with its first value and its first
        difference.
    lag : int, default=1
        How many steps lie between those that are compared; 12 for months of a year. A row of no
        more than `lag` steps stays as it is.

    Attributes
    ----------
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    skrnn.preprocessing.SequenceScaler : Takes a level away that stays.

    Notes
    -----
    Differences and their sums are computed in double precision, also where X is float32. The way
    back is exact for integers, and up to rounding for other numbers; with a high order the
    rounding of the first steps grows along the row.

    For a season and a trend, put two of them in a row:
    ``make_pipeline(Differencer(lag=12), Differencer())``.

    Examples
    --------
    >>> from skrnn.preprocessing import Differencer
    >>> X = [[5.0, 7.0, 10.0, 14.0], [3.0]]
    >>> differencer = Differencer().fit(X)
    >>> differencer.transform(X)
    [array([5., 2., 3., 4.]), array([3.])]
    >>> differencer.inverse_transform([[1.0, 1.0, 1.0], [9.0, -1.0]])
    [array([1., 2., 3.]), array([9., 8.])]
    >>> Differencer(order=2).fit_transform(X)
    [array([5., 2., 1., 1.]), array([3.])]
    >>> Differencer(lag=2).fit_transform(X)
    [array([5., 7., 5., 7.]), array([3.])]
    """

    _parameter_constraints: ClassVar[dict] = {"order": [natural()], "lag": [natural()]}

    def __init__(self, order=1, *, lag=1):
        self.order = order
        self.lag = lag

    def fit(self, X, y=None):
        """Learn nothing but the number of features.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        self : Differencer
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter or X is not what it should be; the transformer is then as it was
            before.
        """
        return self._fit(X)

    def _learn(self, X, weight):
        return X.n_features

    def _change(self, X):
        X, values = _own_values(X)
        lag = self.lag
        step = np.arange(len(values)) - np.repeat(X.starts, X.lengths)  # in its row
        for order in range(1, self.order + 1):
            comparable = (step[lag:] >= order * lag)[:, None]
            np.subtract(values[lag:], values[:-lag].copy(), out=values[lag:], where=comparable)
        return Ragged(values.astype(X.dtype, copy=False), X.lengths)

    def _change_back(self, X):
        X, values = _own_values(X)
        add_up = _add_up_steps if len(X) > X.lengths.max() else _add_up_rows
        for order in range(self.order, 0, -1):
            add_up(values, X, (order - 1) * self.lag, self.lag)
        return Ragged(values.astype(X.dtype, copy=False), X.lengths)


def _own_values(X):
    """Give rows one after another, and a copy of their steps in double precision."""
    X = X.compact()
    return X, X.values.astype(np.float64, order="C")


def _add_up_rows(values, X, first, lag):
    """Replace each step from `first` on by its sum with every `lag`-th before it, in place."""
    for row in Ragged(values, X.lengths):
        steps = row[first:]
        whole = len(steps) // lag * lag
        if whole:
            seasons = steps[:whole].reshape(-1, lag, steps.shape[1])
            np.cumsum(seasons, axis=0, out=seasons)
            steps[whole:] += steps[whole - lag : len(steps) - lag]


def _add_up_steps(values, X, first, lag):
    """Do the same, to the bit, step by step for all rows: faster for many short ones."""
    order = np.argsort(-X.lengths)
    starts, lengths = X.starts[order], X.lengths[order]
    for step in range(first + lag, lengths[0]):
        at = starts[: np.searchsorted(-lengths, -step)] + step  # of the rows so long
        values[at] += values[at - lag]
