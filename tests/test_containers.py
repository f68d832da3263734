"""What survives scikit-learn's own tools: every container of sequences times every operation."""

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_val_score,
    learning_curve,
    permutation_test_score,
    train_test_split,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import ClassifierChain, MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.utils import indexable

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.data import Ragged

SMALL = {
    "hidden_size": 3,
    "num_layers": 1,
    "bidirectional": False,
    "dropout": 0.0,
    "pooling": "last",
    "stem": None,
    "batch_size": 32,
    "max_epochs": 1,
    "device": "cpu",
    "random_state": 0,
}
CLASSIFIER = RNNClassifier(**SMALL)
REGRESSOR = RNNRegressor(**SMALL)
ENCODER = RNNEncoder(**SMALL)

N, T, F = 24, 5, 2
RNG = np.random.default_rng(0)
Y = np.tile([0, 1], N // 2)
CUBE = RNG.normal(size=(N, T, F)) + 3.0 * Y[:, None, None]
LENGTHS = RNG.integers(2, T + 1, N)
LENGTHS[0] = T
ROWS = [row[:n] for row, n in zip(CUBE, LENGTHS, strict=True)]
PADDED = np.where(np.arange(T)[:, None] < LENGTHS[:, None, None], CUBE, np.nan)
FLAT = CUBE[:, :, 0]
GROUPS = np.repeat(np.arange(N // 4), 4)
LABELS = np.column_stack([Y, 1 - Y])


def object_array(rows):
    out = np.empty(len(rows), dtype=object)
    out[:] = rows
    return out


CONTAINERS = {
    "3-D": CUBE,
    "3-D padded": PADDED,
    "list": ROWS,
    "tuple": tuple(ROWS),
    "object array": object_array(ROWS),
    "list of frames": [pd.DataFrame(row, columns=["a", "b"]) for row in ROWS],
    "Series": pd.Series(ROWS, index=np.arange(100, 100 + N)),
    "nested frame": pd.DataFrame(
        {name: [pd.Series(row[:, j]) for row in ROWS] for j, name in enumerate("ab")}
    ),
    "list of lists": [row.tolist() for row in ROWS],
    "torch 3-D": torch.from_numpy(CUBE),
    "Ragged": Ragged.from_rows(ROWS),
    "2-D": FLAT,
    "2-D frame": pd.DataFrame(FLAT, columns=list("abcde")),
}
PANEL = pd.DataFrame(
    np.concatenate(ROWS),
    index=pd.MultiIndex.from_tuples(
        [(i, t) for i, n in enumerate(LENGTHS) for t in range(n)], names=["series", "time"]
    ),
    columns=["a", "b"],
)


def same_kind(part, X):
    """Whether a part of X is still what X is (scikit-learn may turn a tuple into a list)."""
    return type(part) is type(X) or (isinstance(X, tuple) and isinstance(part, list))


# -- operations that split X by rows --------------------------------------------------------


def op_indexable(X):
    (out,) = indexable(X)
    assert out is X


def op_train_test_split(X):
    train, test, y_train, y_test = train_test_split(X, Y, stratify=Y, random_state=0)
    assert same_kind(train, X)
    assert same_kind(test, X)
    model = clone(CLASSIFIER).fit(train, y_train)
    assert model.predict(test).shape == y_test.shape
    assert sorted(y_test.tolist()) == [0, 0, 0, 1, 1, 1]


def op_stratified(X):
    assert len(list(StratifiedKFold(3).split(X, Y))) == 3


def op_groups(X):
    assert len(list(GroupKFold(3).split(X, Y, GROUPS))) == 3


def op_cross_val_score(X):
    assert np.isfinite(cross_val_score(CLASSIFIER, X, Y, cv=2, error_score="raise")).all()


def op_cross_val_predict(X):
    proba = cross_val_predict(CLASSIFIER, X, Y, cv=2, method="predict_proba")
    assert proba.shape == (N, 2)


def op_grid_search(X):
    grid = {"hidden_size": [2, 3]}
    search = GridSearchCV(CLASSIFIER, grid, cv=GroupKFold(2), error_score="raise")
    search.fit(X, Y, groups=GROUPS)
    assert search.predict(X).shape == (N,)


def op_halving(X):
    search = HalvingGridSearchCV(
        CLASSIFIER, {"hidden_size": [2, 3]}, cv=2, error_score="raise", random_state=0
    )
    assert search.fit(X, Y).score(X, Y) >= 0


def op_learning_curve(X):
    sizes, *_ = learning_curve(
        CLASSIFIER, X, Y, cv=2, train_sizes=[0.5, 1.0], error_score="raise", shuffle=True,
        random_state=0,
    )  # fmt: skip
    assert sizes.tolist() == [6, 12]


def op_permutation_test(X):
    _, scores, _ = permutation_test_score(CLASSIFIER, X, Y, cv=2, n_permutations=1)
    assert len(scores) == 1


def op_calibrated(X):
    model = CalibratedClassifierCV(CLASSIFIER, cv=2).fit(X, Y)
    assert model.predict_proba(X).shape == (N, 2)


def op_calibrated_frozen(X):
    fitted = clone(CLASSIFIER).fit(X, Y)
    model = CalibratedClassifierCV(FrozenEstimator(fitted), cv=2).fit(X, Y)
    assert model.predict_proba(X).shape == (N, 2)


def op_stacking(X):
    model = StackingClassifier([("a", CLASSIFIER)], LogisticRegression(), cv=2).fit(X, Y)
    assert model.predict(X).shape == (N,)


def op_tuned_threshold(X):
    model = TunedThresholdClassifierCV(CLASSIFIER, cv=2).fit(X, Y)
    assert model.predict(X).shape == (N,)


def op_fixed_threshold(X):
    model = FixedThresholdClassifier(CLASSIFIER, threshold=0.0, response_method="predict_proba")
    assert (model.fit(X, Y).predict(X) == 1).all()


def op_one_vs_rest(X):
    assert OneVsRestClassifier(CLASSIFIER).fit(X, Y).predict(X).shape == (N,)


def op_dummy(X):
    assert DummyClassifier().fit(X, Y).predict(X).shape == (N,)


# -- operations that hand X on whole ----------------------------------------------------------


def op_pipeline(X):
    model = make_pipeline(FunctionTransformer(), CLASSIFIER).fit(X, Y)
    assert model.predict(X).shape == (N,)


def op_voting(X):
    model = VotingClassifier([("a", CLASSIFIER), ("b", CLASSIFIER)], voting="soft").fit(X, Y)
    assert model.predict_proba(X).shape == (N, 2)


def op_multi_classifier(X):
    assert MultiOutputClassifier(CLASSIFIER).fit(X, LABELS).predict(X).shape == (N, 2)


def op_multi_regressor(X):
    assert MultiOutputRegressor(REGRESSOR).fit(X, LABELS).predict(X).shape == (N, 2)


def op_transformed_target(X):
    model = TransformedTargetRegressor(REGRESSOR, func=np.log1p, inverse_func=np.expm1)
    assert model.fit(X, Y.astype(float)).predict(X).shape == (N,)


def op_feature_union(X):
    model = FeatureUnion([("a", ENCODER), ("b", ENCODER)])
    assert model.fit_transform(X, Y).shape == (N, 6)


SPLITTING = [
    op_indexable,
    op_train_test_split,
    op_stratified,
    op_groups,
    op_cross_val_score,
    op_cross_val_predict,
    op_grid_search,
    op_halving,
    op_learning_curve,
    op_permutation_test,
    op_calibrated,
    op_calibrated_frozen,
    op_stacking,
    op_tuned_threshold,
    op_fixed_threshold,
    op_one_vs_rest,
    op_dummy,
]
WHOLE = [
    op_pipeline,
    op_voting,
    op_multi_classifier,
    op_multi_regressor,
    op_transformed_target,
    op_feature_union,
]


@pytest.mark.parametrize("operation", [*SPLITTING, *WHOLE], ids=lambda op: op.__name__[3:])
@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true:UserWarning")
def test_survives(name, operation):
    operation(CONTAINERS[name])


# -- operations that read X as a table, whatever the estimator could do -----------------------

TABLES = {"2-D", "2-D frame"}
CUBES = {"3-D", "torch 3-D"}


def op_scaler(X):
    make_pipeline(StandardScaler(), CLASSIFIER).fit(X, Y).predict(X)


def op_imputer(X):
    make_pipeline(SimpleImputer(), CLASSIFIER).fit(X, Y).predict(X)


def op_bagging(X):
    BaggingClassifier(CLASSIFIER, n_estimators=2).fit(X, Y).predict(X)


def op_chain(X):
    ClassifierChain(CLASSIFIER).fit(X, LABELS).predict(X)


def op_one_vs_one(X):
    OneVsOneClassifier(CLASSIFIER).fit(X, np.arange(N) % 3).predict(X)


def op_self_training(X):
    SelfTrainingClassifier(CLASSIFIER).fit(X, np.where(np.arange(N) < 4, -1, Y)).predict(X)


def op_passthrough(X):
    final = LogisticRegression()
    StackingClassifier([("a", CLASSIFIER)], final, cv=2, passthrough=True).fit(X, Y).predict(X)


def op_importance(X):
    permutation_importance(clone(CLASSIFIER).fit(X, Y), X, Y, n_repeats=1)


def op_boosting(X):
    better = clone(CLASSIFIER).set_params(max_epochs=30, lr=0.05)  # than guessing
    AdaBoostClassifier(better, n_estimators=2).fit(X, Y).predict(X)


TABLE_ONLY = {
    op_scaler: TABLES,
    op_imputer: TABLES,
    op_bagging: TABLES | {"nested frame"},
    op_chain: TABLES,
    op_one_vs_one: TABLES,
    op_self_training: TABLES,
    op_passthrough: TABLES,
    op_importance: TABLES,
    op_boosting: TABLES | CUBES,
}
# What scikit-learn says of the others; the words are its own.
REFUSALS = "|".join(
    [
        "inhomogeneous shape",
        "Found array with dim 3",
        "Expected 2D array",
        "setting an array element with a sequence",
        "float.. argument must be",
        "must have 2 dimensions",
        "could not be broadcast",
        "Expected a 2-dimensional container",
        "must have same number of dimensions",
        "The truth value of a Series is ambiguous",
        "tuple index out of range",
        "has cells of unequal length",
        "A Ragged cannot become an array of float64",
        "Input X contains NaN",
    ]
)


@pytest.mark.parametrize("operation", TABLE_ONLY, ids=lambda op: op.__name__[3:])
@pytest.mark.parametrize("name", CONTAINERS)
def test_tables_only(name, operation):
    X = CONTAINERS[name]
    if name in TABLE_ONLY[operation]:
        operation(X)
        return
    with pytest.raises((ValueError, TypeError, IndexError), match=REFUSALS):
        operation(X)


# -- a panel with time in its rows --------------------------------------------------------------


@pytest.mark.parametrize("model", [CLASSIFIER, REGRESSOR, ENCODER], ids=lambda m: type(m).__name__)
def test_panel_is_taught(model):
    message = (
        r"X has an index of 2 levels \(series, time\), so its rows are steps, not sequences\. "
        r"Make one array per sequence: "
    )
    with pytest.raises(ValueError, match=message):
        clone(model).fit(PANEL, np.zeros(len(PANEL)))
    fitted = clone(model).fit(ROWS, Y)
    answer = fitted.transform if model is ENCODER else fitted.predict
    with pytest.raises(ValueError, match=message):
        answer(PANEL)


def test_what_the_message_about_panels_advises_works():
    X = [g.to_numpy() for _, g in PANEL.groupby(level=0, sort=False)]
    assert np.array_equal(
        clone(CLASSIFIER).fit(X, Y).predict_proba(X),
        clone(CLASSIFIER).fit(ROWS, Y).predict_proba(ROWS),
    )


# -- one meaning in every container ---------------------------------------------------------------


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_means_the_same(name):
    X = CONTAINERS[name]
    same = {"3-D": CUBE, "torch 3-D": CUBE}.get(name, ROWS)
    if name in TABLES:
        same = list(FLAT)
    proba = clone(CLASSIFIER).fit(X, Y).predict_proba(X)
    assert np.array_equal(proba, clone(CLASSIFIER).fit(same, Y).predict_proba(same))


def test_ragged_through_workers():
    X = CONTAINERS["Ragged"]
    alone, apart = (
        cross_val_score(CLASSIFIER, X, Y, cv=2, n_jobs=n_jobs, error_score="raise")
        for n_jobs in (1, 2)
    )
    assert np.array_equal(alone, apart)
    fitted = clone(CLASSIFIER).fit(X, Y)
    parts = joblib.Parallel(n_jobs=2)(
        joblib.delayed(fitted.predict_proba)(X[rows]) for rows in (slice(0, 9), slice(9, None))
    )
    assert np.array_equal(np.concatenate(parts), fitted.predict_proba(X))
