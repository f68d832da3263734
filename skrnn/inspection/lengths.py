"""Whether an estimator is as good on long sequences as on short ones."""

import warnings

import numpy as np
import pandas as pd
from sklearn.base import is_classifier
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.utils import check_consistent_length

from skrnn._drawing import axes_or_new
from skrnn._sklearn import checked, natural, take_rows
from skrnn.inspection.scoring import name_score, one_scorer, read_rows_of

GROUPS = 10  # of rows that are left out in turn, to find the error of a score


class ScoreByLengthDisplay:
    """The score of rows of similar length, from the shortest to the longest.

    Parameters
    ----------
    table : DataFrame
        One row per bin: shortest, longest, n_rows, score, standard_error.
    overall : float
        The score of all rows.
    score_name : str, default="score"
        What the scores measure.

    Attributes
    ----------
    table : DataFrame
        As given. Shortest and longest are steps of rows; scores and errors are NaN where there are
        too few rows.
    overall_ : float
        As given.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    errorbar_ : matplotlib ErrorbarContainer
        Scores and their standard errors.
    overall_line_ : matplotlib Line2D
        The score of all rows.

    Notes
    -----
    The standard error of an accuracy p of n rows is the root of p (1 - p) / n. That of other scores
    is found by leaving out each of ten groups of rows in turn: the jackknife [1]_. It says how far
    the score of a bin would move with other rows, not with another fit.

    A score such as R² compares errors with the spread of y within the bin, so that it may fall
    where y varies less, with errors no larger: then pass ``scoring="neg_mean_absolute_error"``.

    References
    ----------
    .. [1] B. Efron and C. Stein, "The jackknife estimate of variance", Annals of Statistics 9,
       1981.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNClassifier
    >>> from skrnn.inspection import ScoreByLengthDisplay
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(n, 1)) for n in rng.integers(2, 30, size=60)]
    >>> y = [int(row[-1, 0] > 0) for row in X]
    >>> model = RNNClassifier(hidden_size=8, max_epochs=5, random_state=0).fit(X, y)
    >>> display = ScoreByLengthDisplay.from_estimator(model, X, y, n_bins=3)
    >>> list(display.table.columns)
    ['shortest', 'longest', 'n_rows', 'score', 'standard_error']
    >>> int(display.table["n_rows"].sum())
    60
    """

    def __init__(self, table, overall, *, score_name="score"):
        self.table = table
        self.overall = overall
        self.score_name = score_name

    @classmethod
    @checked({"n_bins": [natural()]})
    def from_estimator(
        cls, estimator, X, y=None, *, sample_weight=None, scoring=None, n_bins=5, ax=None
    ):
        """Score an estimator on rows of each length, and draw it.

        Parameters
        ----------
        estimator : estimator, Pipeline or search
            Fitted; any that reads X and can be scored, recurrent or not.
        X : list, array, DataFrame, Series or Ragged
            Sequences, as its ``predict`` takes them. Of texts the length is the number of words
            between spaces.
        y : array-like of shape (n,) or (n, D), default=None
            Their targets.
        sample_weight : array-like of shape (n,), default=None
            Weights of the rows in the score. None means ones.
        scoring : str or callable, default=None
            One score, the higher the better. None is the estimator's own.
        n_bins : int, default=5
            How many bins of about as many rows each. Rows of one length stay together, so there
            may be fewer.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : ScoreByLengthDisplay
            The picture and its numbers.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If X holds no sequences, or the estimator cannot be scored.
        ValueError
            If y or the weights do not go with X, or a bin cannot be scored, as by "neg_log_loss"
            where its rows are of one class.
        """
        scorer = one_scorer(estimator, scoring)
        lengths = np.array([len(row) for row in read_rows_of(estimator, X)[0].rows])
        given = [part for part in (y, sample_weight) if part is not None]
        check_consistent_length(lengths, *given)

        def score(rows):
            weight = {}
            if sample_weight is not None:
                weight["sample_weight"] = np.asarray(sample_weight)[rows]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UndefinedMetricWarning)  # NaN says it
                return scorer(estimator, take_rows(X, rows), take_rows(y, rows), **weight)

        plain = scoring == "accuracy" or (scoring is None and is_classifier(estimator))
        exact = plain and sample_weight is None
        overall = score(np.arange(len(lengths)))  # first, so that an error names the row of X
        records = [_record(lengths, rows, score, exact) for rows in bins_of(lengths, n_bins)]
        name = name_score(estimator, scoring)
        return cls(pd.DataFrame(records), overall, score_name=name).plot(ax=ax)

    @property
    def overall_(self):
        """The score of all rows."""
        return self.overall

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : ScoreByLengthDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        """
        ax, table = axes_or_new(ax, height=3.6), self.table
        self.ax_, self.figure_ = ax, ax.figure
        places = np.arange(len(table))
        error = table["standard_error"].fillna(0)
        self.errorbar_ = ax.errorbar(
            places, table["score"], yerr=error, fmt="o-", capsize=3, label="score, standard error"
        )
        label = f"all rows: {self.overall:.3g}"
        self.overall_line_ = ax.axhline(self.overall, color="0.4", ls="--", label=label)
        spans = zip(table["shortest"], table["longest"], table["n_rows"], strict=True)
        ax.set_xticks(places, [_tick(*span) for span in spans])
        ax.set_xlim(-0.5, len(table) - 0.5)
        ax.set_xlabel("steps of the row")
        ax.set_ylabel(self.score_name)
        ax.set_title("Score by length")
        ax.legend(fontsize="small")
        return self

    def __repr__(self):
        title = f"ScoreByLengthDisplay: {self.score_name} {self.overall:.4g} of all rows"
        return f"{title}\n{self.table.to_string(index=False, float_format='{:.4g}'.format)}"


def bins_of(lengths, n_bins):
    """Divide rows into bins of about the same size, by length.

    Parameters
    ----------
    lengths : int array of shape (n,)
        Steps of the rows.
    n_bins : int
        At most how many.

    Returns
    -------
    bins : list of int arrays
        The rows of each bin, the shortest first; rows of one length are in one bin.

    Examples
    --------
    >>> [rows.tolist() for rows in bins_of(np.array([3, 1, 3, 2, 3, 9]), 3)]
    [[1, 3], [0, 2, 4], [5]]
    """
    inner = np.linspace(0, 1, n_bins + 1)[1:-1]
    ends = np.unique(np.quantile(lengths, inner, method="lower"))
    number = np.searchsorted(ends, lengths)
    return [np.flatnonzero(number == k) for k in np.unique(number)]


def _record(lengths, rows, score, exact):
    """Score one bin."""
    shortest, longest = lengths[rows].min(), lengths[rows].max()
    try:
        value = float(score(rows))
    except ValueError as error:  # all rows could be scored
        raise ValueError(
            f"Rows of {_span(shortest, longest)} steps cannot be scored by themselves: {error} "
            "Lower n_bins, or choose another scoring."
        ) from error
    error = np.sqrt(value * (1 - value) / len(rows)) if exact else _jackknife(score, rows)
    span = {"shortest": shortest, "longest": longest}
    return span | {"n_rows": len(rows), "score": value, "standard_error": error}


def _jackknife(score, rows):
    """Give the standard error of a score, from the scores without each group of rows."""
    if len(rows) < 3:
        return np.nan
    n = min(GROUPS, len(rows))
    try:
        left = np.array([score(np.delete(rows, np.s_[k::n])) for k in range(n)])
    except ValueError:  # such as where the rest is of one class
        return np.nan
    return float(np.sqrt((n - 1) * np.mean((left - left.mean()) ** 2)))


def _span(shortest, longest):
    return f"{shortest}" if shortest == longest else f"{shortest} to {longest}"


def _tick(shortest, longest, n_rows):
    return f"{_span(shortest, longest)}\n{n_rows} row{'s' * (n_rows > 1)}"
