"""Rows of several parts, against a loop over rows and parts."""

import pytest
import torch

from skrnn.cells.kernels import backend_of
from skrnn.nn import (
    POOLINGS,
    Embedding,
    Encoder,
    FusionEncoder,
    PooledNetwork,
    StaticPart,
    make_stem,
)
from skrnn.nn.fusion import cut_part, find_parts

STEPS = torch.tensor([[3, 2, 1], [1, 0, 1], [30, 4, 1], [0, 7, 1]])  # of each part of each row
LENGTHS = STEPS.sum(1)
WIDTHS = [2, 1, 3]


def rows(steps=STEPS, padding=0.0, unused=0.0, dtype=torch.float64):
    """Draw parts, and the same as one padded batch with the numbers of the parts."""
    generator = torch.Generator().manual_seed(0)
    x = torch.full((len(steps), int(steps.sum(1).max()), 4), padding, dtype=dtype)
    parts = []
    for row, counts in zip(x, steps.tolist(), strict=True):
        series, statics = (
            torch.randn(n, width, generator=generator, dtype=dtype)
            for n, width in ((counts[0], 2), (counts[2], 3))
        )
        ids = torch.randint(0, 9, (counts[1], 1), generator=generator)
        start = 0
        for j, part in enumerate((series, ids, statics)):
            row[start : start + len(part)] = unused
            row[start : start + len(part), : part.shape[1]] = part
            row[start : start + len(part), -1] = j
            start += len(part)
        parts.append((series, ids[:, 0], statics))
    return parts, x


def encoder(two_way=True, layers=1, stem=False):
    torch.manual_seed(0)
    stem = make_stem("conv", 2, 3, 10) if stem else None
    series = Encoder("gru", 2, 3, layers, two_way, 0.0, stem=stem)
    note = Encoder("lstm", 5, 4, layers, two_way, 0.0, embedding=Embedding(9, 5, padding_idx=0))
    return FusionEncoder([series, note, StaticPart(3)], WIDTHS).double()


def by_hand(one, pooling, parts):
    """Read each part of each row alone."""
    out = []
    for series, ids, statics in parts:
        vectors = []
        for j, steps in enumerate((series, ids)):
            part, pool = one.encoders[j], pooling[j]
            known = len(steps) > 0
            vectors.append(pool(*part(steps[None]))[0] if known else torch.zeros(part.output_size))
        out.append(torch.cat([*vectors, statics[0]]))
    return torch.stack(out)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("two_way", [False, True])
def test_equals_a_loop_over_rows_and_parts(pooling, two_way):
    one = encoder(two_way, layers=2, stem=True)
    pool = one.make_pooling(pooling).double()
    parts, x = rows()
    out = one.pooled(pool, x, LENGTHS)
    assert out.shape == (4, one.output_size) and one.output_size == 7 * (1 + two_way) + 3
    torch.testing.assert_close(out, by_hand(one, pool, parts), rtol=0, atol=1e-13)


def test_each_part_has_a_pooling_of_its_own():
    pool = encoder().make_pooling("attention")
    assert [type(each) for each in pool[:2]] == [POOLINGS["attention"]] * 2
    assert pool[0].key.weight.shape == (6, 6) and pool[1].key.weight.shape == (8, 8)
    assert not list(pool[2].parameters())


def test_neither_padding_nor_other_columns_are_read():
    one = encoder()
    pool = one.make_pooling("mean").double()
    clean = one.pooled(pool, rows()[1], LENGTHS)
    for other in (torch.nan, 1.0, -torch.inf):
        assert torch.equal(one.pooled(pool, rows(padding=other)[1], LENGTHS), clean)
        assert torch.equal(one.pooled(pool, rows(unused=other)[1], LENGTHS), clean)
    x = torch.cat([rows()[1], torch.full((4, 9, 4), torch.nan)], 1)
    assert torch.equal(one.pooled(pool, x, LENGTHS), clean)


def test_no_lengths_mean_no_padding():
    one = encoder()
    pool = one.make_pooling("last").double()
    parts, x = rows(torch.tensor([[3, 2, 1], [2, 3, 1], [5, 0, 1]]))
    torch.testing.assert_close(one.pooled(pool, x), by_hand(one, pool, parts), rtol=0, atol=1e-13)


@pytest.mark.usefixtures("kernel")
def test_a_row_is_the_same_alone_to_the_bit_in_the_kernel():
    one = encoder(layers=2, stem=True).float().eval()
    assert backend_of(one) == "kernel"
    network = PooledNetwork(one, "attention", (5,), 0.0, 2).eval()
    _, x = rows(dtype=torch.float32)
    with torch.no_grad():
        whole = network(x, LENGTHS)
        for i, length in enumerate(LENGTHS.tolist()):
            assert torch.equal(network(x[i : i + 1, :length])[0], whole[i])


def test_gradients_equal_those_of_the_loop():
    one = encoder()
    pool = one.make_pooling("attention").double()
    parts, x = rows()
    parameters = [*one.named_parameters(), *pool.named_parameters()]
    one.pooled(pool, x, LENGTHS).square().sum().backward()
    grads = [p.grad.clone() for _, p in parameters]
    one.zero_grad(), pool.zero_grad()
    by_hand(one, pool, parts).square().sum().backward()
    for (name, p), grad in zip(parameters, grads, strict=True):
        assert grad.any(), name
        torch.testing.assert_close(grad, p.grad, rtol=1e-10, atol=1e-12)


def test_a_part_that_no_row_has():
    one = encoder()
    pool = one.make_pooling("mean").double()
    _, x = rows(torch.tensor([[2, 0, 1], [3, 0, 1]]))
    out = one.pooled(pool, x, torch.tensor([3, 4]))
    assert not out[:, 6:14].any() and out[:, :6].all()
    out.sum().backward()
    assert all(p.grad is None for p in one.encoders[1].parameters())


def test_large_ids_are_exact_in_single_precision():
    ids = torch.tensor([2**24, 2**24 - 1, 2**24 - 2], dtype=torch.float32)
    part, _ = cut_part(torch.stack([ids, ids], 1)[None], torch.tensor([0]), torch.tensor([3]), 1)
    assert part[..., 0].long().tolist() == [[2**24, 2**24 - 1, 2**24 - 2]]


def test_finding():
    _, x = rows(padding=torch.nan)
    starts, n_steps = find_parts(x, LENGTHS, 3)
    assert torch.equal(n_steps, STEPS)
    assert torch.equal(starts, STEPS.cumsum(1) - STEPS)


def test_cutting():
    x = torch.arange(24.0).reshape(2, 4, 3)
    part, lengths = cut_part(x, torch.tensor([1, 2]), torch.tensor([3, 1]), 2)
    assert lengths.tolist() == [3, 1]
    assert torch.equal(part[0], x[0, 1:4, :2]) and torch.equal(part[1, :1], x[1, 2:3, :2])
    assert not part[1, 1:].any()
    part, lengths = cut_part(x, torch.tensor([1, 2]), torch.tensor([2, 2]), 2)
    assert lengths is None and part.shape == (2, 2, 2)


@pytest.mark.gpu
def test_cuda():
    one = encoder(stem=True)
    pool = one.make_pooling("attention").double()
    _, x = rows()
    here = one.pooled(pool, x, LENGTHS)
    there = one.cuda().pooled(pool.cuda(), x.cuda(), LENGTHS.cuda())
    torch.testing.assert_close(there.cpu(), here, rtol=1e-9, atol=1e-9)
