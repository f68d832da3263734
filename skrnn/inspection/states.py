"""What the units of a recurrent layer do while a sequence is read."""

from numbers import Integral

import numpy as np
import pandas as pd
import torch
from scipy.cluster.hierarchy import leaves_list, linkage

from skrnn._drawing import axes_or_new
from skrnn.inspection.network import read_rows
from skrnn.inspection.stream import layer_outputs, make_stream, sentences_of, shortened_edges
from skrnn.inspection.ticks import kind_of, label_steps
from skrnn.nn import HierarchicalEncoder
from skrnn.training.seeding import undisturbed_torch

ORDERS = ("unit", "similar")
MOST_UNITS = 16  # as many have room for their names


class HiddenStateDisplay:
    """Picture of the outputs of a recurrent layer for one sequence, units against steps.

    Red is positive, blue negative, white zero. Of a bidirectional layer the forward direction is
    above the line, the backward one, which has read the steps to the right, below it.

    Parameters
    ----------
    table : DataFrame of shape (n_units, n_steps)
        The outputs. The index names the units, "forward 0" or "backward 0"; the columns name the
        steps.
    edges : array-like of int, shape (n_steps + 1,), default=None
        Column k covers the original steps from ``edges[k]`` to ``edges[k + 1] - 1``, more than
        one where a stem shortens sequences. None is one step each.
    breaks : array-like of int, default=()
        Columns at which a new sentence starts.
    title : str, default=""
        What is written above.

    Attributes
    ----------
    table : DataFrame of shape (n_units, n_steps)
        As given.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    image_ : matplotlib QuadMesh
        The outputs.
    colorbar_ : matplotlib Colorbar
        What the colours mean.

    See Also
    --------
    AttentionDisplay : Which steps an attention pooling looks at.
    AttributionDisplay : Which steps an answer is due to.

    Examples
    --------
    >>> from skrnn import RNNClassifier
    >>> from skrnn.inspection import HiddenStateDisplay
    >>> X, y = [[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]], ["up", "down"]
    >>> model = RNNClassifier(hidden_size=2, max_epochs=2, random_state=0).fit(X, y)
    >>> display = HiddenStateDisplay.from_estimator(model, X, row=1)
    >>> display.table.shape
    (4, 3)
    >>> list(display.table.index)
    ['forward 0', 'forward 1', 'backward 0', 'backward 1']
    """

    def __init__(self, table, *, edges=None, breaks=(), title=""):
        self.table = table
        self.edges = edges
        self.breaks = breaks
        self.title = title

    @classmethod
    def from_estimator(cls, estimator, X, *, row=0, layer=-1, part=None, order="unit", ax=None):
        """Read one row of X and draw what a layer gives at every step.

        Parameters
        ----------
        estimator : RNNClassifier, RNNRegressor, RNNEncoder, Pipeline or search
            Fitted; a Pipeline or search that ends in such an estimator.
        X : object
            n rows, as its ``predict`` or ``transform`` takes them.
        row : int, default=0
            Which row to read; a negative one counts from the end.
        layer : int, default=-1
            Which recurrent layer, from 0; -1 is the last. With ``hierarchical=True`` the layers
            that read words come first, each sentence being read from a fresh state, and after
            them those that read sentences, whose steps are the sentences.
        part : str, default=None
            Which part, where X is a Fused of several sequences.
        order : {"unit", "similar"}, default="unit"
            How units are sorted: as they are, or so that units that do the same lie side by
            side, in each direction (leaves of a tree of Ward clusters).
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : HiddenStateDisplay
            Drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is no recurrent estimator, or `row` or `layer` is no int.
        ValueError
            If X cannot be read, or there is no such row, layer, part or order.
        ImportError
            If matplotlib is not installed.
        """
        if order not in ORDERS:
            raise ValueError(f"order={order!r} is unknown. Choose one of {list(ORDERS)}.")
        with undisturbed_torch(), torch.no_grad():
            stream = make_stream(read_rows(estimator, X), row, part)
            outputs, names, edges, breaks, title = _run(stream, layer)
        table = _make_table(outputs, names, stream.encoder.n_directions, order)
        return cls(table, edges=edges, breaks=breaks, title=title).plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : HiddenStateDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        """
        values, names = self.table.to_numpy(), self.table.columns.to_numpy()
        self.ax_ = ax = axes_or_new(ax)
        self.figure_ = ax.figure
        edges = np.arange(len(names) + 1) if self.edges is None else np.asarray(self.edges)
        largest = np.abs(values).max() or 1.0
        rows = np.arange(len(values) + 1) - 0.5
        self.image_ = ax.pcolormesh(
            edges - 0.5, rows, values, cmap="RdBu_r", vmin=-largest, vmax=largest
        )
        self.colorbar_ = self.figure_.colorbar(self.image_, ax=ax, label="output")
        for k in self.breaks:
            ax.axvline(edges[k] - 0.5, color="0.2", linewidth=0.8)
        self._label_units(ax)
        self._label_columns(ax, names, edges)
        ax.set_title(self.title)
        return self

    def _label_columns(self, ax, names, edges):
        """Name the steps; behind a stem each column stands for several of them."""
        label_steps(ax, names, places=(edges[:-1] + edges[1:] - 1) / 2)
        ax.set_xlabel(self.table.columns.name or kind_of(names))
        stride = edges[1] - edges[0]
        if (np.diff(edges) > 1).any():
            ax.set_xlabel(f"{ax.get_xlabel()} (each column is {stride} of them)")

    def _label_units(self, ax):
        """Name the directions, and draw a line between them."""
        direction = [str(name).split()[0] for name in self.table.index]
        n_forward = direction.count("forward")
        ax.set_ylim(len(direction) - 0.5, -0.5)
        ax.set_ylabel("unit")
        if len(direction) <= MOST_UNITS:
            ax.set_yticks(range(len(direction)), [str(name) for name in self.table.index])
        elif n_forward < len(direction):
            middle = [(n_forward - 1) / 2, (n_forward + len(direction) - 1) / 2]
            ax.set_yticks(middle, ["forward", "backward"], rotation=90, va="center")
            ax.set_ylabel(f"{n_forward} units in each direction")
        if n_forward < len(direction):
            ax.axhline(n_forward - 0.5, color="black", linewidth=1)


def check_layer(layer, n_layers):
    """Check the number of a layer.

    Parameters
    ----------
    layer : int
        What the user passed.
    n_layers : int
        How many layers there are.

    Returns
    -------
    layer : int
        From 0; a negative one counts from the end.

    Raises
    ------
    TypeError
        If it is no int.
    ValueError
        If there is no such layer.
    """
    if not isinstance(layer, Integral) or isinstance(layer, bool):
        raise TypeError(f"layer must be an int, the number of a recurrent layer; got {layer!r}.")
    if not -n_layers <= layer < n_layers:
        raise ValueError(
            f"layer={layer} is out of range: the network has {n_layers} recurrent layer(s), from 0 "
            f"to {n_layers - 1}."
        )
    return int(layer) % n_layers


def _run(stream, layer):
    """Give the outputs (T', O) of a layer, names of steps, edges, breaks and a title."""
    if isinstance(stream.encoder, HierarchicalEncoder):
        return _run_document(stream, layer)
    encoder = stream.encoder
    layer = check_layer(layer, len(encoder.layers))
    outputs = layer_outputs(encoder, stream.x, layer)[0]
    edges = shortened_edges(encoder, len(stream.names))
    names = pd.Index(stream.names[edges[:-1]], name=stream.kind)
    title = f"layer {layer} of {len(encoder.layers)}" if len(encoder.layers) > 1 else ""
    return outputs, names, edges, (), title


def _run_document(stream, layer):
    """Run a layer that reads words, or one that reads sentences."""
    inner, outer = stream.encoder.inner, stream.encoder.outer
    n_inner, n_layers = len(inner.layers), len(inner.layers) + len(outer.layers)
    layer = check_layer(layer, n_layers)
    sentences = sentences_of(stream.x)
    if layer < n_inner:
        outputs = torch.cat([layer_outputs(inner, each, layer)[0] for each in sentences])
        breaks = np.cumsum([each.shape[1] for each in sentences])[:-1]
        names = pd.Index(stream.names, name=stream.kind)
        return outputs, names, None, breaks, f"layer {layer} of {n_layers}, reads sentences"
    vectors = [inner.pooled(stream.encoder.pooling, each) for each in sentences]
    outputs = layer_outputs(outer, torch.stack(vectors, 1), layer - n_inner)[0]
    names = pd.RangeIndex(len(sentences), name="sentence")
    return outputs, names, None, (), f"layer {layer} of {n_layers}, reads the document"


def _make_table(outputs, names, n_directions, order):
    """Make a table of outputs (T', O), the units of each direction sorted."""
    tables, size = [], outputs.shape[1] // n_directions
    for direction, part in zip(("forward", "backward"), outputs.split(size, 1), strict=False):
        units = part.T.numpy()
        index = pd.Index([f"{direction} {k}" for k in range(len(units))], name="unit")
        table = pd.DataFrame(units, index=index, columns=names)
        tables.append(table.iloc[_similar(units)] if order == "similar" else table)
    return pd.concat(tables)


def _similar(units):
    """Sort units (O, T) so that those that do the same lie side by side."""
    if len(units) < 3:
        return np.arange(len(units))
    return leaves_list(linkage(units, "ward", optimal_ordering=True))
