import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skrnn.inspection.emphasis import draw_bars, draw_series, text_html


def heights(bars):
    return [bar.get_height() for bar in bars]


def test_signs_have_colours():
    _, ax = plt.subplots()
    bars = draw_bars(ax, np.array(["a", "b"], dtype=object), np.array([2.0, -1.0]), "effect", True)
    assert heights(bars) == [2, -1]
    red, blue = (bar.get_facecolor() for bar in bars)
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    assert ax.get_ylabel() == "effect"


def test_features_lie_one_above_the_other():
    table = pd.DataFrame({"a": [0.0, 1e300, -1e300], "b": [5.0, 5.0, 5.0], "c": [1.0, 2.0, 3.0]})
    _, ax = plt.subplots()
    draw_series(ax, np.arange(3), table, np.array([0.0, 1.0, 0.0]), "weight", signed=False)
    first, second, third = (line.get_ydata() for line in ax.get_lines())
    assert first.min() >= 2 > second.max()
    assert second.min() >= 1 > third.max()
    np.testing.assert_allclose(first, [2.45, 2.9, 2.0])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b", "c"]
    ax.figure.canvas.draw()


def test_one_feature_keeps_its_units_whatever_they_are():
    for values in ([1e300, -1e300], [3.0, 3.0], [0.0, 0.0]):
        _, ax = plt.subplots()
        table = pd.DataFrame({"heat": values})
        draw_series(ax, np.arange(2), table, np.zeros(2), "weight", signed=True)
        assert ax.get_lines()[0].get_ydata().tolist() == values
        assert ax.get_ylabel() == "heat"
        low, high = ax.get_ylim()
        assert low < min(values) <= max(values) < high


def test_colours_are_as_strong_as_the_values():
    names = np.array(["x", "y", "z"], dtype=object)
    html = text_html(names, np.array([0.0, 0.5, 1.0]), "weights", signed=False)
    places = [html.index(f"rgb({c})") for c in ("255,255,255", "254,214,176", "253,174,97")]
    assert places == sorted(places)
    assert html.count("color:#000") == 1 + 3 + 2  # the whole, the words, the legend
    assert text_html(np.arange(3), np.ones(3), "weights", signed=False) is None
    assert "rgb(255,255,255)" in text_html(names, np.zeros(3), "nothing", signed=True)
