import numpy as np
import pandas as pd
import pytest
import torch

from skrnn import RNNRegressor
from skrnn.inspection.network import read_rows
from skrnn.inspection.stream import check_row, make_stream, sentences_of, series_of, shortened_edges
from skrnn.nn import Encoder
from skrnn.nn.stem import ConvStem


@pytest.mark.parametrize("n_steps", [1, 7, 8, 9, 33])
def test_edges_count_the_steps_that_a_stem_gives(n_steps):
    stem = ConvStem(1, 2, first=2, strides=(2, 2))
    encoder = Encoder("gru", 1, 2, 1, False, 0.0, stem=stem)
    edges = shortened_edges(encoder, n_steps)
    shortened, _ = stem(torch.zeros(1, n_steps, 1))
    assert len(edges) == shortened.shape[1] + 1
    assert (edges[0], edges[-1]) == (0, n_steps)
    assert (np.diff(edges) > 0).all()


def test_without_a_stem_each_step_is_itself():
    encoder = Encoder("gru", 1, 2, 1, False, 0.0)
    assert shortened_edges(encoder, 3).tolist() == [0, 1, 2, 3]


def test_rows_count_from_both_ends():
    assert [check_row(row, 3) for row in (0, 2, -3, np.int64(1))] == [0, 2, 0, 1]


def test_a_series_is_in_the_units_and_under_the_names_of_the_user():
    frames = [pd.DataFrame({"heat": [10.0, 20.0], "wind": [1.0, 2.0]}), pd.DataFrame(np.eye(2))]
    model = RNNRegressor(hidden_size=2, max_epochs=1).fit(frames, [1.0, 2.0])
    reading = read_rows(model, frames)
    pd.testing.assert_frame_equal(series_of(reading, 0), frames[0])
    assert series_of(reading, 1).columns.tolist() == ["0", "1"]
    clash = [
        pd.DataFrame({"step": [1.0], "heat": [2.0]}),
        pd.DataFrame([[1.0, 2.0]], columns=["a"] * 2),
    ]
    for frame in clash:
        other = RNNRegressor(hidden_size=2, max_epochs=1).fit([frame, 2 * frame], [1.0, 2.0])
        names = series_of(read_rows(other, [frame]), 0).columns.tolist()
        assert names == ["feature 0", "feature 1"]
    frames[0].loc[0, "heat"] = 0.0
    assert series_of(reading, 0).loc[0, "heat"] == 10.0


def test_sentences_and_parts_are_cut(fitted):
    model, X = fitted("documents")
    stream = make_stream(read_rows(model, X), 0)
    assert stream.sentences.tolist() == [0, 0, 1, 1, 1]
    assert [each.shape for each in sentences_of(stream.x)] == [(1, 2, 2), (1, 3, 2)]
    assert stream.series.shape == (5, 2)
    model, X = fitted("fused")
    stream = make_stream(read_rows(model, X), 0, "recording")
    assert stream.names.tolist() == [0, 1, 2]
    np.testing.assert_allclose(stream.series.to_numpy(), X["recording"][0])
    assert make_stream(read_rows(model, X), 0, "note").series is None
