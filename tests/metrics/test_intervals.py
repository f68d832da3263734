"""Metrics of intervals, beside loops and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.exceptions import UndefinedMetricWarning

from skrnn.metrics import interval_coverage, mean_scaled_interval_score, pinball_loss

nan = np.nan


@st.composite
def problems(draw):
    """Give actuals with gaps, and both ends."""
    n, h = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    actual = rng.integers(-3, 4, (n, h)).astype(float)
    actual[:, 1:][rng.random((n, h - 1)) < 0.3] = nan
    ends = np.sort(rng.integers(-3, 4, (2, n, h)), axis=0)
    return actual, *ends


@given(problem=problems(), level=st.sampled_from([50, 80.0, 95, 99]))
def test_against_loops(problem, level):
    train = [[0.0, 2.0, 1.0]] * len(problem[0])  # a scale of 1.5
    scores, shares = [], []
    for series in zip(*problem, strict=True):
        steps = [step for step in zip(*series, strict=True) if not np.isnan(step[0])]
        missed = [max(low - y, 0) + max(y - high, 0) for y, low, high in steps]
        widths = [high - low for _, low, high in steps]
        scores.append((np.mean(widths) + 2 / (1 - level / 100) * np.mean(missed)) / 1.5)
        shares.append(np.mean([low <= y <= high for y, low, high in steps]))
    options = {"y_train": train, "level": level}
    assert mean_scaled_interval_score(*problem, **options) == pytest.approx(np.mean(scores))
    each = mean_scaled_interval_score(*problem, **options, per_series=True)
    np.testing.assert_allclose(each, scores)
    assert interval_coverage(*problem) == pytest.approx(np.mean(shares))
    np.testing.assert_allclose(interval_coverage(*problem, per_series=True), shares)


def test_by_hand():
    # Widths 4 and 4, one miss by 1 at 90 %: (4 + 4 + 20 * 1) / 2 over a scale of 2.
    actual, lower, upper = [10.0, 14.0], [8.0, 9.0], [12.0, 13.0]
    score = mean_scaled_interval_score(actual, lower, upper, y_train=[6.0, 8.0, 10.0], level=90)
    assert score == pytest.approx(7)
    score = mean_scaled_interval_score(actual, lower, upper, y_train=[6.0, 8.0, 10.0])
    assert score == pytest.approx((8 + 40) / 2 / 2)


def test_it_is_the_pinball_loss_of_both_ends():
    rng = np.random.default_rng(0)
    actual, ends = rng.normal(size=(3, 4)), np.sort(rng.normal(size=(3, 4, 2)))
    score = mean_scaled_interval_score(
        actual, ends[..., 0], ends[..., 1], y_train=[[0, 1]] * 3, level=80
    )
    assert score == pytest.approx(4 / 0.2 * pinball_loss(actual, ends, [0.1, 0.9]))


def test_the_true_interval_is_best_and_covers_its_level():
    n = 20_000
    actual, ones = np.random.default_rng(0).normal(size=n), np.ones(n)
    half = norm.ppf([0.85, 0.9, 0.95])
    score = [
        mean_scaled_interval_score(actual, -x * ones, x * ones, y_train=[0, 1], level=80)
        for x in half
    ]
    assert np.argmin(score) == 1
    assert interval_coverage(actual, -half[1] * ones, half[1] * ones) == pytest.approx(
        0.8, abs=0.01
    )


def test_ends_belong_to_the_interval():
    assert interval_coverage([1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [2.0, 1.0, 1.0]) == 1.0


def test_weights_and_scales():
    actual, lower, upper = [[1.0], [1.0]], [[0.0], [2.0]], [[2.0], [3.0]]
    assert interval_coverage(actual, lower, upper, sample_weight=[3, 1]) == 0.75
    with pytest.warns(UndefinedMetricWarning, match="1 of 2 series are left out"):
        score = mean_scaled_interval_score(actual, lower, upper, y_train=[[0, 1], [5, 5]])
    assert score == 2.0


def test_pandas():
    days = pd.date_range("2024-01-01", periods=2)
    actual = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, days)
    columns = ["a", "a-lo-90", "a-hi-90", "b", "b-lo-90", "b-hi-90"]
    forecast = pd.DataFrame([[9.0, 0, 2, 9, 4, 5], [9.0, 1, 3, 9, 4, 5]], days, columns)
    lower, upper = forecast.filter(like="-lo-90"), forecast.filter(like="-hi-90")
    assert interval_coverage(actual, lower, upper) == 0.75
    assert interval_coverage(actual["a"], forecast["a-lo-90"], forecast["a-hi-90"]) == 1.0
    with pytest.raises(ValueError, match="Series 0 is called 'a' in y_true, but 'b' in y_upper"):
        interval_coverage(actual, lower, upper.iloc[:, ::-1])


@pytest.mark.parametrize("level", [0.95, 0, 1, 100, -5, nan, True, "95", None, [95]])
def test_wrong_levels(level):
    with pytest.raises(ValueError, match=r"level=.* must be a number between 1 and 100"):
        mean_scaled_interval_score([1.0], [0.0], [2.0], y_train=[0, 1], level=level)


def test_wrong_ends():
    with pytest.raises(ValueError, match="y_lower lies above y_upper in series 1, step 0: 2 and 1"):
        interval_coverage([[1.0], [nan]], [[0.0], [2.0]], [[2.0], [1.0]])
    with pytest.raises(ValueError, match="y_upper has 1 steps, y_true 2"):
        interval_coverage([1.0, 2.0], [0.0, 0.0], [1.0])
    with pytest.raises(ValueError, match="y_lower holds nan in step 1"):
        interval_coverage([1.0, 2.0], [0.0, nan], [1.0, 1.0])
