import numpy as np
import pandas as pd
import pytest

from skrnn.data.clock import read_clock
from skrnn.data.panel import read_panel
from skrnn.data.panel_steps import cut_panel, grow_panel, join_panel

DAYS = pd.date_range("2024-01-01", periods=6, freq="D", name="day")
WIDE = pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0) ** 2}, DAYS)


def long(frame):
    return frame.rename_axis("id", axis=1).T.stack().rename("y")


def as_dict(frame):
    return {name: frame[name] for name in frame}


FORMS = {
    "series": lambda frame: frame["a"],
    "frame": lambda frame: frame,
    "long": long,
    "dict": as_dict,
    "array": lambda frame: frame.to_numpy().T,
}


def same(found, expected):
    if isinstance(expected, dict):
        return list(found) == list(expected) and all(same(found[k], expected[k]) for k in expected)
    if isinstance(expected, np.ndarray):
        return np.array_equal(found, expected)
    return found.equals(expected)


@pytest.mark.parametrize("form", FORMS)
def test_growing_is_reading_more(form):
    give = FORMS[form]
    grown = grow_panel(read_panel(give(WIDE[:4])), read_panel(give(WIDE[4:])))
    whole = read_panel(give(WIDE))
    assert all(map(np.array_equal, grown.values, whole.values))
    point = np.zeros((len(whole), 2))
    assert same(grown.answer(point), whole.answer(point))
    assert same(grown.along(grown.values), give(WIDE))


@pytest.mark.parametrize("form", FORMS)
def test_growing_leaves_both_as_they_were(form):
    give = FORMS[form]
    old, new = read_panel(give(WIDE[:4])), read_panel(give(WIDE[4:]))
    grown = grow_panel(old, new)
    grown.values[0][:] = -1.0
    assert [len(old), *old.lengths, *new.lengths] == [len(old), *[4] * len(old), *[2] * len(old)]
    assert old.values[0][0] == 0.0
    if old.clocks is not None:
        assert len(old.clocks[0]) == 4


def test_growing_finds_series_by_name():
    new = read_panel(WIDE[4:][["b", "a"]])
    assert grow_panel(read_panel(WIDE[:4]), new).values[0].tolist() == list(range(6))


def test_columns_of_a_frame_still_share_what_else_is_known():
    heat = pd.DataFrame({"heat": np.arange(6.0)}, DAYS)
    old, new = read_panel(heat[:4], WIDE[:4]), read_panel(heat[4:], WIDE[4:])
    grown = grow_panel(old, new)
    assert grown.exog[0] is grown.exog[1]
    assert grown.exog[0].ravel().tolist() == list(range(6))
    cut = cut_panel(grown, np.array([0, 1]), np.array([5, 5]))
    assert cut.exog[0] is cut.exog[1] and len(cut.exog[0]) == 5


def test_growing_by_different_steps():
    old = read_panel(long(WIDE[:3]))
    new = read_panel(pd.concat([long(WIDE[3:4][["a"]]), long(WIDE[3:][["b"]])]))
    grown = grow_panel(old, new)
    assert [str(clock.last.date()) for clock in grown.clocks] == ["2024-01-04", "2024-01-06"]
    assert list(grown.lengths) == [4, 6]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (WIDE, [[1.0], [2.0]], "fitted with stamps"),
        ([[1.0], [2.0]], WIDE, "fitted as arrays"),
    ],
)
def test_stamps_must_be_there_on_both_sides(old, new, message):
    with pytest.raises(TypeError, match=message):
        grow_panel(read_panel(old), read_panel(new))


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (WIDE[3:], "begins at 2024-01-04"),
        (WIDE[5:], "2024-01-05 is missing"),
        (WIDE[4:][["a"]], "lacks"),
    ],
)
def test_steps_must_come_next(new, message):
    with pytest.raises(ValueError, match=message):
        grow_panel(read_panel(WIDE[:4]), read_panel(new, like=read_panel(WIDE[:4])))


def test_a_continuation_becomes_part_of_the_series():
    panel = join_panel(read_panel([[1, 2], [3, 4]], [[5, 6], [7, 8]]))
    assert panel.continuation is None
    assert [row.tolist() for row in panel.values] == [[1, 2, 5, 6], [3, 4, 7, 8]]
    several = join_panel(read_panel(np.arange(8.0).reshape(1, 4, 2), [9.0]))
    assert several.values[0].tolist() == [0, 2, 4, 6, 9]
    assert several.exog[0].ravel().tolist() == [1, 3, 5, 7, 7]


def test_growing_both_continuations():
    old, new = read_panel([[1], [2]], [3, 4]), read_panel([[5], [6]], [7, 8])
    assert [row.tolist() for row in grow_panel(old, new).values] == [[1, 3, 5, 7], [2, 4, 6, 8]]


def test_cutting_some_series():
    panel = cut_panel(read_panel(long(WIDE)), np.array([1]), np.array([2]))
    assert panel.names == ["b"] and panel.values[0].tolist() == [0, 1]
    assert panel.clocks[0].index.equals(DAYS[:2])


def test_rows_of_different_lengths_are_answered_as_a_list():
    panel = read_panel([[1, 2, 3], [4, 5]])
    assert [len(row) for row in panel.along(panel.values)] == [3, 2]
    assert read_panel([1.0, 2.0]).along([np.ones(2)]).shape == (2,)


def test_a_long_frame_of_one_column_is_answered_as_one():
    frame = long(WIDE).to_frame()
    panel = read_panel(frame)
    assert panel.along(panel.values).equals(frame)


def test_stamps_until_one_beyond_the_last():
    clock = read_clock(DAYS[:2], "X")
    assert clock.until(DAYS[4]).equals(DAYS[:5])
    assert clock.until(DAYS[0]).equals(DAYS[:2])
