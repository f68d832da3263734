"""Masks of dropout and zoneout: what they drop, how often, and what they draw from."""

import numpy as np
import pytest
import torch

from skrnn.cells.noise import dropout_mask, is_rate, zoneout, zoneout_rates

OLD, NEW = torch.zeros(200, 50), torch.ones(200, 50)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_is_rate():
    assert all(map(is_rate, (0, 0.0, 0.5, 0.999, np.float32(0.5))))
    assert not any(map(is_rate, (1, -0.1, 2, True, False, "0.5", None, float("nan"))))


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_dropout_mask(p):
    mask = dropout_mask(NEW, p, generator())
    assert mask.unique().numpy() == pytest.approx([0, 1 / (1 - p)])
    assert mask.mean() == pytest.approx(1, abs=0.05)
    assert torch.equal(mask, dropout_mask(NEW, p, generator()))
    assert not torch.equal(mask, dropout_mask(NEW, p, generator(1)))


def step(x, state):
    """Move both parts of the state from OLD to NEW."""
    return NEW, (NEW, NEW)


@pytest.mark.parametrize("rates", [(0.2, 0.6), (0.0, 0.5), (0.7, 0.0)])
def test_zoneout_in_training_keeps_units_at_random(rates):
    before = torch.get_rng_state()
    output, state = zoneout(step, rates, True, generator())(None, (OLD, OLD))
    assert torch.equal(before, torch.get_rng_state())
    assert output is state[0], "what is both output and state stays so"
    for part, rate in zip(state, rates, strict=True):
        assert set(part.unique().tolist()) <= {0.0, 1.0}
        assert part.mean() == pytest.approx(1 - rate, abs=0.02)
    again = zoneout(step, rates, True, generator())(None, (OLD, OLD))[1]
    assert all(map(torch.equal, state, again))


def test_zoneout_otherwise_gives_the_expectation():
    state = zoneout(step, (0.2, 0.6), False, None)(None, (OLD, OLD))[1]
    torch.testing.assert_close(state[0], torch.full_like(NEW, 0.8))
    torch.testing.assert_close(state[1], torch.full_like(NEW, 0.4))


def test_an_output_that_is_no_state_is_left_alone():
    zoned = zoneout(lambda x, state: (3 * NEW, (NEW,)), (0.5,), True, generator())
    output, _ = zoned(None, (OLD,))
    assert torch.equal(output, 3 * NEW)


def test_rates():
    assert zoneout_rates(0.1, ("h", "c")) == (0.1, 0.1)
    assert zoneout_rates((0.1, 0), ("h", "c")) == zoneout_rates([0.1, 0], ("h", "c")) == (0.1, 0)


@pytest.mark.parametrize("value", [1.0, -0.1, "0.1", (0.1,), (0.1, 0.2, 0.3), (0.1, 1), True, None])
def test_rates_that_are_none(value):
    words = r"must be a rate in \[0, 1\), or a tuple .* part of the state, which are h, c"
    with pytest.raises(ValueError, match=words):
        zoneout_rates(value, ("h", "c"))
