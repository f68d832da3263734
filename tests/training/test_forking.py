"""Spans of series in batches, and the loss over all their steps."""

import numpy as np
import pytest
import torch

from skrnn.forecasting.histories import lay_out
from skrnn.forecasting.reading import StepReader, choose_lags, cut_spans
from skrnn.heads import Fan
from skrnn.training.forking import ForkedData, ForkedLoss, Spans

RNG = np.random.default_rng(0)
ROWS = [RNG.normal(size=n).cumsum() for n in (3, 12, 31, 50)]
ROWS[2][[4, 30]] = np.nan
H, WINDOW = 3, 6
READER = StepReader(WINDOW, H, choose_lags(WINDOW))


@pytest.fixture
def data():
    histories = lay_out(ROWS, WINDOW)
    series, first, lengths, asked = cut_spans(histories.lengths, WINDOW)
    return ForkedData(Spans(histories, READER, series, first, lengths, "cpu"), asked)


def known_targets(data, row):
    """Count what one span is asked that is known."""
    spans, count = data.spans, 0
    values = ROWS[spans.series[row]]
    for step in range(data.asked[row], spans.lengths[row]):
        for k in range(1, H + 1):
            t = spans.first[row] + step + k
            count += t < len(values) and not np.isnan(values[t])
    return count


def test_batches(data):
    rows = np.arange(len(data))[::-1].copy()
    (x, lengths), (target, weight) = data.cut(rows)
    assert x.dtype == torch.float32 and x.shape == (len(data), 2 * WINDOW, READER.n_features)
    assert np.array_equal(lengths, data.lengths[rows])
    assert weight.numpy() == pytest.approx(np.full(len(data), 1 / data.mean_known()))
    for b, row in enumerate(rows):
        (one, of_one), (target_of_one, _) = data.cut(np.array([row]))
        n = data.lengths[row]
        assert of_one is None and torch.equal(one[0], x[b, :n])
        assert x[b, n:].eq(0).all()
        np.testing.assert_array_equal(target_of_one[0], target[b, :n])


def test_what_is_asked(data):
    """Every known coming step of every step, once."""
    (_, lengths), (target, _) = data.cut(np.arange(len(data)))
    for row in range(len(data)):
        assert (~target[row, : lengths[row]].isnan()).sum() == known_targets(data, row)
        assert target[row, : data.asked[row]].isnan().all()
    assert data.mean_known() == pytest.approx(
        np.mean([known_targets(data, row) for row in range(len(data))])
    )


def test_padding_is_not_asked(data):
    """The first span of a long series is short, but the series goes on."""
    (_, lengths), (target, _) = data.cut(np.arange(len(data)))
    assert (lengths < 2 * WINDOW).sum() > 2
    for row, n in enumerate(lengths):
        assert target[row, n:].isnan().all()


def test_loss_is_the_mean_over_known_targets(data):
    head = Fan(H, quantiles=(0.1, 0.9))
    (x, _), (target, weight) = data.cut(np.arange(len(data)))
    outputs = torch.randn(*x.shape[:2], head.n_outputs, generator=torch.Generator().manual_seed(0))
    loss = ForkedLoss(head)
    found = loss(outputs, target, weight, len(x))
    each = head.loss(outputs, target)[~target.isnan()]
    assert float(found) == pytest.approx(float(each.mean()), rel=1e-5)


def test_rows_of_weight_zero_are_none(data):
    head = Fan(H, quantiles=())
    _, (target, weight) = data.cut(np.arange(len(data)))
    outputs = torch.zeros(*target.shape[:2], head.n_outputs)
    weight[1:] = 0.0
    weighted = ForkedLoss(head).weighted(outputs, target, weight)
    assert weighted[0] > 0 and weighted[1:].eq(0).all()
