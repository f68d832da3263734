import pytest
import torch

from skrnn import config_context
from skrnn.cells import CELLS, GRU, LSTM, RNN, RRNN, PeepholeLSTM, make_cell
from skrnn.cells.kernels import backend_of, function, gives_last_state, runs_in_kernel
from skrnn.nn import Encoder

INSIDE = {
    "layer_norm": True,
    "recurrent_dropout": 0.3,
    "weight_drop": 0.3,
    "zoneout": 0.2,
    "projection": 3,
}
AROUND = {"input_dropout": 0.3, "learn_initial_state": True, "dilation": 2}
KERNEL_KINDS = (RNN, GRU, LSTM, PeepholeLSTM, RRNN)
LEAVES = [
    *(kind(**{name: value}) for kind in KERNEL_KINDS for name, value in INSIDE.items()),
    RNN(activation="gelu"),
    RNN(activation="identity"),
    RRNN(activation="gelu"),
    RRNN(product_of="gate"),
    PeepholeLSTM(peepholes="full"),
    PeepholeLSTM(output_sees="old"),
    PeepholeLSTM(candidate="sigmoid"),
    PeepholeLSTM(activation="relu"),
    *(name for name, kind in CELLS.items() if kind not in KERNEL_KINDS),
]
STAYS = [
    *(kind(**{name: value}) for kind in KERNEL_KINDS for name, value in AROUND.items()),
    *(RNN(activation=name) for name in ("tanh", "relu", "sigmoid")),
    *(RRNN(activation=name) for name in ("tanh", "relu", "sigmoid")),
    *(kind(init="uniform") for kind in KERNEL_KINDS),
    *(name for name, kind in CELLS.items() if kind in KERNEL_KINDS),
]


def built(cell):
    cell = make_cell(cell)
    cell.build(2, 4)
    return cell


@pytest.fixture
def calls(monkeypatch):
    """Count the calls that reach the kernel."""
    seen = []

    def spy(*args, **kwargs):
        seen.append(args[0])
        return function.run_kernel(*args, **kwargs)

    monkeypatch.setattr("skrnn.cells.base.run_kernel", spy)
    return seen


@pytest.mark.parametrize("cell", STAYS, ids=repr)
def test_what_the_kernel_runs(kernel, calls, cell):
    cell = built(cell)
    assert runs_in_kernel(cell)
    cell(torch.zeros(2, 3, 2))
    assert calls == [cell.kernel_cell]
    assert set(function.CELLS) >= set(calls)


@pytest.mark.parametrize("cell", LEAVES, ids=repr)
def test_what_leaves_the_kernel(calls, cell):
    cell = built(cell)
    assert not runs_in_kernel(cell)
    cell(torch.zeros(2, 3, 2))
    assert calls == []


def test_every_name_of_the_kernel_is_reached():
    assert {built(cell).kernel_cell for cell in STAYS} == set(function.CELLS)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_numbers_go_to_torch(calls, dtype):
    cell, x = built("gru").to(dtype), torch.zeros(2, 3, 2, dtype=dtype)
    assert not runs_in_kernel(cell, x)
    assert cell(x)[0].dtype == dtype and calls == []


def test_other_devices_go_to_torch():
    assert not runs_in_kernel(built("gru"), torch.zeros(2, 3, 2, device="meta"))


def test_the_config_decides(kernel, calls):
    cell, x = built("lstm"), torch.randn(2, 3, 2, generator=torch.Generator().manual_seed(0))
    with config_context(backend="torch"):
        assert not runs_in_kernel(cell, x)
        expected, _ = cell(x)
    assert calls == []
    with config_context(backend="kernel"):
        found, _ = cell(x)
    assert calls == ["lstm"]
    torch.testing.assert_close(found, expected)


def test_without_a_kernel_everything_goes_to_torch(monkeypatch, calls):
    monkeypatch.setattr("skrnn._config.load_kernel", lambda: None)
    cell = built("gru")
    assert not runs_in_kernel(cell, torch.zeros(2, 3, 2))
    assert cell(torch.zeros(2, 3, 2))[0].shape == (2, 3, 4) and calls == []


def test_the_backend_of_a_network(kernel):
    def encoder(cell):
        return Encoder(cell, 2, 4, 2, True, dropout=0.0)

    assert backend_of(encoder("gru")) == "kernel"
    assert backend_of(encoder("mgu")) == "torch"
    assert backend_of(encoder(GRU(zoneout=0.1))) == "torch"
    assert backend_of(torch.nn.ModuleList([encoder("gru"), encoder("mgu")])) == "torch"
    assert backend_of(torch.nn.Linear(2, 2)) == "torch"
    with config_context(backend="torch"):
        assert backend_of(encoder("gru")) == "torch"


@pytest.mark.parametrize("cell", STAYS, ids=repr)
def test_where_last_outputs_come_without_the_others(kernel, cell):
    cell, x = built(cell), torch.zeros(3, 5, 2)
    assert gives_last_state(cell, x) != isinstance(cell, RRNN)  # whose outputs are no states
    assert not gives_last_state(cell, x.double())
    with config_context(backend="torch"):
        assert not gives_last_state(cell, x)


@pytest.mark.parametrize("cell", LEAVES, ids=repr)
def test_where_they_do_not(cell):
    assert not gives_last_state(built(cell), torch.zeros(3, 5, 2))
