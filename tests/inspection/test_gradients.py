import numpy as np
import pytest
import torch
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, SequenceForecaster
from skrnn.cells import ESN, RNN, StepCell
from skrnn.data import Fused, Ragged
from skrnn.inspection import GradientFlowDisplay
from skrnn.preprocessing import SequenceScaler

rng = np.random.default_rng(0)
X = rng.normal(size=(16, 30, 2))
Y = X[:, 0, 0]
LABELS = np.arange(16) % 3
ROWS = [X[i, : 2 + i] for i in range(16)]
ONE_WAY = {"bidirectional": False, "pooling": "last", "stem": None, "random_state": 0}
SMALL = {"hidden_size": 4, "max_epochs": 1, "random_state": 0}
flow_of = GradientFlowDisplay.from_estimator


class Leak(StepCell):
    """h' = rate * h + the sum of x, times a weight."""

    rate = 0.5

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size
        self.weight_in = torch.nn.Parameter(torch.ones(hidden_size))

    def step(self, x, state):
        h = self.rate * state[0] + self.weight_in * x.sum(1, keepdim=True)
        return h, (h,)


class Burst(Leak):
    rate = 3.0


def test_the_gradients_are_those_of_the_training_loss():
    weight = np.arange(16) % 4
    model = RNNClassifier(dense_sizes=(3,), dropout=0.0, stem=None, **SMALL)
    model.fit(ROWS, LABELS, sample_weight=weight)
    display = flow_of(model, ROWS, LABELS, sample_weight=weight)
    probability = model.predict_proba(ROWS)[np.arange(16), LABELS]
    expected = np.average(-np.log(probability), weights=weight)
    assert display.loss_ == pytest.approx(expected, rel=1e-5)
    table = display.table
    head = table[(table["layer"] == "head") & (table["kind"] == "bias")].iloc[0]
    error = model.predict_proba(ROWS) - np.eye(3)[LABELS]  # d loss / d logits of each row
    expected = np.linalg.norm(np.average(error, axis=0, weights=weight))
    assert head["gradient"] == pytest.approx(expected, rel=1e-4)
    assert table["n_weights"].sum() == sum(p.numel() for p in model.module_.parameters())
    assert table["layer"].drop_duplicates().tolist() == ["layer 1", "pooling", "dense 1", "head"]
    within = table[table["layer"] == "layer 1"].groupby("direction")["weight"]
    whole = within.transform(np.linalg.norm)
    ratio = table["gradient"] / whole
    assert table["ratio"][ratio.notna()].to_numpy() == pytest.approx(ratio.dropna().to_numpy())


def test_targets_are_scaled_as_in_fit():
    y = 1000 + 50 * Y
    model = RNNRegressor(loss="squared_error", **SMALL).fit(X, y)
    expected = np.mean((model.predict(X) - y) ** 2) / np.var(y)
    assert flow_of(model, X, y).loss_ == pytest.approx(expected, rel=1e-4)


def test_a_leak_vanishes_at_its_own_rate():
    model = RNNRegressor(cell=Leak, hidden_size=2, max_epochs=1, **ONE_WAY).fit(X, Y)
    display = flow_of(model, X, Y, by="time")
    assert display.time_table["gradient"].to_numpy() == pytest.approx(0.5 ** np.arange(30))
    assert set(display.time_table["n_rows"]) == {16}
    (sign,) = display.warnings_
    assert sign.startswith("Vanishing through time in layer 1, forward")
    assert "2e-09" in sign
    assert "pooling='attention'" in sign
    assert "stem='conv'" in sign
    assert "gated" not in sign
    assert display.ax_.get_yscale() == "log"


def test_a_backward_direction_reads_the_end_first():
    model = RNNRegressor(cell=Leak, **{**SMALL, **ONE_WAY, "bidirectional": True}).fit(ROWS, Y)
    time = flow_of(model, ROWS, Y).time_table
    for direction in ("forward", "backward"):
        part = time[time["direction"] == direction]
        assert part["gradient"].to_numpy() == pytest.approx(0.5 ** np.arange(17))
        assert part["n_rows"].tolist() == [16, *range(16, 0, -1)]


@pytest.mark.parametrize("dilation", [1, 3])
def test_dilated_steps_are_put_in_order(dilation):
    cell = RNN(activation="identity", dilation=dilation)
    model = RNNRegressor(cell=cell, hidden_size=1, max_epochs=1, **ONE_WAY).fit(ROWS, Y)
    rate = abs(model.module_.encoder.layers[0].directions[0].layer.weight_hh_l0.item())
    time = flow_of(model, ROWS, Y).time_table
    lag = np.arange(17)
    expected = np.where(lag % dilation == 0, rate ** (lag // dilation), 0.0)
    assert time["gradient"].to_numpy() == pytest.approx(expected / expected.max(), rel=1e-3)


def test_attention_lets_gradients_through():
    model = RNNRegressor(cell=Leak, stem=None, pooling="attention", **SMALL).fit(X, Y)
    assert flow_of(model, X, Y).warnings_ == []


def test_an_exploding_layer_is_named():
    model = RNNRegressor(cell=Burst, hidden_size=2, max_epochs=1, scale_inputs=False, **ONE_WAY)
    signs = flow_of(model.fit(X / 1e6, Y), X / 1e6, Y).warnings_
    assert any("Exploding in layer 1, forward" in sign and "clip_norm" in sign for sign in signs)
    model.module_.projection.weight.data.fill_(np.inf)
    (sign,) = flow_of(model, X, Y).warnings_
    assert "no finite number" in sign


def test_an_epoch_that_exploded_is_named():
    model = RNNRegressor(clip_norm=None, **SMALL).fit(X, Y)
    rows = [dict(model.history_[0], grad_norm=norm) for norm in (0.5, 0.4, 40.0, 0.1)]
    model.history_ = rows
    assert any("in epoch 3" in sign for sign in flow_of(model, X, Y).warnings_)
    assert flow_of(model.set_params(clip_norm=1.0), X, Y).warnings_ == []  # it was cut


def test_a_layer_that_hardly_learns_is_named():
    model = RNNRegressor(num_layers=2, **SMALL, stem=None).fit(X, Y)
    for direction in model.module_.encoder.layers[1].directions:
        direction.layer.weight_ih_l0.data.mul_(1e-7)
    signs = flow_of(model, X, Y).warnings_
    assert sum("Vanishing in layer 1" in sign for sign in signs) == 2
    assert "residual=True" in signs[-1]


def test_dead_units_are_counted():
    model = RNNRegressor(dense_sizes=(4,), stem=None, **SMALL).fit(X, Y)
    model.module_.behind[1].bias.data[:2] = -100
    (sign,) = flow_of(model, X, Y).warnings_
    assert "2 of 4 ReLU units" in sign
    cell = RNN(activation="relu")
    model = RNNRegressor(cell=cell, **{**SMALL, **ONE_WAY, "pooling": "mean"}).fit(X, Y)
    model.module_.encoder.layers[0].directions[0].layer.bias_ih_l0.data[0] = -100
    signs = flow_of(model, X, Y).warnings_
    assert any("layer 1, forward: 1 of 4 ReLU units" in sign for sign in signs)


def test_saturated_units_are_counted():
    model = RNNRegressor(cell="rnn", stem=None, **SMALL).fit(X, Y)
    model.module_.encoder.layers[0].directions[1].layer.bias_ih_l0.data[:3] = 100
    signs = flow_of(model, X, Y).warnings_
    assert any("layer 1, backward: 76 % of the outputs" in sign for sign in signs)


def test_where_nothing_is_left_to_learn():
    model = RNNRegressor(**SMALL).fit(X, np.zeros(16))
    with torch.no_grad():
        for parameter in model.module_.projection.parameters():
            parameter.zero_()
    display = flow_of(model, X, np.zeros(16))
    assert "All gradients are 0" in display.warnings_[0]
    display.figure_.canvas.draw()


def documents():
    return [[X[i, :3], X[i, 3 : 5 + i]] for i in range(16)]


def fused():
    ids = Ragged.from_rows([[1 + i % 3, 2] for i in range(16)])
    return Fused({"age": np.arange(16.0), "recording": Ragged.from_rows(ROWS), "note": ids})


@pytest.mark.parametrize(
    ("model", "X", "y", "layers"),
    [
        (RNNClassifier(**SMALL), X, LABELS, "stem|layer 1|pooling|head"),
        (RNNClassifier(cell=ESN(), stem=None, **SMALL), X, LABELS, "pooling|head"),
        (RNNEncoder(**SMALL), ROWS, None, "layer 1|head"),
        (RNNEncoder(**SMALL), ROWS, Y, "layer 1|head"),
        (
            RNNClassifier(hierarchical=True, stem=None, **SMALL),
            documents(),
            LABELS,
            "sentences: layer 1|sentences: pooling|documents: layer 1|pooling|head",
        ),
        (
            RNNClassifier(embedding_dim=2, stem=None, **SMALL),
            fused(),
            LABELS,
            "recording: layer 1|note: embedding|note: layer 1|recording: pooling|note: pooling"
            "|head",
        ),
        (RNNClassifier(**SMALL), ROWS, np.eye(3, dtype=int)[LABELS], "layer 1|pooling|head"),
        (RNNRegressor(loss="gaussian", **SMALL), ROWS, np.c_[Y, Y], "layer 1|pooling|head"),
    ],
)
def test_every_kind_of_network(model, X, y, layers):
    model.fit(X) if y is None else model.fit(X, y)
    for by in ("layer", "time"):
        display = flow_of(model, X, y, by=by)
        display.figure_.canvas.draw()
    found = display.table["layer"].drop_duplicates().tolist()
    assert [name for name in found if name != "stem" or "stem" in layers] == layers.split("|")
    assert np.isfinite(display.table["gradient"]).all()
    assert np.isfinite(display.time_table["gradient"]).all()


def test_pipelines_and_searches():
    pipeline = make_pipeline(SequenceScaler(), RNNRegressor(**SMALL))
    search = GridSearchCV(pipeline, {"rnnregressor__hidden_size": [2]}, cv=2).fit(X, Y)
    one = flow_of(search, X, Y).table
    assert one.equals(flow_of(search.best_estimator_, X, Y).table)


def test_it_draws_where_it_is_told():
    import matplotlib.pyplot as plt

    _, ax = plt.subplots()
    display = flow_of(RNNRegressor(**SMALL).fit(X, Y), X, Y, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    assert len(display.lines_) == 4
    assert "layer 1, backward" in [label.get_text() for label in ax.get_yticklabels()]
    assert "GradientFlowDisplay" in repr(display)


def test_nothing_outside_is_disturbed():
    model = RNNRegressor(**SMALL).fit(X, Y)
    before = model.predict(X)
    states = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.get_num_threads()
    with torch.no_grad():
        flow_of(model, X, Y)
    assert torch.equal(states[0], torch.get_rng_state())
    assert (states[1] == np.random.get_state()[1]).all()
    assert states[2] == torch.get_num_threads()
    assert (model.predict(X) == before).all()
    assert not any(cell._forward_hooks for cell in model.module_.modules())


def test_what_cannot_be_measured_is_refused():
    model = RNNRegressor(**SMALL)
    with pytest.raises(NotFittedError):
        flow_of(model, X, Y)
    with pytest.raises(TypeError, match="SequenceForecaster"):
        flow_of(SequenceForecaster(), X, Y)
    model.fit(X, Y)
    with pytest.raises(ValueError, match="pass the y"):
        flow_of(model, X)
    with pytest.raises(ValueError, match="inconsistent numbers"):
        flow_of(model, X, Y[:3])
    with pytest.raises(ValueError, match="'by' parameter"):
        flow_of(model, X, Y, by="step")
    with pytest.raises(ValueError, match="sample_weight"):
        flow_of(model, X, Y, sample_weight=[1.0])
    with pytest.raises(ValueError, match="NaN"):
        flow_of(model, X, Y * np.nan)
    encoder = RNNEncoder(**SMALL).fit(X)
    with pytest.raises(ValueError, match="y=None"):
        flow_of(encoder, X, Y)
    classifier = RNNClassifier(**SMALL).fit(X, LABELS)
    with pytest.raises(ValueError, match="not one of the classes"):
        flow_of(classifier, X, LABELS + 1)


def test_steps_that_are_alike_leave_attention_nothing_to_learn():
    model = RNNRegressor(pooling="attention", **SMALL).fit(X[:, :1], Y)
    assert not any("pooling" in each for each in flow_of(model, X[:, :1], Y).warnings_)
