"""Forecasts in the form in which the series were given."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

__all__ = [
    "ArrayForm",
    "DictForm",
    "Form",
    "FrameForm",
    "LongForm",
    "SeriesForm",
    "next_stamps",
    "own_stamps",
]

UNNAMED = "forecast"


def next_stamps(clocks, h):
    """Give the next stamps of many clocks, found once for those that end together.

    Parameters
    ----------
    clocks : list of Clock
        One for each series.
    h : int
        How many stamps.

    Returns
    -------
    indexes : list of pandas Index
        One for each clock.
    """
    known, indexes = {}, []
    for clock in clocks:
        key = (clock.last, clock.step, clock.like.name)
        if key not in known:
            known[key] = clock.after(h)
        indexes.append(known[key])
    return indexes


def own_stamps(clocks):
    """Give the stamps of many clocks, found once for those that are alike.

    Parameters
    ----------
    clocks : list of Clock
        One for each series.

    Returns
    -------
    indexes : list of pandas Index
        One for each clock.
    """
    known, indexes = {}, []
    for clock in clocks:
        key = (clock.first, clock.last, clock.n, clock.step, clock.like.name)
        if key not in known:
            known[key] = clock.index
        indexes.append(known[key])
    return indexes


class Form(ABC):
    """How series were given, and how to answer."""

    @abstractmethod
    def answer(self, panel, point, extra):
        """Give forecasts.

        Parameters
        ----------
        panel : Panel
            What is continued.
        point : ndarray of shape (n, h)
            One forecast for each step.
        extra : dict
            Suffix (such as ``"-lo-90"``) to more numbers for each step, arrays (n, h).

        Returns
        -------
        answer : Series, DataFrame, dict or ndarray
            As the series were given.
        """

    @abstractmethod
    def samples(self, panel, paths):
        """Give joint paths.

        Parameters
        ----------
        panel : Panel
            What is continued.
        paths : ndarray of shape (S, n, h)
            S paths for each series.

        Returns
        -------
        samples : DataFrame, dict or ndarray
            One column for each path where there is pandas.
        """

    @abstractmethod
    def along(self, panel, rows):
        """Give one number for each step of the series themselves.

        Parameters
        ----------
        panel : Panel
            The series.
        rows : list of ndarray of shape (T_i,)
            The numbers.

        Returns
        -------
        numbers : Series, DataFrame, dict, ndarray or list
            As the series were given.
        """


@dataclass(frozen=True)
class ArrayForm(Form):
    """Arrays and lists.

    Parameters
    ----------
    one : bool
        Whether it was one series, of shape (T,).
    flat : bool
        Whether what follows each row was one number, of shape (n,).
    """

    one: bool = False
    flat: bool = False

    def answer(self, panel, point, extra):
        """Give an array (n, h), or (n, h, 1 + len(extra)) with the point forecast first."""
        if extra:
            every = np.stack([point, *extra.values()], axis=2)
            return every[0] if self.one else every
        if self.one:
            return point[0]
        return point[:, 0] if self.flat and point.shape[1] == 1 else point

    def samples(self, panel, paths):
        """Give an array (S, n, h)."""
        return paths[:, 0] if self.one else paths

    def along(self, panel, rows):
        """Give an array (n, T), or a list where the series differ in length."""
        if self.one:
            return rows[0]
        return np.stack(rows) if len({len(row) for row in rows}) == 1 else rows


@dataclass(frozen=True)
class SeriesForm(Form):
    """One Series.

    Parameters
    ----------
    name : object
        What it is called.
    """

    name: object

    def answer(self, panel, point, extra):
        """Give a Series, or a frame."""
        index = panel.clocks[0].after(point.shape[1])
        return _one(index, self.name, point[0], {k: v[0] for k, v in extra.items()})

    def samples(self, panel, paths):
        """Give a frame with a column for each path."""
        return _paths(panel.clocks[0].after(paths.shape[2]), paths[:, 0].T)

    def along(self, panel, rows):
        """Give a Series."""
        return _one(panel.clocks[0].index, self.name, rows[0], {})


@dataclass(frozen=True)
class DictForm(Form):
    """A dict of Series.

    Parameters
    ----------
    names : list
        What the Series are called, besides their keys.
    """

    names: list

    def answer(self, panel, point, extra):
        """Give a dict of Series, or of frames."""
        answers = {}
        stamps = next_stamps(panel.clocks, point.shape[1])
        for i, (key, index) in enumerate(zip(panel.names, stamps, strict=True)):
            name = key if extra and self.names[i] is None else self.names[i]
            answers[key] = _one(index, name, point[i], {k: v[i] for k, v in extra.items()})
        return answers

    def samples(self, panel, paths):
        """Give a dict of frames with a column for each path."""
        stamps = next_stamps(panel.clocks, paths.shape[2])
        return {
            key: _paths(index, paths[:, i].T)
            for i, (key, index) in enumerate(zip(panel.names, stamps, strict=True))
        }

    def along(self, panel, rows):
        """Give a dict of Series."""
        parts = zip(panel.names, own_stamps(panel.clocks), self.names, rows, strict=True)
        return {key: _one(index, name, row, {}) for key, index, name, row in parts}


@dataclass(frozen=True, eq=False)
class FrameForm(Form):
    """A frame whose columns are series.

    Parameters
    ----------
    columns : pandas Index
        Their names.
    """

    columns: object

    def answer(self, panel, point, extra):
        """Give a frame; with more numbers a column stands before its own."""
        import pandas as pd  # the user did, or there would be no frame

        index = panel.clocks[0].after(point.shape[1])
        if not extra:
            return pd.DataFrame(point.T.copy(), index, self.columns)
        names = [_suffixed(name, end) for name in self.columns for end in ("", *extra)]
        columns = pd.Index(names, name=self.columns.name)
        if self.columns.nlevels > 1:
            columns = columns.set_names(self.columns.names)
        every = np.stack([point, *extra.values()], axis=1)  # (n, 1 + k, h)
        return pd.DataFrame(every.reshape(-1, point.shape[1]).T.copy(), index, columns)

    def samples(self, panel, paths):
        """Give a frame with columns (name, sample)."""
        import pandas as pd

        index = panel.clocks[0].after(paths.shape[2])
        names = [_as_tuple(name) for name in self.columns for _ in range(len(paths))]
        columns = pd.MultiIndex.from_tuples(
            [(*name, i % len(paths)) for i, name in enumerate(names)],
            names=[*self.columns.names, "sample"],
        )
        values = paths.transpose(2, 1, 0).reshape(len(index), -1)
        return pd.DataFrame(values.copy(), index, columns)

    def along(self, panel, rows):
        """Give a frame."""
        import pandas as pd

        return pd.DataFrame(np.stack(rows, axis=1), panel.clocks[0].index, self.columns)


@dataclass(frozen=True, eq=False)
class LongForm(Form):
    """A Series or a frame of one column with an index of ids and time.

    Parameters
    ----------
    ids : pandas Index
        One for each series, in their order.
    time : str or None
        What the level of time is called.
    name : object
        What the Series or the column is called.
    columns : pandas Index or None
        That of the frame; None for a Series.
    """

    ids: object
    time: object
    name: object
    columns: object

    def answer(self, panel, point, extra):
        """Give a Series, or a frame, with the ids and the next stamps."""
        index = self._index(next_stamps(panel.clocks, point.shape[1]))
        flat = {end: values.reshape(-1) for end, values in extra.items()}
        return self._formed(_one(index, self.name, point.reshape(-1), flat))

    def samples(self, panel, paths):
        """Give a frame with the ids and the next stamps, and a column for each path."""
        index = self._index(next_stamps(panel.clocks, paths.shape[2]))
        return _paths(index, paths.reshape(len(paths), -1).T)

    def along(self, panel, rows):
        """Give a Series, or a frame of one column, one series below another."""
        index = self._index(own_stamps(panel.clocks))
        return self._formed(_one(index, self.name, np.concatenate(rows), {}))

    def _formed(self, answer):
        """Give a Series as the frame of one column that it came in."""
        if self.columns is None or answer.ndim == 2:
            return answer
        return answer.to_frame().set_axis(self.columns, axis=1)

    def _index(self, stamps):
        """Put the stamps of all series one below another, with their ids."""
        import pandas as pd

        ids = self.ids.repeat([len(each) for each in stamps])
        levels = [ids.get_level_values(i) for i in range(ids.nlevels)]
        return pd.MultiIndex.from_arrays(
            [*levels, stamps[0].append(stamps[1:])], names=[*self.ids.names, self.time]
        )


def _one(index, name, point, extra):
    """Give a Series, or a frame with a column for each suffix."""
    import pandas as pd

    if not extra:
        return pd.Series(point.copy(), index, name=name)
    name = UNNAMED if name is None else name
    columns = {_suffixed(name, end): values for end, values in {"": point, **extra}.items()}
    return pd.DataFrame(columns, index)


def _paths(index, paths):
    import pandas as pd

    columns = pd.RangeIndex(paths.shape[1], name="sample")
    return pd.DataFrame(paths.copy(), index, columns)


def _suffixed(name, end):
    """Add to a name, or to the last part of a name of several."""
    if not end:
        return name
    return (*name[:-1], f"{name[-1]}{end}") if isinstance(name, tuple) else f"{name}{end}"


def _as_tuple(name):
    return name if isinstance(name, tuple) else (name,)
