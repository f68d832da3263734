"""Layers with stacked weights, against a loop over the models."""

import copy

import pytest
import torch
from torch import nn

from skrnn.cells import GRU
from skrnn.cells.noise import dropout_mask
from skrnn.nn import Encoder, PooledNetwork
from skrnn.nn.dropout import Dropout
from skrnn.nn.stacked import Embedding, Generators, convolve, for_rows, linear, stack, unstack
from skrnn.nn.stem import ConvStem

N_MODELS, N_ROWS = 3, 4


def draw(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def compare(function, x, *weights):
    """Compare one call with a call for each model: values, and gradients of x and weights."""
    found = answers(function, x, weights)
    parts = x.detach().unflatten(0, (N_MODELS, -1))
    each = [
        answers(function, part, [w if w is None else w[k] for w in weights])
        for k, part in enumerate(parts)
    ]
    of_rows = 1 + x.is_floating_point()  # y, and the gradient of x
    join = [torch.cat] * of_rows + [torch.stack] * (len(found) - of_rows)
    for how, one, others in zip(join, found, zip(*each, strict=True), strict=True):
        torch.testing.assert_close(one, how(others), rtol=1e-5, atol=1e-5)


def answers(function, x, weights):
    weights = [w if w is None else w.detach().clone().requires_grad_() for w in weights]
    leaves = [w for w in weights if w is not None]
    if x.is_floating_point():
        x = x.detach().clone().requires_grad_()
        leaves.insert(0, x)
    y = function(x, *weights)
    gradients = torch.autograd.grad((y * y.cos()).sum(), leaves)
    return [y.detach(), *gradients]


@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize("middle", [(), (5,), (5, 2)])
def test_linear(middle, with_bias):
    x, weight = draw(N_MODELS * N_ROWS, *middle, 6), draw(N_MODELS, 7, 6, seed=1)
    bias = draw(N_MODELS, 7, seed=2) if with_bias else None
    compare(linear, x, weight, bias)
    expected = nn.functional.linear(x, weight[0], bias if bias is None else bias[0])
    one = linear(x, weight[0], bias if bias is None else bias[0])
    assert torch.equal(one, expected)


def test_linear_of_rows_that_are_not_contiguous():
    x, weight = draw(5, N_MODELS * N_ROWS, 6).transpose(0, 1), draw(N_MODELS, 7, 6)
    assert torch.equal(linear(x, weight), linear(x.contiguous(), weight))


@pytest.mark.parametrize("with_bias", [False, True])
@pytest.mark.parametrize("stride", [1, 2])
def test_convolve(stride, with_bias):
    x, weight = draw(N_MODELS * N_ROWS, 11, 2), draw(N_MODELS, 5, 2, 3, seed=1)
    bias = draw(N_MODELS, 5, seed=2) if with_bias else None
    compare(lambda x, weight, bias: convolve(x, weight, bias, stride, 1), x, weight, bias)
    whole = bias if bias is None else bias[0]
    expected = nn.functional.conv1d(x.mT, weight[0], whole, stride, 1).mT
    assert torch.equal(convolve(x, weight[0], whole, stride, 1), expected)


def test_for_rows():
    stacked = draw(N_MODELS, 5)
    assert torch.equal(for_rows(stacked[0], 4), stacked[0].expand(4, 5))
    found = for_rows(stacked, N_MODELS * N_ROWS)
    expected = torch.cat([for_rows(parameter, N_ROWS) for parameter in stacked])
    assert torch.equal(found, expected)
    stacked.requires_grad_()
    for_rows(stacked, N_MODELS * N_ROWS).sum().backward()
    assert torch.equal(stacked.grad, torch.full((N_MODELS, 5), float(N_ROWS)))


@pytest.mark.parametrize("shape", [(2,), (4, 5), (4, 5, 2)])
def test_embedding(shape):
    """Of ids without a second axis too, and of documents."""
    tables = draw(N_MODELS, 6, 3)
    tables[:, 0] = 0
    ids = torch.randint(0, 6, (N_MODELS * shape[0], *shape[1:]), generator=torch.Generator())
    ids[0] = 0
    table = Embedding(6, 3, padding_idx=0)

    def look_up(ids, weight):
        table._parameters["weight"] = weight
        return table(ids)

    compare(look_up, ids, tables)


def test_embedding_id_0_is_zero_and_learns_nothing():
    table = Embedding(4, 3, padding_idx=0)
    table.weight = nn.Parameter(torch.ones(N_MODELS, 4, 3))  # even if its row is not
    vectors = table(torch.tensor([[0, 1], [2, 0], [0, 3]]))
    assert torch.equal(vectors.any(-1), torch.tensor([[0, 1], [1, 0], [0, 1]]).bool())
    vectors.sum().backward()
    expected = torch.zeros(N_MODELS, 4)
    expected[0, 1] = expected[1, 2] = expected[2, 3] = 1
    assert torch.equal(table.weight.grad, expected[..., None].expand(-1, -1, 3))


# -- dropout -------------------------------------------------------------------------------------


def seeded(seeds=range(N_MODELS)):
    return [torch.Generator().manual_seed(seed) for seed in seeds]


@pytest.mark.parametrize("shape", [(6,), (5, 6), (1, 6)])
def test_masks_are_those_of_each_generator(shape):
    together, alone = Generators(seeded()), seeded()
    together.n_rows = [4, 1, 3]
    for _ in range(2):  # each goes on from where it stands
        masks = together.mask(torch.zeros(N_MODELS * 4, *shape), 0.4).unflatten(0, (N_MODELS, 4))
        for mask, generator, n_rows in zip(masks, alone, together.n_rows, strict=True):
            expected = dropout_mask(torch.zeros(n_rows, *shape), 0.4, generator)
            assert torch.equal(mask[:n_rows], expected)
            assert (mask[n_rows:] == 1).all()
    states = zip(together.generators, alone, strict=True)
    assert all(torch.equal(one.get_state(), other.get_state()) for one, other in states)


def test_masks_are_for_the_values_that_are_dropped():
    dropout, x = Dropout(0.5), draw(N_MODELS * 4, 6)
    dropout.generator = Generators(seeded())
    dropout.generator.n_rows = [4] * N_MODELS
    found = dropout(x)
    for part, given, generator in zip(found.split(4), x.split(4), seeded(), strict=True):
        dropout.generator = generator
        assert torch.equal(part, dropout(given))


def test_masks_of_rows_that_lie_otherwise():
    together = Generators(seeded())
    together.n_rows = [4] * N_MODELS
    turned = together.mask(torch.zeros(6, N_MODELS * 4).T, 0.5)
    alone = [dropout_mask(torch.zeros(4, 6), 0.5, generator) for generator in seeded()]
    assert torch.equal(turned, torch.cat(alone))


# -- whole networks ------------------------------------------------------------------------------


def network(seed, pooling="attention", dense_sizes=(5,), stem=False, **options):
    torch.manual_seed(seed)
    stem = ConvStem(2, 4, 2, (1, 2)) if stem else None
    options = {"cell": "gru", "num_layers": 1, "bidirectional": True, **options}
    encoder = Encoder(input_size=2, hidden_size=3, dropout=0.0, stem=stem, **options)
    return PooledNetwork(encoder, pooling, dense_sizes, 0.0, 2)


def numbers(one):
    return nn.utils.parameters_to_vector(one.parameters())


def test_stack_shares_memory_both_ways():
    networks = [network(seed, stem=True) for seed in range(N_MODELS)]
    before = [numbers(each).detach() for each in networks]
    stacked, weights = stack(networks)
    assert torch.equal(weights, torch.stack(before)) and not weights.requires_grad
    for each, row in zip(networks, before, strict=True):
        assert torch.equal(numbers(each), row)
    names = [name for name, _ in networks[0].named_parameters()]
    assert [name for name, _ in stacked.named_parameters()] == names
    with torch.no_grad():
        weights += 1
        assert torch.equal(numbers(networks[1]), before[1] + 1)
        for name, whole in stacked.named_parameters():
            parts = [each.get_parameter(name) for each in networks]
            assert whole.is_leaf and whole.requires_grad
            assert torch.equal(whole, torch.stack(parts))
            whole[1] = 7
            assert (parts[1] == 7).all() and torch.equal(parts[0], whole[0])
            parts[2].fill_(9)
            assert (whole[2] == 9).all()
        assert (weights[1] == 7).all() and (weights[2] == 9).all()
        assert torch.equal(weights[0], before[0] + 1)


def test_stack_leaves_the_networks_parameters_where_they_are():
    networks = [network(seed) for seed in range(N_MODELS)]
    objects = [list(each.parameters()) for each in networks]
    stack(networks)
    for each, parameters in zip(networks, objects, strict=True):
        assert all(a is b for a, b in zip(each.parameters(), parameters, strict=True))


def test_unstack():
    networks = [network(seed) for seed in range(N_MODELS)]
    _, weights = stack(networks)
    objects = list(networks[1].parameters())
    unstack(networks[1])
    expected = weights[1].clone()
    weights.zero_()
    assert torch.equal(numbers(networks[1]), expected)
    assert not numbers(networks[0]).any()
    for parameter, same in zip(networks[1].parameters(), objects, strict=True):
        assert parameter is same and parameter.is_leaf and parameter.requires_grad
        n_bytes = parameter.numel() * parameter.element_size()
        assert parameter.untyped_storage().nbytes() == n_bytes


NETWORKS = {
    "attention, both ways, dense": {},
    "stem": {"stem": True, "bidirectional": False},
    "two layers": {"num_layers": 2, "pooling": "mean", "dense_sizes": ()},
    "last": {"pooling": "last", "dense_sizes": (5, 4)},
    "max of lstm": {"pooling": "max", "cell": "lstm"},
    "rnn, rates": {"cell": "rnn", "stem": True},
    "peephole": {"cell": "peephole_lstm"},
    "rrnn": {"cell": "rrnn", "pooling": "last"},
    "learned start": {"cell": GRU(learn_initial_state=True), "pooling": "last"},
    "dilation": {"cell": GRU(dilation=2), "bidirectional": False},
    "tbptt": {"tbptt_steps": 3, "bidirectional": False},
    "residual": {"cell": GRU(residual=True), "num_layers": 2},
}


@pytest.mark.usefixtures("kernel")
@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_stacked_network_is_its_networks(name, ragged):
    networks = [network(seed, **NETWORKS[name]) for seed in range(N_MODELS)]
    for each in networks:
        for part in each.parameters():
            part.data += 0.1 * draw(*part.shape)  # biases and starts that are not 0
    alone = copy.deepcopy(networks)
    stacked, _ = stack(networks)
    x = draw(N_MODELS * N_ROWS, 11, 2)
    lengths = torch.tensor([11, 1, 4, 6] * N_MODELS) if ragged else None
    outputs = stacked(x, lengths)
    (outputs * outputs.cos()).sum().backward()
    for k, each in enumerate(alone):
        rows = slice(k * N_ROWS, (k + 1) * N_ROWS)
        own = each(x[rows], lengths if lengths is None else lengths[rows])
        (own * own.cos()).sum().backward()
        torch.testing.assert_close(outputs[rows], own, rtol=1e-5, atol=1e-5)
        for whole, part in zip(stacked.parameters(), each.parameters(), strict=True):
            torch.testing.assert_close(whole.grad[k], part.grad, rtol=1e-4, atol=1e-5)
