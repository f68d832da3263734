"""The kernel and torch give one estimator: same answers, same promises, and it says which ran."""

import hashlib
import os
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

import skrnn
from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, config_context
from skrnn._kernel import load_kernel
from skrnn.cells import GRU, LSTM, RNN, RRNN
from skrnn.cells.kernels import function
from skrnn.nn.pooling import POOLINGS
from skrnn.testing import check_sequence_estimator

ESTIMATORS = (RNNClassifier, RNNRegressor, RNNEncoder)
BACKENDS = ("kernel", "torch")
SMALL = {"hidden_size": 6, "max_epochs": 2, "batch_size": 8, "random_state": 0, "device": "cpu"}
RNG = np.random.default_rng(0)
LENGTHS = [1, 2, 40, *RNG.integers(3, 20, 15)]
X = [RNG.normal(size=(n, 2)) for n in LENGTHS]
IDS = [RNG.integers(1, 9, size=n).tolist() for n in LENGTHS]
DOCUMENTS = [np.array_split(x, min(len(x), 3)) for x in X]
Y = np.tile([0, 1], len(X) // 2)


@pytest.fixture(params=BACKENDS)
def backend(request):
    """Run with each backend."""
    if request.param == "kernel" and load_kernel() is None:
        pytest.skip("the kernel was not compiled: there was no C++ compiler")
    with config_context(backend=request.param):
        yield request.param


def fitted(estimator, X=X, **params):
    return estimator(**{**SMALL, **params}).fit(X, Y)


# -- a sequence's answer to the bit ------------------------------------------------------------

SETTINGS = {
    **{f"pooling {name}": {"pooling": name, "bidirectional": True} for name in POOLINGS},
    **{f"stem {name}": {"pooling": name, "stem": "conv"} for name in POOLINGS},
    "layers": {"num_layers": 3, "dropout": 0.2, "pooling": "mean", "hidden_size": 17},
    "dense": {"dense_sizes": (5, 9), "dropout": 0.1, "bidirectional": True},
    "dense behind attention": {"dense_sizes": (70,), "pooling": "attention", "stem": None},
    "dilated": {"cell": GRU(dilation=(1, 2)), "num_layers": 2, "pooling": "max"},
    "learned start": {"cell": LSTM(learn_initial_state=True), "pooling": "attention"},
    "residual": {"cell": RRNN(residual=True), "num_layers": 2},
    "relu": {"cell": RNN(activation="relu"), "pooling": "mean", "bidirectional": True},
    "ids": {"embedding_dim": 3, "pooling": "mean", "bidirectional": True},
    "documents": {"hierarchical": True, "pooling": "attention", "stem": None},
    "documents both ways": {"hierarchical": True, "bidirectional": True, "cell": "lstm"},
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_sequence_in_any_batch(answers_of, kernel, estimator, setting):
    params = SETTINGS[setting]
    given = IDS if "ids" in setting else DOCUMENTS if "documents" in setting else X
    model = fitted(estimator, given, **params)
    assert model.cell_backend_ == "kernel"
    whole = answers_of(model, given)
    assert all(map(np.array_equal, answers_of(model, given[::-1]), [a[::-1] for a in whole]))
    for size in (1, 5):
        parts = [answers_of(model, given[i : i + size]) for i in range(0, len(given), size)]
        for each, expected in zip(zip(*parts, strict=True), whole, strict=True):
            np.testing.assert_array_equal(np.concatenate(each), expected)


# -- the same bits again -----------------------------------------------------------------------

FIT = """
import hashlib
import numpy as np
import torch
torch.set_num_threads({threads})
from skrnn import RNNClassifier
rng = np.random.default_rng(0)
X = [rng.normal(size=(n, 2)) for n in rng.integers(1, 12, 160)]
y = np.arange(160) % 3
said = hashlib.sha256()
for cell in ("gru", "lstm", "rnn", "rrnn", "peephole_lstm"):
    model = RNNClassifier(cell=cell, hidden_size=64, batch_size=80, max_epochs=1, random_state=0)
    said.update(model.fit(X, y).predict_proba(X).tobytes())
print(model.cell_backend_, said.hexdigest())
"""


def run_fit(threads):
    done = subprocess.run(
        [sys.executable, "-c", FIT.format(threads=threads)],
        env={**os.environ, "OMP_NUM_THREADS": str(threads)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_other_processes_and_thread_counts(kernel):
    backend, said = run_fit(1)
    assert backend == "kernel"
    assert run_fit(2) == ["kernel", said]


def test_the_kernel_s_threads_change_no_bit_of_a_fit(kernel, monkeypatch):
    many, found = [x + i for x in X for i in range(6)], []
    for n_threads in (1, 2, 5):
        monkeypatch.setattr(function, "threads_for", lambda work, n=n_threads: n)
        model = RNNClassifier(**{**SMALL, "hidden_size": 16, "batch_size": 64})
        found += [clone(model).fit(many, np.tile([0, 1], len(many) // 2)) for _ in range(2)]
    said = {hashlib.sha256(model.predict_proba(X).tobytes()).hexdigest() for model in found}
    assert len(said) == 1


def test_fits_in_several_threads(kernel):
    expected = [fitted(RNNRegressor, hidden_size=h).predict(X) for h in (4, 5, 6)]
    found = [None] * 3

    def work(i):
        found[i] = fitted(RNNRegressor, hidden_size=4 + i).predict(X)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    np.testing.assert_array_equal(found, expected)


# -- which one ran -----------------------------------------------------------------------------

LEAVES = {
    "layer norm": GRU(layer_norm=True),
    "recurrent dropout": LSTM(recurrent_dropout=0.2),
    "weight drop": RNN(weight_drop=0.2),
    "zoneout": GRU(zoneout=0.1),
    "projection": LSTM(projection=2),
    "gelu": RNN(activation="gelu"),
    "another cell": "mgu",
}
STAYS = {
    "gru": "gru",
    "lstm": "lstm",
    "peephole": "peephole_lstm",
    "double": "rrnn",
    "around": LSTM(input_dropout=0.2, learn_initial_state=True, dilation=2),
    "sigmoid": RNN(activation="sigmoid", init="identity"),
}


@pytest.mark.parametrize("name", LEAVES)
def test_what_leaves_the_kernel_says_so(name):
    assert fitted(RNNClassifier, cell=LEAVES[name]).cell_backend_ == "torch"


@pytest.mark.parametrize("name", STAYS)
def test_what_stays_says_what_is_in_use(backend, name):
    assert fitted(RNNRegressor, cell=STAYS[name]).cell_backend_ == backend


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_fit_and_predict_run_where_they_say(answers_of, backend, monkeypatch, estimator):
    seen = []

    def spy(*args, **kwargs):
        seen.append(torch.is_grad_enabled())
        return function.run_kernel(*args, **kwargs)

    monkeypatch.setattr("skrnn.cells.base.run_kernel", spy)
    model = fitted(estimator)
    assert model.cell_backend_ == backend
    assert any(seen) == (backend == "kernel")
    seen.clear()
    answers_of(model, X)
    assert seen == [] if backend == "torch" else seen and not any(seen)


def test_set_config_is_heard(monkeypatch):
    monkeypatch.setitem(skrnn._config._process, "backend", "auto")
    skrnn.set_config(backend="torch")
    assert fitted(RNNClassifier).cell_backend_ == "torch"


# -- one to the other --------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn", "peephole_lstm", "rrnn"])
@pytest.mark.parametrize(("one", "other"), [BACKENDS, BACKENDS[::-1]])
def test_a_pickle_answers_with_the_other_backend(answers_of, kernel, cell, one, other):
    for estimator in ESTIMATORS:
        with config_context(backend=one):
            model = fitted(estimator, cell=cell, bidirectional=True, num_layers=2)
            expected, kept = answers_of(model, X), pickle.dumps(model)
        with config_context(backend=other):
            found = answers_of(pickle.loads(kept), X)
        for each, wanted in zip(found, expected, strict=True):
            np.testing.assert_allclose(each, wanted, rtol=0, atol=1e-5)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_training_is_the_same_to_rounding(answers_of, kernel, estimator):
    found = []
    for backend in BACKENDS:
        with config_context(backend=backend):
            found.append(answers_of(fitted(estimator, max_epochs=3), X))
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)


def test_training_goes_on_with_the_other_backend(kernel):
    with config_context(backend="kernel"):
        model = fitted(RNNClassifier, warm_start=True, lr_schedule="constant")
    with config_context(backend="torch"):
        model.set_params(max_epochs=3).fit(X, Y)
    assert model.cell_backend_ == "torch"
    assert len(model.history_) == model.n_iter_


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_weights_have_the_names_of_torch(backend, cell):
    model = fitted(RNNEncoder, cell=cell, stem=None, bidirectional=False)
    layer = getattr(torch.nn, cell.upper())(2, 6, batch_first=True)
    own = model.module_.encoder.layers[0].directions[0]
    layer.load_state_dict(own.layer.state_dict())
    x = torch.as_tensor(X[5], dtype=torch.float32)[None]
    with torch.no_grad():
        torch.testing.assert_close(own(x)[0], layer(x)[0], rtol=0, atol=1e-6)


# -- the promises without the kernel; other tests show them with what "auto" chooses ------------


@pytest.fixture
def on_torch():
    with config_context(backend="torch"):
        yield


# As small as still passes scikit-learn's checks of accuracy.
CHECKED = {
    RNNClassifier: {"hidden_size": 8, "max_epochs": 8, "lr": 0.03, "batch_size": 32},
    RNNRegressor: {"hidden_size": 16, "max_epochs": 20, "lr": 0.03, "batch_size": 16},
    RNNEncoder: {"hidden_size": 4, "max_epochs": 2, "batch_size": 32},
}
CELLS = dict(zip(ESTIMATORS, ("gru", "lstm", "rnn"), strict=True))
PROMISES = [
    ({"bidirectional": True, "pooling": "mean"}, "gru"),
    ({"num_layers": 2, "dropout": 0.3, "early_stopping": True}, "lstm"),
    ({"tbptt_steps": 3, "pooling": "last", "bidirectional": False}, "rnn"),
]


@pytest.mark.parametrize(("case", "estimator"), list(zip(PROMISES, ESTIMATORS, strict=True)))
def test_promises(on_torch, case, estimator):
    params, cell = case
    check_sequence_estimator(estimator(hidden_size=6, max_epochs=2, cell=cell, **params))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_checks_of_scikit_learn(on_torch, estimator):
    model = estimator(
        cell=CELLS[estimator],
        **{"stem": None, "dropout": 0.0, "dense_sizes": (), **CHECKED[estimator]},
    )
    done = check_estimator(model, on_skip=None)  # array API input wants a process of its own
    assert {"passed", "skipped"} >= {check["status"] for check in done}
    assert sum(check["status"] == "passed" for check in done) > 50
