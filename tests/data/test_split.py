"""Rows held back, in proportion to the labels."""

import numpy as np
import pytest

from skrnn.data.split import hold_back


def split(n, fraction, labels=None, seed=0):
    return hold_back(n, fraction, np.random.default_rng(seed), labels)


@pytest.mark.parametrize("n", [2, 3, 10, 101])
@pytest.mark.parametrize("fraction", [0.01, 0.1, 0.3])
@pytest.mark.parametrize("stratified", [False, True])
def test_parts(n, fraction, stratified):
    labels = np.zeros(n, dtype=int) if stratified else None
    kept, held = split(n, fraction, labels)
    assert sorted([*kept, *held]) == list(range(n))
    assert len(held) == max(1, round(fraction * n))
    assert (np.diff(kept) > 0).all() and (np.diff(held) > 0).all()


def test_in_proportion():
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    for seed in range(20):
        _, held = split(100, 0.2, labels, seed)
        assert np.abs(np.bincount(labels[held], minlength=3) - [12, 6, 2]).max() <= 1


def test_a_class_of_one_row_stays():
    labels = np.array([0] * 5 + [1] * 5 + [2])
    for seed in range(20):
        kept, _ = split(11, 0.5, labels, seed)
        assert 10 in kept


def test_every_row_may_be_held_back():
    labels = np.repeat([0, 1], 5)
    seen = np.concatenate([split(10, 0.2, labels, seed)[1] for seed in range(60)])
    assert set(seen) == set(range(10))
    seen = np.concatenate([split(10, 0.2, None, seed)[1] for seed in range(60)])
    assert set(seen) == set(range(10))


@pytest.mark.parametrize("labels", [None, np.repeat([0, 1, 2], [60, 30, 10])])
def test_rows_are_equally_likely(labels):
    count = np.zeros(100)
    for seed in range(400):
        count[split(100, 0.2, labels, seed)[1]] += 1
    assert abs(count.mean() - 80) < 1e-9 and count.min() > 40 and count.max() < 125


def test_the_generator_decides():
    for one, other in zip(split(50, 0.2), split(50, 0.2), strict=True):
        assert np.array_equal(one, other)
    assert not np.array_equal(split(50, 0.2)[1], split(50, 0.2, seed=1)[1])


@pytest.mark.parametrize(
    ("n", "fraction", "labels"),
    [(1, 0.1, None), (2, 0.9, None), (10, 0.96, None), (3, 0.1, np.arange(3))],
)
def test_too_few(n, fraction, labels):
    with pytest.raises(
        ValueError, match=f"early_stopping would hold back .* of {n} different rows"
    ):
        split(n, fraction, labels)
