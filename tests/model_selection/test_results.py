import pickle
import sys

import matplotlib
import pandas as pd
import pytest

from skrnn.model_selection import CellComparison, CellComparisonDisplay

matplotlib.use("Agg")
import matplotlib.pyplot as plt

SCORES = pd.DataFrame({"gru": [0.9, 0.8], "baseline": [0.7, 0.9], "<rnn>": [0.6, 0.7]})


def make(scores=SCORES):
    table = pd.DataFrame({"mean_score": scores.mean(), "std_score": scores.std(ddof=0)})
    table["n_parameters"] = pd.array([1234, None, 5][: len(table)], dtype="Int64")
    table["baseline"] = table.index == "baseline"
    return CellComparison(table, scores, score_name="accuracy")


def test_best_cell():
    assert make().best_cell == "gru"
    assert make(SCORES[["baseline", "<rnn>"]]).best_cell == "<rnn>"


def test_repr_shows_the_table():
    lines = repr(make()).splitlines()
    assert lines[0] == "CellComparison: accuracy in 2 folds, best cell 'gru'"
    assert lines[1].split() == ["mean_score", "std_score", "n_parameters"]
    assert lines[2].split() == ["gru", "0.85", "0.05", "1234"]
    assert lines[3].startswith("baseline (not recurrent)")
    assert len(lines) == 5


def test_html():
    html = make()._repr_html_()
    assert html.startswith("<p>CellComparison: accuracy in 2 folds, best cell &#x27;gru&#x27;</p>")
    assert "<th>baseline (not recurrent)</th>" in html
    assert "<th>&lt;rnn&gt;</th>" in html


def test_pickle():
    twin = pickle.loads(pickle.dumps(make()))
    pd.testing.assert_frame_equal(twin.table, make().table)


def test_plot():
    display = make().plot()
    assert isinstance(display, CellComparisonDisplay)
    assert display.figure_ is display.ax_.figure
    assert [label.get_text() for label in display.ax_.get_yticklabels()] == ["gru", "<rnn>"]
    assert display.ax_.get_xlabel() == "accuracy"
    points = display.errorbar_.lines[0]
    assert points.get_xdata().tolist() == pytest.approx([0.85, 0.65])
    assert points.get_ydata().tolist() == [0, 1]
    assert display.ax_.yaxis_inverted()
    folds = display.folds_.get_offsets().tolist()
    assert folds == [[0.9, 0], [0.6, 1], [0.8, 0], [0.7, 1]]
    assert set(display.baseline_.get_xdata()) == {0.8}


def test_plot_into_axes_and_without_a_baseline():
    _, ax = plt.subplots()
    display = make(SCORES[["gru"]]).plot(ax=ax)
    assert display.ax_ is ax
    assert display.baseline_ is None


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r'pip install "skrnn\[plot\]"'):
        make().plot()
