"""Searches by stacks give what scikit-learn's own searches give."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy.stats import loguniform
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning, NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    RandomizedSearchCV,
    ShuffleSplit,
    StratifiedKFold,
)
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import RNNClassifier, RNNRegressor, config_context, get_config, set_config
from skrnn.data import Ragged
from skrnn.model_selection import StackedGridSearchCV, StackedRandomizedSearchCV
from skrnn.model_selection.together import shape_of

N = 24
RNG = np.random.default_rng(0)
EVEN = RNG.normal(size=(N, 5, 2))
ROWS = [row[: 1 + i % 5] for i, row in enumerate(EVEN)]
LABELS = np.where(EVEN[:, 0, 0] > 0, "up", "down")
NUMBERS = EVEN[:, 0, 0] + 3.0
GROUPS = np.arange(N) % 5
TINY = {
    "hidden_size": 3,
    "max_epochs": 2,
    "stem": None,
    "batch_size": 8,
    "bidirectional": False,
    "random_state": 0,
}
CLASSIFIER, REGRESSOR = RNNClassifier(**TINY), RNNRegressor(**TINY)
GRID = {"lr": [1e-3, 1e-2], "alpha": [0.0, 0.3]}
TIMES = {"mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time"}


def both(estimator=CLASSIFIER, X=ROWS, y=LABELS, fit_params=None, grid=GRID, **params):
    """Search stacked and as scikit-learn does, and compare what was found."""
    params = {"cv": 2, "return_train_score": True, **params}
    theirs = GridSearchCV(estimator, grid, **params).fit(X, y, **(fit_params or {}))
    ours = StackedGridSearchCV(estimator, grid, **params).fit(X, y, **(fit_params or {}))
    check_equal(ours, theirs)
    return ours, theirs


def check_equal(ours, theirs):
    check_results(ours.cv_results_, theirs.cv_results_)
    assert fitted_names(ours) == fitted_names(theirs)
    assert ours.n_splits_ == theirs.n_splits_ and ours.multimetric_ == theirs.multimetric_
    for name in ("best_index_", "best_params_"):
        assert getattr(ours, name, None) == getattr(theirs, name, None)
    if hasattr(theirs, "best_score_"):
        np.testing.assert_allclose(ours.best_score_, theirs.best_score_, atol=1e-6)
    assert hasattr(ours, "best_estimator_") == hasattr(theirs, "best_estimator_")
    if hasattr(theirs, "best_estimator_"):
        assert type(ours.best_estimator_) is type(theirs.best_estimator_)


def fitted_names(search):
    return {name for name in vars(search) if name.endswith("_")}


def check_results(found, expected):
    assert list(found) == list(expected)
    for name in set(found) - TIMES:
        if found[name] is None or name == "params" or name.startswith("param_"):
            assert list(found[name]) == list(expected[name])
        else:
            np.testing.assert_allclose(found[name], expected[name], atol=1e-6, err_msg=name)
    for name in TIMES:
        assert found[name].shape == expected[name].shape and np.isfinite(found[name]).all()


# -- what is found -------------------------------------------------------------------------------


def test_classifier(judged):
    ours, theirs = both(scoring="neg_log_loss")
    assert 8 in judged  # candidates and their folds
    assert type(ours.best_estimator_) is RNNClassifier
    assert ours.classes_.tolist() == ["down", "up"] and ours.n_features_in_ == 2
    np.testing.assert_allclose(ours.predict_proba(ROWS), theirs.predict_proba(ROWS), atol=1e-6)
    assert ours.predict(ROWS[:3]).tolist() == theirs.predict(ROWS[:3]).tolist()
    np.testing.assert_allclose(ours.score(ROWS, LABELS), theirs.score(ROWS, LABELS), atol=1e-6)
    assert ours.cv_results_["mean_fit_time"].min() > 0 and ours.refit_time_ > 0


def test_scores_of_the_estimator():
    ours, theirs = both()
    assert ours.score(ROWS[:9], LABELS[:9]) == theirs.score(ROWS[:9], LABELS[:9])


def test_regressor(judged):
    ours, theirs = both(REGRESSOR, EVEN, NUMBERS)
    assert 8 in judged
    np.testing.assert_allclose(ours.predict(EVEN), theirs.predict(EVEN), atol=1e-5)
    np.testing.assert_allclose(ours.score(EVEN, NUMBERS), theirs.score(EVEN, NUMBERS), atol=1e-5)


def test_several_targets():
    both(REGRESSOR, EVEN, np.column_stack([NUMBERS, EVEN[:, 1, 1]]))


@pytest.mark.parametrize("make", [dict, list])
def test_several_metrics(make):
    scoring = {"loss": "neg_log_loss", "acc": "accuracy"}
    if make is list:
        scoring = ["neg_log_loss", "accuracy"]
    ours, theirs = both(scoring=scoring, refit=next(iter(scoring)))
    np.testing.assert_allclose(ours.score(ROWS, LABELS), theirs.score(ROWS, LABELS), atol=1e-6)


def test_refit():
    ours, _ = both(refit=False)
    assert not hasattr(ours, "best_estimator_") and ours.best_index_ in range(4)
    with pytest.raises(AttributeError, match="has no attribute 'predict'"):
        ours.predict(ROWS)
    ours, _ = both(refit=lambda results: 2, scoring="neg_log_loss")
    assert ours.best_index_ == 2 and not hasattr(ours, "best_score_")
    params = ours.best_estimator_.get_params()
    assert ours.best_params_.items() <= params.items()
    assert ours.best_params_ == ours.cv_results_["params"][2]


def test_again_without_refit():
    search = StackedGridSearchCV(CLASSIFIER, {"lr": [1e-3, 1e-2]}, cv=2).fit(ROWS, LABELS)
    search.set_params(refit=False).fit(ROWS, LABELS)
    assert len(search.cv_results_["params"]) == 2


def test_scorers_of_a_user():
    scoring = make_scorer(mean_absolute_error, greater_is_better=False)
    both(REGRESSOR, ROWS, NUMBERS, scoring=scoring)

    def error(estimator, X, y):
        return -np.abs(estimator.predict(X) - y).mean()

    both(REGRESSOR, ROWS, NUMBERS, scoring=error)


def test_a_scorer_that_looks_at_rows_and_estimator():
    def by_length(estimator, X, y):
        assert isinstance(estimator, RNNRegressor)
        lengths = np.array([len(x) for x in X])
        return -np.average(np.abs(estimator.predict(X) - y), weights=lengths)

    ours, _ = both(REGRESSOR, ROWS, NUMBERS, scoring=by_length, error_score="raise")
    assert np.isfinite(ours.score(ROWS, NUMBERS))
    scoring = {"mine": by_length, "r2": "r2"}
    both(REGRESSOR, ROWS, NUMBERS, scoring=scoring, refit="mine", error_score="raise")

    def several(estimator, X, y):
        return {"one": by_length(estimator, X, y), "two": float(len(X))}

    both(REGRESSOR, ROWS, NUMBERS, scoring=several, refit="two", error_score="raise")


def test_candidates_of_several_shapes(judged):
    grid = [{"cell": ["gru", "lstm"], "lr": [1e-3, 1e-2]}, {"cell": ["mgu"], "hidden_size": [2]}]
    both(grid=grid, scoring="neg_log_loss")
    assert set(judged) == {4}


# -- data ----------------------------------------------------------------------------------------


def frame():
    columns = pd.DataFrame({"x": [row[:, 0] for row in ROWS], "z": [row[:, 1] for row in ROWS]})
    return columns.set_index(np.arange(N)[::-1] + 100)


DATA = {
    "list": lambda: ROWS,
    "array": lambda: EVEN,
    "frame": frame,
    "Ragged": lambda: Ragged.from_rows(ROWS),
}


@pytest.mark.parametrize("name", DATA)
def test_containers(judged, name):
    X, before = DATA[name](), DATA[name]()
    labels = pd.Series(LABELS, index=X.index) if name == "frame" else LABELS
    ours, theirs = both(X=X, y=labels, scoring="neg_log_loss", grid={"lr": [1e-3, 1e-2]})
    assert judged
    assert repr(X) == repr(before) and np.array_equal(labels, LABELS)
    names = getattr(theirs, "feature_names_in_", None)
    assert np.array_equal(getattr(ours, "feature_names_in_", None), names)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-6)


def test_data_are_left_alone():
    X, y, weight = copy.deepcopy(ROWS), LABELS.tolist(), np.ones(N)
    StackedGridSearchCV(CLASSIFIER, GRID, cv=2).fit(X, y, sample_weight=weight)
    assert all(map(np.array_equal, X, ROWS)) and y == LABELS.tolist() and (weight == 1).all()


@pytest.mark.parametrize("X", [ROWS[:20], [*ROWS, ROWS[0]]], ids=["fewer", "more"])
def test_rows_that_do_not_match(X):
    for kind in (GridSearchCV, StackedGridSearchCV):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            kind(CLASSIFIER, GRID, cv=2).fit(X, LABELS)


# -- splits, weights -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cv",
    [
        3,
        StratifiedKFold(3, shuffle=True, random_state=1),
        ShuffleSplit(2, test_size=0.3, random_state=2),
        [(np.arange(12), np.arange(12, N)), (np.arange(8, N), np.arange(8))],
    ],
    ids=lambda cv: type(cv).__name__,
)
def test_splits(cv):
    both(cv=cv, scoring="neg_log_loss", grid={"lr": [1e-3, 1e-2]})


def test_groups():
    both(cv=GroupKFold(3), fit_params={"groups": GROUPS}, scoring="neg_log_loss")
    with pytest.raises(ValueError, match="groups"):
        StackedGridSearchCV(CLASSIFIER, GRID, cv=GroupKFold(3)).fit(ROWS, LABELS)


def test_sample_weight(judged):
    weight = np.linspace(0.1, 3, N)
    ours, theirs = both(fit_params={"sample_weight": weight}, scoring="neg_log_loss")
    assert 8 in judged
    np.testing.assert_allclose(ours.predict_proba(ROWS), theirs.predict_proba(ROWS), atol=1e-6)
    plain = clone(ours).fit(ROWS, LABELS)
    assert not np.allclose(plain.predict_proba(ROWS), ours.predict_proba(ROWS), atol=1e-6)
    both(fit_params={"sample_weight": None}, grid={"lr": [1e-3]})


# -- pipelines and others ------------------------------------------------------------------------


def double(X):
    return [2 * x for x in X]


def pipeline(memory=None):
    steps = [("double", FunctionTransformer(double)), ("model", CLASSIFIER)]
    return Pipeline(steps, memory=memory)


@pytest.mark.parametrize("cached", [False, True])
def test_pipeline(judged, tmp_path, cached):
    estimator = pipeline(str(tmp_path) if cached else None)
    grid = {"model__lr": [1e-3, 1e-2]}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=UserWarning, module="joblib")
        ours, theirs = both(estimator, grid=grid, scoring="neg_log_loss")
    assert bool(judged) != cached
    assert type(ours.best_estimator_) is Pipeline
    np.testing.assert_allclose(ours.predict_proba(ROWS), theirs.predict_proba(ROWS), atol=1e-6)


def test_candidates_of_a_pipeline_are_of_one_shape():
    def shape(**params):
        return shape_of(clone(pipeline()).set_params(**params))

    assert shape(model__lr=1e-3) == shape(model__lr=1e-2)
    assert shape() != shape(model__hidden_size=17)
    assert shape() != shape(double__func=None)


def test_weights_of_a_pipeline():
    weight, grid = np.linspace(0.1, 3, N), {"model__lr": [1e-3, 1e-2]}
    params = {"model__sample_weight": weight}
    both(pipeline(), grid=grid, scoring="neg_log_loss", fit_params=params)


def test_foreign_estimators():
    flat = EVEN.reshape(N, -1)
    both(LogisticRegression(), flat, LABELS, grid={"C": [0.1, 1.0]})
    both(Ridge(), flat, NUMBERS, grid={"alpha": [0.1, 1.0]})
    weight = {"sample_weight": np.linspace(0.1, 3, N)}
    both(LogisticRegression(), flat, LABELS, weight, grid={"C": [0.1, 1.0]})


class Tagged(RNNClassifier):
    """Its fit takes a parameter of its own."""

    def fit(self, X, y, sample_weight=None, tag=None):
        self.tag_ = tag
        return super().fit(X, y, sample_weight)


def test_foreign_parameters_of_fit(judged):
    ours, _ = both(Tagged(**TINY), fit_params={"tag": "x"}, grid={"lr": [1e-3, 1e-2]})
    assert ours.best_estimator_.tag_ == "x" and not judged


class Turned(RNNClassifier):
    """Its fit does something else first."""

    def fit(self, X, y, sample_weight=None):
        return super().fit([row[::-1] for row in X], y, sample_weight)


def test_a_fit_that_was_overridden(judged):
    both(Turned(**TINY), grid={"lr": [1e-3, 1e-2]}, scoring="neg_log_loss")
    assert not judged


def test_pipelines_that_do_not_take_weights():
    """As scikit-learn's, which want the name of the step."""
    for kind in (GridSearchCV, StackedGridSearchCV):
        search = kind(pipeline(), {"model__lr": [1e-3]}, cv=2)
        with pytest.raises(ValueError, match="sample_weight"):
            search.fit(ROWS, LABELS, sample_weight=np.ones(N))


def test_routed_weights(judged):
    weight = {"sample_weight": np.linspace(0.1, 3, N)}
    with sklearn.config_context(enable_metadata_routing=True):
        model = clone(CLASSIFIER).set_fit_request(sample_weight=True)
        model.set_score_request(sample_weight=True)
        ours, theirs = both(model, fit_params=weight, grid={"lr": [1e-3, 1e-2]})
        scores = (search.score(ROWS, LABELS, **weight) for search in (ours, theirs))
        np.testing.assert_allclose(*scores, atol=1e-6)
        both(fit_params={"groups": GROUPS}, cv=GroupKFold(2), grid={"lr": [1e-3, 1e-2]})
    assert judged


# -- failures ------------------------------------------------------------------------------------


def failed(kind, **params):
    grid = {"lr": [1e-3, -1.0]}
    with pytest.warns(FitFailedWarning) as caught, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="One or more of the test scores")
        search = kind(CLASSIFIER, grid, cv=2, **params).fit(ROWS, LABELS)
    (warning,) = (str(w.message) for w in caught if w.category is FitFailedWarning)
    return search, warning


@pytest.mark.parametrize("params", [{}, {"error_score": 0.0}])
@pytest.mark.filterwarnings("ignore:One or more of the test scores")
def test_a_candidate_that_fails(params):
    ours, warning = failed(StackedGridSearchCV, **params)
    theirs, expected = failed(GridSearchCV, **params)
    check_results(ours.cv_results_, theirs.cv_results_)
    assert ours.best_params_ == {"lr": 1e-3}
    assert np.isnan(ours.cv_results_["mean_test_score"][1]) == (not params)
    assert "2 fits failed out of a total of 4" in warning
    assert warning.splitlines()[-1] == expected.splitlines()[-1]


def test_a_candidate_that_diverges():
    model = clone(REGRESSOR).set_params(lr_schedule="constant")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        search = StackedGridSearchCV(model, {"lr": [1e-3, 1e30]}, cv=2).fit(ROWS, NUMBERS)
    assert any("Training diverged" in str(w.message) for w in caught)
    assert np.isfinite(search.cv_results_["mean_test_score"]).tolist() == [True, False]


def test_failures_that_are_raised():
    with pytest.raises(ValueError, match="lr"):
        StackedGridSearchCV(CLASSIFIER, {"lr": [1e-3, -1.0]}, cv=2, error_score="raise").fit(
            ROWS, LABELS
        )
    with pytest.raises(ValueError, match="All the 2 fits failed"):
        StackedGridSearchCV(CLASSIFIER, {"lr": [-1.0]}, cv=2).fit(ROWS, LABELS)
    with pytest.raises(ValueError, match="Invalid parameter 'size'"):
        StackedGridSearchCV(CLASSIFIER, {"size": [1]}, cv=2).fit(ROWS, LABELS)


# -- processes and settings ----------------------------------------------------------------------


def test_processes():
    ours = StackedGridSearchCV(CLASSIFIER, GRID, cv=2, n_jobs=2, scoring="neg_log_loss")
    ours.fit(ROWS, LABELS)
    one = StackedGridSearchCV(CLASSIFIER, GRID, cv=2, scoring="neg_log_loss").fit(ROWS, LABELS)
    scores = (each.cv_results_["mean_test_score"] for each in (ours, one))
    np.testing.assert_allclose(*scores, atol=1e-6)


def backend(estimator, X, y):
    return float(estimator.cell_backend_ == "torch")


@pytest.mark.parametrize("how", ["set_config", "config_context"])
def test_the_backend_reaches_other_processes(how):
    search = StackedGridSearchCV(CLASSIFIER, {"lr": [1e-3, 1e-2]}, cv=2, n_jobs=2, scoring=backend)
    before = get_config()
    try:
        if how == "set_config":
            set_config(backend="torch")
            search.fit(ROWS, LABELS)
        else:
            with config_context(backend="torch"):
                search.fit(ROWS, LABELS)
    finally:
        set_config(**before)
    assert (search.cv_results_["mean_test_score"] == 1).all()
    assert search.best_estimator_.cell_backend_ == "torch"


# -- manners -------------------------------------------------------------------------------------


def test_clone_repr_pickle():
    search = StackedGridSearchCV(CLASSIFIER, GRID, cv=2)
    text = repr(search)
    assert text.startswith("StackedGridSearchCV(") and repr(clone(search)) == text
    assert repr(pickle.loads(pickle.dumps(search))) == text
    with pytest.raises(NotFittedError):
        search.predict(ROWS)
    search.fit(ROWS, LABELS)
    twin = pickle.loads(pickle.dumps(search))
    assert np.array_equal(twin.predict_proba(ROWS), search.predict_proba(ROWS))
    assert twin.score(ROWS, LABELS) == search.score(ROWS, LABELS)
    assert repr(search) == text and not hasattr(clone(search), "cv_results_")
    assert search.estimator is CLASSIFIER and not hasattr(CLASSIFIER, "net_")


def test_a_search_does_not_keep_the_data():
    wide = np.repeat(EVEN, 400, axis=2)[..., :500]
    model = clone(CLASSIFIER).set_params(max_epochs=1)
    search = StackedGridSearchCV(model, {"lr": [1e-3]}, cv=2, scoring=None).fit(wide, LABELS)
    assert len(pickle.dumps(search)) < wide.nbytes // 2


def test_random_search():
    spaces = {"lr": loguniform(1e-4, 1e-2), "alpha": [0.0, 0.1]}
    params = {"n_iter": 3, "cv": 2, "scoring": "neg_log_loss", "random_state": 3}
    searches = [
        kind(CLASSIFIER, spaces, **params).fit(ROWS, LABELS)
        for kind in (StackedRandomizedSearchCV, RandomizedSearchCV)
    ]
    check_equal(*searches)
    ours = searches[0]
    assert len(ours.cv_results_["params"]) == 3
    assert type(clone(ours)) is StackedRandomizedSearchCV and clone(ours).n_iter == 3


# -- progress -----------------------------------------------------------------------------


@pytest.mark.parametrize(("own", "outer"), [(1, 0), (0, 1), (1, 1)])
def test_one_progress_line(own, outer, capfd):
    pytest.importorskip("tqdm")
    model = clone(CLASSIFIER).set_params(verbose=own)
    grid = {"lr": [1e-3, 1e-2], "hidden_size": [2, 3]}
    search = StackedGridSearchCV(model, grid, cv=2, refit=False, verbose=outer).fit(ROWS, LABELS)
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and err.endswith("\n")
    assert "network 8/8 100%" in err and "<00:00" in err and "train_loss=" in err
    pickle.dumps(search)


def test_the_line_of_a_pipeline_and_of_processes(capfd):
    pytest.importorskip("tqdm")
    params = {"cv": 2, "refit": False, "verbose": 1}
    StackedGridSearchCV(pipeline(), {"model__lr": [0.1, 0.01]}, **params).fit(ROWS, LABELS)
    out, err = capfd.readouterr()
    assert out == "" and "network 4/4 100%" in err and err.count("\n") == 1
    StackedGridSearchCV(CLASSIFIER, GRID, n_jobs=2, **params).fit(ROWS, LABELS)
    assert capfd.readouterr().out.startswith("Fitting 2 folds for each of 4 candidates")
    StackedGridSearchCV(LogisticRegression(), {"C": [1.0]}, **params).fit(EVEN[:, 0], LABELS)
    assert capfd.readouterr().out.startswith("Fitting 2 folds for each of 1 candidates")


def test_silent(capfd):
    StackedGridSearchCV(CLASSIFIER, GRID, cv=2).fit(ROWS, LABELS)
    assert capfd.readouterr() == ("", "")
