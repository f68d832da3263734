"""Splits of panels: the same stamps for all series, and every series right after its own past."""

import pickle
import warnings
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score

from skrnn import SequenceForecaster
from skrnn.model_selection import PanelSplit

MONTHS = pd.period_range("2020-01", periods=24, freq="M", name="month")
OPTIONS = {"n_members": 1, "max_epochs": 2, "hidden_size": 4, "guard": False, "random_state": 0}
SMALL = SequenceForecaster(3, **OPTIONS)


def panel(**spans):
    """Give a Series with an index of (id, month), values counting all rows."""
    every = {name: pd.Series(0.0, MONTHS[slice(*span)]) for name, span in spans.items()}
    y = pd.concat(every, names=["shop"]).rename("sales")
    return y + 20 + np.sin(np.arange(len(y)))


EVEN = panel(a=(0, 24), b=(0, 24), c=(0, 24))
UNEVEN = panel(a=(0, 24), short=(0, 21), late=(15, 24))


def stamps(y, rows, name):
    part = y.iloc[rows]
    return list(part[part.index.get_level_values(0) == name].index.get_level_values(-1))


@pytest.mark.parametrize("size", [None, 3])
@pytest.mark.parametrize("gap", [0, 2])
@pytest.mark.parametrize("most", [None, 5, 1000])
@pytest.mark.parametrize("align", ["time", "end"])
def test_each_series_as_time_series_split(size, gap, most, align):
    cv = PanelSplit(4, test_size=size, gap=gap, max_train_size=most, align=align)
    other = TimeSeriesSplit(4, test_size=size, gap=gap, max_train_size=most)
    splits = list(cv.split(EVEN))
    assert len(splits) == cv.get_n_splits(EVEN) == 4
    for (train, test), expected in zip(splits, other.split(MONTHS), strict=True):
        for name in "abc":
            assert stamps(EVEN, train, name) == list(MONTHS[expected[0]])
            assert stamps(EVEN, test, name) == list(MONTHS[expected[1]])


def test_rows_in_any_order():
    mixed = EVEN.sample(frac=1, random_state=0)
    for (train, test), (other_train, other_test) in zip(
        PanelSplit(3).split(EVEN), PanelSplit(3).split(mixed), strict=True
    ):
        assert (np.diff(other_train) > 0).all() and (np.diff(other_test) > 0).all()
        assert set(EVEN.index[train]) == set(mixed.index[other_train])
        assert set(EVEN.index[test]) == set(mixed.index[other_test])


def test_series_that_end_or_begin_are_left_out():
    cv = PanelSplit(3, test_size=3)
    with pytest.warns(UserWarning, match="1 of 3 series do not") as caught:
        splits = list(cv.split(UNEVEN))
    assert len(caught) == 1
    assert "split 0, whose test begins at 2021-04, and are left out of it: first series 'late'" in (
        str(caught[0].message)
    )
    assert caught[0].filename == __file__
    names = [[set(UNEVEN.iloc[rows].index.get_level_values(0)) for rows in pair] for pair in splits]
    assert names == [[{"a", "short"}] * 2, [{"a", "short", "late"}] * 2, [{"a", "late"}] * 2]
    for train, test in splits:
        for name in set(UNEVEN.iloc[train].index.get_level_values(0)):
            last, first = stamps(UNEVEN, train, name)[-1], stamps(UNEVEN, test, name)[0]
            assert first == last + 1


def test_aligned_at_the_end():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        splits = list(PanelSplit(2, test_size=3, align="end").split(UNEVEN))
    for number, (train, test) in enumerate(splits):
        for name, end in (("a", 24), ("short", 21), ("late", 24)):
            at = end - 3 * (2 - number)
            assert stamps(UNEVEN, test, name) == list(MONTHS[at : at + 3])
            assert stamps(UNEVEN, train, name)[-1] == MONTHS[at - 1]


def test_too_short_for_the_first_split():
    with pytest.warns(UserWarning, match="split 0, 9 steps before the end.*'late'.*Lower n_splits"):
        splits = list(PanelSplit(3, test_size=3, align="end").split(UNEVEN))
    assert [len(stamps(UNEVEN, test, "late")) for _, test in splits] == [0, 3, 3]


def test_time_alone():
    frame = EVEN.unstack(0)
    for y in (frame, frame["a"], frame["a"].reset_index(drop=True)):
        for pair, other in zip(PanelSplit(3).split(y), TimeSeriesSplit(3).split(y), strict=True):
            assert [rows.tolist() for rows in pair] == [rows.tolist() for rows in other]


def test_ids_of_two_levels():
    index = EVEN.index
    ids = {"country": "x", "shop": index.get_level_values(0), "month": index.get_level_values(1)}
    deep = EVEN.set_axis(pd.MultiIndex.from_frame(pd.DataFrame(ids)))
    for pair, other in zip(PanelSplit(3).split(deep), PanelSplit(3).split(EVEN), strict=True):
        assert all(a.tolist() == b.tolist() for a, b in zip(pair, other, strict=True))


@pytest.mark.parametrize("y", [EVEN, EVEN.to_frame(), EVEN.swaplevel().sort_index().swaplevel()])
def test_in_a_search(y):
    search = GridSearchCV(
        SMALL, {"hidden_size": [3, 4]}, cv=PanelSplit(2, test_size=3), error_score="raise"
    )
    search.fit(y)
    assert np.isfinite(search.cv_results_["split1_test_score"]).all()
    assert len(search.predict(3)) == 9


def test_in_a_search_with_what_else_is_known():
    X = pd.DataFrame({"price": np.cos(np.arange(len(EVEN)))}, EVEN.index)
    cv = PanelSplit(2, test_size=3)
    search = GridSearchCV(SMALL, {"hidden_size": [3, 4]}, cv=cv, error_score="raise").fit(X, EVEN)
    assert np.isfinite(search.cv_results_["split0_test_score"]).all()
    train, test = list(cv.split(X, EVEN))[1]
    model = clone(search.best_estimator_).fit(X.iloc[train], EVEN.iloc[train])
    column = search.cv_results_["split1_test_score"][search.best_index_]
    assert model.score(X.iloc[test], EVEN.iloc[test]) == column


@pytest.mark.filterwarnings("ignore:1 of 3 series:UserWarning")
@pytest.mark.parametrize("align", ["time", "end"])
def test_series_of_unequal_spans_can_be_scored(align):
    cv = PanelSplit(2, test_size=3, align=align)
    scores = cross_val_score(SMALL, UNEVEN, cv=cv, error_score="raise")
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("n_splits", [2, 3, 5])
def test_time_series_split_names_the_splitter(n_splits):
    told = []
    for train, test in TimeSeriesSplit(n_splits).split(EVEN):
        model = clone(SMALL).fit(EVEN.iloc[train])
        if EVEN.iloc[train].index.get_level_values(0)[-1] == "a" and test[-1] < 24:
            continue  # a piece of one series, and what comes next
        with pytest.raises(ValueError, match=r"use skrnn\.model_selection\.PanelSplit, which cuts"):
            model.score(EVEN.iloc[test])
        told.append(n_splits)
    assert told


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (np.zeros((5, 3)), TypeError, "which ndarray does not have. Make it a Series or DataFrame"),
        ([[1, 2], [3]], TypeError, "which list does not have"),
        ("text", TypeError, "which str does not have"),
        ((row for row in EVEN), TypeError, "which generator does not have"),
        ({"a": EVEN["a"]}, TypeError, r"an index of \(id, time\), pd.concat\(X\)"),
        (EVEN.iloc[:0], ValueError, "There are no rows"),
        (EVEN.iloc[:1], ValueError, "1 time stamps are too few: 5 tests of 1 with a gap of 0 need"),
        (EVEN.swaplevel().rename(index=str), ValueError, "holds str values"),
        (
            EVEN.unstack(0).to_timestamp().stack(),
            ValueError,
            "of time and ids, but the ids come first: X.swaplevel",
        ),
        (EVEN["a"].rename(index=str), ValueError, r"The index holds str values \('2020-01', ...\)"),
    ],
)
def test_what_cannot_be_split(X, error, message):
    with pytest.raises(error, match=message):
        list(PanelSplit().split(X))


def test_missing_stamps_and_ids():
    for level, what in ((0, "Row 1 has no id; fill"), (1, "Row 1 has no time stamp; set it")):
        columns = [EVEN.index.get_level_values(i).to_series().array.copy() for i in (0, 1)]
        columns[level] = columns[level].astype(object)
        columns[level][1] = None if level == 0 else pd.NaT
        if level:
            columns[1] = pd.PeriodIndex(columns[1], freq="M")
        with pytest.raises(ValueError, match=what):
            list(PanelSplit().split(EVEN.set_axis(pd.MultiIndex.from_arrays(columns))))


def test_x_and_y_in_different_orders():
    X = EVEN.to_frame().iloc[::-1]
    with pytest.raises(ValueError, match=r"sort both alike, y.loc\[X.index\]"):
        list(PanelSplit().split(X, EVEN))


def test_no_series_on_both_sides():
    y = panel(a=(0, 12), b=(12, 24))
    with pytest.raises(ValueError, match=r"No series has steps on both .* 0.*align='end'"):
        list(PanelSplit(2, test_size=6).split(y))
    assert len(list(PanelSplit(1, test_size=6, align="end").split(y))) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"n_splits": 0}, {"test_size": 0}, {"gap": -1}, {"max_train_size": 1.5}, {"align": "start"}],
)
def test_wrong_parameters(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        PanelSplit(**wrong)


def test_groups_are_ignored():
    with pytest.warns(UserWarning, match="groups parameter is ignored by PanelSplit"):
        PanelSplit().split(EVEN, groups=[0] * len(EVEN))


def test_repr_and_copies():
    cv = PanelSplit(3, test_size=2, align="end")
    text = "PanelSplit(n_splits=3, test_size=2, gap=0, max_train_size=None, align='end')"
    for each in (cv, pickle.loads(pickle.dumps(cv)), deepcopy(cv), clone(cv, safe=False)):
        assert repr(each) == text
