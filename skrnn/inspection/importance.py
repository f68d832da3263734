"""What an estimator reads: its score when features, or stretches of time, are exchanged."""

from itertools import pairwise

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.utils import check_consistent_length, check_random_state

from skrnn._drawing import axes_or_new
from skrnn._sklearn import StrOptions, checked, natural
from skrnn.inspection.exchange import put_in
from skrnn.inspection.scoring import name_score, one_scorer, read_rows_of

MOST_SHOWN = 30


class PermutationImportanceDisplay:
    """How much worse an estimator scores when it reads another row's values [1]_.

    Of one thing at a time, a feature or a segment of time, every row gets the values of a row
    drawn by a permutation. What the estimator does not need can be exchanged without loss.

    Parameters
    ----------
    importances : array-like of shape (n_things, n_repeats)
        Score of X as it is, less the score of X with exchanged values.
    names : list of str
        What to call the things.
    baseline : float
        The score of X as it is.
    by : {"feature", "segment"}, default="feature"
        What the things are.
    score_name : str, default="score"
        What the scores measure.

    Attributes
    ----------
    importances_ : ndarray of shape (n_things, n_repeats)
        As given.
    baseline_ : float
        As given.
    table : DataFrame
        One row per thing: feature or segment, mean and std (over the repeats, divided by their
        number). Features with the largest mean first, segments in the order of time.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    bars_ : matplotlib BarContainer
        Means, of at most 30 features.
    repeats_ : matplotlib PathCollection
        Every repeat.

    See Also
    --------
    sklearn.inspection.permutation_importance : The same for tables.

    Notes
    -----
    Two features that say the same stand in for each other, so that neither seems to matter. An
    exchange makes rows that do not occur; what matters there need not matter on real ones. Use
    rows that were not trained on, to learn what is of use and not what was learned by heart.

    References
    ----------
    .. [1] L. Breiman, "Random forests", Machine Learning 45, 2001.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> from skrnn.inspection import PermutationImportanceDisplay
    >>> X = np.random.default_rng(0).normal(size=(80, 6, 2))
    >>> y = X[:, :, 1].sum(axis=1)  # of the second feature alone
    >>> model = RNNRegressor(hidden_size=8, max_epochs=20, random_state=0).fit(X, y)
    >>> display = PermutationImportanceDisplay.from_estimator(model, X, y, random_state=0)
    >>> display.table["feature"].tolist()
    ['feature 1', 'feature 0']
    >>> segments = PermutationImportanceDisplay.from_estimator(
    ...     model, X, y, by="segment", n_segments=3, random_state=0
    ... )
    >>> segments.table["segment"].tolist()
    ['0 to 33 %', '33 to 67 %', '67 to 100 %']
    """

    def __init__(self, importances, names, baseline, *, by="feature", score_name="score"):
        self.importances = importances
        self.names = names
        self.baseline = baseline
        self.by = by
        self.score_name = score_name

    @classmethod
    @checked(
        {
            "by": [StrOptions({"feature", "segment"})],
            "n_segments": [natural()],
            "n_repeats": [natural()],
            "random_state": ["random_state"],
        }
    )
    def from_estimator(
        cls,
        estimator,
        X,
        y=None,
        *,
        sample_weight=None,
        by="feature",
        n_segments=10,
        scoring=None,
        n_repeats=5,
        random_state=None,
        n_jobs=None,
        ax=None,
    ):
        """Measure importances, and draw them.

        Rows of unequal length are exchanged at places in proportion to their lengths: step t of T
        gets step (t + 1/2) T'/T, rounded down, of the T' steps of the other row.

        Parameters
        ----------
        estimator : estimator, Pipeline or search
            Fitted; any that reads X and can be scored, recurrent or not.
        X : list, array, DataFrame, Series or Ragged
            Sequences: numbers of any form that estimators read, and for ``by="segment"`` also
            ids, lists of tokens, or texts, whose steps are their words between spaces.
        y : array-like of shape (n,) or (n, D), default=None
            Their targets.
        sample_weight : array-like of shape (n,), default=None
            Weights of the rows in the score. None means ones.
        by : {"feature", "segment"}, default="feature"
            What to exchange: all steps of one feature, or all features of the steps within one
            share of each row's own length.
        n_segments : int, default=10
            How many shares of equal size; for ``by="segment"``.
        scoring : str or callable, default=None
            One score, the higher the better. None is the estimator's own.
        n_repeats : int, default=5
            How often each thing is exchanged.
        random_state : int, RandomState instance or None, default=None
            Decides the permutations.
        n_jobs : int, default=None
            How many things are looked at in parallel, as everywhere in scikit-learn.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : PermutationImportanceDisplay
            The picture and its numbers.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If X holds no rows that can be exchanged, or the estimator cannot be scored.
        ValueError
            If X has one row, or its steps are not divided into features, or y does not go with it.
        """
        scorer = one_scorer(estimator, scoring)
        form, ids = read_rows_of(estimator, X)
        check_consistent_length(form.rows, *([] if y is None else [y]))
        names = (
            _segment_names(n_segments) if by == "segment" else _feature_names(form, estimator, ids)
        )
        if len(form.rows) < 2:
            raise ValueError(
                "X has 1 row, but values are exchanged between rows. Pass two or more."
            )
        weight = {} if sample_weight is None else {"sample_weight": sample_weight}
        baseline = scorer(estimator, X, y, **weight)
        rng = check_random_state(random_state)
        n = len(form.rows)
        donors = [[rng.permutation(n) for _ in range(n_repeats)] for _ in names]
        n_shares = n_segments if by == "segment" else None
        scores = Parallel(n_jobs=n_jobs)(
            delayed(_scores)(scorer, estimator, form, y, weight, k, n_shares, donors[k])
            for k in range(len(names))
        )
        score_name = name_score(estimator, scoring)
        importances = baseline - np.array(scores)
        return cls(importances, names, baseline, by=by, score_name=score_name).plot(ax=ax)

    @property
    def importances_(self):
        """Falls of the score, (n_things, n_repeats)."""
        return np.asarray(self.importances, dtype=np.float64)

    @property
    def baseline_(self):
        """The score of X as it is."""
        return self.baseline

    @property
    def table(self):
        """Means and standard deviations."""
        falls = self.importances_
        columns = {self.by: list(self.names), "mean": falls.mean(1), "std": falls.std(1)}
        return pd.DataFrame(columns).iloc[self._order()].reset_index(drop=True)

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : PermutationImportanceDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        """
        shown = self._order()[:MOST_SHOWN] if self.by == "feature" else self._order()
        lying = self.by == "feature"
        ax = axes_or_new(ax, height=1.4 + 0.3 * len(shown) if lying else 3.6)
        self.ax_, self.figure_ = ax, ax.figure
        draw = self._draw_features if lying else self._draw_segments
        draw(ax, self.importances_[shown], [self.names[k] for k in shown])
        number = f"{self.baseline:.3g}"
        title = f"Importance of {self.by}s ({self.score_name} {number} with all)"
        ax.set_title(title, fontsize="medium")  # names of scores are long
        return self

    def _draw_features(self, ax, falls, names):
        places = np.arange(len(names))
        self.bars_ = ax.barh(places, falls.mean(1), alpha=0.6)
        self.repeats_ = ax.scatter(falls, np.repeat(places, falls.shape[1]), s=9, c="0.2", zorder=3)
        ax.axvline(0, color="0.3", lw=0.8)
        ax.set_yticks(places, names)
        ax.invert_yaxis()
        ax.set_xlabel(f"fall of the {self.score_name} when exchanged")

    def _draw_segments(self, ax, falls, names):
        width = 100 / len(names)
        places = width * (np.arange(len(names)) + 0.5)
        self.bars_ = ax.bar(places, falls.mean(1), 0.92 * width, alpha=0.6)
        self.repeats_ = ax.scatter(np.repeat(places, falls.shape[1]), falls, s=9, c="0.2", zorder=3)
        ax.axhline(0, color="0.3", lw=0.8)
        ax.set_xlim(0, 100)
        ax.set_xlabel("part of the sequence (% of its length)")
        ax.set_ylabel(f"fall of the {self.score_name}")

    def _order(self):
        """Give the things in the order of the table."""
        if self.by == "segment":
            return np.arange(len(self.names))
        return np.argsort(-self.importances_.mean(1), kind="stable")

    def __repr__(self):
        title = f"PermutationImportanceDisplay: {self.score_name} {self.baseline:.4g} with all"
        return f"{title}\n{self.table.to_string(index=False, float_format='{:.4g}'.format)}"


def _segment_names(n):
    ends = [round(100 * k / n) for k in range(n + 1)]
    return [f"{a} to {b} %" for a, b in pairwise(ends)]


def _feature_names(form, estimator, ids):
    """Name the features, or refuse rows that have none."""
    first = form.rows[0]
    if first.dtype == object or ids:
        raise ValueError(
            "X holds tokens, which are one feature. Set by='segment' to see which part of a "
            "sequence counts."
        )
    n = 1 if first.ndim == 1 else first.shape[1]
    names = form.names or list(getattr(estimator, "feature_names_in_", []))
    return list(names) if len(names) == n else [f"feature {j}" for j in range(n)]


def _scores(scorer, estimator, form, y, weight, k, n_shares, donors):
    """Score X with feature k, or share k of `n_shares`, exchanged, once for each permutation."""
    features = slice(None) if n_shares else k
    steps = [_steps_of(len(row), k, n_shares) for row in form.rows]
    scores = []
    for permutation in donors:
        pairs = zip(form.rows, permutation, steps, strict=True)
        rows = [put_in(row, form.rows[d], which, features) for row, d, which in pairs]
        scores.append(scorer(estimator, form.rebuild(rows), y, **weight))
    return scores


def _steps_of(n_steps, k, n_shares):
    """Give the steps whose middle lies in share k; all of them without shares."""
    steps = np.arange(n_steps)
    if n_shares is None:
        return steps
    return steps[((2 * steps + 1) * n_shares) // (2 * n_steps) == k]
