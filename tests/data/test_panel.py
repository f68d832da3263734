"""Series in every form, read and answered in the same form."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from skrnn.data.panel import read_history, read_panel

WHEN = pd.date_range("2024-01-31", periods=5, freq="ME", name="when")
SERIES = pd.Series(np.arange(5.0), WHEN, name="y")
FRAME = pd.DataFrame({"a": SERIES, "b": SERIES + 1})
LONG = pd.concat({"b": SERIES, "a": SERIES.iloc[:3]}, names=["id"])
DICT = {"b": SERIES, "a": SERIES.iloc[:3].rename(None)}
EXOG = pd.DataFrame({"heat": np.arange(5) ** 2.0, "rain": [0.0, 1, 0, np.nan, 1]}, WHEN)


def long_exog():
    """Give what is known for LONG, with the size of each shop."""
    return pd.DataFrame(
        {"heat": np.arange(8.0), "size": [3.0] * 5 + [4.0] * 3, "unit": 1.0}, LONG.index
    )


def test_a_series():
    panel = read_panel(SERIES)
    assert len(panel) == 1 and panel.names == ["y"] and panel.places == ["The series"]
    assert np.array_equal(panel.values[0], SERIES) and panel.values[0].dtype == np.float64
    assert panel.clocks[0].index.equals(WHEN) and panel.exog is None
    assert panel.lengths.tolist() == [5]


def test_a_series_that_counts_steps():
    panel = read_panel(pd.Series([1, 2, 3]))
    answer = panel.answer(np.ones((1, 2)))
    pd.testing.assert_series_equal(answer, pd.Series([1.0, 1.0], pd.RangeIndex(3, 5)))


def test_a_frame():
    panel = read_panel(FRAME)
    assert panel.names == ["a", "b"] and panel.values[1].tolist() == [1, 2, 3, 4, 5]


def test_an_index_of_ids_and_time():
    for given in (LONG, LONG.to_frame("y")):
        panel = read_panel(given)
        assert panel.names == ["b", "a"] and panel.lengths.tolist() == [5, 3]
        assert panel.places == ["Series 'b'", "Series 'a'"]
        assert panel.clocks[1].index.equals(WHEN[:3])


def test_rows_of_several_series_may_alternate():
    mixed = LONG.sort_index(level=1, kind="stable")
    assert mixed.index[1][0] != mixed.index[0][0]
    panel = read_panel(mixed)
    order = [["a", "b"].index(name) for name in panel.names]
    assert [panel.lengths[order.index(k)] for k in (0, 1)] == [3, 5]
    assert panel.values[panel.names.index("b")].tolist() == [0, 1, 2, 3, 4]


def test_a_dict():
    panel = read_panel(DICT)
    assert panel.names == ["b", "a"] and panel.lengths.tolist() == [5, 3]
    assert read_panel({"a": [1, 2], "b": np.ones(3)}).lengths.tolist() == [2, 3]


def test_missing_values_stay():
    panel = read_panel(FRAME.where(FRAME != 2))
    assert np.isnan(panel.values[0]).tolist() == [False, False, True, False, False]
    assert np.isnan(read_panel([[1, np.nan, 2]]).values[0]).tolist() == [False, True, False]
    nullable = FRAME.astype("Int64").mask(FRAME == 2)
    assert np.isnan(read_panel(nullable).values[0]).sum() == 1
    lonely = FRAME.assign(c=np.nan)
    assert np.isnan(read_panel(lonely).values[2]).all()


# -- what else is known ---------------------------------------------------------------------


def test_exog():
    panel = read_panel(EXOG, SERIES)
    assert panel.exog_columns == ["heat", "rain"] == panel.future_known
    assert np.array_equal(panel.exog[0], EXOG, equal_nan=True) and panel.static == []
    panel = read_panel(EXOG, SERIES, future_known="rain")
    assert panel.future_known == ["rain"]
    assert read_panel(EXOG, SERIES, future_known=[]).future_known == []
    assert isinstance(panel.answer(np.ones((1, 2))), pd.Series)


def test_exog_by_position():
    panel = read_panel(EXOG.to_numpy(), SERIES, future_known=[1])
    assert panel.exog_columns == [0, 1] and panel.future_known == [1]
    panel = read_panel(EXOG["heat"], SERIES)
    assert panel.exog_columns == ["heat"]
    panel = read_panel(EXOG, SERIES.to_numpy())
    assert panel.clocks[0].index.equals(WHEN) and panel.exog_columns == ["heat", "rain"]
    panel = read_panel(EXOG, FRAME.to_numpy())
    assert panel.names == [0, 1] and len(panel.exog) == 2
    panel = read_panel(long_exog(), LONG.to_numpy())
    assert panel.names == ["b", "a"]
    panel = read_panel(long_exog().to_numpy(), LONG)
    assert panel.exog[1][:, 0].tolist() == [5, 6, 7]


def test_exog_of_several_series():
    panel = read_panel(long_exog(), LONG)
    assert [rows.shape for rows in panel.exog] == [(5, 3), (3, 3)]
    assert panel.static == ["size"] and panel.future_known == ["heat", "unit"]
    panel = read_panel(long_exog(), LONG, future_known=["size"])
    assert panel.static == [] and panel.future_known == ["size"]
    mixed = LONG.sort_index(level=1)
    panel = read_panel(long_exog().loc[mixed.index], mixed)
    assert panel.exog[panel.names.index("a")][:, 0].tolist() == [5, 6, 7]
    panel = read_panel(EXOG, FRAME)
    assert len(panel.exog) == 2 and panel.static == []
    panel = read_panel({key: EXOG.loc[each.index] for key, each in DICT.items()}, DICT)
    assert [rows.shape for rows in panel.exog] == [(5, 2), (3, 2)]


def test_flags_are_numbers():
    panel = read_panel(EXOG.assign(open=[True, False] * 2 + [True]), SERIES)
    assert panel.exog[0][:, 2].tolist() == [1, 0, 1, 0, 1]


def test_y_alone():
    assert read_panel(None, SERIES).names == ["y"]


# -- memory ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [SERIES, FRAME, LONG, DICT, np.ones((2, 4))])
def test_copies_and_memory(form):
    panel = read_panel(form)
    arrays = form.values() if isinstance(form, dict) else [form]
    for row in panel.values:
        assert not any(np.shares_memory(row, np.asarray(array)) for array in arrays)
    n = len(panel)
    for other in (pickle.loads(pickle.dumps(panel)), copy.deepcopy(panel)):
        assert str(other.answer(np.ones((n, 2)))) == str(panel.answer(np.ones((n, 2))))


def test_read_only_and_unchanged():
    X = np.ones((2, 4))
    X.flags.writeable = False
    assert len(read_panel(X)) == 2
    before = FRAME.copy()
    read_panel(FRAME)
    pd.testing.assert_frame_equal(FRAME, before)


# -- new series for what was fitted -------------------------------------------------------


def test_like():
    fitted = read_panel(pd.Series(range(20), pd.date_range("2024-01-01", periods=20, freq="B")))
    week = pd.Series(range(5), pd.DatetimeIndex(pd.date_range("2024-03-04", periods=5).tolist()))
    assert read_panel(week, like=fitted).answer([[1]]).index[0] == pd.Timestamp("2024-03-11")
    with pytest.raises(ValueError, match="frequency ME, but what was fitted has B"):
        read_panel(SERIES, like=fitted)
    assert len(read_panel(np.ones((3, 4)), like=fitted)) == 3
    assert read_panel(week.iloc[:1], like=fitted).clocks[0].step == pd.offsets.BusinessDay()
    with pytest.raises(ValueError, match="the one stamp 2024-03-09, on which no series of freq"):
        read_panel(pd.Series(1.0, pd.DatetimeIndex(["2024-03-09"])), like=fitted)
    fitted = read_panel(np.ones((2, 4)))
    assert read_panel(SERIES, like=fitted).names == ["y"]
    with pytest.raises(ValueError, match="Reshape your data"):
        read_panel(np.ones(4), like=fitted)
    assert len(read_panel(np.ones(4), like=read_panel(np.ones(5)))) == 1


def test_like_with_exog():
    fitted = read_panel(long_exog(), LONG)
    swapped = read_panel(long_exog()[["unit", "size", "heat"]], LONG, like=fitted)
    assert swapped.exog_columns == fitted.exog_columns and swapped.static == ["size"]
    assert np.array_equal(swapped.exog[0], fitted.exog[0])
    by_place = read_panel(long_exog().to_numpy(), LONG, like=fitted)
    assert by_place.exog_columns == fitted.exog_columns
    with pytest.raises(ValueError, match=r"lacks the columns \['size'\]"):
        read_panel(long_exog().drop(columns="size"), LONG, like=fitted)
    with pytest.raises(ValueError, match=r"\['new'\], which were not fitted"):
        read_panel(long_exog().assign(new=1.0), LONG, like=fitted)
    with pytest.raises(ValueError, match="is read with no columns"):
        read_panel(LONG, like=fitted)
    with pytest.raises(ValueError, match="was fitted with no columns"):
        read_panel(EXOG, SERIES, like=read_panel(SERIES))


def test_history():
    fitted = read_panel(EXOG, SERIES)
    pair = read_history((EXOG.iloc[:3], SERIES.iloc[:3]), fitted)
    frame = read_history(EXOG.assign(y=SERIES).iloc[:3], fitted)
    assert pair.lengths.tolist() == frame.lengths.tolist() == [3]
    assert np.array_equal(pair.exog[0], frame.exog[0]) and frame.names == ["y"]
    assert isinstance(frame.answer([[1]]), pd.Series)
    both = read_history(EXOG.assign(a=1.0, b=2.0), read_panel(EXOG, FRAME))
    assert both.names == ["a", "b"]
    with pytest.raises(ValueError, match=r"history lacks the columns \['rain'\]"):
        read_history(EXOG[["heat"]].assign(y=SERIES), fitted)
    assert read_history(SERIES, read_panel(SERIES)).names == ["y"]
    assert len(read_history(([1, 2], [3, 4]), read_panel([[1, 2]]))) == 2


# -- what is wrong ------------------------------------------------------------------------

WRONG = {
    "rows or steps": ((FRAME.reset_index(drop=True),), r"pd.date_range.*to_numpy\(\)\.T"),
    "a long frame": ((LONG.reset_index(),), r"skrnn.data.from_long\(X, id="),
    "integers that number rows": ((FRAME.set_axis(range(3, 8)),), "counts rows"),
    "text": ((FRAME.assign(c="north"),), r"Column 'c' of X holds text .'north'"),
    "categories": ((FRAME.assign(c=pd.Categorical(list("aabbc"))),), "get_dummies"),
    "booleans": ((FRAME.assign(c=True),), r"Column 'c' of X holds booleans.*astype\(float\)"),
    "a boolean series": ((SERIES > 1,), "The series holds booleans"),
    "dates": ((FRAME.assign(c=WHEN),), "holds dates.*set_index"),
    "complex": ((FRAME.assign(c=1j),), "Complex data not supported"),
    "infinity": ((FRAME.replace(2, np.inf),), r"infinity: column 'a' of X at 2024-03-31"),
    "infinity of an id": ((LONG.replace(2, np.inf),), "infinity.* at b, 2024-03-31"),
    "infinity in a row": (([[1, np.inf]],), r"infinity \(inf\) in row 0, step 1"),
    "infinity in an array": (([1, np.inf],), "infinity at step 1"),
    "two columns of a name": ((pd.concat([FRAME, FRAME], axis=1),), "several columns called 'a'"),
    "a stamp twice": ((pd.concat([LONG, LONG]),), r"series 'b' at 2024-01-31 twice .rows 0 and 8"),
    "several targets": ((LONG.to_frame("y").assign(z=1),), r"which is the series\? .*X\['y'\]"),
    "time before ids": ((LONG.swaplevel(),), r"X.swaplevel\(\)"),
    "no rows": ((SERIES.iloc[:0],), r"0 sample\(s\)"),
    "no columns": ((FRAME[[]],), r"0 feature\(s\)"),
    "an empty list": (([],), r"0 sample\(s\)"),
    "an empty dict": (({},), "empty dict"),
    "a dict of frames": (({"a": FRAME},), r"Series 'a' is a DataFrame of shape \(5, 2\)"),
    "an empty series in a dict": (({"a": SERIES.iloc[:0]},), r"shape \(0,\)"),
    "one array and y": ((np.ones(3), np.ones(3)), "Reshape your data"),
    "the series twice": ((SERIES, SERIES.copy()), "same series"),
    "the series among X": ((EXOG.assign(y=SERIES), SERIES), r"Column 'y' of X is the series"),
    "X is shorter": ((EXOG.iloc[1:], SERIES), r"X has 4 rows, y has 5.*reindex"),
    "X is later": ((EXOG.shift(1, freq="ME"), SERIES), "row 0 is 2024-02-29 in X"),
    "X without ids": ((EXOG, LONG), r"X.reindex\(y.index, level=-1\)"),
    "an array X is shorter": ((np.ones((4, 2)), SERIES), r"X has shape \(4, 2\), but y has 5 rows"),
    "an array y is shorter": ((EXOG, np.ones(3)), r"y has shape \(3,\) for 5 rows of X"),
    "X with rows or steps": ((EXOG.reset_index(drop=True), np.ones(5)), "counts rows"),
    "X with text": ((EXOG.assign(c="x"), SERIES), "Column 'c' of X holds text"),
    "X with infinity": ((EXOG.replace(4, np.inf), SERIES), "column 'heat' of X at 2024-03-31"),
    "an array X with infinity": ((np.full((5, 1), np.inf), SERIES), "column 0 of X at 2024-01-31"),
    "several features": ((np.ones((2, 3, 4)),), r"4 features a step.*X\[\.\.\., 0\]"),
    "y is shorter": ((np.ones((2, 3)), np.ones(3)), r"inconsistent numbers of samples: \[2, 3\]"),
    "y is NaN": ((np.ones((2, 3)), [1, np.nan]), "NaN alone in row 1"),
    "y is infinite": ((np.ones((2, 3)), [1, np.inf]), "infinity in row 1"),
    "y is text": ((np.ones((2, 3)), ["a", "b"]), "y holds text"),
    "y is a text": ((np.ones((2, 3)), "ab"), "y is a str"),
    "y has no columns": ((np.ones((2, 3)), np.ones((2, 0))), r"0 step\(s\)"),
    "y is a cube": ((np.ones((2, 3)), np.ones((2, 1, 1))), r"shape \(2, 1, 1\)"),
    "nothing but NaN": ((SERIES * np.nan,), "All values are NaN"),
    "one array of NaN": (([np.nan, np.nan],), "All values are NaN"),
    "a row of NaN": ((np.full((2, 3), np.nan),), "Row 0 of X has no steps left"),
    "two frequencies": (
        ({"a": SERIES, "b": pd.Series([1.0, 2], pd.date_range("2024", periods=2))},),
        "Series 'b' has frequency D, but series 'a' has frequency ME",
    ),
    "a gap in one": (
        (LONG.drop(("b", WHEN[2])),),
        r"Series 'b' has a gap: .*X.unstack\(0\).asfreq",
    ),
    "other keys": (({"a": EXOG}, DICT), "only one has 'b'"),
    "other columns": (
        ({"b": EXOG, "a": EXOG[["rain"]].iloc[:3]}, DICT),
        r"X\['a'\] has the columns \['rain'\]",
    ),
    "a frame of texts as index": ((FRAME.set_axis(list("abcde")),), "The frame X has an index of"),
    "stamps twice in a frame": ((pd.concat([FRAME, FRAME.iloc[-1:]]),), "twice"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong(kind):
    given, match = WRONG[kind]
    with pytest.raises(ValueError, match=match):
        read_panel(*given)


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ((None,), "got None as X"),
        (("abc",), "got a str"),
        ((iter([1]),), "read only once"),
        ((csr_array(np.eye(3)),), "Sparse data"),
        ((3.0,), "got a float"),
        (({1, 2},), "no order"),
        ((FRAME.assign(c=[{}] * 5),), "argument must be .* string.* number"),
        ((EXOG, DICT), "X must be a dict of frames"),
        ((DICT, np.ones(3)), "y must be a dict too"),
    ],
)
def test_wrong_types(given, match):
    with pytest.raises(TypeError, match=match):
        read_panel(*given)


@pytest.mark.parametrize(
    ("given", "known", "match"),
    [
        ((EXOG, SERIES), ["heats"], "Did you mean 'heat'?"),
        ((EXOG, SERIES), ["zzz"], r"'zzz', but the columns of X are \['heat', 'rain'\]"),
        ((SERIES,), "heat", "there are none"),
        ((np.ones((2, 3)),), "heat", "there are none"),
    ],
)
def test_wrong_future_known(given, known, match):
    with pytest.raises(ValueError, match=match):
        read_panel(*given, future_known=known)


class Polars:
    """Stands for a frame of another library."""

    def to_pandas(self):
        """Convert."""
        raise AssertionError("the user shall do it")


def test_other_libraries():
    for given in ((Polars(),), (EXOG, Polars())):
        with pytest.raises(TypeError, match=r"to_pandas\(\).set_index"):
            read_panel(*given)


def test_years():
    frame = pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4]}, [1990, 1991])
    assert read_panel(frame).answer(np.ones((2, 1))).index.tolist() == [1992]
    named = frame.set_axis(pd.Index([3, 4], name="year"))
    assert read_panel(named).answer(np.ones((2, 1))).index.tolist() == [5]
    assert len(read_panel(frame.reset_index(drop=True)[["b"]], frame["a"].reset_index(drop=True)))


def test_zeros_beside_a_flag_of_zeros_are_no_copy():
    assert read_panel(EXOG * 0, SERIES * 0).future_known == ["heat", "rain"]
