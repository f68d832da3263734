"""Answers come in scikit-learn's shapes and in the user's own types."""

import copy
import pickle

import joblib
import numpy as np
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.utils import get_tags

from skrnn.testing.tools import same_bits
from skrnn.testing.trial import N_ROWS


def check_finite(trial):
    """Check for a finite number (or a label) per sequence, the same when asked again."""
    for name, answer in trial.answers.items():
        assert len(answer) == N_ROWS, f"{name} has {len(answer)} rows for {N_ROWS} sequences"
        if answer.dtype.kind == "f":
            assert np.isfinite(answer).all(), f"{name} is not finite"
            assert answer.dtype == np.float64, f"{name} is {answer.dtype} for X of float64"
    before = vars(trial.fitted).copy()
    same_bits(trial.ask(trial.fitted), trial.answers, "the same question asked again")
    assert vars(trial.fitted) == before, f"answering changes attributes of {trial.name}"


def check_classes(trial):
    """Check that labels keep their type and agree with probabilities that sum to one."""
    if not is_classifier(trial.estimator):
        return
    _check_labels(trial, trial.fitted, trial.answers, trial.y)
    if get_tags(trial.estimator).classifier_tags.multi_label:
        _check_multilabel(trial)
    if trial.has("class_weight") and isinstance(trial.estimator.class_weight, dict):
        return
    y = np.arange(N_ROWS) % 2 * 2 - 1
    model = trial.fit((trial.X, y))
    _check_labels(trial, model, trial.ask(model), y)


def _check_labels(trial, model, answers, y):
    classes, n_classes = model.classes_, len(np.unique(y))
    assert np.array_equal(classes, np.unique(y)), f"classes_ is {classes}"
    labels = answers["predict"]
    assert labels.shape == (N_ROWS,) and labels.dtype == y.dtype, (
        f"predict gives {labels.dtype} of shape {labels.shape} for labels of {y.dtype}"
    )
    assert isinstance(model.score(trial.X, y), float)
    if "predict_proba" in answers:
        proba = answers["predict_proba"]
        assert proba.shape == (N_ROWS, n_classes), f"predict_proba has shape {proba.shape}"
        np.testing.assert_allclose(proba.sum(1), 1.0, rtol=1e-12)
        assert np.array_equal(classes[proba.argmax(1)], labels), "predict is not the most probable"
    if "predict_log_proba" in answers:
        np.testing.assert_allclose(np.exp(answers["predict_log_proba"]), proba, rtol=1e-9)
    if "decision_function" in answers:
        decision = answers["decision_function"]
        shape = (N_ROWS,) if n_classes == 2 else (N_ROWS, n_classes)
        assert decision.shape == shape, f"decision_function has shape {decision.shape}"


def _check_multilabel(trial):
    if trial.has("class_weight") and trial.estimator.class_weight is not None:
        return
    y = (np.arange(N_ROWS)[:, None] + np.arange(4)) % 3 % 2
    answers = trial.ask(trial.fit((trial.X, y)))
    for name, answer in answers.items():
        assert answer.shape == y.shape, f"{name} has shape {answer.shape} for y of {y.shape}"
    assert np.isin(answers["predict"], (0, 1)).all() and answers["predict"].dtype.kind == "i"


def check_numbers(trial):
    """Check that a regressor answers in the shape of y, with sorted quantiles."""
    if not is_regressor(trial.estimator):
        return
    assert trial.answers["predict"].shape == (N_ROWS,)
    assert isinstance(trial.fitted.score(trial.X, trial.y), float)
    _check_quantiles(trial.answers)
    if not get_tags(trial.estimator).target_tags.multi_output:
        return
    for n_targets in (1, 2):
        y = np.stack([trial.y, trial.y[::-1]][:n_targets], 1)
        answers = trial.ask(trial.fit((trial.X, y)))
        shape = answers["predict"].shape
        assert shape == y.shape, f"predict gives shape {shape} for y of shape {y.shape}"
        _check_quantiles(answers)


def _check_quantiles(answers):
    if "predict_quantiles" in answers:
        quantiles = answers["predict_quantiles"]
        assert quantiles.shape[:-1] == answers["predict"].shape, "one list of quantiles per number"
        assert (np.diff(quantiles, axis=-1) >= 0).all(), "quantiles cross"


def check_states(trial):
    """Check that a transformer gives a matrix, names its columns and follows set_output."""
    if not hasattr(trial.fitted, "transform"):
        return
    states, model = trial.answers["transform"], trial.fitted
    assert states.ndim == 2, f"transform has shape {states.shape}"
    names = model.get_feature_names_out()
    assert len(names) == states.shape[1], f"{len(names)} names for {states.shape[1]} columns"
    both = clone(trial.estimator).fit_transform(trial.X, trial.y)
    same_bits({"fit_transform": both}, {"fit_transform": states}, "fit_transform and transform")
    frame = copy.deepcopy(model).set_output(transform="pandas").transform(trial.X)
    assert list(frame.columns) == list(names), "set_output: columns are not the feature names"
    assert np.array_equal(frame.to_numpy(), states), "set_output changes the numbers"


def check_copies(trial):
    """Check that a copy answers the same bits, and a clone has the same parameters."""
    model = trial.fitted
    for way, twin in (
        ("pickled", pickle.loads(pickle.dumps(model))),
        ("deep", copy.deepcopy(model)),
    ):
        same_bits(trial.ask(twin), trial.answers, f"a {way} copy and its original")
    fresh = clone(model)
    assert joblib.hash(fresh.get_params()) == joblib.hash(model.get_params()), (
        "a clone has other parameters"
    )
    assert vars(fresh).keys() == vars(trial.estimator).keys(), "a clone of a fitted one is fitted"
    thawed = pickle.loads(pickle.dumps(fresh))
    assert joblib.hash(thawed.get_params()) == joblib.hash(fresh.get_params())


ANSWERS = (check_finite, check_classes, check_numbers, check_states, check_copies)
