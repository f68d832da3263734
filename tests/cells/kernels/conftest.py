"""Cells, batches and answers for the tests of the kernel; the truth is torch in float64."""

import copy

import pytest
import torch

from skrnn._kernel import VARIANTS, load_kernel
from skrnn.cells import GRU, LSTM, RNN, RRNN, PeepholeLSTM
from skrnn.cells.kernels import call, exact

CELLS = {
    "rnn_tanh": RNN(),
    "rnn_relu": RNN(activation="relu"),
    "rnn_sigmoid": RNN(activation="sigmoid"),
    "lstm": LSTM(),
    "gru": GRU(),
    "peephole_lstm": PeepholeLSTM(),
    "rrnn_tanh": RRNN(),
    "rrnn_relu": RRNN(activation="relu"),
    "rrnn_sigmoid": RRNN(activation="sigmoid"),
}


@pytest.fixture(scope="session", params=CELLS)
def kind(request):
    """Name every cell of the kernel."""
    return request.param


@pytest.fixture(scope="session")
def make():
    """Build a cell by its name, every weight random and of a size that keeps long rows tame."""

    def build(kind, n_features, n_units, seed=0):
        cell = copy.deepcopy(CELLS[kind])
        cell.build(n_features, n_units)
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for weight in cell.parameters():
                bound = weight.shape[-1] ** -0.5 if weight.ndim == 2 else 0.5
                weight.uniform_(-bound, bound, generator=generator)
        assert cell.kernel_cell == kind
        return cell

    return build


@pytest.fixture(scope="session")
def draw():
    """Draw normal numbers of a shape, or row lengths."""

    def normal(*shape, seed=1):
        return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))

    def lengths(n_rows, n_steps, seed=1):
        generator = torch.Generator().manual_seed(seed)
        drawn = torch.randint(0, n_steps + 1, (n_rows,), generator=generator)
        drawn[torch.rand(n_rows, generator=generator) < 0.2] = 1
        return drawn

    normal.lengths = lengths
    return normal


@pytest.fixture(scope="session")
def answers():
    """Read a batch forward and back: output, states and all gradients, by name.

    The loss weighs all of the output and of the last state by fixed random numbers.
    """

    def read(module, x, lengths=None, state=None):
        x = x.detach().requires_grad_()
        if state is not None:
            state = tuple(part.detach().requires_grad_() for part in state)
        output, end = module(x, lengths, state)
        generator = torch.Generator().manual_seed(5)
        loss = sum(
            (part * torch.randn(part.shape, generator=generator).to(part)).sum()
            for part in (output, *end)
        )
        names, inputs = zip(*module.named_parameters(), strict=True)
        inputs = (x, *(state or ()), *inputs)
        names = ("d_x", *(f"d_{name}" for name in module.state_names[: len(state or ())]), *names)
        grads = torch.autograd.grad(loss, inputs)
        ends = {f"{name}_n": part for name, part in zip(module.state_names, end, strict=True)}
        return {"output": output, **ends, **dict(zip(names, grads, strict=True))}

    return read


@pytest.fixture(scope="session")
def same_bits():
    """Assert that tensors, or dicts of them, are equal to the bit."""

    def check(one, other):
        if torch.is_tensor(one):
            one, other = {"tensor": one}, {"tensor": other}
        assert one.keys() == other.keys()
        for name in one:
            assert torch.equal(one[name], other[name]), f"{name} differs"

    return check


@pytest.fixture(scope="session")
def near():
    """Assert that tensors, or dicts of them, agree relative to the largest number of each."""

    def check(one, other, tolerance):
        if torch.is_tensor(one):
            one, other = {"tensor": one}, {"tensor": other}
        assert one.keys() == other.keys()
        for name in one:
            assert one[name].shape == other[name].shape, name
            if one[name].numel() == 0:
                continue
            error = (one[name].double() - other[name].double()).abs().max()
            scale = other[name].abs().max().clamp(min=1e-3)
            assert error <= tolerance * scale, f"{name} is off by {error / scale:.1e}"

    return check


def _forget():
    load_kernel.cache_clear()
    call.functions.cache_clear()
    exact._functions.cache_clear()


@pytest.fixture
def forget_the_kernel():
    """Let a test load the kernel anew, and the tests after it too."""
    _forget()
    yield _forget
    _forget()


@pytest.fixture(params=VARIANTS)
def variant(request, kernel, monkeypatch, forget_the_kernel):
    """Run with each variant that this processor can run."""
    upto = VARIANTS.index(request.param) + 1
    monkeypatch.setattr("skrnn._kernel.VARIANTS", VARIANTS[:upto])
    if load_kernel().variant != request.param:
        pytest.skip(f"no {request.param}: not compiled, or more than this processor has")
    return request.param
