"""Parts of speed.py that start other processes: Keras, memory, searches; see there."""

import json
import os
import subprocess
import sys
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from sklearn.model_selection import GridSearchCV
from speed_fits import (
    BATCH,
    CELLS,
    HELD_BACK,
    HIDDEN,
    N_CLASSES,
    N_FEATURES,
    STEPS,
    estimator,
    problem,
    size_of,
    with_skorch,
)
from speed_layers import TORCH, Shape
from speed_memory import STATUS
from speed_rows import Case
from timing import compare, interleave, timed

from skrnn.model_selection import StackedGridSearchCV

HERE = Path(__file__).parent
ENGINES = ("tensorflow", "torch")


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


# -- memory --------------------------------------------------------------------------------


def grown(side, cell, shape):
    """Give the megabytes a fresh process needs to train a layer, in the place of both clocks."""
    command = [sys.executable, str(HERE / "speed_memory.py"), side, cell]
    sizes = [str(shape.B), str(shape.T), str(shape.H)]
    done = subprocess.run(command + sizes, check=True, capture_output=True, text=True)
    return np.array([float(done.stdout), np.nan])


def measure_memory(cell, shape, sides, rounds):
    """Compare the growth of memory."""
    runs = {side: partial(grown, side, cell, shape) for side in (*sides, "torch.nn")}
    seconds = interleave(runs, rounds)
    return [compare(seconds, side, "torch.nn", "MB", 1) for side in sides]


def memory(options):
    """Weigh the training of a layer; the medians are megabytes."""
    if not STATUS.exists():
        print(f"memory: not measured, {STATUS} is not there")
        return
    if options.quick:
        cells, shape, sides = ("gru",), Shape(64, 100, 64), ("kernel",)
    else:
        cells, shape, sides = TORCH, Shape(128, 400, 128), ("kernel", "torch path")
    for cell in cells:
        yield Case(cell, shape, partial(measure_memory, cell, shape, sides))


# -- searches ------------------------------------------------------------------------------


def search_of(model, grid, n_jobs, folds):
    """Wrap a model in a search."""
    return GridSearchCV(model, grid, n_jobs=n_jobs, cv=folds, error_score="raise")


def measure_against_skorch(n, n_steps, epochs, sizes, rates, rounds):
    """Compare searches of the estimator with one of skorch's classifier, two jobs each."""
    X, y = problem(n, n_steps)
    ours, theirs = estimator("gru", epochs), with_skorch("gru", epochs)
    grid, other = ({name: sizes, "lr": rates} for name in ("hidden_size", "module__hidden_size"))
    searches = {
        "search": search_of(ours, grid, 2, 3),
        "stacked search": StackedGridSearchCV(ours, grid, n_jobs=2, cv=3, error_score="raise"),
        "search of skorch": search_of(theirs, other, 2, 3),
    }
    sides = {name: partial(timed, partial(s.fit, X, y)) for name, s in searches.items()}
    seconds = interleave(sides, rounds)
    pairs = (("search", "search of skorch"), ("stacked search", "search of skorch"))
    return [compare(seconds, *pair) for pair in (*pairs, ("stacked search", "search"))]


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
    n, n_steps, epochs = (60, 5, 1) if options.quick else (2000, 100, 15)
    name = f"T={n_steps}, {n} rows, {epochs} epochs, {len(grid[0]) * len(grid[1])} candidates"
    yield Case("gru", f"{name}, jobs", partial(measure_jobs, n, n_steps, epochs, *grid), 2)
