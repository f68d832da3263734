"""Dropout that leaves torch's global generator alone."""

import pytest
import torch

from skrnn.nn import Dropout, set_generator


def seeded(p, seed=0):
    dropout = Dropout(p)
    set_generator(dropout, torch.Generator().manual_seed(seed))
    return dropout


@pytest.mark.parametrize("p", [0.1, 0.5, 0.8])
def test_drops_a_share_and_keeps_the_mean(p):
    dropped = seeded(p)(torch.ones(20000))
    assert abs((dropped == 0).float().mean() - p) < 0.02
    assert abs(dropped.mean() - 1) < 0.06
    kept = dropped[dropped > 0]
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - p)))


def test_the_generator_decides():
    x = torch.randn(50, generator=torch.Generator().manual_seed(3))
    assert torch.equal(seeded(0.5)(x), seeded(0.5)(x))
    assert not torch.equal(seeded(0.5)(x), seeded(0.5, seed=1)(x))
    dropout = seeded(0.5)
    assert not torch.equal(dropout(x), dropout(x))


def test_the_global_generator_is_not_touched():
    before = torch.get_rng_state()
    seeded(0.5)(torch.ones(10))
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("dropout", [Dropout(0.0), Dropout(0.7).eval()], ids=["zero", "eval"])
def test_nothing_is_dropped(dropout):
    x = torch.randn(5, requires_grad=True)
    assert dropout(x) is x


def test_gradient_takes_the_same_mask():
    x = torch.ones(100, requires_grad=True)
    y = seeded(0.5)(x)
    y.sum().backward()
    assert torch.equal(x.grad, y.detach())


def test_set_generator_reaches_every_part():
    module = torch.nn.Sequential(Dropout(0.1), torch.nn.Sequential(Dropout(0.2)))
    generator = torch.Generator()
    set_generator(module, generator)
    assert module[0].generator is module[1][0].generator is generator
    set_generator(module, None)
    assert module[0].generator is module[1][0].generator is None
