"""What a comparison of cells found, as a table and as a picture."""

from html import escape

from skrnn._drawing import axes_or_new

BASELINE = "baseline"


class CellComparison:
    """The cross-validated scores of several cells, as :func:`compare_cells` gives them.

    Parameters
    ----------
    table : DataFrame
        One row per cell, named by the index, the best first: mean_score, std_score,
        n_parameters, fit_time, score_time and baseline.
    scores : DataFrame of shape (n_folds, n_cells)
        The score of every fold, in the order of the table.
    score_name : str, default="score"
        What the scores measure.

    Attributes
    ----------
    table : DataFrame
        As given. Scores are means and standard deviations over the folds (divided by their number,
        as in GridSearchCV), n_parameters is the number of trainable weights (mean over the folds;
        missing for a baseline that has no coefficients), times are seconds per fold, and baseline
        is True in the row of the baseline only.
    scores : DataFrame
        As given; rows of one fold are comparable, for all cells saw the same rows.
    score_name : str
        As given.
    best_cell : str
        The cell with the highest mean score; never the baseline.

    See Also
    --------
    compare_cells : Makes it.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.model_selection import CellComparison
    >>> scores = pd.DataFrame({"gru": [0.9, 0.8], "baseline": [0.7, 0.8]})
    >>> table = pd.DataFrame({"mean_score": scores.mean(), "std_score": scores.std(ddof=0)})
    >>> table["baseline"] = table.index == "baseline"
    >>> CellComparison(table, scores, score_name="accuracy")
    CellComparison: accuracy in 2 folds, best cell 'gru'
                              mean_score  std_score
    gru                             0.85       0.05
    baseline (not recurrent)        0.75       0.05
    """

    def __init__(self, table, scores, *, score_name="score"):
        self.table = table
        self.scores = scores
        self.score_name = score_name

    @property
    def best_cell(self):
        """The cell with the highest mean score."""
        return self.table.index[~self.table["baseline"].astype(bool)][0]

    def plot(self, ax=None):
        """Draw the scores with their spread.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : CellComparisonDisplay
            With the figure in ``figure_`` and the axes in ``ax_``.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        return CellComparisonDisplay(self).plot(ax=ax)

    def __repr__(self):
        return f"{self._title()}\n{self._shown().to_string(float_format=_short)}"

    def _repr_html_(self):
        """Show the table in a notebook."""
        return f"<p>{escape(self._title())}</p>\n{self._shown().to_html(float_format=_short)}"

    def _title(self):
        where = f"{self.score_name} in {len(self.scores)} folds"
        return f"CellComparison: {where}, best cell {self.best_cell!r}"

    def _shown(self):
        marked = {BASELINE: f"{BASELINE} (not recurrent)"}
        return self.table.drop(columns="baseline").rename(index=marked).rename_axis(None)


class CellComparisonDisplay:
    """Picture of a comparison: one row per cell, and a line for the baseline.

    Parameters
    ----------
    comparison : CellComparison
        What to draw.

    Attributes
    ----------
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    errorbar_ : matplotlib ErrorbarContainer
        Means and standard deviations, the best cell at the top.
    folds_ : matplotlib PathCollection
        The score of every fold.
    baseline_ : matplotlib Line2D or None
        The mean score of the baseline; None where there is none.

    See Also
    --------
    CellComparison.plot : Makes and draws it.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.model_selection import CellComparison, CellComparisonDisplay
    >>> scores = pd.DataFrame({"gru": [0.9, 0.8], "baseline": [0.7, 0.8]})
    >>> table = pd.DataFrame({"mean_score": scores.mean(), "std_score": scores.std(ddof=0)})
    >>> table["baseline"] = table.index == "baseline"
    >>> display = CellComparisonDisplay(CellComparison(table, scores)).plot()
    >>> [label.get_text() for label in display.ax_.get_yticklabels()]
    ['gru']
    """

    def __init__(self, comparison):
        self.comparison = comparison

    def plot(self, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : CellComparisonDisplay
            The display.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        table = self.comparison.table
        is_baseline = table["baseline"].astype(bool)
        cells = table[~is_baseline]
        ax = axes_or_new(ax, height=1.2 + 0.35 * len(cells))
        self.ax_, self.figure_ = ax, ax.figure
        rows = range(len(cells))
        fold_scores = self.comparison.scores[list(cells.index)]
        places = [row for _ in range(len(fold_scores)) for row in rows]
        self.folds_ = ax.scatter(fold_scores.to_numpy().ravel(), places, s=9, c="0.6", label="fold")
        mean, spread = cells["mean_score"], cells["std_score"]
        self.errorbar_ = ax.errorbar(mean, rows, xerr=spread, fmt="o", capsize=3, label="mean, sd")
        self.baseline_ = None
        for score in table.loc[is_baseline, "mean_score"]:
            self.baseline_ = ax.axvline(score, color="0.3", linestyle="--", label=BASELINE)
        ax.set_yticks(rows, list(cells.index))
        ax.invert_yaxis()
        ax.set_xlabel(self.comparison.score_name)
        ax.legend()
        return self


def _short(number):
    return f"{number:.4g}"
