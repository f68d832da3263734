"""Parts of speed.py that time whole fits, and the answer for one row; see there."""

from functools import partial
from itertools import product

import numpy as np
import torch
from ragged import draw, make
from skorch import NeuralNetClassifier
from speed_layers import LEAST, TORCH, Shape
from speed_rows import Case
from timing import compare, interleave, repeated, timed
from torch import nn
from torch.nn.functional import cross_entropy

from skrnn import RNNClassifier, config_context

N_FEATURES, N_CLASSES, HIDDEN, BATCH, LR = 8, 4, 32, 32, 3e-3
HELD_BACK = 0.2  # as skorch holds back by itself
CELLS, STEPS = ("gru", "lstm"), (24, 100)


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


def bare_loop_of(cell, hidden_size, X, y, epochs, held_back=HELD_BACK):
    """Train by hand: tensors once, fused Adam, and a look at what was held back each epoch."""
    X, y = torch.as_tensor(X), torch.as_tensor(y)
    network = Network(cell, hidden_size=hidden_size)
    optimizer = torch.optim.Adam(network.parameters(), lr=LR, fused=True)
    watched, kept = torch.randperm(len(X)).tensor_split([round(held_back * len(X))])
    for _ in range(epochs):
        for rows in kept[torch.randperm(len(kept))].split(BATCH):
            step(network, optimizer, y[rows], X[rows])
        if len(watched):
            with torch.no_grad():
                cross_entropy(network(X[watched]), y[watched]).item()


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
        "bare loop": partial(bare_loop_of, cell, HIDDEN, X, y, epochs),
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


# -- choices of a user ---------------------------------------------------------------------


def measure_choice(n_steps, n, epochs, choice, usual, rounds):
    """Compare two settings of the estimator, by the time of an epoch's rows."""
    X, y = problem(n, n_steps)
    sides = {}
    for settings in (choice, usual):
        model = estimator("gru", epochs).set_params(**settings)
        name = ", ".join(f"{key}={value!r}" for key, value in settings.items())
        model.fit(X[:64], y[:64])  # all is imported
        sides[name] = lambda model=model: timed(lambda: model.fit(X, y))
    return [compare(interleave(sides, rounds), *sides)]


def choices(options):
    """Time settings a user may choose from."""
    n, epochs = size_of(options.quick)
    pairs = [
        (8 if options.quick else 100, {"batch_size": 128}, {"batch_size": 32}),
        (8 if options.quick else 400, {"stem": "auto"}, {"stem": None}),
        (8 if options.quick else 100, {"bidirectional": False}, {"bidirectional": True}),
    ]
    for n_steps, choice, usual in pairs:
        name = f"T={n_steps} H={HIDDEN}, {n} rows, {epochs} epochs, {next(iter(choice))}"
        measure = partial(measure_choice, n_steps, n, epochs, choice, usual)
        yield Case("gru", name, measure)
