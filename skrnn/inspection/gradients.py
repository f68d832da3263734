"""Whether gradients reach every layer and every step."""

import numpy as np

from skrnn._drawing import axes_or_new
from skrnn._sklearn import StrOptions, checked
from skrnn.inspection.flow import measure_flow
from skrnn.inspection.network import read_rows
from skrnn.inspection.signs import VANISHING, name_signs, named

KINDS = ("input", "recurrent", "weights", "bias", "initial state")
MARKERS = dict(zip(KINDS, "osD^v", strict=True))
SMALLEST_DRAWN = 1e-8


class GradientFlowDisplay:
    """The gradient of the training loss, layer by layer and step by step.

    It is taken at the fitted weights, over all rows, without dropout, penalties and clipping, and
    through whole sequences (without ``tbptt_steps``).

    Parameters
    ----------
    flow : Flow
        What was measured, with its tables.
    warnings : list of str
        What looks wrong with it.
    by : {"layer", "time"}, default="layer"
        What to draw.

    Attributes
    ----------
    table : DataFrame
        One row per layer, direction and kind of weights, from the input to the output: layer,
        direction, kind ("input", "recurrent", "bias", "initial state", or "weights" where there is
        one kind only or no telling), gradient and weight (Euclidean norms), ratio (of the gradient
        to all weights of the layer and direction), and n_weights.
    time_table : DataFrame
        One row per recurrent layer, direction and lag: layer, direction, lag (steps before the
        last that it reads; a backward direction reads the end first), gradient (of the loss with
        respect to what the layer reads at that step, relative to the strongest step of its row;
        median over rows), and n_rows, how many rows are that long.
    loss_ : float
        The training loss at the fitted weights.
    warnings_ : list of str
        What looks wrong, in words; see Notes. Empty where nothing does.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    lines_ : list of matplotlib Line2D
        The marks of each kind of weights, or a line for each layer and direction.

    See Also
    --------
    MemoryDisplay : Gradients of the answer against lag.

    Notes
    -----
    Warnings name what can be measured, with these thresholds:

    - vanishing through time: the first step that a direction of a layer reads gets less than 0.001
      of the gradient of the strongest step of its row [1]_, in the median row. Where the answer
      lies in the last steps, this is as it should be;
    - vanishing in depth: the gradient of a layer, relative to its weights, is less than 0.001 of
      that of the layer where it is largest. Attention pooling is left out: where all steps are
      alike, its weights have no gradient;
    - exploding: a layer's gradient is more than 100 times its weights, or is not finite; or, where
      nothing clips it, the gradient's norm grew tenfold from one epoch of the training to the next,
      to more than 1;
    - dead units: more than 10 % of the ReLU units of a layer give 0 at every step of every row
      (layers behind the pooling, and cells with ``activation="relu"``);
    - saturated units: more than half of the outputs of a simple recurrent layer lie beyond 0.99
      of its tanh.

    Gradients are small where nothing is left to be learned, so a fit that is done is compared with
    itself alone: with its own strongest layer and step.

    References
    ----------
    .. [1] R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
       networks", ICML 2013.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> from skrnn.cells import RNN
    >>> from skrnn.inspection import GradientFlowDisplay
    >>> X = np.random.default_rng(0).normal(size=(20, 100, 1))
    >>> y = X[:, 0, 0]  # the first step
    >>> model = RNNRegressor(
    ...     cell=RNN(init="uniform"), bidirectional=False, pooling="last", stem=None,
    ...     hidden_size=8, max_epochs=2, random_state=0,
    ... ).fit(X, y)
    >>> display = GradientFlowDisplay.from_estimator(model, X, y)
    >>> display.table["layer"].unique().tolist()
    ['layer 1', 'head']
    >>> print(display.warnings_[0])
    Vanishing through time in layer 1, forward: the first step that it reads gets ... of the
    gradient of its strongest step (median of rows). If the answer needs what comes first, take a
    gated cell (cell='gru' or 'lstm'), or let the pooling see every step (pooling='attention'), or
    shorten the rows (stem='conv').
    """

    def __init__(self, flow, warnings, *, by="layer"):
        self.flow = flow
        self.warnings = warnings
        self.by = by

    @classmethod
    @checked({"by": [StrOptions({"layer", "time"})]})
    def from_estimator(cls, estimator, X, y=None, *, sample_weight=None, by="layer", ax=None):
        """Measure the gradients of a fitted network, and draw them.

        Parameters
        ----------
        estimator : RNNClassifier, RNNRegressor, RNNEncoder, Pipeline or search
            Fitted; of a search the best estimator is taken, of a pipeline the last step.
        X : object
            Sequences, as its ``fit`` takes them; those it was fitted on, or others.
        y : array-like of shape (n,) or (n, D), default=None
            Their targets; None for an encoder that was fitted without.
        sample_weight : array-like of shape (n,), default=None
            Weights of the rows. None means ones.
        by : {"layer", "time"}, default="layer"
            What to draw: the gradients of the weights, layer by layer, or those of what the
            recurrent layers read, against lag.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : GradientFlowDisplay
            The picture and its numbers.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it holds no recurrent network.
        ValueError
            If X, y or the weights cannot be read, or do not go together.
        """
        reading = read_rows(estimator, X)
        flow = measure_flow(reading, y, sample_weight)
        return cls(flow, name_signs(flow, reading.estimator), by=by).plot(ax=ax)

    @property
    def table(self):
        """Gradients of the weights."""
        return self.flow.table

    @property
    def time_table(self):
        """Gradients of what recurrent layers read."""
        return self.flow.time

    @property
    def loss_(self):
        """The training loss."""
        return self.flow.loss

    @property
    def warnings_(self):
        """What looks wrong."""
        return self.warnings

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : GradientFlowDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ImportError
            If matplotlib is not installed.
        """
        groups = self.table.groupby(["layer", "direction"], sort=False).ngroups
        ax = axes_or_new(ax, height=3.6 if self.by == "time" else max(2.2, 1.4 + 0.35 * groups))
        self.ax_, self.figure_ = ax, ax.figure
        self.lines_ = self._draw_time(ax) if self.by == "time" else self._draw_layers(ax)
        n = len(self.warnings)
        found = f"{n} warning{'s' if n > 1 else ''}" if n else "no warning signs"
        ax.set_title(f"Gradient of the loss: {found}")
        return self

    def _draw_layers(self, ax):
        """Draw a row for each layer and direction, the input at the top."""
        table = self.table
        drawn = table["ratio"].where(np.isfinite(table["ratio"])).clip(lower=SMALLEST_DRAWN)
        places = list(dict.fromkeys(zip(table["layer"], table["direction"], strict=True)))
        lines = []
        for kind in KINDS:
            part = table[table["kind"] == kind]
            if len(part):
                rows = [places.index(p) for p in zip(part["layer"], part["direction"], strict=True)]
                style = {"ms": 6, "alpha": 0.8, "label": kind}
                lines += ax.plot(drawn[part.index], rows, MARKERS[kind], **style)
        ax.set_yticks(range(len(places)), [named(*place) for place in places])
        ax.set_ylim(len(places) - 0.5, -0.5)
        ax.set_xscale("log")
        if drawn.notna().any():  # whole decades, whose ticks fit
            low, high = np.log10(drawn.min() / 1.2), np.log10(drawn.max() * 1.2)
            ax.set_xlim(10 ** np.floor(low), 10 ** np.ceil(high))
        ax.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
        ax.grid(axis="y", lw=0.5, alpha=0.5)
        ax.set_xlabel("norm of the gradient / norm of the layer's weights")
        return lines

    def _draw_time(self, ax):
        """Draw a line for each recurrent layer and direction."""
        lines, colors = [], {}
        for place, part in self.time_table.groupby(["layer", "direction"], sort=False):
            color = colors.setdefault(place[0], f"C{len(colors) % 10}")
            style = {"color": color, "ls": "--" if place[1] == "backward" else "-"}
            marker = "o" if len(part) == 1 else None
            values = part["gradient"].replace(0, np.nan)
            lines += ax.plot(part["lag"], values, marker=marker, label=named(*place), **style)
        ax.axhline(VANISHING, color="0.5", lw=1, ls=":", label=f"vanishing: {VANISHING:g}")
        ax.set_yscale("log")
        ax.set_ylim(max(SMALLEST_DRAWN, ax.get_ylim()[0]), 2)
        ax.set_xlabel("lag: steps before the last that the layer reads")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set_ylabel("gradient, relative to the strongest step")
        ax.legend(fontsize="small")
        return lines

    def __repr__(self):
        found = "\n".join(f"- {sign}" for sign in self.warnings) or "no warning signs"
        return f"GradientFlowDisplay: loss {self.loss_:.4g}\n{found}"
