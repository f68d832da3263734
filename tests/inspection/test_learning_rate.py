import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, SequenceForecaster
from skrnn.datasets import make_recall
from skrnn.inspection import LearningRateDisplay, find_lr
from skrnn.preprocessing import SequenceScaler, SequenceTokenizer

X = np.random.default_rng(0).normal(size=(40, 6, 2))
Y = X[:, -1, 0]
SMALL = {"hidden_size": 4, "random_state": 0}


def test_the_suggestion_learns_better_than_the_ends():
    X, y = make_recall(200, lag=5, n_symbols=4, random_state=0)
    model = RNNClassifier(embedding_dim=4, hidden_size=16, max_epochs=8, random_state=0)
    display = find_lr(model, X, y, lr_max=10.0)
    assert 1e-6 < display.suggestion < 10
    losses = [
        clone(model).set_params(lr=lr).fit(X, y).best_loss_
        for lr in (display.suggestion, 1e-6, 10.0)
    ]
    assert losses[0] < 0.5 * min(losses[1:])
    assert len(display.rates) < 100  # it ended when the loss blew up


def test_the_estimator_stays_as_it_is():
    model = RNNRegressor(**SMALL, warm_start=True, max_epochs=2, callbacks=[])
    before = model.get_params()
    find_lr(model, X, Y, n_steps=10)
    assert model.get_params() == before
    assert not hasattr(model, "net_")
    answers = model.fit(X, Y).predict(X)
    given = X.copy()
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.get_num_threads()
    find_lr(model, X, Y, n_steps=10)
    assert (model.predict(X) == answers).all()
    assert (X == given).all()
    assert torch.equal(states[0], torch.get_rng_state())
    assert (states[1] == np.random.get_state()[1]).all()
    assert states[2] == torch.get_num_threads()
    rng = np.random.RandomState(0)
    find_lr(RNNRegressor(hidden_size=2, random_state=rng), X, Y, n_steps=10)
    assert rng.randint(100) == np.random.RandomState(0).randint(100)


def test_the_same_seed_gives_the_same_test():
    model = RNNRegressor(hidden_size=3, dropout=0.2)
    one = find_lr(model, X, Y, n_steps=12, random_state=3).table
    assert one.equals(find_lr(model, X, Y, n_steps=12, random_state=3).table)
    assert not one.equals(find_lr(model, X, Y, n_steps=12, random_state=4).table)
    own = find_lr(model.set_params(random_state=3), X, Y, n_steps=12).table
    assert one.equals(own)


def test_rates_grow_by_one_factor():
    table = find_lr(RNNRegressor(**SMALL), X, Y, lr_min=1e-5, lr_max=1e-2, n_steps=16).table
    assert table["lr"].to_numpy() == pytest.approx(np.geomspace(1e-5, 1e-2, 16))
    assert list(table.columns) == ["lr", "loss", "smoothed_loss"]


def test_weights_count():
    weight = np.r_[np.ones(20), np.zeros(20)]
    model = RNNRegressor(**SMALL)
    one = find_lr(model, X, Y, sample_weight=weight, n_steps=10).table
    assert one.equals(find_lr(model, X[:20], Y[:20], n_steps=10).table)


def test_pipelines_and_encoders():
    texts = ["good film", "bad film", "a very good one", "bad bad"] * 5
    tokenizer = SequenceTokenizer(min_frequency=1)
    pipeline = make_pipeline(tokenizer, make_pipeline(RNNClassifier(embedding_dim=3, **SMALL)))
    find_lr(pipeline, texts, [1, 0, 1, 0] * 5, n_steps=10)
    assert not hasattr(tokenizer, "vocabulary_")
    scaled = make_pipeline(SequenceScaler(), RNNRegressor(**SMALL))
    assert find_lr(scaled, X, Y, n_steps=10).lr == 0.003
    assert len(find_lr(RNNEncoder(**SMALL), X, n_steps=10).table) == 10


def test_it_draws_where_it_is_told():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    display = find_lr(RNNRegressor(**SMALL), X, Y, n_steps=10, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert ax.get_xscale() == "log"
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert any("suggestion" in text for text in texts)
    assert any("0.003" in text for text in texts)
    assert "suggestion" in repr(display)
    LearningRateDisplay([0.1, 0.2], [1.0, 1.0], [1.0, 1.0]).plot().figure_.canvas.draw()


@pytest.mark.parametrize(
    "estimator",
    [
        SequenceForecaster(),
        RNNRegressor,
        GridSearchCV(RNNRegressor(), {}),
        make_pipeline(SequenceScaler()),
        None,
    ],
)
def test_what_is_no_network_is_refused(estimator):
    with pytest.raises(TypeError, match="find_lr takes"):
        find_lr(estimator, X, Y)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"lr_min": 0}, "'lr_min' parameter"),
        ({"lr_min": 1.0, "lr_max": 0.1}, "lr_max=0.1 must be above lr_min=1.0"),
        ({"n_steps": 5}, "'n_steps' parameter"),
        ({"random_state": "no"}, "'random_state' parameter"),
    ],
)
def test_bad_options_are_named(options, words):
    with pytest.raises(ValueError, match=words):
        find_lr(RNNRegressor(**SMALL), X, Y, **options)


def test_what_fit_refuses_is_refused():
    with pytest.raises(ValueError, match="cell"):
        find_lr(RNNRegressor(cell="none"), X, Y)
    with pytest.raises(ValueError, match="NaN"):
        find_lr(RNNRegressor(**SMALL), X, Y * np.nan)
    wild = RNNRegressor(optimizer="sgd", clip_norm=None, **SMALL)
    with pytest.raises(ValueError, match="not finite after"):
        find_lr(wild, X, Y, lr_min=1e30, lr_max=1e38)
