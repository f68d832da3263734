"""Which numbers of a batch are judged."""

import numpy as np
import pytest
import torch

from skrnn.data import Ragged
from skrnn.training.dataset import neighbour_steps, to_sequences, training_data, whole_rows

LENGTHS = torch.tensor([3, 1, 4])


def batch(ragged=True):
    x = torch.arange(3 * 4 * 2.0).reshape(3, 4, 2)
    return (x, LENGTHS if ragged else None), (None, torch.tensor([1.0, 2.0, 3.0]))


def test_whole_rows():
    target, weight = torch.ones(3, 1), torch.ones(3)
    outputs = torch.zeros(3, 5)
    assert whole_rows((None, (target, weight)), outputs) == (outputs, target, weight)


@pytest.mark.parametrize("two_way", [False, True])
@pytest.mark.parametrize("ragged", [True, False])
def test_neighbour_steps(two_way, ragged):
    """Forward position t speaks of step t + 1, backward of step t."""
    (x, lengths), _ = batch(ragged)
    said = torch.randn(3, 1 + two_way, 3, 2)
    outputs, target, weight = neighbour_steps(batch(ragged), said)
    lengths = [4, 4, 4] if lengths is None else lengths.tolist()
    expected = []
    for i, length in enumerate(lengths):
        for direction in range(1 + two_way):
            for t in range(length - 1):
                share = (i + 1) / ((length - 1) * (1 + two_way))
                about = x[i, t] if direction else x[i, t + 1]
                expected.append((said[i, direction, t], about, share))
    for found, parts in zip((outputs, target, weight), zip(*expected, strict=True), strict=True):
        parts = torch.stack(parts) if torch.is_tensor(parts[0]) else torch.tensor(parts)
        torch.testing.assert_close(found, parts)


def test_weight_of_a_row_is_shared_by_its_steps():
    _, _, weight = neighbour_steps(batch(), torch.zeros(3, 2, 3, 2))
    assert float(weight.sum()) == pytest.approx(1 + 3)  # the row of one step has no neighbours


def test_neighbours_of_ids():
    ids = torch.tensor([[4, 5, 6], [7, 0, 0]])
    given = (ids, torch.tensor([3, 1])), (None, torch.ones(2))
    _, target, _ = neighbour_steps(given, torch.zeros(2, 1, 2, 9))
    assert target.tolist() == [5, 6]


def test_to_sequences_copies_only_what_it_must():
    values = np.arange(6.0)[:, None]
    shared = to_sequences(Ragged(values, [2, 4]), np.float64)
    assert np.shares_memory(shared.values.numpy(), values)
    values.flags.writeable = False
    assert not np.shares_memory(to_sequences(Ragged(values, [2, 4]), np.float64).values, values)
    assert to_sequences(Ragged(values, [2, 4]), np.float32).values.dtype == torch.float32
    assert to_sequences(Ragged(np.array([1, 2], dtype=np.int32), [2]), np.float32).values.dtype in (
        torch.int32,
        torch.int64,
    )


def test_training_data_is_single_precision():
    X = Ragged(np.arange(6.0), [2, 4])
    rows = np.array([1, 0])
    data = training_data(X, np.array([[1.5], [2.5]]), np.array([1.0, 3.0]), rows, "cpu")
    assert len(data) == 2 and data.lengths.tolist() == [4, 2]
    (x, lengths), (target, weight) = data.cut(np.array([0, 1]))
    assert {x.dtype, target.dtype, weight.dtype} == {torch.float32}
    assert target[:, 0].tolist() == [2.5, 1.5] and weight.tolist() == [3.0, 1.0]
    assert x[0, :, 0].tolist() == [2, 3, 4, 5] and lengths.tolist() == [4, 2]
    classes = training_data(X, np.array([0, 1]), np.ones(2), rows, "cpu")
    assert classes.target.dtype == torch.int64
    assert training_data(X, None, np.ones(2), rows, "cpu").target is None


def test_overlapping_rows_stay_shared():
    X = Ragged(np.arange(100.0), [50] * 51, np.arange(51))
    data = training_data(X, None, np.ones(51), np.arange(51), "cpu")
    assert len(data.sequences.values) == 100
    x, _ = data.sequences.cut(np.array([3, 50]))
    assert x[:, 0, 0].tolist() == [3, 50] and x[:, -1, 0].tolist() == [52, 99]
