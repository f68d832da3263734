"""Weights of a blend against a search over all of them."""

import numpy as np
import pytest

from skrnn.forecasting.blend import MOST_ROWS, Blend, blend_weights, cautious, own_weights

RNG = np.random.default_rng(0)


def error(weights, forecasts, actual, scale):
    blend = sum(w * f for w, f in zip(weights, forecasts, strict=True))
    return np.nanmean(np.abs(blend - actual) / scale[:, None])


@pytest.mark.parametrize("seed", range(4))
def test_no_other_weights_are_better(seed):
    rng = np.random.default_rng(seed)
    actual, scale = rng.normal(size=(30, 4)), rng.uniform(0.5, 2, 30)
    actual[rng.random(actual.shape) < 0.2] = np.nan
    truth = np.where(np.isnan(actual), 0.0, actual)
    forecasts = [truth + bias + rng.normal(size=(30, 4)) for bias in (0.0, 1.5, -1.0)]
    weights = blend_weights(forecasts, actual, scale, rng)
    assert (weights >= 0).all() and weights.sum() == pytest.approx(1.0)
    best = error(weights, forecasts, actual, scale)
    for other in [*np.eye(3), *rng.dirichlet(np.ones(3), 500)]:
        assert error(other, forecasts, actual, scale) >= best - 1e-9


def test_the_perfect_one_takes_all():
    actual = RNG.normal(size=(9, 3))
    weights = blend_weights([actual + 1, actual, -actual], actual, np.ones(9), RNG)
    assert weights == pytest.approx([0, 1, 0], abs=1e-9)


def test_rows_that_say_nothing_are_left_out():
    actual, scale = RNG.normal(size=(6, 2)), np.array([1.0, 0.0, np.nan, 1.0, 1.0, 1.0])
    wrong = actual.copy()
    wrong[[1, 2]] = 1e9
    actual[3] = np.nan
    assert blend_weights([wrong, actual * 0 + 5], actual, scale, RNG) == pytest.approx([1, 0])


def test_nothing_known():
    forecasts = [np.ones((2, 3))] * 4
    for actual, scale in [(np.full((2, 3), np.nan), np.ones(2)), (np.ones((2, 3)), np.zeros(2))]:
        assert blend_weights(forecasts, actual, scale, RNG) == pytest.approx([0.25] * 4)
    empty = [np.empty((0, 3))] * 2
    assert blend_weights(empty, np.empty((0, 3)), np.empty(0), RNG) == pytest.approx([0.5, 0.5])


def test_one_forecast():
    assert blend_weights([np.ones((5, 2))], np.zeros((5, 2)), np.ones(5), RNG) == [1.0]


def test_of_many_rows_some_are_drawn():
    n = MOST_ROWS + 500
    actual = RNG.normal(size=(n, 1))
    forecasts = [actual + RNG.normal(size=(n, 1)), actual + RNG.normal(size=(n, 1))]
    one, same, other = (
        blend_weights(forecasts, actual, np.ones(n), np.random.default_rng(s)) for s in (0, 0, 1)
    )
    assert np.array_equal(one, same) and not np.array_equal(one, other)
    assert one == pytest.approx([0.5, 0.5], abs=0.15)


def test_huge_errors_do_not_matter():
    actual = RNG.normal(size=(20, 2))
    weights = blend_weights([np.full((20, 2), 1e300), actual + 0.1], actual, np.ones(20), RNG)
    assert weights == pytest.approx([0, 1], abs=1e-6)


def test_own_weights_follow_the_errors_of_a_series():
    weights = np.array([0.6, 0.4, 0.0])
    errors = np.array([[1.0, 3.0, np.nan, 0.0], [1.0, 1.0, 2.0, 0.0], [1.0, 0.1, 2.0, 0.0]])
    own = own_weights(weights, errors, 4)
    assert own.shape == (4, 3) and own.sum(axis=1) == pytest.approx(np.ones(4))
    np.testing.assert_allclose(own[[0, 2, 3]], np.tile(weights, (3, 1)))  # nothing is known
    assert own[1, 1] > 0.9 and (own[:, 2] == 0).all()


def test_own_weights_trust_more_forecasts_more_up_to_ten():
    weights, errors = np.full(2, 0.5), np.array([[1.0], [1.5]])
    found = [own_weights(weights, errors, n)[0, 0] for n in (1, 3, 10, 50)]
    assert 0.5 < found[0] < found[1] < found[2] == found[3] < 1
    assert found[0] == pytest.approx(1 / (1 + np.exp(-0.75 * 0.5 / 1.25)))


def test_a_blend_of_known_and_unknown_series():
    blend = Blend({"a": 0.25, "b": 0.75}, {"x": np.array([1.0, 0.0])})
    said = {"a": np.array([[1.0, 2.0], [1.0, 2.0]]), "b": np.zeros((2, 2))}
    np.testing.assert_allclose(blend.mix(said, ["x", "y"]), [[1.0, 2.0], [0.25, 0.5]])
    assert blend.of([]).shape == (0, 2)


def test_caution_gives_up_what_may_be_luck():
    weights = np.array([0.5, 0.3, 0.2])
    sure, doubtful = (gain + np.tile([-1.0, 1.0], 10) for gain in (10.0, 0.5))
    assert cautious(weights, 1, sure) == pytest.approx(weights, abs=0.01)
    found = cautious(weights, 1, doubtful)
    share = 2 * doubtful.var(ddof=1) / 20 / 0.5**2
    assert 0.2 < share < 0.8
    assert found == pytest.approx((1 - share) * weights + share * np.array([0, 1, 0]))
    for none in (-sure, np.zeros(20)):
        assert cautious(weights, 1, none).tolist() == [0, 1, 0]
    assert cautious(weights, 1, -sure[:7]) is weights  # too few to tell
