"""The time axis of one series: which stamps it has, and which come next.

pandas is imported at the top: nobody needs this file who holds no pandas index.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from skrnn.data.calendar import calendar_features, calendar_names
from skrnn.data.frequency import infer_step, pace_of, seasons_of
from skrnn.data.gaps import gap_error, index_type_error
from skrnn.data.series import check_clock, shown, within

__all__ = ["Clock", "read_clock", "read_clocks"]


@dataclass(frozen=True, eq=False)
class Clock:
    """The time axis of one series, from its ends and its step.

    Parameters
    ----------
    first, last : Timestamp, Period, Timedelta or int
        The ends.
    n : int
        How many stamps.
    step : pandas offset, int or None
        From one stamp to the next; None where a single stamp does not tell.
    like : pandas Index
        An empty one of the same kind and name.

    Attributes
    ----------
    pace : Pace
        The step in numbers.
    seasons : tuple of int
        The lengths that a season may have, shortest first.
    calendar_names : list of str
        The columns of :meth:`calendar`.
    index : pandas Index of length n
        The stamps.

    Examples
    --------
    >>> import pandas as pd
    >>> clock = read_clock(pd.DatetimeIndex(["2024-01-31", "2024-02-29", "2024-03-31"]), "X")
    >>> clock.after(2)
    DatetimeIndex(['2024-04-30', '2024-05-31'], dtype=..., freq='ME')
    >>> clock.seasons
    (12,)
    """

    first: object
    last: object
    n: int
    step: object
    like: object

    def __len__(self):
        """Count the stamps."""
        return self.n

    @property
    def kind(self):
        """What the stamps are: "dates", "periods", "durations" or "steps"."""
        kinds = {
            pd.DatetimeIndex: "dates",
            pd.PeriodIndex: "periods",
            pd.TimedeltaIndex: "durations",
        }
        return kinds.get(type(self.like), "steps")

    @property
    def pace(self):
        """The step in numbers."""
        return pace_of(self.step)

    @property
    def frequency(self):
        """The step in the words of pandas, for messages."""
        return getattr(self.step, "freqstr", f"{self.step} (a count of steps)")

    @property
    def seasons(self):
        """The lengths that a season may have, counted in steps, shortest first."""
        return seasons_of(self.pace)

    @property
    def calendar_names(self):
        """The columns of `calendar`."""
        return calendar_names(self.pace) if self.kind in ("dates", "periods") else []

    @property
    def index(self):
        """The stamps."""
        return self._range(self.first, self.n)

    def after(self, n):
        """Give the next stamps.

        Parameters
        ----------
        n : int
            How many.

        Returns
        -------
        index : pandas Index of length n
            With the name, the time zone, the unit and the frequency of the series.

        Raises
        ------
        ValueError
            If the series has a single stamp and no frequency.
        """
        return self._range(self.last, n + 1)[1:]

    def until(self, stamp):
        """Give the stamps from the first up to one that may lie beyond the last."""
        return self.index.append(self._upto(stamp, 1)) if stamp > self.last else self.index

    def cut(self, n):
        """Give the clock of the first n stamps."""
        return replace(self, last=self.index[n - 1], n=n)

    def grown(self, n):
        """Give the clock with n more stamps."""
        return replace(self, last=self.after(n)[-1], n=self.n + n) if n else self

    def calendar(self, index):
        """Describe stamps by sines and cosines of the hour, the weekday, the year, ...

        Parameters
        ----------
        index : pandas Index
            Of this kind.

        Returns
        -------
        features : ndarray of shape (len(index), C)
            float64; its columns, `calendar_names`, depend on the frequency alone.
        """
        return calendar_features(index, self.pace)

    def check_follows(self, index, place):
        """Raise unless stamps are those that come next.

        Parameters
        ----------
        index : pandas Index
            What should begin right after the last stamp.
        place : str
            How errors name what it belongs to.

        Raises
        ------
        ValueError
            If it begins too early or too late, has gaps or another frequency; names the stamp.
        """
        index = _plain(index)
        check_index(index, place, place)
        self._check_kind(index, place)
        expected = self.after(len(index))
        differs = np.asarray(index != expected)
        if differs.any():
            at = int(np.argmax(differs))
            raise self._mismatch(index, expected, at, place)

    def _check_kind(self, index, place):
        zone, own = (getattr(each, "tz", None) for each in (index, self.like))
        if _family(index) != _family(self.like):
            raise ValueError(
                f"{place} has {_described(index)}, but what was fitted has {_described(self.like)}."
            )
        if str(zone) != str(own):
            raise ValueError(
                f"The stamps of {place} are in time zone {zone}, but those of what was fitted in "
                f"{own}; convert them, .tz_convert or .tz_localize."
            )

    def _mismatch(self, index, expected, at, place):
        """Give the error for stamps that are not the expected ones, from step `at` on."""
        begins, ends = f"{place} begins at {shown(index[0])}", shown(self.last)
        if at:
            return ValueError(
                f"{place} has {shown(index[at])} at step {at}, where {shown(expected[at])} should "
                f"be: what was fitted has frequency {self.frequency} and ends at {ends}. Use the "
                "same frequency, and fill gaps with NaN by .asfreq()."
            )
        if index[0] <= self.last:
            return ValueError(
                f"{begins}, but what was fitted ends only at {ends}. A forecast continues the "
                "end, it cannot be judged on what lies before. In a cross-validation use "
                "TimeSeriesSplit; KFold trains on the future."
            )
        hole = self._upto(index[0], len(index))
        if not len(hole) or hole[-1] != index[0]:
            return ValueError(
                f"{begins}, but what was fitted ends at {ends} with frequency {self.frequency}, "
                f"so {shown(expected[0])} comes next. Use the same frequency."
            )
        missing = f"{shown(hole[0])} is" if len(hole) == 2 else f"{shown(hole[0])} and later are"
        return ValueError(
            f"{begins}, but what was fitted ends at {ends}: {missing} missing between "
            f"({len(hole) - 1} in all). Pass what comes right after; in a cross-validation use "
            "TimeSeriesSplit with gap=0, as a gap leaves such a hole."
        )

    def _upto(self, stamp, n):
        """Give the next stamps up to one that lies after the last, at least n being made."""
        stamps = self.after(n)
        while stamps[-1] < stamp:
            n *= 2
            stamps = self.after(n)
        return stamps[np.asarray(stamps <= stamp)]

    def _range(self, start, n):
        """Give n stamps from `start` on."""
        if self.step is None and n > 1:
            raise ValueError(
                f"A series with the single time stamp {shown(start)} does not tell its frequency; "
                "set it, e.g. series.asfreq('D'), to continue the series."
            )
        if self.kind == "steps":
            steps = pd.RangeIndex(start, start + n * self.step, self.step, name=self.like.name)
            if isinstance(self.like, pd.RangeIndex):
                return steps
            return pd.Index(steps.to_numpy(), dtype=self.like.dtype, name=self.like.name)
        if self.kind == "periods":
            stamps = pd.period_range(start, periods=n, freq=self.step)
        elif self.kind == "durations":
            stamps = pd.timedelta_range(start, periods=n, freq=self.step, unit=self.like.unit)
        else:
            stamps = _dates(start, n, self.step, self.like.unit)
        return stamps.rename(self.like.name)


def _dates(start, n, step, unit):
    """Give dates; steps of days and more keep the hour on the wall, and shorter ones last."""
    is_tick = isinstance(step, pd.offsets.Tick) and not isinstance(step, pd.offsets.Day)
    if start.tz is None or is_tick or step is None:
        return pd.date_range(start, periods=n, freq=step or "D", unit=unit)
    wall = pd.date_range(start.tz_localize(None), periods=n, freq=step, unit=unit)
    first = np.ones(n, dtype=bool)  # an hour that comes twice: the first
    local = wall.tz_localize(start.tz, ambiguous=first, nonexistent="shift_forward")
    try:
        return pd.DatetimeIndex(local, freq=step)
    except Exception:  # an hour that comes never or twice; time zones raise errors of their own
        return local


def _family(index):
    return type(index) if hasattr(index, "asi8") else pd.RangeIndex


def _described(index):
    if hasattr(index, "asi8"):
        return f"a {type(index).__name__}"
    return "an index of integers, which counts steps"


def _plain(index):
    """Give nullable integers as plain ones, where none is missing."""
    if index.dtype.kind in "iu" and not isinstance(index.dtype, np.dtype) and not index.hasnans:
        return index.astype(f"{index.dtype.kind}8")
    return index


def check_index(index, place, code):
    """Raise unless an index holds stamps that run forward in time."""
    check_clock(index, place)
    if not hasattr(index, "asi8") and index.dtype.kind not in "iu":
        raise index_type_error(index, place, code)


def read_clock(index, place, *, code="series", near=None):
    """Read the time axis of one series.

    Parameters
    ----------
    index : DatetimeIndex, PeriodIndex, TimedeltaIndex or Index of int
        At least one stamp. A frequency that is set is kept, else it is found.
    place : str
        How errors name the series, at the start of a message.
    code : str, default="series"
        How the remedies in errors call it.
    near : Clock, default=None
        Of a similar series: its step is taken where it fits, so that a week of business days, or
        a single stamp, is not read as something else.

    Returns
    -------
    clock : Clock
        Shares no memory with the index.

    Raises
    ------
    ValueError
        If the index holds no time, or its stamps are missing, out of order, there twice, or
        uneven; names the stamp and says what to do.

    Examples
    --------
    >>> import pandas as pd
    >>> clock = read_clock(pd.PeriodIndex(["2024Q4"], freq="Q"), "The series")
    >>> clock.after(2)
    PeriodIndex(['2025Q1', '2025Q2'], dtype='period[Q-DEC]')
    >>> read_clock(pd.Index([1990, 1991, 1993]), "The series")
    Traceback (most recent call last):
        ...
    ValueError: The series has a gap: 1992 is missing between 1991 and 1993. ...
    """
    index = _plain(index)
    check_index(index, place, code)
    step = _step(index, near)
    if step is None and len(index) > 1:
        raise gap_error(index, place, code)
    return Clock(_stamp(index[0]), _stamp(index[-1]), len(index), step, _template(index))


def _stamp(cell):
    return int(cell) if isinstance(cell, np.integer) else cell


def _template(index):
    return index[:0].copy(deep=True)


def _step(index, near):
    """Give the step of an index; None where there is none."""
    if isinstance(index, pd.PeriodIndex):
        even = (np.diff(index.asi8) == index.freq.n).all()
        return index.freq if even else None
    if not hasattr(index, "asi8"):
        return _integer_step(index)
    if index.freq is not None and _holds(index, index.freq):
        return index.freq
    if near is not None and _family(index) is _family(near.like) and _holds(index, near.step):
        return near.step
    return infer_step(index) if len(index) > 1 else None


def _integer_step(index):
    if len(index) == 1:
        return abs(index.step) if isinstance(index, pd.RangeIndex) else 1
    gaps = np.diff(index.to_numpy())
    return int(gaps[0]) if (gaps == gaps[0]).all() else None


def _holds(index, step):
    """Whether stamps follow one another by a step."""
    if step is None:
        return False
    if isinstance(index, pd.TimedeltaIndex):
        grid = pd.timedelta_range(index[0], periods=len(index), freq=step, unit=index.unit)
    else:
        grid = _dates(index[0], len(index), step, index.unit)
    return bool((grid == index).all())


def read_clocks(indexes, place, *, code="series", near=None):
    """Read the time axes of many series of one frequency.

    Parameters
    ----------
    indexes : list of pandas Index
        One for each series.
    place : callable
        Gives the place of series i, for errors.
    code : str, default="series"
        How the remedies in errors call them.
    near : Clock, default=None
        As in :func:`read_clock`.

    Returns
    -------
    clocks : list of Clock
        One for each series.

    Raises
    ------
    ValueError
        As :func:`read_clock`, and where two series differ in their frequency.

    Examples
    --------
    >>> import pandas as pd
    >>> indexes = [pd.to_datetime(["2024-01-31", "2024-02-29"]), pd.to_datetime(["2024-02-29"])]
    >>> [clock.step for clock in read_clocks(indexes, "Series {}".format)]
    [<MonthEnd>, <MonthEnd>]
    """
    longest = int(np.argmax([len(index) for index in indexes]))
    main = read_clock(indexes[longest], place(longest), code=code, near=near)
    if _on_one_grid(indexes, main):
        return [
            replace(main, first=index[0], last=index[-1], n=len(index), like=_like(index, main))
            for index in indexes
        ]
    clocks = [read_clock(index, place(i), code=code, near=main) for i, index in enumerate(indexes)]
    for i, clock in enumerate(clocks):
        if clock.pace != main.pace:
            raise ValueError(
                f"{place(i)} {_paced(clock)}, but {within(place(longest))} {_paced(main)}. All "
                "series of one model need the same frequency; resample some, or fit one model for "
                "each frequency."
            )
    return clocks


def _paced(clock):
    """Say what a clock counts, for messages."""
    if clock.step is None:
        return f"has the one stamp {shown(clock.last)}"
    return f"has frequency {clock.frequency}"


def _like(index, main):
    return main.like if index.name == main.like.name else _template(index)


def _on_one_grid(indexes, main):
    """Whether all series step evenly on one grid of dates; quick, for thousands of them."""
    alike = all(type(i) is pd.DatetimeIndex and i.dtype == main.like.dtype for i in indexes)
    if not alike or main.step is None or len(indexes) == 1:
        return False
    every = indexes[0].append(indexes[1:])
    if every.hasnans:
        return False
    first, last = every.min(), every.max()
    wide = main.index
    if first < main.first or last > main.last:
        n = int((last - first) / (main.last - main.first) * main.n * 1.5) + 3 if main.n > 1 else 1
        wide = _dates(first, n, main.step, main.like.unit)
    place = wide.get_indexer(every)
    follows = np.diff(place) == 1
    follows[np.cumsum([len(index) for index in indexes])[:-1] - 1] = True
    return bool((place >= 0).all() and follows.all())
