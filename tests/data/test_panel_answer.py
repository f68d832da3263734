"""Forecasts in the form in which the series were given."""

import numpy as np
import pandas as pd
import pytest

from skrnn.data.panel import read_panel

WHEN = pd.date_range("2024-01-31", periods=5, freq="ME", name="when")
SERIES = pd.Series(np.arange(5.0), WHEN, name="y")
FRAME = pd.DataFrame({"a": SERIES, "b": SERIES + 1})
LONG = pd.concat({"b": SERIES, "a": SERIES.iloc[:3]}, names=["id"])
DICT = {"b": SERIES, "a": SERIES.iloc[:3].rename(None)}
NEXT = pd.DatetimeIndex(["2024-06-30", "2024-07-31"], name="when", freq="ME")
TWO = np.array([[1.0, 2.0], [3.0, 4.0]])
MORE = {"-lo-90": TWO - 1, "-hi-90": TWO + 1}


def test_answer_a_series():
    panel = read_panel(SERIES)
    want = pd.Series([1.0, 2.0], NEXT, name="y")
    pd.testing.assert_series_equal(panel.answer(TWO[:1]), want)
    extra = {end: values[:1] for end, values in MORE.items()}
    columns = {"y": [1.0, 2], "y-lo-90": [0.0, 1], "y-hi-90": [2.0, 3]}
    pd.testing.assert_frame_equal(panel.answer(TWO[:1], extra), pd.DataFrame(columns, NEXT))
    unnamed = read_panel(SERIES.rename(None))
    assert unnamed.answer(TWO[:1]).name is None
    assert list(unnamed.answer(TWO[:1], extra)) == ["forecast", "forecast-lo-90", "forecast-hi-90"]


def test_answer_a_frame():
    panel = read_panel(FRAME)
    want = pd.DataFrame({"a": [1.0, 2], "b": [3.0, 4]}, NEXT)
    pd.testing.assert_frame_equal(panel.answer(TWO), want)
    answer = panel.answer(TWO, MORE)
    assert list(answer) == ["a", "a-lo-90", "a-hi-90", "b", "b-lo-90", "b-hi-90"]
    assert answer["b-hi-90"].tolist() == [4, 5]


def test_answer_names_of_several_levels():
    frame = FRAME.set_axis(
        pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["p", "q"]), axis=1
    )
    panel = read_panel(frame)
    pd.testing.assert_index_equal(panel.answer(TWO).columns, frame.columns)
    answer = panel.answer(TWO, {"-q0.1": TWO})
    assert list(answer) == [("x", 1), ("x", "1-q0.1"), ("y", 2), ("y", "2-q0.1")]
    assert list(answer.columns.names) == ["p", "q"]
    assert panel.samples(np.ones((3, 2, 2))).columns.names == ["p", "q", "sample"]


def test_answer_ids_and_time():
    panel = read_panel(LONG)
    answer = panel.answer(TWO)
    assert answer.name == "y" and answer.index.names == ["id", "when"]
    assert answer.loc["b"].index.equals(NEXT)
    assert [stamp.month for stamp in answer.loc["a"].index] == [4, 5]
    more = panel.answer(TWO, MORE)
    assert list(more) == ["y", "y-lo-90", "y-hi-90"] and more.index.equals(answer.index)
    frame = read_panel(LONG.to_frame("y")).answer(TWO)
    pd.testing.assert_frame_equal(frame, answer.to_frame())


def test_answer_ids_of_several_levels():
    deep = pd.concat({"s": LONG, "r": LONG}, names=["shop"])
    panel = read_panel(deep)
    assert panel.names == [("s", "b"), ("s", "a"), ("r", "b"), ("r", "a")]
    answer = panel.answer(np.ones((4, 2)))
    assert answer.index.names == ["shop", "id", "when"]
    assert answer.index.droplevel(2).unique().tolist() == panel.names


@pytest.mark.parametrize("dtype", ["category", "str", "int64"])
def test_the_kind_of_ids_is_kept(dtype):
    ids = pd.Index(pd.Series(["7", "7", "2"]).astype(dtype))
    index = pd.MultiIndex.from_arrays([ids, [*WHEN[:2], WHEN[0]]])
    answer = read_panel(pd.Series([1.0, 2, 3], index)).answer(np.ones((2, 1)))
    assert answer.index.get_level_values(0).dtype == index.get_level_values(0).dtype


def test_answer_a_dict():
    panel = read_panel(DICT)
    answer = panel.answer(TWO)
    assert list(answer) == ["b", "a"] and answer["b"].index.equals(NEXT)
    assert answer["b"].name == "y" and answer["a"].name is None
    more = panel.answer(TWO, MORE)
    assert list(more["a"]) == ["a", "a-lo-90", "a-hi-90"]
    assert panel.samples(np.ones((3, 2, 2)))["a"].shape == (2, 3)


def test_answer_arrays():
    panel = read_panel([[1, 2], [3]])
    answer = panel.answer(TWO, MORE)
    assert answer.shape == (2, 2, 3)
    assert np.array_equal(answer[:, :, 0], TWO) and np.array_equal(answer[:, :, 2], TWO + 1)


def test_samples():
    paths = np.arange(12.0).reshape(3, 2, 2)
    frame = read_panel(FRAME).samples(paths)
    assert frame.columns.names == [None, "sample"] and frame.index.equals(NEXT)
    assert frame["b"][2].tolist() == paths[2, 1].tolist()
    one = read_panel(SERIES).samples(paths[:, :1])
    assert one.shape == (2, 3) and one[1].tolist() == paths[1, 0].tolist()
    long = read_panel(LONG).samples(paths)
    assert long.loc["a"][2].tolist() == paths[2, 1].tolist()
    assert read_panel(np.ones((2, 3))).samples(paths) is paths


def test_answers_share_nothing():
    point = np.ones((1, 2))
    answer = read_panel(SERIES).answer(point)
    answer.iloc[0] = 7
    assert point[0, 0] == 1
