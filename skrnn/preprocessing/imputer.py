"""Missing values within sequences, filled in."""

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from skrnn._sklearn import StrOptions, interval
from skrnn.data.ragged import Ragged
from skrnn.data.scaling import step_weights
from skrnn.preprocessing.base import InvertibleTransformer
from skrnn.preprocessing.interpolation import between
from skrnn.preprocessing.measuring import Groups


class SequenceImputer(InvertibleTransformer, auto_wrap_output_keys=None):
    """Fill in the missing values (NaN) within sequences, feature by feature.

    The only transformer of this package that takes NaN for a missing value wherever it stands
    between the padding. Lengths and padding stay as they are, and values that are there are
    never changed.

    Parameters
    ----------
    strategy : {"last", "linear", "mean", "median", "constant"}, default="last"
        What to fill in.

        - "last": the last observed value of the feature in the row.
        - "linear": the straight line, by step number, between the observed values in front of
          and behind the gap; at the ends of a row the first or last observed value.
        - "mean", "median": the feature's mean or median over all observed steps of fit.
        - "constant": `fill_value`.
    fill_value : float or None, default=None
        What to fill in where the strategy finds nothing. "constant": everywhere; None is 0.
        "last": before the first observed value of a row. "linear": where a feature is never
        observed in a row. For both None is the feature's mean over the observed steps of fit.
        "mean", "median": where a feature is never observed in fit.
    add_indicator : bool or "steps", default=False
        Whether to append one feature for each of X, in the same order, that tells what was filled
        in. True: 1 where a value was missing, else 0 (a mask). "steps": the steps since the
        feature was last observed in the row, or since just before the row if it never was; 0
        where a value is there.

    Attributes
    ----------
    statistics_ : float64 ndarray of shape (F,)
        What each feature gets where its row has nothing to go by.
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    sklearn.impute.SimpleImputer : Fills in the columns of a table.
    Resampler : Puts sequences on another grid of steps.

    Notes
    -----
    Steps at either end of a row whose features are *all* NaN are padding, and stay padding; in
    2-D X only those at the end of a row. In a list of sequences of a single feature a NaN at
    either end is therefore padding too, and is left out. Where it is a missing value, pass a
    :class:`~skrnn.data.Ragged`, whose rows hold no padding.

    "last" uses nothing that is later than the gap, so that it suits forecasts; "linear" looks
    ahead. Networks may learn from the fact that a value is missing, and from how long ago it was
    last seen: [1]_ feeds a GRU with both, which `add_indicator` gives to any cell.

    References
    ----------
    .. [1] Che et al., "Recurrent Neural Networks for Multivariate Time Series with Missing
       Values", Scientific Reports 8, 2018.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.preprocessing import SequenceImputer
    >>> nan = np.nan
    >>> X = [np.array([[1.0, nan], [nan, 5.0], [3.0, nan]]), np.array([[7.0, 9.0]])]
    >>> SequenceImputer().fit_transform(X)[0]
    array([[1., 7.],
           [1., 5.],
           [3., 5.]])
    >>> imputer = SequenceImputer(strategy="linear", add_indicator=True).fit(X)
    >>> filled = imputer.transform(X)
    >>> filled[0]
    array([[1., 5., 0., 1.],
           [2., 5., 1., 0.],
           [3., 5., 0., 1.]])
    >>> imputer.inverse_transform(filled)[0]
    array([[ 1., nan],
           [nan,  5.],
           [ 3., nan]])
    """

    allow_nan = True

    _parameter_constraints: ClassVar[dict] = {
        "strategy": [StrOptions({"last", "linear", "mean", "median", "constant"})],
        "fill_value": [interval(None, None, "neither"), None],
        "add_indicator": ["boolean", StrOptions({"steps"})],
    }

    def __init__(self, strategy="last", *, fill_value=None, add_indicator=False):
        self.strategy = strategy
        self.fill_value = fill_value
        self.add_indicator = add_indicator

    @property
    def one_way(self):
        """Why there is no ``inverse_transform``; None where it is known what was missing."""
        if self.add_indicator:
            return None
        return "What was missing is known with add_indicator=True or add_indicator='steps' only."

    def fit(self, X, y=None, sample_weight=None):
        """Learn what features get where a row has nothing to go by.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
            NaN is a missing value, or padding at the ends.
        y : None
            Not used; scikit-learn's pipelines pass it.
        sample_weight : array-like of shape (n,), default=None
            Each observed step of a row counts so much in the mean or median. None: all alike.

        Returns
        -------
        self : SequenceImputer
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter or X is not what it should be, or a feature is never observed and there
            is no `fill_value`; the transformer is then as it was before.
        """
        return self._fit(X, sample_weight)

    def _learn(self, X, weight):
        self.statistics_ = self._statistics(X, weight)
        return X.n_features * (2 if self.add_indicator else 1)

    def _statistics(self, X, weight):
        if self.strategy == "constant":
            return np.full(X.n_features, float(self.fill_value or 0))
        if self.strategy in ("last", "linear") and self.fill_value is not None:
            return np.full(X.n_features, float(self.fill_value))
        measure = weighted_median if self.strategy == "median" else weighted_mean
        used, weight = step_weights(X, weight)
        values = X.values[used].astype(np.float64)
        observed = ~np.isnan(values)
        empty = np.flatnonzero(~observed.any(axis=0))
        if empty.size and self.fill_value is None:
            raise ValueError(
                f"Feature {empty[0]} of X has no observed value, so that nothing is known to fill "
                "in. Leave the feature out, or set fill_value, e.g. to 0."
            )
        columns = zip(values.T, observed.T, strict=True)
        return np.array(
            [
                measure(column[there], weight[there]) if there.any() else float(self.fill_value)
                for column, there in columns
            ]
        )

    def _change(self, X):
        if np.isnan(X.values).any():  # rows may share steps, but not what is filled in
            X = X.compact()
        gaps = Gaps.find(X)
        values = X.values.copy()
        values[gaps.step, gaps.feature] = self._filling(X, gaps)
        if self.add_indicator:
            marks = np.zeros_like(values)
            marks[gaps.step, gaps.feature] = gaps.since if self.add_indicator == "steps" else 1
            values = np.hstack([values, marks])
        return Ragged(values, X.lengths, X.starts)

    def _filling(self, X, gaps):
        """Give what to fill in, shape (G,)."""
        filling = self.statistics_[gaps.feature]
        if self.strategy == "last":
            known = gaps.has_before
            filling[known] = X.values[gaps.before[known], gaps.feature[known]]
        elif self.strategy == "linear":
            known = gaps.has_before | gaps.has_after
            filling[known] = gaps.take(known).on_lines(X.values)
        return filling

    def _change_back(self, X):
        values, marks = np.split(X.values, 2, axis=1)
        return Ragged(np.where(marks != 0, np.nan, values), X.lengths, X.starts)


@dataclass(frozen=True)
class Gaps:
    """The G missing values of all rows, and what is observed around them.

    Parameters
    ----------
    step, feature : int arrays of shape (G,)
        Where each stands in the values (N, F) of a Ragged.
    before, after : int arrays of shape (G,)
        The step at which the same feature was last observed, and the next one.
    has_before, has_after : bool arrays of shape (G,)
        Whether these steps belong to the same row; they mean nothing otherwise.
    since : int array of shape (G,)
        Steps since `before`, or since just before the row.
    """

    step: np.ndarray
    feature: np.ndarray
    before: np.ndarray
    after: np.ndarray
    has_before: np.ndarray
    has_after: np.ndarray
    since: np.ndarray

    @classmethod
    def find(cls, X):
        """Find the missing values of a Ragged; if there are any, its rows are contiguous from 0."""
        place = np.flatnonzero(np.isnan(X.values).T)  # each feature is one line of N steps
        feature, step = np.divmod(place, max(len(X.values), 1))
        begins = np.flatnonzero(np.diff(place, prepend=-2) > 1)  # of gaps without a value between
        sizes = np.diff(begins, append=len(place))
        before = np.repeat(place[begins] - 1, sizes) - place + step
        after = np.repeat(place[begins + sizes - 1] + 1, sizes) - place + step
        row = np.searchsorted(X.starts, step, side="right") - 1
        first = X.starts[row]
        return cls(
            step=step,
            feature=feature,
            before=before,
            after=after,
            has_before=before >= first,
            has_after=after < first + X.lengths[row],
            since=step - np.maximum(before, first - 1),
        )

    def take(self, which):
        """Give some of them."""
        return Gaps(*(getattr(self, field.name)[which] for field in fields(self)))

    def on_lines(self, values):
        """Give the points on the lines between the values (N, F) around, in rows that have any."""
        low = np.where(self.has_before, self.before, self.after)
        high = np.where(self.has_after, self.after, self.before)
        share = np.clip((self.step - low) / np.maximum(high - low, 1), 0, 1)
        return between(values[low, self.feature], values[high, self.feature], share)


def weighted_mean(values, weight):
    """Give the mean of values (N,) with weights (N,)."""
    mean = (weight / weight.sum()) @ values
    return np.clip(mean, values.min(), values.max())  # equal values have no other mean


def weighted_median(values, weight):
    """Give the median of values (N,) with weights (N,)."""
    return Groups(values[:, None], weight, np.zeros(1, dtype=np.int64)).quantiles(0.5).item()
