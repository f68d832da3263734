import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, SequenceForecaster
from skrnn.inspection import TrainingCurvesDisplay
from skrnn.preprocessing import SequenceScaler

X = [np.arange(n, dtype=float) for n in range(2, 22)]
Y = np.array([n % 3 for n in range(20)])
SMALL = {"hidden_size": 2, "max_epochs": 4, "random_state": 0}


@pytest.fixture(scope="module")
def plain():
    return RNNClassifier(**SMALL).fit(X, Y)


@pytest.fixture(scope="module")
def held_back():
    return RNNClassifier(cell="lstm", early_stopping=True, clip_norm=0.5, **SMALL).fit(X, Y)


def lines(ax):
    return {(line.get_color(), line.get_linestyle()): line for line in ax.get_lines()}


def test_panels_show_the_history(held_back):
    display = TrainingCurvesDisplay.from_estimator(held_back)
    assert list(display.axes_) == ["loss", "score", "lr", "grad_norm"]
    assert display.ax_ is display.axes_["loss"]
    assert display.ax_.figure is display.figure_
    drawn = lines(display.ax_)
    for style, column in (("-", "train_loss"), ("--", "valid_loss")):
        expected = [row[column] for row in held_back.history_]
        assert drawn["C0", style].get_ydata().tolist() == expected
        assert drawn["C0", style].get_xdata().tolist() == [1, 2, 3, 4]
        assert display.table[column].tolist() == expected
    best = min(held_back.history_, key=lambda row: row["valid_loss"])
    dot = drawn["C0", "None"]
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (best["epoch"], best["valid_loss"])
    norms = display.axes_["grad_norm"]
    assert norms.get_yscale() == "log"
    assert lines(norms)["0.3", ":"].get_ydata() == [0.5, 0.5]
    assert display.axes_["score"].get_ylabel() == "accuracy"
    (legend,) = display.figure_.legends
    words = [text.get_text() for text in legend.get_texts()]
    assert words == ["training", "held back", "best epoch", "clip_norm"]


def test_nothing_is_dashed_where_nothing_was_held_back(plain):
    display = TrainingCurvesDisplay.from_estimator(plain, metric="loss")
    assert list(lines(display.ax_)) == [("C0", "-")]
    assert display.table["valid_loss"].isna().all()
    assert display.ax_.get_legend() is None


def test_models_are_named_by_what_differs(plain, held_back):
    models = [make_pipeline(SequenceScaler(), RNNClassifier(**SMALL)).fit(X, Y), held_back]
    table = TrainingCurvesDisplay.from_estimator(models).table
    names = table["model"].unique().tolist()
    assert names == [
        "cell='gru', clip_norm=1.0, early_stopping='auto'",
        "cell='lstm', clip_norm=0.5, early_stopping=True",
    ]
    assert table.groupby("model")["epoch"].max().tolist() == [4, 4]
    equal = TrainingCurvesDisplay.from_estimator([plain, plain], metric="lr").table
    assert equal["model"].unique().tolist() == ["0: RNNClassifier", "1: RNNClassifier"]
    other = RNNClassifier(hidden_size=2, max_epochs=4, random_state=1).fit(X, Y)
    seeds = TrainingCurvesDisplay.from_estimator([plain, other], metric="lr").table
    assert seeds["model"].unique().tolist() == ["random_state=0", "random_state=1"]
    kinds = [plain, RNNRegressor(**SMALL).fit(X, Y)]
    display = TrainingCurvesDisplay.from_estimator(kinds, metric="score")
    assert display.table["model"].unique().tolist() == ["RNNClassifier", "RNNRegressor"]
    assert display.ax_.get_ylabel() == "score"


def test_a_dict_names_models(plain, held_back):
    _, ax = plt.subplots()
    models = {"a": plain, "b": held_back}
    display = TrainingCurvesDisplay.from_estimator(models, metric="grad_norm", ax=ax)
    assert display.ax_ is ax
    assert {("C0", "-"), ("C1", "-"), ("C0", ":"), ("C1", ":")} == set(lines(ax))
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "clip_norm"]


def test_members_of_a_forecaster_are_a_band():
    y = np.sin(np.arange(40.0))
    model = SequenceForecaster(horizon=2, window=4, n_members=2, hidden_size=2, max_epochs=3)
    display = TrainingCurvesDisplay.from_estimator(model.set_params(random_state=0).fit(y))
    assert list(display.axes_) == ["loss", "lr", "grad_norm"]
    losses = display.table.pivot(index="epoch", columns="member", values="train_loss")
    assert losses[0].tolist() == [row["train_loss"] for row in model.history_]
    drawn = lines(display.ax_)["C0", "-"].get_ydata()
    np.testing.assert_allclose(drawn, losses.mean(axis=1))
    assert len(display.ax_.collections) == 1
    with pytest.raises(NotFittedError, match="SequenceForecaster"):
        TrainingCurvesDisplay.from_estimator(SequenceForecaster())


def test_an_encoder_without_y_has_no_scores():
    model = RNNEncoder(**SMALL).fit(X)
    assert list(TrainingCurvesDisplay.from_estimator(model).axes_) == ["loss", "lr", "grad_norm"]
    with pytest.raises(
        ValueError, match=r"'score' was not recorded.*\['loss', 'lr', 'grad_norm'\]"
    ):
        TrainingCurvesDisplay.from_estimator(model, metric="score")


def test_one_epoch_is_a_dot():
    model = RNNClassifier(hidden_size=2, max_epochs=1, clip_norm=None).fit(X, Y)
    display = TrainingCurvesDisplay.from_estimator(model)
    assert display.ax_.get_lines()[0].get_marker() == "."
    assert len(display.axes_["grad_norm"].get_lines()) == 1


def test_what_cannot_be_drawn_is_refused(plain):
    draw = TrainingCurvesDisplay.from_estimator
    with pytest.raises(ValueError, match=r"metric='losses' is unknown. Choose one of \['loss'"):
        draw(plain, metric="losses")
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match="4 panels"):
        draw(plain, ax=ax)
    for empty in ([], {}):
        with pytest.raises(ValueError, match="no model"):
            draw(empty)
    with pytest.raises(NotFittedError):
        draw([plain, RNNClassifier()])
    with pytest.raises(TypeError, match="LinearRegression"):
        draw({"line": LinearRegression()})


def test_without_matplotlib(plain, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"skrnn\[plot\]"):
        TrainingCurvesDisplay.from_estimator(plain)
