"""The hand-written backward pass against torch's layers and against finite differences."""

import pytest
import torch

from skrnn import config_context
from skrnn.cells import GRU, RNN, backprop, pool
from skrnn.cells.backprop import BY_HAND, run_by_hand
from skrnn.testing.cells import built


def layer_of(cell, n_features, n_units):
    if cell == "gru":
        return torch.nn.GRU(n_features, n_units, batch_first=True).double()
    kind = cell.removeprefix("rnn_")
    return torch.nn.RNN(n_features, n_units, nonlinearity=kind, batch_first=True).double()


def results(run, weights, shape, n_units):
    """Outputs of random rows, and the gradients of all that goes in."""
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(shape, generator=generator, dtype=torch.float64).requires_grad_()
    h = torch.randn(shape[0], n_units, generator=generator, dtype=torch.float64).requires_grad_()
    output = run(x, h)
    return [output, *torch.autograd.grad(output.pow(3).sum(), (x, h, *weights))]


@pytest.mark.parametrize("numbers", [1, 30, 10**6], ids="{} at once".format)
@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 7, 2), (5, 4, 9)], ids=str)
@pytest.mark.parametrize("cell", ["gru", "rnn_tanh", "rnn_relu"])
def test_agrees_with_torch(cell, shape, numbers, monkeypatch):
    monkeypatch.setattr(backprop, "NUMBERS_AT_ONCE", numbers)
    monkeypatch.setattr(pool._pool, "idle", [])
    torch.manual_seed(0)
    layer = layer_of(cell, shape[2], 4)
    weights = list(layer.parameters())
    own = results(lambda x, h: run_by_hand(cell, x, h, weights), weights, shape, 4)
    theirs = results(lambda x, h: layer(x, h[None])[0], weights, shape, 4)
    for one, other in zip(own, theirs, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("cell", BY_HAND)
def test_gradient(cell):
    torch.manual_seed(0)
    layer = layer_of(cell.replace("sigmoid", "tanh"), 2, 3)
    x, h = torch.randn(2, 4, 2).double(), torch.randn(2, 3).double()
    given = [
        tensor.requires_grad_() for tensor in (x, h, *(w.detach() for w in layer.parameters()))
    ]
    assert torch.autograd.gradcheck(lambda x, h, *w: run_by_hand(cell, x, h, w), given)


def test_inputs_that_need_no_gradient_get_none():
    layer = layer_of("gru", 2, 3)
    x = torch.zeros(2, 4, 2, dtype=torch.float64)
    run_by_hand("gru", x, x.new_zeros(2, 3), layer.parameters()).sum().backward()
    assert x.grad is None and all(w.grad is not None for w in layer.parameters())


def test_a_second_backward_pass_gives_the_same():
    layer = layer_of("gru", 2, 3)
    output = run_by_hand(
        "gru", torch.ones(2, 4, 2).double(), torch.zeros(2, 3).double(), [*layer.parameters()]
    )
    first = torch.autograd.grad(output.sum(), layer.weight_hh_l0, retain_graph=True)[0]
    assert torch.equal(first, torch.autograd.grad(output.sum(), layer.weight_hh_l0)[0])


@pytest.mark.parametrize("cell", [GRU(), *map(RNN, ("tanh", "relu", "sigmoid"))], ids=repr)
def test_cells_train_by_hand_where_there_is_no_kernel(cell, monkeypatch):
    asked = []

    def spy(name, *given):
        asked.append(name)
        return run_by_hand(name, *given)

    monkeypatch.setattr("skrnn.cells.gated.run_by_hand", spy)
    cell = built(cell).float()
    with config_context(backend="torch"):
        cell(torch.zeros(2, 5, 3))
    assert asked == [cell.kernel_cell]


def test_options_are_not_by_hand(monkeypatch):
    monkeypatch.setattr("skrnn.cells.gated.run_by_hand", None)  # would fail if called
    built(GRU(layer_norm=True))(torch.zeros(2, 5, 3, dtype=torch.float64))
    built(GRU(reset_after=False))(torch.zeros(2, 5, 3, dtype=torch.float64))


def test_memory_is_used_again_but_not_while_it_is_needed(monkeypatch):
    monkeypatch.setattr(pool._pool, "idle", [])
    layer = layer_of("gru", 2, 3)
    weights, h = list(layer.parameters()), torch.zeros(4, 3).double()
    xs = [torch.randn(4, 6, 2).double().requires_grad_() for _ in range(2)]
    outputs = [run_by_hand("gru", x, h, weights) for x in xs]  # both wait for their backward pass
    for x, output in zip(xs, outputs, strict=True):
        (gradient,) = torch.autograd.grad(output.pow(2).sum(), x)
        (expected,) = torch.autograd.grad(layer(x, h[None])[0].pow(2).sum(), x)
        torch.testing.assert_close(gradient, expected, rtol=1e-10, atol=1e-12)
    assert not pool._pool.idle
    del outputs, output
    assert len(pool._pool.idle) == 2
    run_by_hand("gru", xs[0], h, weights)
    assert len(pool._pool.idle) == 2
