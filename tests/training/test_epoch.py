"""The batches of an epoch, and their sums."""

import numpy as np
import pytest
import torch

from skrnn.heads import SquaredError
from skrnn.training.epoch import Batches, EpochRecord


def test_batches(data):
    batches = Batches(data, 5, np.random.default_rng(0))
    sizes = [len(weight) for _, (_, weight) in batches]
    assert sum(sizes) == 12 and max(sizes) <= 5
    assert 0 < batches.padded_fraction < 1


def test_batches_without_a_generator_keep_their_order(data):
    batches = Batches(data, 5, None)
    first, second = ([y.tolist() for _, (y, _) in batches] for _ in range(2))
    assert first == second


def test_record():
    record, head = EpochRecord(scored=True), SquaredError()
    outputs, target = torch.tensor([[0.0], [1.0], [2.0]]), torch.tensor([[0.0], [1.0], [5.0]])
    weight = torch.ones(3)
    record.add(torch.tensor(1.0), 2, outputs[:2], target[:2], weight[:2], torch.tensor(3.0))
    record.add(torch.tensor(4.0), 1, outputs[2:], target[2:], weight[2:], torch.tensor(5.0))
    summary = record.summary(head)
    assert summary["loss"] == pytest.approx((2 * 1 + 4) / 3)
    assert summary["score"] == pytest.approx(head.score(outputs, target, weight))
    assert record.mean_grad_norm() == 4.0


def test_record_without_a_score():
    record = EpochRecord(scored=False)
    record.add(torch.tensor(1.0, requires_grad=True), 2, None, None, None)
    assert record.summary(None) == {"loss": 1.0} and not record.judged
