import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, SequenceForecaster
from skrnn.data import Fused, Ragged
from skrnn.inspection import AttentionDisplay, AttributionDisplay
from skrnn.inspection.network import find_network, open_network, read_rows
from skrnn.preprocessing import SequenceFusion, SequenceScaler, SequenceTokenizer

TEXTS = ["good film", "bad film", "a very good one", "bad bad bad", "good", "so bad"]
MOODS = [1, 0, 1, 0, 1, 0]
rng = np.random.default_rng(0)
X = [rng.normal(size=(n, 2)) for n in (3, 9, 4, 1, 6, 5)]
SMALL = {"hidden_size": 4, "max_epochs": 1, "random_state": 0}


def fused():
    ids = Ragged.from_rows([[1, 2, 3], [2], [3, 1], [1], [2, 2], [3]])
    return Fused({"recording": Ragged.from_rows(X), "age": np.arange(6.0), "note": ids})


def documents(ids):
    one = [[1, 2], [3]] if ids else [np.ones((2, 2)), np.zeros((3, 2))]
    other = [[2]] if ids else [np.full((1, 2), 0.5)]
    return [one, other, one, other, other, one]


CASES = {
    "numbers": (RNNClassifier(**SMALL), X),
    "stem": (RNNClassifier(stem="conv", **SMALL), X),
    "ids": (RNNClassifier(embedding_dim=3, **SMALL), [[1, 2, 3], [2], [3], [1, 1], [2, 3], [1]]),
    "documents": (RNNClassifier(hierarchical=True, **SMALL), documents(ids=False)),
    "documents of ids": (
        RNNClassifier(hierarchical=True, embedding_dim=3, **SMALL),
        documents(ids=True),
    ),
    "fused": (RNNClassifier(embedding_dim=3, **SMALL), fused()),
    "texts": (
        make_pipeline(SequenceTokenizer(min_frequency=1), RNNClassifier(embedding_dim=3, **SMALL)),
        TEXTS,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_open_network_answers_as_the_closed_one(case):
    model, X = CASES[case]
    model.fit(X, MOODS)
    reading = read_rows(model, X)
    expected = reading.estimator.decision_function(reading.X)
    for i in range(len(reading.rows)):
        network, x = reading.opened(i)
        x.requires_grad_()
        outputs = network(x)
        two = outputs[0, 1] - outputs[0, 0] if outputs.shape[1] == 2 else outputs[0, 0]
        assert two.detach().item() == pytest.approx(expected[i], rel=1e-4, abs=1e-5)
        (gradient,) = torch.autograd.grad(outputs.sum(), x)
        assert gradient.shape[1] == len(reading.names[i])


def test_the_fitted_network_stays_as_it_was():
    model = RNNClassifier(embedding_dim=3, **SMALL).fit([[1, 2], [2]], [0, 1])
    before = model.predict_proba([[1, 2], [2]])
    network, _ = open_network(model.module_, torch.tensor([[1, 2]]))
    assert network.encoder.embedding is None
    assert model.module_.encoder.embedding is not None
    assert all(parameter.requires_grad for parameter in model.module_.parameters())
    assert (model.predict_proba([[1, 2], [2]]) == before).all()


def test_a_network_is_found_in_searches_and_pipelines():
    inner = make_pipeline(SequenceScaler(), RNNClassifier(**SMALL))
    search = GridSearchCV(inner, {"rnnclassifier__hidden_size": [2]}, cv=2).fit(X, MOODS)
    front, network = find_network(search)
    assert isinstance(network, RNNClassifier)
    assert [type(step).__name__ for _, step in front.steps] == ["SequenceScaler"]
    nested = make_pipeline(SequenceScaler(), inner).fit(X, MOODS)
    front, _ = find_network(nested)
    assert front.transform(X)[0].shape == (3, 2)


@pytest.mark.parametrize(
    ("estimator", "error", "words"),
    [
        (RNNClassifier(), NotFittedError, "not fitted"),
        (RNNClassifier, TypeError, "class RNNClassifier"),
        (SequenceForecaster(), TypeError, "SequenceForecaster"),
        (make_pipeline(SequenceScaler()), TypeError, "SequenceScaler"),
        (GridSearchCV(RNNClassifier(), {}), NotFittedError, "refit=True"),
        (None, TypeError, "NoneType"),
    ],
)
def test_what_holds_no_network_is_refused(estimator, error, words):
    with pytest.raises(error, match=words):
        find_network(estimator)


def test_steps_are_called_by_their_own_names():
    model, texts = CASES["texts"]
    names = read_rows(model.fit(texts, MOODS), ["a very odd film"]).names
    assert names[0].tolist() == ["a", "very", "�", "film"]
    stamps = pd.date_range("2026-01-01", periods=3, freq="h")
    series = [pd.Series([1.0, 2.0, 3.0], index=stamps), np.array([1.0])]
    encoder = RNNEncoder(**SMALL).fit(series)
    assert (read_rows(encoder, series).names[0] == stamps.to_numpy()).all()
    assert read_rows(encoder, series).names[1].tolist() == [0]
    frame = pd.DataFrame(np.eye(3), columns=["mon", "tue", "wed"])
    regressor = RNNRegressor(**SMALL).fit(frame, [1.0, 2.0, 3.0])
    assert read_rows(regressor, frame).names[2].tolist() == ["mon", "tue", "wed"]
    model, X = CASES["fused"]
    names = read_rows(model.fit(X, MOODS), X).names[1].tolist()
    assert names == [*(f"recording {k}" for k in range(9)), "age", "note 0"]


def test_tokens_of_a_part_are_called_by_their_words():
    frame = pd.DataFrame({"note": TEXTS, "age": np.arange(6.0), "walk": X})
    columns = [("note", SequenceTokenizer(min_frequency=1), "note")]
    columns += [("age", "passthrough", ["age"]), ("walk", "passthrough", "walk")]
    network = RNNClassifier(embedding_dim=3, **SMALL)
    model = make_pipeline(SequenceFusion(columns), network).fit(frame, MOODS)
    names = read_rows(model, frame).names[1].tolist()
    assert names == ["note bad", "note film", "age", *(f"walk {k}" for k in range(9))]
    table = AttributionDisplay.from_estimator(model, frame, row=1).table
    assert table["step"].tolist() == names
    table = AttentionDisplay.from_estimator(model, frame, row=1, part="note").table
    assert table["step"].tolist() == ["bad", "film"]


def test_what_holds_networks_says_where():
    rows = X
    labels = np.arange(len(rows)) % 2
    behind = make_pipeline(RNNEncoder(hidden_size=2, max_epochs=1), LogisticRegression())
    with pytest.raises(TypeError, match=r"LogisticRegression\. .* pass the part up to it"):
        find_network(behind.fit(rows, labels))
    table = np.arange(8.0).reshape(4, 2)
    each = MultiOutputRegressor(RNNRegressor(hidden_size=2, max_epochs=1)).fit(table, table)
    with pytest.raises(TypeError, match="Pass what it holds, or one of them: estimators_"):
        find_network(each)
    with pytest.raises(TypeError, match="see TrainingCurvesDisplay, ForecastDisplay"):
        find_network(SequenceForecaster())
