"""Fit one library's recurrent forecaster, as benchmarks/forecasting_peers.py tells it to.

It is started in the environment of that library, ``forecasting_worker.py LIBRARY THREADS``, and is
not run by hand. Each line it reads is a task as JSON, with the path of an npz that holds the
series; each line it writes says the forecasts, the seconds that fitting and forecasting took, how
many updates of the weights there were, and how many weights.
"""

import json
import logging
import sys
import time
import warnings

import numpy as np
import torch

QUIET = {
    "accelerator": "cpu",
    "logger": False,
    "enable_checkpointing": False,
    "enable_model_summary": False,
    "enable_progress_bar": False,
}


def count(module):
    """Count the weights of a network."""
    return sum(weights.numel() for weights in module.parameters())


def with_skrnn(task, series):
    """Prepare a SequenceForecaster."""
    from skrnn import SequenceForecaster
    from skrnn.forecasting.reading import cut_spans

    spans = len(cut_spans(np.array([len(row) for row in series]), task["window"])[0])
    batch = max(1, task["batch"] // 2)  # spans, of two windows at most
    alike = {"batch_size": batch, "max_epochs": max(1, round(task["updates"] / -(-spans // batch)))}
    model = SequenceForecaster(
        task["horizon"],
        season=task["season"],
        window=task["window"],
        cell=task["cell"],
        hidden_size=task["hidden_size"],
        n_members=1,
        guard=False,
        random_state=task["seed"],
        **(alike | task["options"]),
    )

    def about():
        batches = len(model.net_.history[-1]["batches"])  # those of other epochs are not kept
        return {"updates": model.n_iter_ * batches, "weights": count(model.module_)}

    return lambda: model.fit(series), model.predict, about


def with_darts(task, series):
    """Prepare a BlockRNNModel: series scaled, windows normalised where that is asked for."""
    from darts import TimeSeries
    from darts.dataprocessing.transformers import Scaler
    from darts.models import BlockRNNModel

    options = dict(task["options"])
    if "loss_fn" in options:
        options["loss_fn"] = getattr(torch.nn, options["loss_fn"])()
    model = BlockRNNModel(
        task["window"],
        task["horizon"],
        model=task["cell"].upper(),
        hidden_dim=task["hidden_size"],
        batch_size=task["batch"],
        n_epochs=task["updates"],  # at least one batch each, so that the updates end it
        random_state=task["seed"],
        pl_trainer_kwargs={**QUIET, "max_steps": task["updates"]},
        **options,
    )
    scaler, given = Scaler(), [TimeSeries.from_values(row) for row in series]

    done = {}

    def fit():
        model.fit(scaler.fit_transform(given))
        done["updates"] = model.trainer.global_step  # predict makes another trainer

    def predict():
        said = model.predict(task["horizon"], series=scaler.transform(given))
        return np.stack([row.values()[:, 0] for row in scaler.inverse_transform(said)])

    def about():
        return {**done, "weights": count(model.model)}

    return fit, predict, about


def with_neuralforecast(task, series):
    """Prepare an LSTM or GRU."""
    import pandas as pd
    from neuralforecast import NeuralForecast, models

    model = getattr(models, task["cell"].upper())(
        h=task["horizon"],
        input_size=task["window"],
        encoder_n_layers=1,
        encoder_hidden_size=task["hidden_size"],
        max_steps=task["updates"],
        windows_batch_size=task["batch"],
        random_seed=task["seed"],
        **QUIET,
        **task["options"],
    )
    forecaster = NeuralForecast([model], freq=1)
    frame = pd.concat(
        pd.DataFrame({"unique_id": i, "ds": np.arange(len(row)), "y": row})
        for i, row in enumerate(series)
    )

    def predict():
        said = forecaster.predict().sort_values(["unique_id", "ds"])
        return said[task["cell"].upper()].to_numpy().reshape(len(series), -1)

    def about():
        fitted = forecaster.models[0]
        return {"updates": len(fitted.train_trajectories), "weights": count(fitted)}

    return lambda: forecaster.fit(frame), predict, about


LIBRARIES = {"skrnn": with_skrnn, "darts": with_darts, "neuralforecast": with_neuralforecast}


def run(library, task):
    """Fit and forecast; give what is written."""
    with np.load(task["path"]) as arrays:
        series = np.split(arrays["values"], arrays["starts"][1:])
    fit, predict, about = LIBRARIES[library](task, series)
    start = time.perf_counter()
    fit()
    fitted = time.perf_counter()
    said = np.asarray(predict(), dtype=float)
    seconds = {"fit_s": fitted - start, "predict_s": time.perf_counter() - fitted}
    return seconds | about() | {"forecast": said.tolist()}


if __name__ == "__main__":
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever else is printed is no answer
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    torch.set_num_threads(int(sys.argv[2]))
    for line in sys.stdin:
        print(json.dumps(run(sys.argv[1], json.loads(line))), file=answers, flush=True)
