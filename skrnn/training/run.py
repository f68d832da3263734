"""From an estimator's parameters to a trained net."""

import copy
import inspect
from dataclasses import dataclass

import torch
from skorch.callbacks import (
    BatchScoring,
    Callback,
    EpochScoring,
    LRScheduler,
    PassthroughScoring,
)

from skrnn.data.batches import bucket_batches
from skrnn.training.callbacks import (
    BestWeights,
    Finite,
    LearningRate,
    Plateau,
    Stop,
    progress_of,
)
from skrnn.training.dataset import neighbour_steps, whole_rows
from skrnn.training.loss import WeightedLoss
from skrnn.training.net import Run, SequenceNet
from skrnn.training.optimization import FUSED, OPTIMIZERS, Penalty, penalised
from skrnn.training.seeding import load_optimizers

ALLOWED_NET_PARAMS = "optimizer__"
SMALLEST_BATCH, LARGEST_BATCH = 8, 32  # batch_size="auto": a tenth of the rows, within these
EPOCHS_OF_ONE_BATCH = 250  # max_epochs="auto": this over the root of the number of batches ...
FEWEST_EPOCHS, MOST_EPOCHS = 10, 200  # ... within these


def make_net(params, network, head, per_step):
    """Wrap a fresh network in a skorch net.

    Parameters
    ----------
    params : object
        Has the training parameters of the estimators as attributes.
    network : torch.nn.Module
        The network.
    head : Head
        Gives the loss.
    per_step : bool
        Whether steps are judged rather than whole sequences.

    Returns
    -------
    net : SequenceNet
        Initialised on the CPU, not trained.
    """
    examples = neighbour_steps if per_step else whole_rows
    return wrap(params, network, WeightedLoss(head), examples, scored=not per_step)


def wrap(params, network, loss, examples=whole_rows, *, scored=False):
    """Wrap a fresh network in a skorch net with a loss of its own.

    Parameters
    ----------
    params : object
        Has the training parameters of the estimators as attributes.
    network, loss : torch.nn.Module
        The network, and what it learns by.
    examples : callable
        Which numbers of a batch are judged; see :class:`SequenceNet`.
    scored : bool, default=False
        Whether the head's score is recorded each epoch.

    Returns
    -------
    net : SequenceNet
        Initialised on the CPU, not trained.
    """
    load_optimizers()
    return SequenceNet(
        network,
        loss,
        examples=examples,
        scored=scored,
        optimizer=OPTIMIZERS[params.optimizer],
        lr=params.lr,
        **_optimizer_params(params),
        **check_net_params(params.net_params, params.optimizer),
    ).initialize()


def _optimizer_params(params):
    extra = {}
    if params.optimizer in FUSED:
        extra["optimizer__fused"] = True
    if params.optimizer == "adamw":
        extra["optimizer__weight_decay"] = params.alpha
    return extra


def check_net_params(net_params, optimizer):
    """Check what a user passes on to skorch.

    Parameters
    ----------
    net_params : dict or None
        Names and values.
    optimizer : str
        A name in ``OPTIMIZERS``.

    Returns
    -------
    net_params : dict
        The same, or an empty one.

    Raises
    ------
    ValueError
        If a name belongs to a parameter of the estimator, or to what skrnn does itself, or is no
        option of the optimizer.
    """
    owned = ("optimizer__lr", "optimizer__weight_decay", "optimizer__fused")
    options = [f"optimizer__{name}" for name in inspect.signature(OPTIMIZERS[optimizer]).parameters]
    options = [name for name in options[1:] if name not in owned]
    for name in net_params or {}:
        if not str(name).startswith(ALLOWED_NET_PARAMS) or name in owned:
            raise ValueError(
                f"net_params[{name!r}] clashes with what the estimator sets itself. It takes "
                "options of the optimizer, such as {'optimizer__betas': (0.9, 0.98)}; everything "
                "else is a parameter of the estimator (lr, alpha, batch_size, max_epochs, "
                "callbacks, device, ...)."
            )
        if name not in options:
            raise ValueError(
                f"net_params[{name!r}] is no option of optimizer={optimizer!r}. Its options are "
                f"{', '.join(options)}."
            )
    return dict(net_params or {})


@dataclass(frozen=True)
class Plan:
    """How long a run is, and in what steps.

    Parameters
    ----------
    batch_size, n_batches, n_epochs : int
        Rows of a batch at most, batches of an epoch, and epochs at most.
    schedule : str
        The learning-rate schedule.
    """

    batch_size: int
    n_batches: int
    n_epochs: int
    schedule: str

    @classmethod
    def make(cls, params, lengths, one_epoch):
        """Resolve what "auto" leaves open, for rows of these `lengths`; see the estimators."""
        n = len(lengths)
        batch_size, n_epochs, schedule = params.batch_size, params.max_epochs, params.lr_schedule
        if batch_size == "auto":
            batch_size = min(max(n // 10, SMALLEST_BATCH), LARGEST_BATCH)
        n_batches = len(bucket_batches(lengths, batch_size))
        if n_epochs == "auto":
            n_epochs = round(EPOCHS_OF_ONE_BATCH / n_batches**0.5)
            n_epochs = min(max(n_epochs, FEWEST_EPOCHS), MOST_EPOCHS)
        if schedule == "auto":
            schedule = "constant" if one_epoch else "one_cycle"
        return cls(batch_size, n_batches, 1 if one_epoch else n_epochs, schedule)


def train(net, params, data, held_back, seeds, device, one_epoch):
    """Train a net on from where it stands, and leave it on the CPU; the caller takes the steps.

    Parameters
    ----------
    net : SequenceNet
        The net.
    params : object
        Has the training parameters of the estimators as attributes.
    data, held_back : TrainingData
        What to learn from, and what to watch (None for nothing).
    seeds : Seeds
        Decide the order of rows and the dropout masks.
    device : str
        Where to train; the data lie there.
    one_epoch : bool
        Whether to go over the data just once, at a constant learning rate.

    Yields
    ------
    net, batch : SequenceNet, tuple
        See :meth:`SequenceNet.training_run`.

    Returns
    -------
    best_loss : float
        The lowest watched loss of this run.
    """
    coupled = 0.0 if params.optimizer == "adamw" else params.alpha
    net.run_ = Run(
        penalty=Penalty(penalised(net.module_), coupled, params.l1),
        clip_norm=params.clip_norm,
        clip_value=params.clip_value,
        max_time=params.max_time,
        rng=seeds.order,
        generator=seeds.generator(device),
    )
    plan = Plan.make(params, data.lengths, one_epoch)
    net.max_epochs, net.batch_size = plan.n_epochs, plan.batch_size
    best = BestWeights(params.n_iter_no_change if held_back is not None else None, params.tol)
    net.callbacks = [
        *_own_callbacks(params, plan),
        ("best", best),
        *user_callbacks(params.callbacks, plan.schedule, held_back is not None),
        ("stop", Stop(best)),
    ]
    net.initialize_callbacks()
    move(net, device)
    try:
        yield from net.training_run(data, held_back)
    finally:
        move(net, "cpu")
    return best.best_loss_


def move(net, device):
    """Move a net's weights and its optimizer's state to a device, in place."""
    net.module_.to(device)
    for state in net.optimizer_.state.values():
        for name, value in state.items():
            if torch.is_tensor(value) and value.ndim:
                state[name] = value.to(device)


def _own_callbacks(params, plan):
    if plan.schedule == "plateau":
        rate = Plateau(params.tol)
    else:
        rate = LearningRate(plan.schedule, params.lr, plan.n_epochs * plan.n_batches)
    progress = progress_of(plan.n_epochs, plan.n_batches, params.verbose)
    return [("finite", Finite()), ("rate", rate), *progress]


def user_callbacks(callbacks, schedule, watched):
    """Copy the callbacks a user gave, refusing those that cannot work here.

    Parameters
    ----------
    callbacks : list or None
        skorch callbacks, or (name, callback) pairs.
    schedule : str
        The learning-rate schedule.
    watched : bool
        Whether rows are held back, so that there is a validation loss.

    Returns
    -------
    callbacks : list
        Copies, since training changes them.

    Raises
    ------
    TypeError
        If one of them is no callback.
    ValueError
        If one of them scores (it would need labels in skorch's own form), watches a validation
        loss that there is none of, or sets the learning rate against a schedule.
    """
    callbacks = copy.deepcopy(list(callbacks or []))
    for item in callbacks:
        callback = item[-1] if isinstance(item, (tuple, list)) else item
        callback = callback() if isinstance(callback, type) else callback
        name = type(callback).__name__
        if not isinstance(callback, Callback):
            raise TypeError(
                f"callbacks holds {callback!r}, which is no skorch callback. Derive one from "
                "skorch.callbacks.Callback, with methods such as on_epoch_end(net, **kwargs)."
            )
        if isinstance(callback, EpochScoring | BatchScoring | PassthroughScoring):
            raise ValueError(
                f"callbacks holds {name}, which cannot score sequences. Training and "
                "validation scores are recorded in history_ already."
            )
        if not watched and str(getattr(callback, "monitor", None)).startswith("valid_"):
            raise ValueError(
                f"callbacks holds {name}, which watches {callback.monitor!r}, but no rows are held "
                "back. Set early_stopping=True, or let it watch monitor='train_loss'."
            )
        if isinstance(callback, LRScheduler) and schedule != "constant":
            raise ValueError(
                f"callbacks holds {name}, but lr_schedule={schedule!r} sets the learning rate too. "
                "Set lr_schedule='constant'."
            )
    return callbacks
