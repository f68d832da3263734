"""RNNClassifier: labels, probabilities, class weights, partial_fit."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import DataConversionWarning
from sklearn.neural_network import MLPClassifier

from skrnn import RNNClassifier
from skrnn.data.split import hold_back

SMALL = {
    "hidden_size": 4,
    "num_layers": 1,
    "bidirectional": False,
    "dropout": 0.0,
    "pooling": "mean",
    "stem": None,
    "batch_size": 16,
    "max_epochs": 2,
    "lr": 0.01,
    "alpha": 0.0,
    "device": "cpu",
    "random_state": 0,
}
RNG = np.random.default_rng(0)
N = 24
Y = np.tile([0, 1, 1], N // 3)
X = [RNG.normal(size=(n, 2)) + y for n, y in zip(RNG.integers(3, 7, N), Y, strict=True)]
M = np.column_stack([Y, 1 - Y, np.arange(N) % 4 == 0]).astype(int)


def small(**params):
    return RNNClassifier(**{**SMALL, **params})


def losses(model):
    return [row["train_loss"] for row in model.history_]


# -- what comes out ----------------------------------------------------------------------------


@pytest.mark.parametrize("y", [Y, np.arange(N) % 3, M], ids=["binary", "multiclass", "multilabel"])
def test_shapes_are_those_of_mlp_classifier(y):
    ours = small().fit(X, y)
    theirs = MLPClassifier(max_iter=300, random_state=0, tol=0.1).fit([x[:3].ravel() for x in X], y)
    flat = [x[:3].ravel() for x in X]
    assert np.array_equal(ours.classes_, theirs.classes_)
    for name in ("predict", "predict_proba", "predict_log_proba"):
        one, other = getattr(ours, name)(X), getattr(theirs, name)(flat)
        assert (one.shape, one.dtype) == (other.shape, other.dtype)
    assert ours.decision_function(X).shape == ((N,) if y is Y else (N, 3))


def test_answers_agree_with_each_other():
    model = small().fit(X, np.arange(N) % 3)
    proba, decision = model.predict_proba(X), model.decision_function(X)
    assert np.allclose(proba.sum(1), 1)
    assert np.array_equal(model.predict(X), model.classes_[proba.argmax(1)])
    assert np.allclose(model.predict_log_proba(X), np.log(proba))
    assert np.array_equal(decision.argmax(1), proba.argmax(1))
    binary = small().fit(X, Y)
    assert np.allclose(
        binary.predict_proba(X)[:, 1], 1 / (1 + np.exp(-binary.decision_function(X)))
    )
    assert np.array_equal(binary.predict(X), (binary.decision_function(X) > 0).astype(int))
    several = small().fit(X, M)
    assert np.array_equal(several.predict(X), (several.predict_proba(X) > 0.5).astype(int))


def test_log_proba_stays_finite_where_probabilities_vanish():
    model = small(max_epochs=30, lr=0.3, scale_inputs=False).fit(X, Y)
    far = [100 * x for x in X]
    assert np.isfinite(model.predict_log_proba(far)).all()


STRINGS = np.array(["no", "yes"])[Y]
LABELS = {
    "str": (STRINGS, "<U3"),
    "object": (STRINGS.astype(object), "O"),
    "bool": (Y == 1, "bool"),
    "negative": (np.array([-7, 3])[Y], "int64"),
    "uint8": (Y.astype(np.uint8), "uint8"),
    "float": (Y.astype(float), "float64"),
    "list of str": (STRINGS.tolist(), "<U3"),
    "list of int": (Y.tolist(), "int64"),
    "Series": (pd.Series(STRINGS, index=range(50, 50 + N), dtype=object), "O"),
    "categorical": (pd.Series(STRINGS).astype("category"), "O"),
    "pandas string": (pd.Series(STRINGS, dtype="string"), "O"),
    "pandas Int64": (pd.Series(Y, dtype="Int64"), "int64"),
    "pandas boolean": (pd.Series(Y == 1, dtype="boolean"), "bool"),
    "dates": (np.array(["2020-01-01", "2021-01-01"], "M8[D]")[Y], "M8[D]"),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_come_back_in_their_own_dtype(kind):
    y, dtype = LABELS[kind]
    model = small().fit(X, y)
    assert model.classes_.dtype == np.dtype(dtype)
    assert model.predict(X).dtype == np.dtype(dtype)
    assert model.classes_.tolist() == sorted(set(np.asarray(y).tolist()))
    assert np.array_equal(model.predict_proba(X), small().fit(X, Y).predict_proba(X))
    assert 0 <= model.score(X, y) <= 1


def test_one_class():
    model = small().fit(X, ["only"] * N)
    assert model.predict(X).tolist() == ["only"] * N
    assert np.array_equal(model.predict_proba(X), np.ones((N, 1)))


def test_column_vector_warns_as_everywhere():
    with pytest.warns(DataConversionWarning, match="A column-vector y was passed"):
        model = small().fit(X, Y[:, None])
    assert model.predict(X).shape == (N,)


@pytest.mark.parametrize("kind", [bool, float, int])
def test_multilabel_of_any_dtype(kind):
    model = small().fit(X, M.astype(kind))
    assert model.predict(X).dtype == np.int64
    assert model.score(X, M) >= 0
    assert model.__sklearn_tags__().classifier_tags.multi_label
    frame = pd.DataFrame(M, columns=["a", "b", "c"])
    assert np.array_equal(small().fit(X, frame).predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("wrong", [2 * M, 2 * M - 1])
def test_a_matrix_of_two_other_numbers_is_no_multilabel_target(wrong):
    with pytest.raises(ValueError, match=r"expected 0 \(label absent\) or 1 \(label present\)"):
        small().fit(X, wrong)


def test_it_learns():
    model = small(hidden_size=8, max_epochs=40, lr=0.03).fit(X, Y)
    assert model.score(X, Y) > 0.9


# -- class weights ------------------------------------------------------------------------------


def unscaled(**params):
    """Without scaling: its statistics heed weights of rows, not those of classes."""
    return small(scale_inputs=False, **params)


def same(one, other):
    return np.array_equal(one.predict_proba(X), other.predict_proba(X))


def test_class_weight_multiplies_sample_weight():
    rows = np.linspace(1, 2, N)
    weighted = unscaled(class_weight={0: 4.0, 1: 0.5}).fit(X, Y, sample_weight=rows)
    assert same(weighted, unscaled().fit(X, Y, sample_weight=rows * np.where(Y == 0, 4.0, 0.5)))


def test_balanced_uses_the_sample_weights():
    rows = np.where(Y == 0, 3.0, 1.0)
    total = rows.sum()
    per_class = total / (2 * np.array([rows[Y == 0].sum(), rows[Y == 1].sum()]))
    balanced = unscaled(class_weight="balanced").fit(X, Y, sample_weight=rows)
    by_hand = unscaled().fit(X, Y, sample_weight=rows * per_class[Y])
    assert np.allclose(balanced.predict_proba(X), by_hand.predict_proba(X), atol=1e-5)


def test_balanced_helps_the_rare_class():
    rare = np.arange(N) < 3
    plain = small(max_epochs=10).fit(X, rare).predict_proba(X)[:, 1].mean()
    balanced = small(max_epochs=10, class_weight="balanced").fit(X, rare)
    assert balanced.predict_proba(X)[:, 1].mean() > plain + 0.05


def test_class_weight_of_several_labels():
    up = {0: 1.0, 1: 5.0}
    one_for_all = unscaled(class_weight=up).fit(X, M)
    assert same(one_for_all, unscaled(class_weight=[up] * 3).fit(X, M))
    by_hand = unscaled().fit(X, M, sample_weight=5.0 ** M.sum(1))
    assert np.allclose(one_for_all.predict_proba(X), by_hand.predict_proba(X), atol=1e-6)
    assert same(
        small(class_weight="balanced").fit(X, M), small(class_weight=["balanced"] * 3).fit(X, M)
    )
    last_only = [None, None, up]
    assert not same(small(class_weight=last_only).fit(X, M), small().fit(X, M))


# -- partial_fit and warm_start --------------------------------------------------------------------


def test_partial_fit_takes_the_classes_first():
    model = small().partial_fit(X[:1], [1], classes=[2, 1, 0])
    assert model.classes_.tolist() == [0, 1, 2]
    model.partial_fit(X, Y).partial_fit(X, Y, classes=[0, 1, 2])
    assert model.n_iter_ == 3
    assert model.predict_proba(X).shape == (N, 3)
    with pytest.raises(ValueError, match=r"y holds 5 in row 2, which is not one of the classes"):
        model.partial_fit(X[:3], [0, 1, 5])
    with pytest.raises(ValueError, match=r"classes=\[0, 1\] are not those of the first call"):
        model.partial_fit(X, Y, classes=[0, 1])


def test_partial_fit_of_several_labels():
    model = small().partial_fit(X, M, classes=[0, 1, 2]).partial_fit(X, M)
    assert model.predict(X).shape == M.shape
    with pytest.raises(ValueError, match="unlike the y of the first fit, which had 3 labels"):
        model.partial_fit(X, Y)


def test_partial_fit_learns():
    model = small(hidden_size=8, lr=0.03)
    for _ in range(30):
        model.partial_fit(X, Y)
    assert model.score(X, Y) > 0.9
    assert losses(model)[-1] < losses(model)[0]


def test_warm_start_keeps_the_classes():
    model = small(warm_start=True).fit(X, Y)
    model.fit(X[:1], Y[:1])  # a part of them will do
    assert model.classes_.tolist() == [0, 1]
    with pytest.raises(ValueError, match=r"y holds 'a' in row 0, which is not one of the classes"):
        model.fit(X, ["a"] * N)


def test_warm_start_heeds_a_new_class_weight():
    model = small(warm_start=True).fit(X, Y)
    before = model.predict_proba(X)[:, 0].mean()
    model.set_params(class_weight={0: 100.0, 1: 1.0}, max_epochs=20).fit(X, Y)
    assert model.predict_proba(X)[:, 0].mean() > before + 0.05


@pytest.mark.parametrize("class_weight", ["balanced", ["balanced"] * 3])
def test_partial_fit_cannot_balance(class_weight):
    with pytest.raises(ValueError, match="class_weight='balanced' needs all labels at once"):
        small(class_weight=class_weight).partial_fit(X, M)


def test_early_stopping_holds_back_in_proportion():
    y = np.repeat([0, 1], [80, 20])
    _, held = hold_back(100, 0.2, np.random.default_rng(0), y)
    assert np.bincount(y[held]).tolist() == [16, 4]
    with pytest.raises(ValueError, match="early_stopping would hold back"):
        small(early_stopping=True).fit(X[:2], Y[:2])
