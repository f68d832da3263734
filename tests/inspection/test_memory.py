import copy

import numpy as np
import pytest
import torch
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.cells import ESN, LSTM, StepCell
from skrnn.data import Fused, as_ragged
from skrnn.datasets import make_recall
from skrnn.inspection import MemoryDisplay
from skrnn.inspection.memory import row_gradient
from skrnn.inspection.network import read_rows
from skrnn.preprocessing import SequenceScaler, SequenceTokenizer

rng = np.random.default_rng(0)
X = rng.normal(size=(12, 40, 2))
Y = X[:, -1, 0]
ONE_WAY = {"bidirectional": False, "pooling": "last", "stem": None, "random_state": 0}
SMALL = {"hidden_size": 4, "max_epochs": 1, "random_state": 0}


class Leak(StepCell):
    """h' = 0.8 h + the sum of x."""

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size

    def step(self, x, state):
        h = 0.8 * state[0] + x.sum(1, keepdim=True)
        return h, (h,)


@pytest.mark.parametrize("of", ["output", "state"])
def test_a_leak_forgets_at_its_own_rate(of):
    model = RNNRegressor(cell=Leak, hidden_size=3, max_epochs=1, scale_inputs=False, **ONE_WAY)
    display = MemoryDisplay.from_estimator(model.fit(X, Y), X, of=of)
    for name in ("median", "low", "high", "mean"):
        assert display.table[name].to_numpy() == pytest.approx(0.8 ** np.arange(40), rel=1e-9)
    assert (display.reach_ == 21).all()  # 0.8 ** 20 is 1.2 %
    assert "the last 21 of 40 steps" in display.finding_
    assert "beyond" in display.finding_
    assert "median of 12 rows" in display.finding_


def test_a_small_echo_state_network_forgets_sooner_than_an_lstm():
    reach = {}
    for name, cell in {"esn": ESN(spectral_radius=0.3), "lstm": LSTM()}.items():
        model = RNNRegressor(cell=cell, hidden_size=16, max_epochs=2, **ONE_WAY).fit(X, Y)
        reach[name] = MemoryDisplay.from_estimator(model, X, threshold=0.001).n_steps_
    assert reach["esn"] < 12 < reach["lstm"]


def test_what_was_learned_to_be_remembered_is():
    X, y = make_recall(200, lag=8, n_symbols=3, random_state=0)
    model = RNNClassifier(embedding_dim=4, hidden_size=24, max_epochs=30, lr=0.02, **ONE_WAY)
    assert model.fit(X, y).score(X, y) > 0.95
    display = MemoryDisplay.from_estimator(model, X)
    assert display.table["median"].idxmax() == 8
    assert "all of 9 steps" in display.finding_


def test_the_gradients_are_those_of_finite_differences():
    model = RNNRegressor(max_epochs=1, hidden_size=4, random_state=0).fit(X, np.c_[Y, -Y])
    reading = read_rows(model, X)
    network, x = reading.opened(3)
    jacobian = torch.autograd.functional.jacobian(network, x)  # (1, 2, 1, T, F)
    expected = jacobian.square().sum((0, 1, 2, 4)).sqrt().numpy()
    assert row_gradient(reading, 3, "output") == pytest.approx(expected, rel=1e-9)
    moved = x.clone()
    moved[0, 7, 1] += 1e-6
    with torch.no_grad():
        difference = (network(moved) - network(x))[0] / 1e-6
    assert difference.numpy() == pytest.approx(jacobian[0, :, 0, 7, 1].numpy(), rel=1e-3)


def test_many_answers_are_estimated_and_the_same_each_time():
    encoder = RNNEncoder(hidden_size=50, max_epochs=1, random_state=0).fit(X)
    reading = read_rows(encoder, X)
    network, x = reading.opened(0)
    jacobian = torch.autograd.functional.jacobian(network.encode, x)
    exact = jacobian.square().sum((0, 1, 2, 4)).sqrt().numpy()
    estimate = row_gradient(reading, 0, "output")
    assert estimate == pytest.approx(exact, rel=0.5)
    assert np.median(estimate / exact) == pytest.approx(1, abs=0.15)
    assert (estimate == row_gradient(reading, 0, "output")).all()


class Switch(StepCell):
    """Holds the sign of the first step, without a gradient, until one comes that is large."""

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size

    def step(self, x, state):
        h = torch.tanh(100 * (state[0] + (state[0] == 0) * x[:, :1])) + 0.001 * x[:, 1:2]
        return h, (h,)


def test_what_is_held_by_saturated_units_is_not_denied():
    rows = X.copy()
    rows[:, 0, 0] = np.where(np.arange(12) % 2, 5.0, -5.0)
    model = RNNRegressor(cell=Switch, hidden_size=1, max_epochs=1, scale_inputs=False, **ONE_WAY)
    display = MemoryDisplay.from_estimator(model.fit(rows, Y), rows)
    assert display.n_steps_ < 5
    assert display.beyond == pytest.approx(1, abs=0.05)
    assert "but the output depends on more" in display.finding_
    assert "switches" in display.finding_
    assert "Gradients reach" in display.ax_.get_title()


def test_what_is_forgotten_moves_nothing():
    model = RNNRegressor(cell=Leak, hidden_size=1, max_epochs=1, scale_inputs=False, **ONE_WAY)
    display = MemoryDisplay.from_estimator(model.fit(X, Y), X)
    assert 0 < display.beyond < 0.05
    assert "learns nothing beyond" in display.finding_


def test_pooling_is_no_memory():
    model = RNNRegressor(pooling="mean", bidirectional=True, **SMALL).fit(X, Y)
    finding = MemoryDisplay.from_estimator(model, X).finding_
    assert "pooling='mean' and bidirectional=True" in finding
    assert "depends on all of 40 steps: each" in finding  # as the title says
    assert "of='state'" in finding
    state = MemoryDisplay.from_estimator(model, X, of="state")
    assert "pooling" not in state.finding_
    assert state.finding_.startswith("The state")


def test_the_state_does_not_see_what_the_backward_direction_saw():
    model = RNNRegressor(cell=Leak, scale_inputs=False, stem=None, **SMALL).fit(X, Y)
    table = MemoryDisplay.from_estimator(model, X, of="state").table
    assert table["median"].to_numpy() == pytest.approx(0.8 ** np.arange(40), rel=1e-9)


def test_rows_of_unequal_length_are_counted_where_they_are():
    rows = [X[i, : n + 1] for i, n in enumerate((0, 3, 9, 9))]
    model = RNNRegressor(cell=Leak, hidden_size=2, max_epochs=1, **ONE_WAY).fit(rows, Y[:4])
    display = MemoryDisplay.from_estimator(model, rows)
    assert display.table["n_rows"].tolist() == [4, 3, 3, 3, 2, 2, 2, 2, 2, 2]
    assert display.reach_.tolist() == [1, 4, 10, 10]
    assert "1 to 10 steps" in display.finding_
    some = MemoryDisplay.from_estimator(model, rows, n_rows=2)
    assert list(map(len, some.gradients)) == [1, 10]
    one = MemoryDisplay.from_estimator(model, rows[:1])
    assert "all of 1 steps" in one.finding_
    assert "1 row" in one.finding_


def test_nothing_depends_on_nothing():
    model = RNNRegressor(max_epochs=1, hidden_size=2, random_state=0).fit(X, Y)
    with torch.no_grad():
        model.module_.projection.weight.zero_()
    display = MemoryDisplay.from_estimator(model, X)
    assert "does not change with any step" in display.finding_
    assert (display.table["median"] == 0).all()
    display.figure_.canvas.draw()


def test_an_exploding_row_is_named():
    class Burst(Leak):
        def step(self, x, state):
            h = 1e30 * state[0] + x.sum(1, keepdim=True)
            return h, (h,)

    model = RNNRegressor(cell=Burst, hidden_size=1, max_epochs=1, **ONE_WAY)
    model.fit(X[:, :1], Y)
    with pytest.raises(ValueError, match="row 0 is not finite"):
        MemoryDisplay.from_estimator(model, X)


def test_pipelines_searches_and_texts():
    pipeline = make_pipeline(SequenceScaler(), RNNRegressor(**SMALL))
    search = GridSearchCV(pipeline, {"rnnregressor__hidden_size": [2]}, cv=2).fit(X, Y)
    assert len(MemoryDisplay.from_estimator(search, X).table) == 40
    texts = ["a good film", "bad", "a very good film", "so bad"]
    model = make_pipeline(
        SequenceTokenizer(min_frequency=1), RNNClassifier(embedding_dim=3, **SMALL)
    ).fit(texts, [1, 0, 1, 0])
    assert len(MemoryDisplay.from_estimator(model, texts).table) == 4
    documents = [[np.ones((2, 2)), np.zeros((3, 2))], [np.ones((1, 2))]]
    nested = RNNClassifier(hierarchical=True, **SMALL).fit(documents, [0, 1])
    for of in ("output", "state"):
        assert len(MemoryDisplay.from_estimator(nested, documents, of=of).table) == 5


def test_it_draws_where_it_is_told():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    display = MemoryDisplay([0.5 ** np.arange(9, -1, -1)]).plot(ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert ax.get_yscale() == "log"
    assert display.line_.get_ydata() == pytest.approx(0.5 ** np.arange(10))
    assert "lag" in ax.get_xlabel()
    assert "7 of 10" in ax.get_title()
    assert display.finding_ in repr(display)


def test_nothing_outside_is_disturbed():
    model = RNNRegressor(**SMALL).fit(X, Y)
    before, given = model.predict(X), X.copy()
    weights = copy.deepcopy(model.module_.state_dict())
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.get_num_threads()
    with torch.no_grad():
        MemoryDisplay.from_estimator(model, X)
    assert torch.equal(states[0], torch.get_rng_state())
    assert (states[1] == np.random.get_state()[1]).all()
    assert states[2] == torch.get_num_threads()
    assert (model.predict(X) == before).all()
    assert (given == X).all()
    assert all(torch.equal(weights[k], v) for k, v in model.module_.state_dict().items())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"of": "input"}, "'of' parameter"),
        ({"n_rows": 0}, "'n_rows' parameter"),
        ({"threshold": 0}, "'threshold' parameter"),
        ({"threshold": 1.0}, "'threshold' parameter"),
    ],
)
def test_bad_options_are_named(options, words):
    model = RNNRegressor(**SMALL).fit(X, Y)
    with pytest.raises(ValueError, match=words):
        MemoryDisplay.from_estimator(model, X, **options)


def test_what_cannot_be_read_is_refused():
    model = RNNRegressor(**SMALL)
    with pytest.raises(NotFittedError):
        MemoryDisplay.from_estimator(model, X)
    with pytest.raises(TypeError, match="NoneType"):
        MemoryDisplay.from_estimator(None, X)
    model.fit(X, Y)
    with pytest.raises(ValueError, match="features"):
        MemoryDisplay.from_estimator(model, X[:, :, :1])
    with pytest.raises(ValueError, match=r"0 (row|sequence|sample)"):
        MemoryDisplay.from_estimator(model, X[:0])
    fused = Fused({"recording": as_ragged(X), "age": np.arange(12.0)})
    model = RNNRegressor(**SMALL).fit(fused, Y)
    with pytest.raises(ValueError, match="Fused"):
        MemoryDisplay.from_estimator(model, fused)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_classifier_depends_on_the_step_that_decides(n_classes):
    y = np.digitize(X[:, -1, 0], [0.0, 0.7][: n_classes - 1])
    model = RNNClassifier(hidden_size=8, max_epochs=2, **ONE_WAY).fit(X, y)
    display = MemoryDisplay.from_estimator(model, X)
    assert display.n_steps_ > 0 and np.isfinite(display.gradients).all()
    assert "does not change" not in display.finding_


def test_a_classifier_of_one_class_depends_on_nothing():
    model = RNNClassifier(**SMALL).fit(X, np.zeros(len(X), dtype=int))
    assert "does not change with any step" in MemoryDisplay.from_estimator(model, X).finding_
