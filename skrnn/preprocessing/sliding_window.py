"""Each series becomes the sequence of its windows."""

from typing import ClassVar

import numpy as np
from numpy.lib.stride_tricks import as_strided

from skrnn._sklearn import natural
from skrnn.data.ragged import Ragged
from skrnn.preprocessing.base import SequenceTransformer


class SlidingWindow(SequenceTransformer, auto_wrap_output_keys=None):
    """Show a network several steps at a time: each step becomes a window of steps.

    Every row of X is a series, and comes out as the sequence of its windows, one window a step.
    A step then has the features of all its window's steps, the first step's first: of the series
    1, 2, 3, 4 a window of 2 makes the three steps (1, 2), (2, 3) and (3, 4). What comes out is a
    view of the series: a long one is not multiplied in memory.

    To cut one long series into many samples, each with a target, use :func:`make_windows`.

    Parameters
    ----------
    window : int, default=2
        Steps of each window.
    step : int, default=1
        Steps from the start of one window to that of the next.
    dilation : int, default=1
        Steps from one step of a window to the next: 1 takes neighbours, 2 every other step.
    pad : bool, default=False
        What to do with a series that is shorter than a window. False: raise an error. True:
        repeat its first step in front of it, so that it has one window.

    Attributes
    ----------
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    make_windows : Samples and targets of one long series.

    Notes
    -----
    A Ragged, a list and an array hold read-only views that share the memory of X where X is of
    floats and lies in C order. The series are copied, once, where they do not, where a series is
    padded, and where ``step`` is above 1 and series start at odd places. Windows themselves are
    written out where no view of them exists: several features with a ``dilation`` above 1, arrays
    padded with NaN because series differ in length, frames and tensors.

    The last steps of a series, too few for another window, are left out.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.preprocessing import SlidingWindow
    >>> SlidingWindow(window=2).fit_transform([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0]])[0]
    array([[1., 2.],
           [2., 3.],
           [3., 4.]])
    >>> X = np.arange(24.0).reshape(2, 6, 2)  # (n, T, F)
    >>> windows = SlidingWindow(window=3, step=2).fit_transform(X)
    >>> windows.shape, np.shares_memory(windows, X)
    ((2, 2, 6), True)
    >>> windows[0]
    array([[0., 1., 2., 3., 4., 5.],
           [4., 5., 6., 7., 8., 9.]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "window": [natural()],
        "step": [natural()],
        "dilation": [natural()],
        "pad": ["boolean"],
    }

    def __init__(self, window=2, *, step=1, dilation=1, pad=False):
        self.window = window
        self.step = step
        self.dilation = dilation
        self.pad = pad

    def fit(self, X, y=None):
        """Learn the number of features.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        self : SlidingWindow
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter or X is not what it should be, or a series is shorter than a window
            and `pad` is False; the transformer is then as it was before.
        """
        return self._fit(X)

    def _learn(self, X, weight):
        self._refuse_short(X)
        return self.window * X.n_features

    def _change(self, X):
        self._refuse_short(X)
        X = in_phase(padded_in_front(X, self._span), self.step)
        values = np.ascontiguousarray(X.values)
        n = (len(values) - self._span) // self.step + 1
        shape = (n, self.window, X.n_features)
        strides = (self.step * values.strides[0], self.dilation * values.strides[0])
        windows = as_strided(values, shape, (*strides, values.strides[1])).reshape(n, -1)
        windows.flags.writeable = False  # also where no view exists, for one rule
        lengths = (X.lengths - self._span) // self.step + 1
        return Ragged(windows, lengths, X.starts // self.step)

    @property
    def _span(self):
        """Steps from the first step of a window to its last, both counted."""
        return (self.window - 1) * self.dilation + 1

    def _refuse_short(self, X):
        short = X.lengths < self._span
        if self.pad or not short.any():
            return
        row = int(np.argmax(short))
        table = f"In a 2-D X each column is a step: it has {self.n_features_in_} feature(s). "
        raise ValueError(
            f"Row {row} of X has {X.lengths[row]} steps, but a window reaches over {self._span} "
            f"(window={self.window}, dilation={self.dilation}). "
            f"{table if self._fitted_on_table else ''}"
            "Set pad=True to repeat its first step in front of it, take a shorter window, or leave "
            "the row out, in y too."
        )


def padded_in_front(X, span):
    """Repeat the first step of each short row in front of it.

    Parameters
    ----------
    X : Ragged
        n sequences of numbers.
    span : int
        Steps that each row must have.

    Returns
    -------
    X : Ragged
        The same rows, the short ones filled up behind a copy of the values; X itself where no
        row is short.

    Examples
    --------
    >>> padded_in_front(Ragged([1.0, 2.0, 3.0], [2, 1]), 2)[1].ravel()
    array([3., 3.])
    """
    short = np.flatnonzero(X.lengths < span)
    if not len(short):
        return X
    step = np.arange(span) - (span - X.lengths[short, None])
    rows = X.values[X.starts[short, None] + step.clip(min=0)]  # (n, span, F)
    starts, lengths = X.starts.copy(), X.lengths.copy()
    starts[short] = len(X.values) + span * np.arange(len(short))
    lengths[short] = span
    values = np.concatenate([X.values, rows.reshape(-1, X.n_features)])
    return Ragged(values, lengths, starts)


def in_phase(X, step):
    """Let each row start at a multiple of `step`, so that one view holds the windows of all.

    Parameters
    ----------
    X : Ragged
        n sequences of numbers.
    step : int
        Steps from window to window.

    Returns
    -------
    X : Ragged
        The same rows. Where they do not start so, their values are copied: row by row, or, where
        rows overlap so much that this is more, once for each phase that rows start in.

    Examples
    --------
    >>> in_phase(Ragged([1.0, 2.0, 3.0, 4.0], [1, 3]), 2).starts
    array([0, 2])
    """
    phase = X.starts % step
    phases = np.unique(phase)
    if len(phases) < 2:
        first = int(phases.sum())
        return X if first == 0 else Ragged(X.values[first:], X.lengths, X.starts - first)
    rooms = -(-X.lengths // step) * step
    whole = -(-len(X.values) // step) * step
    if rooms.sum() <= whole * len(phases):
        values = np.zeros((rooms.sum(), X.n_features), dtype=X.dtype)
        starts = np.cumsum(rooms) - rooms
        moved = np.repeat(starts - np.cumsum(X.lengths) + X.lengths, X.lengths)
        values[moved + np.arange(len(moved))] = X._flat()
        return Ragged(values, X.lengths, starts)
    values = np.zeros((len(phases), whole, X.n_features), dtype=X.dtype)
    for copy, first in zip(values, phases, strict=True):
        copy[: len(X.values) - first] = X.values[first:]
    starts = np.searchsorted(phases, phase) * whole + X.starts - phase
    return Ragged(values.reshape(-1, X.n_features), X.lengths, starts)
