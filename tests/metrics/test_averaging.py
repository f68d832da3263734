"""Means over steps and series, with weights."""

import numpy as np
import pytest

from skrnn.metrics.averaging import average
from skrnn.metrics.reading import read_steps

nan = np.nan
TRUE = read_steps([[5.0, 5.0, 5.0], [5.0, nan, 5.0], [nan, nan, nan]], "y_true")
ONE = read_steps([5.0, 5.0, nan], "y_true")
LOSS = np.array([[1.0, 2.0, 3.0], [4.0, nan, 8.0], [nan, nan, nan]])


def test_every_series_counts_the_same():
    assert average(LOSS, TRUE) == 4.0
    np.testing.assert_array_equal(average(LOSS, TRUE, per_series=True), [2.0, 6.0, nan])


def test_weights_of_series():
    assert average(LOSS, TRUE, [3, 1, 9]) == 3.0
    assert average(LOSS, TRUE, [2, 0, 0]) == 2.0
    assert average(LOSS, TRUE, np.ones(3)) == average(LOSS, TRUE)


def test_weights_of_steps():
    assert average(LOSS[:1], ONE, [3, 1, 9]) == 1.25
    np.testing.assert_array_equal(average(LOSS[:1], ONE, [0, 1, 0], per_series=True), [2.0])


def test_scale():
    with pytest.warns(UserWarning, match="1 of 3 series are left out .* series 1: "):
        assert average(LOSS, TRUE, scale=np.array([4.0, nan, 1.0])) == 0.5
    assert average(LOSS, TRUE, [1, 0, 1], scale=np.array([4.0, nan, 1.0])) == 0.5  # silently
    each = average(LOSS, TRUE, per_series=True, scale=np.array([4.0, nan, 1.0]))
    np.testing.assert_array_equal(each, [0.5, nan, nan])


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1, 2], r"shape \(2,\), but must be \(3,\): one weight for each series"),
        ([[1], [2], [3]], r"shape \(3, 1\), but must be \(3,\)"),
        ([1, -1, 2], "but holds -1.0"),
        ([1, nan, 2], "but holds nan"),
        ([0, 0, 0], "not all of them 0"),
        (["a", 1, 2], "sample_weight must hold numbers"),
        ([0, 0, 1], "Nothing is left to average"),
    ],
)
def test_wrong_weights(weight, message):
    with pytest.raises(ValueError, match=message):
        average(LOSS, TRUE, weight)


def test_weights_mean_nothing_for_each_series():
    with pytest.raises(ValueError, match="per_series=True gives a number of each series by itself"):
        average(LOSS, TRUE, [1, 1, 1], per_series=True)
    with pytest.raises(ValueError, match="one weight for each step of the series"):
        average(LOSS[:1], ONE, [1])
