"""Which steps, and which features of them, an answer is due to."""

from numbers import Integral

import numpy as np
import pandas as pd

from skrnn._drawing import axes_or_new
from skrnn._warning import warn_user
from skrnn.data.parts import parts_of
from skrnn.inspection.emphasis import draw_bars, draw_image, draw_series, text_html
from skrnn.inspection.integrated_gradients import integrate_gradients
from skrnn.inspection.network import read_rows
from skrnn.inspection.stream import TAKEN, check_row, series_of
from skrnn.inspection.targets import choose_answer
from skrnn.nn import FusionEncoder, HierarchicalEncoder
from skrnn.training.seeding import undisturbed_torch

LARGEST_GAP = 0.05  # of the difference of the answers


class AttributionDisplay:
    """Picture of the part that each step of one sequence has in an answer.

    The parts are integrated gradients [1]_: they sum to the difference between the answer to the
    sequence and the answer to a baseline that says nothing, a sequence of the same length of
    unknown tokens, or of numbers that are zero for the network, which is the training mean where
    ``scale_inputs=True``. Red steps raise the answer, blue ones lower it.

    The answer is the log-odds of a class against all others, a prediction in the units of y, or
    the state of a unit of an encoder. A text is shown as bars over its words, and in a notebook
    also as words on colours; of a series with one feature the values are shown, of several
    features the attributions of each.

    Parameters
    ----------
    table : DataFrame
        One row for each step: step, its name, and attribution; of several features, one column
        more for each of them, which sum to the attribution. With ``hierarchical=True`` also
        sentence, of a Fused also part.
    output, baseline_output : float
        The answer to the sequence, and to the baseline.
    series : DataFrame of shape (T, 1), default=None
        The values of the steps, in the user's units; None for ids and several features.
    answer : str, default="answer"
        What the answer is.
    title : str, default=""
        What is written above.

    Attributes
    ----------
    table : DataFrame
        As given.
    output, baseline_output : float
        As given.
    gap_ : float
        What the attributions miss: ``output - baseline_output - table["attribution"].sum()``.
        A larger ``n_steps`` makes it smaller.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    bars_ : matplotlib BarContainer
        The attributions of the steps.
    image_ : matplotlib QuadMesh or None
        Those of several features.

    See Also
    --------
    AttentionDisplay : Which steps an attention pooling looks at.

    References
    ----------
    .. [1] M. Sundararajan, A. Taly and Q. Yan, "Axiomatic attribution for deep networks",
       ICML 2017.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import RNNClassifier
    >>> from skrnn.inspection import AttributionDisplay
    >>> from skrnn.preprocessing import SequenceTokenizer
    >>> X, y = ["a good film", "a bad film", "good", "so bad"], ["yes", "no", "yes", "no"]
    >>> network = RNNClassifier(
    ...     embedding_dim=4, hidden_size=4, lr=0.02, max_epochs=40, random_state=0
    ... )
    >>> model = make_pipeline(SequenceTokenizer(), network).fit(X, y)
    >>> display = AttributionDisplay.from_estimator(model, ["a bad film"], target="no")
    >>> display.answer
    "log-odds of 'no'"
    >>> display.table.set_index("step")["attribution"].idxmax()
    'bad'
    >>> abs(display.gap_) < 0.01 * abs(display.output - display.baseline_output)
    True
    """

    def __init__(self, table, *, output, baseline_output, series=None, answer="answer", title=""):
        self.table = table
        self.output = output
        self.baseline_output = baseline_output
        self.series = series
        self.answer = answer
        self.title = title

    @classmethod
    def from_estimator(cls, estimator, X, *, row=0, target=None, n_steps=32, ax=None):
        """Read one row of X and draw what the answer to it is due to.

        Parameters
        ----------
        estimator : RNNClassifier, RNNRegressor, RNNEncoder, Pipeline or search
            Fitted; a Pipeline or search that ends in such an estimator.
        X : object
            n rows, as its ``predict`` or ``transform`` takes them.
        row : int, default=0
            Which row to explain; a negative one counts from the end.
        target : object, default=None
            Of a classifier a class, or the number of a label; None is the predicted class, or the
            most probable label. Of a regressor the number of the target, None where there is one.
            Of an encoder the number of a unit.
        n_steps : int, default=32
            Points between the baseline and the sequence at which gradients are taken. Where their
            sum misses more than 1 % of the difference, the worst stretch is halved and each half
            gets so many points, up to 16 stretches.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : AttributionDisplay
            Drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is no recurrent estimator, or `row` is no int.
        ValueError
            If X cannot be read, there is no such row or target, or `n_steps` is no positive int.
        ImportError
            If matplotlib is not installed.

        Warns
        -----
        UserWarning
            If the attributions miss more than 5 % of the difference of the answers.
        """
        if not isinstance(n_steps, Integral) or isinstance(n_steps, bool) or n_steps < 1:
            raise ValueError(f"n_steps={n_steps!r} must be an int of 1 or more.")
        with undisturbed_torch():
            reading = read_rows(estimator, X)
            row = check_row(row, len(reading.rows))
            network, x = reading.opened(row)
            answer = choose_answer(reading.estimator, network, x, target)
            shares, output, first = integrate_gradients(
                lambda x: answer.of(network, x), x, _baseline(network, x), int(n_steps)
            )
        table, series = _make_table(reading, row, network, x, shares)
        display = cls(
            table,
            output=output,
            baseline_output=first,
            series=series,
            answer=answer.name,
            title=answer.title,
        )
        display._warn()
        return display.plot(ax=ax)

    @property
    def gap_(self):
        """What the attributions miss of the difference of the answers."""
        return self.output - self.baseline_output - float(self.table["attribution"].sum())

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : AttributionDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        """
        self.ax_ = ax = axes_or_new(ax, height=4.0)
        self.figure_, self.image_ = ax.figure, None
        names, values = self.table["step"].to_numpy(), self.table["attribution"].to_numpy()
        features = self._features()
        if self.series is not None:
            self.bars_ = draw_series(ax, names, self.series, values, "attribution", signed=True)
        elif features.shape[1] > 1:
            self.bars_, self.image_ = draw_image(ax, names, features, values, "sum")
            panels = [self.bars_.patches[0].axes, ax]
            self.figure_.colorbar(self.image_, ax=panels, label="attribution")
        else:
            self.bars_ = draw_bars(ax, names, values, "attribution", signed=True)
            if "part" in self.table:
                ax.set_xlabel("part and step")
        for column in {"sentence", "part"} & set(self.table):
            codes, _ = pd.factorize(self.table[column])
            for k in np.flatnonzero(np.diff(codes)):
                ax.axvline(k + 0.5, color="0.2", linewidth=0.8)
        self.bars_.patches[0].axes.set_title(self._full_title(), fontsize="medium")
        return self

    def _features(self):
        """Give the attributions of several features; no column where there is one."""
        return self.table.drop(columns=list(TAKEN), errors="ignore")

    def _full_title(self):
        """Say what was explained, from where to where."""
        change = f"{self.answer}: {self.baseline_output:.3g} (baseline) → {self.output:.3g}"
        return f"{self.title}\n{change}" if self.title else change

    def _repr_html_(self):
        """Show a text in colours in a notebook."""
        if self.series is not None or "part" in self.table or self._features().shape[1]:
            return None
        names, values = self.table["step"].to_numpy(), self.table["attribution"].to_numpy()
        sentences = self.table["sentence"].to_numpy() if "sentence" in self.table else None
        title = self._full_title().replace("\n", "; ")
        return text_html(names, values, title, signed=True, sentences=sentences)

    def _warn(self):
        """Warn if the attributions do not sum to what they should."""
        difference = abs(self.output - self.baseline_output)
        if abs(self.gap_) > max(LARGEST_GAP * difference, 1e-6 * abs(self.output)):
            warn_user(
                f"The attributions miss {abs(self.gap_):.3g} of a difference of {difference:.3g}, "
                "because the answer changes abruptly on the way from the baseline. Raise n_steps.",
                UserWarning,
            )


def _baseline(network, x):
    """Give zeros (1, T, F), but the columns that mark sentences and parts as they are."""
    baseline = x * 0
    if isinstance(network.encoder, HierarchicalEncoder | FusionEncoder):
        baseline[..., -1] = x[..., -1]
    return baseline


def _make_table(reading, row, network, x, shares):
    """Make the table of attributions (T, F), and give the values where they can be drawn."""
    names, encoder = reading.names[row], network.encoder
    columns = {"step": names, "attribution": shares.sum(1)}
    marks = x[0, :, -1].numpy().astype(int)
    if isinstance(encoder, FusionEncoder):
        parts = np.array([part.name for part in parts_of(reading.X)], dtype=object)
        return pd.DataFrame({"part": parts[marks], **columns}), None
    if isinstance(encoder, HierarchicalEncoder):
        columns, shares = {"sentence": marks.cumsum() - 1, **columns}, shares[:, :-1]
    if reading.estimator.embedding_dim is not None:
        return pd.DataFrame(columns), None
    series = series_of(reading, row)
    if series.shape[1] == 1:
        return pd.DataFrame(columns), series
    each = pd.DataFrame(shares, columns=series.columns)
    return pd.concat([pd.DataFrame(columns), each], axis=1), None
