"""Gradients of the training loss: of all weights, and of what each recurrent layer reads."""

import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from sklearn.utils import check_consistent_length

from skrnn._sklearn import check_weight
from skrnn.data.batches import bucket_batches
from skrnn.inspection.places import place_of
from skrnn.inspection.watching import Watch
from skrnn.training.dataset import TrainingData, to_sequences
from skrnn.training.inference import most_rows
from skrnn.training.seeding import undisturbed_torch


@dataclass(frozen=True)
class Flow:
    """What a pass back through a network showed.

    Parameters
    ----------
    loss : float
        The training loss at the fitted weights, without dropout and penalties.
    table : DataFrame
        One row per layer, direction and kind of weights: layer, direction, kind, gradient and
        weight (Euclidean norms), ratio (of the gradient to all weights of the layer and direction)
        and n_weights.
    time : DataFrame
        One row per recurrent layer, direction and lag: layer, direction, lag (steps before the
        last that it reads), gradient (of the loss with respect to what the layer reads at that
        step, relative to the largest of its row; median over rows) and n_rows.
    first : dict
        Median over rows of the gradient at the first step that a direction of a layer reads,
        relative to the largest of its row, by (layer, direction).
    dead : dict
        How many of how many ReLU units give 0 at every step of every row, by (layer, direction).
    saturated : dict
        Share of the outputs of tanh units beyond 0.99, by (layer, direction).
    """

    loss: float
    table: pd.DataFrame
    time: pd.DataFrame
    first: dict
    dead: dict
    saturated: dict


def measure_flow(reading, y, sample_weight=None):
    """Pass back through a copy of a fitted network, over all rows.

    Parameters
    ----------
    reading : Reading
        Rows, as a fitted network reads them.
    y : array-like or None
        Their targets; None where the estimator was fitted without.
    sample_weight : array-like of shape (n,), default=None
        Weights of the rows.

    Returns
    -------
    flow : Flow
        What was found.

    Raises
    ------
    ValueError
        If y or the weights do not go with the rows or with the fit.
    """
    estimator = reading.estimator
    data = read_target(reading, y, sample_weight)
    parts = getattr(estimator._layout, "parts", None)
    with undisturbed_torch():
        network = copy.deepcopy(estimator.module_).cpu().double().eval()  # without dropout
        network.zero_grad()
        watch, loss = Watch(network, parts), 0.0
        for rows in bucket_batches(data.lengths, min(most_rows(network, data.lengths), 64)):
            batch = data.cut(rows)
            judged = estimator.net_.examples(batch, network(*batch[0]))
            share = estimator.net_.criterion_.weighted(*judged).sum() / len(data)
            share.backward()
            watch.collect()
            loss += share.item()
    time, first = watch.time()
    return Flow(loss, weights_table(network, parts), time, first, watch.dead(), watch.saturation())


def weights_table(network, parts):
    """Sum up the gradients that stand in the parameters of a network.

    Parameters
    ----------
    network : torch.nn.Module
        After a pass back.
    parts : tuple of Part or None
        The parts of the rows that it reads.

    Returns
    -------
    table : DataFrame
        See :class:`Flow`.
    """
    rows = []
    for name, parameter in network.named_parameters():
        gradient = 0.0 if parameter.grad is None else parameter.grad.norm().item()
        size = parameter.detach().norm().item(), parameter.numel()
        rows.append((*place_of(name, parts), gradient, *size))
    names = ["layer", "direction", "kind", "gradient", "weight", "n_weights"]
    groups = pd.DataFrame(rows, columns=names).groupby(names[:3], sort=False)
    table = groups[["gradient", "weight"]].agg(lambda norms: float(np.linalg.norm(norms)))
    whole = table.groupby(names[:2], sort=False)["weight"].transform(np.linalg.norm)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["ratio"] = table["gradient"] / whole  # some biases are still where they start: at 0
    table["n_weights"] = groups["n_weights"].sum()
    return table.reset_index()


def read_target(reading, y, sample_weight):
    """Give rows with their encoded targets and weights, as the loss takes them.

    Parameters
    ----------
    reading : Reading
        Rows.
    y : array-like or None
        Their targets.
    sample_weight : array-like of shape (n,) or None
        Their weights.

    Returns
    -------
    data : TrainingData
        In double precision; rows of weight 0 are left out.

    Raises
    ------
    ValueError
        If they do not go together.
    """
    estimator, rows = reading.estimator, reading.prepared
    task, name = estimator._fitted_task, type(estimator).__name__
    if task.per_step != (y is None):
        how, what = ("without y", "y=None") if task.per_step else ("with y", "the y of these rows")
        raise ValueError(f"This {name} was fitted {how}: pass {what} for its loss.")
    weight, target = check_weight(sample_weight, rows), None
    if y is not None:
        y = task.check(y)
        check_consistent_length(rows, y)
        target = estimator.head_.encode(task.encode(y))
    kept = np.flatnonzero(weight)
    weight = weight[kept]
    if target is not None:
        target = target[kept]
        target = target.astype(np.float64) if target.dtype.kind == "f" else target
    weight = task.row_weight(target, weight)
    sequences = to_sequences(rows[kept], np.float64)
    target = None if target is None else torch.as_tensor(target)
    return TrainingData(sequences, target, torch.as_tensor(weight / weight.mean()))
