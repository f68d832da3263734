import copy
import pickle
from fractions import Fraction

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
from skrnn.preprocessing import Resampler, SequenceImputer
from skrnn.preprocessing.resampler import low_pass, ratio_of

METHODS = ["linear", "decimate"]
RATES = [0.1, 0.25, 1 / 3, 0.5, 0.7, 1.0, 1.5, 2.0]

NUMBERS = st.floats(-100, 100, width=32)


@st.composite
def ragged(draw, elements=NUMBERS):
    """Rows that may overlap and lie in any order."""
    n_steps, n_features = draw(st.integers(1, 30)), draw(st.integers(1, 3))
    values = draw(arrays(np.float64, (n_steps, n_features), elements=elements))
    starts = draw(st.lists(st.integers(0, n_steps - 1), min_size=1, max_size=5))
    lengths = [draw(st.integers(1, n_steps - start)) for start in starts]
    return Ragged(values, lengths, starts)


LENGTH_OR_RATE = st.one_of(
    st.builds(dict, length=st.integers(1, 40)), st.builds(dict, rate=st.sampled_from(RATES))
)


@parametrize_with_checks(
    [
        Resampler(7),
        Resampler(rate=0.5, method="decimate"),
        Resampler(length=4, method="decimate"),
    ]
)
def test_contract_of_scikit_learn(estimator, check):
    check(estimator)


@given(X=ragged(), params=LENGTH_OR_RATE)
def test_lines_like_a_loop_over_rows(X, params):
    out = Resampler(**params).fit_transform(X)
    for new, row in zip(out, X, strict=True):
        steps = params.get("length") or max(1, round(len(row) * params["rate"]))
        middle = [(len(row) - 1) / 2]
        grid = np.linspace(0, len(row) - 1, steps) if steps > 1 else middle
        expected = [np.interp(grid, np.arange(len(row)), column) for column in row.T]
        np.testing.assert_allclose(new, np.transpose(expected), rtol=1e-12, atol=1e-12)


def naive_filter(row, steps, spacing):
    """Weigh the steps around each new one by a sinc in a Kaiser window, beyond the ends too."""
    if steps == 1:
        return row.mean(axis=0, keepdims=True)
    widest = max(1.0, spacing)
    reach = 10 * widest
    new = []
    for k in range(steps):
        t = np.arange(np.ceil(k * spacing - reach - 1e-9), k * spacing + reach + 1e-9)
        away = (t - k * spacing) / reach
        weight = np.sinc(10 * away) * np.i0(5 * np.sqrt(np.maximum(1 - away**2, 0)))
        new.append(weight @ row[np.clip(t, 0, len(row) - 1).astype(int)] / weight.sum())
    return np.array(new)


@given(X=ragged(), params=LENGTH_OR_RATE)
def test_filter_like_a_loop_over_steps(X, params):
    out = Resampler(**params, method="decimate").fit_transform(X)
    for new, row in zip(out, X, strict=True):
        steps = params.get("length") or max(1, round(len(row) * params["rate"]))
        spacing = 1 / params["rate"] if "rate" in params else len(row) / steps
        np.testing.assert_allclose(new, naive_filter(row, steps, spacing), rtol=1e-9, atol=1e-9)


@given(X=ragged(elements=st.just(0.1)), params=LENGTH_OR_RATE, method=st.sampled_from(METHODS))
def test_a_constant_stays_constant(X, params, method):
    out = Resampler(**params, method=method).fit_transform(X)
    np.testing.assert_allclose(out.values, 0.1, rtol=0 if method == "linear" else 1e-13)


@given(X=ragged(), params=LENGTH_OR_RATE, method=st.sampled_from(METHODS))
def test_a_row_alone_gives_what_it_gives_among_others(X, params, method):
    resampler = Resampler(**params, method=method).fit(X)
    together = resampler.transform(X)
    for i in range(len(X)):
        assert resampler.transform(X[i : i + 1]).equals(together[i : i + 1])


@pytest.mark.parametrize("params", [{"rate": 0.25}, {"length": 100}, {"rate": 0.3}])
def test_what_is_too_fast_vanishes_and_what_is_slow_survives(params):
    time = np.arange(400)
    rate = params.get("rate", 0.25)
    resampler = Resampler(**params, method="decimate")
    new = np.arange(round(400 * rate)) / rate
    inner = (new > 50) & (new < 350)

    def passed(frequency):  # in turns per step; the new grid can show up to rate / 2
        sine = np.sin(2 * np.pi * frequency * time)[None]
        return resampler.fit_transform(sine)[0, inner]

    slow = 0.5 * rate / 2
    np.testing.assert_allclose(passed(slow), np.sin(2 * np.pi * slow * new[inner]), atol=0.01)
    assert abs(passed(1.4 * rate / 2)).max() < 0.01
    kept = resampler.set_params(method="linear")
    assert abs(kept.fit_transform(np.sin(2.8 * np.pi * rate / 2 * time)[None])).max() > 0.5


def test_going_up_keeps_the_steps_there_were():
    X = np.random.default_rng(0).normal(size=(3, 20, 2))
    up = Resampler(rate=3, method="decimate").fit_transform(X)
    assert up.shape == (3, 60, 2)
    np.testing.assert_allclose(up[:, ::3], X, atol=1e-12)
    wave = np.sin(0.2 * np.arange(100))[None]
    finer = Resampler(rate=2, method="decimate").fit_transform(wave)[0]
    np.testing.assert_allclose(finer[40:160], np.sin(0.1 * np.arange(40, 160)), atol=0.005)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("params", [{"length": 6}, {"rate": 1.0}, {}])
def test_the_same_grid_is_the_identity(method, params):
    X = np.random.default_rng(0).normal(size=(3, 6, 2))
    out = Resampler(**params, method=method).fit_transform(X)
    np.testing.assert_array_equal(out, X)
    assert not np.shares_memory(out, X)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("params", [{"length": 5}, {"length": 1}, {"rate": 0.1}, {"rate": 3}])
def test_rows_of_one_step(method, params):
    out = Resampler(**params, method=method).fit_transform([np.array([[4.0, 7.0]])])
    steps = params.get("length") or max(1, round(params["rate"]))
    np.testing.assert_allclose(out[0], [[4.0, 7.0]] * steps, rtol=1e-13)


def test_where_one_step_comes_out():
    X = [[0.0, 1.0, 5.0, 10.0]]
    assert Resampler(1).fit_transform(X).tolist() == [[3.0]]
    assert Resampler(1, method="decimate").fit_transform(X).tolist() == [[4.0]]


def test_steps_of_the_longest_row_of_fit_by_default():
    resampler = Resampler().fit([[1.0, 2.0, 3.0], [4.0, 8.0]])
    assert resampler.n_steps_ == 3
    out = resampler.transform([[4.0, 8.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    assert [row.tolist() for row in out] == [[4, 6, 8], [1, 3, 5]]
    assert not hasattr(resampler.set_params(rate=2).fit([[1.0]]), "n_steps_")


@pytest.mark.parametrize("method", METHODS)
def test_float32_stays(method):
    X = np.random.default_rng(0).normal(size=(3, 9, 2))
    single = Resampler(4, method=method).fit_transform(X.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, Resampler(4, method=method).fit_transform(X), atol=1e-6)


# -- the filter -------------------------------------------------------------------------------


@pytest.mark.parametrize(("up", "down"), [(1, 2), (1, 7), (3, 2), (5, 8), (4, 1)])
def test_every_phase_of_the_filter_adds_up_to_the_same(up, down):
    taps = low_pass(up, down)
    assert len(taps) == 20 * max(up, down) + 1
    np.testing.assert_allclose(taps, taps[::-1], atol=1e-15)
    for phase in range(up):
        assert taps[phase::up].sum() == pytest.approx(1 / up, rel=1e-14)


@pytest.mark.parametrize(
    ("rate", "ratio"),
    [
        (0.5, Fraction(1, 2)),
        (0.1, Fraction(1, 10)),
        (1 / 3, Fraction(1, 3)),
        (0.7, Fraction(7, 10)),
        (1.5, Fraction(3, 2)),
        (1.0, Fraction(1)),
        (1e-6, Fraction(1, 1_000_000)),
    ],
)
def test_rates_are_ratios(rate, ratio):
    assert ratio_of(rate) == ratio


@given(rate=st.floats(1e-3, 1e3))
def test_ratios_are_near_and_small(rate):
    ratio = ratio_of(rate)
    assert max(ratio.numerator, ratio.denominator) <= 10_100
    assert float(ratio) == pytest.approx(rate, rel=1e-3)


# -- containers, parameters and errors --------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_the_kind_of_container_comes_back(method):
    rows = [np.arange(6.0).reshape(3, 2), np.arange(10.0).reshape(5, 2)]
    resampler = Resampler(4, method=method).fit(rows)
    out = resampler.transform(rows)
    assert isinstance(out, list) and [row.shape for row in out] == [(4, 2)] * 2
    assert isinstance(resampler.transform(Ragged.from_rows(rows)), Ragged)
    assert resampler.transform(torch.zeros(2, 3, 2)).shape == (2, 4, 2)
    frame = pd.DataFrame(
        {name: [pd.Series(row[:, j]) for row in rows] for j, name in enumerate("ab")},
        index=[10, 11],
    )
    nested = resampler.fit(frame).transform(frame)
    assert nested.columns.tolist() == ["a", "b"] and nested.index.tolist() == [10, 11]
    np.testing.assert_array_equal(nested.loc[11, "b"], out[1][:, 1])
    padded = np.full((2, 5, 2), np.nan)
    padded[0, 2:], padded[1] = rows
    np.testing.assert_array_equal(resampler.fit(padded).transform(padded), np.stack(out))
    halves = Resampler(rate=0.5, method=method).fit_transform(padded)
    assert halves.shape == (2, 2, 2)


@pytest.mark.parametrize("method", METHODS)
def test_the_users_array_may_be_read_only(method):
    X = np.arange(12.0).reshape(2, 6, 1)
    X.flags.writeable = False
    out = Resampler(3, method=method).fit_transform(X)
    out[:] = 99
    assert X.max() == 11


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"length": 0}, "'length' parameter"),
        ({"length": 2.5}, "'length' parameter"),
        ({"rate": 0}, "'rate' parameter"),
        ({"rate": np.inf}, "'rate' parameter"),
        ({"rate": np.nan}, "'rate' parameter"),
        ({"method": "nearest"}, "'method' parameter"),
        ({"length": 3, "rate": 0.5}, r"length=3 and rate=0.5 are both set; set one"),
    ],
)
def test_wrong_parameters(params, words):
    resampler = Resampler().fit([[1.0, 2.0]])
    before = dict(vars(resampler.set_params(**params)))
    with pytest.raises(ValueError, match=words):
        resampler.fit([[1.0, 2.0, 3.0]])
    assert vars(resampler) == before


@pytest.mark.parametrize(
    ("X", "words"),
    [
        ([], "0 sample"),
        ([[]], "Row 0 of X has no steps"),
        ([[np.nan, np.nan]], "no steps left"),
        ([[1.0, np.nan, 2.0]], "with skrnn.preprocessing.SequenceImputer"),
        ([[1.0, np.inf]], "infinity"),
        ([["a"]], "holds text"),
        ((i for i in [[1.0]]), "only once"),
        (Ragged.from_rows([[1, 2]]), "token ids"),
    ],
)
def test_bad_input_is_refused(X, words):
    with pytest.raises((TypeError, ValueError), match=words):
        Resampler().fit(X)


def test_features_must_be_those_of_fit():
    resampler = Resampler(3).fit(np.ones((2, 4, 2)))
    with pytest.raises(ValueError, match=r"3 features per step.*fitted with 2"):
        resampler.transform(np.ones((2, 4, 3)))
    with pytest.raises(NotFittedError):
        clone(resampler).transform(np.ones((2, 4, 2)))
    assert not hasattr(resampler, "inverse_transform")


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_copies_answer_the_same(copied):
    X = np.random.default_rng(0).normal(size=(3, 9, 2))
    resampler = Resampler(rate=0.4, method="decimate").fit(X)
    np.testing.assert_array_equal(copied(resampler).transform(X), resampler.transform(X))


# -- in front of a network --------------------------------------------------------------------

RNG = np.random.default_rng(0)
Y = np.tile([0, 1], 9)
ROWS = [RNG.normal(size=(n, 2)) + 2.0 * y for n, y in zip(RNG.integers(4, 9, 18), Y, strict=True)]
for gap in ROWS:
    gap[2, 1] = np.nan
FORMS = {
    "list": ROWS,
    "3-D padded": Ragged.from_rows(ROWS).to_padded(),
    "nested frame": pd.DataFrame(
        {name: [pd.Series(row[:, j]) for row in ROWS] for j, name in enumerate("ab")}
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_grid_search_over_methods(form):
    network = RNNClassifier(hidden_size=3, max_epochs=2, stem=None, random_state=0)
    pipeline = make_pipeline(SequenceImputer("linear"), Resampler(rate=0.5), network)
    grid = {"resampler__method": METHODS, "resampler__rate": [0.5, 1.0]}
    search = GridSearchCV(pipeline, grid, cv=2).fit(FORMS[form], Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    expected = clone(search.best_estimator_).fit(ROWS, Y).predict_proba(ROWS)
    np.testing.assert_allclose(search.predict_proba(FORMS[form]), expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("rate", [np.float32(0.5), np.float16(0.5), np.int64(2)])
def test_rates_of_other_types(rate):
    X = [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0]]
    found, expected = Resampler(rate=rate).fit_transform(X), Resampler(rate=float(rate))
    for row, other in zip(found, expected.fit_transform(X), strict=True):
        np.testing.assert_array_equal(row, other)


def test_rates_whose_inverse_is_no_number():
    assert [len(row) for row in Resampler(rate=1e-320).fit_transform([[1.0, 2.0], [3.0]])] == [1, 1]
