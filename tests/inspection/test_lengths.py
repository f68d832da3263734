from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import Ridge
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNRegressor, SequenceForecaster
from skrnn.inspection import ScoreByLengthDisplay
from skrnn.inspection.lengths import bins_of
from skrnn.preprocessing import SequenceScaler, SequenceSummary

rng = np.random.default_rng(0)
X = [rng.normal(size=(n, 2)) for n in rng.integers(2, 40, size=90)]
LENGTHS = np.array(list(map(len, X)))
Y = np.array([row[:, 0].sum() for row in X])
measure = ScoreByLengthDisplay.from_estimator


class Knows(ClassifierMixin, BaseEstimator):
    """Right on rows of up to 20 steps, wrong on others."""

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self

    def predict(self, X):
        return np.array([int(len(row) <= 20) for row in X])


def test_what_is_bad_on_long_rows_shows():
    display = measure(Knows().fit(X, Y), X, np.ones(90), n_bins=4)
    table = display.table
    assert table["score"].iloc[0] == 1
    assert table["score"].iloc[-1] == 0
    assert table["n_rows"].sum() == 90
    assert (table["n_rows"] > 15).all()
    assert (table["shortest"].to_numpy()[1:] > table["longest"].to_numpy()[:-1]).all()
    assert display.overall_ == pytest.approx((LENGTHS <= 20).mean())


def test_scores_are_those_of_the_rows():
    model = make_pipeline(SequenceSummary(), Ridge()).fit(X, Y)
    table = measure(model, X, Y, n_bins=3).table
    rows = np.flatnonzero((LENGTHS >= table["shortest"][1]) & (LENGTHS <= table["longest"][1]))
    expected = r2_score(Y[rows], model.predict([X[i] for i in rows]))
    assert table["score"][1] == pytest.approx(expected)
    assert (table["standard_error"] > 0).all()


def test_the_error_of_an_accuracy_is_that_of_a_share():
    labels = (Y > 0).astype(int)
    model = RNNClassifier(hidden_size=2, max_epochs=1, random_state=0).fit(X, labels)
    for scoring in (None, "accuracy"):
        table = measure(model, X, labels, scoring=scoring).table
        p = table["score"]
        assert table["standard_error"].to_numpy() == pytest.approx(
            np.sqrt(p * (1 - p) / table["n_rows"])
        )


def test_the_jackknife_knows_the_error_of_a_mean():
    X = np.zeros((400, 3))
    y = rng.normal(size=400)

    def mean(estimator, X, y):
        return np.mean(y)

    table = measure(Ridge().fit(X, y), X, y, scoring=mean, n_bins=1).table
    assert table["standard_error"][0] == pytest.approx(y.std() / 20, rel=0.6)


def test_ties_stay_together():
    assert [rows.tolist() for rows in bins_of(np.array([4, 4, 4]), 5)] == [[0, 1, 2]]
    bins = bins_of(LENGTHS, 10)
    assert sorted(np.concatenate(bins)) == list(range(90))
    found = [set(LENGTHS[rows]) for rows in bins]
    assert all(not one & other for one, other in pairwise(found))
    assert len(bins_of(np.array([1, 2]), 10)) == 2


def test_one_row_in_a_bin_has_no_r2():
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0).fit(X, Y)
    table = measure(model, [X[0], X[1][:1], X[2]], Y[:3], n_bins=3).table
    assert table["score"].isna().all()
    assert table["standard_error"].isna().all()


def test_weights_count():
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0).fit(X, Y)
    weight = (np.arange(90) % 2).astype(float)
    display = measure(model, X, Y, sample_weight=weight, n_bins=1)
    assert display.overall_ == pytest.approx(model.score(X[1::2], Y[1::2]))
    assert display.table["score"][0] == pytest.approx(display.overall_)


def test_pipelines_and_searches():
    pipeline = make_pipeline(SequenceScaler(), RNNRegressor(max_epochs=1, random_state=0))
    search = GridSearchCV(pipeline, {"rnnregressor__hidden_size": [2]}, cv=2).fit(X, Y)
    assert measure(search, X, Y).table.equals(measure(search.best_estimator_, X, Y).table)
    padded = np.array([[1.0, np.nan], [2.0, 1.0]] * 4)
    model = RNNRegressor(hidden_size=2, max_epochs=1).fit(padded, np.arange(8.0))
    assert measure(model, padded, np.arange(8.0)).table["shortest"].tolist() == [1, 2]


def test_it_draws_where_it_is_told():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    display = measure(Knows().fit(X, Y), X, np.ones(90), ax=ax, scoring="accuracy", n_bins=2)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert ax.get_ylabel() == "accuracy"
    assert [label.get_text().split()[-1] for label in ax.get_xticklabels()] == ["rows", "rows"]
    assert "ScoreByLengthDisplay" in repr(display)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(NotFittedError):
        measure(RNNRegressor(), X, Y)
    model = RNNRegressor(hidden_size=2, max_epochs=1).fit(X, Y)
    with pytest.raises(ValueError, match="inconsistent"):
        measure(model, X, Y[:4])
    with pytest.raises(ValueError, match="inconsistent"):
        measure(model, X, Y, sample_weight=[1.0])
    with pytest.raises(ValueError, match="0 rows"):
        measure(model, [], [])
    with pytest.raises(ValueError, match="'n_bins' parameter"):
        measure(model, X, Y, n_bins=0)
    with pytest.raises(TypeError, match="several scores"):
        measure(model, X, Y, scoring=["r2"])


def test_an_error_names_the_row_of_x():
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0).fit(X, Y)
    rows = [np.array(row) for row in X]
    longest = int(np.argmax([len(row) for row in rows]))
    assert len(rows[longest]) > 2 and longest > 0
    rows[longest][1] = np.nan
    with pytest.raises(ValueError, match=f"NaN in row {longest}, step 1"):
        measure(model, rows, Y)


def test_a_bin_of_one_class_is_named_where_a_score_needs_two():
    rows, y = [[0.0]] * 4 + [[0.0, 1.0]] * 4, [0, 0, 0, 0, 1, 0, 1, 0]
    model = RNNClassifier(hidden_size=2, max_epochs=1, random_state=0).fit(rows, y)
    with pytest.raises(ValueError, match=r"Rows of 1 steps cannot be scored .* Lower n_bins"):
        measure(model, rows, y, scoring="neg_log_loss", n_bins=2)
    assert len(measure(model, rows, y, scoring="neg_log_loss", n_bins=1).table) == 1


def test_a_class_is_no_estimator():
    with pytest.raises(TypeError, match="the class RNNRegressor; pass a fitted instance"):
        measure(RNNRegressor, X, Y)


def test_forecasters_of_rows_are_measured():
    rows = rng.normal(size=(20, 12)).cumsum(axis=1)
    quick = {"n_members": 1, "max_epochs": 1, "hidden_size": 2, "random_state": 0}
    model = SequenceForecaster(horizon=2, **quick).fit(rows, rows[:, -2:] + 1)
    display = measure(model, rows, rows[:, -2:] + 1)
    assert display.table["n_rows"].tolist() == [20]
