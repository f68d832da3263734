"""The learning-rate range test: which learning rates a network learns by."""

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from skrnn._drawing import axes_or_new
from skrnn._sklearn import checked, interval, natural
from skrnn.estimators.base import BaseRNN
from skrnn.training.lr_range import RangeDone, RangeTest

FEWEST_STEPS = 10


@checked(
    {
        "lr_min": [interval(0, None, "neither")],
        "lr_max": [interval(0, None, "neither")],
        "n_steps": [natural(FEWEST_STEPS)],
        "random_state": ["random_state"],
    }
)
def find_lr(
    estimator,
    X,
    y=None,
    *,
    sample_weight=None,
    lr_min=1e-6,
    lr_max=1.0,
    n_steps=100,
    random_state=None,
    ax=None,
):
    """Find a learning rate by a range test.

    A fresh copy of the network is trained for `n_steps` steps. The learning rate grows from
    `lr_min` to `lr_max` by the same factor from step to step [1]_, and the loss is noted after each
    step, without dropout, on the same rows (256 spread evenly over X, or all there are): it stays,
    falls, and rises again. Batches, seeds, optimizer, penalties and clipping are those that ``fit``
    would use. The test ends early when the smoothed loss has blown up: when it is further above
    its least than three times what that is away from 0, or from the first loss if that is more.

    Parameters
    ----------
    estimator : RNNClassifier, RNNRegressor, RNNEncoder, or a Pipeline that ends in one
        It is not changed, and need not be fitted. The transformers of a pipeline are fitted on
        copies.
    X : object
        Training sequences, as its ``fit`` takes them.
    y : array-like of shape (n,) or (n, D), default=None
        Their targets.
    sample_weight : array-like of shape (n,), default=None
        Weights of the rows. None means ones.
    lr_min, lr_max : float, default=1e-6 and 1.0
        First and last learning rate.
    n_steps : int, default=100
        Steps of the test, at least 10. Rows are gone through as often as that takes.
    random_state : int, RandomState instance or None, default=None
        Seed of weights and batches; None takes the estimator's own.
    ax : matplotlib Axes, default=None
        Where to draw; None makes a new figure.

    Returns
    -------
    display : LearningRateDisplay
        With ``suggestion``, ``table`` and the picture.

    Raises
    ------
    TypeError
        If the estimator is none of those above.
    ValueError
        If `lr_max` is not above `lr_min`, if X, y or parameters are refused by ``fit``, or if the
        loss is not finite from the start.

    See Also
    --------
    LearningRateDisplay : How the suggestion is made.

    Notes
    -----
    ``lr_schedule``, ``early_stopping``, ``max_epochs``, ``max_time``, ``callbacks`` and ``verbose``
    play no part.

    References
    ----------
    .. [1] L. N. Smith, "Cyclical learning rates for training neural networks", WACV 2017.

    Examples
    --------
    >>> from skrnn import RNNRegressor
    >>> from skrnn.datasets import make_adding
    >>> from skrnn.inspection import find_lr
    >>> X, y = make_adding(200, n_steps=10, random_state=0)
    >>> model = RNNRegressor(hidden_size=16, random_state=0)
    >>> display = find_lr(model, X, y)
    >>> bool(1e-6 < display.suggestion < 1.0)
    True
    >>> model = model.set_params(lr=display.suggestion).fit(X, y)
    """
    if lr_max <= lr_min:
        raise ValueError(f"lr_max={lr_max} must be above lr_min={lr_min}.")
    front, network = _taken_apart(estimator)
    read = X if front is None else clone(front).fit_transform(X, y)
    test = RangeTest(np.geomspace(lr_min, lr_max, n_steps).tolist())
    _run(network, test, n_steps, read, y, sample_weight, random_state)
    if len(test.losses_) < FEWEST_STEPS:
        raise ValueError(
            f"The loss was not finite after {len(test.losses_)} steps, at a learning rate of "
            f"{test.rates[len(test.losses_)]:.2g}. Bring X and y to numbers near 1, or lower "
            "lr_min and lr_max."
        )
    rates = test.rates[: len(test.losses_)]
    return LearningRateDisplay(rates, test.losses_, test.smoothed_, lr=network.lr).plot(ax=ax)


def _taken_apart(estimator):
    """Give the transformers before a network, or None, and the network."""
    found, steps = estimator, []
    while isinstance(found, Pipeline):
        steps += found.steps[:-1]
        found = found.steps[-1][1]
    if not isinstance(found, BaseRNN):
        name = found.__name__ if isinstance(found, type) else type(found).__name__
        raise TypeError(
            "find_lr takes an RNNClassifier, RNNRegressor or RNNEncoder, or a Pipeline that ends "
            f"in one; got {name}. For a search, pass its estimator; for a forecaster, compare "
            "values of lr by backtest."
        )
    names = [f"{i}_{name}" for i, (name, _) in enumerate(steps)]  # of nested ones, names may repeat
    steps = [(name, step) for name, (_, step) in zip(names, steps, strict=True)]
    return (Pipeline(steps) if steps else None), found


def _run(network, test, n_steps, X, y, sample_weight, random_state):
    """Fit a copy of an unfitted network until the test is done."""
    network = clone(network).set_params(
        callbacks=[test],
        early_stopping=False,
        lr_schedule="constant",
        max_epochs=n_steps,  # of one batch or more
        max_time=None,
        verbose=0,
        warm_start=False,
    )
    if random_state is not None:
        network.set_params(random_state=random_state)
    try:
        network.fit(X, y, sample_weight=sample_weight)
    except RangeDone:
        pass


class LearningRateDisplay:
    """The loss against a learning rate that grew from step to step.

    Parameters
    ----------
    rates : array-like of shape (n_steps,)
        The learning rates.
    losses : array-like of shape (n_steps,)
        The loss after each step.
    smoothed : array-like of shape (n_steps,)
        Its moving average.
    lr : float, default=None
        The learning rate that the estimator has, to be drawn beside the suggestion.

    Attributes
    ----------
    table : DataFrame
        One row per step: lr, loss and smoothed_loss.
    suggestion : float
        A third of the learning rate at which the smoothed loss is least, but at least the first
        one: where it is least, the loss is about to rise.
    steepest : float
        Where the smoothed loss falls most steeply against the logarithm of the learning rate.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    line_ : matplotlib Line2D
        The smoothed loss.
    loss_line_ : matplotlib Line2D
        The loss after each step.

    See Also
    --------
    find_lr : Makes it.

    Notes
    -----
    The suggestion suits the highest rate of a one-cycle schedule, the default; it is where to
    start, not the best there is. Where the curve falls up to its end, no learning rate of the range
    is too high: raise ``lr_max``. Where the loss never falls, the data hold nothing that some
    hundred steps could learn, and the suggestion means nothing; look at the picture.

    Examples
    --------
    >>> from skrnn.inspection import LearningRateDisplay
    >>> rates, losses = [1e-4, 1e-3, 1e-2, 1e-1, 1.0], [1.0, 0.9, 0.5, 0.4, 2.0]
    >>> display = LearningRateDisplay(rates, losses, losses)
    >>> round(display.suggestion, 9), display.steepest
    (0.033333333, 0.01)
    """

    def __init__(self, rates, losses, smoothed, *, lr=None):
        self.rates = rates
        self.losses = losses
        self.smoothed = smoothed
        self.lr = lr

    @property
    def table(self):
        """Rates and losses."""
        columns = {"lr": self.rates, "loss": self.losses, "smoothed_loss": self.smoothed}
        return pd.DataFrame(columns, dtype=np.float64)

    @property
    def suggestion(self):
        """A third of the learning rate of the least loss."""
        return float(max(self.rates[0], self.rates[int(np.argmin(self.smoothed))] / 3))

    @property
    def steepest(self):
        """The learning rate of the steepest fall."""
        falls = np.diff(self.smoothed) / np.diff(np.log(self.rates))
        return float(self.rates[1 + int(np.argmin(falls))])

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : LearningRateDisplay
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
        (self.loss_line_,) = ax.plot(table["lr"], table["loss"], color="0.8", lw=1, label="loss")
        (self.line_,) = ax.plot(table["lr"], table["smoothed_loss"], label="smoothed")
        suggested = f"suggestion: {self.suggestion:.2g}"
        ax.axvline(self.suggestion, color="C1", ls="--", label=suggested)
        if self.lr is not None:
            ax.axvline(self.lr, color="0.5", ls=":", label=f"the estimator's: {self.lr:.2g}")
        low, high = table["smoothed_loss"].min(), table["smoothed_loss"].iloc[0]
        room = max(high - low, 1e-12)
        ax.set_ylim(low - 0.3 * room, high + 1.2 * room)
        ax.set_xscale("log")
        ax.set_xlabel("learning rate")
        ax.set_ylabel("training loss")
        ax.set_title("Learning-rate range test")
        ax.legend(fontsize="small", loc="upper left")
        return self

    def __repr__(self):
        return f"LearningRateDisplay: suggestion {self.suggestion:.2g}, {len(self.rates)} steps"
