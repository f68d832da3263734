"""Raw text through scikit-learn's tools, from one end to the other."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.model_selection import StackedGridSearchCV
from skrnn.preprocessing import SequenceSummary, SequenceTokenizer

RNG = np.random.default_rng(0)
N = 60
GOOD, BAD = ["good", "fine", "great", "lovely"], ["bad", "dull", "poor", "awful"]
REST = ["the", "film", "is", "and", "plot", "!", "it"]
Y = np.array(["no", "yes"])[np.arange(N) % 2]


def write(label):
    words = [*RNG.choice(REST, RNG.integers(3, 9)), RNG.choice(GOOD if label == "yes" else BAD)]
    return " ".join(RNG.permutation(words)).capitalize() + "."


TEXTS = [write(label) for label in Y]
FRAME = pd.DataFrame({"age": RNG.normal(size=N), "review": TEXTS}, index=np.arange(N) + 100)
SMALL = {
    "embedding_dim": 8,
    "dropout": 0.0,
    "hidden_size": 4,
    "max_epochs": 15,
    "batch_size": 8,
    "lr": 0.03,
    "random_state": 0,
}


def make(**params):
    return make_pipeline(SequenceTokenizer(), RNNClassifier(**{**SMALL, **params}))


@pytest.fixture(scope="module")
def fitted():
    return make().fit(TEXTS, Y)


@pytest.mark.parametrize(
    "X",
    [TEXTS, np.array(TEXTS), np.array(TEXTS, dtype=object), pd.Series(TEXTS), FRAME[["review"]]],
    ids=lambda X: type(X).__name__,
)
def test_texts_in_any_container(X, fitted):
    model = make().fit(X, Y)
    np.testing.assert_array_equal(model.predict_proba(X), fitted.predict_proba(TEXTS))
    assert model.score(X, Y) > 0.9


def test_new_texts(fitted):
    said = fitted.predict(["A great film, really great!", "dull and awful", "", "東京"])
    assert said[:2].tolist() == ["yes", "no"]
    alone = [fitted.predict_proba([text])[0] for text in TEXTS[:5]]
    together = fitted.predict_proba(TEXTS)[:5]
    if fitted[-1].cell_backend_ == "kernel":
        np.testing.assert_array_equal(alone, together)
    else:
        np.testing.assert_allclose(alone, together, rtol=0, atol=1e-12)


@pytest.mark.parametrize("analyzer", ["char", "bpe", "wordpiece", "unigram", str.split])
def test_every_analyzer_trains(analyzer):
    if analyzer in ("bpe", "wordpiece", "unigram"):
        pytest.importorskip("tokenizers", reason="the extra text is not installed")
    model = make(max_epochs=40).set_params(sequencetokenizer__analyzer=analyzer).fit(TEXTS, Y)
    assert model.score(TEXTS, Y) > 0.8


def test_grid_over_tokenizer_and_network():
    grid = {
        "sequencetokenizer__min_frequency": [1, 1000],
        "rnnclassifier__hidden_size": [2, 4],
    }
    search = GridSearchCV(make(max_epochs=30), grid, cv=2, error_score=0.0)
    with pytest.warns(FitFailedWarning, match="No token of X occurs 1000 times or more"):
        search.fit(TEXTS, Y)
    scores = search.cv_results_["mean_test_score"].reshape(2, 2)  # sizes, frequencies
    assert (scores[:, 1] == 0).all()
    assert search.best_score_ > 0.8
    assert search.best_params_["sequencetokenizer__min_frequency"] == 1
    assert search.predict(TEXTS).shape == (N,)
    (name, tokenizer), _ = search.best_estimator_.steps
    assert name == "sequencetokenizer"
    assert tokenizer.vocabulary_["film"] > 1


def test_stacked_grid():
    grid = {"sequencetokenizer__min_frequency": [1, 3], "rnnclassifier__lr": [0.01, 0.03]}
    model = make(max_epochs=5, stem=None)
    one, other = (
        kind(model, grid, cv=2, error_score="raise").fit(TEXTS, Y)
        for kind in (GridSearchCV, StackedGridSearchCV)
    )
    np.testing.assert_allclose(
        one.cv_results_["mean_test_score"], other.cv_results_["mean_test_score"]
    )


def test_cross_validation():
    answers = cross_val_predict(make(), TEXTS, Y, cv=3, method="predict_proba")
    assert answers.shape == (N, 2)
    assert ((answers[:, 1] > 0.5) == (Y == "yes")).mean() > 0.8
    scores = cross_val_score(make(), TEXTS, Y, cv=3, error_score="raise")
    assert scores.mean() > 0.8


def test_calibration():
    model = CalibratedClassifierCV(make(), cv=2).fit(TEXTS, Y)
    assert model.predict_proba(TEXTS).shape == (N, 2)
    assert model.score(TEXTS, Y) > 0.8


def test_html(fitted):
    for model in (make(), fitted):
        page = estimator_html_repr(model)
        assert "SequenceTokenizer" in page
        assert "RNNClassifier" in page
        assert model._repr_html_()
    assert "dashes" in estimator_html_repr(SequenceTokenizer(analyzer=dashes))


def dashes(text):
    return text.split("-")


def test_pickle_and_copies(fitted):
    expected = fitted.predict_proba(TEXTS)
    for twin in (pickle.loads(pickle.dumps(fitted)), copy.deepcopy(fitted)):
        np.testing.assert_array_equal(twin.predict_proba(TEXTS), expected)
    again = clone(fitted).fit(TEXTS, Y)
    np.testing.assert_array_equal(again.predict_proba(TEXTS), expected)


def test_a_regressor():
    y = np.char.count(np.array(TEXTS), " ").astype(float)
    model = make_pipeline(SequenceTokenizer(), RNNRegressor(**{**SMALL, "max_epochs": 60}))
    assert model.fit(TEXTS, y).score(TEXTS, y) > 0.7


def test_a_bag_of_words():
    model = make_pipeline(
        SequenceTokenizer(), SequenceSummary(tokens=True), LogisticRegression(C=100)
    )
    assert model.fit(TEXTS, Y).score(TEXTS, Y) > 0.9


@pytest.mark.parametrize("frozen", [True, False])
def test_pretrained_vectors(frozen):
    sides = [*((word, [1.0, 0.1]) for word in GOOD), *((word, [-1.0, 0.1]) for word in BAD)]
    tokenizer = SequenceTokenizer(vectors=dict(sides))
    settings = {**SMALL, "embedding_dim": "auto", "freeze_embedding": frozen}
    model = make_pipeline(tokenizer, RNNClassifier(**settings)).fit(TEXTS[:40], Y[:40])
    assert model[1].module_.encoder.embedding.embedding_dim == 2
    assert model.score(TEXTS[40:], Y[40:]) > 0.8
    search = GridSearchCV(
        model,
        {"sequencetokenizer__vectors": [None, dict(sides)]},
        cv=2,
        error_score=0.0 if frozen else "raise",
    )
    if frozen:
        with pytest.warns(FitFailedWarning, match="there are none"):
            search.fit(TEXTS, Y)
    else:
        search.fit(TEXTS, Y)
    assert search.best_estimator_.predict(TEXTS).shape == (N,)


def test_pretrained_vectors_in_a_column_transformer():
    vectors = {word: RNG.normal(size=3) for word in GOOD + BAD + REST}
    encoder = make_pipeline(
        SequenceTokenizer(vectors=vectors), RNNEncoder(**{**SMALL, "embedding_dim": "auto"})
    )
    tables = ColumnTransformer([("text", encoder, "review"), ("number", "passthrough", ["age"])])
    model = make_pipeline(tables, LogisticRegression()).fit(FRAME, Y)
    encoder = model[0].named_transformers_["text"][1]
    assert encoder.module_.encoder.embedding.embedding_dim == 3
    assert model.predict(FRAME).shape == (N,)


# -- a text column beside others ------------------------------------------------------------------


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_one_text_column_of_a_frame(output, fitted):
    tables = ColumnTransformer([("text", SequenceTokenizer(), ["review"])])
    tables.set_output(transform=output)
    model = make_pipeline(tables, RNNClassifier(**SMALL)).fit(FRAME, Y)
    np.testing.assert_array_equal(model.predict_proba(FRAME), fitted.predict_proba(TEXTS))
    search = GridSearchCV(
        make_pipeline(tables, RNNClassifier(**{**SMALL, "max_epochs": 2})),
        {"columntransformer__text__max_length": [3, None]},
        cv=2,
        error_score="raise",
    )
    assert search.fit(FRAME, Y).best_params_


def test_output_set_for_everything(fitted):
    with config_context(transform_output="pandas"):
        model = make().fit(FRAME[["review"]], Y)
        np.testing.assert_array_equal(
            model.predict_proba(FRAME[["review"]]), fitted.predict_proba(TEXTS)
        )
        pipeline = make().set_output(transform="pandas").fit(TEXTS, Y)
        np.testing.assert_array_equal(pipeline.predict_proba(TEXTS), fitted.predict_proba(TEXTS))


@pytest.mark.parametrize("column", ["review", ["review"]], ids=["Series", "frame"])
@pytest.mark.parametrize("output", ["default", "pandas"])
def test_a_text_encoded_beside_numbers(column, output):
    encoder = make_pipeline(SequenceTokenizer(), RNNEncoder(**SMALL))
    tables = ColumnTransformer([("text", encoder, column), ("number", StandardScaler(), ["age"])])
    tables.set_output(transform=output)
    # scikit-learn numbers the rows of what was no frame from 0.
    X = FRAME.reset_index(drop=True) if column == "review" else FRAME
    model = make_pipeline(tables, LogisticRegression()).fit(X, Y)
    assert model.score(X, Y) > 0.8
    table = model[0].transform(X)
    assert table.shape == (N, 9)
    if output == "pandas":
        assert table.columns[-1] == "number__age"
        assert table.index.tolist() == X.index.tolist()
    names = model[0].get_feature_names_out().tolist()
    assert names == [*(f"text__rnnencoder{i}" for i in range(8)), "number__age"]
    if output == "pandas" and column == "review":
        return  # scikit-learn keeps the index of frames alone, and a fold has gaps in it
    grid = {"columntransformer__text__sequencetokenizer__min_frequency": [1, 2]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise")
    assert search.fit(X, Y).predict(X).shape == (N,)


def test_two_readings_of_one_text():
    words = make_pipeline(SequenceTokenizer(), RNNEncoder(**SMALL))
    letters = make_pipeline(SequenceTokenizer(analyzer="char"), RNNEncoder(**SMALL))
    union = FeatureUnion([("words", words), ("letters", letters)])
    assert union.fit_transform(TEXTS, Y).shape == (N, 16)
