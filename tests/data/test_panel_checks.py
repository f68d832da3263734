"""Whether series that are read later fit those that were fitted."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import KFold, TimeSeriesSplit

from skrnn.data.panel import read_panel
from skrnn.data.panel_checks import PANEL_SPLITTER

WHEN = pd.date_range("2024-01-01", periods=30, name="when")
SERIES = pd.Series(np.arange(30.0), WHEN)
FRAME = pd.DataFrame({"a": SERIES, "b": SERIES})
LONG = pd.concat({"a": SERIES, "b": SERIES, "c": SERIES.iloc[5:]}, names=["id"])


def cut(series, start, end):
    """Give steps of every series."""
    if series.index.nlevels == 1:
        return series.iloc[start:end]
    return series.groupby(level=0).apply(lambda part: part.droplevel(0).iloc[start:end])


@pytest.mark.parametrize("series", [SERIES, FRAME, LONG])
def test_what_comes_next(series):
    fitted = read_panel(cut(series, 0, 15))
    new = read_panel(cut(series, 15, 20), like=fitted)
    assert fitted.check_follows(new) == list(range(len(fitted)))
    for start, match in [(16, "is missing"), (14, "TimeSeriesSplit"), (0, "TimeSeriesSplit")]:
        with pytest.raises(ValueError, match=match):
            fitted.check_follows(read_panel(cut(series, start, start + 5), like=fitted))


def test_series_in_another_order():
    fitted = read_panel(cut(LONG, 0, 10))
    new = cut(LONG, 10, 12).sort_index(level=0, ascending=False, sort_remaining=False)
    assert fitted.check_follows(read_panel(new)) == [2, 1, 0]


def test_one_series_may_be_renamed():
    fitted = read_panel(SERIES.iloc[:9].rename("a"))
    assert fitted.check_follows(read_panel(SERIES.iloc[9:].rename("b"))) == [0]


@pytest.mark.parametrize("series", [SERIES, FRAME])
def test_time_series_split(series):
    for train, test in TimeSeriesSplit(4).split(series):
        fitted = read_panel(series.iloc[train])
        fitted.check_follows(read_panel(series.iloc[test], like=fitted))


def test_time_series_split_with_a_gap():
    train, test = next(TimeSeriesSplit(4, gap=2).split(SERIES))
    with pytest.raises(ValueError, match="gap=0"):
        read_panel(SERIES.iloc[train]).check_follows(read_panel(SERIES.iloc[test]))


@pytest.mark.parametrize("shuffle", [False, True])
def test_kfold(shuffle):
    folds = KFold(3, shuffle=shuffle, random_state=0 if shuffle else None)
    for train, test in list(folds.split(SERIES))[:2]:
        with pytest.raises(ValueError, match=r"TimeSeriesSplit|is missing|uneven"):
            read_panel(SERIES.iloc[train]).check_follows(read_panel(SERIES.iloc[test]))


def test_time_series_split_of_a_panel():
    for train, test in TimeSeriesSplit(4).split(LONG):
        fitted = read_panel(LONG.iloc[train])
        with pytest.raises(ValueError, match=rf"TimeSeriesSplit.*{PANEL_SPLITTER}"):
            fitted.check_follows(read_panel(LONG.iloc[test], like=fitted))


def test_arrays_go_by_place():
    fitted = read_panel(np.ones((3, 4)))
    assert fitted.check_follows(read_panel(np.ones((3, 2)))) == [0, 1, 2]
    with pytest.raises(ValueError, match="X has 2 series, but 3 were fitted"):
        fitted.check_follows(read_panel(np.ones((2, 2))))
