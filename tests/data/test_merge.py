"""Identical rows become one weighted row."""

import tracemalloc

import numpy as np
import pytest

from skrnn.data import Ragged
from skrnn.data.merge import merge_rows


def merged(X, target, weight=None):
    """Give what is left, as sorted (row, target, weight)."""
    weight = np.ones(len(X)) if weight is None else np.asarray(weight, dtype=float)
    rows, weight = merge_rows(X, target, weight)
    targets = [None] * len(rows) if target is None else target[rows].tolist()
    parts = zip((X[int(i)].ravel().tolist() for i in rows), targets, weight.tolist(), strict=True)
    return sorted(parts, key=repr)


X = Ragged.from_rows([[1.0, 2.0], [3.0], [1.0, 2.0], [1.0], [3.0]])


def test_rows_and_targets_must_both_be_the_same():
    assert merged(X, np.array([0, 0, 0, 0, 1])) == [
        ([1.0, 2.0], 0, 2.0),
        ([1.0], 0, 1.0),
        ([3.0], 0, 1.0),
        ([3.0], 1, 1.0),
    ]


def test_without_a_target():
    assert merged(X, None) == [([1.0, 2.0], None, 2.0), ([1.0], None, 1.0), ([3.0], None, 2.0)]


def test_targets_of_several_columns():
    target = np.array([[0.0, 1.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0], [2.0, 2.0]])
    assert [weight for *_, weight in merged(X, target)] == [1.0, 1.0, 1.0, 2.0]


def test_weights_add_up():
    assert merged(X, np.zeros(5), [1, 2, 3, 4, 5.5]) == [
        ([1.0, 2.0], 0.0, 4.0),
        ([1.0], 0.0, 4.0),
        ([3.0], 0.0, 7.5),
    ]


def test_zero_has_one_sign():
    X = Ragged.from_rows([[0.0, 1.0], [-0.0, 1.0]])
    assert len(merged(X, np.array([0.0, -0.0]))) == 1


def test_length_counts():
    X = Ragged.from_rows([np.zeros((1, 2)), np.zeros((2, 2)), np.zeros((1, 2))])
    assert len(merged(X, None)) == 2


def test_ids():
    assert len(merged(Ragged(np.array([5, 6, 5, 6, 6]), [2, 2, 1]), None)) == 2
    assert len(merged(Ragged(np.array([5, 6, 5, 7, 5]), [2, 2, 1]), None)) == 3


@pytest.mark.parametrize("with_target", [True, False])
def test_order_depends_on_contents_alone(with_target):
    rng = np.random.default_rng(0)
    X = Ragged.from_rows([rng.integers(0, 3, n).astype(float) for n in rng.integers(1, 4, 60)])
    target, weight = rng.integers(0, 2, 60), rng.random(60)
    results = []
    for order in (np.arange(60), rng.permutation(60), np.arange(60)[::-1]):
        y = target[order] if with_target else None
        rows, total = merge_rows(X[order], y, weight[order])
        results.append(([x.tolist() for x in X[order][rows]], total.tolist()))
    assert results[0] == results[1] == results[2]
    assert len(results[0][1]) < 60


def test_single_precision_is_ordered_alike():
    rng = np.random.default_rng(0)
    values = rng.normal(size=40).astype(np.float32)
    single, double = Ragged(values, [2] * 20), Ragged(values.astype(np.float64), [2] * 20)
    weight = np.ones(20)
    rows = [merge_rows(X, None, weight)[0].tolist() for X in (single, double)]
    assert rows[0] == rows[1]


def test_what_lies_between_the_rows_does_not_count():
    X = Ragged(np.array([1.0, 2.0, np.nan, 1.0, 2.0, 7.0]), [2, 2], [0, 3])
    assert len(merged(X, None)) == 1


def test_nothing_is_changed():
    before = X.values.copy()
    merge_rows(X, np.zeros(5), np.ones(5))
    assert np.array_equal(X.values, before)


def test_windows_share_their_memory():
    X = Ragged.from_windows(np.tile([1.0, 2.0, 3.0], 4), 3)
    assert merged(X, None) == [
        ([1.0, 2.0, 3.0], None, 4.0),
        ([2.0, 3.0, 1.0], None, 3.0),
        ([3.0, 1.0, 2.0], None, 3.0),
    ]


def test_layout_does_not_matter():
    rng = np.random.default_rng(0)
    values, target = rng.normal(size=(30, 2)), rng.normal(size=(24, 2))
    weight = np.ones(24)
    rows = merge_rows(Ragged.from_windows(values, 7), target, weight)[0]
    other = Ragged.from_windows(np.asfortranarray(values), 7)
    assert rows.tolist() == merge_rows(other, np.asfortranarray(target), weight)[0].tolist()
    assert rows.tolist() == merge_rows(other.compact(), target, weight)[0].tolist()


def test_windows_are_not_written_out():
    X = Ragged.from_windows(np.arange(6_000.0), 1_000)
    tracemalloc.start()
    try:
        rows, _ = merge_rows(X, np.zeros(len(X)), np.ones(len(X)))
        assert tracemalloc.get_traced_memory()[1] < 8 * X.lengths.sum() / 10
    finally:
        tracemalloc.stop()
    assert len(rows) == len(X) == 5_001
