"""Quantiles of earlier errors: their coverage, their order, and paths drawn from them."""

import numpy as np
import pytest
from scipy.stats import norm

from skrnn.forecasting.conformal import ENOUGH, Conformal

RNG = np.random.default_rng(0)
LEVELS = np.array([0.001, 0.01, 0.025, 0.1, 0.3, 0.49, 0.51, 0.7, 0.9, 0.975, 0.99, 0.999])


@pytest.mark.parametrize("n", [0, 1, 2, 5, 30, 399, 400, 2000])
@pytest.mark.parametrize("shift", [0.0, 3.0, -3.0])
def test_quantiles_are_in_order_and_on_their_side(n, shift):
    conformal = Conformal(RNG.normal(size=(n, 3)) + shift)
    found = np.array([conformal.quantile(q) for q in LEVELS])
    assert np.isfinite(found).all() and found.shape == (12, 3)
    assert (np.diff(found, axis=0) >= 0).all()
    assert (found[LEVELS < 0.5] <= 0).all() and (found[LEVELS > 0.5] >= 0).all()


@pytest.mark.parametrize("q", [0.05, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("n", [50, 500])
def test_coverage(q, n):
    """A new error lies below the quantile as often as it says, and never less, on average."""
    trials = 400
    sample = RNG.standard_t(3, size=(trials, n + 1))
    found = [Conformal(row[:n, None]).quantile(q)[0] for row in sample]
    share = (sample[:, n] <= found).mean()
    assert share == pytest.approx(q, abs=0.05)


def test_the_rank_is_that_of_conformal_prediction():
    scores = RNG.permutation(np.arange(-99.0, 100.0))  # 199 of them
    conformal = Conformal(scores[:, None])
    assert conformal.quantile(0.75) == [np.sort(scores)[-50]]
    assert conformal.quantile(0.25) == [np.sort(scores)[49]]


def test_tails_beyond_the_sample_go_on():
    conformal = Conformal(RNG.normal(size=(19, 1)))
    assert conformal.quantile(0.999) > conformal.scores.max()
    assert conformal.quantile(0.001) < conformal.scores.min()
    assert conformal.quantile(0.9999) > conformal.quantile(0.999)


def test_forecasts_that_overlap_tell_no_more_than_those_apart():
    n, every = 800, 20  # each error lasts for 20 forecasts
    trials, q = 500, 0.9
    sample = RNG.normal(size=(trials, n // every + 1))
    inside = []
    for row in sample:
        scores = np.repeat(row[:-1], every)[:, None]
        lower, upper = (Conformal(scores, n // every).quantile(p)[0] for p in (1 - q, q))
        inside.append(lower <= row[-1] <= upper)
        assert upper >= Conformal(scores).quantile(q)[0]
    assert np.mean(inside) == pytest.approx(2 * q - 1, abs=0.05)


def test_few_errors_count_on_both_sides():
    scores = np.abs(RNG.normal(size=(200, 1))) + 1
    assert Conformal(scores, 30).quantile(0.1) == [0.0]
    few = Conformal(scores, 10)
    assert few.quantile(0.1) == -few.quantile(0.9) and few.quantile(0.1)[0] < -1
    paths = few.draw(1000, np.random.default_rng(0))
    assert 0.4 < (paths < 0).mean() < 0.6


def test_all_apart_is_the_default():
    scores = RNG.normal(size=(500, 2))
    one, same = Conformal(scores), Conformal(scores, 500)
    assert all(np.array_equal(one.quantile(q), same.quantile(q)) for q in LEVELS)


def test_without_scores():
    for scores in (np.empty((0, 2)), np.full((5, 2), np.nan)):
        found = Conformal(scores).quantile(0.975)
        assert found == pytest.approx(np.full(2, norm.ppf(0.975) / norm.ppf(0.9)))


def test_few_scores_borrow_from_their_neighbours():
    scores = np.full((30, 5), np.nan)
    scores[:, 2] = RNG.normal(size=30)
    found = Conformal(scores).quantile(0.8)
    assert found == pytest.approx(np.full(5, found[2])) and found[0] > 0
    enough = RNG.normal(size=(ENOUGH, 2)) * [1.0, 10.0]
    one, other = Conformal(enough).quantile(0.9)
    assert other > 4 * one  # each has enough of its own


@pytest.mark.parametrize("n", [0, 3, 100, 1000])
def test_paths_have_the_quantiles_of_their_steps(n):
    conformal = Conformal(RNG.normal(size=(n, 4)) * [1, 2, 3, 4])
    paths = conformal.draw(20_000, np.random.default_rng(0))
    assert paths.shape == (20_000, 4) and np.isfinite(paths).all()
    if n >= 100:
        for q in (0.1, 0.9):
            expected = conformal.quantile(q)
            assert np.quantile(paths, q, axis=0) == pytest.approx(expected, rel=0.25)


def test_paths_go_together_as_errors_did():
    one = RNG.normal(size=(1000, 1))
    scores = np.hstack([one, one + 0.1 * RNG.normal(size=(1000, 1)), -one])
    paths = Conformal(scores).draw(5000, np.random.default_rng(0))
    found = np.corrcoef(paths.T)
    assert found[0, 1] > 0.9 and found[0, 2] < -0.9


def test_draws_are_those_of_the_generator():
    conformal = Conformal(RNG.normal(size=(50, 2)))
    one, same, other = (conformal.draw(5, np.random.default_rng(s)) for s in (0, 0, 1))
    assert np.array_equal(one, same) and not np.array_equal(one, other)
