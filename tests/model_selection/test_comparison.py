import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.model_selection import GridSearchCV, ShuffleSplit, StratifiedKFold, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.cells import CELLS, GRU, LSTM, RNN, StepCell
from skrnn.data import Ragged
from skrnn.model_selection import CellComparison, compare_cells
from skrnn.model_selection import comparison as module
from skrnn.model_selection.baseline import make_baseline

RNG = np.random.default_rng(0)
LABELS = np.array(["down", "up"] * 8)
SLOPE = np.where(LABELS == "up", 0.4, -0.4)
X = [slope * np.arange(n) for slope, n in zip(SLOPE, RNG.integers(3, 9, 16), strict=True)]
NUMBERS = np.array([x.sum() for x in X]) + 0.5
COLUMNS = ["mean_score", "std_score", "n_parameters", "fit_time", "score_time", "baseline"]
TINY = {"hidden_size": 3, "max_epochs": 1, "stem": None, "random_state": 0}
CLASSIFIER, REGRESSOR = RNNClassifier(**TINY), RNNRegressor(**TINY)


def compare(y=LABELS, X=X, **params):
    params = {"estimator": CLASSIFIER, "cells": ["gru", "rnn"], "cv": 2, **params}
    return compare_cells(X, y, **params)


# -- what is found -----------------------------------------------------------------------


def test_it_is_cross_validation():
    folds = StratifiedKFold(4, shuffle=True, random_state=1)
    found = compare(cv=folds)
    for cell in ("gru", "rnn"):
        expected = cross_val_score(RNNClassifier(**{**TINY, "cell": cell}), X, LABELS, cv=folds)
        np.testing.assert_array_equal(found.scores[cell], expected)
        assert found.table.loc[cell, "mean_score"] == expected.mean()
        assert found.table.loc[cell, "std_score"] == expected.std()
    baseline = make_baseline(CLASSIFIER, "cell", LABELS)
    expected = cross_val_score(baseline, X, LABELS, cv=folds)
    np.testing.assert_array_equal(found.scores["baseline"], expected)


def test_table():
    table = compare().table
    assert list(table.columns) == COLUMNS
    assert table.index.name == "cell"
    assert sorted(table.index) == ["baseline", "gru", "rnn"]
    assert table["mean_score"].is_monotonic_decreasing
    assert table.index[table["baseline"]].tolist() == ["baseline"]
    assert (table[["fit_time", "score_time"]] > 0).all(axis=None)


def test_folds_of_an_unseeded_splitter_are_the_same_for_all():
    found = compare(cells={"one": "gru", "other": GRU}, cv=ShuffleSplit(3, test_size=4))
    np.testing.assert_array_equal(found.scores["one"], found.scores["other"])


def test_best_cell_is_not_the_baseline():
    found = compare()
    assert found.best_cell == next(name for name in found.table.index if name != "baseline")
    assert list(found.scores.columns) == list(found.table.index)


def test_number_of_parameters_is_that_of_the_network():
    table = compare(cells=["gru", "lstm"], baseline=False).table
    for cell in ("gru", "lstm"):
        fitted = RNNClassifier(**{**TINY, "cell": cell}).fit(X, LABELS)
        expected = sum(p.numel() for p in fitted.module_.parameters())
        assert table.loc[cell, "n_parameters"] == expected


def test_the_number_of_parameters_of_the_baseline():
    table = compare(y=NUMBERS, estimator=REGRESSOR).table
    assert table.loc["baseline", "n_parameters"] == 9 + 1  # eight statistics, the length, 1
    table = compare(baseline=DummyClassifier()).table
    assert table["n_parameters"].isna().tolist() == table["baseline"].tolist()


# -- cells -------------------------------------------------------------------------------


class Leak(StepCell):
    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size
        self.weight = torch.nn.Linear(input_size, hidden_size)

    def step(self, x, state):
        h = 0.5 * state[0] + self.weight(x)
        return h, (h,)


class Broken(Leak):
    def step(self, x, state):
        raise ArithmeticError("no step today")


def test_all_cells_by_default():
    assert list(module._named(None)) == list(CELLS)


def test_names_of_cells():
    cells = ["gru", LSTM, RNN(activation="relu"), GRU(), Leak]
    found = compare(cells=cells, baseline=False)
    assert set(found.table.index) == {"gru", "lstm", "RNN(activation='relu')", "GRU()", "Leak"}
    found = compare(cells={"mine": Leak, "relu": RNN(activation="relu")}, baseline=False)
    assert set(found.table.index) == {"mine", "relu"}


def test_configured_cells_are_what_is_fitted():
    cells = {"relu": RNN(activation="relu"), "plain": "rnn"}
    y = NUMBERS
    found = compare(y=y, cells=cells, estimator=REGRESSOR, baseline=False)
    expected = cross_val_score(RNNRegressor(**{**TINY, "cell": cells["relu"]}), X, y, cv=2)
    np.testing.assert_array_equal(found.scores["relu"], expected)


@pytest.mark.parametrize(
    ("cells", "error", "message"),
    [
        ("gru", TypeError, "cells must be a list of cells or a dict of name to cell; got 'gru'"),
        (GRU, TypeError, "cells must be a list of cells"),
        (GRU(), TypeError, "cells must be a list of cells"),
        ([], ValueError, "cells is empty"),
        (["gru", "gru2"], ValueError, "cell='gru2' is unknown"),
        (["gru", 3], TypeError, "cell must be a name in"),
        (["gru", GRU], ValueError, "cells holds 'gru' more than once"),
        ({1: "gru"}, TypeError, "names of cells must be strings; got 1"),
        ({"baseline": "gru"}, ValueError, "cells uses the name 'baseline'"),
    ],
)
def test_wrong_cells(cells, error, message):
    with pytest.raises(error, match=message):
        compare(cells=cells)


# -- estimators and targets --------------------------------------------------------------


@pytest.mark.parametrize(
    ("y", "kind"),
    [
        (LABELS, RNNClassifier),
        ([0, 1, 2], RNNClassifier),
        (np.eye(3, dtype=int), RNNClassifier),
        (NUMBERS, RNNRegressor),
        (np.stack([NUMBERS, -NUMBERS], 1), RNNRegressor),
    ],
)
def test_default_estimator(y, kind):
    estimator = module._default_estimator(y)
    assert type(estimator) is kind
    assert estimator.random_state == 0


def test_without_an_estimator():
    found = compare_cells([x[:2] for x in X], LABELS, cells=["rnn"], cv=2)
    assert found.table.loc["rnn", "mean_score"] > 0.5


@pytest.mark.parametrize("container", [list, Ragged.from_rows])
def test_targets_of_several_columns(container):
    y = np.stack([NUMBERS, -NUMBERS], 1)
    found = compare(y=y, X=container(X), estimator=REGRESSOR)
    assert found.scores.shape == (2, 3)
    labels = np.stack([LABELS == "up", np.arange(16) % 3 == 0], 1).astype(int)
    found = compare(y=labels, X=container(X))
    assert found.scores.shape == (2, 3)


def test_token_ids():
    ids = [RNG.integers(1, 9, size=n) for n in RNG.integers(2, 6, size=16)]
    found = compare(X=ids, estimator=RNNClassifier(embedding_dim=2, **TINY))
    assert found.scores.shape == (2, 3)


def double(X):
    return [2.0 * x for x in X]


AROUND = {
    "a pipeline": (make_pipeline(FunctionTransformer(double), CLASSIFIER), LABELS),
    "a step named cell": (Pipeline([("cell", CLASSIFIER)]), LABELS),
    "an encoder": (make_pipeline(RNNEncoder(**TINY), LogisticRegression()), LABELS),
    "a target": (TransformedTargetRegressor(REGRESSOR), NUMBERS),
}


@pytest.mark.parametrize("name", AROUND)
def test_estimators_around_one(name):
    estimator, y = AROUND[name]
    found = compare(y=y, estimator=estimator, cells=["gru", LSTM(init="uniform")])
    assert set(found.table.index) == {"baseline", "gru", "LSTM(init='uniform')"}
    sizes = found.table["n_parameters"]
    assert sizes["gru"] < sizes["LSTM(init='uniform')"]


def test_cells_go_to_the_step_that_has_one():
    pipe = make_pipeline(FunctionTransformer(double), RNNClassifier(cell="lstm", **TINY))
    found = compare(estimator=pipe, cells=["rnn"])
    alone = compare(X=double(X), cells=["rnn"])
    pd.testing.assert_frame_equal(found.scores, alone.scores)
    assert pipe.get_params()["rnnclassifier__cell"] == "lstm"


def test_a_search_has_its_best_cell_counted():
    search = GridSearchCV(CLASSIFIER, {"hidden_size": [2, 3]}, cv=2)
    found = compare(estimator=search, cells=["gru"], baseline=False)
    assert found.table.loc["gru", "n_parameters"] > 0


@pytest.mark.parametrize(
    ("estimator", "error", "message"),
    [
        (RNNClassifier, TypeError, "estimator must be an instance"),
        (LogisticRegression(), ValueError, "LogisticRegression has none"),
        (
            make_pipeline(RNNEncoder(), RNNClassifier()),
            ValueError,
            "Pipeline has several: rnnencoder__cell, rnnclassifier__cell",
        ),
        (RNNEncoder(), TypeError, "score"),
    ],
)
def test_wrong_estimators(estimator, error, message):
    with pytest.raises(error, match=message):
        compare(estimator=estimator)


# -- baseline, scoring, processes, progress ----------------------------------------------


def test_the_baseline_suits_the_target():
    labels = np.eye(2, dtype=int)[np.arange(16) % 2]
    balanced = RNNClassifier(class_weight="balanced")
    last = make_baseline(balanced, "cell", LABELS)[-1]
    assert isinstance(last, LogisticRegression)
    assert last.class_weight == "balanced"
    assert isinstance(make_baseline(CLASSIFIER, "cell", labels)[-1], OneVsRestClassifier)
    assert isinstance(make_baseline(REGRESSOR, "cell", NUMBERS)[-1], RidgeCV)
    assert make_baseline(RNNClassifier(embedding_dim=2), "cell", LABELS)[0].tokens
    pipe = make_pipeline(FunctionTransformer(double), CLASSIFIER)
    baseline = make_baseline(pipe, "rnnclassifier__cell", LABELS)
    assert [name for name, _ in baseline.steps] == ["functiontransformer", "rnnclassifier"]
    assert pipe[-1] is CLASSIFIER


def test_no_baseline_and_one_of_your_own():
    assert "baseline" not in compare(baseline=False).table.index
    found = compare(baseline=DummyClassifier())
    assert found.scores["baseline"].tolist() == [0.5, 0.5]


def test_wrong_baseline():
    for baseline in (None, DummyClassifier, "dummy"):
        with pytest.raises(TypeError, match="baseline must be True, False or an estimator"):
            compare(baseline=baseline)


def test_scoring():
    by_name = compare(y=NUMBERS, estimator=REGRESSOR, scoring="neg_mean_absolute_error")
    scorer = make_scorer(mean_absolute_error, greater_is_better=False)
    by_callable = compare(y=NUMBERS, estimator=REGRESSOR, scoring=scorer)
    pd.testing.assert_frame_equal(by_name.scores, by_callable.scores)
    assert by_name.score_name == "neg_mean_absolute_error"
    assert (by_name.scores < 0).all(axis=None)


def test_wrong_scoring():
    with pytest.raises(TypeError, match="scoring must be the name of one score"):
        compare(scoring=["accuracy", "f1"])
    with pytest.raises(ValueError, match="gives several scores"):
        compare(scoring=lambda model, X, y: {"one": 1.0, "other": 2.0})


def test_two_processes():
    pd.testing.assert_frame_equal(compare(n_jobs=2).scores, compare().scores)


def test_silent_but_for_verbose(capfd):
    compare()
    assert capfd.readouterr() == ("", "")
    compare(verbose=1)
    printed = capfd.readouterr().err
    assert "rnn" in printed
    assert "3/3" in printed


# -- failures name the cell --------------------------------------------------------------


def test_a_failing_cell_is_named():
    with pytest.raises(RuntimeError, match=r"Cell 'Broken' failed .*: no step today") as caught:
        compare(cells=["gru", Broken])
    assert isinstance(caught.value.__cause__, ArithmeticError)
    with pytest.raises(ValueError, match=r"Cell 'rnn' failed .*'hidden_size'"):
        compare(estimator=RNNClassifier(hidden_size=-1), cells=["rnn"])


def test_a_failing_baseline_is_named():
    with pytest.raises(ValueError, match=r"The baseline failed in cross-validation"):
        compare(baseline=LogisticRegression())  # which reads no lists of arrays


def test_nan_is_no_score():
    with pytest.raises(ValueError, match="Cell 'gru' has the score NaN in fold 0"):
        compare(scoring=lambda model, X, y: np.nan)


def test_rows_of_x_and_y_differ():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        compare(y=LABELS[:-1])


def test_the_caller_keeps_his_estimator():
    estimator = RNNClassifier(cell="lstm", **TINY)
    before = estimator.get_params()
    assert isinstance(compare(estimator=estimator), CellComparison)
    assert vars(estimator) == vars(RNNClassifier(**before))
