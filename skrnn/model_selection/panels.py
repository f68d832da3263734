"""Cross-validation of many series through time."""

from typing import ClassVar

import numpy as np

from skrnn._sklearn import StrOptions, natural, validate_parameters
from skrnn._warning import warn_user
from skrnn.data.convert import is_frame, is_series
from skrnn.data.series import place_of, within
from skrnn.data.series import shown as shown_stamp
from skrnn.model_selection.showing import shown


class PanelSplit:
    """Train on the past of all series, test on what comes next in them: rolling origins.

    For many series one below another, with an index of (id, time). TimeSeriesSplit would cut such
    a table by its rows, between the series; this cuts it through time, at the same stamps for
    all.

    Parameters
    ----------
    n_splits : int, default=5
        Number of splits. The tests follow one another, and the last one ends the data.
    test_size : int, default=None
        Stamps of each test: mostly the horizon of the forecaster. None: as many as give the first
        training as much as a test, ``n_stamps // (n_splits + 1)``.
    gap : int, default=0
        Stamps between training and test that are in neither. A forecaster's own ``score`` needs
        0: it judges what comes right after the training data.
    max_train_size : int, default=None
        Most stamps to train on, the latest ones. None: all before the test.
    align : {"time", "end"}, default="time"
        Which steps of different series belong together. "time": those of one stamp, so that no
        series is trained on what was later than the test of another. "end": those that are as far
        from the end of their series, for series that end at different times, and whose stamps
        have nothing to do with one another.

    See Also
    --------
    WindowSplit : For windows of one series.
    skrnn.SequenceForecaster : Forecasts panels; its ``score`` judges what comes next.

    Notes
    -----
    A forecaster can be judged only on series that it knows, and only right after their end. A
    series takes part in a split, in its training and its test, if it has steps in both: one that
    ends before a test, or begins with it, is left out of this split, and a warning tells. With
    ``align="end"`` only series that are too short are.

    A Series or DataFrame with time alone as its index, one series or one in each column, is cut
    at its stamps, too. Rows may stand in any order.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.model_selection import PanelSplit
    >>> months = pd.period_range("2024-01", periods=6, freq="M")
    >>> y = pd.concat({"a": pd.Series(range(6), months), "b": pd.Series(range(4), months[2:])})
    >>> for train, test in PanelSplit(2, test_size=1).split(y):
    ...     print(train, test)
    [0 1 2 3 6 7] [4 8]
    [0 1 2 3 4 6 7 8] [5 9]

    In a search:

    >>> from sklearn.model_selection import GridSearchCV
    >>> from skrnn import SequenceForecaster
    >>> model = SequenceForecaster(n_members=1, max_epochs=2, guard=False, random_state=0)
    >>> search = GridSearchCV(model, {"hidden_size": [2, 4]}, cv=PanelSplit(2, test_size=1))
    >>> search.fit(y).best_estimator_.predict()
    a  2024-07    ...
    b  2024-07    ...
    dtype: float64
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_splits": [natural()],
        "test_size": [natural(), None],
        "gap": [natural(0)],
        "max_train_size": [natural(), None],
        "align": [StrOptions({"time", "end"})],
    }

    def __init__(self, n_splits=5, *, test_size=None, gap=0, max_train_size=None, align="time"):
        self.n_splits = n_splits
        self.test_size = test_size
        self.gap = gap
        self.max_train_size = max_train_size
        self.align = align
        validate_parameters(self)

    def split(self, X, y=None, groups=None):
        """Give row numbers for training and testing.

        Parameters
        ----------
        X : Series or DataFrame of n rows
            The series, or with `y` what else is known. The index is (id, time), of two levels or
            more, or time alone.
        y : Series or DataFrame of n rows, default=None
            The series, on the same index as X.
        groups : array-like of shape (n,), default=None
            Not used; a warning says so.

        Yields
        ------
        train, test : int arrays
            Row numbers, ascending.

        Raises
        ------
        TypeError
            If neither X nor y has an index.
        ValueError
            If the last level of the index is no time, an id or a stamp is missing, the indexes of
            X and y differ, or there are too few stamps.

        Warns
        -----
        UserWarning
            If series are left out of a split, since they end before its test or begin with it.
        """
        if groups is not None:
            warn_user("The groups parameter is ignored by PanelSplit", UserWarning)
        return self._blocks(_Rows(_index_of(X, y), self.align))

    def get_n_splits(self, X=None, y=None, groups=None):
        """Give the number of splits.

        Parameters
        ----------
        X, y, groups : object, default=None
            Not used.

        Returns
        -------
        n_splits : int
            How many (train, test) there are.
        """
        return self.n_splits

    def _blocks(self, rows):
        """Give (train, test) for rows of a panel."""
        size = self.test_size or max(1, rows.n_stamps // (self.n_splits + 1))
        first = rows.n_stamps - self.n_splits * size
        if first - self.gap < 1:
            counted = "time stamps" if self.align == "time" else "steps in the longest series"
            raise ValueError(
                f"{rows.n_stamps} {counted} are too few: {self.n_splits} tests of {size} with a "
                f"gap of {self.gap} need {self.n_splits * size + self.gap + 1}. Lower n_splits, "
                "test_size or the gap."
            )
        splits, most = [], self.max_train_size or rows.n_stamps
        for at in range(first, rows.n_stamps, size):
            train = rows.between(at - self.gap - most, at - self.gap)
            splits.append((at, train, rows.between(at, at + size)))
        out = [rows.left_out(train, test) for _, train, test in splits]
        self._tell(rows, out, [at for at, _, _ in splits])
        for left, (_, train, test) in zip(out, splits, strict=True):
            taken = ~left[rows.series]
            yield np.flatnonzero(train & taken), np.flatnonzero(test & taken)

    def _tell(self, rows, out, begins):
        """Warn of series that are left out, and raise where all are."""
        for number, (left, at) in enumerate(zip(out, begins, strict=True)):
            what = f"steps on both sides of split {number}, {rows.stamp(at)}"
            if left.all():
                raise ValueError(f"No series has {what}. {self._remedy()}")
        number = int(np.argmax([left.any() for left in out]))
        left, at = out[number], begins[number]
        if left.any():
            warn_user(
                f"{left.sum()} of {len(left)} series do not have steps on both sides of split "
                f"{number}, {rows.stamp(at)}, and are left out of it: first "
                f"{rows.place(int(np.argmax(left)))}. {self._remedy()}",
                UserWarning,
            )

    def _remedy(self):
        if self.align == "end":
            return "Lower n_splits, test_size or the gap, or drop series that are as short."
        return (
            "Lower n_splits or test_size, drop such series, or test the last steps of each series, "
            "whenever it ends, by align='end'."
        )

    def __repr__(self):
        return shown(self)


class _Rows:
    """The rows of a panel: of which series and at which stamp each is."""

    def __init__(self, index, align):
        times = index.get_level_values(-1)
        ids = index.droplevel(-1) if index.nlevels > 1 else None
        _check_time(times, ids)
        self.at, self.stamps = times.factorize(sort=True)
        if (self.at < 0).any():
            row = int(np.argmax(self.at < 0))
            raise ValueError(f"Row {row} has no time stamp; set it, or drop the row.")
        self.n_stamps = len(self.stamps)
        self.series, self.names = _series_of(ids, len(index))
        if align == "end":
            self._count_from_the_ends()

    def _count_from_the_ends(self):
        """Let the newest steps of all series have the same number."""
        order = np.lexsort((self.at, self.series))
        lengths = np.bincount(self.series)
        self.n_stamps, self.stamps = int(lengths.max()), None
        starts = np.cumsum(lengths) - lengths
        along = np.arange(len(order)) - np.repeat(starts, lengths)
        self.at = np.empty_like(self.at)
        self.at[order] = along + np.repeat(self.n_stamps - lengths, lengths)

    def between(self, start, stop):
        """Tell which rows are at the stamps from `start` until before `stop`."""
        return (self.at >= start) & (self.at < stop)

    def left_out(self, train, test):
        """Tell which series do not have rows in both."""
        n = len(self.names)
        counts = (np.bincount(self.series[rows], minlength=n) for rows in (train, test))
        return ~np.logical_and(*counts)

    def stamp(self, at):
        """Name the beginning of a test."""
        if self.stamps is None:
            return f"{self.n_stamps - at} steps before the end"
        return f"whose test begins at {shown_stamp(self.stamps[at])}"

    def place(self, i):
        """Name a series."""
        return within(place_of(self.names[i]))


def _index_of(X, y):
    """Give the index of what is split."""
    given = [each for each in (X, y) if is_frame(each) or is_series(each)]
    if not given:
        remedy = "Make it a Series or DataFrame with an index of (id, time)"
        if isinstance(X, dict):
            remedy = "Put the series one below another with an index of (id, time), pd.concat(X)"
        raise TypeError(
            f"PanelSplit cuts through the time of an index, which {type(X).__name__} does not "
            f"have. {remedy}."
        )
    index = given[0].index
    if len(given) == 2 and not index.equals(given[1].index):
        raise ValueError(
            "X and y have different indexes, but rows are taken by position: sort both alike, "
            "y.loc[X.index]."
        )
    if not len(index):
        raise ValueError("There are no rows to split.")
    return index


def _check_time(times, ids):
    if hasattr(times, "asi8") or times.dtype.kind in "iu":
        return
    if ids is not None and hasattr(ids, "asi8"):
        raise ValueError("The index is of time and ids, but the ids come first: X.swaplevel().")
    cell = next(iter(times.dropna()), None)
    level = "The index" if ids is None else "The last level of the index"
    raise ValueError(
        f"{level} holds {type(cell).__name__} values ({cell!r}, ...), which are no time. Make "
        "dates of them by pd.to_datetime, or whole numbers, which count steps."
    )


def _series_of(ids, n):
    """Give for each row the number of its series, and the names of all."""
    if ids is None:
        return np.zeros(n, dtype=np.int64), [None]
    if ids.nlevels == 1 and ids.hasnans:
        row = int(np.argmax(ids.isna()))
        raise ValueError(f"Row {row} has no id; fill it in or drop the row.")
    return ids.factorize()[0], list(ids.drop_duplicates())
