"""Masks, reversal by length and the scan over time."""

import numpy as np
import pytest
import torch

from skrnn.cells.unroll import flip_by_length, mask_steps, scan, step_mask

LENGTHS = torch.tensor([3, 1, 4, 0])


def ragged(*shape):
    return torch.arange(float(np.prod((4, 4, *shape)))).reshape(4, 4, *shape)


def test_step_mask():
    expected = [[t < n for t in range(4)] for n in LENGTHS.tolist()]
    assert step_mask(LENGTHS, 4).tolist() == expected
    assert step_mask(LENGTHS, 0).shape == (4, 0)


@pytest.mark.parametrize("shape", [(), (2,), (2, 3)])
def test_mask_steps(shape):
    x = ragged(*shape)
    x[0, 3], x[1, 1:] = torch.nan, torch.inf
    masked = mask_steps(x, LENGTHS, -1.0)
    for row, before, length in zip(masked, x, LENGTHS.tolist(), strict=True):
        assert torch.equal(row[:length], before[:length])
        assert (row[length:] == -1).all()
    assert x[0, 3].isnan().all(), "the batch itself is left alone"


def test_mask_steps_without_padding_copies_nothing():
    x = ragged(2)
    assert mask_steps(x, None) is x


def test_mask_keeps_nan_out_of_the_gradient():
    x = ragged(2)
    x[0, 3] = torch.nan
    x.requires_grad_()
    mask_steps(x, LENGTHS).square().sum().backward()
    assert torch.isfinite(x.grad).all() and not x.grad[0, 3].any()


@pytest.mark.parametrize("shape", [(), (2,)])
def test_flip_by_length(shape):
    x = ragged(*shape)
    flipped = flip_by_length(x, LENGTHS)
    for row, before, length in zip(flipped, x, LENGTHS.tolist(), strict=True):
        assert torch.equal(row[:length], before[:length].flip(0))
        assert torch.equal(row[length:], before[length:])
    assert torch.equal(flip_by_length(flipped, LENGTHS), x)


def test_flip_of_full_rows():
    x = ragged(2)
    assert torch.equal(flip_by_length(x, None), x.flip(1))
    assert torch.equal(flip_by_length(x, torch.full((4,), 4)), x.flip(1))


def cumulate(x, state):
    """Add up, and count the steps."""
    total, count = state
    return total + x, (total + x, count + 1)


def test_scan_freezes_the_state_of_ended_rows():
    x = ragged(2)
    start = (torch.zeros(4, 2), torch.zeros(4, 1))
    output, (total, count) = scan(cumulate, x, LENGTHS, start)
    assert count[:, 0].tolist() == LENGTHS.tolist()
    for i, length in enumerate(LENGTHS.tolist()):
        assert torch.equal(output[i, :length], x[i, :length].cumsum(0))
        assert torch.equal(total[i], x[i, :length].sum(0))


def test_scan_of_full_rows():
    x = ragged(2)
    output, (total, _) = scan(cumulate, x, None, (torch.zeros(4, 2), torch.zeros(4, 1)))
    assert torch.equal(output, x.cumsum(1)) and torch.equal(total, output[:, -1])
