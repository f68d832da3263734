import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn import RNNClassifier
from skrnn.data import Ragged
from skrnn.data.scaling import InputScaling
from skrnn.preprocessing import SequenceScaler

METHODS = ("standard", "robust", "min_max", "mean_abs")
RNG = np.random.default_rng(0)
X = Ragged(RNG.normal(size=(60, 3)) * [1, 50, 1e-3] + [0, 1000, 5], [20, 1, 30, 9])


@parametrize_with_checks(
    [SequenceScaler(method, per=per) for method in METHODS for per in ("feature", "sequence")]
)
def test_contract_of_scikit_learn(estimator, check):
    check(estimator)


@st.composite
def ragged(draw):
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=5))
    numbers = st.floats(-1e6, 1e6, width=32)
    values = draw(arrays(np.float64, (sum(lengths), draw(st.integers(1, 3))), elements=numbers))
    return Ragged(values, lengths)


@given(X=ragged(), unseen=st.floats(-1e6, 1e6), method=st.sampled_from(METHODS))
def test_round_trip(X, unseen, method):
    scaler = SequenceScaler(method).fit(X)
    rows = [row - unseen for row in X]
    back = scaler.inverse_transform(scaler.transform(rows))
    for row, before in zip(back, rows, strict=True):
        np.testing.assert_allclose(row, before, rtol=1e-9, atol=1e-7)


def test_standard_is_what_estimators_do():
    weight = np.array([1.0, 0.5, 2.0, 3.0])
    scaler, scaling = SequenceScaler().fit(X, sample_weight=weight), InputScaling.fit(X, weight)
    np.testing.assert_allclose(scaler.center_, scaling.mean, rtol=1e-12)
    np.testing.assert_allclose(scaler.scale_, scaling.scale, rtol=1e-12)
    steps = StandardScaler().fit(X.values)
    np.testing.assert_allclose(
        SequenceScaler().fit_transform(X).values, steps.transform(X.values), rtol=1e-9, atol=1e-9
    )


def test_min_max_fills_the_unit_interval():
    scaled = SequenceScaler("min_max").fit_transform(X).values
    assert scaled.min(0).tolist() == [0, 0, 0] and scaled.max(0).tolist() == [1, 1, 1]


def test_outliers_do_not_move_the_robust_scale():
    values = np.arange(1.0, 10.0)
    outlying = np.append(values[:-1], 1e9)
    one, other = (SequenceScaler("robust").fit([row]) for row in (values, outlying))
    assert one.center_ == other.center_ == [5.0] and one.scale_ == other.scale_ == [4.0]


def test_mean_abs_leaves_zeros_alone():
    assert SequenceScaler("mean_abs").fit_transform([[0.0, -4.0, 2.0]])[0].tolist() == [0, -2, 1]


@pytest.mark.parametrize("method", METHODS)
def test_rows_are_measured_by_themselves(method):
    scaler = SequenceScaler(method, per="sequence").fit(X[:1])
    assert scaler.center_ is None and scaler.scale_ is None
    for row, scaled in zip(X, scaler.transform(X), strict=True):
        own = SequenceScaler(method).fit_transform([row])[0]
        np.testing.assert_allclose(scaled, own, rtol=1e-12, atol=1e-12)


def test_a_row_of_one_value_is_only_shifted():
    scaled = SequenceScaler(per="sequence").fit_transform([[3.0], [7.0, 7.0], [1.0, 2.0]])
    assert [row.tolist() for row in scaled] == [[0], [0, 0], [-1, 1]]


def test_refit_with_the_other_way():
    scaler = SequenceScaler().fit(X)
    assert scaler.set_params(per="sequence").fit(X).center_ is None
    assert scaler.set_params(per="feature").fit(X).center_.shape == (3,)


def test_only_features_have_a_way_back():
    scaler = SequenceScaler(per="sequence").fit(X)
    assert not hasattr(scaler, "inverse_transform")
    with pytest.raises(AttributeError, match="no attribute 'inverse_transform'") as caught:
        _ = scaler.inverse_transform
    assert "keeps nothing of it" in str(caught.value.__cause__)
    assert hasattr(SequenceScaler(), "inverse_transform") and SequenceScaler().one_way is None


def test_windows_stay_windows():
    series = RNG.normal(size=(1000, 1))
    windows = Ragged(series, np.full(900, 100), np.arange(900))
    for method in METHODS:
        scaled = SequenceScaler(method).fit_transform(windows)
        assert scaled.values.shape == series.shape
        apart = SequenceScaler(method).fit_transform(windows.compact())
        np.testing.assert_allclose(scaled.compact().values, apart.values, rtol=1e-10, atol=1e-10)
    by_row = SequenceScaler(per="sequence").fit_transform(windows)
    np.testing.assert_allclose(by_row[7], StandardScaler().fit_transform(windows[7]), atol=1e-12)


def test_steps_of_no_row_are_not_read():
    values = np.array([[np.nan], [1.0], [3.0], [np.inf], [1e308], [5.0]])
    gaps = Ragged(values, [2, 1], [1, 5])
    scaler = SequenceScaler("min_max").fit(gaps)
    assert scaler.center_ == [1.0] and scaler.scale_ == [4.0]
    assert scaler.transform(gaps).compact().values.ravel().tolist() == [0, 0.5, 1]
    many = Ragged(values, [2, 2, 2, 1], [1, 1, 1, 5])  # more steps than values
    assert scaler.transform(many)[3].tolist() == [[1.0]]


def test_padding_never_counts():
    rows = [row.tolist() for row in X]
    cube = X.to_padded()
    for method in METHODS:
        one, other = SequenceScaler(method).fit(rows), SequenceScaler(method).fit(cube)
        assert (one.center_ == other.center_).all() and (one.scale_ == other.scale_).all()
    scaled = SequenceScaler().fit_transform(cube)
    np.testing.assert_array_equal(np.isnan(scaled), np.isnan(cube))


@pytest.mark.parametrize("per", ["feature", "sequence"])
@pytest.mark.parametrize("method", METHODS)
def test_single_precision(method, per):
    single = X.map_values(lambda v: v.astype(np.float32))
    scaler = SequenceScaler(method, per=per).fit(single)
    scaled = scaler.transform(single)
    assert scaled.dtype == np.float32
    double = SequenceScaler(method, per=per).fit_transform(
        single.map_values(lambda v: v.astype(np.float64))
    )
    np.testing.assert_allclose(scaled.values, double.values, rtol=1e-6, atol=1e-6)
    if per == "feature":
        assert scaler.center_.dtype == scaler.scale_.dtype == np.float64
        assert scaler.inverse_transform(scaled).dtype == np.float32


def test_a_two_dimensional_x_is_one_feature():
    frame = pd.DataFrame({"t0": [1.0, 2.0], "t1": [3.0, 6.0]}, index=[7, 8])
    scaler = SequenceScaler("min_max").fit(frame)
    assert scaler.center_.shape == (1,) and scaler.feature_names_in_.tolist() == ["t0", "t1"]
    scaled = scaler.transform(frame)
    assert scaled.index.tolist() == [7, 8] and scaled.loc[8].tolist() == [0.2, 1.0]


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([], "0 sample"),
        ([[]], "Row 0 of X has no steps"),
        ([[np.nan, np.nan]], "no steps left"),
        ([[1.0, np.nan, 2.0]], "NaN in row 0, step 1"),
        ([[1.0, np.inf]], "infinity"),
        ([["a", "b"]], "holds text"),
        (["ACGT", "AC"], "holds text"),
        (Ragged.from_rows([[1, 2], [3]]), "Ragged of token ids, but SequenceScaler reads numbers"),
        ((row for row in [[1.0]]), "only once"),
        (np.array([[[1.0, 1e200]], [[2.0, -1e200]]]), r"Feature 1 of X is too large .*1e\+200"),
    ],
)
def test_bad_input_is_refused(X, words):
    fitted = SequenceScaler().fit([[1.0, 2.0]])
    before = dict(vars(fitted))
    with pytest.raises((TypeError, ValueError), match=words):
        fitted.fit(X)
    assert vars(fitted) == before


def test_what_is_too_large_is_named():
    rows = [[1.0, 2.0], [1e200, -1e200]]
    with pytest.raises(ValueError, match="Feature 0 of row 1 of X is too large"):
        SequenceScaler(per="sequence").fit(rows).transform(rows)
    small = SequenceScaler("min_max").fit([[1e-200, 2e-200]])
    with pytest.raises(ValueError, match=r"number of row 1, step 1, feature 0 that is too large"):
        small.transform([[0.0], [0.0, 1e200]])
    single = SequenceScaler("min_max").fit(np.array([[0.0, 1e-30]], dtype=np.float32))
    with pytest.raises(ValueError, match="too large for float32"):
        single.transform(np.array([[1.0, 1e20]], dtype=np.float32))


def test_parameters_are_checked():
    with pytest.raises(ValueError, match="'method' parameter of SequenceScaler must be"):
        SequenceScaler("z").fit(X)
    with pytest.raises(ValueError, match="'per' parameter of SequenceScaler must be"):
        SequenceScaler(per="row").fit(X)
    with pytest.raises(ValueError, match="sample_weight"):
        SequenceScaler().fit(X, sample_weight=[1, 2])


def test_the_users_numbers_are_left_alone():
    cube = RNG.normal(size=(3, 4, 2))
    before = cube.copy()
    cube.flags.writeable = False
    for per in ("feature", "sequence"):
        scaled = SequenceScaler(per=per).fit_transform(cube)
        assert not np.shares_memory(scaled, cube)
    assert (cube == before).all()


def test_copies_answer_alike():
    scaler = SequenceScaler("robust").fit(X)
    for twin in (pickle.loads(pickle.dumps(scaler)), copy.deepcopy(scaler), clone(scaler).fit(X)):
        assert twin.transform(X).equals(scaler.transform(X))


def test_in_pipelines_searches_and_column_transformers():
    rows = [RNG.normal(size=n) + 10 for n in RNG.integers(2, 7, 12)]
    y = np.tile([0, 1], 6)
    net = RNNClassifier(hidden_size=2, max_epochs=1, random_state=0)
    grid = {"sequencescaler__method": METHODS, "sequencescaler__per": ["feature", "sequence"]}
    search = GridSearchCV(make_pipeline(SequenceScaler(), net), grid, cv=2, error_score="raise")
    assert search.fit(rows, y).predict(rows).shape == (12,)
    frame = pd.DataFrame({"heart": rows, "age": np.arange(12.0)})
    columns = ColumnTransformer(
        [("heart", SequenceScaler(), ["heart"])], remainder="passthrough"
    ).set_output(transform="pandas")
    given = columns.fit_transform(frame)
    assert given["heart__heart"][3].shape == rows[3].shape
