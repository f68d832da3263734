"""Whole networks."""

import pytest
import torch

from skrnn.nn import POOLINGS, Dropout, Encoder, NextStepNetwork, PooledNetwork, set_generator
from skrnn.nn.network import Dense

LENGTHS = torch.tensor([5, 2, 7])


def batch():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3, 7, 2, generator=generator, dtype=torch.float64)


def encoder(two_way=True, layers=1):
    torch.manual_seed(0)
    return Encoder("gru", 2, 4, layers, two_way, 0.0)


def pooled(pooling="mean", dense=(), dropout=0.0, n_outputs=3, two_way=True):
    return PooledNetwork(encoder(two_way), pooling, dense, dropout, n_outputs).double()


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("dense", [(), (5,), (5, 6)])
def test_pooled(pooling, dense):
    network = pooled(pooling, dense)
    states, outputs = network.encode(batch(), LENGTHS), network(batch(), LENGTHS)
    assert states.shape == (3, 8) and outputs.shape == (3, 3)
    expected = states
    for part in network.behind:
        if isinstance(part, Dense):
            expected = torch.relu(part(expected))
    torch.testing.assert_close(outputs, network.projection(expected), rtol=0, atol=1e-14)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_gradient_reaches_everything(pooling):
    network = pooled(pooling, (5,))
    network(batch(), LENGTHS).square().sum().backward()
    for name, weight in network.named_parameters():
        assert weight.grad is not None and weight.grad.any(), name


def test_dropout_stands_before_every_layer_behind_the_pooling():
    network = pooled(dense=(5, 6), dropout=0.5)
    kinds = [type(part) for part in network.behind]
    assert kinds == [Dropout, Dense, torch.nn.ReLU] * 2 + [Dropout]
    set_generator(network, torch.Generator().manual_seed(0))
    assert not torch.equal(network(batch()), network(batch()))
    network.eval()
    assert torch.equal(network(batch()), network(batch()))


def test_projection_starts_neutral():
    network = pooled()
    assert not network.projection.bias.any()
    assert network.projection.weight.abs().max() <= 0.5 * (6 / (8 + 3)) ** 0.5


@pytest.mark.parametrize("two_way", [False, True])
def test_next_step_sees_no_answer(two_way):
    """What a direction says of a step does not depend on that step, nor on what lies beyond."""
    network = NextStepNetwork(encoder(two_way), "last", 2).double()
    said = network(batch(), LENGTHS)
    assert said.shape == (3, 1 + two_way, 6, 2)
    for t in range(1, 7):
        changed = batch()
        changed[:, t:] += 1.0
        again = network(changed)[:, 0]
        whole = network(batch())[:, 0]
        assert torch.equal(again[:, :t], whole[:, :t])  # of steps 1 to t
        assert t == 6 or not torch.equal(again[:, t:], whole[:, t:])
    for t in range(6 * two_way):
        changed = batch()
        changed[:, : t + 1] += 1.0  # backward, position t speaks of step t
        assert torch.equal(network(changed)[:, 1, t:], network(batch())[:, 1, t:])


def test_next_step_of_ragged_rows():
    network, x = NextStepNetwork(encoder(), "last", 2).double(), batch()
    said = network(x, LENGTHS)
    for i, length in enumerate(LENGTHS.tolist()):
        alone = network(x[i : i + 1, :length])
        torch.testing.assert_close(said[i, :, : length - 1], alone[0], rtol=0, atol=1e-12)
    assert torch.equal(network.encode(x, LENGTHS), network.pooling(*network.encoder(x, LENGTHS)))


def test_next_step_of_a_single_step():
    network = NextStepNetwork(encoder(), "last", 2).double()
    assert network(batch()[:, :1]).shape == (3, 2, 0, 2)
