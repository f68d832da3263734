"""What one row of X goes through: the sequences in it, and the networks that read them."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np
import pandas as pd
import torch
from torch import nn

from skrnn.data.parts import parts_of
from skrnn.inspection.ticks import kind_of
from skrnn.nn import FusionEncoder, HierarchicalEncoder
from skrnn.nn.hierarchy import cut_sentences

TAKEN = {"part", "sentence", "step", "attribution"}  # columns of tables beside the features


@dataclass(frozen=True)
class Stream:
    """One sequence, and what reads it.

    Parameters
    ----------
    encoder : Encoder or HierarchicalEncoder
        Reads it; without a table of vectors.
    pooling : torch.nn.Module
        Makes one vector of its outputs.
    x : float64 tensor of shape (1, T, F)
        The sequence.
    names : ndarray of shape (T,)
        What its steps are called.
    series : DataFrame of shape (T, F) or None
        Its numbers in the user's units, columns named by feature; None for ids.
    """

    encoder: nn.Module
    pooling: nn.Module
    x: torch.Tensor
    names: np.ndarray
    series: pd.DataFrame | None

    @property
    def kind(self):
        """What the names of steps are: "token", "time" or "step"."""
        kind = kind_of(self.names)
        return "step" if kind == "token" and self.series is not None else kind

    @property
    def sentences(self):
        """Number of the sentence (T,) that each step belongs to; None where there are none."""
        if not isinstance(self.encoder, HierarchicalEncoder):
            return None
        return self.x[0, :, -1].numpy().astype(int).cumsum() - 1


def check_row(row, n):
    """Check the number of a row.

    Parameters
    ----------
    row : int
        What the user passed.
    n : int
        How many rows there are.

    Returns
    -------
    row : int
        From 0; a negative one counts from the end.

    Raises
    ------
    TypeError
        If it is no int.
    ValueError
        If there is no such row.

    Examples
    --------
    >>> check_row(-1, 3)
    2
    """
    if not isinstance(row, Integral) or isinstance(row, bool):
        raise TypeError(f"row must be an int, the number of a row of X; got {row!r}.")
    if not -n <= row < n:
        raise ValueError(f"row={row} is out of range: X has {n} rows, from 0 to {n - 1}.")
    return int(row) % n


def make_stream(reading, row, part=None):
    """Give the sequence of one row, or one part of it, and what reads it.

    Parameters
    ----------
    reading : Reading
        Rows of X.
    row : int
        Which row.
    part : str or None, default=None
        Which part, where X is a Fused; None for the only sequence in it.

    Returns
    -------
    stream : Stream
        The sequence.

    Raises
    ------
    TypeError, ValueError
        If there is no such row or part, or the part is empty or no sequence.
    """
    row = check_row(row, len(reading.rows))
    network, x = reading.opened(row)
    if isinstance(network.encoder, FusionEncoder):
        return _take_part(reading, network, x, row, part)
    if part is not None:
        raise ValueError(f"part={part!r} names a part of a Fused, but X is none. Leave part=None.")
    series = series_of(reading, row)
    return Stream(network.encoder, network.pooling, x, reading.names[row], series)


def series_of(reading, row):
    """Give the numbers of a row, in the user's units.

    Parameters
    ----------
    reading : Reading
        Rows of X, which is no Fused.
    row : int
        Which row.

    Returns
    -------
    series : DataFrame of shape (T, F) or None
        Columns as in a DataFrame that holds the row, if they are different ones; else "feature 0",
        "feature 1", ..., or "value" for the only one. None for ids.
    """
    if reading.estimator.embedding_dim is not None:
        return None
    values = np.asarray(reading.rows[row], dtype=np.float64)
    if reading.estimator.hierarchical:
        values = values[:, :-1]  # the last column marks sentences
    return pd.DataFrame(values, columns=_features_of(reading.X, row, values.shape[1]))


def _features_of(X, row, n_features):
    """Name the features of a step."""
    listed = isinstance(X, list | tuple | np.ndarray | pd.Series)
    own = getattr(list(X)[row], "columns", ()) if listed else ()
    own = [str(name) for name in own]
    if len(own) == n_features == len(set(own) - TAKEN):
        return own
    return ["value"] if n_features == 1 else [f"feature {j}" for j in range(n_features)]


def _take_part(reading, network, x, row, name):
    """Cut one part out of a row of several."""
    names, values, parts = reading.names[row], np.asarray(reading.rows[row]), parts_of(reading.X)
    sequences = {part.name: part for part in parts if part.kind != "static"}
    if name is None and len(sequences) == 1:
        name = next(iter(sequences))
    if name not in sequences:
        raise ValueError(
            f"part={name!r} must name one of the sequences of X, which are {list(sequences)}."
        )
    j = [part.name for part in parts].index(name)
    here = values[:, -1] == j
    if not here.any():
        raise ValueError(f"Part {name!r} of row {row} has no steps. Choose another row or part.")
    part, width = sequences[name], network.encoder.widths[j]
    own = np.array([str(each)[len(name) + 1 :] for each in names[here]], dtype=object)
    if all(each.isdigit() for each in own):
        own = own.astype(int)
    features = _features_of(None, row, part.width)
    numbers = pd.DataFrame(values[here, : part.width], columns=features)
    numbers = None if part.kind == "ids" else numbers
    steps = x[:, torch.as_tensor(here), :width]
    return Stream(network.encoder.encoders[j], network.pooling[j], steps, own, numbers)


def layer_outputs(encoder, x, depth):
    """Run an encoder up to one of its layers.

    Parameters
    ----------
    encoder : Encoder
        In evaluation mode, without a table of vectors.
    x : tensor of shape (1, T, F)
        One sequence.
    depth : int
        The number of the layer, from 0.

    Returns
    -------
    outputs : tensor of shape (1, T', O)
        What the layer gives; T' is T without a stem.
    """
    if encoder.stem is not None:
        x, _ = encoder.stem(x)
    for layer in list(encoder.layers)[: depth + 1]:
        x = layer(x)
    return x


def sentences_of(x):
    """Cut a document (1, T, F + 1) into sentences, each of shape (1, T_s, F)."""
    steps, starts, n_steps, _ = cut_sentences(x)
    return [
        steps[None, start : start + n]
        for start, n in zip(starts.tolist(), n_steps.tolist(), strict=True)
    ]


def shortened_edges(encoder, n_steps):
    """Say which original steps each step behind a stem covers.

    Parameters
    ----------
    encoder : Encoder
        Perhaps with a stem, whose strides make one step of several.
    n_steps : int
        T, the original steps.

    Returns
    -------
    edges : int ndarray of shape (T' + 1,)
        Step k covers the original steps from ``edges[k]`` to ``edges[k + 1] - 1``.

    Examples
    --------
    >>> from skrnn.nn import Encoder
    >>> from skrnn.nn.stem import ConvStem
    >>> stem = ConvStem(1, 4, first=2, strides=(2, 1))
    >>> shortened_edges(Encoder("gru", 1, 4, 1, False, 0.0, stem=stem), 10)
    array([ 0,  4,  8, 10])
    """
    stride = 1
    if encoder.stem is not None:
        stride = encoder.stem.first.stride
        for block in encoder.stem.blocks:
            stride *= block.stride
    return np.append(np.arange(0, n_steps, stride), n_steps)
