"""The template of every estimator: read, merge, scale, build, train, keep."""

import copy
from abc import ABC, abstractmethod
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from skrnn._sklearn import check_weight, validate_parameters
from skrnn._warning import warn_user
from skrnn.cells.kernels import backend_of
from skrnn.data.bookkeeping import unchanged_on_error
from skrnn.data.columns import check_lengths
from skrnn.data.merge import in_row_order, merge_rows
from skrnn.data.split import hold_back
from skrnn.estimators.building import NETWORK_PARAMS, build_network, set_bias
from skrnn.estimators.layouts import choose_layout
from skrnn.estimators.parameters import check_sizes, check_together
from skrnn.training.dataset import to_sequences, training_data
from skrnn.training.device import choose_device, usable_device
from skrnn.training.inference import run_network
from skrnn.training.net import alone
from skrnn.training.optimization import OPTIMIZERS
from skrnn.training.run import make_net, train
from skrnn.training.seeding import Seeds, build_seeded, undisturbed_torch

EARLY_STOPPING_FROM = 10_000  # rows from which early_stopping="auto" holds some back


class BaseRNN(BaseEstimator, ABC):
    """What all estimators share.

    A leaf spells out its parameters, says in ``_task`` what its target is, and turns the
    network's numbers into answers. Everything between is here, once.
    """

    @abstractmethod
    def _task(self, y):
        """Give the :class:`~skrnn.estimators.tasks.Task` of a fit with this y."""

    def _fit(self, X, y, sample_weight, classes=None, one_epoch=False):
        """Fit, every step taken by itself."""
        interrupted = alone(self._fitting(X, y, sample_weight, classes, one_epoch))
        if interrupted:
            warn_user(
                f"fit was interrupted after epoch {self.n_iter_}; the best weights so far are "
                "kept, and the estimator can predict.",
                ConvergenceWarning,
            )
            raise KeyboardInterrupt
        return self

    def _fitting(self, X, y, sample_weight, classes=None, one_epoch=False):
        """Fit from the start, or go on where ``warm_start`` or a `one_epoch` call says so.

        Yields a net and a batch whenever a step is to be taken, and is sent what came of it;
        returns whether a Ctrl-C ended training. Fits of one shape can so be stepped together.
        """
        resume = hasattr(self, "net_") and (one_epoch or self.warm_start)
        with unchanged_on_error(self):
            validate_parameters(self)
            check_sizes(self.dense_sizes)
            check_together(self)
            self._compare_network(resume)
            X, y, weight = self._read(X, y, sample_weight, resume)
            if not resume:
                self._fitted_task.learn(y, classes)
            target = self._fitted_task.encode(y)
            rows, weight = merge_rows(X, target, weight)
            target = None if target is None else target[rows]
            X = in_row_order(X[rows])
            return (yield from self._learn(X, target, weight, resume, one_epoch))

    def _partial_fit(self, X, y, sample_weight, classes=None):
        """Train one epoch, where that means something."""
        validate_parameters(self)
        if self.early_stopping is True:
            raise ValueError(
                "early_stopping=True holds rows back and waits for epochs to come, so it cannot be "
                "used with partial_fit. Set it to False or 'auto'."
            )
        if self.lr_schedule not in ("auto", "constant"):
            raise ValueError(
                f"lr_schedule={self.lr_schedule!r} needs to know the end of training, so it cannot "
                "be used with partial_fit. Set it to 'auto' or 'constant'."
            )
        return self._fit(X, y, sample_weight, classes, one_epoch=True)

    def _compare_network(self, resume):
        """Refuse to resume when a parameter that shapes the network has changed."""
        shape = {name: repr(getattr(self, name)) for name in NETWORK_PARAMS if hasattr(self, name)}
        if resume and shape != self._network_shape:
            changed = [name for name in shape if shape[name] != self._network_shape[name]]
            raise ValueError(
                f"{', '.join(changed)} changed since the last fit, but warm_start and partial_fit "
                "go on with the same network. Set it back, or fit with warm_start=False."
            )
        self._network_shape = shape

    def _read(self, X, y, sample_weight, resume):
        """Read X, y and the weights, and leave out rows of weight 0."""
        if not resume:
            self._layout = choose_layout(self, X)
        given, X = X, self._layout.read(self, X, reset=not resume)
        if y is None and self.__sklearn_tags__().target_tags.required:
            raise ValueError(
                f"This {type(self).__name__} estimator requires y to be passed, but the target y "
                "is None."
            )
        task = self._task(y)
        self._fitted_task = self._fitted_task.continued(task) if resume else task
        y = self._fitted_task.check(y)
        check_lengths(given, X, y)
        weight = check_weight(sample_weight, X)
        kept = np.flatnonzero(weight)
        if len(kept) < len(weight):
            return X[kept], None if y is None else y[kept], weight[kept]
        return X, y, weight

    def _learn(self, X, target, weight, resume, one_epoch):
        """Train on merged rows; see :meth:`_fitting`."""
        task = self._fitted_task
        if not resume:
            self._layout.learn(self, X, weight)
        X = self._layout.prepare(X)
        if not resume:
            self.head_ = task.make_head(X, target, weight)
        target = None if target is None else self.head_.encode(target)
        weight = task.row_weight(target, weight)
        done = self.n_iter_ if resume else 0
        seeds = Seeds([draw_seed(self.random_state), done])
        device = choose_device(self.device, int(X.lengths.sum()) * self.hidden_size)
        data, held_back = self._divide(X, target, weight / weight.mean(), seeds, device, one_epoch)
        with undisturbed_torch():
            net = self._make_net(X, target, weight, seeds, resume, one_epoch)
            best_loss = yield from train(net, self, data, held_back, seeds, device, one_epoch)
        if len(net.history) == done:
            raise KeyboardInterrupt  # not an epoch was done: stay as before
        self._keep(net, best_loss, device)
        return net.interrupted_

    def _divide(self, X, target, weight, seeds, device, one_epoch):
        """Put rows on the device, in a training part and perhaps one that is held back."""
        n = len(X)
        hold = self.early_stopping
        if hold == "auto":
            hold = n > EARLY_STOPPING_FROM and not one_epoch
        if not hold:
            return training_data(X, target, weight, np.arange(n), device), None
        strata = self._fitted_task.strata(target)
        parts = hold_back(n, self.validation_fraction, seeds.split, strata)
        return tuple(training_data(X, target, weight, rows, device) for rows in parts)

    def _make_net(self, X, target, weight, seeds, resume, one_epoch):
        """Build a network and its net, or copy the fitted ones to go on with."""
        per_step = self._fitted_task.per_step
        if resume:
            net = copy.deepcopy(self.net_)
            if one_epoch and isinstance(net.optimizer_, OPTIMIZERS[self.optimizer]):
                return net
            history, net = net.history, make_net(self, net.module_, self.head_, per_step)
            net.history = history
            return net
        build = partial(build_network, self, self.head_, self._layout, per_step)
        network = build_seeded(seeds.weights, build)
        if not per_step:
            set_bias(network, self.head_.initial_bias(target, weight))
        return make_net(self, network, self.head_, per_step)

    def _keep(self, net, best_loss, device):
        """Store what was fitted."""
        self.net_ = net
        self.module_ = net.module_.eval()
        self.history_ = [
            {k: v for k, v in row.items() if k != "batches" and not k.endswith("_best")}
            for row in net.history
        ]
        self.n_iter_ = len(self.history_)
        self.best_loss_ = best_loss
        self.device_ = device
        self.cell_backend_ = backend_of(net.module_) if device == "cpu" else "torch"

    def _outputs(self, X, method="forward"):
        """Give the network's numbers (n, ...) for sequences, as a float64 tensor."""
        check_is_fitted(self)
        X = self._layout.prepare(self._layout.read(self, X, reset=False))
        device = usable_device(self.device_)
        return run_network(self.module_, to_sequences(X, np.float64, device), device, method)

    def __sklearn_tags__(self):
        """Declare that X may be three-dimensional."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        return tags


def draw_seed(random_state):
    """Draw one integer from what a user passed as ``random_state``."""
    return int(check_random_state(random_state).randint(np.iinfo(np.int32).max))
