"""What watches a training run: schedules, best weights, the progress line."""

import math
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from skorch.callbacks import Callback

from skrnn.training.optimization import SCHEDULES


class StopTraining(Exception):
    """Raised by a callback to end training early; the fit goes on to its normal end."""


class LearningRate(Callback):
    """Set the learning rate before every step from the share of the run that is done.

    Parameters
    ----------
    schedule : str
        A name in ``SCHEDULES``.
    lr : float
        The highest learning rate.
    n_steps : int
        Steps of the whole run.
    """

    def __init__(self, schedule, lr, n_steps):
        self.schedule = schedule
        self.lr = lr
        self.n_steps = n_steps

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Start at the first step."""
        self.step_ = 0

    def on_batch_begin(self, net, batch=None, training=None, **kwargs):
        """Set the rate of this step; a constant one only once, so that callbacks may change it."""
        if not training or (self.schedule == "constant" and self.step_):
            return
        lr = self.lr * SCHEDULES[self.schedule](self.step_ / self.n_steps)
        self.step_ += 1
        for group in net.optimizer_.param_groups:
            group["lr"] = lr


class Plateau(Callback):
    """Divide the learning rate by 5 when the loss has not fallen by `tol` for 3 epochs.

    This is the "adaptive" schedule of scikit-learn's MLPClassifier, with one epoch more of
    patience; it watches the validation loss where there is one.

    Parameters
    ----------
    tol : float
        Least fall of the loss that counts.
    """

    def __init__(self, tol):
        self.tol = tol

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Start over."""
        self.best_, self.bad_epochs_ = math.inf, 0

    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Compare this epoch's loss with the best so far."""
        loss = watched_loss(net)
        self.bad_epochs_ = 0 if loss < self.best_ - self.tol else self.bad_epochs_ + 1
        self.best_ = min(self.best_, loss)
        if self.bad_epochs_ < 3:
            return
        self.bad_epochs_ = 0
        for group in net.optimizer_.param_groups:
            group["lr"] /= 5


class BestWeights(Callback):
    """Remember the weights of the best epoch, and stop when no better one comes.

    The best epoch has the lowest validation loss, or training loss where nothing is held back.
    Its weights are put back after a run with a validation part, and after an interrupted one.
    :class:`Stop`, the last callback of all, ends the run.

    Parameters
    ----------
    patience : int or None
        Epochs without a fall of at least `tol` before training stops; None never stops.
    tol : float
        Least fall of the loss that counts.
    """

    def __init__(self, patience, tol):
        self.patience = patience
        self.tol = tol

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Start over."""
        self.best_loss_, self.mark_, self.waited_ = math.inf, math.inf, 0
        self.weights_ = None

    @torch.no_grad()
    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Compare this epoch with the best so far."""
        loss = watched_loss(net)
        if loss < self.best_loss_:
            self.best_loss_ = loss
            self._remember(net.module_)
        self.waited_ = 0 if loss < self.mark_ - self.tol else self.waited_ + 1
        if self.waited_ == 0:
            self.mark_ = loss

    @property
    def out_of_patience(self):
        """Whether no better epoch came for long enough."""
        return self.patience is not None and self.waited_ >= self.patience

    @torch.no_grad()
    def on_train_end(self, net, X=None, y=None, **kwargs):
        """Put the best weights back."""
        held_back = y is not None
        if self.weights_ is not None and (held_back or net.interrupted_):
            torch._foreach_copy_(list(net.module_.parameters()), self.weights_)
        self.weights_ = None

    def _remember(self, module):
        if self.weights_ is None:
            self.weights_ = [p.clone() for p in module.parameters()]
        else:
            torch._foreach_copy_(self.weights_, list(module.parameters()))


class Stop(Callback):
    """Stop at the end of the epoch in which patience or the net's time ran out.

    It goes last, so that every other callback has seen that epoch.

    Parameters
    ----------
    best : BestWeights
        Knows whether patience ran out.
    """

    def __init__(self, best):
        self.best = best

    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Look at the clock, and at how long no better epoch came."""
        if net.out_of_time or self.best.out_of_patience:
            raise StopTraining


class Finite(Callback):
    """Refuse to go on with a loss that is no number."""

    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Check the training loss of this epoch."""
        row = net.history[-1]
        if not math.isfinite(row["train_loss"]):
            raise ValueError(
                f"Training diverged: the loss is {row['train_loss']} in epoch {row['epoch']}. "
                "Lower lr, set clip_norm (for example 1.0), or bring X and y to numbers near 1."
            )


class Progress(Callback):
    """One progress line with the loss and the time left.

    Parameters
    ----------
    n_epochs, n_batches : int
        Epochs of the run and steps of an epoch.
    """

    def __init__(self, n_epochs, n_batches):
        self.n_epochs = n_epochs
        self.n_batches = n_batches

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Draw the empty line."""
        from tqdm.auto import tqdm

        layout = "{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
        self.line_ = tqdm(total=self.n_epochs * self.n_batches, bar_format=layout)
        self.epoch_ = 0

    def on_epoch_begin(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Name the epoch."""
        self.epoch_ += 1
        self.line_.set_description_str(f"epoch {self.epoch_}/{self.n_epochs}")

    def on_batch_end(self, net, batch=None, training=None, **kwargs):
        """Move on by one step."""
        if training:
            self.line_.update()

    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Show the losses of this epoch."""
        row = net.history[-1]
        shown = {k: f"{row[k]:.4f}" for k in ("train_loss", "valid_loss") if k in row}
        self.line_.set_postfix(shown)

    def on_train_end(self, net, X=None, y=None, **kwargs):
        """Finish the line."""
        self.line_.close()
        self.line_ = None


class SharedProgress(Callback):
    """One progress line for several runs, one after another or at the same time.

    A deep copy of it is itself, so that the runs that it is copied for draw one line.

    Parameters
    ----------
    n_runs : int
        How many there will be, at most.
    """

    def __init__(self, n_runs):
        self.n_runs = n_runs
        self.line_ = None
        self.begun_ = self.n_epochs_ = 0
        self.left_ = {}

    def __deepcopy__(self, memo):
        """Give itself."""
        return self

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Draw the line, or correct how long it gets: runs not begun count as this one."""
        from tqdm.auto import tqdm

        if self.line_ is None:
            layout = "{desc} {percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"
            self.line_ = tqdm(total=0, bar_format=layout)
        self.begun_ += 1
        self.left_[id(net)] = net.max_epochs
        self.n_epochs_ += net.max_epochs
        self.line_.total = self.n_epochs_ + (self.n_runs - self.begun_) * net.max_epochs
        self.line_.set_description_str(f"network {self.begun_}/{self.n_runs}")

    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Move on by one epoch, and show its loss."""
        self.left_[id(net)] -= 1
        self.line_.set_postfix(train_loss=f"{net.history[-1]['train_loss']:.4f}", refresh=False)
        self.line_.update()

    def on_train_end(self, net, X=None, y=None, **kwargs):
        """Leave out the epochs that a run had no need of."""
        spared = self.left_.pop(id(net))
        if not net.interrupted_:
            self.n_epochs_ -= spared
            self.line_.total -= spared

    def close(self):
        """Finish the line, where there is one; runs that never began were not needed."""
        if self.line_ is not None:
            self.line_.total = self.n_epochs_
            self.line_.close()
            self.line_ = None


LINE = ContextVar("LINE", default=None)  # the line that is shared here and now


@contextmanager
def one_line(n_runs, shown):
    """Let all runs that begin within draw one progress line.

    Parameters
    ----------
    n_runs : int
        How many there will be, at most.
    shown : bool
        Whether they draw any. Where another such line is drawn already, it is that one.
    """
    if not shown or LINE.get() is not None:
        yield
        return
    line = SharedProgress(n_runs)
    token = LINE.set(line)
    try:
        yield
    finally:
        LINE.reset(token)
        line.close()


def progress_of(n_epochs, n_batches, shown):
    """Give what draws the progress of a run.

    Parameters
    ----------
    n_epochs, n_batches : int
        Epochs of the run and steps of an epoch.
    shown : bool
        Whether the run asks for a line of its own.

    Returns
    -------
    callbacks : list of (str, Callback)
        One, or none.
    """
    line = LINE.get() or (Progress(n_epochs, n_batches) if shown else None)
    return [] if line is None else [("progress", line)]


def watched_loss(net):
    """Give the validation loss of the last epoch, or its training loss where there is none."""
    row = net.history[-1]
    return row.get("valid_loss", row["train_loss"])
