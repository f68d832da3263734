"""Reading actuals and forecasts from whatever holds them: series of steps, one below another."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from skrnn.data.convert import is_frame, is_scalar, is_sequence, is_series, is_text, to_array
from skrnn.data.ragged import Ragged
from skrnn.metrics.frames import read_frame, split_panel


class Steps(NamedTuple):
    """Series that were read.

    Parameters
    ----------
    flat : float64 array of shape (N,) or (N, Q)
        The steps of all series one below another; Q numbers for each step, where there are several.
    lengths : int array of shape (n,)
        Steps of each series.
    single : bool
        Whether it was one series rather than a collection of them.
    names : list or None
        What the series are called.
    stamps : sequence or None
        The pandas Index of each series.
    """

    flat: np.ndarray
    lengths: np.ndarray
    single: bool
    names: list | None = None
    stamps: Sequence | None = None

    @property
    def inside(self):
        """Which places of the padded array are steps, shape (n, h)."""
        return np.arange(self.lengths.max(initial=0)) < self.lengths[:, None]

    def padded(self):
        """Give the steps as an array (n, h) or (n, h, Q), NaN behind the end of a series."""
        inside = self.inside
        values = np.full((*inside.shape, *self.flat.shape[1:]), np.nan)
        values[inside] = self.flat
        return values

    def column(self, k):
        """Give the k-th of the numbers of each step."""
        return self._replace(flat=self.flat[:, k])

    def place(self, position):
        """Name a step, given its row of `flat`, as messages do."""
        series = int(np.searchsorted(np.cumsum(self.lengths), position, side="right"))
        step = int(position - self.lengths[:series].sum())
        stamp = "" if self.stamps is None else f" ({self.stamps[series][step]})"
        return f"{self.series(series)}step {step}{stamp}"

    def series(self, i):
        """Name a series, as the beginning of a place."""
        return "" if self.single else f"series {self.name(i)}, "

    def name(self, i):
        """Give the name of a series, or its number."""
        return i if self.names is None else repr(self.names[i])


def read_steps(data, what, columns=None):
    """Read one or several series.

    Parameters
    ----------
    data : array, tensor, list, Series, DataFrame, dict, Ragged or Steps
        An array (h,), a list of numbers or a Series is one series. An array (n, h), a list or dict
        of series, or a Ragged holds several, and so does a DataFrame, whose columns are series, or
        pandas with an index of (id, time). With `columns` there is one axis more behind.
    what : str
        What messages call it.
    columns : callable, default=None
        Where each step has Q numbers: chooses columns of a DataFrame. Called with it and `what`,
        returns positions (n, Q) and the n names or None.

    Returns
    -------
    steps : Steps
        Their values.

    Raises
    ------
    TypeError, ValueError
        If it is no such thing, is empty, or holds text or dates.

    Examples
    --------
    >>> steps = read_steps([[1, 2, 3], [4, 5]], "y_true")
    >>> steps.padded()
    array([[ 1.,  2.,  3.],
           [ 4.,  5., nan]])
    """
    if isinstance(data, Steps):
        return data
    if isinstance(data, Ragged):
        data = list(data)
    if is_frame(data) or is_series(data):
        steps = _read_pandas(data, what, columns)
    elif isinstance(data, dict):
        steps = _read_parts(list(data.values()), list(data), what, columns)
    elif is_scalar(data) or not is_sequence(data):
        raise TypeError(
            f"{what} is a {type(data).__name__}, not a series. Pass an array, a list, a Series or "
            "a DataFrame; several series as an array (n_series, steps) or a list of arrays."
        )
    elif isinstance(data, list | tuple) or _holds_objects(data):
        steps = _read_list(list(data), what, columns)
    else:
        steps = _from_array(_numbers(to_array(data, what), what), what, columns)
    if not len(steps.flat):
        raise ValueError(f"{what} is empty: it holds no step.")
    return steps


def _holds_objects(data):
    """Whether an array has cells of any kind, which may be series."""
    return isinstance(data, np.ndarray) and data.dtype.kind == "O"


def _read_pandas(data, what, columns):
    """Read a Series or a DataFrame."""
    if getattr(data.index, "nlevels", 1) > 1:
        order, lengths, names, stamps = split_panel(data, what)
        if is_series(data):
            flat = _numbers(to_array(data), what)
        else:
            flat = _panel_columns(data, what, columns)
        return Steps(flat[order], lengths, False, names, stamps)
    if is_series(data):
        _refuse_depth(what, columns)
        flat = _numbers(to_array(data), what)
        return Steps(flat, np.array([len(flat)]), True, None, [data.index])
    positions, names = read_frame(data, what) if columns is None else columns(data, what)
    values = _numbers(to_array(data.iloc[:, np.ravel(positions)]), what)
    n = len(positions)
    flat = values.reshape(len(values), n, -1).swapaxes(0, 1).reshape(n * len(values), -1)
    flat = flat[:, 0] if columns is None else flat
    single = names is None
    return Steps(flat, np.full(n, len(values)), single, names, [data.index] * n)


def _panel_columns(frame, what, columns):
    """Take the numbers of the rows of a frame with an index of (id, time)."""
    if columns is None:
        if frame.shape[1] != 1:
            raise ValueError(
                f"{what} has an index of (id, time) and {frame.shape[1]} columns, so it is not "
                f"clear which one is meant. Pass one of them: {what}[{frame.columns[0]!r}]."
            )
        return _numbers(to_array(frame), what)[:, 0]
    positions, _ = columns(frame, what)
    if len(positions) != 1:
        raise ValueError(f"{what} has an index of (id, time) and {len(positions)} forecasts a row.")
    return _numbers(to_array(frame.iloc[:, positions[0]]), what)


def _read_list(cells, what, columns):
    """Read a list: of numbers, of steps, or of series."""
    depth = 1 if columns is None else 2
    if any(is_frame(cell) or is_series(cell) for cell in cells):
        return _read_parts(cells, None, what, columns)
    arrays = [to_array(cell, f"{what}[{i}]") for i, cell in enumerate(cells)]
    if columns is None and all(a.ndim == 1 and a.dtype == np.float64 for a in arrays):
        lengths = np.array([len(array) for array in arrays], dtype=int)
        return Steps(np.concatenate([np.empty(0), *arrays]), lengths, not arrays)
    if any(array.ndim >= depth for array in arrays):
        return _read_parts(arrays, None, what, columns)
    try:
        array = np.stack(arrays) if depth == 2 else np.asarray(cells)
    except ValueError as error:
        raise ValueError(f"{what} is a list whose entries differ in length.") from error
    return _from_array(_numbers(array, what), what, columns)


def _read_parts(parts, names, what, columns):
    """Read a list or the values of a dict, each of which is one series."""
    if not parts:
        raise ValueError(f"{what} is empty: it holds no series.")
    keys = range(len(parts)) if names is None else names
    read = [_read_part(*each, what, columns) for each in zip(parts, keys, strict=True)]
    widths = {each.flat.shape[1:] for each in read}
    if len(widths) > 1:
        raise ValueError(f"The series of {what} differ in how many numbers each step has.")
    stamps = [None if each.stamps is None else each.stamps[0] for each in read]
    return Steps(
        np.concatenate([each.flat for each in read]),
        np.array([len(each.flat) for each in read]),
        False,
        names,
        None if any(each is None for each in stamps) else stamps,
    )


def _read_part(part, key, what, columns):
    """Read one series of several."""
    where = f"{what}[{key!r}]"
    if is_frame(part) or is_series(part):
        steps = _read_pandas(part, where, columns)
    elif is_text(part) or is_scalar(part) or not is_sequence(part):
        raise TypeError(f"{where} is no series, but other entries are: got {part!r}.")
    else:
        array = _numbers(to_array(part, where), where)
        if columns is None and array.ndim == 2 and array.shape[1] == 1:  # (steps, one feature)
            array = array[:, 0]
        if array.ndim != (1 if columns is None else 2):
            raise _shape_error(array.shape, where, columns)
        steps = _from_array(array, where, columns)
    if len(steps.lengths) != 1:
        raise ValueError(f"{where} holds {len(steps.lengths)} series, but must be a single one.")
    return steps


def _from_array(array, what, columns):
    """Read an array (h,) or (n, h), or (h, Q) or (n, h, Q)."""
    depth = 1 if columns is None else 2
    if columns is None and array.ndim == 3 and array.shape[2] == 1:  # one feature a step
        array = array[:, :, 0]
    if array.ndim == depth:
        return Steps(array, np.array([len(array)]), True)
    if array.ndim != depth + 1:
        raise _shape_error(array.shape, what, columns)
    n, h = array.shape[:2]
    return Steps(array.reshape(n * h, *array.shape[2:]), np.full(n, h), False)


def _shape_error(shape, what, columns):
    """Say which shapes there may be."""
    if columns is None:
        return ValueError(
            f"{what} has shape {shape}, but must be (steps,) for one series or (n_series, steps) "
            "for several."
        )
    return ValueError(
        f"{what} has shape {shape}, but must be (steps, numbers) for one series or (n_series, "
        "steps, numbers) for several, where the numbers of a step are its quantiles or samples: "
        "they are the last axis."
    )


def _refuse_depth(what, columns):
    """Refuse a Series where each step has several numbers."""
    if columns is not None:
        raise ValueError(
            f"{what} is a Series, which has one number for each step, but several are needed: a "
            "DataFrame with a column for each, or an array (steps, numbers)."
        )


def _numbers(array, what):
    """Convert to float64."""
    kind = array.dtype.kind
    if kind in "fiub":
        return array.astype(np.float64, copy=False)
    if kind == "O" and not any(is_text(cell) for cell in array.flat):
        try:
            return array.astype(np.float64)
        except (TypeError, ValueError):
            pass
    held = {"c": "complex numbers", "M": "dates", "m": "durations"}.get(kind, "text or objects")
    raise TypeError(
        f"{what} holds {held} (dtype {array.dtype}), but a metric of forecasts reads numbers. Pass "
        "the column of values alone."
    )
