"""A training run whose learning rate rises with every step."""

import math

import numpy as np
from skorch.callbacks import Callback


class RangeDone(Exception):
    """Raised by :class:`RangeTest` when it has seen enough; whoever called fit catches it."""


class RangeTest(Callback):
    """Set the learning rate of each step, and note the loss after it.

    The run ends with :class:`RangeDone`, and a fit that ends so leaves the estimator as it was. A
    deep copy of it is itself, so that what the copy for a run notes can be read.

    Parameters
    ----------
    rates : sequence of float
        The learning rate of each step.
    blow_up : float, default=3.0
        The run ends where the smoothed loss is so many times as far above its least as that is
        from 0, or from the first loss if that is more; and where it is not finite.
    smoothing : float, default=0.7
        Weight of the past in the moving average of the loss.
    n_rows : int, default=256
        At most how many rows the loss is noted of.
    """

    def __init__(self, rates, blow_up=3.0, smoothing=0.7, n_rows=256):
        self.rates = rates
        self.blow_up = blow_up
        self.smoothing = smoothing
        self.n_rows = n_rows

    def __deepcopy__(self, memo):
        """Give itself."""
        return self

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Choose the rows whose loss is noted: the same at each step, so that it compares."""
        rows = np.unique(np.linspace(0, len(X) - 1, self.n_rows).round().astype(int))
        self.probe_ = X.cut(rows)
        self.losses_, self.smoothed_ = [], []

    def on_batch_begin(self, net, batch=None, training=None, **kwargs):
        """Set the rate of this step."""
        for group in net.optimizer_.param_groups:
            group["lr"] = self.rates[len(self.losses_)]

    def on_batch_end(self, net, batch=None, training=None, **kwargs):
        """Note the loss after the step, and end when there is nothing more to see."""
        net.module_.eval()
        loss = float(net.validation_step(self.probe_)["loss"])
        net.module_.train()
        if not math.isfinite(loss):
            raise RangeDone
        self.losses_.append(loss)
        self.smoothed_.append(self._average())
        if len(self.losses_) == len(self.rates) or self._blown_up():
            raise RangeDone

    def _average(self):
        """Give the moving average of the losses, without a lean to where it starts."""
        weights = [self.smoothing**k for k in range(len(self.losses_))]
        pairs = zip(weights, reversed(self.losses_), strict=True)
        return sum(w * loss for w, loss in pairs) / sum(weights)

    def _blown_up(self):
        least = min(self.smoothed_)
        room = max(abs(least), self.smoothed_[0] - least)
        return self.smoothed_[-1] > least + self.blow_up * room
