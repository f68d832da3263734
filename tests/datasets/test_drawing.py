import numpy as np
import pytest

from skrnn.datasets.drawing import draw_labels, draw_lengths


def test_labels_are_even():
    labels = draw_labels(np.random.RandomState(0), 11, ["a", "b", "c"])
    assert np.unique(labels, return_counts=True)[1].tolist() == [4, 4, 3]
    assert labels.tolist() != sorted(labels)


def test_lengths_reach_both_ends():
    lengths = draw_lengths(np.random.RandomState(0), 200, "steps", 3, 5)
    assert set(lengths) == {3, 4, 5}
    assert set(draw_lengths(np.random.RandomState(0), 5, "steps", 4, 4)) == {4}


def test_crossed_lengths():
    with pytest.raises(ValueError, match="min_steps=5 is above max_steps=3"):
        draw_lengths(np.random.RandomState(0), 5, "steps", 5, 3)
