"""Answers come in the order of the questions; without the kernel, in double precision."""

import numpy as np
import pytest
import torch

from skrnn import config_context
from skrnn.data import Ragged
from skrnn.nn import Dropout, Encoder, PooledNetwork
from skrnn.training import inference
from skrnn.training.dataset import to_sequences
from skrnn.training.inference import run_network


def network():
    torch.manual_seed(0)
    return PooledNetwork(Encoder("gru", 2, 3, 1, True, 0.5), "last", (4,), 0.5, 3)


def rows(n=60):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(length, 2)) for length in rng.integers(1, 30, n)]


def run(net, X, method="forward"):
    return run_network(net, to_sequences(Ragged.from_rows(X), np.float64), "cpu", method)


@pytest.mark.parametrize("method", ["forward", "encode"])
@pytest.mark.parametrize("numbers", [1, 3000, 2_000_000])
@pytest.mark.parametrize(("backend", "tolerance"), [("torch", 1e-13), ("auto", 1e-6)])
def test_order(backend, tolerance, method, numbers, monkeypatch):
    """However the rows are batched, every row gets its own answer."""
    monkeypatch.setattr(inference, "NUMBERS_PER_BATCH", numbers)
    net, X = network(), rows()
    with config_context(backend=backend):
        answers = run(net, X, method)
    double = network().double().eval()
    with torch.no_grad():
        for x, answer in zip(X, answers, strict=True):
            expected = getattr(double, method)(torch.tensor(x)[None])[0]
            torch.testing.assert_close(answer, expected, rtol=0, atol=tolerance)
    assert answers.dtype == torch.float64 and len(answers) == len(X)


def test_the_network_is_left_alone():
    net = network()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    run(net, rows(5))
    assert net.training and not any(p.requires_grad is False for p in net.parameters())
    for name, value in net.state_dict().items():
        assert value.dtype == torch.float32 and torch.equal(value, before[name])


def test_nothing_is_dropped():
    net = network()
    assert any(isinstance(part, Dropout) and part.p for part in net.modules())
    assert torch.equal(run(net, rows(9)), run(net, rows(9)))


def test_grad_mode_and_threads_are_given_back():
    torch.set_grad_enabled(True)
    run(network(), rows(3))
    assert torch.is_grad_enabled()
