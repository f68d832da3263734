"""A row of summary statistics for each sequence."""

from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skrnn._sklearn import StrOptions, check_feature_names, validate_parameters
from skrnn.data.bookkeeping import unchanged_on_error
from skrnn.data.vocabulary import Vocabulary
from skrnn.preprocessing.base import ReadsSequences
from skrnn.preprocessing.reading import holds_tokens, read_tokens

STATISTICS = ("mean", "std", "min", "max", "first", "last", "slope", "mean_abs_diff")


class SequenceSummary(ReadsSequences, TransformerMixin, BaseEstimator):
    """Summarise each sequence by a row of statistics, for any scikit-learn model behind it.

    Each feature of a sequence gives eight numbers, which know little of the order of its steps:
    the mean, the standard deviation, the minimum and the maximum over time, the first and the
    last value, the slope of the least-squares line against time (per step) and the mean absolute
    difference of neighbouring steps. A sequence of token ids gives the relative frequency of
    each id that was seen in fit, a bag of words. Where the sequences seen in fit differ in
    length, the length is the last column.

    A linear model on this summary is the least that a recurrent network should beat;
    :func:`skrnn.model_selection.compare_cells` uses it as its baseline.

    Parameters
    ----------
    tokens : bool or "auto", default="auto"
        Whether X holds token ids. "auto": a Ragged of ids, as :class:`SequenceTokenizer` gives
        it, does, and everything else holds numbers. With True: lists of ints, or (n, T) ints
        padded with 0.

    Attributes
    ----------
    with_length_ : bool
        Whether the last column is the length, which is so where lengths differed in fit.
    tokens_ : bool
        Whether X of fit held token ids.
    ids_ : int64 ndarray of shape (V,)
        The ids seen in fit, sorted; one column each, others are left out. Only for token ids.
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    skrnn.RNNEncoder : Learns what to keep of a sequence.

    Notes
    -----
    The standard deviation is that of the steps themselves (divided by T). A sequence of one step
    has slope and mean absolute difference 0. The matrix is dense: for token ids it has V columns.

    Examples
    --------
    >>> from skrnn.preprocessing import SequenceSummary
    >>> summary = SequenceSummary().fit([[1.0, 2.0, 6.0], [5.0, 5.0]])
    >>> summary.get_feature_names_out().tolist()
    ['mean', 'std', 'min', 'max', 'first', 'last', 'slope', 'mean_abs_diff', 'length']
    >>> summary.transform([[1.0, 2.0, 6.0], [5.0, 5.0]]).round(2)
    array([[3.  , 2.16, 1.  , 6.  , 1.  , 6.  , 2.5 , 2.5 , 3.  ],
           [5.  , 0.  , 5.  , 5.  , 5.  , 5.  , 0.  , 0.  , 2.  ]])
    >>> bag = SequenceSummary(tokens=True).set_output(transform="pandas")
    >>> bag.fit_transform([[7, 3, 7, 7], [3, 3, 3, 9]])
       id_3  id_7  id_9
    0  0.25  0.75  0.00
    1  0.75  0.00  0.25
    """

    _parameter_constraints: ClassVar[dict] = {"tokens": ["boolean", StrOptions({"auto"})]}

    def __init__(self, *, tokens="auto"):
        self.tokens = tokens

    def fit(self, X, y=None):
        """Learn which columns there are.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
            With ``tokens=True``: lists of ints, or (n, T) ints padded with 0.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        self : SequenceSummary
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If the parameter or X is not what it should be; the transformer is then as it was
            before.
        """
        with unchanged_on_error(self):
            validate_parameters(self)
            self.tokens_ = holds_tokens(X, self.tokens)
            X = self._read(X, reset=True)
            vars(self).pop("ids_", None)
            self.with_length_ = not X.equal_length
            if self.tokens_:
                self.ids_ = Vocabulary.fit(X.compact().values).ids
        return self

    def transform(self, X):
        """Give one row for each sequence.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            As for :meth:`fit`. Lengths may differ, whether they did in fit or not.

        Returns
        -------
        summary : ndarray of shape (n, 8 * F) or (n, V), and one column more for the length
            Feature by feature; in float32 if X is, else in float64.
        """
        check_is_fitted(self)
        X = self._read(X, reset=False).compact()
        columns = [frequencies(X, self.ids_) if self.tokens_ else statistics(X)]
        if self.with_length_:
            columns.append(X.lengths[:, None])
        summary = np.hstack(columns)
        return summary.astype(np.float32 if X.dtype == np.float32 else np.float64, copy=False)

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str, default=None
            Names of the features of a step, by default x0, x1 and so on. For a 2-D X, whose
            columns are steps, they must be its column names and are not used.

        Returns
        -------
        names : object ndarray of str
            "mean" and so on for a single feature without a name, "x0_mean" for others, "id_7" for
            a token, "length" at the end.
        """
        check_is_fitted(self)
        given = check_feature_names(self, input_features)
        if self.tokens_:
            names = [f"id_{token}" for token in self.ids_]
        elif self._n_step_features == 1 and (self._fitted_on_table or given is None):
            names = list(STATISTICS)
        else:
            if given is None or len(given) != self._n_step_features:  # one column may hold several
                given = [f"x{i}" for i in range(self._n_step_features)]
            names = [f"{feature}_{statistic}" for feature in given for statistic in STATISTICS]
        return np.array(names + ["length"] * self.with_length_, dtype=object)

    def _read(self, X, reset):
        return read_tokens(self, X, tokens=self.tokens_, reset=reset)


def statistics(X):
    """Compute the statistics of every feature of every row.

    Parameters
    ----------
    X : Ragged
        Contiguous rows of at least one step.

    Returns
    -------
    summary : float64 array of shape (n, 8 * F)
        In the order of ``STATISTICS``, feature by feature.
    """
    values = X.values.astype(np.float64, copy=False)  # (N, F)
    starts, lengths = X.starts, X.lengths[:, None]
    first, last = values[starts], values[starts + X.lengths - 1]  # (n, F)
    moved = values - np.repeat(first, X.lengths, axis=0)  # a constant row is exactly 0
    shift = np.add.reduceat(moved, starts) / lengths
    moved -= np.repeat(shift, X.lengths, axis=0)
    time = np.arange(len(values)) - np.repeat(starts + (X.lengths - 1) / 2, X.lengths)
    variance = np.add.reduceat(moved**2, starts) / lengths
    steepness = np.add.reduceat(time[:, None] * moved, starts)
    jumps = np.abs(np.diff(values, axis=0, prepend=values[:1]))
    jumps[starts] = 0.0  # from one row to the next
    parts = [
        first + shift,
        np.sqrt(variance),
        np.minimum.reduceat(values, starts),
        np.maximum.reduceat(values, starts),
        first,
        last,
        steepness / (lengths * (lengths**2.0 - 1) / 12).clip(min=1 / 12),
        np.add.reduceat(jumps, starts) / (lengths - 1).clip(min=1),
    ]
    return np.stack(parts, axis=-1).reshape(len(X), -1)


def frequencies(X, ids):
    """Compute how often each id stands in each row, relative to all ids that are known.

    Parameters
    ----------
    X : Ragged
        Contiguous rows of ids.
    ids : int array of shape (V,)
        The ids to count, sorted.

    Returns
    -------
    share : float64 array of shape (n, V)
        Rows add up to one, or are 0 where no id is known.
    """
    width = 1 + len(ids)  # unknown ids go to column 0
    place = np.repeat(np.arange(len(X)) * width, X.lengths) + Vocabulary(ids).index(X.values)
    counts = np.bincount(place, minlength=len(X) * width).reshape(len(X), width)[:, 1:]
    return counts / counts.sum(axis=1, keepdims=True).clip(min=1)
