"""Fit Keras 3 in an environment of its own, as benchmarks/speed.py tells it to.

It knows nothing of skrnn, needs keras and numpy alone, and is not run by hand: KERAS_BACKEND names
the engine, each line it reads is a problem as JSON, each line it writes the seconds that fitting
it took, on the wall and of this process, "first" with the compiling that Keras does for every new
model and "again" without.
"""

import json
import sys
import time

import keras
import numpy as np


def use_one_thread():
    """Keep the engine to one thread."""
    if keras.backend.backend() == "torch":
        import torch

        torch.set_num_threads(1)
    else:
        import tensorflow

        tensorflow.config.threading.set_intra_op_parallelism_threads(1)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)


def now():
    """Read both clocks."""
    return np.array([time.perf_counter(), time.process_time()])


def make_model(problem):
    """Make the network."""
    cell = {"gru": keras.layers.GRU, "lstm": keras.layers.LSTM}[problem["cell"]]
    model = keras.Sequential(
        [
            keras.Input((problem["n_steps"], problem["n_features"])),
            cell(problem["hidden_size"]),
            keras.layers.Dense(problem["n_classes"]),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(3e-3, clipnorm=1.0)
    model.compile(optimizer, loss=loss, metrics=["accuracy"])
    return model


def measure(problem):
    """Fit a new model, and once more when it is compiled."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(problem["n"], problem["n_steps"], problem["n_features"]))
    y = rng.integers(problem["n_classes"], size=problem["n"])
    X, seconds = X.astype(np.float32), {}
    how = {name: problem[name] for name in ("epochs", "batch_size", "validation_split")}
    start = now()
    model = make_model(problem)
    for name in ("first", "again"):
        model.fit(X, y, verbose=0, **how)
        seconds[name] = list(now() - start)
        start = now()
    return seconds


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever else is printed is no answer
    use_one_thread()
    for line in sys.stdin:
        print(json.dumps(measure(json.loads(line))), file=answers, flush=True)
