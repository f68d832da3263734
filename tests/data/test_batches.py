"""Batches of similar length, cut out of whole tensors."""

import numpy as np
import pytest
import torch

from skrnn.data import Ragged
from skrnn.data.batches import POOL, Sequences, bucket_batches, padded_fraction


def lengths_of(n, seed=0):
    return np.random.default_rng(seed).lognormal(3, 0.8, n).astype(int) + 1


@pytest.mark.parametrize("n", [1, 2, 7, 64, 65, 1000, 7000])
@pytest.mark.parametrize("batch_size", [1, 32, 5000])
@pytest.mark.parametrize("seed", [None, 0])
def test_every_row_is_in_one_batch(n, batch_size, seed):
    if n > 1000 and batch_size == 1:
        return
    rng = None if seed is None else np.random.default_rng(seed)
    batches = bucket_batches(lengths_of(n), batch_size, rng)
    assert sorted(np.concatenate(batches)) == list(range(n))
    sizes = [len(rows) for rows in batches]
    assert max(sizes) <= batch_size
    if n <= POOL * batch_size:
        assert len(batches) == -(-n // batch_size) and max(sizes) - min(sizes) <= 1, "even sizes"


def test_no_rows():
    assert [len(rows) for rows in bucket_batches(np.array([], dtype=int), 4)] in ([], [0])


def test_little_padding():
    lengths = lengths_of(3000)
    batches = bucket_batches(lengths, 32, np.random.default_rng(0))
    at_random = np.array_split(np.random.default_rng(0).permutation(3000), 94)
    assert padded_fraction(lengths, batches) < 0.08 < 0.5 < padded_fraction(lengths, at_random)


def test_batches_come_in_random_order():
    lengths = lengths_of(3000)
    batches = bucket_batches(lengths, 32, np.random.default_rng(0))
    means = [lengths[rows].mean() for rows in batches]
    assert abs(np.corrcoef(means, np.arange(len(means)))[0, 1]) < 0.3


def test_each_epoch_mixes_anew():
    lengths, rng = lengths_of(500), np.random.default_rng(0)
    one, other = (bucket_batches(lengths, 16, rng) for _ in range(2))
    assert {frozenset(rows.tolist()) for rows in one} != {frozenset(r.tolist()) for r in other}


def test_the_generator_decides():
    lengths = lengths_of(300)
    one, other = (bucket_batches(lengths, 16, np.random.default_rng(5)) for _ in range(2))
    assert all(map(np.array_equal, one, other))


def test_order_is_kept_without_a_generator():
    batches = bucket_batches(np.full(10, 3), 4)
    assert np.concatenate(batches).tolist() == list(range(10))
    lengths = lengths_of(100)
    rows = np.concatenate(bucket_batches(lengths, 7))
    assert rows.tolist() == np.argsort(lengths, kind="stable").tolist()


def test_padded_fraction():
    batches = [np.array([0, 1]), np.array([2])]
    assert padded_fraction(np.array([2, 4, 7]), batches) == pytest.approx(2 / 15)
    assert padded_fraction(np.array([4, 4]), [np.array([0, 1])]) == 0


def sequences(X):
    return Sequences(torch.as_tensor(X.values), X.starts, X.lengths)


CASES = {
    "ragged": Ragged.from_rows([np.arange(2.0 * n).reshape(n, 2) for n in (3, 1, 5, 3)]),
    "equal": Ragged(np.arange(24.0).reshape(12, 2), [3] * 4),
    "overlapping": Ragged(np.arange(8.0), [4, 2, 4, 3], [0, 1, 4, 5]),
    "windows": Ragged(np.arange(8.0), [4] * 4, [0, 1, 2, 3]),
    "out of order": Ragged(np.arange(12.0), [3] * 4, [9, 0, 6, 3]),
    "with gaps": Ragged(np.r_[np.nan, 0, 1, np.nan, np.nan, 2, 3, 4], [2, 1, 3, 2], [1, 5, 5, 6]),
    "ids": Ragged(np.arange(1, 9), [3, 1, 2, 2]),
    "equal ids": Ragged(np.arange(1, 9), [2] * 4),
    "from the middle": Ragged(np.arange(12.0), [3] * 4)[1:],
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("rows", [[0], [2, 1], [0, 1, 2], [1, 1, 0], [2, 0]])
def test_cut(name, rows):
    X = CASES[name]
    x, lengths = sequences(X).cut(np.array(rows))
    chosen = X[rows]
    np.testing.assert_array_equal(x, chosen.to_padded(0).reshape(x.shape))
    if chosen.equal_length:
        assert lengths is None
    else:
        assert lengths.tolist() == chosen.lengths.tolist()
    assert x.dtype == torch.as_tensor(X.values).dtype and len(sequences(X)) == len(X)


def test_cutting_does_not_touch_the_values():
    X = CASES["ragged"]
    before = X.values.copy()
    x, _ = sequences(X).cut(np.array([0, 1]))
    x.fill_(7)
    equal = sequences(CASES["equal"])
    equal.cut(np.array([0, 1]))[0].fill_(7)
    np.testing.assert_array_equal(X.values, before)
    np.testing.assert_array_equal(CASES["equal"].values, np.arange(24.0).reshape(12, 2))


def by_index(X, rows):
    """Cut rows of one length by a matrix of indices."""
    steps = X.starts[rows][:, None] + np.arange(X.lengths[0])
    return torch.as_tensor(np.ascontiguousarray(X.values))[torch.as_tensor(steps)]


@pytest.mark.parametrize("n_features", [0, 1, 3])  # 0: ids
@pytest.mark.parametrize("order", ["C", "F"])
def test_windows_are_cut_to_the_bit(n_features, order):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(200, n_features)) if n_features else rng.integers(1, 9, 200)
    X = Ragged.from_windows(np.asarray(values, order=order), 7, step=3)
    for rows in ([0], [len(X) - 1, 0, 5], rng.integers(0, len(X), 50)):
        x, lengths = sequences(X).cut(np.array(rows))
        assert lengths is None and x.is_contiguous()
        assert torch.equal(x, by_index(X, rows))


def test_windows_in_a_ragged_whole():
    X = Ragged(np.arange(9.0), [4, 4, 2, 9, 0], [0, 5, 7, 0, 9])
    x, lengths = sequences(X).cut(np.array([1, 0]))
    assert lengths is None and x[..., 0].tolist() == [[5, 6, 7, 8], [0, 1, 2, 3]]
    x, lengths = sequences(X).cut(np.array([4]))
    assert lengths is None and x.shape == (1, 0, 1)


def test_read_only_starts_and_lengths():
    starts, lengths = np.array([0, 1, 2]), np.array([3, 1, 2])
    starts.flags.writeable = lengths.flags.writeable = False
    x, cut = Sequences(torch.arange(5.0)[:, None], starts, lengths).cut(np.array([0, 1]))
    assert x[..., 0].tolist() == [[0, 1, 2], [1, 0, 0]] and cut.tolist() == [3, 1]
