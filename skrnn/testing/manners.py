"""One seed decides; nothing else is read, moved, printed, written or left half done."""

import contextlib
import io
import os
import random
import tempfile
import warnings

import numpy as np
import torch
from sklearn.base import clone
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from skrnn.testing.tools import same_bits
from skrnn.testing.trial import N_ROWS


def check_seed(trial):
    """Check that a seed decides the bits, and None draws one from numpy's global generator."""
    same_bits(trial.ask(trial.fit()), trial.answers, "the same random_state twice")
    if not trial.has("random_state"):
        return
    with _generators_restored():
        twice = []
        for _ in range(2):
            np.random.seed(7)
            twice.append(trial.ask(trial.fit(random_state=None)))
    same_bits(*twice, "random_state=None after the same np.random.seed")


@contextlib.contextmanager
def _generators_restored():
    before = np.random.get_state(), torch.get_rng_state(), random.getstate()
    try:
        yield
    finally:
        np.random.set_state(before[0])
        torch.set_rng_state(before[1])
        random.setstate(before[2])


def check_threads(trial):
    """Check that the number of torch's threads changes no bit."""
    before = torch.get_num_threads()
    answers = []
    try:
        for n_threads in (1, 2):
            torch.set_num_threads(n_threads)
            answers.append(trial.ask(trial.fit()))
    finally:
        torch.set_num_threads(before)
    same_bits(*answers, "one thread and two")


def check_surroundings(trial):
    """Check that generators, threads, filters, environment and folder are as they were."""
    before = surroundings()
    trial.ask(trial.fit())
    for name, value in surroundings().items():
        assert value == before[name], f"fit or an answer changes {name}"


def surroundings():
    """Give the state of everything a library shares with its caller, by name."""
    kind, keys, *position = np.random.get_state()
    return {
        "numpy's global generator": (kind, keys.tobytes(), *position),
        "torch's global generator": torch.get_rng_state().numpy().tobytes(),
        "python's global generator": random.getstate(),
        "torch's thread count": torch.get_num_threads(),
        "torch's default dtype": torch.get_default_dtype(),
        "torch's gradient mode": torch.is_grad_enabled(),
        "torch's determinism": torch.are_deterministic_algorithms_enabled(),
        "numpy's error handling": np.geterr(),
        "the warning filters": list(warnings.filters),
        "the environment": dict(os.environ),
        "the current folder": os.getcwd(),
    }


def check_silence(trial):
    """Check that nothing is printed or warned of, and no file is written."""
    params = {"verbose": 0} if trial.has("verbose") else {}
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with (
            warnings.catch_warnings(record=True) as warned,
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            warnings.simplefilter("always")
            trial.ask(trial.fit(**params))
        written = os.listdir(folder)
    assert not printed.getvalue(), f"printed: {printed.getvalue()!r}"
    assert not warned, f"warned: {[str(warning.message) for warning in warned]}"
    assert not written, f"written to the current folder: {written}"


def check_parameters(trial):
    """Check that parameters are stored as they came, and fit leaves them alone."""
    given = clone(trial.estimator).get_params(deep=False)
    model = type(trial.estimator)(**given)
    for when in ("__init__", "fit"):
        for name, value in model.get_params(deep=False).items():
            assert value is given[name], f"{when} changes the parameter {name}"
        if when == "__init__":
            model.fit(trial.X, trial.y)


def check_failed_fit(trial):
    """Check that a fit that raises leaves an estimator, new or fitted, as it was."""
    for what, params, data, weights in _bad_fits(trial):
        for model in (clone(trial.estimator), trial.fit()):
            model.set_params(**params)
            before = vars(model).copy()
            try:
                model.fit(*data, **weights)
            except (TypeError, ValueError):
                pass
            else:
                raise AssertionError(f"fit accepts {what}")
            assert vars(model).keys() == before.keys(), f"{what}: the failed fit left attributes"
            changed = [name for name in before if vars(model)[name] is not before[name]]
            assert not changed, f"{what}: the failed fit changed {changed}"


def _bad_fits(trial):
    """Yield calls of fit that must fail: what is wrong, parameters, (X, y), weights."""
    X, y = trial.X, trial.y
    bad = np.array(trial.sequence(3))
    bad[1] = -1 if trial.ids else np.nan
    yield "an empty list", {}, ([], y), {}
    if not get_tags(trial.estimator).input_tags.allow_nan:
        what = "a negative id" if trial.ids else "NaN within a sequence"
        yield what, {}, ([*X[:-1], bad], y), {}
    if y is not None:
        yield "a y that is too short", {}, (X, y[:-1]), {}
    if has_fit_parameter(trial.estimator, "sample_weight"):
        weight = np.ones(N_ROWS)
        weight[2] = -1
        yield "a negative weight", {}, (X, y), {"sample_weight": weight}
    if trial.has("early_stopping") and trial.has("validation_fraction"):
        params = {"early_stopping": True, "validation_fraction": 0.99}
        yield "holding back all rows", params, (X, y), {}


MANNERS = (
    check_seed,
    check_threads,
    check_surroundings,
    check_silence,
    check_parameters,
    check_failed_fit,
)
