"""How training went: loss, score, learning rate and gradient norm of each epoch."""

import pandas as pd
from sklearn.base import is_classifier, is_regressor
from sklearn.exceptions import NotFittedError

from skrnn._drawing import axes_or_new, pyplot
from skrnn.estimators.forecaster import SequenceForecaster
from skrnn.inspection.network import find_network

METRICS = {
    "loss": ["train_loss", "valid_loss"],
    "score": ["train_score", "valid_score"],
    "lr": ["lr"],
    "grad_norm": ["grad_norm"],
}
LABELS = {"lr": "learning rate", "grad_norm": "gradient norm"}
COLUMNS = [*(column for columns in METRICS.values() for column in columns), "seconds"]


class TrainingCurvesDisplay:
    """Picture of training: what was recorded of every epoch, of one model or of several.

    Each model has a colour; what was measured on training rows is a solid line, on rows that
    early stopping held back a dashed one, with a dot at the epoch whose weights were kept. The
    norm of the gradient, before clipping, is on a logarithmic axis; a thin dotted line shows
    where ``clip_norm`` cuts it. Of a :class:`~skrnn.SequenceForecaster`, which trains several
    networks, the line is their mean and the band reaches from the lowest to the highest.

    Parameters
    ----------
    table : DataFrame
        One row for each model and epoch: model, epoch, train_loss, valid_loss, train_score,
        valid_score, lr, grad_norm and seconds, NaN for what was not recorded; of forecasters
        also member. Other columns are left alone.
    metric : {"loss", "score", "lr", "grad_norm"} or None, default=None
        What to draw; None draws all that there is, in panels.
    clip_norm : dict, default=None
        Of each model the bound on the norm of its gradients, or None.
    score_name : str, default="score"
        What the scores measure.

    Attributes
    ----------
    table : DataFrame
        As given.
    ax_ : matplotlib Axes
        The axes that were drawn on; of panels the first.
    axes_ : dict of str to matplotlib Axes
        The axes of every metric that was drawn.
    figure_ : matplotlib Figure
        Their figure.

    See Also
    --------
    skrnn.model_selection.compare_cells : Compares models by cross-validation.

    Examples
    --------
    >>> from skrnn import RNNRegressor
    >>> from skrnn.inspection import TrainingCurvesDisplay
    >>> X, y = [[0.0, 1.0], [2.0], [1.0, 1.0], [3.0]], [1.0, 2.0, 2.0, 3.0]
    >>> models = [
    ...     RNNRegressor(cell=cell, hidden_size=4, max_epochs=3, random_state=0).fit(X, y)
    ...     for cell in ("gru", "lstm")
    ... ]
    >>> display = TrainingCurvesDisplay.from_estimator(models, metric="loss")
    >>> display.ax_.get_ylabel()
    'loss'
    >>> display.table[["model", "epoch"]].head(4)
             model  epoch
    0   cell='gru'      1
    1   cell='gru'      2
    2   cell='gru'      3
    3  cell='lstm'      1
    """

    def __init__(self, table, *, metric=None, clip_norm=None, score_name="score"):
        self.table = table
        self.metric = metric
        self.clip_norm = clip_norm
        self.score_name = score_name

    @classmethod
    def from_estimator(cls, estimator, *, metric=None, ax=None):
        """Draw what fitted models recorded in ``history_``.

        Parameters
        ----------
        estimator : estimator, or dict or list of estimators
            Fitted: RNNClassifier, RNNRegressor, RNNEncoder or SequenceForecaster, a Pipeline that
            ends in one, or a search for one, of which the best is taken. The keys of a dict name
            the models; those of a list are named by the parameters in which they differ.
        metric : {"loss", "score", "lr", "grad_norm"} or None, default=None
            What to draw; None draws all that there is, in panels.
        ax : matplotlib Axes, default=None
            Where to draw one metric; None makes a new figure.

        Returns
        -------
        display : TrainingCurvesDisplay
            Drawn.

        Raises
        ------
        NotFittedError
            If a model is not fitted.
        TypeError
            If it is no recurrent model.
        ValueError
            If there is no model, `metric` is unknown or was not recorded, or `ax` is given for
            panels.
        ImportError
            If matplotlib is not installed.
        """
        models = _named(estimator)
        frames = [_history(name, model) for name, model in models.items()]
        table = pd.concat(frames, ignore_index=True)
        clip_norm = {name: model.clip_norm for name, model in models.items()}
        display = cls(table, metric=metric, clip_norm=clip_norm, score_name=_score_name(models))
        return display.plot(ax=ax)

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw one metric; None makes a new figure.

        Returns
        -------
        self : TrainingCurvesDisplay
            The display.

        Raises
        ------
        TypeError
            If `ax` is nothing that can be drawn on.
        ValueError
            If `metric` is unknown or was not recorded, or `ax` is given for panels.
        ImportError
            If matplotlib is not installed.
        """
        recorded = [name for name, columns in METRICS.items() if self._has(columns)]
        if self.metric is not None and self.metric not in recorded:
            what = "was not recorded" if self.metric in METRICS else "is unknown"
            raise ValueError(f"metric={self.metric!r} {what}. Choose one of {recorded}, or None.")
        if self.metric is None and ax is not None:
            raise ValueError(
                f"metric=None draws {len(recorded)} panels in a figure of their own. Choose one of "
                f"{recorded} to draw on ax."
            )
        if self.metric is None:
            self.axes_ = _panels(recorded)
        else:
            self.axes_ = {self.metric: axes_or_new(ax)}
        self.ax_ = next(iter(self.axes_.values()))
        self.figure_ = self.ax_.figure
        for name, panel in self.axes_.items():
            self._draw(name, panel)
        self._explain()
        return self

    def _has(self, columns):
        """Whether anything was recorded in some columns."""
        return any(name in self.table and self.table[name].notna().any() for name in columns)

    def _draw(self, metric, ax):
        """Draw the lines of all models."""
        for i, (_, rows) in enumerate(self.table.groupby("model", sort=False)):
            for column, dashes in zip(METRICS[metric], ("-", "--"), strict=False):
                if self._has([column]) and rows[column].notna().any():
                    _draw_line(ax, rows, column, f"C{i}", dashes)
            _mark_best(ax, rows, METRICS[metric][-1], f"C{i}")
        if metric == "grad_norm":
            self._draw_bounds(ax)
        if metric == "lr":
            ax.set_ylim(bottom=0)
        ax.set_xlabel("epoch")
        ax.set_ylabel(LABELS.get(metric, self.score_name if metric == "score" else metric))
        ax.xaxis.get_major_locator().set_params(integer=True)

    def _draw_bounds(self, ax):
        """Make the axis of gradient norms logarithmic, and draw what cuts them."""
        from matplotlib.ticker import LogFormatter

        models = list(dict.fromkeys(self.table["model"]))
        bounds = [(self.clip_norm or {}).get(name) for name in models]
        if len(set(bounds)) == 1:
            models, bounds = models[:1], bounds[:1]
        for i, bound in enumerate(bounds):
            if bound is not None:
                colour = "0.3" if len(bounds) == 1 else f"C{i}"
                ax.axhline(bound, color=colour, linestyle=":", linewidth=1)
        if (self.table["grad_norm"] > 0).any():
            ax.set_yscale("log")
            ax.yaxis.set_major_formatter("{x:g}")
            ax.yaxis.set_minor_formatter(LogFormatter())

    def _explain(self):
        """Say what colours, dashes, dots and dots in a row mean."""
        from matplotlib.lines import Line2D

        models = list(dict.fromkeys(self.table["model"]))
        colour = "C0" if len(models) == 1 else "0.3"
        several = "member" in self.table and self.table["member"].nunique() > 1
        held_back = self._has(["valid_loss"]) and bool({"loss", "score"} & set(self.axes_))
        handles = [Line2D([], [], color=f"C{i}") for i in range(len(models))]
        if held_back:
            handles.append(Line2D([], [], color=colour, linestyle="--"))
            handles.append(Line2D([], [], color=colour, linestyle="", marker="o"))
        bounded = "grad_norm" in self.axes_ and any((self.clip_norm or {}).values())
        if bounded:
            handles.append(Line2D([], [], color="0.3", linestyle=":", linewidth=1))
        training = "training, mean of networks" if several else "training"
        labels = models if len(models) > 1 else [training]
        labels = [*labels, *(["held back", "best epoch"] * held_back), *(["clip_norm"] * bounded)]
        if len(labels) == 1:
            return
        if len(self.axes_) > 1:
            columns = 2 if max(map(len, labels)) > 20 else 4
            self.figure_.legend(handles, labels, loc="outside upper center", ncols=columns)
        else:
            self.ax_.legend(handles, labels)


def _named(estimator):
    """Give {name: recurrent estimator} for what a user passed."""
    if isinstance(estimator, dict):
        models = {str(name): _unwrapped(model) for name, model in estimator.items()}
    elif isinstance(estimator, list | tuple):
        found = [_unwrapped(model) for model in estimator]
        models = dict(zip(_differences(found), found, strict=True))
    else:
        model = _unwrapped(estimator)
        models = {type(model).__name__: model}
    if not models:
        raise ValueError("estimator holds no model; pass one fitted model or more.")
    return models


def _unwrapped(estimator):
    """Find the estimator with the history."""
    best = getattr(estimator, "best_estimator_", estimator)
    if not isinstance(best, SequenceForecaster):
        return find_network(estimator)[1]
    if not hasattr(best, "members_"):
        raise NotFittedError("This SequenceForecaster instance is not fitted yet: call fit first.")
    return best


def _differences(models):
    """Name models by the parameters in which they differ; number what else would be equal."""
    params = [model.get_params(deep=False) for model in models]
    shown = [{name: repr(value) for name, value in each.items()} for each in params]
    kinds = [type(model).__name__ for model in models]
    names = sorted(
        {name for each in shown for name in each if len({s.get(name) for s in shown}) > 1}
    )
    if len(names) > 1 and "random_state" in names and all("random_state" in s for s in shown):
        names.remove("random_state")  # worth a name only where nothing else differs
    labels = [
        ", ".join(f"{name}={each[name]}" for name in names if name in each) or kind
        for each, kind in zip(shown, kinds, strict=True)
    ]
    if len(set(kinds)) > 1:
        labels = kinds
    if len(set(labels)) < len(labels):
        labels = [f"{i}: {label}" for i, label in enumerate(labels)]
    return labels


def _history(name, model):
    """Make a table of what a model recorded."""
    if isinstance(model, SequenceForecaster):
        members = enumerate(member.net.history for member in model.members_)
        rows = [{"member": i, **row} for i, history in members for row in history]
        columns = ["model", "member", "epoch", *COLUMNS]
    else:
        rows, columns = model.history_, ["model", "epoch", *COLUMNS]
    return pd.DataFrame([{"model": name, **row} for row in rows]).reindex(columns=columns)


def _score_name(models):
    """Say what the scores of models measure."""
    if all(map(is_classifier, models.values())):
        return "accuracy"
    return "R²" if all(map(is_regressor, models.values())) else "score"


def _panels(names):
    """Make a figure with one panel for each name."""
    height = 2.6 * ((len(names) + 1) // 2) + 0.4
    figure = pyplot().figure(figsize=(7.2, height), layout="constrained")
    n_rows = (len(names) + 1) // 2
    return {name: figure.add_subplot(n_rows, 2, k + 1) for k, name in enumerate(names)}


def _draw_line(ax, rows, column, colour, dashes):
    """Draw a column against epochs: of several members their mean, and a band around it."""
    values = rows.groupby("epoch")[column]
    mean = values.mean()
    marker = "." if len(mean) == 1 else ""
    ax.plot(mean.index, mean, color=colour, linestyle=dashes, marker=marker)
    if "member" in rows and rows["member"].nunique() > 1:
        ax.fill_between(mean.index, values.min(), values.max(), color=colour, alpha=0.2, lw=0)


def _mark_best(ax, rows, column, colour):
    """Put a dot at the epoch of the lowest loss on rows that were held back."""
    if column.startswith("valid") and column in rows and rows["valid_loss"].notna().any():
        best = rows.loc[rows["valid_loss"].idxmin()]
        ax.plot(best["epoch"], best[column], color=colour, marker="o", linestyle="")
