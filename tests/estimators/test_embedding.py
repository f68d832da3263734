"""Where the vectors of token ids start, and whether they stay."""

import copy
import pickle
import re

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from skorch.callbacks import Callback

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, config_context
from skrnn.data import Ragged
from skrnn.model_selection import StackedGridSearchCV
from skrnn.preprocessing import SequenceTokenizer
from skrnn.training.together import can_stack

RNG = np.random.default_rng(0)
N, V, D = 24, 12, 3
ROWS = [RNG.integers(2, 9, length) for length in RNG.integers(2, 6, N)]  # ids 2 to 8
Y = np.arange(N) % 2
TABLE = RNG.normal(size=(V, D)).astype(np.float32)
TABLE[[0, 1, 3, 11]] = np.nan
X = Ragged(np.concatenate(ROWS), [len(row) for row in ROWS], vectors=TABLE)
PLAIN = Ragged(X.values, X.lengths)
KNOWN = np.array([2, 4, 5, 6, 7, 8, 9, 10])  # with a vector; 9 and 10 are in no row of X
ESTIMATORS = (RNNClassifier, RNNRegressor, RNNEncoder)
SMALL = {
    "embedding_dim": "auto",
    "hidden_size": 4,
    "max_epochs": 2,
    "batch_size": 8,
    "lr": 0.05,
    "random_state": 0,
}


def make(estimator=RNNClassifier, **params):
    return estimator(**{**SMALL, **params})


def table(model):
    """Give the vector of each id up to V, as the network reads it."""
    place = model._layout.steps.vocabulary.index(np.arange(V))
    return model.module_.encoder.embedding.weight.detach().numpy()[place]


# -- where vectors start ---------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_vectors_of_X(estimator):
    fitted = make(estimator, lr=1e-9).fit(X, Y)
    np.testing.assert_allclose(table(fitted)[KNOWN], TABLE[KNOWN], atol=1e-6)
    assert (table(fitted)[[0, 1, 11]] == 0).all()  # padding, and never seen
    assert table(fitted)[3].all()  # seen, but without a vector: drawn at random
    tuned = make(estimator).fit(X, Y)
    assert (np.abs(table(tuned)[[2, 4, 5]] - TABLE[[2, 4, 5]]).max(1) > 1e-3).all()
    np.testing.assert_array_equal(table(tuned)[[9, 10]], TABLE[[9, 10]])  # no gradient
    assert not np.isnan(TABLE[KNOWN]).any()  # what was given was not written to


def test_an_int_that_fits():
    one, other = (make(embedding_dim=size).fit(X, Y) for size in (D, "auto"))
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
    np.testing.assert_array_equal(one.predict_proba(X), one.predict_proba(PLAIN))


def test_ids_that_only_the_table_knows():
    model = make().fit(X, Y)
    assert len(np.unique(model.predict_proba([[9], [10], [11]]), axis=0)) == 3
    np.testing.assert_array_equal(*model.predict_proba([[11], [999]]))  # zero vectors both


def test_weights_come_first():
    weights = RNG.normal(size=(9, 2))
    model = make(embedding_weights=weights, lr=1e-9).fit(X, Y)
    np.testing.assert_allclose(table(model)[1:9], weights[1:], atol=1e-6)
    assert (table(model)[9:] == 0).all()


@pytest.mark.parametrize(("n_ids", "size"), [(3, 4), (9, 4), (30, 15), (100, 50), (500, 128)])
def test_auto_size_without_vectors(n_ids, size):
    rows = np.arange(1, n_ids + 1)[None].repeat(4, 0)
    model = make(max_epochs=1).fit(rows, [0, 1, 0, 1])
    assert model.module_.encoder.embedding.embedding_dim == size


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(
    ("params", "data", "message"),
    [
        (
            {"embedding_dim": 5},
            X,
            "X carries pretrained vectors of 3 numbers, but embedding_dim=5.",
        ),
        ({"freeze_embedding": True}, PLAIN, "freeze_embedding=True keeps pretrained vectors as"),
        (
            {"freeze_embedding": True, "embedding_dim": None},
            np.ones((N, 4)),
            "freeze_embedding is given, but embedding_dim is None",
        ),
        (
            {"embedding_weights": np.ones((9, 2)), "embedding_dim": 4},
            X,
            "embedding_weights must have shape (V, embedding_dim) = (V, 4)",
        ),
        (
            {},
            Ragged(
                X.values, X.lengths, vectors=np.where(np.arange(V)[:, None] == 4, np.inf, TABLE)
            ),
            "The pretrained vectors that X carries hold NaN or infinity in row 4",
        ),
        (
            {},
            Ragged(X.values, X.lengths, vectors=np.where(np.arange(D) == 1, np.nan, TABLE)),
            "The pretrained vectors that X carries hold NaN or infinity in row 2",
        ),
    ],
)
def test_errors_teach(estimator, params, data, message):
    model = make(estimator, **params)
    before = vars(model).copy()
    with pytest.raises(ValueError, match=re.escape(message)):
        model.fit(data, Y)
    assert vars(model) == before


# -- vectors that stay ---------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["auto", "torch"])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"optimizer": "adamw", "alpha": 0.5},
        {"optimizer": "sgd", "alpha": 0.5, "l1": 0.1},
        {"optimizer": "rmsprop", "alpha": 0.5},
        {"alpha": 0.5, "l1": 0.1, "clip_value": 0.01},
        {"early_stopping": True, "n_iter_no_change": 1, "max_epochs": 6},
    ],
    ids=str,
)
def test_nothing_moves_what_is_frozen(params, backend):
    with config_context(backend=backend):
        start = make(freeze_embedding=True, lr=1e-9).fit(X, Y)
        model = make(freeze_embedding=True, **params).fit(X, Y)
    np.testing.assert_array_equal(table(model), table(start))  # also those drawn at random
    np.testing.assert_array_equal(table(model)[KNOWN], TABLE[KNOWN])
    moved = zip(model.module_.parameters(), start.module_.parameters(), strict=True)
    still = [torch.equal(one, other) for one, other in moved]
    assert sum(still) == 1
    norms = [row["grad_norm"] for row in model.history_]
    assert np.isfinite(norms).all()


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_frozen_weights(estimator):
    weights = RNG.normal(size=(9, 2)).astype(np.float32)
    model = make(estimator, embedding_weights=weights, freeze_embedding=True).fit(PLAIN, Y)
    np.testing.assert_array_equal(table(model)[1:9], weights[1:])
    assert not model.module_.encoder.embedding.weight.requires_grad


def test_the_network_beside_learns_as_on_numbers():
    weights = np.vstack([np.zeros(D), RNG.normal(size=(8, D))]).astype(np.float32)
    settings = {"stem": None, "dropout": 0.0, "alpha": 0.1, "max_epochs": 4}
    ids = make(embedding_weights=weights, freeze_embedding=True, **settings).fit(PLAIN, Y)
    numbers = [weights[row] for row in ROWS]
    vectors = make(embedding_dim=None, scale_inputs=False, **settings).fit(numbers, Y)
    assert [row["train_loss"] for row in ids.history_] != [0.0] * 4
    sizes = [
        sum(p.numel() for p in m.module_.parameters() if p.requires_grad) for m in (ids, vectors)
    ]
    assert sizes[0] == sizes[1]


def test_unsupervised_encoder():
    model = make(RNNEncoder, freeze_embedding=True).fit(X)
    np.testing.assert_array_equal(table(model)[KNOWN], TABLE[KNOWN])
    assert model.transform(X).shape == (N, 8)


def test_documents_of_sentences():
    documents = [X[i : i + 2] for i in range(0, N, 2)]
    model = make(hierarchical=True, freeze_embedding=True).fit(documents, Y[: N // 2])
    embedding = model.module_.encoder.inner.embedding.weight.detach().numpy()
    known = model._layout.steps.vocabulary.index(KNOWN)
    np.testing.assert_array_equal(embedding[known], TABLE[KNOWN])


def test_merged_rows():
    doubled = Ragged.concatenate([X, X[:5]])
    one = make(freeze_embedding=True).fit(doubled, np.concatenate([Y, Y[:5]]))
    weight = np.where(np.arange(N) < 5, 2.0, 1.0)
    other = make(freeze_embedding=True).fit(X, Y, sample_weight=weight)
    np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))
    without = make().fit(X, Y, sample_weight=np.arange(N) > 3)
    np.testing.assert_array_equal(
        without.predict_proba(X), make().fit(X[4:], Y[4:]).predict_proba(X)
    )


def test_going_on():
    model = make(freeze_embedding=True, warm_start=True).fit(X, Y)
    before = copy.deepcopy(model.module_.state_dict())
    model.fit(X, Y)
    np.testing.assert_array_equal(table(model)[KNOWN], TABLE[KNOWN])
    assert any(not torch.equal(before[k], v) for k, v in model.module_.state_dict().items())
    model.fit(PLAIN, Y)  # the table of the first fit counts
    model.partial_fit(PLAIN, Y)
    np.testing.assert_array_equal(table(model)[KNOWN], TABLE[KNOWN])
    with pytest.raises(ValueError, match="freeze_embedding changed since the last fit"):
        model.set_params(freeze_embedding=False).fit(X, Y)
    grown = make(freeze_embedding=True)
    for _ in range(3):
        grown.partial_fit(X, Y, classes=[0, 1])
    np.testing.assert_array_equal(table(grown)[KNOWN], TABLE[KNOWN])


def test_copies():
    model = make(freeze_embedding=True).fit(X, Y)
    for twin in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        np.testing.assert_array_equal(twin.predict_proba(X), model.predict_proba(X))
        assert not twin.module_.encoder.embedding.weight.requires_grad
    assert clone(model).freeze_embedding is True
    again = make(freeze_embedding=True).fit(X, Y)
    again.module_.load_state_dict(model.module_.state_dict())
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


class Watch(Callback):
    """Look at all gradients."""

    def on_grad_computed(self, net, named_parameters, **kwargs):
        for name, parameter in named_parameters:
            assert (parameter.grad is None) == name.endswith("embedding.weight")


def test_callbacks_see_no_gradient():
    model = make(freeze_embedding=True, callbacks=[Watch()]).fit(X, Y)
    np.testing.assert_array_equal(table(model)[KNOWN], TABLE[KNOWN])
    model = make(freeze_embedding=True, callbacks=[Watch()], optimizer="sgd").fit(X, Y)
    np.testing.assert_array_equal(table(model)[KNOWN], TABLE[KNOWN])


# -- searches -----------------------------------------------------------------------------------


@pytest.mark.parametrize("frozen", [True, False])
def test_stacked_searches(frozen):
    model = make(freeze_embedding=frozen, max_epochs=3)
    grid = {"lr": [0.01, 0.03, 0.1], "alpha": [0.0, 0.1]}
    one, other = (
        kind(model, grid, cv=2, error_score="raise").fit(X, Y)
        for kind in (GridSearchCV, StackedGridSearchCV)
    )
    name = "mean_test_score"
    np.testing.assert_allclose(one.cv_results_[name], other.cv_results_[name])
    np.testing.assert_allclose(
        one.best_estimator_.predict_proba(X), other.best_estimator_.predict_proba(X), rtol=1e-4
    )
    best = other.best_estimator_
    assert np.array_equal(table(best)[KNOWN], TABLE[KNOWN]) == frozen
    assert not (frozen and can_stack(best.module_))


class Vectors(dict):
    """Cannot be copied, nor written out."""

    def __deepcopy__(self, memo):
        raise AssertionError("copied")

    def __repr__(self):
        raise AssertionError("written out")


TEXTS = ["good film", "fine film", "bad film", "dull film", "a good one", "a bad one"] * 4
LABELS = ["yes", "yes", "no", "no", "yes", "no"] * 4
WORDS = Vectors({w: RNG.normal(size=D) for w in ("good", "fine", "bad", "dull", "film", "rare")})


@pytest.mark.parametrize("kind", [GridSearchCV, StackedGridSearchCV])
def test_searches_share_the_vectors_of_the_tokenizer(kind):
    model = make_pipeline(SequenceTokenizer(vectors=WORDS), make(max_epochs=5))
    assert clone(model)[0].vectors is WORDS
    grid = {
        "sequencetokenizer__min_frequency": [1, 3],
        "rnnclassifier__freeze_embedding": [True, False],
        "rnnclassifier__lr": [0.01, 0.03],
    }
    search = kind(model, grid, cv=2, error_score="raise").fit(TEXTS, LABELS)
    tokenizer, net = search.best_estimator_
    assert tokenizer.vectors is WORDS
    assert tokenizer.transform(TEXTS).vectors is tokenizer.vectors_
    assert net.module_.encoder.embedding.embedding_dim == D
    if net.freeze_embedding:
        place = net._layout.steps.vocabulary.index(np.array([tokenizer.vocabulary_["good"]]))
        vector = net.module_.encoder.embedding.weight[place].detach().numpy()[0]
        np.testing.assert_array_equal(vector, WORDS["good"].astype(np.float32))


@pytest.mark.parametrize("weights", [torch.nn.Embedding(9, 4).weight, torch.ones(9, 4)])
def test_weights_of_torch(weights):
    fitted = RNNClassifier(**SMALL, embedding_weights=weights).fit(PLAIN, Y)
    same = RNNClassifier(**SMALL, embedding_weights=weights.detach().numpy()).fit(PLAIN, Y)
    np.testing.assert_array_equal(fitted.predict_proba(PLAIN), same.predict_proba(PLAIN))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.full((9, 4), 1e300), "in row 0, or a number too large for float32"),
        (np.ones((9, 4), dtype=complex), "cannot be read as one: it holds complex numbers"),
        (np.ma.masked_less(np.arange(36.0).reshape(9, 4), 3), "masked"),
    ],
)
def test_weights_that_no_vector_can_have(weights, message):
    with pytest.raises(ValueError, match=message):
        RNNClassifier(**SMALL, embedding_weights=weights).fit(PLAIN, Y)
