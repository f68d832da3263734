"""The last states of an encoder, given without the outputs of the other steps."""

import pytest
import torch

from skrnn import config_context
from skrnn.cells import GRU, LSTM, RNN
from skrnn.nn import Encoder, Layer, set_generator
from skrnn.nn.pooling import LastPooling, MeanPooling

LENGTHS = torch.tensor([5, 2, 7])


def batch():
    return torch.randn(3, 7, 3, generator=torch.Generator().manual_seed(0))


def encoder(cell="gru", layers=2, two_way=False, dropout=0.0, **options):
    torch.manual_seed(0)
    return Encoder(cell, 3, 4, layers, two_way, dropout, **options)


@pytest.fixture
def last_states(kernel, monkeypatch):
    """Count the calls of ``Layer.last_states``."""
    seen, plain = [], Layer.last_states

    def spy(layer, x, lengths=None):
        seen.append(layer)
        return plain(layer, x, lengths)

    monkeypatch.setattr(Layer, "last_states", spy)
    return seen


def last_of_all(one, x, lengths):
    """Outputs pooled after the fact, and all gradients; the same of ``pooled``."""
    pooling = LastPooling(one.output_size, one.n_directions)
    found = []
    for read in (one.pooled, lambda pooling, x, lengths: pooling(*one(x, lengths))):
        set_generator(one, torch.Generator().manual_seed(0))
        x = x.detach().requires_grad_()
        vectors = read(pooling, x, lengths)
        leaves = (x, *one.parameters())
        gradients = torch.autograd.grad((vectors * vectors.cos()).sum(), leaves)
        found.append([vectors.detach(), *gradients])
    return found


SHORT_CUTS = {
    "gru": {},
    "lstm": {"cell": "lstm"},
    "peephole": {"cell": "peephole_lstm"},
    "rnn": {"cell": RNN(activation="relu")},
    "one layer": {"layers": 1},
    "learned start": {"cell": GRU(learn_initial_state=True)},
    "input dropout": {"cell": LSTM(input_dropout=0.4, learn_initial_state=True)},
    "dropout": {"dropout": 0.4},
}
DETOURS = {
    "residual": {"cell": GRU(residual=True)},
    "dilation": {"cell": GRU(dilation=2)},
    "dilation on top": {"cell": GRU(dilation=(1, 2))},
    "rrnn": {"cell": "rrnn"},
    "layer_norm": {"cell": GRU(layer_norm=True)},
}


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("two_way", [False, True])
@pytest.mark.parametrize("name", [*SHORT_CUTS, *DETOURS])
def test_last_states_are_those_of_all_outputs(last_states, name, two_way, ragged):
    options = {**SHORT_CUTS, **DETOURS}[name]
    one = encoder(**options, two_way=two_way)
    with torch.no_grad():
        for part in one.parameters():
            part.add_(0.05)  # starts that are not 0
    found, expected = last_of_all(one, batch(), LENGTHS if ragged else None)
    assert bool(last_states) == (name in SHORT_CUTS)
    assert torch.equal(found[0], expected[0])
    for gradient, other in zip(found[1:], expected[1:], strict=True):
        torch.testing.assert_close(gradient, other, rtol=0, atol=1e-5)


def test_last_states_of_a_dilation_below_the_top(last_states):
    one = encoder(GRU(dilation=(2, 1)))
    found, expected = last_of_all(one, batch(), LENGTHS)
    assert len(last_states) == 1 and torch.equal(found[0], expected[0])


def test_last_states_of_truncated_gradients(last_states):
    """Chunks are for training alone."""
    one, x = encoder(tbptt_steps=3), batch()
    for training in (True, False):
        found, expected = last_of_all(one.train(training), x, LENGTHS)
        assert bool(last_states) != training
        assert all(map(torch.equal, found[:1], expected[:1]))
        for gradient, other in zip(found[1:], expected[1:], strict=True):
            torch.testing.assert_close(gradient, other, rtol=0, atol=1e-5)


def test_last_states_elsewhere(last_states):
    one, mean = encoder(), MeanPooling(4)
    last_of_all(one.double(), batch().double(), LENGTHS)
    with config_context(backend="torch"):
        found, expected = last_of_all(one.float(), batch(), LENGTHS)
    assert torch.equal(found[0], expected[0])
    vectors = one.pooled(mean, batch(), LENGTHS)
    assert torch.equal(vectors, mean(*one(batch(), LENGTHS)))
    assert not last_states


def test_last_states_of_ids(last_states):
    torch.manual_seed(0)
    one = encoder(embedding=torch.nn.Embedding(6, 3, padding_idx=0))
    ids, lengths = torch.tensor([[1, 2, 5], [4, 0, 0]]), torch.tensor([3, 1])
    pooling = LastPooling(4)
    assert torch.equal(one.pooled(pooling, ids, lengths), pooling(*one(ids, lengths)))
    assert len(last_states) == 1
