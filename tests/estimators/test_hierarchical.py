"""Documents of sentences in the three estimators (wrong ones: test_bad_input)."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, train_test_split
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.data import Ragged, as_ragged
from skrnn.nn import HierarchicalEncoder
from skrnn.testing import check_sequence_estimator

SMALL = {
    "hierarchical": True,
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
SIZES = [RNG.integers(1, 7, size=RNG.integers(1, 5)) for _ in range(N)]
SIZES[3] = np.array([5])  # a document of one sentence
SIZES[4] = np.array([1])  # of one step
X = [[RNG.normal(size=(t, 2)) for t in sizes] for sizes in SIZES]
IDS = [[RNG.integers(1, 9, size=t).tolist() for t in sizes] for sizes in SIZES]
Y = np.tile([0, 1], N // 2)
KINDS = {"numbers": (X, {}), "ids": (IDS, {"embedding_dim": 3})}


def small(estimator=RNNClassifier, **params):
    return estimator(**{**SMALL, **params})


def padded(docs, fill, *, before=0):
    """Put documents into one array with a sentence and a step of padding more than needed."""
    first = np.asarray(docs[0][0])
    n_steps = before + 1 + max(len(s) for doc in docs for s in doc)
    shape = (len(docs), 1 + max(map(len, docs)), n_steps, *first.shape[1:])
    out = np.full(shape, fill, dtype=first.dtype)
    for d, doc in enumerate(docs):
        for s, sentence in enumerate(doc):
            out[d, s, before : before + len(sentence)] = sentence
    return out


# -- padding, neighbours, order, containers ------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "params",
    [{"pooling": "attention"}, {"pooling": "last", "num_layers": 2}, {"bidirectional": False}],
    ids=str,
)
def test_a_document_alone_is_a_document_in_a_batch(answers_of, estimator, kind, params):
    docs, extra = KINDS[kind]
    model = small(estimator, **extra, **params).fit(docs, Y)
    order = RNG.permutation(N)
    long = [docs[0][0] * 9 if kind == "ids" else np.tile(docs[0][0], (9, 1))] * 7
    for whole, *others in zip(
        answers_of(model, docs),
        [
            np.concatenate(each)
            for each in zip(*(answers_of(model, [d]) for d in docs), strict=True)
        ],
        [each[np.argsort(order)] for each in answers_of(model, [docs[i] for i in order])],
        [each[1:] for each in answers_of(model, [long, *docs])],
        strict=True,
    ):
        for other in others:
            assert np.abs(whole - other).max() <= 1e-12


@pytest.mark.parametrize("before", [0, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_padding_changes_no_bit(answers_of, same_answers, kind, before):
    docs, extra = KINDS[kind]
    block = padded(docs, 0 if kind == "ids" else np.nan, before=before)
    model = small(**extra).fit(docs, Y)
    assert all(map(np.array_equal, answers_of(model, docs), answers_of(model, block)))
    assert same_answers(model, small(**extra).fit(block, Y), docs)


def test_containers(answers_of, same_answers):
    model = small().fit(X, Y)
    array = np.empty(N, dtype=object)
    array[:] = X
    for docs in (tuple(X), array, [Ragged.from_rows(doc) for doc in X]):
        assert all(map(np.array_equal, answers_of(model, X), answers_of(model, docs)))
        assert same_answers(model, small().fit(docs, Y), X)


def test_sentences_are_not_one_long_sequence():
    """Two documents of the same steps, cut differently, are told apart."""
    a, b = np.ones((2, 1)), np.zeros((2, 1))
    docs = [[a, b], [np.vstack([a, b])]] * 8
    y = np.tile([0, 1], 8)
    model = small(hidden_size=8, max_epochs=40, lr=0.02).fit(docs, y)
    assert model.score(docs, y) == 1.0
    assert model.head_.n_outputs == 1 and len(model.history_) == 40


# -- weights -------------------------------------------------------------------------------


@pytest.mark.parametrize("stop", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_weights_mean_what_they_say(same_answers, kind, stop):
    docs, extra = KINDS[kind]
    params = {**extra, "early_stopping": stop, "validation_fraction": 0.3, "dropout": 0.3}
    weight = np.ones(N)
    weight[[2, 9]] = 0
    weight[[0, 5]] = 2
    times = weight.astype(int)
    repeated = [docs[i] for i in np.repeat(np.arange(N), times)]
    weighted = small(**params).fit(docs, Y, sample_weight=weight)
    assert same_answers(weighted, small(**params).fit(repeated, np.repeat(Y, times)), docs)
    plain = small(**params).fit(docs, Y)
    assert same_answers(plain, small(**params).fit(docs, Y, sample_weight=np.ones(N)), docs)
    assert not same_answers(plain, weighted, docs)


# -- all promises, on sequences cut into sentences -----------------------------------------


class InSentences:
    """Takes sequences, and cuts each into sentences of three steps, so that every check fits."""

    def _cut(self, X):
        rows = as_ragged(X, ids=self.embedding_dim is not None)
        return [[row[i : i + 3] for i in range(0, len(row), 3)] for row in rows]

    def fit(self, X, y, sample_weight=None):
        return super().fit(self._cut(X), y, sample_weight)

    def _outputs(self, X, method="forward"):
        return super()._outputs(self._cut(X), method)


class ClassifierInSentences(InSentences, RNNClassifier):
    pass


class RegressorInSentences(InSentences, RNNRegressor):
    pass


class EncoderInSentences(InSentences, RNNEncoder):
    pass


@pytest.mark.parametrize(
    ("estimator", "params"),
    [
        (ClassifierInSentences, {"cell": "lstm"}),
        (RegressorInSentences, {"embedding_dim": 3, "bidirectional": False, "pooling": "last"}),
        (EncoderInSentences, {"num_layers": 2, "dropout": 0.3, "scale_inputs": False}),
    ],
)
def test_all_promises(estimator, params):
    check_sequence_estimator(estimator(hierarchical=True, hidden_size=4, max_epochs=2, **params))


# -- what it is made of --------------------------------------------------------------------


def test_the_network():
    model = small(num_layers=2, pooling="max").fit(X, Y)
    encoder = model.module_.encoder
    assert isinstance(encoder, HierarchicalEncoder)
    for part in (encoder.inner, encoder.outer):
        assert len(part.layers) == 2 and part.n_directions == 2 and part.stem is None
    assert type(encoder.pooling) is type(model.module_.pooling)
    weights = [p for p in encoder.parameters() if p.ndim > 1]
    assert weights[0].shape[1] == 2  # the marks are no feature


def test_neither_scaling_nor_vocabulary_see_the_marks():
    model = small().fit(X, Y)
    steps = np.concatenate([sentence for doc in X for sentence in doc])
    np.testing.assert_allclose(model._layout.steps.scaling.mean, steps.mean(0), rtol=1e-12)
    np.testing.assert_allclose(model._layout.steps.scaling.scale, steps.std(0), rtol=1e-12)
    assert model.n_features_in_ == 2 and not hasattr(model, "feature_names_in_")
    model = small(embedding_dim=3).fit(IDS, Y)
    words = {word for doc in IDS for sentence in doc for word in sentence}
    assert model._layout.steps.vocabulary.ids.tolist() == sorted(words)
    assert model.n_features_in_ == 1


def test_words_that_fit_never_saw():
    model = small(embedding_dim=3).fit(IDS, Y)
    assert np.array_equal(model.predict_proba([[[1, 70]]]), model.predict_proba([[[1, 99]]]))


def test_given_vectors():
    vectors = np.random.default_rng(1).normal(size=(9, 3))
    model = small(embedding_dim=3, embedding_weights=vectors, lr=1e-9).fit(IDS, Y)
    learned = model.module_.encoder.inner.embedding.weight.detach().numpy()
    np.testing.assert_allclose(learned[1:], vectors[1:], atol=1e-5)


def test_unscaled_numbers_and_all_seeds(same_answers):
    one, other = small(scale_inputs=False, dropout=0.4), small(scale_inputs=False, dropout=0.4)
    assert one.fit(X, Y)._layout.steps.scaling is None and same_answers(one, other.fit(X, Y), X)
    assert not same_answers(one, other.set_params(random_state=1).fit(X, Y), X)


# -- the estimators ------------------------------------------------------------------------


def test_it_learns_what_a_sentence_says():
    rng = np.random.default_rng(0)
    docs = [
        [rng.integers(1, 7, size=t).tolist() for t in rng.integers(2, 6, size=s)]
        for s in rng.integers(2, 5, size=160)
    ]
    y = np.array([any({1, 2} <= set(sentence) for sentence in doc) for doc in docs])
    model = small(embedding_dim=8, hidden_size=16, max_epochs=30, lr=0.01)
    assert model.fit(docs[:120], y[:120]).score(docs[120:], y[120:]) > 0.8


def test_regression():
    y = np.array([np.concatenate(doc)[:, 0].mean() for doc in X])
    model = small(RNNRegressor, max_epochs=60, lr=0.02).fit(X, y)
    assert model.predict(X).shape == (N,) and model.score(X, y) > 0.8


def test_states_for_another_model():
    encoder = small(RNNEncoder)
    assert encoder.fit_transform(X, Y).shape == (N, 8)
    assert len(encoder.get_feature_names_out()) == 8
    pipe = make_pipeline(small(RNNEncoder), LogisticRegression()).fit(X, Y)
    assert pipe.predict(X).shape == (N,)


def test_single_precision_in_and_out():
    block = padded(X, np.nan).astype(np.float32)
    assert small(RNNEncoder).fit(block, Y).transform(block).dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_search_and_splits(kind):
    docs, extra = KINDS[kind]
    search = GridSearchCV(small(**extra), {"hidden_size": [2, 3]}, cv=2, error_score="raise")
    assert search.fit(docs, Y).predict(docs).shape == (N,)
    train, test, y, _ = train_test_split(docs, Y, random_state=0)
    assert small(**extra).fit(train, y).predict(test).shape == (len(test),)
    assert cross_val_predict(small(**extra), docs, Y, cv=2).shape == (N,)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_copies(same_answers, estimator):
    model = small(estimator).fit(X, Y)
    assert same_answers(model, pickle.loads(pickle.dumps(model)), X)
    assert same_answers(model, clone(model).fit(X, Y), X)
    assert clone(model).hierarchical is True


def test_going_on():
    model = small().partial_fit(X[:9], Y[:9]).partial_fit(X[9:], Y[9:])
    assert model.n_iter_ == 2
    warm = small(warm_start=True).fit(X, Y).fit(X, Y)
    assert warm.n_iter_ == 4
    with pytest.raises(ValueError, match=r"^hierarchical changed since the last fit"):
        warm.set_params(hierarchical=False).fit([doc[0] for doc in X], Y)


@pytest.mark.gpu
@pytest.mark.parametrize("kind", KINDS)
def test_cuda_learns_what_the_cpu_learns(kind):
    docs, extra = KINDS[kind]
    one, other = (small(device=device, **extra).fit(docs, Y) for device in ("cpu", "cuda"))
    assert np.allclose(one.predict_proba(docs), other.predict_proba(docs), atol=1e-3)
