"""The continuous ranked probability score, beside the double sum and in closed form."""

from math import pi, sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from skrnn.metrics import continuous_ranked_probability_score as crps
from skrnn.metrics import pinball_loss


def by_double_sum(y, samples):
    n = len(samples)
    pairs = sum(abs(a - b) for a in samples for b in samples)
    return sum(abs(x - y) for x in samples) / n - pairs / (2 * n * (n - 1))


@given(
    n=st.integers(1, 3),
    h=st.integers(1, 4),
    size=st.integers(2, 9),
    shift=st.sampled_from([0.0, 1e9]),
    seed=st.integers(0, 99),
)
def test_against_the_double_sum(n, h, size, shift, seed):
    rng = np.random.default_rng(seed)
    actual = shift + rng.integers(-8, 8, (n, h)) / 4
    samples = shift + rng.integers(-8, 8, (n, h, size)) / 4
    flat = zip(actual.ravel(), samples.reshape(-1, size), strict=True)
    each = np.reshape([by_double_sum(*pair) for pair in flat], (n, h))
    assert crps(actual, samples=samples) == pytest.approx(np.mean(each))
    np.testing.assert_allclose(
        crps(actual, samples=samples, per_series=True), np.mean(each, axis=1), atol=1e-12
    )


def test_normal_distribution():
    y, sigma = 0.7, 2.0
    z = y / sigma
    exact = sigma * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / sqrt(pi))
    levels = (np.arange(1000) + 0.5) / 1000
    quantiles = sigma * norm.ppf(levels)
    by_quantiles = crps([y], quantiles_pred=quantiles[None], quantiles=levels)
    assert by_quantiles == pytest.approx(exact, rel=1e-3)
    samples = np.random.default_rng(0).normal(scale=sigma, size=(1, 200_000))
    assert crps([y], samples=samples) == pytest.approx(exact, rel=0.02)
    # Fair: the same on average for few samples as for many.
    few = samples.reshape(-1, 2)
    assert crps(np.full(len(few), y), samples=few) == pytest.approx(exact, rel=0.02)


def test_without_spread_it_is_the_absolute_error():
    assert crps([[1.0, 5.0]], samples=[[[3.0] * 4, [4.0] * 4]]) == 1.5
    assert crps([1.0, 5.0], quantiles_pred=[[3.0, 3.0], [4.0, 4.0]], quantiles=[0.25, 0.75]) == 1.5


def test_quantiles_are_twice_the_pinball_loss():
    rng = np.random.default_rng(0)
    actual, forecast = rng.normal(size=(3, 4)), rng.normal(size=(3, 4, 2))
    score = crps(actual, quantiles_pred=forecast, quantiles=[0.2, 0.7])
    assert score == pytest.approx(2 * pinball_loss(actual, forecast, [0.2, 0.7]))


def test_order_gaps_and_weights():
    rng = np.random.default_rng(0)
    actual, samples = rng.normal(size=(2, 3)), rng.normal(size=(2, 3, 5))
    score = crps(actual, samples=samples)
    assert crps(actual, samples=samples[:, :, ::-1]) == pytest.approx(score)
    actual[0, 1] = np.nan
    gap = crps(actual[0], samples=samples[0])
    assert gap == pytest.approx(crps(actual[0, [0, 2]], samples=samples[0, [0, 2]]))
    assert crps(actual, samples=samples, sample_weight=[1, 0]) == pytest.approx(gap)


def test_pandas():
    days = pd.date_range("2024-01-01", periods=2)
    paths = pd.DataFrame([[1.0, 3.0, 2.0], [4.0, 4.0, 5.0]], days)
    actual = pd.Series([2.0, 5.0], days)
    assert crps(actual, samples=paths) == crps([2.0, 5.0], samples=paths.to_numpy())
    with pytest.raises(ValueError, match="samples is not a forecast of the steps of y_true"):
        crps(actual, samples=paths.shift(1, freq="D"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "needs either samples, or quantiles_pred together with quantiles"),
        ({"samples": [[1, 2]], "quantiles": [0.5]}, "needs either samples"),
        ({"quantiles_pred": [[1, 2]]}, "needs either samples"),
        ({"samples": [[1, 2]], "quantiles_pred": [[1]], "quantiles": [0.5]}, "needs either"),
        ({"samples": [[1]]}, "samples has 1 draw for each step, but the CRPS needs at least 2"),
        ({"samples": [1, 2]}, r"samples has shape \(2,\), but must be \(steps, numbers\)"),
        ({"samples": [[1, np.nan]]}, "samples holds nan in step 0"),
        ({"quantiles_pred": [[1, 2]], "quantiles": [0.1, 2]}, "numbers between 0 and 1"),
        ({"quantiles_pred": [[1, 2]], "quantiles": [0.1]}, "quantiles_pred has 2 numbers"),
    ],
)
def test_wrong_calls(options, message):
    with pytest.raises(ValueError, match=message):
        crps([1.0], **options)
