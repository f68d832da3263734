"""Poolings against numpy, row by row."""

import numpy as np
import pytest
import torch

from skrnn.nn import POOLINGS

LENGTHS = torch.tensor([4, 1, 6, 3])
SIZE = 4


def outputs():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(4, 6, SIZE, generator=generator, dtype=torch.float64)


def softmax_mean(pooling, row):
    weight = {name: value.detach().numpy() for name, value in pooling.named_parameters()}
    hidden = np.tanh(row @ weight["key.weight"].T + weight["key.bias"])
    score = hidden @ weight["query.weight"][0]
    share = np.exp(score - score.max())
    return (share / share.sum()) @ row


EXPECTED = {
    "last": lambda pooling, row: row[-1],
    "mean": lambda pooling, row: row.mean(0),
    "max": lambda pooling, row: row.max(0),
    "attention": softmax_mean,
}


def make(name, n_directions=1):
    torch.manual_seed(1)
    return POOLINGS[name](SIZE, n_directions).double()


def test_every_pooling_has_a_case():
    assert set(EXPECTED) == set(POOLINGS)


@pytest.mark.parametrize("name", POOLINGS)
def test_against_numpy(name):
    pooling, x = make(name), outputs()
    pooled = pooling(x, LENGTHS).detach().numpy()
    for row, steps, length in zip(pooled, x.numpy(), LENGTHS.tolist(), strict=True):
        np.testing.assert_allclose(row, EXPECTED[name](pooling, steps[:length]), atol=1e-14)
    full = pooling(x).detach().numpy()
    for row, steps in zip(full, x.numpy(), strict=True):
        np.testing.assert_allclose(row, EXPECTED[name](pooling, steps), atol=1e-14)


@pytest.mark.parametrize("name", POOLINGS)
def test_padding_is_not_read(name):
    pooling, clean, dirty = make(name), outputs(), outputs()
    for i, length in enumerate(LENGTHS.tolist()):
        clean[i, length:], dirty[i, length:] = 0.0, torch.nan
    results = []
    for x in (clean, dirty):
        x.requires_grad_()
        pooled = pooling(x, LENGTHS)
        (gradient,) = torch.autograd.grad(pooled.square().sum(), x)
        results.append((pooled, gradient))
    for one, other in zip(*results, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("name", POOLINGS)
def test_full_lengths_and_none_are_the_same(name):
    pooling, x = make(name), outputs()
    torch.testing.assert_close(pooling(x, torch.full((4,), 6)), pooling(x), rtol=0, atol=1e-15)


@pytest.mark.parametrize("lengths", [LENGTHS, None])
def test_last_of_two_directions(lengths):
    """Backward the whole sequence is read at its first step."""
    x = outputs()
    pooled = make("last", 2)(x, lengths)
    for i, length in enumerate(LENGTHS.tolist() if lengths is not None else [6] * 4):
        assert torch.equal(pooled[i], torch.cat([x[i, length - 1, :2], x[i, 0, 2:]]))


@pytest.mark.parametrize("name", ["mean", "max", "attention"])
def test_others_do_not_depend_on_directions(name):
    assert torch.equal(make(name, 1)(outputs(), LENGTHS), make(name, 2)(outputs(), LENGTHS))


def test_attention_weights_are_shares():
    weights = make("attention").weights(outputs(), LENGTHS)
    torch.testing.assert_close(weights.sum(1), torch.ones(4, dtype=torch.float64))
    for row, length in zip(weights, LENGTHS.tolist(), strict=True):
        assert (row[:length] > 0).all() and not row[length:].any()
