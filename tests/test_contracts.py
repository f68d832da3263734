"""Every estimator, cell, head, direction and pooling keeps the promises of `skrnn.testing`."""

import inspect
import os
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch

import skrnn
import skrnn.cells
import skrnn.estimators
import skrnn.heads
import skrnn.nn.pooling
from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, SequenceForecaster
from skrnn.cells import CELLS, GRU, LSTM, MGU, RNN, Cell, FusedCell, GatedCell, StepCell
from skrnn.heads import HEADS, Fan, PointHead
from skrnn.nn import POOLINGS
from skrnn.testing import check_cell, check_sequence_estimator

SMALL = {"hidden_size": 6, "max_epochs": 2}
# (estimator, whether it gets a y)
KINDS = {
    "classifier": (RNNClassifier, True),
    "regressor": (RNNRegressor, True),
    "encoder": (RNNEncoder, True),
    "encoder without y": (RNNEncoder, False),
}
CORE_CELLS = {
    "gru": "gru",
    "lstm": "lstm",
    "rnn": "rnn",
    "relu": RNN(activation="relu"),
    "sigmoid": RNN(activation="sigmoid"),
}
CELL_CASES = CORE_CELLS | {name: name for name in CELLS if name not in CORE_CELLS}
DIRECTIONS = {"one way": False, "both ways": True}


def check(kind, **params):
    estimator, pass_y = KINDS[kind]
    if not pass_y:
        params = {"pooling": "mean", **params}
    check_sequence_estimator(estimator(**{**SMALL, **params}), pass_y=pass_y)


# -- estimators: the product ----------------------------------------------------------

PRODUCT = [
    case
    for case in product(KINDS, CELL_CASES, DIRECTIONS, POOLINGS)
    if case[::3] != ("encoder without y", "attention")  # there is nothing to train it with
]


def in_default_run(kind, cell, direction, pooling):
    """One direction and pooling for every kind and core cell; each pooling for every kind.

    The other cells are there once each: their own tests show most of what is checked here.
    """
    k, c = list(KINDS).index(kind), list(CELL_CASES).index(cell)
    if cell not in CORE_CELLS and k != c % len(KINDS):
        return False
    poolings = [name for name in POOLINGS if (kind, cell, direction, name) in PRODUCT]
    return DIRECTIONS[direction] == (k + c) % 2 and pooling == poolings[(k + c) % len(poolings)]


DEFAULT = [case for case in PRODUCT if in_default_run(*case)]


def check_product(kind, cell, direction, pooling):
    check(kind, cell=CELL_CASES[cell], bidirectional=DIRECTIONS[direction], pooling=pooling)


@pytest.mark.parametrize("case", DEFAULT, ids=" ".join)
def test_estimator(case):
    check_product(*case)


@pytest.mark.full
@pytest.mark.parametrize("case", [case for case in PRODUCT if case not in DEFAULT], ids=" ".join)
def test_estimator_in_full(case):
    check_product(*case)


def test_the_default_run_covers():
    core = [case for case in PRODUCT if case[1] in CORE_CELLS]
    for pair in (slice(0, 2), slice(1, 3), slice(0, 4, 3), slice(0, 3, 2)):
        assert {case[pair] for case in DEFAULT} >= {case[pair] for case in core}
    assert {case[1] for case in DEFAULT} == {case[1] for case in PRODUCT} == set(CELL_CASES)


# -- estimators: what else shapes the network, the loss and the training --------------

SETTINGS = {
    "conv": {"stem": "conv"},
    "conv one way": {"stem": "conv", "bidirectional": False, "pooling": "last"},
    "no stem": {"stem": None, "num_layers": 2},
    "ids": {"embedding_dim": 3},
    "ids one way": {"embedding_dim": 3, "bidirectional": False, "pooling": "last"},
    "given vectors": {"embedding_dim": 2, "embedding_weights": np.eye(30, 2)},
    "deep": {"num_layers": 2, "dropout": 0.4, "bidirectional": False},
    "truncated": {"tbptt_steps": 3, "bidirectional": False, "stem": "auto"},
    "unscaled": {"scale_inputs": False, "optimizer": "sgd", "lr_schedule": "plateau"},
    "clipped": {"optimizer": "rmsprop", "l1": 0.1, "clip_value": 0.01, "clip_norm": None},
    "adamw": {"optimizer": "adamw", "alpha": 0.1, "lr_schedule": "cosine", "batch_size": 3},
    "stopped early": {"early_stopping": True, "validation_fraction": 0.3, "max_epochs": 3},
    "warm": {"warm_start": True, "lr_schedule": "constant"},
    "one instance": {"cell": LSTM(init="uniform"), "random_state": 3},
    "a generator": {"random_state": np.random.RandomState(5)},
    "a class": {"cell": GRU},
}


FOR_ALL_KINDS = ("conv", "ids one way", "stopped early")
SETTING_CASES = [
    case
    for case in product(KINDS, SETTINGS)
    # a stem shortens sequences: without y there is no next step to predict
    if case[0] != "encoder without y" or SETTINGS[case[1]].get("stem") is None
]


def in_default_settings(kind, setting):
    turn = (list(SETTINGS).index(setting) - list(KINDS).index(kind)) % len(KINDS)
    return setting in FOR_ALL_KINDS or turn == 0


@pytest.mark.parametrize(
    "case", [case for case in SETTING_CASES if in_default_settings(*case)], ids=" ".join
)
def test_setting(case):
    check(case[0], **SETTINGS[case[1]])


@pytest.mark.full
@pytest.mark.parametrize(
    "case", [case for case in SETTING_CASES if not in_default_settings(*case)], ids=" ".join
)
def test_setting_in_full(case):
    check(case[0], **SETTINGS[case[1]])


def test_the_default_encoder_does_without_y():
    check_sequence_estimator(RNNEncoder(**SMALL), pass_y=False)


@pytest.mark.parametrize("params", [{"dense_sizes": (5, 4)}, {"dense_sizes": (3,), "dropout": 0.5}])
@pytest.mark.parametrize("kind", ["classifier", "regressor", "encoder"])
def test_dense_layers(kind, params):
    check(kind, **params)


@pytest.mark.parametrize(
    "class_weight", ["balanced", {"dawn": 1, "dusk": 2.5, "noon": 4}, {3: 1, 1: 9}], ids=str
)
def test_class_weight(class_weight):
    check("classifier", class_weight=class_weight)


REGRESSION = [name for name in HEADS if name not in ("log_loss", "multilabel")]


class FourthPower(PointHead):
    """A head of one's own."""

    def loss(self, outputs, target):
        return (outputs - target) ** 4

    def initial_bias(self, target, weight=None):
        return np.average(target, axis=0, weights=weight)


@pytest.mark.parametrize(
    ("loss", "scale_target"),
    [
        *((loss, True) for loss in [*REGRESSION, FourthPower]),
        *((loss, False) for loss in ("squared_error", "gaussian")),
    ],
)
def test_loss(loss, scale_target):
    quantile = 0.8 if loss == "quantile" else None
    check("regressor", loss=loss, quantile=quantile, scale_target=scale_target)


# -- no public class without a case ---------------------------------------------------


def leaves(cls):
    """Concrete classes of the package below cls."""
    below = [leaf for sub in cls.__subclasses__() for leaf in leaves(sub)]
    own = cls.__module__.startswith("skrnn.") and not inspect.isabstract(cls)
    return below + [cls] * own


def public_classes(package):
    members = [getattr(package, name) for name in package.__all__]
    return {m for m in members if inspect.isclass(m) and not inspect.isabstract(m)}


def class_of(cell):
    return CELLS[cell] if isinstance(cell, str) else cell if inspect.isclass(cell) else type(cell)


def test_every_cell_has_a_case():
    cases = {class_of(cell) for cell in CELL_CASES.values()}
    assert cases == set(CELLS.values()) == public_classes(skrnn.cells) == set(leaves(Cell))
    assert set(CELLS) <= set(CELL_CASES)


def test_every_head_has_a_case():
    assert set(HEADS) == {*REGRESSION, "log_loss", "multilabel"}  # the two of RNNClassifier
    assert public_classes(skrnn.heads) - {Fan} == set(HEADS.values())  # Fan is the forecaster's


def test_every_pooling_has_a_case():
    modules = vars(skrnn.nn.pooling).values()
    local = {m for m in modules if inspect.isclass(m) and m.__module__ == "skrnn.nn.pooling"}
    assert local == set(POOLINGS.values())
    assert {pooling for *_, pooling in DEFAULT} == set(POOLINGS)


def test_every_estimator_has_a_case():
    estimators = {estimator for estimator, _ in KINDS.values()}
    estimators.add(SequenceForecaster)  # tests/estimators/test_forecaster.py has its promises
    assert public_classes(skrnn.estimators) == estimators
    offered = {getattr(skrnn, name) for name in skrnn.__all__}
    assert {each for each in offered if hasattr(each, "fit")} == estimators


# -- what one process cannot show -----------------------------------------------------

ANSWER = """
import hashlib
import numpy as np
from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
rng = np.random.default_rng(0)
X = [rng.normal(size=(n, 2)) for n in rng.integers(2, 9, 30)]
y = rng.integers(0, 3, 30)
said = hashlib.sha256()
settings = dict(hidden_size=16, max_epochs=2, dropout=0.3, batch_size=7, random_state=1)
for kind in (RNNClassifier, RNNRegressor, RNNEncoder):
    for model in (kind(**settings), kind(early_stopping=True, stem="conv", **settings)):
        model.fit(X, y)
        answer = model.transform(X) if kind is RNNEncoder else model.predict(X)
        said.update(np.ascontiguousarray(answer).tobytes())
"""


def test_another_process_and_thread_count_give_the_same_bits():
    here = {}
    exec(ANSWER, here)
    done = subprocess.run(
        [sys.executable, "-c", ANSWER + "print(said.hexdigest())"],
        env={**os.environ, "OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "123"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == here["said"].hexdigest()
    assert done.stderr == ""


def test_the_checks_need_no_pytest():
    folder = Path(skrnn.__file__).parent / "testing"
    assert not any("import pytest" in path.read_text() for path in folder.glob("*.py"))


# -- the checks see an offence --------------------------------------------------------


class LeakyCell(GRU):
    """Remembers the state of the last batch."""

    def run(self, x, lengths, state, need_state):
        output, state = super().run(x, lengths, state, need_state)
        output = output + getattr(self, "before", 0.0)
        self.before = output.detach().mean()
        return output, state


class SecretState(StepCell):
    """Carries more than it says."""

    def __init__(self):
        super().__init__()

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size
        self.weight = torch.nn.Linear(input_size, hidden_size)

    def step(self, x, state):
        h = 0.5 * state[0] + self.weight(x)
        return h, (h, h)


class PeekingCell(FusedCell):
    """Reads the end of the padded row."""

    def __init__(self):
        super().__init__()

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size
        self.layer = torch.nn.GRU(input_size, hidden_size, batch_first=True)

    def run(self, x, lengths, state, need_state):
        output, state = super().run(x, lengths, state, need_state)
        return output + 0.01 * output[:, -1:], state


class IdleWeight(StepCell):
    """Has a weight that nothing reaches."""

    def __init__(self):
        super().__init__()

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size
        self.weight = torch.nn.Linear(input_size, hidden_size)
        self.idle = torch.nn.Parameter(torch.zeros(2))

    def step(self, x, state):
        h = 0.5 * state[0] + self.weight(x)
        return h + 0 * self.idle.sum(), (h,)


class ChangedOption(GRU):
    def __init__(self, init="glorot"):
        super().__init__(init=init + " ")

    def build(self, input_size, hidden_size):
        self.init = self.init.strip()
        super().build(input_size, hidden_size)


class CrowdedGate(GatedCell):
    """Opens its gate by what the other rows of the batch say."""

    activation: str = "tanh"
    init: str = "glorot"

    def build(self, input_size, hidden_size):
        self.make_gates(input_size, hidden_size, 2, (1,))

    def step(self, x, state, recurrent):
        gate, new = x.chunk(2, -1)
        gate = torch.sigmoid(gate - gate.mean(0))
        h = (1 - gate) * state[0] + gate * torch.tanh(new + recurrent[0](state[0]))
        return h, (h,)


class CutGate(MGU):
    """Its gate hides from the gradient."""

    def step(self, x, state, recurrent):
        h, _ = super().step(x, state, recurrent)
        h = torch.lerp(h, state[0], torch.sigmoid(x[:, : self.hidden_size]).detach())
        return h, (h,)


class LoudMask(MGU):
    """Draws its masks from torch's global generator."""

    def step(self, x, state, recurrent):
        h, state = super().step(x, state, recurrent)
        return torch.dropout(h, 0.5, self.training), state


BROKEN_CELLS = {
    LeakyCell: "another output",
    SecretState: "state has 2 parts, state_names is",
    PeekingCell: "alone and in a batch",
    IdleWeight: "does not reach",
    ChangedOption: "store it untouched",
    CrowdedGate: "alone and in a batch",
    CutGate: "the gradient is not that of the answer",
    LoudMask: "draws from torch's global generator",
}


@pytest.mark.parametrize("cell", BROKEN_CELLS)
def test_check_cell_sees(cell):
    with pytest.raises(AssertionError, match=BROKEN_CELLS[cell]):
        check_cell(cell)


class Crowd(RNNRegressor):
    """Answers depend on the neighbours."""

    def predict(self, X):
        answer = super().predict(X)
        return answer + 1e-9 * answer.mean()


class Chatty(RNNRegressor):
    def fit(self, X, y, sample_weight=None):
        print("fitting")
        return super().fit(X, y, sample_weight)


class Deaf(RNNRegressor):
    """Ignores weights."""

    def fit(self, X, y, sample_weight=None):
        return super().fit(X, y)


class Careless(RNNRegressor):
    """Leaves an attribute behind when fit fails."""

    def fit(self, X, y, sample_weight=None):
        self.started_ = True
        return super().fit(X, y, sample_weight)


class Greedy(RNNRegressor):
    """Moves the caller's generator."""

    def fit(self, X, y, sample_weight=None):
        torch.rand(1)
        return super().fit(X, y, sample_weight)


class Random(RNNRegressor):
    def predict(self, X):
        return super().predict(X) + np.random.default_rng().normal()


class Single(RNNRegressor):
    def predict(self, X):
        return super().predict(X).astype(np.float32)


class Stubborn(RNNRegressor):
    """Changes a parameter."""

    def fit(self, X, y, sample_weight=None):
        self.lr = 0.1
        return super().fit(X, y, sample_weight)


BROKEN = {
    Crowd: "alone and in a batch",
    Chatty: "printed: 'fitting",
    Deaf: "weight 0",
    Careless: "left attributes",
    Greedy: "torch's global generator",
    Random: "differs by up to",
    Single: "float32",
    Stubborn: "changes the parameter lr",
}


@pytest.mark.parametrize("estimator", BROKEN)
def test_check_sequence_estimator_sees(estimator):
    with pytest.raises(AssertionError, match=BROKEN[estimator]):
        check_sequence_estimator(estimator(**SMALL))
