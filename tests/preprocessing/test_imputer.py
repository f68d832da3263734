import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn import RNNClassifier
from skrnn.data import Ragged
from skrnn.preprocessing import SequenceImputer
from skrnn.preprocessing.imputer import weighted_mean, weighted_median

NAN = np.nan
STRATEGIES = ["last", "linear", "mean", "median", "constant"]
# Small whole numbers, so that sums are exact; NaN is as likely as a number.
NUMBERS = st.one_of(st.just(NAN), st.integers(-8, 8).map(float))


@st.composite
def ragged_with_gaps(draw):
    """Rows that may overlap, lie in any order and hold NaN anywhere."""
    n_steps, n_features = draw(st.integers(1, 12)), draw(st.integers(1, 3))
    values = draw(arrays(np.float64, (n_steps, n_features), elements=NUMBERS))
    starts = draw(st.lists(st.integers(0, n_steps - 1), min_size=1, max_size=5))
    lengths = [draw(st.integers(1, n_steps - start)) for start in starts]
    return Ragged(values, lengths, starts)


def naive_fill(row, strategy, statistics):
    """Fill one row (T, F), step by step; give the steps since the last observation too."""
    filled, since = row.copy(), np.zeros_like(row)
    for j in range(row.shape[1]):
        known = [t for t in range(len(row)) if not np.isnan(row[t, j])]
        for t in range(len(row)):
            if t in known:
                continue
            before = [k for k in known if k < t]
            since[t, j] = t - (before[-1] if before else -1)
            if strategy == "last" and before:
                filled[t, j] = row[before[-1], j]
            elif strategy == "linear" and known:
                filled[t, j] = np.interp(t, known, row[known, j])
            else:
                filled[t, j] = statistics[j]
    return filled, since


@parametrize_with_checks(
    [
        SequenceImputer("linear"),
        SequenceImputer("median", add_indicator="steps"),
        SequenceImputer("constant", fill_value=3, add_indicator=True),
    ]
)
def test_contract_of_scikit_learn(estimator, check):
    check(estimator)


@given(
    X=ragged_with_gaps(),
    strategy=st.sampled_from(STRATEGIES),
    add_indicator=st.sampled_from([False, True, "steps"]),
)
def test_like_a_loop_over_rows(X, strategy, add_indicator):
    imputer = SequenceImputer(strategy, fill_value=0.5, add_indicator=add_indicator).fit(X)
    before = X.values.copy()
    filled = imputer.transform(X)
    np.testing.assert_array_equal(X.values, before)
    assert not np.shares_memory(filled.values, X.values)
    for row, given_row in zip(filled, X, strict=True):
        expected, since = naive_fill(given_row, strategy, imputer.statistics_)
        marks = {False: [], True: [since > 0], "steps": [since]}[add_indicator]
        np.testing.assert_allclose(row, np.hstack([expected, *marks]), rtol=1e-14, atol=1e-14)
    if add_indicator:
        assert imputer.inverse_transform(filled).equals(X)


@given(X=ragged_with_gaps(), strategy=st.sampled_from(["mean", "median"]))
def test_statistics_like_a_loop_over_features(X, strategy):
    steps = np.concatenate(X.to_list())
    measure = {"mean": np.mean, "median": np.median}[strategy]
    expected = [measure(v[~np.isnan(v)]) if (~np.isnan(v)).any() else 7.0 for v in steps.T]
    imputer = SequenceImputer(strategy, fill_value=7).fit(X)
    np.testing.assert_allclose(imputer.statistics_, expected, rtol=1e-14, atol=1e-14)
    weight = np.arange(1, len(X) + 1)
    weighted = SequenceImputer(strategy, fill_value=7).fit(X, sample_weight=weight)
    twice = SequenceImputer(strategy, fill_value=7).fit(X[np.repeat(np.arange(len(X)), weight)])
    np.testing.assert_allclose(weighted.statistics_, twice.statistics_, rtol=1e-14, atol=1e-14)


def test_statistics_of_weighted_values():
    values = np.array([5.0, 1.0, 2.0, 9.0])
    assert weighted_median(values, np.ones(4)) == 3.5
    assert weighted_median(values, np.full(4, 0.1)) == 3.5
    assert weighted_median(values, np.array([1.0, 1.0, 2.0, 1.0])) == 2
    ten = np.arange(10.0)
    assert weighted_median(ten, np.full(10, 0.1)) == 4.5  # whose sums are not exact
    assert weighted_mean(values, np.array([1.0, 1.0, 2.0, 1.0])) == pytest.approx(19 / 5)
    assert weighted_mean(np.full(7, 0.1), np.full(7, 0.3)) == 0.1
    huge = np.array([1.7e308, 1.6e308])
    assert 1.6e308 < weighted_mean(huge, np.ones(2)) < 1.7e308
    assert 1.6e308 < weighted_median(huge, np.ones(2)) < 1.7e308


def test_rows_of_no_weight_are_left_out():
    X = Ragged.from_rows([[1.0, NAN, 3.0], [100.0]])
    imputer = SequenceImputer("mean").fit(X, sample_weight=[1, 0])
    assert imputer.statistics_.tolist() == [2.0]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_is_there_stays_to_the_bit(strategy, dtype):
    X = np.random.default_rng(0).normal(size=(4, 6, 2)).astype(dtype)
    imputer = SequenceImputer(strategy).fit(X)
    out = imputer.transform(X)
    assert out.dtype == dtype and not np.shares_memory(out, X)
    np.testing.assert_array_equal(out, X)
    gaps = X.copy()
    gaps[1, 2, 0] = gaps[2, :, 1] = NAN
    out = imputer.transform(gaps)
    assert out.dtype == dtype and not np.isnan(out).any()
    np.testing.assert_array_equal(out[~np.isnan(gaps)], X[~np.isnan(gaps)])


@pytest.mark.parametrize("add_indicator", [True, "steps"])
def test_float32_stays_with_an_indicator(add_indicator):
    imputer = SequenceImputer(add_indicator=add_indicator)
    X = np.ones((2, 3, 1), np.float32)
    filled = imputer.fit_transform(X)
    assert filled.dtype == np.float32 and imputer.inverse_transform(filled).dtype == np.float32


def test_lines_between_huge_and_equal_values():
    X = Ragged.from_rows([[-1.7e308, NAN, 1.7e308, NAN, NAN], [0.1, NAN, NAN, 0.1]])
    first, second = SequenceImputer("linear").fit_transform(X)
    assert first.ravel().tolist() == [-1.7e308, 0, 1.7e308, 1.7e308, 1.7e308]
    assert second.ravel().tolist() == [0.1] * 4


# -- padding ----------------------------------------------------------------------------------


def test_padding_stays_padding():
    X = np.full((2, 4, 2), NAN)
    X[0, 1:3] = [[1, NAN], [NAN, 4]]
    X[1] = 5
    out = SequenceImputer("linear").fit_transform(X)
    np.testing.assert_array_equal(out[0], [[NAN, NAN], [1, 4], [1, 4], [NAN, NAN]])
    imputer = SequenceImputer(add_indicator=True)
    filled = imputer.fit_transform(X)
    assert np.isnan(filled[0, [0, 3]]).all()
    np.testing.assert_array_equal(imputer.inverse_transform(filled), X)


def test_ends_of_a_row_with_one_feature():
    """In a list they are padding, in a Ragged gaps; in a table only the end is padding."""
    row = [NAN, 1.0, NAN, 3.0, NAN]
    fill = SequenceImputer("linear").fit_transform
    assert fill([np.array(row)])[0].tolist() == [1, 2, 3]
    assert fill(Ragged.from_rows([row]))[0].ravel().tolist() == [1, 1, 2, 3, 3]
    np.testing.assert_array_equal(fill(np.array([row])), [[1, 1, 2, 3, NAN]])
    np.testing.assert_array_equal(fill(np.array([row])[..., None])[..., 0], [[NAN, 1, 2, 3, NAN]])


def test_a_row_without_any_value_in_a_ragged():
    X = Ragged.from_rows([[2.0, 4.0], [NAN, NAN]])
    for strategy in ("last", "linear", "mean", "median"):
        assert SequenceImputer(strategy).fit_transform(X)[1].ravel().tolist() == [3, 3]
    with pytest.raises(ValueError, match=r"Row 1 of X has no steps left"):
        SequenceImputer().fit([[2.0, 4.0], [NAN, NAN]])


# -- containers -------------------------------------------------------------------------------

ROWS = [np.array([[1.0, NAN], [NAN, 5.0], [3.0, 6.0]]), np.array([[7.0, 9.0], [8.0, NAN]])]
LAST = [[[1, 20 / 3], [1, 5], [3, 6]], [[7, 9], [8, 9]]]


def test_the_kind_of_container_comes_back():
    frame = pd.DataFrame(
        {name: [pd.Series(row[:, j]) for row in ROWS] for j, name in enumerate("ab")},
        index=[10, 11],
    )
    imputer = SequenceImputer().fit(ROWS)
    for row, expected in zip(imputer.transform(ROWS), LAST, strict=True):
        np.testing.assert_allclose(row, expected)
    nested = imputer.fit(frame).transform(frame)
    assert nested.columns.tolist() == ["a", "b"] and nested.index.tolist() == [10, 11]
    np.testing.assert_allclose(nested.loc[10, "b"], [20 / 3, 5, 6])
    tensor = torch.tensor(ROWS[0][None])
    assert isinstance(imputer.transform(tensor), torch.Tensor)
    assert isinstance(imputer.transform(Ragged.from_rows(ROWS)), Ragged)
    table = pd.DataFrame([[1.0, NAN, 3.0]], columns=list("abc"))
    out = SequenceImputer().fit_transform(table)
    assert out.columns.tolist() == list("abc") and out.iloc[0].tolist() == [1, 1, 3]


def test_indicator_of_a_table_makes_steps_of_two_features():
    X = np.array([[1.0, NAN, 3.0], [4.0, 5.0, NAN]])
    imputer = SequenceImputer(add_indicator=True).fit(X)
    filled = imputer.transform(X)
    np.testing.assert_array_equal(filled, [[[1, 0], [1, 1], [3, 0]], [[4, 0], [5, 0], [NAN, NAN]]])
    np.testing.assert_array_equal(imputer.inverse_transform(filled)[..., 0], X)
    frame = pd.DataFrame(X, columns=list("abc"))
    filled = imputer.fit(frame).transform(frame)
    assert filled.shape == (2, 2) and filled.iloc[0, 1].tolist() == [0, 1, 0]


def test_windows_of_one_series_without_gaps_stay_windows():
    X = Ragged(np.arange(20.0), np.full(16, 5), np.arange(16))
    out = SequenceImputer().fit_transform(X)
    assert out.equals(X) and out.values.shape == X.values.shape
    assert not np.shares_memory(out.values, X.values)


def test_windows_of_one_series_are_filled_each_by_itself():
    series = np.array([1.0, NAN, 3.0])
    X = Ragged(series, [2, 2], [0, 1])
    out = SequenceImputer("linear").fit_transform(X)
    assert [row.ravel().tolist() for row in out] == [[1, 1], [3, 3]]


def test_the_users_array_may_be_read_only():
    X = np.stack([ROWS[0], ROWS[0]])
    X.flags.writeable = False
    before = X.copy()
    out = SequenceImputer("linear", add_indicator=True).fit_transform(X)
    out[:] = 0
    np.testing.assert_array_equal(X, before)


# -- parameters and errors --------------------------------------------------------------------


def test_a_way_back_only_with_the_indicator():
    assert not hasattr(SequenceImputer(), "inverse_transform")
    assert hasattr(SequenceImputer(add_indicator=True), "inverse_transform")
    assert hasattr(SequenceImputer(add_indicator="steps"), "inverse_transform")
    with pytest.raises(AttributeError) as error:
        SequenceImputer().fit(ROWS).inverse_transform(ROWS)
    assert "add_indicator=True" in str(error.value.__cause__)
    with pytest.raises(NotFittedError):
        SequenceImputer(add_indicator=True).inverse_transform(ROWS)
    with pytest.raises(ValueError, match=r"2 features per step.*SequenceImputer.transform gives 4"):
        SequenceImputer(add_indicator=True).fit(ROWS).inverse_transform([np.ones((3, 2))])


def test_the_way_back_for_rows_that_fit_did_not_see():
    imputer = SequenceImputer(add_indicator="steps").fit([np.ones((2, 2))])
    for row, same in zip(imputer.inverse_transform(imputer.transform(ROWS)), ROWS, strict=True):
        np.testing.assert_array_equal(row, same)


@pytest.mark.parametrize("strategy", ["last", "linear", "mean", "median"])
def test_a_feature_that_is_never_observed(strategy):
    X = [np.array([[1.0, NAN], [2.0, NAN]])]
    with pytest.raises(ValueError, match=r"Feature 1 of X has no observed value.*fill_value"):
        SequenceImputer(strategy).fit(X)
    (out,) = SequenceImputer(strategy, fill_value=-1).fit_transform(X)
    np.testing.assert_array_equal(out, [[1, -1], [2, -1]])


def test_fill_value_of_each_strategy():
    X = Ragged.from_rows([[NAN, 1.0, NAN, 3.0], [NAN]])
    expected = {
        "last": [9, 1, 1, 3, 9],
        "linear": [1, 1, 2, 3, 9],
        "mean": [2, 1, 2, 3, 2],
        "median": [2, 1, 2, 3, 2],
        "constant": [9, 1, 9, 3, 9],
    }
    for strategy, numbers in expected.items():
        out = SequenceImputer(strategy, fill_value=9).fit_transform(X)
        assert out.values.ravel().tolist() == numbers
    assert SequenceImputer("constant").fit(X).statistics_.tolist() == [0]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"strategy": "first"}, "'strategy' parameter"),
        ({"fill_value": NAN}, "'fill_value' parameter"),
        ({"fill_value": np.inf}, "'fill_value' parameter"),
        ({"add_indicator": "mask"}, "'add_indicator' parameter"),
    ],
)
def test_wrong_parameters(params, words):
    with pytest.raises(ValueError, match=words):
        SequenceImputer(**params).fit(ROWS)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([], "0 sample"),
        ([[]], "Row 0 of X has no steps"),
        ([[NAN, NAN]], "no steps left"),
        (np.full((2, 3, 1), NAN), "no steps left"),
        ([[1.0, NAN, np.inf]], r"infinity \(inf\) in row 0, step 2, feature 0"),
        (np.array([[1.0, -np.inf]]), "infinity"),
        ([["a"]], "holds text"),
        ((i for i in [[1.0]]), "only once"),
        (Ragged.from_rows([[1, 2]]), "token ids"),
    ],
)
def test_bad_input_is_refused(X, words):
    with pytest.raises((TypeError, ValueError), match=words):
        SequenceImputer().fit(X)


def test_a_failed_fit_changes_nothing():
    imputer = SequenceImputer().fit(ROWS)
    before = copy.deepcopy(vars(imputer))
    with pytest.raises(ValueError, match="no observed value"):
        imputer.fit([np.array([[1.0, NAN]])])
    assert vars(imputer).keys() == before.keys()
    np.testing.assert_array_equal(imputer.statistics_, before["statistics_"])
    with pytest.raises(ValueError, match=r"3 features per step.*fitted with 2"):
        imputer.transform([np.ones((2, 3))])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_answer_the_same(copied):
    imputer = SequenceImputer("linear", add_indicator=True).fit(ROWS)
    for one, other in zip(copied(imputer).transform(ROWS), imputer.transform(ROWS), strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(NotFittedError):
        clone(imputer).transform(ROWS)


# -- in front of a network --------------------------------------------------------------------

RNG = np.random.default_rng(0)
Y = np.tile([0, 1], 9)
CUBE = RNG.normal(size=(18, 5, 2)) + 2.0 * Y[:, None, None]
CUBE[RNG.random(CUBE.shape) < 0.2] = NAN
CUBE[:, [0, -1], 0] = 1.0  # no step at an end is all NaN, so that all forms hold the same rows
FORMS = {
    "3-D": CUBE,
    "list": list(CUBE),
    "nested frame": pd.DataFrame(
        {name: [pd.Series(row[:, j]) for row in CUBE] for j, name in enumerate("ab")}
    ),
    "Ragged": Ragged.from_rows(CUBE),
}


@pytest.mark.parametrize("form", FORMS)
def test_grid_search_over_strategies(form):
    network = RNNClassifier(hidden_size=3, max_epochs=2, stem=None, random_state=0)
    with pytest.raises(ValueError, match=r"NaN in row .* with skrnn.preprocessing.SequenceImputer"):
        network.fit(FORMS[form], Y)
    pipeline = make_pipeline(SequenceImputer(), network)
    grid = {
        "sequenceimputer__strategy": ["last", "linear"],
        "sequenceimputer__add_indicator": [False, True],
    }
    search = GridSearchCV(pipeline, grid, cv=2).fit(FORMS[form], Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    expected = clone(search.best_estimator_).fit(CUBE, Y).predict_proba(CUBE)
    np.testing.assert_allclose(search.predict_proba(FORMS[form]), expected, rtol=0, atol=1e-12)
