"""How far back a network looks: the gradient of its answer against lag."""

import numpy as np
import pandas as pd
import torch

from skrnn._drawing import axes_or_new
from skrnn._sklearn import StrOptions, checked, interval, natural
from skrnn.heads import Categorical
from skrnn.inspection.network import read_rows
from skrnn.nn import FusionEncoder, HierarchicalEncoder
from skrnn.training.seeding import undisturbed_torch

NUMBERS_AT_ONCE = 4_000_000  # of all copies of a row, so that a few hundred megabytes hold them
MOST_ANSWERS = 32  # whose gradients are each computed
MATTERS = 0.05  # of what another row does: beyond, a row is read by more than its gradients
SMALLEST_DRAWN = 1e-6
SUBJECTS = {"output": "the output", "state": "the state"}


class MemoryDisplay:
    r"""What a network remembers: how much each step changes its answer, against lag.

    The lag of a step is the number of steps from it to the last one. The memory of a step is the
    size of the gradient :math:`|\partial\,\mathrm{output} / \partial x_t|`: how much the answer
    changes with a small change of that step [1]_.

    Parameters
    ----------
    gradients : list of n ndarrays of shape (T_i,)
        Size of the gradient at each step of each row, the newest last.
    of : {"output", "state"}, default="output"
        What the gradients are of.
    pooling : str or None, default=None
        What lets the output see every step, whatever its lag, in the words of the finding, such as
        ``"pooling='mean'"``. None where a step reaches the output through the states of
        the steps after it alone.
    threshold : float, default=0.01
        Share of a row's largest gradient below which a step counts for nothing.
    beyond : float, default=None
        How far the answer moves when the steps that do not count are exchanged with those of
        another row, as a share of how far it moves when all steps are (median of rows). None where
        all steps count, or this was not measured.

    Attributes
    ----------
    table : DataFrame
        One row per lag: lag, and of the gradients relative to the largest one of their row the
        median, the quartiles low and high, the mean, and n_rows, how many rows are that long.
    reach_ : int ndarray of shape (n,)
        Steps of each row that count: from the last one back to the first that reaches the
        threshold; or how many of them reach it, where `pooling` lets the output see every step.
    n_steps_ : int
        Their median.
    finding_ : str
        What was found, in words.
    ax_ : matplotlib Axes
        The axes that were drawn on.
    figure_ : matplotlib Figure
        Their figure.
    line_ : matplotlib Line2D
        The median.
    band_ : matplotlib PolyCollection
        The quartiles.
    mean_line_ : matplotlib Line2D
        The mean.

    See Also
    --------
    GradientFlowDisplay : Gradients of the loss, layer by layer.

    Notes
    -----
    Steps are compared in the units in which the network reads them: features after scaling, ids as
    their vectors. Of several outputs, or of the units of the state, the gradient is the Frobenius
    norm of their Jacobian; of more than 32 it is estimated from 32 random combinations of them,
    within some 10 %.

    Gradients say what small changes do, at these rows. A large change may matter where a small one
    does not: a saturated unit holds a value like a switch. Therefore the steps that seem not to
    count are exchanged with those of another row, and the finding says so where that moves the
    answer by 5 % or more of what another row does. A step may matter and not be needed: a long
    memory is no proof of a good one, and a short one is enough for many tasks. What does hold: a
    step whose gradient is nothing teaches the network nothing more, for the gradient of its weights
    goes through the same product.

    References
    ----------
    .. [1] R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural
       networks", ICML 2013.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNClassifier
    >>> from skrnn.inspection import MemoryDisplay
    >>> X = np.random.default_rng(0).normal(size=(20, 30, 1))
    >>> model = RNNClassifier(cell="rnn", max_epochs=2, random_state=0).fit(X, X[:, -1, 0] > 0)
    >>> display = MemoryDisplay.from_estimator(model, X)
    >>> list(display.table.columns)
    ['lag', 'median', 'low', 'high', 'mean', 'n_rows']
    >>> decay = [0.5 ** np.arange(29, -1, -1)] * 3  # halved with every step
    >>> print(MemoryDisplay(decay).finding_)
    The output depends on the last 7 of 30 steps. It learns nothing beyond: each step further back
    changes it by less than 1 % of what the strongest step does (median of 3 rows).
    """

    def __init__(self, gradients, *, of="output", pooling=None, threshold=0.01, beyond=None):
        self.gradients = gradients
        self.beyond = beyond
        self.of = of
        self.pooling = pooling
        self.threshold = threshold

    @classmethod
    @checked(
        {
            "n_rows": [natural()],
            "of": [StrOptions({"output", "state"})],
            "threshold": [interval(0, 1, "neither")],
        }
    )
    def from_estimator(cls, estimator, X, *, of="output", n_rows=50, threshold=0.01, ax=None):
        """Measure the memory of a fitted network, and draw it.

        Parameters
        ----------
        estimator : RNNClassifier, RNNRegressor, RNNEncoder, Pipeline or search
            Fitted; of a search the best estimator is taken, of a pipeline the last step.
        X : object
            Sequences, as its ``predict`` or ``transform`` takes them.
        of : {"output", "state"}, default="output"
            Whose gradient: "output" for the numbers the head reads (of an encoder, the vector
            that ``transform`` gives); "state" for the output of the last recurrent layer, going
            forward, at the last step. With one direction and ``pooling="last"`` they say much the
            same. Otherwise the output sees every step directly, and only the state has a memory
            that fades.
        n_rows : int, default=50
            At most how many rows are read, evenly spread over X.
        threshold : float, default=0.01
            Share of a row's largest gradient below which a step counts for nothing.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        display : MemoryDisplay
            The picture and its numbers.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it holds no recurrent network.
        ValueError
            If X cannot be read, or is a Fused, whose parts share no lag; or a gradient is not
            finite.
        """
        reading = read_rows(estimator, X)
        network = reading.estimator.module_
        if isinstance(network.encoder, FusionEncoder):
            raise ValueError(
                "X is a Fused: its parts are read side by side, so that the steps of one have no "
                "lag to those of another. Fit an estimator on one part, such as X['name']."
            )
        chosen = np.unique(np.linspace(0, len(reading.rows) - 1, n_rows).round().astype(int))
        options = {"of": of, "threshold": threshold}
        options["pooling"] = describe_pooling(reading.estimator) if of == "output" else None
        with undisturbed_torch():
            gradients = [row_gradient(reading, i, of) for i in chosen]
            reach = cls(gradients, **options).reach_
            if options["pooling"] is None:
                options["beyond"] = effect_beyond(reading, chosen, reach, of)
        return cls(gradients, **options).plot(ax=ax)

    @property
    def table(self):
        """One row per lag, the newest step first."""
        relative = self._relative()
        longest = max(map(len, relative))
        by_lag = [np.array([r[-1 - k] for r in relative if len(r) > k]) for k in range(longest)]
        low, median, high = np.array([np.quantile(v, [0.25, 0.5, 0.75]) for v in by_lag]).T
        columns = {"lag": np.arange(longest), "median": median, "low": low, "high": high}
        columns["mean"] = [values.mean() for values in by_lag]
        return pd.DataFrame(columns | {"n_rows": [len(values) for values in by_lag]})

    @property
    def reach_(self):
        """Steps of each row that count."""
        strong = [row >= self.threshold for row in self._relative()]
        if self.pooling is not None:
            return np.array([row.sum() for row in strong])
        return np.array([len(row) - row.argmax() if row.any() else 0 for row in strong])

    @property
    def n_steps_(self):
        """Median of the steps that count."""
        return int(np.median(self.reach_))

    @property
    def finding_(self):
        """What was found, in words."""
        subject, n, lengths = SUBJECTS[self.of].capitalize(), self.n_steps_, self._lengths()
        rows = "1 row" if len(lengths) == 1 else f"median of {len(lengths)} rows"
        share = f"{100 * self.threshold:.3g} % of what the strongest step does"
        if n == 0:
            return f"{subject} does not change with any step: its gradient is zero ({rows})."
        whole = int((self.reach_ == lengths).sum())
        if self.pooling is not None:
            count = "all" if 2 * whole >= len(lengths) else n
            return (
                f"{subject} depends on {count} of {self._total()} steps: each of them changes "
                f"it by at least {share} ({rows}). Because of {self.pooling} it sees every step "
                "directly, so this is what it looks at, not how long it remembers: of='state' "
                "shows that."
            )
        if 2 * whole >= len(lengths):
            oldest = np.median([row[0] for row in self._relative()])
            return (
                f"{subject} depends on all of {self._total()} steps: the first changes it by "
                f"{float(f'{100 * oldest:.2g}'):g} % of what the strongest step does ({rows})."
            )
        if self._holds_more():
            return (
                f"Gradients reach the last {n} of {self._total()} steps, but {subject.lower()} "
                f"depends on more. A small change further back moves it by less than {share} "
                f"({rows}); exchanged with those of another row, the steps further back move it by "
                f"{float(f'{100 * self.beyond:.2g}'):g} % of what another row does. Units that are "
                "saturated keep what they hold like switches, and learn nothing more from there."
            )
        read = f" {whole} of {len(lengths)} rows are read from end to end." if whole else ""
        return (
            f"{subject} depends on the last {n} of {self._total()} steps. It learns nothing "
            f"beyond: each step further back changes it by less than {share} ({rows}).{read}"
        )

    def plot(self, *, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.

        Returns
        -------
        self : MemoryDisplay
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
        low, high = table["low"].clip(lower=SMALLEST_DRAWN / 10), table["high"]
        self.band_ = ax.fill_between(table["lag"], low, high, alpha=0.25, lw=0, label="quartiles")
        marker = "o" if len(table) == 1 else None  # a line of one point cannot be seen
        (self.line_,) = ax.plot(table["lag"], table["median"], marker=marker, label="median")
        (self.mean_line_,) = ax.plot(
            table["lag"], table["mean"], lw=1, ls=":", color=self.line_.get_color(), label="mean"
        )
        ax.axhline(self.threshold, color="0.5", lw=1, ls="--", label=f"{self.threshold:.3g}")
        ax.set_yscale("log")
        smallest = table["median"][table["median"] > 0].min()
        bottom = min(max(smallest / 2, SMALLEST_DRAWN), self.threshold / 5)
        ax.set_ylim(bottom if bottom == bottom else SMALLEST_DRAWN, 1.5)
        ax.set_xlabel("lag: steps before the last")
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set_ylabel(f"gradient of {SUBJECTS[self.of]}, relative")
        ax.set_title(self._title())
        ax.legend(loc="best", fontsize="small")
        return self

    def _relative(self):
        """Give the gradients as shares of the largest one of each row."""
        rows = [np.asarray(row, dtype=np.float64) for row in self.gradients]
        return [row / row.max() if row.max() > 0 else row for row in rows]

    def _holds_more(self):
        """Whether large changes of steps matter whose gradients are next to nothing."""
        return self.beyond is not None and self.beyond >= MATTERS

    def _lengths(self):
        return np.array([len(row) for row in self.gradients])

    def _total(self):
        """Say how many steps there are."""
        lengths = self._lengths()
        low, high = lengths.min(), lengths.max()
        return str(low) if low == high else f"{low} to {high}"

    def _title(self):
        n, last = self.n_steps_, "" if self.pooling else "the last "
        if 2 * (self.reach_ == self._lengths()).sum() >= len(self.gradients):
            return f"Depends on all of {self._total()} steps"
        if self._holds_more():
            return f"Gradients reach the last {n} of {self._total()} steps"
        return f"Depends on {last}{n} of {self._total()} steps"

    def __repr__(self):
        return f"MemoryDisplay: {self.finding_}"


def describe_pooling(estimator):
    """Say what lets the output of a network see every step directly.

    Parameters
    ----------
    estimator : BaseRNN
        Fitted.

    Returns
    -------
    words : str or None
        Parameters and their values; None where a step reaches the output through the states
        after it alone.
    """
    words = [f"pooling={estimator.pooling!r}"] if estimator.pooling != "last" else []
    words += ["bidirectional=True"] if estimator.bidirectional else []
    return " and ".join(words) or None


def row_gradient(reading, i, of):
    """Give the size of the gradient at each step of a row.

    Every answer gets a copy of the row, so that one pass back gives the gradients of all.

    Parameters
    ----------
    reading : Reading
        Rows, as a network reads them.
    i : int
        Which row.
    of : {"output", "state"}
        Whose gradient.

    Returns
    -------
    sizes : ndarray of shape (T,)
        Frobenius norm of the Jacobian at each step.

    Raises
    ------
    ValueError
        If it is not finite.
    """
    network, x = reading.opened(i)
    with torch.no_grad():
        directions = combinations(answers(reading.estimator, network, x, of).shape[1])
    at_once = max(1, NUMBERS_AT_ONCE // (x.shape[1] * 8 * network.encoder.output_size))
    squares = torch.zeros(x.shape[1], dtype=torch.float64)
    for some in directions.split(at_once):
        copies = x.detach().expand(len(some), -1, -1).clone().requires_grad_()
        chosen = (answers(reading.estimator, network, copies, of) * some).sum()
        (gradient,) = torch.autograd.grad(chosen, copies)
        squares += gradient.square().sum((0, 2))
    if not torch.isfinite(squares).all():
        raise ValueError(
            f"The gradient of row {i} is not finite: it explodes within its {len(squares)} steps. "
            "Pass shorter rows, or fit with a smaller lr or clip_norm."
        )
    return squares.sqrt().numpy()


@torch.no_grad()
def effect_beyond(reading, chosen, reach, of):
    """Exchange the steps that do not count, and see how far the answers move.

    Parameters
    ----------
    reading : Reading
        Rows, as a network reads them.
    chosen : int array of shape (m,)
        Which rows; each is given the steps of the next one, at places in proportion.
    reach : int array of shape (m,)
        Steps of each that count, the newest.
    of : {"output", "state"}
        Whose answers.

    Returns
    -------
    share : float or None
        Of how far they move when all steps are exchanged; median over the rows that have steps
        that do not count. None where there are none, or one row only.
    """
    nested = isinstance(reading.estimator.module_.encoder, HierarchicalEncoder)
    shares, donors = [], np.roll(chosen, -1)
    for i, donor, n_read in zip(chosen, donors, reach, strict=True):
        network, x = reading.opened(i)
        n_steps = x.shape[1]
        if n_read == n_steps or i == donor:
            continue
        given = reading.opened(donor)[1]
        places = ((2 * torch.arange(n_steps) + 1) * given.shape[1]) // (2 * n_steps)
        given = given[:, places]
        if nested:  # sentences start where they did
            given[..., -1] = x[..., -1]
        part = torch.cat([given[:, : n_steps - n_read], x[:, n_steps - n_read :]], 1)
        answer, mixed, other = answers(reading.estimator, network, torch.cat([x, part, given]), of)
        whole = (other - answer).norm()
        shares.append(float((mixed - answer).norm() / whole) if whole > 0 else 0.0)
    return float(np.median(shares)) if shares else None


def combinations(n_answers):
    """Give the combinations of answers whose squared gradients sum to that of all.

    Parameters
    ----------
    n_answers : int
        N.

    Returns
    -------
    directions : float64 tensor of shape (M, N)
        Each answer by itself; where there are many, random signs, which give it on average [1]_.

    References
    ----------
    .. [1] M. F. Hutchinson, "A stochastic estimator of the trace of the influence matrix for
       Laplacian smoothing splines", Communications in Statistics 19, 1990.
    """
    if n_answers <= MOST_ANSWERS:
        return torch.eye(n_answers, dtype=torch.float64)
    signs = np.random.default_rng(0).choice([-1.0, 1.0], size=(MOST_ANSWERS, n_answers))
    return torch.as_tensor(signs / MOST_ANSWERS**0.5)


def answers(estimator, network, x, of):
    """Give the numbers (B, N) whose gradients are looked at.

    Parameters
    ----------
    estimator : BaseRNN
        Whose network it is.
    network : torch.nn.Module
        The opened network.
    x : tensor of shape (B, T, D)
        Rows.
    of : {"output", "state"}
        Which numbers.

    Returns
    -------
    numbers : tensor of shape (B, N)
        What the head reads, or what ``transform`` gives; or the last layer's outputs of the
        forward direction at the last step. Logits of three classes or more are taken around their
        mean, for what they share changes no answer; of two classes there is one.
    """
    if of == "state":
        outputs, _ = network.encoder(x)
        return outputs[:, -1, : outputs.shape[-1] // network.encoder.n_directions]
    if hasattr(estimator, "transform"):
        return network.encode(x)
    outputs = network(x)
    if isinstance(estimator.head_, Categorical) and estimator.head_.n_classes != 2:
        return outputs - outputs.mean(1, keepdim=True)
    return outputs
