import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNRegressor
from skrnn.data import Ragged
from skrnn.inspection import PermutationImportanceDisplay
from skrnn.preprocessing import SequenceScaler, SequenceSummary, SequenceTokenizer

rng = np.random.default_rng(0)
X = [rng.normal(size=(n, 3)) for n in rng.integers(4, 12, size=60)]
Y = np.array([row[:, 1].mean() for row in X])
measure = PermutationImportanceDisplay.from_estimator


@pytest.fixture(scope="module")
def summary():
    return make_pipeline(SequenceSummary(), Ridge(0.01)).fit(X, Y)


def test_the_informative_feature_comes_first(summary):
    display = measure(summary, X, Y, random_state=0, n_repeats=4)
    assert display.importances_.shape == (3, 4)
    assert display.table["feature"][0] == "feature 1"
    assert display.table["mean"][0] > 0.5
    assert (display.table["mean"][1:].abs() < 0.05).all()
    assert display.baseline_ == pytest.approx(summary.score(X, Y))
    falls = display.importances_[1]
    assert display.table["mean"][0] == pytest.approx(falls.mean())
    assert display.table["std"][0] == pytest.approx(falls.std())


def test_the_informative_segment_comes_out():
    cube = rng.normal(size=(80, 12, 1))
    y = cube[:, 6:9, 0].sum(1)
    model = Ridge(0.01).fit(cube[:, :, 0], y)
    display = measure(model, cube[:, :, 0], y, by="segment", n_segments=4, random_state=0)
    assert display.table["segment"].tolist() == [
        "0 to 25 %",
        "25 to 50 %",
        "50 to 75 %",
        "75 to 100 %",
    ]
    assert display.table["mean"].idxmax() == 2
    assert (display.table["mean"].drop(2).abs() < 1e-3).all()
    network = RNNRegressor(hidden_size=16, max_epochs=40, lr=0.01, random_state=0).fit(cube, y)
    falls = measure(network, cube, y, by="segment", n_segments=4, random_state=0).table["mean"]
    assert falls.idxmax() == 2


def test_ids_and_texts_have_segments():
    ids = rng.integers(1, 5, size=(80, 6))
    y = ids[:, 5] > 2
    model = RNNClassifier(embedding_dim=3, hidden_size=8, max_epochs=30, lr=0.01, random_state=0)
    model.fit(ids, y)
    table = measure(model, ids, y, by="segment", n_segments=3, random_state=0).table
    assert table["mean"].idxmax() == 2
    with pytest.raises(ValueError, match="by='segment'"):
        measure(model, ids, y)
    words = [" ".join(f"w{k}" for k in row) for row in ids]
    pipeline = make_pipeline(SequenceTokenizer(min_frequency=1), model).fit(words, y)
    for texts in (words, [text.split() for text in words], pd.Series(words)):
        table = measure(pipeline, texts, y, by="segment", n_segments=3, random_state=0).table
        assert table["mean"].idxmax() == 2
    with pytest.raises(ValueError, match="by='segment'"):
        measure(pipeline, words, y)


def test_every_container_gives_the_same(summary):
    kinds = [X, tuple(X), Ragged.from_rows(X), pd.Series(X)]
    falls = [measure(summary, kind, Y, random_state=1, n_repeats=2).importances_ for kind in kinds]
    for one in falls[1:]:
        assert one == pytest.approx(falls[0], abs=1e-9)


def test_the_seed_decides_and_jobs_do_not(summary):
    one = measure(summary, X, Y, random_state=0).importances_
    assert (one == measure(summary, X, Y, random_state=0, n_jobs=2).importances_).all()
    assert (one != measure(summary, X, Y, random_state=1).importances_).any()
    order = rng.permutation(60)
    moved = measure(summary, [X[i] for i in order], Y[order], random_state=0, n_repeats=40)
    still = measure(summary, X, Y, random_state=0, n_repeats=40)
    assert moved.table["mean"][0] == pytest.approx(still.table["mean"][0], rel=0.15)


def test_weights_and_scoring(summary):
    weight = np.r_[np.ones(30), np.zeros(30)]
    display = measure(summary, X, Y, sample_weight=weight, random_state=0)
    assert display.baseline_ == pytest.approx(summary.score(X[:30], Y[:30]))
    display = measure(summary, X, Y, scoring="neg_mean_absolute_error", random_state=0)
    assert display.baseline_ < 0
    assert "neg_mean_absolute_error" in display.ax_.get_xlabel()
    assert measure(summary, X, Y, scoring=lambda e, X, y: 1.0).importances_.max() == 0


def test_names_of_features():
    frames = [pd.DataFrame(row, columns=["a", "b", "c"]) for row in X]
    model = make_pipeline(SequenceScaler(), RNNRegressor(hidden_size=2, max_epochs=1))
    assert set(measure(model.fit(frames, Y), frames, Y).table["feature"]) == {"a", "b", "c"}
    cells = pd.DataFrame({name: [row[:, j] for row in X] for j, name in enumerate("abc")})
    assert set(measure(model.fit(cells, Y), cells, Y).table["feature"]) == {"a", "b", "c"}


def test_searches_are_scored(summary):
    search = GridSearchCV(
        RNNRegressor(max_epochs=1, random_state=0), {"hidden_size": [2]}, cv=2
    ).fit(X, Y)
    one = measure(search, X, Y, random_state=0).importances_
    assert (one == measure(search.best_estimator_, X, Y, random_state=0).importances_).all()


def test_it_draws_where_it_is_told(summary):
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    display = measure(summary, X, Y, ax=ax, random_state=0)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert ax.get_yticklabels()[0].get_text() == "feature 1"
    assert "R²" in ax.get_title()
    assert len(display.bars_) == 3
    assert "feature 1" in repr(display)
    names = [f"feature {j}" for j in range(50)]
    many = PermutationImportanceDisplay(rng.normal(size=(50, 2)), names, 0.5).plot()
    assert len(many.bars_) == 30
    assert len(many.table) == 50


def test_nothing_is_changed(summary):
    given = [row.copy() for row in X]
    state = np.random.get_state()[1].copy()
    measure(summary, X, Y, random_state=0)
    assert all((a == b).all() for a, b in zip(given, X, strict=True))
    assert (np.random.get_state()[1] == state).all()
    frozen = np.zeros((4, 3))
    frozen.flags.writeable = False
    dummy = DummyClassifier().fit(frozen, [0, 1, 1, 1])
    assert measure(dummy, frozen, [0, 1, 1, 1], by="segment").importances_.max() == 0


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"by": "time"}, ValueError, "'by' parameter"),
        ({"n_segments": 0}, ValueError, "'n_segments' parameter"),
        ({"n_repeats": 0}, ValueError, "'n_repeats' parameter"),
        ({"random_state": "no"}, ValueError, "'random_state' parameter"),
        ({"scoring": ["r2", "max_error"]}, TypeError, "several scores"),
        ({"scoring": "none"}, ValueError, "scoring"),
    ],
)
def test_bad_options_are_named(summary, options, error, words):
    with pytest.raises(error, match=words):
        measure(summary, X, Y, **options)


def test_what_cannot_be_measured_is_refused(summary):
    with pytest.raises(NotFittedError):
        measure(RNNRegressor(), X, Y)
    with pytest.raises(ValueError, match="1 row"):
        measure(summary, X[:1], Y[:1])
    with pytest.raises(ValueError, match="inconsistent"):
        measure(summary, X, Y[:5])
    with pytest.raises(TypeError, match="score"):
        measure(SequenceScaler().fit(X), X, Y)
    documents = [[np.ones((2, 1))], [np.ones((3, 1))]]
    nested = RNNClassifier(hierarchical=True, max_epochs=1, hidden_size=2).fit(documents, [0, 1])
    with pytest.raises(TypeError, match="documents"):
        measure(nested, documents, [0, 1])


def test_a_class_is_no_estimator():
    with pytest.raises(TypeError, match="the class RNNClassifier; pass a fitted instance"):
        measure(RNNClassifier, X, Y)
