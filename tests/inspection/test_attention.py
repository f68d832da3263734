from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.exceptions import NotFittedError

from skrnn import RNNClassifier
from skrnn.inspection import AttentionDisplay
from skrnn.inspection.network import read_rows
from skrnn.inspection.stream import shortened_edges

draw = AttentionDisplay.from_estimator


def test_weights_sum_to_one_in_every_case(fitted, case):
    model, X = fitted(case)
    display = draw(model, X, row=-2, part="recording" if case == "fused" else None)
    table = display.table
    display.figure_.canvas.draw()
    assert (table["weight"] > 0).all()
    if "sentence" in table:
        sums = table.groupby("sentence")["weight"].sum()
        np.testing.assert_allclose(sums, 1)
        whole = (table["weight"] * table["sentence_weight"]).sum()
        assert whole == pytest.approx(1)
    else:
        assert table["weight"].sum() == pytest.approx(1)
    heights = [bar.get_height() for bar in display.bars_]
    assert sum(heights) == pytest.approx(1)


def test_weights_make_the_pooled_state(fitted):
    model, X = fitted("numbers")
    table, network = draw(model, X, row=1).table, model.module_
    x = read_rows(model, X).tensor(1).float()
    with torch.no_grad():
        outputs, _ = network.encoder(x)
        pooled = network.encode(x)[0].numpy()
    np.testing.assert_allclose(table["weight"] @ outputs[0].numpy(), pooled, rtol=1e-3, atol=1e-5)


def test_behind_a_stem_weights_are_shared_among_steps(fitted):
    model, X = fitted("stem")
    weights = draw(model, X, row=1).table["weight"].to_numpy()
    edges = shortened_edges(model.module_.encoder, len(weights))
    assert len(weights) == 180
    assert len(edges) < 100
    for first, last in pairwise(edges):
        assert len(set(weights[first:last].tolist())) == 1


def test_sentences_are_weighed_too(fitted):
    model, X = fitted("documents")
    display = draw(model, X)
    assert display.table.columns.tolist() == ["sentence", "step", "weight", "sentence_weight"]
    assert display.table["sentence"].tolist() == [0, 0, 1, 1, 1]
    network = model.module_
    with torch.no_grad():
        outputs, lengths = network.encoder(read_rows(model, X).tensor(0).float())
        expected = network.pooling.weights(outputs, lengths)[0].numpy()
    found = display.table.groupby("sentence")["sentence_weight"].first()
    np.testing.assert_allclose(found, expected, rtol=1e-3)
    written = [text.get_text() for text in display.bars_.patches[0].axes.texts]
    assert written == [f"{weight:.2f}" for weight in expected]


def test_a_series_is_drawn_under_its_weights(fitted):
    model, X = fitted("one feature")
    _, ax = plt.subplots()
    display = draw(model, X, row=1, ax=ax)
    assert display.ax_ is ax
    assert ax.get_lines()[0].get_ydata().tolist() == X[1][:, 0].tolist()
    top = display.bars_.patches[0].axes
    assert top is not ax
    assert top.get_xlim() == ax.get_xlim() == (-0.5, 8.5)
    free = plt.figure().add_axes([0.1, 0.1, 0.8, 0.8])
    display.plot(ax=free)
    assert free.get_position().y1 < display.bars_.patches[0].axes.get_position().y0


def test_text_is_shown_in_colours(fitted):
    model, X = fitted("texts")
    display = draw(model, X)
    html = display._repr_html_()
    assert html.index("good") < html.index("film")
    assert "color:#000" in html
    assert draw(*fitted("numbers"))._repr_html_() is None
    table = pd.DataFrame(
        {
            "sentence": [0, 0, 1],
            "step": ["<b>", "x", "y"],
            "weight": [0.5, 0.5, 1.0],
            "sentence_weight": [0.25, 0.25, 0.75],
        }
    )
    html = AttentionDisplay(table)._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<b>attention</b>" in html
    assert "0.25" in html
    assert "0.75" in html


def test_other_poolings_have_no_weights(fitted):
    X = [[1.0, 2.0], [2.0]]
    model = RNNClassifier(pooling="mean", hidden_size=2, max_epochs=1).fit(X, [0, 1])
    with pytest.raises(ValueError, match="pooling='mean' gives steps no weights"):
        draw(model, X)
    with pytest.raises(NotFittedError):
        draw(RNNClassifier(), X)
    model, X = fitted("numbers")
    with pytest.raises(ValueError, match="X has 6 rows"):
        draw(model, X, row=6)
    with pytest.raises(TypeError, match="int"):
        draw(model, X, row=None)


def test_drawing_changes_nothing(fitted, undisturbed):
    for name in ("search", "texts", "documents"):
        undisturbed(draw, *fitted(name))


def test_one_step_and_huge_values(fitted):
    model, _ = fitted("numbers")
    for x in (np.ones((1, 2)), np.array([[1e300, -1e300], [-1e300, 1e300]])):
        display = draw(model, [x])
        assert display.table["weight"].sum() == pytest.approx(1)
        display.figure_.canvas.draw()
