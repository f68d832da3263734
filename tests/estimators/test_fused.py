"""Rows of several parts in the three estimators, and in pipelines."""

import pickle
import re

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    cross_val_predict,
    cross_val_score,
    train_test_split,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.data import Fused, Ragged, as_ragged
from skrnn.model_selection import StackedGridSearchCV
from skrnn.nn import FusionEncoder, StaticPart
from skrnn.preprocessing import SequenceFusion, SequenceTokenizer
from skrnn.testing import check_sequence_estimator

SMALL = {
    "embedding_dim": 3,
    "hidden_size": 4,
    "dropout": 0.0,
    "batch_size": 8,
    "max_epochs": 2,
    "lr_schedule": "constant",
    "device": "cpu",
    "random_state": 0,
}
ESTIMATORS = [RNNClassifier, RNNRegressor, RNNEncoder]
RNG = np.random.default_rng(0)
N = 18
SERIES = Ragged.from_rows([RNG.normal(size=(t, 2)) for t in RNG.integers(1, 30, N)])
LENGTHS = RNG.integers(0, 6, N)  # a note may be empty
NOTE = Ragged(RNG.integers(1, 9, LENGTHS.sum()), LENGTHS)
STATIC = RNG.normal(50, 10, size=(N, 2))
X = Fused({"series": SERIES, "note": NOTE, "static": STATIC})
Y = np.tile([0, 1], N // 2)


def small(estimator=RNNClassifier, **params):
    return estimator(**{**SMALL, **params})


# -- neighbours, order ---------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    "params",
    [
        {"pooling": "attention"},
        {"pooling": "last", "num_layers": 2},
        {"pooling": "max", "bidirectional": False, "stem": "conv"},
        {"pooling": "mean", "dense_sizes": (5,), "stem": None},
        {"cell": "esn"},
    ],
    ids=str,
)
def test_a_row_alone_is_a_row_in_a_batch(answers_of, estimator, params):
    model = small(estimator, **params).fit(X, Y)
    order = RNG.permutation(N)
    long = Fused(
        {
            "series": Ragged(np.ones((300, 2)), [300]),
            "note": Ragged(np.full(50, 3), [50]),
            "static": np.zeros((1, 2)),
        }
    )
    longer = Fused({k: _join(long[k], X[k]) for k in X.parts})
    alone = [answers_of(model, X[[i]]) for i in range(N)]
    exact = model.cell_backend_ == "kernel"
    for whole, *others in zip(
        answers_of(model, X),
        [np.concatenate(each) for each in zip(*alone, strict=True)],
        [each[np.argsort(order)] for each in answers_of(model, X[order])],
        [each[1:] for each in answers_of(model, longer)],
        strict=True,
    ):
        for other in others:
            assert np.abs(whole - other).max() <= (0 if exact else 1e-12)


def _join(one, other):
    if isinstance(one, Ragged):
        return Ragged.concatenate([one, other])
    return np.concatenate([one, other])


def test_the_order_of_rows_and_single_precision_change_no_bit(same_answers):
    model = small(dropout=0.3).fit(X, Y)
    order = RNG.permutation(N)
    assert same_answers(model, small(dropout=0.3).fit(X[order], Y[order]), X)
    rounded = {
        "series": SERIES.map_values(np.float32),
        "note": NOTE.map_values(np.int16),
        "static": STATIC.astype(np.float32),
    }
    wide = {
        "series": rounded["series"].map_values(np.float64),
        "note": NOTE,
        "static": rounded["static"].astype(np.float64),
    }
    assert same_answers(small().fit(Fused(rounded), Y), small().fit(Fused(wide), Y), X)


def test_two_rows_are_the_same_only_if_all_parts_are():
    once = X[[0, 1, 2, 3]]
    moved = Fused(  # the same numbers, but cut differently into parts
        {"a": Ragged(np.ones((4, 1)), [1, 3]), "b": Ragged(np.ones((4, 1)), [3, 1])}
    )
    model = small().partial_fit(once, [0, 1, 0, 1])
    assert model.n_iter_ == 1
    model = small(hidden_size=8, max_epochs=60, lr=0.02, batch_size=2, pooling="last")
    rows = np.tile([0, 1], 4)
    assert model.fit(moved[rows], rows).score(moved, [0, 1]) == 1.0


# -- weights, seeds ------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("estimator", [RNNClassifier, RNNRegressor])
def test_weights_mean_what_they_say(same_answers, estimator, stop):
    params = {"early_stopping": stop, "validation_fraction": 0.3, "dropout": 0.3}
    weight = np.ones(N)
    weight[[2, 9]] = 0
    weight[[0, 5]] = 2
    times = weight.astype(int)
    rows = np.repeat(np.arange(N), times)
    weighted = small(estimator, **params).fit(X, Y, sample_weight=weight)
    assert same_answers(weighted, small(estimator, **params).fit(X[rows], Y[rows]), X)
    plain = small(estimator, **params).fit(X, Y)
    assert same_answers(plain, small(estimator, **params).fit(X, Y, sample_weight=np.ones(N)), X)
    assert not same_answers(plain, weighted, X)
    assert not same_answers(plain, small(estimator, **params, **{"random_state": 1}).fit(X, Y), X)


def test_scaling_is_weighted_and_of_each_part():
    weight = RNG.uniform(0.5, 2, N)
    model = small().fit(X, Y, sample_weight=weight)
    series, note, static = model._layout.steps
    np.testing.assert_allclose(static.scaling.mean, np.average(STATIC, axis=0, weights=weight))
    per_step = np.repeat(weight, SERIES.lengths)
    mean = np.average(SERIES.values, axis=0, weights=per_step)
    np.testing.assert_allclose(series.scaling.mean, mean)
    assert note.scaling is None and note.vocabulary.ids.tolist() == sorted(set(NOTE.values))
    unscaled = small(scale_inputs=False).fit(X, Y)
    assert [steps.scaling for steps in unscaled._layout.steps] == [None] * 3
    far = Fused({**X.parts, "static": 1e6 + 1e4 * STATIC})
    moved = small().fit(far, Y)
    assert np.allclose(moved.predict_proba(far), small().fit(X, Y).predict_proba(X), atol=1e-3)


# -- all promises, on sequences cut into parts ---------------------------------------------


class InParts:
    """Takes sequences, and makes a static part and a shorter sequence of each, besides itself."""

    def _cut(self, X):
        rows = as_ragged(X, ids=self.embedding_dim is not None)
        half = Ragged.from_rows([row[::2] for row in rows])
        length = np.log(rows.lengths)
        return Fused({"length": length, "half": half, "whole": rows})

    def fit(self, X, y, sample_weight=None):
        super().fit(self._cut(X), y, sample_weight)
        self.n_features_in_ = self._layout.parts[-1].width  # of what was passed
        return self

    def _outputs(self, X, method="forward"):
        return super()._outputs(self._cut(X), method)


class ClassifierInParts(InParts, RNNClassifier):
    pass


class RegressorInParts(InParts, RNNRegressor):
    pass


class EncoderInParts(InParts, RNNEncoder):
    pass


@pytest.mark.parametrize(
    ("estimator", "params"),
    [
        (ClassifierInParts, {"cell": "lstm"}),
        (RegressorInParts, {"embedding_dim": 3, "bidirectional": False, "pooling": "last"}),
        (EncoderInParts, {"num_layers": 2, "dropout": 0.3, "scale_inputs": False}),
    ],
)
def test_all_promises(estimator, params):
    check_sequence_estimator(estimator(hidden_size=4, max_epochs=2, **params))


# -- what it is made of --------------------------------------------------------------------


def test_the_network():
    model = small(num_layers=2, pooling="max").fit(X, Y)
    encoder = model.module_.encoder
    assert isinstance(encoder, FusionEncoder)
    series, note, static = encoder.encoders
    assert series.stem is not None and note.stem is None and isinstance(static, StaticPart)
    assert series.embedding is None and note.embedding.weight.shape == (9, 3)
    assert len(series.layers) == len(note.layers) == 2
    assert encoder.output_size == 8 + 8 + 2 and model.module_.projection.weight.shape == (1, 18)
    assert model.n_features_in_ == 5 and not hasattr(model, "feature_names_in_")
    assert len(model.module_.pooling) == 3


def test_the_stem_is_planned_for_each_part():
    long = Ragged(np.zeros((600 * N, 1)), [600] * N)
    fused = Fused({"long": long, "short": Ragged(np.zeros((3 * N, 1)), [3] * N), "series": SERIES})
    long, short, series = small(max_epochs=1).fit(fused, Y).module_.encoder.encoders
    assert short.stem is None
    assert long.stem.first.stride > series.stem.first.stride == 1


def test_ids_that_fit_never_saw_and_large_ones():
    apart = NOTE.map_values(lambda v: v + 2**50)
    model = small().fit(Fused({**X.parts, "note": apart}), Y)
    assert model._layout.steps[1].vocabulary.ids.tolist() == sorted(set(apart.values.tolist()))
    one, other = (
        Fused({**X[[0]].parts, "note": Ragged(np.array([token]), [1])}) for token in (70, 99)
    )
    model = small().fit(X, Y)
    assert np.array_equal(model.predict_proba(one), model.predict_proba(other))


def test_given_vectors():
    vectors = np.random.default_rng(1).normal(size=(9, 3))
    model = small(embedding_weights=vectors, lr=1e-9).fit(X, Y)
    learned = model.module_.encoder.encoders[1].embedding.weight.detach().numpy()
    np.testing.assert_allclose(learned[1:], vectors[1:], atol=1e-5)


def test_chunks(same_answers):
    params = {"bidirectional": False, "stem": None}
    whole, chunks = small(**params).fit(X, Y), small(tbptt_steps=4, **params).fit(X, Y)
    assert not same_answers(whole, chunks, X)
    assert same_answers(whole, small(tbptt_steps=100, **params).fit(X, Y), X)


def test_regression_and_states():
    y = STATIC[:, 0] + SERIES.lengths
    model = small(RNNRegressor, max_epochs=80, lr=0.02).fit(X, y)
    assert model.predict(X).shape == (N,) and model.score(X, y) > 0.8
    encoder = small(RNNEncoder).fit(X, Y)
    states = encoder.transform(X)
    assert states.shape == (N, 18) and len(encoder.get_feature_names_out()) == 18
    scaled = (STATIC - STATIC.mean(0)) / STATIC.std(0)
    np.testing.assert_allclose(states[:, 16:], scaled, atol=1e-5)
    assert make_pipeline(small(RNNEncoder), LogisticRegression()).fit(X, Y).predict(X).shape == (N,)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_copies(same_answers, estimator):
    model = small(estimator).fit(X, Y)
    assert same_answers(model, pickle.loads(pickle.dumps(model)), X)
    assert same_answers(model, clone(model).fit(X, Y), X)


def test_going_on():
    model = small().partial_fit(X[:9], Y[:9]).partial_fit(X[9:], Y[9:])
    assert model.n_iter_ == 2
    warm = small(warm_start=True).fit(X, Y).fit(X, Y)
    assert warm.n_iter_ == 4


def test_parts_in_another_order(answers_of):
    model = small().fit(X, Y)
    other = Fused({name: X[name] for name in ("static", "note", "series")})
    assert all(map(np.array_equal, answers_of(model, X), answers_of(model, other)))


def test_fitted_state_is_its_own():
    static = STATIC.copy()
    fused = Fused({**X.parts, "static": static})
    model = small().fit(fused, Y)
    before = joblib.hash(vars(model))
    static[:] = 0
    assert joblib.hash(vars(model)) == before
    assert np.array_equal(fused["series"].values, SERIES.values)


# -- each part matters ---------------------------------------------------------------------


def exclusive_or(n, seed):
    """Label rows by whether exactly one holds: the series rises, the number is positive."""
    rng = np.random.default_rng(seed)
    rises, positive = rng.random((2, n)) < 0.5
    slope = np.where(rises, 0.4, -0.4)
    series = [
        s * np.arange(t) + rng.normal(size=t)
        for s, t in zip(slope, rng.integers(6, 12, n), strict=True)
    ]
    number = np.where(positive, 1.0, -1.0) * rng.uniform(0.5, 1.5, n)
    return Fused({"series": as_ragged(series), "number": number}), rises ^ positive


def test_parts_are_combined():
    fused, y = exclusive_or(400, seed=0)
    later, truth = exclusive_or(300, seed=1)
    params = {"hidden_size": 8, "max_epochs": 25, "lr": 0.01, "batch_size": 32, "stem": None}
    model = small(dense_sizes=(16,), **params)
    assert model.fit(fused, y).score(later, truth) > 0.9
    series = small(dense_sizes=(16,), **params).set_params(embedding_dim=None)
    assert abs(series.fit(fused["series"], y).score(later["series"], truth) - 0.5) < 0.1
    number = LogisticRegression().fit(fused["number"], y)
    assert abs(number.score(later["number"], truth) - 0.5) < 0.1
    blank = Fused({"series": later["series"], "number": np.zeros(300)})
    assert model.score(blank, truth) < 0.7
    assert small(**params).fit(fused, y).score(later, truth) < 0.7  # without a layer, parts add up


# -- one frame, one fit, one grid ----------------------------------------------------------


def patients(n=40):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "recording": [rng.normal(size=(t, 2)) for t in rng.integers(3, 20, n)],
            "note": rng.choice(["fever and cough", "well", "cough", "very well"], n),
            "age": rng.integers(20, 80, n),
            "sex": rng.choice(["f", "m"], n),
        }
    )
    return frame, np.where(frame["note"].str.contains("cough"), "ill", "well")


def pipeline(**params):
    fusion = SequenceFusion(
        [
            ("recording", "passthrough", "recording"),
            ("note", SequenceTokenizer(analyzer="char"), "note"),
            ("age", StandardScaler(), ["age"]),
            ("sex", OneHotEncoder(), ["sex"]),
        ]
    )
    return make_pipeline(fusion, small(**{"stem": None, **params}))


def test_one_frame():
    frame, y = patients()
    model = pipeline(embedding_dim=8, hidden_size=8, max_epochs=30, lr=0.02).fit(frame, y)
    assert model.score(frame, y) > 0.9
    proba = model.predict_proba(frame)
    alone = [model.predict_proba(frame.iloc[[i]])[0] for i in range(len(frame))]
    assert np.abs(proba - alone).max() <= 1e-12
    assert np.array_equal(pickle.loads(pickle.dumps(model)).predict_proba(frame), proba)
    assert np.array_equal(clone(model).fit(frame, y).predict_proba(frame), proba)
    for name in ("recording", "note", "age", "sex", "SequenceTokenizer", "RNNClassifier"):
        assert name in model._repr_html_()


def test_one_grid():
    frame, y = patients()
    grid = {
        "sequencefusion__note": ["drop", SequenceTokenizer(), SequenceTokenizer(analyzer="char")],
        "rnnclassifier__hidden_size": [2, 3],
    }
    search = GridSearchCV(pipeline(), grid, cv=2, error_score="raise").fit(frame, y)
    assert len(search.cv_results_["params"]) == 6 and search.predict(frame).shape == (40,)
    grid = {
        "sequencefusion__note__min_frequency": [1, 10],
        "sequencefusion__age__with_std": [False],
        "rnnclassifier__max_epochs": [1, 40],
    }
    model = pipeline(embedding_dim=8, hidden_size=8, lr=0.02)
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(frame, y)
    assert search.best_params_["rnnclassifier__max_epochs"] == 40 and search.best_score_ > 0.8
    assert search.best_estimator_[0].named_transformers_.note.vocabulary_
    stacked = StackedGridSearchCV(pipeline(), {"rnnclassifier__lr": [1e-3, 1e-2, 0.1, 0.3]}, cv=2)
    assert stacked.fit(frame, y).predict(frame).shape == (40,)


def test_other_tools():
    frame, y = patients()
    assert cross_val_predict(pipeline(), frame, y, cv=2).shape == (40,)
    assert cross_val_score(pipeline(), frame, y, cv=2).shape == (2,)
    train, test, labels, _ = train_test_split(frame, y, random_state=0)
    assert pipeline().fit(train, labels).predict(test).shape == (len(test),)
    assert CalibratedClassifierCV(pipeline(), cv=2).fit(frame, y).predict(frame).shape == (40,)
    weight = np.arange(40) % 3
    pipeline().fit(frame, y, rnnclassifier__sample_weight=weight)


def test_searches_split_a_fused():
    search = GridSearchCV(small(), {"hidden_size": [2, 3]}, cv=2, error_score="raise")
    assert search.fit(X, Y).predict(X).shape == (N,)
    assert cross_val_predict(small(), X, Y, cv=2).shape == (N,)


# -- wrong calls ---------------------------------------------------------------------------


def fails(model, error, message, call):
    before = joblib.hash(vars(model))
    with pytest.raises(error, match=f"^{re.escape(message)}"):
        call()
    assert joblib.hash(vars(model)) == before


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    ("params", "parts", "message"),
    [
        ({"hierarchical": True}, X.parts, "hierarchical=True reads documents, but X is a Fused"),
        (
            {"embedding_dim": None},
            X.parts,
            "Part 'note' of X holds token ids, but embedding_dim is None: set it to the size",
        ),
        (
            {},
            {"static": STATIC},
            "X is a Fused without sequences: it has 'static' of 2 static columns. Add a part",
        ),
        (
            {"embedding_weights": np.ones((9, 3))},
            {**X.parts, "more": NOTE},
            "embedding_weights holds the vectors of one set of ids, but 2 parts of X hold ids: "
            "'note', 'more'. Set embedding_weights=None",
        ),
        (
            {},
            {**X.parts, "note": Ragged(np.empty(0, int), np.zeros(N, int))},
            "Part 'note' of X has no steps in any row, so there is nothing to learn.",
        ),
        (
            {},
            {**X.parts, "static": np.where(STATIC > 50, np.nan, STATIC)},
            "Input X contains NaN in part 'static', row ",
        ),
        (
            {},
            {**X.parts, "static": 1e300 * STATIC},
            "In part 'static': Feature 0 of X is too large to be standardised",
        ),
        ({"tbptt_steps": 3}, X.parts, "tbptt_steps=3 needs bidirectional=False"),
    ],
)
def test_what_cannot_be_fitted(estimator, params, parts, message):
    for model in (small(estimator, **params), small(estimator).fit(X, Y).set_params(**params)):
        fails(model, ValueError, message, lambda model=model: model.fit(Fused(parts), Y))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"series": SERIES, "note": NOTE},
            "RNNClassifier was fitted on a part 'static' of 2 static columns, but in X there is "
            "none: X has the parts 'series' of sequences of 2 features per step, 'note' of "
            "sequences of token ids. Pass the parts of fit: 'series' of",
        ),
        (
            {**X.parts, "static": STATIC[:, :1]},
            "RNNClassifier was fitted on a part 'static' of 2 static columns, but in X it is "
            "'static' of 1 static column: X has",
        ),
        (
            {**X.parts, "note": SERIES},
            "RNNClassifier was fitted on a part 'note' of sequences of token ids, but in X it is "
            "'note' of sequences of 2 features per step: X has",
        ),
        (
            {**X.parts, "age": STATIC},
            "X has a part 'age' of 2 static columns, which RNNClassifier was not fitted on.",
        ),
    ],
)
def test_other_parts_than_in_fit(parts, message):
    model = small(warm_start=True).fit(X, Y)
    fails(model, ValueError, message, lambda: model.predict(Fused(parts)))
    fails(model, ValueError, message, lambda: model.fit(Fused(parts), Y))
    fails(model, ValueError, message, lambda: model.partial_fit(Fused(parts), Y))


def test_a_fused_and_what_is_none():
    model = small().fit(X, Y)
    message = "RNNClassifier was fitted on a Fused of the parts 'series' of sequences of 2 feature"
    for other in (NOTE, np.zeros((3, 4)), [[1, 2]], pd.DataFrame({"a": [1]}), None):
        fails(model, TypeError, message, lambda other=other: model.predict(other))
    model = small(embedding_dim=None).fit(SERIES, Y)
    message = "X is a Fused of the parts 'series' of sequences of 2 features per step, 'note' of"
    fails(model, TypeError, message, lambda: model.predict(X))
    model = small(hierarchical=True).fit([[[1, 2]], [[3]]], [0, 1])
    fails(model, TypeError, message, lambda: model.predict(X))
    fails(small(), ValueError, "Found input variables", lambda: small().fit(X, Y[:3]))


def test_no_next_step_without_y():
    model = small(RNNEncoder)
    message = "X is a Fused, which cannot be learned from without y: what is learned from without"
    fails(model, ValueError, message, lambda: model.fit(X))


def test_too_many_ids(monkeypatch):
    monkeypatch.setattr("skrnn.estimators.layouts.MOST_IDS", 7)
    message = "Part 'note' has 8 different ids, but a Fused holds at most 7. Map rare ids to one."
    model = small()
    fails(model, ValueError, message, lambda: model.fit(X, Y))


def test_a_part_of_ids_may_be_dropped_in_a_search(same_answers):
    without = Fused({"series": SERIES, "static": STATIC})
    assert same_answers(small().fit(without, Y), small(embedding_dim=None).fit(without, Y), without)


@pytest.mark.gpu
def test_cuda_learns_what_the_cpu_learns():
    one, other = (small(device=device).fit(X, Y) for device in ("cpu", "cuda"))
    assert np.allclose(one.predict_proba(X), other.predict_proba(X), atol=1e-3)
