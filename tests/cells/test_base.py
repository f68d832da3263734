"""What every cell has from the base class, and how users name one."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skrnn import RNNClassifier
from skrnn.cells import (
    CELLS,
    GRU,
    LSTM,
    RNN,
    Cell,
    DiagonalCell,
    FusedCell,
    GatedCell,
    PeepholeLSTM,
    StepCell,
    make_cell,
)
from skrnn.testing import check_cell
from skrnn.testing.cells import LENGTHS, batch, built


class Decay(StepCell):
    """h' = a h + W x, with an output of another size than the state."""

    state_names = ("h", "steps")

    def __init__(self, start=0.5):
        super().__init__()
        self.start = start

    def build(self, input_size, hidden_size):
        self.hidden_size, self.output_size = hidden_size, hidden_size + 1
        self.weight = torch.nn.Linear(input_size, hidden_size)
        self.decay = torch.nn.Parameter(torch.full((hidden_size,), self.start))

    def step(self, x, state):
        h, steps = state
        h = torch.sigmoid(self.decay) * h + self.weight(x)
        return torch.cat([h, h.sum(1, keepdim=True)], 1), (h, steps + 1)


def test_a_cell_of_ones_own_keeps_the_promises():
    check_cell(Decay)
    check_cell(Decay(start=2.0))


@pytest.mark.parametrize("cell", [Decay, Decay(start=1.0)])
def test_a_cell_of_ones_own_goes_into_an_estimator(cell):
    rng = np.random.default_rng(0)
    X = [rng.normal(size=n) + 2 * (i % 2) for i, n in enumerate(rng.integers(3, 9, 40))]
    y = np.arange(40) % 2
    settings = {"num_layers": 2, "hidden_size": 5, "max_epochs": 15, "lr": 0.02, "random_state": 0}
    model = RNNClassifier(cell=cell, **settings).fit(X, y)
    assert model.score(X, y) > 0.8
    twin = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(twin.predict_proba(X), model.predict_proba(X))


def test_options_of_an_instance_are_reached_by_a_grid():
    X, y = np.random.default_rng(0).normal(size=(12, 5, 1)), np.arange(12) % 2
    model = RNNClassifier(cell=RNN(), hidden_size=3, max_epochs=1, random_state=0)
    search = GridSearchCV(model, {"cell__activation": ["relu", "sigmoid"]}, cv=2).fit(X, y)
    assert search.best_params_["cell__activation"] in ("relu", "sigmoid")
    assert model.cell.activation == "tanh", "the cell that was passed is left alone"
    assert not list(model.cell.parameters())


def test_all_cells_in_one_grid():
    """Ragged rows, all names in one call, and options of an instance in another."""
    X = [np.random.default_rng(n).normal(size=(2 + n % 5, 2)) for n in range(12)]
    y = np.arange(12) % 2
    model = RNNClassifier(hidden_size=3, max_epochs=1, random_state=0)
    search = GridSearchCV(model, {"cell": list(CELLS)}, cv=2, error_score="raise").fit(X, y)
    assert list(search.cv_results_["param_cell"]) == list(CELLS)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    model.set_params(cell=PeepholeLSTM(), num_layers=2)
    grid = {
        "cell__peepholes": ["diagonal", "full"],
        "cell__zoneout": [0.0, (0.1, 0.2)],
        "cell__dilation": [(1, 2)],
    }
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, y)
    cell = search.best_estimator_.module_.encoder.layers[0].directions[0]
    best = {name.removeprefix("cell__"): value for name, value in search.best_params_.items()}
    assert {name: getattr(cell, name) for name in best} == best
    assert best["dilation"] == (1, 2) and model.cell.dilation == 1


class Leaky(StepCell):
    """h' = h + a (W x - h), in ten lines and with no __init__."""

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size
        self.linear = torch.nn.Linear(input_size, hidden_size)
        self.rate = torch.nn.Parameter(torch.zeros(hidden_size))

    def step(self, x, state):
        h = torch.lerp(state[0], self.linear(x), torch.sigmoid(self.rate))
        return h, (h,)


@pytest.mark.parametrize(
    "options",
    [
        {"zoneout": 0.2, "input_dropout": 0.3},
        {"learn_initial_state": True, "residual": True, "dilation": (2, 1)},
    ],
    ids=str,
)
def test_a_cell_without_init_has_all_options_around_it(options):
    check_cell(Leaky)
    check_cell(Leaky(**options))
    X, y = np.random.default_rng(0).normal(size=(12, 5, 1)), np.arange(12) % 2
    model = RNNClassifier(cell=Leaky(**options), hidden_size=3, max_epochs=1, num_layers=2)
    assert model.fit(X, y).predict_proba(X).shape == (12, 2)
    assert clone(model).cell.get_params() == Leaky().get_params() | options


def test_make_cell():
    for name, kind in CELLS.items():
        assert type(make_cell(name)) is type(make_cell(kind)) is kind
    cell = LSTM(init="uniform")
    copied = make_cell(cell)
    assert copied is not cell and copied.init == "uniform"


def test_unknown_name():
    with pytest.raises(ValueError, match=r"cell='gruu' is unknown. Choose one of \['esn', 'gru'"):
        make_cell("gruu")


@pytest.mark.parametrize("cell", [3, None, torch.nn.GRU, torch.nn.GRU(2, 3), dict], ids=str)
def test_what_is_no_cell(cell):
    with pytest.raises(TypeError, match=r"cell must be a name in .* a Cell class or a Cell inst"):
        make_cell(cell)


def test_options():
    cell = RNN(activation="relu")
    assert cell.get_params()["activation"] == "relu" and cell.get_params()["init"] == "glorot"
    assert cell.set_params(init="uniform") is cell and cell.init == "uniform"
    assert repr(cell) == "RNN(activation='relu', init='uniform')"
    assert repr(clone(cell)) == repr(cell)


def test_unknown_option():
    with pytest.raises(
        ValueError, match=r"GRU has no option 'peepholes'. Its options are \['activation'"
    ):
        GRU().set_params(peepholes=True)


def test_abstract_cells_cannot_be_made():
    for kind in (Cell, StepCell, FusedCell, GatedCell, DiagonalCell):
        with pytest.raises(TypeError, match="abstract"):
            kind()


@pytest.mark.parametrize("cell", [*CELLS, Decay])
def test_rows_that_have_ended_keep_their_state(cell):
    cell = built(cell)
    _, state = cell(batch(), LENGTHS)
    output, after = cell(batch(), torch.zeros_like(LENGTHS), state)
    assert not output.any()
    assert all(map(torch.equal, state, after))


@pytest.mark.parametrize("cell", [*CELLS, Decay])
def test_the_initial_state_is_zero(cell):
    cell = built(cell)
    state = cell.initial_state(batch())
    assert len(state) == len(cell.state_names)
    for part in state:
        assert part.shape == (5, 4) and part.dtype == torch.float64 and not part.any()


def test_state_is_none_where_a_fused_cell_need_not_give_it():
    cell = built("lstm")
    assert cell(batch(), LENGTHS, need_state=False)[1] is None
