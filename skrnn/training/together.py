"""Training runs of networks of one shape, stepped as one network."""

import numpy as np
import torch
from torch.nn.functional import pad

from skrnn.cells.kernels import backend_of
from skrnn.nn import Encoder, ForecastNetwork, PooledNetwork, set_generator
from skrnn.nn.stacked import Generators, stack, unstack
from skrnn.training.descent import JointDescent
from skrnn.training.seeding import undisturbed_torch

MOST_MODELS, FEWEST_MODELS = 16, 4  # of a stack; smaller ones share too little
MOST_NUMBERS = 2**21  # that a stack keeps of a batch: beyond, what is shared is lost to memory
KEPT = 5  # numbers kept of a step and unit for the backward pass, about


def together(runs):
    """Drive training runs, those of networks of one shape as one.

    Each run keeps its own order of rows, callbacks, history and end. Only forward and backward
    passes are shared, by batches that lie one after another, padded to the largest of them.

    Parameters
    ----------
    runs : list of generators
        They yield a net and a batch to learn from, such as
        :meth:`~skrnn.training.net.SequenceNet.training_run`, and return whether a Ctrl-C ended
        them.

    Returns
    -------
    jobs : list of Job
        How each run ended. A Ctrl-C ends all of them.
    """
    jobs = [Job(run) for run in runs]
    with undisturbed_torch():  # entered before and left after the runs' own
        groups = {}
        for job in jobs:
            if any(other.interrupted for other in jobs):
                job.throw(KeyboardInterrupt())
            else:
                job.start()
            if job.done:
                continue
            if capacity(job.net, job.batch) > 1:
                groups.setdefault(kind(job.net), []).append(job)
            else:
                drive([job], jobs)  # now, so that its data need not wait in memory
        for group in groups.values():
            for members in divide(group):
                drive(members, jobs)
    return jobs


def capacity(net, batch):
    """Give the most nets like this one that a stack should hold; 1 where it cannot be stacked."""
    if not can_stack(net.module_):
        return 1
    (x, _), _ = batch
    width = sum(layer.output_size for layer in net.module_.encoder.layers)
    most = MOST_NUMBERS // (x.shape[0] * x.shape[1] * KEPT * width)
    return 1 if most < FEWEST_MODELS else min(most, MOST_MODELS)


def divide(jobs):
    """Divide jobs of one kind into stacks of about equal size that fit in a processor's caches."""
    n_stacks = -(-len(jobs) // capacity(jobs[0].net, jobs[0].batch))
    return [[jobs[i] for i in part] for part in np.array_split(range(len(jobs)), n_stacks)]


class Job:
    """A run, and where it stands.

    Parameters
    ----------
    run : generator
        See :func:`together`.

    Attributes
    ----------
    net, batch : SequenceNet, tuple
        What waits for a step.
    done : bool
        Whether the run has ended.
    result, error : object, Exception or None
        How it ended.
    """

    def __init__(self, run):
        self.run = run
        self.net = self.batch = self.result = self.error = None
        self.done = False

    def start(self):
        """Go to the first batch."""
        self._go_on(next, self.run)

    def send(self, step):
        """Hand in a step, and go to the next batch."""
        self._go_on(self.run.send, step)

    def throw(self, error):
        """Let the run handle what went wrong in its step."""
        self._go_on(self.run.throw, error)

    def step_alone(self):
        """Take a step as if there were no others."""
        try:
            step = self.net.train_step(self.batch)
        except BaseException as error:
            self.throw(error)
        else:
            self.send(step)

    @property
    def interrupted(self):
        """Whether a Ctrl-C ended the run."""
        return bool(self.result) or isinstance(self.error, KeyboardInterrupt)

    def _go_on(self, how, *args):
        try:
            found = how(*args)
        except StopIteration as stop:
            self._end(stop.value, None)
        except (Exception, KeyboardInterrupt) as error:
            self._end(None, error)
        else:
            self.net, self.batch = found

    def _end(self, result, error):
        self.done, self.result, self.error = True, result, error


def kind(net):
    """Describe a net by all that two of one stack must share.

    Parameters
    ----------
    net : SequenceNet
        The net.

    Returns
    -------
    kind : str
        Equal for nets that can be stacked together.
    """
    network, head = net.module_, net.criterion_.head
    parts = [(name, type(part), _scalars(part)) for name, part in network.named_modules()]
    shapes = [tuple(parameter.shape) for parameter in network.parameters()]
    meaning = {k: v for k, v in vars(head).items() if k not in ("loc", "scale")}
    return repr((parts, shapes, type(head), meaning, net.batch_size))


def can_stack(network):
    """Tell whether every layer of a network knows stacked weights, and all of them are trained."""
    known = type(network) in (ForecastNetwork, PooledNetwork)
    if not known or type(network.encoder) is not Encoder:
        return False
    if not all(parameter.requires_grad for parameter in network.parameters()):
        return False  # K copies of a table that nobody changes
    on_cpu = next(network.parameters()).device.type == "cpu"
    # A mask between layers is drawn for as many steps as the batch has, which padding changes.
    masks_steps = len(network.encoder.layers) > 1 and network.encoder.dropout.p > 0
    return on_cpu and backend_of(network) == "kernel" and not masks_steps


def _scalars(part):
    kept = int | float | str | bool | tuple | None
    return sorted((k, v) for k, v in vars(part).items() if isinstance(v, kept))


def drive(jobs, everyone):
    """Step jobs of one kind until all have ended, or a Ctrl-C ended one of `everyone`."""
    while live := [job for job in jobs if not job.done]:
        if any(job.interrupted for job in everyone):
            for job in live:
                job.throw(KeyboardInterrupt())
        elif len(live) == 1:
            while not live[0].done:
                live[0].step_alone()
        else:
            step_together(live)


def step_together(jobs):
    """Step jobs as one network until one of them ends."""
    members = Stack([job.net for job in jobs])
    try:
        while not any(job.done for job in jobs):
            steps = members.judge([job.batch for job in jobs])
            for job, step in zip(jobs, steps, strict=True):
                descend(job, step)
    except BaseException as error:
        for job in jobs:
            job.throw(error)
    finally:
        members.close()


def descend(job, step):
    """Hand in a step, having taken it along the job's own gradient where that is to be done."""
    try:
        if "error" in step:
            raise step.pop("error")
        if "grad_norm" not in step:
            job.net.descend(step, job.batch)
    except BaseException as error:
        job.throw(error)
    else:
        job.send(step)


class Stack:
    """Nets of one kind as one network.

    Parameters
    ----------
    nets : list of SequenceNet
        The nets, whose parameters become views until the stack is closed.
    """

    def __init__(self, nets):
        self.nets = nets
        for net in nets:
            net.end_descent()
        self.network, weights = stack([net.module_ for net in nets])
        self.wholes = list(self.network.parameters())
        self.network.train()
        self.generators = Generators([net.run_.generator for net in nets])
        set_generator(self.network, self.generators)
        self.descent = None
        if JointDescent.fits(nets):
            self.descent = JointDescent(nets, self.wholes, weights)

    def close(self):
        """Give every net its own parameters and moments."""
        if self.descent is not None:
            self.descent.close()
        else:
            for net in self.nets:
                unstack(net.module_)

    def judge(self, batches):
        """Run each net on its batch; give its loss and the judged numbers, and take its step.

        Parameters
        ----------
        batches : list of tuple
            A batch for each net.

        Returns
        -------
        steps : list of dict
            What :meth:`SequenceNet.judge` gives for each, with the norm of the gradient where the
            step has been taken; else the gradient stands in the net's parameters.
        """
        sizes = [len(weight) for _, (_, weight) in batches]
        x, lengths, target, weight = join(batches, sizes)
        self.generators.n_rows = sizes
        for whole in self.wholes:
            whole.grad = None
        outputs = self.network(x, lengths)
        weighted = self.nets[0].criterion_.weighted(outputs, target, weight)
        losses = weighted.view(len(sizes), -1).sum(1) / torch.tensor(sizes, device=x.device)
        losses.sum().backward()
        outputs = outputs.detach().unflatten(0, (len(sizes), -1))
        steps = [
            {
                "loss": loss,
                "n_rows": n_rows,
                "y_pred": output[:n_rows],
                "target": batch[1][0],
                "weight": batch[1][1],
            }
            for loss, n_rows, output, batch in zip(
                losses.detach(), sizes, outputs, batches, strict=True
            )
        ]
        if self.descent is not None:
            self.descent.step(steps, batches)
        else:
            self._hand_out()
        return steps

    def _hand_out(self):
        each = zip(*(net.module_.parameters() for net in self.nets), strict=True)
        for whole, parameters in zip(self.wholes, each, strict=True):
            gradients = [None] * len(parameters) if whole.grad is None else whole.grad
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.grad = gradient


def join(batches, sizes):
    """Lay batches one after another, each padded to the most rows and steps of them.

    Parameters
    ----------
    batches : list of tuple
        ``((x, lengths), (target, weight))`` of K models.
    sizes : list of int
        Their rows.

    Returns
    -------
    x : tensor of shape (K * B, T, F), or of ids of shape (K * B, T)
        The rows. Rows beyond those of a model repeat its last one, with weight 0.
    lengths : tensor of shape (K * B,) or None
        Their steps; None where no row is padded.
    target, weight : tensors of shapes (K * B, ...) and (K * B,)
        What belongs to them.
    """
    n_steps = max(x.shape[1] for (x, _), _ in batches)
    even = all(lengths is None and x.shape[1] == n_steps for (x, lengths), _ in batches)
    parts = []
    for ((x, lengths), (target, weight)), n_rows in zip(batches, sizes, strict=True):
        if not even:
            if lengths is None:
                lengths = torch.full((n_rows,), x.shape[1], device=x.device)
            x = pad(x, (0, 0) * (x.ndim - 2) + (0, n_steps - x.shape[1]))
            if target.ndim == 3:  # of every step
                target = pad(target, (0, 0, 0, n_steps - target.shape[1]), value=torch.nan)
        missing = max(sizes) - n_rows
        if missing:
            x, target = _repeat_last(x, missing), _repeat_last(target, missing)
            lengths = lengths if lengths is None else _repeat_last(lengths, missing)
            weight = pad(weight, (0, missing))
        parts.append((x, lengths, target, weight))
    columns = zip(*parts, strict=True)
    return [None if column[0] is None else torch.cat(column) for column in columns]


def _repeat_last(rows, times):
    return torch.cat([rows, rows[-1:].expand(times, *rows.shape[1:])])
