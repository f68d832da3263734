"""The skorch net that estimators own: lean steps over whole tensors, one record per epoch."""

import math
import time
from dataclasses import dataclass

import numpy as np
import torch
from skorch import NeuralNet
from skorch.callbacks import Callback

from skrnn.nn import set_generator
from skrnn.training.callbacks import StopTraining
from skrnn.training.descent import JointDescent
from skrnn.training.epoch import Batches, EpochRecord
from skrnn.training.inference import most_rows
from skrnn.training.optimization import Penalty

OF_A_BATCH = ("on_batch_begin", "on_batch_end", "on_grad_computed")


@dataclass
class Run:
    """What one training run goes by.

    Parameters
    ----------
    penalty : Penalty
        Adds the penalties to the gradient.
    clip_norm, clip_value : float or None
        Bounds on the norm of the whole gradient, and on each of its elements.
    max_time : float or None
        Seconds after which training stops at the next step.
    rng : numpy.random.Generator
        Decides the order of the rows.
    generator : torch.Generator
        Draws dropout masks, on the device of training.
    """

    penalty: Penalty
    clip_norm: float | None
    clip_value: float | None
    max_time: float | None
    rng: np.random.Generator
    generator: torch.Generator


class SequenceNet(NeuralNet):
    """A skorch net trained on :class:`~skrnn.training.dataset.TrainingData`.

    Give it a :class:`Run` as ``run_``, then call :meth:`partial_fit`.

    Parameters
    ----------
    module, criterion : torch.nn.Module
        A fresh network, and the loss.
    examples : callable
        Which numbers of a batch are judged: ``(batch, outputs) -> (outputs, target, weight)``.
    scored : bool
        Whether the head's score is recorded each epoch.
    **kwargs : dict
        What :class:`skorch.NeuralNet` takes.
    """

    def __init__(self, module, criterion, *, examples, scored, **kwargs):
        self.examples = examples
        self.scored = scored
        super().__init__(module, criterion, verbose=0, **kwargs)

    def get_default_callbacks(self):
        """Give none: the net keeps its own record."""
        return []

    def get_split_datasets(self, X, y=None, **fit_params):
        """Take `X` as the training data and `y` as the validation data, or None."""
        return X, y

    def get_iterator(self, dataset, training=False):
        """Give an object that yields the batches of one epoch each time it is iterated."""
        if training:
            return Batches(dataset, self.batch_size, self.run_.rng)
        most = most_rows(self.module_, dataset.lengths)  # nothing to learn: as many as fit
        return Batches(dataset, max(most, self.batch_size), None)

    def partial_fit(self, X, y=None, classes=None, **fit_params):
        """Train on data `X`, watching data `y`; a Ctrl-C is remembered, not raised."""
        alone(self.training_run(X, y))
        return self

    def training_run(self, X, y=None):
        """Train on data `X`, watching data `y`, but leave the steps to the caller.

        Parameters
        ----------
        X, y : TrainingData
            What to learn from, and what to watch or None.

        Yields
        ------
        net, batch : SequenceNet, tuple
            This net and a batch to learn from. Send back what :meth:`train_step` gives for it.
        """
        self.interrupted_, self.descent_ = False, None
        self.deadline_ = time.monotonic() + (self.run_.max_time or math.inf)
        set_generator(self.module_, self.run_.generator)
        self.named_parameters_ = list(self.get_all_learnable_params())
        self.listeners_ = {name: self._listeners(name) for name in OF_A_BATCH}
        self.notify("on_train_begin", X=X, y=y)
        self.joint_ = JointDescent.fits([self])
        try:
            yield from self._epochs(X, y)
        except StopTraining:
            pass
        except KeyboardInterrupt:
            self.interrupted_ = True
        finally:
            set_generator(self.module_, None)
            self.end_descent()
            self.named_parameters_ = self.listeners_ = None
        if self.history and "seconds" not in self.history[-1]:
            del self.history[-1]  # broken off in the middle of the epoch
        self.notify("on_train_end", X=X, y=y)
        self.run_ = None

    def _epochs(self, X, y):
        training = self.get_iterator(X, training=True)
        watched = None if y is None else self.get_iterator(y)
        data = {"dataset_train": X, "dataset_valid": y}
        for _ in range(self.max_epochs):
            self.notify("on_epoch_begin", **data)
            yield from self._training_epoch(training)
            self.run_single_epoch(watched, False, "valid", self.validation_step)
            self.notify("on_epoch_end", **data)

    def _training_epoch(self, batches):
        self.module_.train()
        record = EpochRecord(self.scored)
        for batch in batches:
            self.notify("on_batch_begin", batch=batch, training=True)
            step = yield self, batch
            record.add(**step)
            self.notify("on_batch_end", batch=batch, training=True, **step)
            if self.out_of_time:
                break
        self._write(record, "train")
        self.history.record("lr", float(self.optimizer_.param_groups[0]["lr"]))
        self.history.record("grad_norm", record.mean_grad_norm())
        self.history.record("padded_fraction", batches.padded_fraction)

    def on_epoch_begin(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Open a row of the history; drop the batches of the row before."""
        if self.history:
            self.history[-1]["batches"] = []
        super().on_epoch_begin(net, dataset_train, dataset_valid, **kwargs)
        self.epoch_start_ = time.perf_counter()

    def on_epoch_end(self, net, dataset_train=None, dataset_valid=None, **kwargs):
        """Record the time of the epoch."""
        self.history.record("seconds", time.perf_counter() - self.epoch_start_)

    def _listeners(self, method_name):
        """Give the callbacks that do something when a batch is done."""
        callbacks = [callback for _, callback in self.callbacks_]
        idle = getattr(Callback, method_name)
        return [one for one in callbacks if getattr(type(one), method_name) is not idle]

    def notify(self, method_name, **cb_kwargs):
        """Tell the callbacks; read a KeyboardInterrupt at an epoch's end as skorch's own stop."""
        if method_name in OF_A_BATCH:
            getattr(self, method_name)(self, **cb_kwargs)
            for callback in self.listeners_[method_name]:
                getattr(callback, method_name)(self, **cb_kwargs)
            return
        try:
            super().notify(method_name, **cb_kwargs)
        except KeyboardInterrupt:
            if method_name != "on_epoch_end":
                raise
            raise StopTraining from None

    @property
    def out_of_time(self):
        """Whether ``max_time`` has passed since training began."""
        return time.monotonic() > self.deadline_

    def run_single_epoch(self, iterator, training, prefix, step_fn, **fit_params):
        """Judge the batches of one epoch, and record the loss in the history."""
        if iterator is None:
            return
        self.module_.eval()
        record = EpochRecord(self.scored)
        for batch in iterator:
            self.notify("on_batch_begin", batch=batch, training=training)
            step = step_fn(batch)
            record.add(**step)
            self.notify("on_batch_end", batch=batch, training=training, **step)
        self._write(record, prefix)

    def _write(self, record, prefix):
        for name, value in record.summary(self.criterion_.head).items():
            self.history.record(f"{prefix}_{name}", value)
        losses = [row[f"{prefix}_loss"] for row in self.history if f"{prefix}_loss" in row]
        self.history.record(f"{prefix}_loss_best", losses[-1] <= min(losses))  # for Checkpoint

    def train_step(self, batch, **fit_params):
        """Take one step of the optimizer on a batch."""
        for _, parameter in self.named_parameters_:
            parameter.grad = None
        step = self.judge(batch)
        step["loss"].backward()
        step["loss"] = step["loss"].detach()
        if self.descent_ is None and self.joint_:
            self.descent_ = JointDescent.of(self)
        if self.descent_ is None:
            return self.descend(step, batch)
        self.descent_.step([step], [batch])
        if "error" in step:
            raise step.pop("error")
        return step

    def end_descent(self):
        """Give the optimizer what :class:`JointDescent` knows in its place."""
        if self.descent_ is not None:
            self.descent_.close()
        self.descent_ = None

    def descend(self, step, batch):
        """Take a step along the gradient that stands in the parameters.

        Parameters
        ----------
        step : dict
            What :meth:`judge` gave for the batch; the gradient's norm is added.
        batch : tuple
            The batch.

        Returns
        -------
        step : dict
            The same.
        """
        self.run_.penalty.add_gradient(step["n_rows"])
        step["grad_norm"] = self.clip()
        self.notify("on_grad_computed", named_parameters=self.named_parameters_, batch=batch)
        self.optimizer_.step()
        return step

    @torch.no_grad()
    def validation_step(self, batch, **fit_params):
        """Judge a batch without learning from it."""
        return self.judge(batch)

    def judge(self, batch):
        """Run the network on a batch and give its loss and the judged numbers."""
        (x, lengths), (_, weight) = batch
        outputs, target, weight = self.examples(batch, self.module_(x, lengths))
        loss = self.criterion_(outputs, target, weight, len(x))
        return {
            "loss": loss,
            "n_rows": len(x),
            "y_pred": outputs.detach(),
            "target": target,
            "weight": weight,
        }

    def clip(self):
        """Bound the gradient, and give its norm before that."""
        gradients = [p.grad for _, p in self.named_parameters_ if p.grad is not None]
        norm = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(gradients)))
        if self.run_.clip_norm is not None:
            torch._foreach_mul_(gradients, (self.run_.clip_norm / (norm + 1e-6)).clamp(max=1.0))
        if self.run_.clip_value is not None:
            for gradient in gradients:
                gradient.clamp_(-self.run_.clip_value, self.run_.clip_value)
        return norm


def alone(run):
    """Drive a training run whose every step is the net's own.

    Parameters
    ----------
    run : generator
        Yields a net and a batch, such as :meth:`SequenceNet.training_run`.

    Returns
    -------
    result : object
        What the run returned.
    """
    try:
        net, batch = next(run)
        while True:
            try:
                step = net.train_step(batch)
            except BaseException as error:
                net, batch = run.throw(error)
            else:
                net, batch = run.send(step)
    except StopIteration as stop:
        return stop.value
