"""Parts of speed.py that time whole fits and searches, or weigh them; see there."""

import json
import os
import subprocess
import sys
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import torch
from ragged import draw, make
from sklearn.model_selection import GridSearchCV
from skorch import NeuralNetClassifier
from speed_layers import LEAST, TORCH, Shape
from speed_memory import STATUS
from speed_rows import Case
from timing import compare, interleave, repeated, timed
from torch import nn
from torch.nn.functional import cross_entropy

from skrnn import RNNClassifier, config_context

HERE = Path(__file__).parent
N_FEATURES, N_CLASSES, HIDDEN, BATCH, LR = 8, 4, 32, 32, 3e-3
HELD_BACK = 0.2  # as skorch holds back by itself
CELLS, STEPS = ("gru", "lstm"), (24, 100)
ENGINES = ("tensorflow", "torch")


class Network(nn.Module):
    """A recurrent and a linear layer, as one would write them."""

    def __init__(self, cell="gru", n_features=N_FEATURES, hidden_size=HIDDEN):
        super().__init__()
        self.layer = TORCH[cell](n_features, hidden_size, batch_first=True)
        self.projection = nn.Linear(hidden_size, N_CLASSES)

    def forward(self, x, lengths=None):
        """Give the logits (B, K) of x (B, T, F), read after the last real step."""
        output, end = self.layer(x)
        if lengths is not None:
            return self.projection(output[torch.arange(len(x)), lengths - 1])
        return self.projection((end[0] if isinstance(end, tuple) else end)[-1])


def problem(n, n_steps):
    """Draw X (n, T, F) and y (n,)."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, n_steps, N_FEATURES)).astype(np.float32)
    return X, rng.integers(N_CLASSES, size=n)


def estimator(cell, epochs):
    """Make the estimator; it holds rows back, watches them and does not stop."""
    stopping = {"early_stopping": True, "validation_fraction": HELD_BACK}
    return make(cell, BATCH, epochs).set_params(**stopping, n_iter_no_change=epochs + 1)


def with_skorch(cell, epochs):
    """Make skorch's classifier as it is by default."""
    settings = {"criterion": nn.CrossEntropyLoss, "optimizer": torch.optim.Adam, "verbose": 0}
    settings |= {"lr": LR, "batch_size": BATCH, "max_epochs": epochs}
    return NeuralNetClassifier(Network, module__cell=cell, iterator_train__shuffle=True, **settings)


def step(network, optimizer, y, *given):
    """Take one step of the optimizer."""
    optimizer.zero_grad()
    cross_entropy(network(*given), y).backward()
    nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()


def bare_loop(cell, X, y, epochs):
    """Train by hand: tensors once, fused Adam, and a look at what was held back each epoch."""
    X, y, network = torch.as_tensor(X), torch.as_tensor(y), Network(cell)
    optimizer = torch.optim.Adam(network.parameters(), lr=LR, fused=True)
    held_back, kept = torch.randperm(len(X)).tensor_split([round(HELD_BACK * len(X))])
    for _ in range(epochs):
        for rows in kept[torch.randperm(len(kept))].split(BATCH):
            step(network, optimizer, y[rows], X[rows])
        with torch.no_grad():
            cross_entropy(network(X[held_back]), y[held_back]).item()


# -- whole fits ----------------------------------------------------------------------------


def size_of(quick):
    """Give rows and epochs of a fit."""
    return (64, 1) if quick else (2000, 5)


def fit_torch_path(cell, X, y, epochs):
    """Fit without the kernel."""
    with config_context(backend="torch"):
        estimator(cell, epochs).fit(X, y)


def measure_fit(cell, n_steps, n, epochs, rounds):
    """Compare a fit with a loop by hand and with skorch."""
    X, y = problem(n, n_steps)
    calls = {
        "fit": lambda: estimator(cell, epochs).fit(X, y),
        "fit, torch path": partial(fit_torch_path, cell, X, y, epochs),
        "bare loop": partial(bare_loop, cell, X, y, epochs),
        "skorch": lambda: with_skorch(cell, epochs).fit(X, y),
    }
    estimator(cell, 1).fit(X[:64], y[:64])  # all is imported
    seconds = interleave({name: partial(timed, call) for name, call in calls.items()}, rounds)
    pairs = (("fit", "bare loop"), ("fit", "skorch"))
    pairs += (("fit, torch path", "bare loop"), ("fit, torch path", "skorch"))
    return [compare(seconds, *pair) for pair in pairs]


def fit(options):
    """Time whole fits."""
    n, epochs = size_of(options.quick)
    for cell, n_steps in product(CELLS, (5,) if options.quick else STEPS):
        name = f"T={n_steps} H={HIDDEN} batch {BATCH}, {n} rows, {epochs} epochs"
        yield Case(cell, name, partial(measure_fit, cell, n_steps, n, epochs))


# -- Keras ---------------------------------------------------------------------------------


def ask(worker, wanted):
    """Let Keras fit once; give its seconds, as an array (2, 2) of first and again."""
    worker.stdin.write(json.dumps(wanted) + "\n")
    worker.stdin.flush()
    seconds = json.loads(worker.stdout.readline())
    return np.array([seconds["first"], seconds["again"]])


def measure_keras(engine, python, cell, n_steps, n, epochs, rounds):
    """Compare a fit with one of Keras in an environment of its own."""
    X, y = problem(n, n_steps)
    wanted = {"n": n, "n_steps": n_steps, "n_features": N_FEATURES, "hidden_size": HIDDEN}
    wanted |= {"cell": cell, "n_classes": N_CLASSES, "batch_size": BATCH, "epochs": epochs}
    wanted["validation_split"] = HELD_BACK
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    pipes["env"] = {**os.environ, "KERAS_BACKEND": engine}
    command = [python, str(HERE / "speed_keras.py")]
    with subprocess.Popen(command, text=True, **pipes) as worker:
        ask(worker, wanted)
        sides = {"fit": lambda: timed(lambda: estimator(cell, epochs).fit(X, y))}
        seconds = interleave(sides | {"keras": partial(ask, worker, wanted)}, rounds)
    both = seconds.pop("keras")
    names = f"Keras on {engine}, compiled", f"Keras on {engine}, new model"
    seconds |= {names[0]: both[:, 1], names[1]: both[:, 0]}
    return [compare(seconds, "fit", name) for name in names]


def keras(options):
    """Time whole fits of Keras 3, where its environments were built."""
    n, epochs = size_of(options.quick)
    for engine in ENGINES:
        python = options.keras / engine / "bin" / "python"
        if not python.exists():
            print(f"keras on {engine}: not measured, {python} is not there (see --keras)")
            continue
        for cell, n_steps in product(CELLS, STEPS):
            name = f"{engine} T={n_steps} H={HIDDEN} batch {BATCH}, {n} rows, {epochs} epochs"
            measure = partial(measure_keras, engine, str(python), cell, n_steps, n, epochs)
            yield Case(cell, name, measure)


# -- ragged rows ---------------------------------------------------------------------------


def pad_to_batch(cell, X, lengths, y, batch_size, epochs):
    """Train by hand on random batches, each padded to its longest row."""
    network = Network(cell, X.shape[2])
    optimizer = torch.optim.Adam(network.parameters(), lr=LR, fused=True)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(batch_size):
            given = X[rows, : int(lengths[rows].max())], lengths[rows]
            step(network, optimizer, y[rows], *given)


def measure_ragged(cell, n, batch_size, epochs, rounds):
    """Compare a fit of ragged rows with padding each batch."""
    X, y = draw(n)
    padded = torch.as_tensor(X.to_padded(value=0.0))
    given = padded, torch.as_tensor(X.lengths), torch.as_tensor(y)
    sides = {
        "fit": lambda: timed(lambda: make(cell, batch_size, epochs).fit(X, y)),
        "padded batches": lambda: timed(lambda: pad_to_batch(cell, *given, batch_size, epochs)),
    }
    return [compare(interleave(sides, rounds), "fit", "padded batches")]


def ragged(options):
    """Time fits of rows whose lengths are log-normal."""
    n, epochs = (64, 1) if options.quick else (2048, 2)
    for cell in CELLS:
        name = f"H=32 batch 64, {n} rows, {epochs} epochs"
        yield Case(cell, name, partial(measure_ragged, cell, n, 64, epochs))


# -- memory --------------------------------------------------------------------------------


def grown(side, cell, shape):
    """Give the megabytes a fresh process needs to train a layer, in the place of both clocks."""
    command = [sys.executable, str(HERE / "speed_memory.py"), side, cell]
    sizes = [str(shape.B), str(shape.T), str(shape.H)]
    done = subprocess.run(command + sizes, check=True, capture_output=True, text=True)
    return np.array([float(done.stdout), np.nan])


def measure_memory(cell, shape, rounds):
    """Compare the growth of memory."""
    sides = ("kernel", "torch path", "torch.nn")
    seconds = interleave({side: partial(grown, side, cell, shape) for side in sides}, rounds)
    return [compare(seconds, side, "torch.nn", "MB", 1) for side in sides[:2]]


def memory(options):
    """Weigh the training of a layer; the medians are megabytes."""
    if not STATUS.exists():
        print(f"memory: not measured, {STATUS} is not there")
        return
    shape = Shape(64, 100, 64) if options.quick else Shape(128, 400, 128)
    for cell in ("gru",) if options.quick else TORCH:
        yield Case(cell, shape, partial(measure_memory, cell, shape))


# -- searches ------------------------------------------------------------------------------


def search_of(model, grid, n_jobs, folds):
    """Wrap a model in a search."""
    return GridSearchCV(model, grid, n_jobs=n_jobs, cv=folds, error_score="raise")


def measure_against_skorch(n, n_steps, epochs, sizes, rates, rounds):
    """Compare a search of the estimator with one of skorch's classifier, two jobs each."""
    X, y = problem(n, n_steps)
    models = {
        "search": (estimator("gru", epochs), "hidden_size"),
        "search of skorch": (with_skorch("gru", epochs), "module__hidden_size"),
    }
    sides = {}
    for name, (model, size) in models.items():
        search = search_of(model, {size: sizes, "lr": rates}, 2, 3)
        sides[name] = lambda search=search: timed(lambda: search.fit(X, y))
    return [compare(interleave(sides, rounds), *sides)]


def measure_jobs(n, n_steps, epochs, sizes, rates, rounds):
    """Compare two jobs with one."""
    X, y = problem(n, n_steps)
    sides = {}
    for name, n_jobs in (("2 jobs", 2), ("1 job", 1)):
        grid = {"hidden_size": sizes, "lr": rates}
        search = search_of(estimator("gru", epochs), grid, n_jobs, 3)
        sides[name] = lambda search=search: timed(lambda: search.fit(X, y))
    return [compare(interleave(sides, rounds), *sides)]


def search(options):
    """Time searches over 16 candidates with 3 folds."""
    sizes, rates = [16, 24, 32, 48], [1e-3, 2e-3, 4e-3, 8e-3]
    grid = ([4], [1e-3, 2e-3]) if options.quick else (sizes, rates)
    n, n_steps, epochs = (60, 5, 1) if options.quick else (1000, 24, 10)
    name = f"T={n_steps}, {n} rows, {epochs} epochs, {len(grid[0]) * len(grid[1])} candidates"
    measure = partial(measure_against_skorch, n, n_steps, epochs, *grid)
    yield Case("gru", name, measure, n_threads=2)
    n, n_steps, epochs = (60, 5, 1) if options.quick else (2000, 100, 20)
    name = f"T={n_steps}, {n} rows, {epochs} epochs, {len(grid[0]) * len(grid[1])} candidates"
    yield Case("gru", f"{name}, jobs", partial(measure_jobs, n, n_steps, epochs, *grid), 2)


# -- one row -------------------------------------------------------------------------------


def answer(fitted, row):
    """Call a fitted estimator's network on one row."""
    with torch.no_grad():
        fitted.module_(row)


def measure_row(name, n_steps, rounds):
    """Time the answer for one row, without and with what an estimator does around it."""
    shape = Shape(64, n_steps, 32)
    X, y = shape.draw().numpy(), [0, 1] * 32
    fitted = make(name, 32, 1).fit(X, y)
    usual = RNNClassifier(cell=name, hidden_size=32, max_epochs=1, random_state=0).fit(X, y)
    row = torch.as_tensor(X[:1])
    sides = {
        "network": partial(answer, fitted, row),
        "predict": partial(fitted.predict, X[:1]),
        "predict, default network": partial(usual.predict, X[:1]),
    }
    seconds = interleave({text: repeated(run, LEAST) for text, run in sides.items()}, rounds)
    return [compare(seconds, text, "") for text in sides]


def row(options):
    """Time predict of one row."""
    for name, n_steps in product(TORCH, (5,) if options.quick else (24, 100)):
        yield Case(name, f"T={n_steps} H=32", partial(measure_row, name, n_steps))
