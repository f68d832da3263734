"""scikit-learn's own checks: zero expected failures, honest tags, every cell and direction."""

import os
import subprocess
import sys
from inspect import isabstract
from itertools import product

import pytest
from sklearn.exceptions import SkipTestWarning
from sklearn.utils import (
    ClassifierTags,
    InputTags,
    RegressorTags,
    Tags,
    TargetTags,
    estimator_checks,
    get_tags,
)
from sklearn.utils import TransformerTags as SklearnTransformerTags
from sklearn.utils.estimator_checks import estimator_checks_generator, parametrize_with_checks

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor, SequenceForecaster, preprocessing
from skrnn.cells import CELLS
from skrnn.preprocessing import (
    Differencer,
    OneHotSteps,
    Resampler,
    SequenceImputer,
    SequencePadder,
    SequenceScaler,
    SequenceSummary,
    SequenceTokenizer,
    SlidingWindow,
)
from skrnn.preprocessing.base import KeepsContainer

ESTIMATORS = (RNNClassifier, RNNRegressor, RNNEncoder)
# Those of skrnn.preprocessing, which have no network, and the checks each must pass.
NUMBER_OF_TRANSFORMER_CHECKS = {
    Differencer: 47,
    Resampler: 47,
    SequenceImputer: 53,
    SequencePadder: 47,
    SequenceScaler: 54,
    SequenceSummary: 47,
    SlidingWindow: 47,
}
TRANSFORMERS = tuple(NUMBER_OF_TRANSFORMER_CHECKS)
OF_STRINGS = (OneHotSteps, SequenceTokenizer)  # scikit-learn's checks are of tables of numbers
NAMED = tuple(each for each in TRANSFORMERS if hasattr(each, "get_feature_names_out"))
TABLES = tuple(each for each in NAMED if not issubclass(each, KeepsContainer))
# As small as still pass: check_regressors_train wants R2 > 0.5 on 200 x 10, the classifiers'
# checks an accuracy of 0.83. What matters is spelled out, so that defaults may change.
PLAIN = {
    "num_layers": 1,
    "dropout": 0.0,
    "dense_sizes": (),
    "pooling": "last",
    "stem": None,
    "optimizer": "adam",
    "lr": 0.03,
    "lr_schedule": "auto",  # a schedule asked for by name refuses partial_fit
    "alpha": 1e-4,
    "clip_norm": 1.0,
}
SMALL = {
    RNNClassifier: {**PLAIN, "hidden_size": 8, "max_epochs": 8, "batch_size": 32},
    RNNRegressor: {**PLAIN, "hidden_size": 16, "max_epochs": 20, "batch_size": 16},
    RNNEncoder: {**PLAIN, "hidden_size": 4, "max_epochs": 2, "batch_size": 32},
}
# The columns of 2-D rows are read as single numbers. Units that remember only themselves, or are
# drawn at random, cannot tell ten of these apart; a stem shows them several at a time.
WITH_STEM = ("esn", "indrnn", "mingru", "minlstm")
NUMBER_OF_CHECKS = {RNNClassifier: 67, RNNRegressor: 60, RNNEncoder: 54, SequenceForecaster: 41}
NUMBER_OF_CHECKS |= NUMBER_OF_TRANSFORMER_CHECKS
COVERING = [
    (RNNClassifier, "lstm", False),
    (RNNClassifier, "rnn", True),
    (RNNRegressor, "gru", False),
    (RNNRegressor, "lstm", True),
    (RNNEncoder, "rnn", False),
    (RNNEncoder, "gru", True),
    (RNNRegressor, "esn", True),
    (RNNEncoder, "lru", False),
    (RNNEncoder, "slstm", True),
]
FORECASTER = SequenceForecaster(n_members=1, hidden_size=4, max_epochs=2)
COVERED = {case[1:] for case in COVERING}
COVERING += [
    (RNNClassifier, *case) for case in product(CELLS, (False, True)) if case not in COVERED
]
REST = [case for case in product(ESTIMATORS, CELLS, (False, True)) if case not in COVERING]


def small(estimator, cell="gru", bidirectional=False):
    settings = SMALL[estimator]
    if estimator is RNNRegressor and cell in WITH_STEM:
        settings = {**settings, "stem": "conv", "max_epochs": 10}
    return estimator(cell=cell, bidirectional=bidirectional, **settings)


@parametrize_with_checks([estimator() for estimator in (*ESTIMATORS, *TRANSFORMERS)])
def test_defaults(estimator, check):
    check(estimator)


@parametrize_with_checks([small(*case) for case in COVERING])
def test_small(estimator, check):
    check(estimator)


@parametrize_with_checks([FORECASTER, SequenceForecaster(max_epochs=2, guard=False, cell="lstm")])
def test_forecaster(estimator, check):
    check(estimator)


@pytest.mark.full
@parametrize_with_checks([SequenceForecaster()])
def test_defaults_of_the_forecaster(estimator, check):
    check(estimator)


@pytest.mark.full
@parametrize_with_checks([small(*case) for case in REST])
def test_every_cell_and_direction(estimator, check):
    check(estimator)


def test_all_cells_and_directions_have_a_case():
    assert {case[1:] for case in COVERING} == set(product(CELLS, (False, True)))
    assert {case[0] for case in COVERING} == set(ESTIMATORS)


def test_every_transformer_is_checked():
    public = [getattr(preprocessing, name) for name in preprocessing.__all__]
    classes = {each for each in public if isinstance(each, type) and not isabstract(each)}
    composed = {preprocessing.SequenceFusion}  # needs transformers, and gives no array
    assert classes - composed == {*TRANSFORMERS, *OF_STRINGS}


@pytest.mark.parametrize("estimator", OF_STRINGS)
def test_transformers_of_strings(estimator):
    with pytest.warns(SkipTestWarning, match="requires input  of type"):
        ((instance, check),) = estimator_checks_generator(estimator())
    check(instance)  # that it can be cloned
    tags = get_tags(instance).input_tags
    assert tags.string and not (tags.two_d_array or tags.allow_nan)
    estimator_checks.check_param_validation(estimator.__name__, instance)


@pytest.mark.parametrize("estimator", [*ESTIMATORS, *TRANSFORMERS, SequenceForecaster])
def test_no_check_is_switched_off(estimator):
    checks = list(estimator_checks_generator(estimator()))
    assert len(checks) == NUMBER_OF_CHECKS[estimator]


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("params", [{}, {"embedding_dim": 2}, {"cell": "lstm"}], ids=str)
def test_tags_are_honest(estimator, params):
    tags = get_tags(estimator(**params))
    kind = {RNNClassifier: "classifier", RNNRegressor: "regressor"}.get(estimator, "transformer")
    expected = Tags(
        estimator_type=None if kind == "transformer" else kind,
        target_tags=TargetTags(
            required=kind != "transformer", multi_output=kind == "regressor", single_output=True
        ),
        transformer_tags=SklearnTransformerTags() if kind == "transformer" else None,
        classifier_tags=ClassifierTags(multi_label=True) if kind == "classifier" else None,
        regressor_tags=RegressorTags() if kind == "regressor" else None,
        input_tags=InputTags(three_d_array=True),
    )
    assert tags == expected
    assert not (tags.non_deterministic or tags.no_validation or tags._skip_test)
    assert not tags.input_tags.allow_nan
    for part in (tags.classifier_tags, tags.regressor_tags):
        assert part is None or not part.poor_score


@pytest.mark.parametrize("estimator", TRANSFORMERS)
def test_tags_of_transformers_are_honest(estimator):
    assert get_tags(estimator()) == Tags(
        estimator_type=None,
        target_tags=TargetTags(required=False),
        transformer_tags=SklearnTransformerTags(preserves_dtype=["float64", "float32"]),
        input_tags=InputTags(three_d_array=True, allow_nan=estimator is SequenceImputer),
    )


def test_tags_of_the_forecaster_are_honest():
    assert get_tags(SequenceForecaster()) == Tags(
        estimator_type=None,
        target_tags=TargetTags(required=False),
        input_tags=InputTags(three_d_array=True, allow_nan=True),
    )


# scikit-learn runs these on its own estimators only.
BY_HAND = [
    "check_dataframe_column_names_consistency",
    "check_inplace_ensure_writeable",
    "check_param_validation",
]
OUTPUT = [
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_global_output_transform_pandas",
]
NAMES = [
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_get_feature_names_out_error",
]


BRIEF = {key: {"hidden_size": 4, "max_epochs": 2} for key in ESTIMATORS}
BRIEF |= {key: {} for key in TRANSFORMERS}
BRIEF[SequenceForecaster] = {"hidden_size": 4, "max_epochs": 2, "n_members": 1}


@pytest.mark.parametrize("estimator", BRIEF)
@pytest.mark.parametrize("check", BY_HAND)
def test_check_for_estimators_of_scikit_learn(estimator, check):
    getattr(estimator_checks, check)(estimator.__name__, estimator(**BRIEF[estimator]))


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")  # rightly so
@pytest.mark.parametrize(
    ("check", "estimator"),
    [*product(NAMES, [RNNEncoder, *NAMED]), *product(OUTPUT, [RNNEncoder, *TABLES])],
)
def test_check_for_transformers_of_scikit_learn(check, estimator):
    getattr(estimator_checks, check)(estimator.__name__, estimator(**BRIEF[estimator]))


# Before scipy is imported SCIPY_ARRAY_API must stand in the environment, hence the new process.
ARRAY_API = """
import sys
import warnings
warnings.simplefilter("error")
import torch
torch.set_num_threads(1)
from sklearn.utils.estimator_checks import estimator_checks_generator
from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.preprocessing import *
n = 0
for estimator in ({estimators}):
    for instance, check in estimator_checks_generator(estimator):
        name = getattr(check, "func", check).__name__
        if name == {only!r} or {only!r} == "all":
            check(instance)
            n += 1
print(n)
"""


def run_with_array_api(estimators, only):
    script = ARRAY_API.format(estimators=", ".join(map(repr, estimators)) + ",", only=only)
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr  # a skipped check raises SkipTest
    return int(done.stdout)


def test_array_api_input():
    estimators = [small(estimator) for estimator in ESTIMATORS]
    estimators += [estimator() for estimator in TRANSFORMERS]
    assert run_with_array_api(estimators, "check_array_api_input") == len(estimators)


@pytest.mark.full
@pytest.mark.parametrize("estimator", [*ESTIMATORS, *TRANSFORMERS])
def test_all_checks_with_array_api(estimator):
    assert run_with_array_api([estimator()], "all") == NUMBER_OF_CHECKS[estimator]


@pytest.mark.full
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_all_checks_with_array_api_for_every_cell(estimator):
    estimators = [small(estimator, *case) for case in product(CELLS, (False, True))]
    expected = len(estimators) * NUMBER_OF_CHECKS[estimator]
    assert run_with_array_api(estimators, "all") == expected
