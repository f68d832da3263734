"""The scale of a series, beside a loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.metrics.reading import read_steps
from skrnn.metrics.scales import seasonal_scale

ONE = read_steps([1.0], "y_true")


def by_loop(series, season):
    pairs = zip(series[season:], series[:-season], strict=True)
    changes = [abs(later - earlier) for later, earlier in pairs]
    known = [change for change in changes if not np.isnan(change)]
    return np.mean(known) if known and np.mean(known) > 0 else np.nan


values = st.one_of(st.just(np.nan), st.integers(-3, 3).map(float))


@given(
    series=st.lists(st.lists(values, max_size=12), min_size=1, max_size=5), season=st.integers(1, 4)
)
def test_against_a_loop(series, season):
    series = [*series, [0.0] * season + [1.0]]  # so that one has a scale
    true = read_steps([[1.0]] * len(series), "y_true")
    scale = seasonal_scale(series, season, true)
    np.testing.assert_allclose(scale, [by_loop(each, season) for each in series])


def test_rounding_is_no_change():
    with pytest.raises(ValueError, match="no value differs from the one 1 steps before"):
        seasonal_scale([0.1 + 0.2, 0.3, 0.3], 1, ONE)
    assert seasonal_scale([2.0**-70, 2.0**-69], 1, ONE).item() == 2.0**-70


def test_a_gap_is_no_season():
    assert seasonal_scale([1.0, np.nan, 2.0, 5.0], 1, ONE).item() == 3.0


@pytest.mark.parametrize(
    ("train", "season", "message"),
    [
        ([3, 3, 3], 1, "There is no scale .* no value differs from the one 1 steps before"),
        ([1, 2, 3], 3, "the longest has 3 steps, and season=3 needs more than 3"),
        ([np.nan, np.nan], 1, "or one of the two is missing"),
        ([1, np.inf], 1, "y_train holds inf in step 1"),
        ([[1, 2], [3, 4]], 1, "y_train holds 2 series, y_true 1"),
        ([], 1, "y_train is empty"),
    ],
)
def test_training_series_without_a_scale(train, season, message):
    with pytest.raises(ValueError, match=message):
        seasonal_scale(train, season, ONE)
