"""Which steps an attention pooling looks at."""

import numpy as np
import pandas as pd
import torch

from skrnn._drawing import axes_or_new
from skrnn.inspection.emphasis import draw_bars, draw_series, text_html
from skrnn.inspection.network import read_rows
from skrnn.inspection.stream import layer_outputs, make_stream, sentences_of, shortened_edges
from skrnn.nn import HierarchicalEncoder
from skrnn.training.seeding import undisturbed_torch

MOST_SENTENCES = 12  # as many have room for their weights


class AttentionDisplay:
    """Picture of the weights that an attention pooling gives to the steps of one sequence.

    A text is shown as bars over its words, and in a notebook also as words on colours; of a
    series the values are shown, with each step coloured by its weight and a bar above it. Weights
    say what goes into the pooled vector, not what an answer is due to: a recurrent output at one
    step knows other steps too. :class:`AttributionDisplay` asks that.

    Parameters
    ----------
    table : DataFrame
        One row for each step: step, its name, and weight. The weights sum to 1. With
        ``hierarchical=True`` also sentence and sentence_weight: the weights of the steps sum to 1
        in each sentence, and so do those of the sentences.
    series : DataFrame of shape (T, F), default=None
        The values of the steps, in the user's units; None for ids.
    title : str, default=""
        What is written above.

    Attributes
    ----------
    table : DataFrame
        As given.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    bars_ : matplotlib BarContainer
        The bars. Where there are sentences, their height is the weight of a step times that of
        its sentence.

    See Also
    --------
    AttributionDisplay : Which steps an answer is due to.
    HiddenStateDisplay : What the weighted outputs are.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import RNNClassifier
    >>> from skrnn.inspection import AttentionDisplay
    >>> from skrnn.preprocessing import SequenceTokenizer
    >>> X, y = ["a good film", "a bad film", "good", "so bad"], [1, 0, 1, 0]
    >>> network = RNNClassifier(embedding_dim=4, hidden_size=4, max_epochs=2, random_state=0)
    >>> model = make_pipeline(SequenceTokenizer(), network).fit(X, y)
    >>> display = AttentionDisplay.from_estimator(model, ["a very good film"])
    >>> display.table["step"].tolist()
    ['a', '�', 'good', 'film']
    >>> round(float(display.table["weight"].sum()), 6)
    1.0
    """

    def __init__(self, table, *, series=None, title=""):
        self.table = table
        self.series = series
        self.title = title

    @classmethod
    def from_estimator(cls, estimator, X, *, row=0, part=None, ax=None):
        """Read one row of X and draw the weights of its steps.

        Parameters
        ----------
        estimator : RNNClassifier, RNNRegressor, RNNEncoder, Pipeline or search
            Fitted with ``pooling="attention"``; a Pipeline or search that ends in such an
            estimator.
        X : object
            n rows, as its ``predict`` or ``transform`` takes them.
        row : int, default=0
            Which row to read; a negative one counts from the end.
        part : str, default=None
            Which part, where X is a Fused of several sequences.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : AttentionDisplay
            Drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is no recurrent estimator, or `row` is no int.
        ValueError
            If its pooling has no weights, X cannot be read, or there is no such row or part.
        ImportError
            If matplotlib is not installed.

        Notes
        -----
        Behind a stem a weight belongs to several steps of X. It is shared equally among those that
        the strides of the stem put in one.
        """
        with undisturbed_torch(), torch.no_grad():
            reading = read_rows(estimator, X)
            if reading.estimator.pooling != "attention":
                raise ValueError(
                    f"pooling={reading.estimator.pooling!r} gives steps no weights to draw. Fit "
                    "with pooling='attention', or see AttributionDisplay, which takes any pooling."
                )
            stream = make_stream(reading, row, part)
            table = _make_table(stream)
        return cls(table, series=stream.series).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : AttentionDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        """
        self.ax_ = ax = axes_or_new(ax, height=4.0)
        self.figure_ = ax.figure
        names, weights = self.table["step"].to_numpy(), self._total()
        if self.series is None:
            self.bars_ = draw_bars(ax, names, weights, "weight", signed=False)
        else:
            self.bars_ = draw_series(ax, names, self.series, weights, "weight", signed=False)
        top = self.bars_.patches[0].axes
        title = self.title
        if "sentence" in self.table:
            self._draw_sentences(ax, top)
            title = title or "weights of the sentences\n"
        top.set_title(title, fontsize="medium")
        return self

    def _draw_sentences(self, ax, top):
        """Draw lines between sentences, and write the weights of some of them."""
        places = self.table.groupby("sentence", sort=False)["sentence_weight"]
        ends = places.size().cumsum().to_numpy()
        starts = ends - places.size().to_numpy()
        for k in ends[:-1]:
            for panel in {ax, top}:
                panel.axvline(k - 0.5, color="0.2", linewidth=0.8)
        for k in range(0, len(ends), -(-len(ends) // MOST_SENTENCES)):
            middle, weight = (starts[k] + ends[k] - 1) / 2, places.first().iloc[k]
            where = {"transform": top.get_xaxis_transform(), "ha": "center", "fontsize": "small"}
            top.text(middle, 1.02, f"{weight:.2f}", **where)

    def _total(self):
        """Give the share (T,) of each step in the whole, which sums to 1."""
        weights = self.table["weight"].to_numpy()
        if "sentence_weight" in self.table:
            weights = weights * self.table["sentence_weight"].to_numpy()
        return weights

    def _repr_html_(self):
        """Show a text in colours in a notebook."""
        if self.series is not None:
            return None
        names, weights = self.table["step"].to_numpy(), self.table["weight"].to_numpy()
        title = self.title or "attention"
        if "sentence" not in self.table:
            return text_html(names, weights, title, signed=False)
        each = self.table.groupby("sentence", sort=False)["sentence_weight"].first()
        beside = [f"{weight:.2f}" for weight in each]
        sentences = self.table["sentence"].to_numpy()
        return text_html(names, weights, title, False, sentences=sentences, beside=beside)


def _make_table(stream):
    """Weigh the steps of a sequence, or the words and sentences of a document."""
    if isinstance(stream.encoder, HierarchicalEncoder):
        return _weigh_document(stream)
    outputs = layer_outputs(stream.encoder, stream.x, len(stream.encoder.layers) - 1)
    edges = shortened_edges(stream.encoder, len(stream.names))
    covered = np.diff(edges)
    weights = np.repeat(_weigh(stream.pooling, outputs) / covered, covered)
    return pd.DataFrame({"step": stream.names, "weight": weights})


def _weigh_document(stream):
    """Weigh the words of each sentence, and the sentences."""
    encoder = stream.encoder
    outputs = [
        layer_outputs(encoder.inner, each, len(encoder.inner.layers) - 1)
        for each in sentences_of(stream.x)
    ]
    words = [_weigh(encoder.pooling, each) for each in outputs]
    vectors = torch.stack([encoder.pooling(each) for each in outputs], 1)
    read = layer_outputs(encoder.outer, vectors, len(encoder.outer.layers) - 1)
    sentence = stream.sentences
    columns = {
        "sentence": sentence,
        "step": stream.names,
        "weight": np.concatenate(words),
        "sentence_weight": _weigh(stream.pooling, read)[sentence],
    }
    return pd.DataFrame(columns)


def _weigh(pooling, outputs):
    """Give the weights (T,) of outputs (1, T, O)."""
    return pooling.weights(outputs)[0].numpy()
