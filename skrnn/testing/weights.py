"""Weights mean what they say: one is nothing, zero is absence, two is twice."""

import numpy as np
from sklearn.utils.validation import has_fit_parameter

from skrnn.testing.tools import same_bits
from skrnn.testing.trial import N_ROWS

STIR = {"early_stopping": True, "validation_fraction": 0.3, "batch_size": 4, "dropout": 0.3}


def check_weights_of_one(trial):
    """Check that weights of one are no weights."""
    if not has_fit_parameter(trial.estimator, "sample_weight"):
        return
    ones = trial.ask(trial.fit(sample_weight=np.ones(N_ROWS)))
    same_bits(ones, trial.answers, "sample weights of one and none")


def check_weight_zero(trial):
    """Check that a row of weight 0 is as if it were not there."""
    weight = np.ones(N_ROWS)
    weight[[1, 5, 6]] = 0
    _check_repeats(trial, weight, "a row of weight 0 and without it")


def check_weight_two(trial):
    """Check that a row of weight 2 is the row twice."""
    weight = np.ones(N_ROWS)
    weight[[0, 3, 7, 8]] = 2
    _check_repeats(trial, weight, "a row of weight 2 and given twice")


def _check_repeats(trial, weight, promise):
    if not has_fit_parameter(trial.estimator, "sample_weight"):
        return
    stir = {name: value for name, value in STIR.items() if trial.has(name)}
    repeated = trial.rows(np.repeat(np.arange(N_ROWS), weight.astype(int)))
    for params in ({}, stir):
        weighted = trial.fit(sample_weight=weight, **params)
        plain = trial.fit(repeated, **params)
        said = f"{promise}, with {params}" if params else promise
        same_bits(trial.ask(weighted), trial.ask(plain), said)


WEIGHTS = (check_weights_of_one, check_weight_zero, check_weight_two)
