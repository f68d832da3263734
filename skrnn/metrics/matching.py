"""Whether a forecast belongs to the actuals it is compared with."""

import numpy as np

from skrnn.metrics.frames import PanelStamps
from skrnn.metrics.reading import read_steps


def read_actuals(y_true):
    """Read what happened.

    Parameters
    ----------
    y_true : array, list, Series, DataFrame or dict
        NaN where a value is not known.

    Returns
    -------
    true : Steps
        At least one value of which is known, and none infinite.

    Raises
    ------
    TypeError, ValueError
        If it is not that.

    Examples
    --------
    >>> read_actuals([1, 2]).padded()
    array([[1., 2.]])
    """
    true = read_steps(y_true, "y_true")
    if np.isnan(true.flat).all():
        raise ValueError(
            "y_true holds nothing but NaN, so there is nothing to compare a forecast with."
        )
    infinite = np.isinf(true.flat)
    if infinite.any():
        position = int(np.argmax(infinite))
        raise ValueError(
            f"y_true holds {true.flat[position]} in {true.place(position)}. A metric needs finite "
            "numbers; put NaN where a value is not known, which is left out."
        )
    return true


def read_forecast(data, what, true, columns=None):
    """Read a forecast, and check that it is one of the actuals.

    Parameters
    ----------
    data : array, list, Series, DataFrame or dict
        A number for every step of the actuals, also where those are not known.
    what : str
        What messages call it.
    true : Steps
        The actuals.
    columns : callable, default=None
        As for :func:`skrnn.metrics.reading.read_steps`.

    Returns
    -------
    forecast : Steps
        With the same series and steps.

    Raises
    ------
    TypeError, ValueError
        If it is of other series or steps, or holds NaN or infinity; names the first such place.

    Examples
    --------
    >>> read_forecast([1, 2, 3], "y_pred", read_actuals([1, 2]))
    Traceback (most recent call last):
        ...
    ValueError: y_pred has 3 steps, y_true 2. ...
    """
    forecast = read_steps(data, what, columns)
    check_same_series(true, forecast, what)
    _check_same_steps(true, forecast, what)
    bad = ~np.isfinite(forecast.flat)
    if bad.any():
        position = int(np.argmax(bad.reshape(len(bad), -1).any(axis=1)))
        value = forecast.flat[position][bad[position]]
        raise ValueError(
            f"{what} holds {np.ravel(value)[0]} in {true.place(position)}. A forecast needs a "
            "finite number for every step; only in y_true NaN is left out."
        )
    return forecast


def check_same_series(true, other, what):
    """Raise where two collections hold other series.

    Parameters
    ----------
    true : Steps
        The actuals.
    other : Steps
        What is compared with them.
    what : str
        What messages call it.

    Raises
    ------
    ValueError
        If their number differs, or a name stands in another place.

    Examples
    --------
    >>> one, two = read_steps({"a": [1], "b": [2]}, "y_true"), read_steps({"b": [1], "a": [2]}, "z")
    >>> check_same_series(one, two, "y_pred")
    Traceback (most recent call last):
        ...
    ValueError: Series 0 is called 'a' in y_true, but 'b' in y_pred. ...
    """
    if len(true.lengths) != len(other.lengths):
        raise ValueError(
            f"{what} holds {len(other.lengths)} series, y_true {len(true.lengths)}. An array "
            "(n, h) is n series of h steps, one of shape (h,) a single one; in a DataFrame each "
            "column is a series."
        )
    if true.names is None or other.names is None or true.names == other.names:
        return
    known = set(true.names)
    for i, (ours, theirs) in enumerate(zip(true.names, other.names, strict=True)):
        if ours != theirs and theirs in known:
            raise ValueError(
                f"Series {i} is called {ours!r} in y_true, but {theirs!r} in {what}. Series are "
                f"compared in the order in which they stand: put those of {what} in the order of "
                "y_true."
            )


def _check_same_steps(true, other, what):
    """Raise where a series has more or fewer steps, or other stamps."""
    differs = true.lengths != other.lengths
    if differs.any():
        i = int(np.argmax(differs))
        where = "" if true.single else f" in series {true.name(i)}"
        raise ValueError(
            f"{what} has {other.lengths[i]} steps, y_true {true.lengths[i]}{where}. Compare a "
            "forecast with the steps that it is of."
        )
    if true.stamps is None or other.stamps is None:
        return
    if isinstance(true.stamps, PanelStamps) and true.stamps.equals(other.stamps):
        return
    seen = None
    for i, pair in enumerate(zip(true.stamps, other.stamps, strict=True)):
        if seen is None or not all(map(_is_same_object, pair, seen)):  # columns share one index
            _check_same_stamps(*pair, true.series(i), what)
        seen = pair


def _is_same_object(one, other):
    return one is other


def _check_same_stamps(ours, theirs, series, what):
    """Raise where two indexes of one kind and length differ."""
    if type(ours) is not type(theirs) or _says_nothing(ours) or _says_nothing(theirs):
        return
    if ours.equals(theirs):
        return
    pairs = enumerate(zip(ours, theirs, strict=True))
    step, stamps = next(((i, pair) for i, pair in pairs if pair[0] != pair[1]), (None, None))
    if step is not None:
        raise ValueError(
            f"{what} is not a forecast of the steps of y_true: {series}step {step} is {stamps[1]} "
            f"in {what}, but {stamps[0]} in y_true. Values are compared in the order in which they "
            f"stand, so bring both to the same index first, e.g. {what}.reindex(y_true.index). In "
            "cross-validation use TimeSeriesSplit with gap=0, so that what is judged begins right "
            "after what was fitted."
        )


def _says_nothing(index):
    """Whether an index only counts rows, as pandas makes it where none is given."""
    counts = getattr(index, "start", None) == 0 and getattr(index, "step", None) == 1
    return counts and hasattr(index, "stop")
