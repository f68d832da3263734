"""Part of speed.py that times several models of one shape; see there."""

from functools import partial

import numpy as np
from speed_fits import BATCH, N_CLASSES, bare_loop_of, problem
from speed_rows import Case
from timing import compare, interleave, timed

from skrnn import RNNClassifier
from skrnn.model_selection.together import Fit, fit_together

N_MODELS = 8
SHAPES = ((24, 16), (24, 32), (100, 16), (100, 32), (400, 16))  # steps and units


def models_of(hidden_size, epochs):
    """Make estimators that differ in their seed alone."""
    settings = {"cell": "gru", "hidden_size": hidden_size, "batch_size": BATCH, "stem": None}
    settings |= {"pooling": "last", "bidirectional": False, "dropout": 0.0, "max_epochs": epochs}
    return [RNNClassifier(**settings, random_state=seed) for seed in range(N_MODELS)]


def fit_as_one(hidden_size, epochs, X, y):
    """Fit all models together."""
    rows = np.arange(len(X))
    fits = [Fit(model, rows) for model in models_of(hidden_size, epochs)]
    for fit in fit_together(fits, X, y):
        if fit.error is not None:
            raise fit.error


def fit_each(hidden_size, epochs, X, y):
    """Fit one model after another."""
    for model in models_of(hidden_size, epochs):
        model.fit(X, y)


def by_hand(hidden_size, epochs, X, y):
    """Train one network of torch.nn after another, by hand."""
    for _ in range(N_MODELS):
        bare_loop_of("gru", hidden_size, X, y, epochs, held_back=0.0)


def measure_models(n_steps, hidden_size, n, epochs, rounds):
    """Compare models fitted as one with models fitted one after another."""
    X, y = problem(n, n_steps)
    y[:N_CLASSES] = np.arange(N_CLASSES)
    sides = {
        "8 fitted as one": fit_as_one,
        "8 fitted in turn": fit_each,
        "8 of torch.nn in turn, by hand": by_hand,
    }
    fit_as_one(hidden_size, 1, X[: 2 * BATCH], y[: 2 * BATCH])  # all is imported
    given = (hidden_size, epochs, X, y)
    calls = {name: partial(timed, partial(run, *given)) for name, run in sides.items()}
    seconds = interleave(calls, rounds)
    first, *others = sides
    return [compare(seconds, first, other) for other in others]


def models(options):
    """Time eight GRUs of one shape."""
    n, epochs = (64, 1) if options.quick else (640, 5)
    for n_steps, hidden_size in ((5, 4),) if options.quick else SHAPES:
        name = f"T={n_steps} H={hidden_size} batch {BATCH}, {n} rows, {epochs} epochs"
        yield Case("gru", name, partial(measure_models, n_steps, hidden_size, n, epochs))
