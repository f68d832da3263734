"""Fitted networks, found in pipelines and searches, and opened for gradients of their inputs."""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from skrnn.data import Ragged
from skrnn.estimators.base import BaseRNN
from skrnn.inspection.steps import name_steps
from skrnn.nn import FusionEncoder, HierarchicalEncoder
from skrnn.training.dataset import to_sequences
from skrnn.training.inference import LARGEST

INNER = ("estimators_", "estimator_", "regressor_", "calibrated_classifiers_")  # of meta-estimators


@dataclass(frozen=True)
class Reading:
    """Rows of X as a fitted network reads them.

    Parameters
    ----------
    estimator : BaseRNN
        The fitted estimator at the end of what the user passed.
    X : object
        What it reads: what the transformers before it gave.
    rows : Ragged of n rows
        The same as sequences, before they are scaled.
    prepared : Ragged of n rows
        As the network reads them: scaled numbers, or rows of tables of vectors.
    names : list of n sequences of length T_i
        What to call the steps of each row: tokens, time stamps or numbers from 0.
    """

    estimator: BaseRNN
    X: object
    rows: Ragged
    prepared: Ragged
    names: list

    def opened(self, i):
        """Open the network for one row; see :func:`open_network`.

        Parameters
        ----------
        i : int
            The row.

        Returns
        -------
        network : torch.nn.Module
            As of :func:`open_network`.
        x : float64 tensor of shape (1, T, D)
            The row.
        """
        return open_network(self.estimator.module_, self.tensor(i))

    def tensor(self, i):
        """Give row i as a batch of one, (1, T, F) of float64 or (1, T) of ids."""
        x, _ = to_sequences(self.prepared[[i]], np.float64).cut(np.array([0]))
        return x.clamp(-LARGEST, LARGEST) if x.is_floating_point() else x


def read_rows(estimator, X):
    """Read X as a fitted estimator does, through the transformers before it.

    Parameters
    ----------
    estimator : RNNClassifier, RNNRegressor, RNNEncoder, Pipeline or search
        Fitted; of a search the best estimator is taken, of a pipeline the last step.
    X : object
        What its ``predict`` or ``transform`` takes.

    Returns
    -------
    reading : Reading
        The rows.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    TypeError
        If there is no such estimator in it.
    ValueError, TypeError
        If X cannot be read.
    """
    front, network = find_network(estimator)
    read = X if front is None else front.transform(X)
    rows = network._layout.read(network, read, reset=False)
    prepared = network._layout.prepare(rows)
    return Reading(network, read, rows, prepared, name_steps(front, X, read, rows))


def find_network(estimator):
    """Find the recurrent estimator in what a user passed, and what stands before it.

    Parameters
    ----------
    estimator : estimator, Pipeline or search
        Fitted.

    Returns
    -------
    front : Pipeline or None
        The transformers before it.
    network : BaseRNN
        The estimator.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    TypeError
        If there is none.

    Examples
    --------
    >>> from skrnn import RNNRegressor
    >>> from skrnn.inspection.network import find_network
    >>> model = RNNRegressor(hidden_size=2, max_epochs=1).fit([[1.0], [2.0]], [1.0, 2.0])
    >>> find_network(model) == (None, model)
    True
    """
    found, front = estimator, None
    while not isinstance(found, BaseRNN):
        if hasattr(found, "best_estimator_"):
            found = found.best_estimator_
        elif isinstance(found, Pipeline):
            front = _joined(front, found[:-1])
            found = found[-1]
        else:
            _refuse(found, front)
    check_is_fitted(found)
    return front, found


def _joined(front, steps):
    """Put transformers behind those that were found before; None for none."""
    if not len(steps):
        return front
    return steps if front is None else Pipeline([("outer", front), ("inner", steps)])


def _refuse(found, front):
    """Say what a thing that holds no network should have been."""
    if isinstance(found, type):
        raise TypeError(f"estimator is the class {found.__name__}; pass a fitted instance of it.")
    if hasattr(found, "best_params_") or (hasattr(found, "estimator") and hasattr(found, "refit")):
        kind = type(found).__name__
        raise NotFittedError(
            f"This {kind} instance holds no fitted estimator: call fit, with refit=True."
        )
    raise TypeError(
        "estimator must be a fitted RNNClassifier, RNNRegressor or RNNEncoder, or a Pipeline or "
        f"search that ends in one; got {type(found).__name__}.{_hint(found, front)}"
    )


def _hint(found, front):
    """Say where the networks are in some things that do not end in one."""
    if front is not None and any(isinstance(step, BaseRNN) for _, step in front.steps):
        return " The pipeline has a network before its end: pass the part up to it, pipeline[:-1]."
    if hasattr(found, "backtest"):
        return " For a forecaster see TrainingCurvesDisplay, ForecastDisplay and BacktestDisplay."
    inner = next((name for name in INNER if hasattr(found, name)), None)
    return f" Pass what it holds, or one of them: {inner}." if inner else ""


def open_network(network, x):
    """Copy a network in double precision, and put its tables of vectors in front of it.

    Parameters
    ----------
    network : torch.nn.Module
        A trained network; it stays as it is.
    x : tensor of shape (B, T, F), or of ids of shape (B, T)
        Rows of equal length.

    Returns
    -------
    network : torch.nn.Module
        A copy on the CPU that reads vectors where the given one reads ids, and draws no dropout.
        Its operations have gradients; its weights collect none.
    x : float64 tensor of shape (B, T, D)
        The rows, ids being replaced by their vectors. Columns that mark sentences or parts are as
        they were.
    """
    network = copy.deepcopy(network).cpu().double().eval().requires_grad_(False)
    encoder = network.encoder
    if isinstance(encoder, FusionEncoder):
        return network, _open_parts(encoder, x.double())
    inner = encoder.inner if isinstance(encoder, HierarchicalEncoder) else encoder
    if inner.embedding is None:
        return network, x.double()
    table, inner.embedding = inner.embedding, None
    if inner is encoder:
        return network, table(x)
    return network, torch.cat([table(x[..., 0]), x[..., 1:].double()], -1)


def _open_parts(encoder, x):
    """Replace the ids among the parts of joined rows by their vectors."""
    tables = [part.embedding for part in encoder.encoders]
    widths = [
        width if table is None else table.embedding_dim
        for width, table in zip(encoder.widths, tables, strict=True)
    ]
    steps, number = x[..., :-1], x[..., -1:]
    wide = x.new_zeros(*x.shape[:2], max(*widths, steps.shape[-1]))
    wide[..., : steps.shape[-1]] = steps
    for j, table in enumerate(tables):
        if table is not None:
            here = number[..., 0] == j
            ids = steps[..., 0][here].long()
            wide[here] = _widened(table(ids), wide.shape[-1])
            encoder.encoders[j].embedding = None
    encoder.widths = widths
    return torch.cat([wide, number], -1)


def _widened(vectors, width):
    """Append zeros to vectors (N, D) up to a width."""
    return torch.nn.functional.pad(vectors, (0, width - vectors.shape[-1]))
