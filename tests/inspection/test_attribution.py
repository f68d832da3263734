import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_digits
from sklearn.exceptions import NotFittedError

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.cells import CELLS
from skrnn.inspection import AttributionDisplay
from skrnn.inspection.network import read_rows

draw = AttributionDisplay.from_estimator


def expected_answer(model, X, row, target):
    """The number that is explained, by the public methods."""
    reading = read_rows(model, X)
    model = reading.estimator
    if hasattr(model, "transform"):
        return model.transform(reading.X)[row][target]
    if hasattr(model, "predict_proba"):
        proba = model.predict_proba(reading.X)[row]
        p = proba.max() if target is None else proba[list(model.classes_).index(target)]
        return np.log(p / (1 - p))
    return np.ravel(model.predict(reading.X)[row])[target or 0]


TARGETS = {"encoder": 5, "targets": 1, "classes": "b", "labels": 2}


def test_attributions_are_complete_in_every_case(fitted, case):
    model, X = fitted(case)
    target = TARGETS.get(case)
    display = draw(model, X, row=2, target=target, n_steps=64)
    difference = display.output - display.baseline_output
    assert display.output == pytest.approx(expected_answer(model, X, 2, target), rel=1e-3, abs=1e-5)
    assert abs(display.gap_) < 0.01 * abs(difference)
    total = display.table["attribution"].sum()
    assert display.gap_ == pytest.approx(difference - total, abs=1e-12)
    assert len(display.table) == len(read_rows(model, X).names[2])
    display.figure_.canvas.draw()
    assert "baseline" in display.bars_.patches[0].axes.get_title()


def test_a_confident_network_is_explained_completely():
    X, y = load_digits(return_X_y=True)
    X = X[:300].reshape(-1, 8, 8)
    model = RNNClassifier(hidden_size=12, max_epochs=12, lr=0.01, random_state=0).fit(X, y[:300])
    for row in range(3):
        display = draw(model, X, row=row, n_steps=64)
        difference = display.output - display.baseline_output
        assert abs(display.gap_) < 0.01 * abs(difference)
        assert display.answer == f"log-odds of {model.predict(X)[row]}"
    features = display.table.filter(like="feature")
    assert features.shape == (8, 8)
    np.testing.assert_allclose(features.sum(axis=1), display.table["attribution"])
    assert (display.image_.get_array().reshape(8, 8) == features.to_numpy().T).all()


def test_the_baseline_is_what_says_nothing(fitted):
    model, X = fitted("targets")
    mean = np.vstack(X).mean(axis=0)
    reading = read_rows(model, X)
    baseline = model.predict([np.tile(mean, (len(X[1]), 1)) for _ in range(1)])[0, 0]
    display = draw(model, X, row=1, target=0)
    assert display.baseline_output == pytest.approx(baseline, rel=1e-4)
    assert len(reading.rows[1]) == len(display.table)
    model, X = fitted("texts")
    unknown = model.decision_function(["qq qq qq qq"])[0]
    display = draw(model, X, row=2, target=1)
    assert display.baseline_output == pytest.approx(unknown, rel=1e-3, abs=1e-6)


def test_attributions_are_in_the_units_of_y(fitted):
    X = [[0.0, 1.0], [2.0, 1.0], [3.0, 0.0]]
    params = {"hidden_size": 2, "max_epochs": 3, "random_state": 0}
    small = draw(RNNRegressor(**params).fit(X, [1.0, 2.0, 3.0]), X).table
    large = draw(RNNRegressor(**params).fit(X, [1e3, 2e3, 3e3]), X).table
    np.testing.assert_allclose(large["attribution"], 1e3 * small["attribution"], rtol=1e-3)
    counts = RNNRegressor(loss="poisson", **params).fit(X, [1, 2, 3])
    display = draw(counts, X, row=1)
    assert display.output == pytest.approx(counts.predict(X)[1], rel=1e-4)


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_has_attributions(cell):
    X = [[0.0, 1.0, 3.0], [2.0, 1.0], [3.0]]
    model = RNNClassifier(cell=cell, hidden_size=4, max_epochs=3, random_state=0).fit(X, [0, 1, 1])
    display = draw(model, X)
    assert abs(display.gap_) < 0.01 * abs(display.output - display.baseline_output)
    assert (display.table["attribution"] != 0).any()


@pytest.mark.parametrize("loss", ["absolute_error", "huber", "quantile", "gaussian", "student_t"])
def test_every_loss_has_a_prediction_to_explain(loss):
    X, y = [[0.0, 1.0], [2.0, 1.0], [3.0, 0.0]], [10.0, 20.0, 30.0]
    quantile = 0.9 if loss == "quantile" else None
    model = RNNRegressor(loss=loss, quantile=quantile, hidden_size=2, max_epochs=2).fit(X, y)
    display = draw(model, X, row=1)
    assert display.output == pytest.approx(model.predict(X)[1], rel=1e-4)
    assert abs(display.gap_) < 0.01 * abs(display.output - display.baseline_output)


def test_an_encoder_without_y_has_units_to_explain():
    X = [[0.0, 1.0], [2.0, 1.0], [3.0, 0.0, 1.0]]
    model = RNNEncoder(hidden_size=2, max_epochs=2, random_state=0).fit(X)
    display = draw(model, X, target=3)
    assert display.output == pytest.approx(model.transform(X)[0, 3], rel=1e-4)
    assert display.answer == "state of unit 3"


def test_the_two_classes_oppose_each_other(fitted):
    model, X = fitted("numbers")
    one, other = (draw(model, X, target=target).table["attribution"] for target in (0, 1))
    np.testing.assert_allclose(one, -other)
    predicted = model.predict(X)[0]
    default = draw(model, X)
    assert default.answer == f"log-odds of {predicted}"
    assert f"{model.predict_proba(X)[0].max():.3g}" in default.title


def test_named_steps_of_numbers_are_no_text():
    frame = pd.DataFrame(np.eye(3), columns=["mon", "tue", "wed"])
    model = RNNRegressor(hidden_size=2, max_epochs=1).fit(frame, [1.0, 2.0, 3.0])
    display = draw(model, frame)
    assert display.table["step"].tolist() == ["mon", "tue", "wed"]
    assert display.ax_.get_xlabel() == "step"
    assert display._repr_html_() is None


def test_targets_are_checked(fitted):
    model, X = fitted("classes")
    with pytest.raises(ValueError, match=r"target='d' is not one of the classes \['a', 'b', 'c'\]"):
        draw(model, X, target="d")
    model, X = fitted("targets")
    for target in (None, 2, -1, "a", True):
        with pytest.raises(ValueError, match="must be one of the 2 targets: from 0 to 1"):
            draw(model, X, target=target)
    model, X = fitted("encoder")
    with pytest.raises(ValueError, match="8 units"):
        draw(model, X)
    model = RNNClassifier(hidden_size=2, max_epochs=1).fit(X, [0] * 6)
    with pytest.raises(ValueError, match="one class only"):
        draw(model, X)


def test_what_cannot_be_drawn_is_refused(fitted):
    model, X = fitted("numbers")
    for n_steps in (0, -1, 1.5, True, None):
        with pytest.raises(ValueError, match="n_steps"):
            draw(model, X, n_steps=n_steps)
    with pytest.raises(ValueError, match="X has 6 rows"):
        draw(model, X, row=9)
    with pytest.raises(NotFittedError):
        draw(RNNClassifier(), X)
    with pytest.raises(TypeError, match="RNNClassifier"):
        draw("model", X)


def test_text_is_shown_on_colours(fitted):
    model, X = fitted("texts")
    html = draw(model, X, row=1, target=0)._repr_html_()
    assert "log-odds of 0" in html
    assert "probability" in html
    table = pd.DataFrame({"step": ["<script>", "b", "c"], "attribution": [1.0, -1.0, 0.0]})
    html = AttributionDisplay(table, output=1.0, baseline_output=1.0, title="<x>")._repr_html_()
    assert "&lt;script&gt;" in html
    assert "&lt;x&gt;" in html
    assert "<script>" not in html
    red, blue, white = "rgb(242,132,112)", "rgb(120,170,222)", "rgb(255,255,255)"
    assert html.index(red) < html.index(blue) < html.index(white)
    for name in ("one feature", "numbers", "fused", "ids"):
        assert draw(*fitted(name))._repr_html_() is None


def test_parts_and_sentences_are_named(fitted):
    table = draw(*fitted("fused"), row=1).table
    assert table["part"].tolist() == ["recording"] * 9 + ["age", "note"]
    table = draw(*fitted("documents")).table
    assert table["sentence"].tolist() == [0, 0, 1, 1, 1]
    assert table.filter(like="feature").shape == (5, 2)


def test_a_series_is_coloured(fitted):
    model, X = fitted("one feature")
    _, ax = plt.subplots()
    display = draw(model, X, row=1, ax=ax)
    assert display.ax_ is ax
    assert ax.get_lines()[0].get_ydata().tolist() == X[1][:, 0].tolist()
    heights = [bar.get_height() for bar in display.bars_]
    assert heights == display.table["attribution"].tolist()
    assert display.image_ is None


def test_drawing_changes_nothing(fitted, undisturbed):
    for name in ("search", "texts", "targets"):
        undisturbed(
            lambda model, X, name=name: draw(model, X, target=TARGETS.get(name)), *fitted(name)
        )


def test_one_step_and_huge_values(fitted):
    model, _ = fitted("numbers")
    display = draw(model, [np.ones((1, 2))])
    assert len(display.table) == 1
    display.figure_.canvas.draw()
    with pytest.warns(UserWarning, match="miss .* Raise n_steps"):
        display = draw(model, [np.array([[1e300, -1e300], [-1e300, 1e300]])])
    assert np.isfinite(display.table["attribution"]).all()
    display.figure_.canvas.draw()
