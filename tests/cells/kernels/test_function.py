import copy
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from skrnn.cells import GRU
from skrnn.cells.kernels import function, run_kernel
from skrnn.nn import Encoder

pytestmark = pytest.mark.usefixtures("kernel")
# Float32 rounding; where a ReLU stands at its kink, rounding decides between two slopes.
TOLERANCE = {"rnn_relu": 2e-2, "rrnn_relu": 2e-2}
LAYOUTS = ("rows", "steps first", "features apart", "windows", "one row", "every other")


def lay_out(draw, layout, n_rows, n_steps, n_features):
    """Give x (B, T, F), in memory as the layout says."""
    if layout == "windows":
        series = draw(n_rows + n_steps - 1, n_features)
        return series.unfold(0, n_steps, 1).transpose(1, 2)
    if layout == "steps first":
        return draw(n_steps, n_rows, n_features).transpose(0, 1)
    if layout == "features apart":
        return draw(n_rows, n_features, n_steps).transpose(1, 2)
    if layout == "one row":
        return draw(1, n_steps, n_features).expand(n_rows, -1, -1)
    if layout == "every other":
        return draw(2 * n_rows, 2 * n_steps, n_features + 3)[::2, 1::2, 1:-2]
    return draw(n_rows, n_steps, n_features)


def fill_padding(x, lengths, value):
    x = x.clone()
    x[torch.arange(x.shape[1]) >= lengths[:, None]] = value
    return x


def double(values):
    return None if values is None else tuple(value.double() for value in values)


# -- the same as in float64 ----------------------------------------------------------------------

CASES = st.tuples(
    st.integers(1, 70),  # rows
    st.integers(1, 60),  # steps
    st.integers(1, 40),  # features
    st.integers(1, 70),  # units
    st.booleans(),  # ragged
    st.booleans(),  # from a state that is not zero
    st.sampled_from(LAYOUTS),
    st.integers(0, 999),  # seed
)


@given(case=CASES)
@example(case=(1, 1, 1, 1, False, False, "rows", 0))
@example(case=(33, 9, 16, 16, True, True, "rows", 1))
@example(case=(70, 5, 3, 65, True, False, "steps first", 2))
@example(case=(32, 4, 7, 130, False, True, "windows", 3))
def test_outputs_states_and_gradients(kind, make, draw, answers, near, case):
    n_rows, n_steps, n_features, n_units, ragged, started, layout, seed = case
    cell = make(kind, n_features, n_units, seed)
    x = lay_out(draw, layout, n_rows, n_steps, n_features)
    lengths = draw.lengths(n_rows, n_steps, seed) if ragged else None
    if ragged and layout not in ("windows", "one row"):  # rows that share memory have no padding
        x = fill_padding(x, lengths, torch.nan)
    parts = len(cell.state_names) * started
    state = tuple(draw(n_rows, n_units, seed=9 + i) for i in range(parts)) or None
    own = answers(cell, x, lengths, state)
    truth = answers(copy.deepcopy(cell).double(), x.double(), lengths, double(state))
    near(own, truth, TOLERANCE.get(kind, 3e-5))


@pytest.mark.parametrize("kind", ["rnn_relu", "rrnn_relu"])
def test_relu_where_float32_is_exact(make, answers, kind):
    cell, generator = make(kind, 3, 5), torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in cell.parameters():
            weight.copy_(torch.randint(-2, 3, weight.shape, generator=generator) / 4)
        if kind == "rrnn_relu":  # a gate of one half
            for weight in cell.parameters():
                weight[5:10] = 0
    x = torch.randint(-2, 3, (40, 4, 3), generator=generator).float()
    own, truth = answers(cell, x), answers(copy.deepcopy(cell).double(), x.double())
    for name in ("output", "h_n"):
        assert torch.equal(own[name].double(), truth[name]), name
    for name in set(own) - {"output", "h_n"}:
        torch.testing.assert_close(own[name].double(), truth[name], rtol=1e-6, atol=1e-6)


def test_every_variant(variant, make, draw, answers, near, kind):
    for n_rows, n_features, n_units in ((1, 1, 1), (40, 5, 17), (70, 33, 48)):
        cell, x = make(kind, n_features, n_units), draw(n_rows, 12, n_features)
        lengths = draw.lengths(n_rows, 12)
        own = answers(cell, fill_padding(x, lengths, torch.nan), lengths)
        truth = answers(copy.deepcopy(cell).double(), x.double(), lengths)
        near(own, truth, TOLERANCE.get(kind, 3e-5))


@pytest.mark.parametrize("bidirectional", [False, True])
def test_layers_and_directions(make, draw, near, kind, bidirectional):
    cell = type(make(kind, 1, 1))(**make(kind, 1, 1).get_params())
    torch.manual_seed(0)
    encoder = Encoder(cell, 4, 9, 3, bidirectional, dropout=0.0)
    twin = copy.deepcopy(encoder).double()
    x, lengths = draw(20, 15, 4), draw.lengths(20, 15).clamp(min=1)
    x = fill_padding(x, lengths, torch.nan)
    found = []
    for module, given_x in ((encoder, x), (twin, x.double())):
        output, _ = module(given_x, lengths)
        (output * output.cos()).sum().backward()
        grads = {name: weight.grad for name, weight in module.named_parameters()}
        found.append({"output": output.detach(), **grads})
    near(*found, TOLERANCE.get(kind, 3e-5))


@pytest.mark.parametrize("ragged", [False, True])
def test_without_the_outputs(make, draw, same_bits, kind, ragged):
    cell, x = make(kind, 3, 10), draw(40, 7, 3)
    lengths = draw.lengths(40, 7) if ragged else None
    start = cell.initial_state(x)
    found = []
    for need_output in (True, False):
        weights = cell.kernel_weights()
        output, end = run_kernel(kind, x, lengths, start, weights, need_output)
        assert (output is None) != need_output
        grads = torch.autograd.grad(sum(part.square().sum() for part in end), cell.parameters())
        found.append(dict(enumerate((*end, *grads))))
    same_bits(*found)


def test_gradient_of_one_part_of_the_answer(make, draw, near, kind):
    cell, x = make(kind, 3, 6), draw(9, 5, 3)
    twin = copy.deepcopy(cell).double()
    for part in range(1 + len(cell.state_names)):
        grads = []
        for module, given_x in ((cell, x), (twin, x.double())):
            output, end = module(given_x)
            wanted = (output, *end)[part].square().sum()
            found = torch.autograd.grad(wanted, module.parameters(), allow_unused=True)
            found = [torch.zeros(1) if each is None else each for each in found]
            grads.append(dict(enumerate(found)))
        near(*grads, TOLERANCE.get(kind, 3e-5))


def test_only_what_is_wanted(make, draw, answers, same_bits, kind):
    cell, x = make(kind, 3, 6), draw(9, 5, 3)
    full = answers(cell, x)
    output, _ = cell(x)  # x wants no gradient here
    for name, weight in cell.named_parameters():
        (grad,) = torch.autograd.grad(output.sum(), weight, retain_graph=True)
        assert grad.shape == full[name].shape
    for weight in cell.parameters():
        weight.requires_grad_(False)
    wanted = x.clone().requires_grad_()
    output, end = cell(wanted)
    generator = torch.Generator().manual_seed(5)
    loss = sum(
        (part * torch.randn(part.shape, generator=generator)).sum() for part in (output, *end)
    )
    loss.backward()
    same_bits(wanted.grad, full["d_x"])


def test_padding_gets_no_gradient_and_zero_output(make, draw, answers, kind):
    cell, x, lengths = make(kind, 3, 6), draw(30, 8, 3), draw.lengths(30, 8)
    found = answers(cell, fill_padding(x, lengths, torch.nan), lengths)
    padding = torch.arange(8) >= lengths[:, None]
    assert not found["output"][padding].any() and not found["d_x"][padding].any()
    assert found["output"][~padding].all() or kind.endswith("relu")


def test_ended_rows_keep_their_state(make, draw, same_bits, kind):
    cell, x = make(kind, 2, 5), draw(6, 4, 2)
    start = tuple(draw(6, 5, seed=i) for i in range(len(cell.state_names)))
    _, end = cell(x, torch.zeros(6, dtype=torch.int64), start)
    same_bits(dict(enumerate(end)), dict(enumerate(start)))
    output, end = cell(x[:, :0], None, start)
    assert output.shape[1] == 0
    same_bits(dict(enumerate(end)), dict(enumerate(start)))


def test_no_rows(make, draw, answers, kind):
    cell = make(kind, 3, 4)
    found = answers(cell, draw(0, 5, 3), state=tuple(draw(0, 4) for _ in cell.state_names))
    assert found["output"].shape[:2] == found["d_x"].shape[:2] == (0, 5)
    assert not any(found[name].any() for name, _ in cell.named_parameters())


# -- what it reads is left alone -----------------------------------------------------------------


def test_inputs_are_left_alone(make, draw, answers, same_bits, kind):
    cell, x, lengths = make(kind, 3, 6), draw(40, 8, 3), draw.lengths(40, 8)
    state = tuple(draw(40, 6, seed=i) for i in range(len(cell.state_names)))
    tensors = dict(enumerate((x, lengths, *state, *cell.parameters())))
    before = {name: tensor.detach().clone() for name, tensor in tensors.items()}
    answers(cell, x, lengths, state)
    same_bits({name: tensor.detach() for name, tensor in tensors.items()}, before)


@pytest.mark.filterwarnings("ignore:The given NumPy array is not writable")
def test_read_only_memory(make, draw, answers, same_bits, tmp_path, kind):
    x = draw(5, 7, 3)
    np.save(tmp_path / "x.npy", x.numpy())
    mapped = torch.from_numpy(np.load(tmp_path / "x.npy", mmap_mode="r"))  # a write would crash
    same_bits(answers(make(kind, 3, 6), mapped), answers(make(kind, 3, 6), x))


# -- a row's answer to the bit -------------------------------------------------------------------


@pytest.mark.parametrize("n_units", [3, 16, 48])
def test_a_row_in_any_batch(make, draw, same_bits, kind, n_units):
    cell, x, lengths = make(kind, 5, n_units), draw(71, 13, 5), draw.lengths(71, 13)
    state = tuple(draw(71, n_units, seed=i) for i in range(len(cell.state_names)))
    with torch.no_grad():
        whole = together(cell, x, lengths, state)
        for n_rows in (1, 2, 5, 6, 7, 31, 33):
            parts = [slice(i, i + n_rows) for i in range(0, 71, n_rows)]
            found = [
                together(cell, x[p], lengths[p], tuple(part[p] for part in state)) for p in parts
            ]
            same_bits(torch.cat(found), whole)
        order = torch.randperm(71, generator=torch.Generator().manual_seed(0))
        permuted = together(cell, x[order], lengths[order], tuple(part[order] for part in state))
        same_bits(permuted, whole[order])
        longer = torch.cat([x, draw(71, 9, 5)], 1)
        beside = torch.cat([longer[:1], longer]), torch.cat([torch.tensor([22]), lengths])
        grown = tuple(torch.cat([part[:1], part]) for part in state)
        same_bits(together(cell, *beside, grown)[1:, : whole.shape[1]], whole)


def together(cell, x, lengths, state):
    """Output and states of each row in one line; the output cut to 13 steps."""
    output, end = cell(x, lengths, state)
    return torch.cat([*end, output[:, :13].flatten(1)], 1)


def test_training_answers_as_inference_does(make, draw, same_bits, kind):
    cell, x, lengths = make(kind, 3, 20), draw(40, 9, 3), draw.lengths(40, 9)
    output, end = cell(x, lengths)
    with torch.no_grad():
        bare, bare_end = cell(x, lengths)
    same_bits(dict(enumerate((output, *end))), dict(enumerate((bare, *bare_end))))


# -- threads -------------------------------------------------------------------------------------


def test_the_number_of_threads_changes_no_bit(make, draw, answers, same_bits, kind, monkeypatch):
    cell, x, lengths = make(kind, 4, 24), draw(70, 9, 4), draw.lengths(70, 9)
    found = []
    for n_threads in (1, 2, 3, 5):
        monkeypatch.setattr(function, "threads_for", lambda work, n=n_threads: n)
        found.append(answers(cell, x, lengths))
        found.append(answers(cell, x[:20], lengths[:20]))
    for i in range(2, len(found)):
        same_bits(found[i], found[i % 2])


def test_calls_from_several_threads(make, draw, answers, same_bits):
    jobs = [("gru", 40), ("lstm", 33), ("rnn_tanh", 50), ("rrnn_tanh", 20)] * 3
    cells = [make(kind, 3, n_units) for kind, n_units in jobs]
    x, lengths = draw(64, 20, 3), draw.lengths(64, 20)
    expected = [answers(cell, x, lengths) for cell in cells]
    found = [None] * len(cells)

    def work(i):
        found[i] = answers(cells[i], x, lengths)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(cells))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one, other in zip(found, expected, strict=True):
        same_bits(one, other)


def test_other_python_threads_go_on(make, draw):
    cell, x = make("lstm", 8, 128), draw(64, 300, 8)
    span, ticks = [], []

    def work():
        span.append(time.perf_counter())
        with torch.no_grad():
            cell(x)
        span.append(time.perf_counter())

    thread = threading.Thread(target=work)
    thread.start()
    while thread.is_alive():
        ticks.append(time.perf_counter())
        time.sleep(1e-4)
    inside = [t for t in ticks if 0.2 < (t - span[0]) / (span[1] - span[0]) < 0.8]
    assert len(inside) > 3, f"{len(inside)} ticks in {span[1] - span[0]:.3f} s"


FORKED = """
import os
import torch
from skrnn.cells import GRU
from skrnn.cells.kernels import function
torch.set_num_threads(1)  # OpenMP itself does not survive a fork
function.threads_for = lambda work: 2
torch.manual_seed(0)
cell = GRU()
cell.build(3, 64)
x = torch.randn(128, 9, 3)
def answer():
    output, _ = cell(x)
    grads = torch.autograd.grad(output.sum(), cell.parameters())
    return torch.cat([grad.flatten() for grad in grads])
expected, kept = answer(), cell(x)
child = os.fork()
if child == 0:
    os._exit(0 if torch.equal(answer(), expected) else 1)
_, status = os.waitpid(child, 0)
assert status == 0, status
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork on Windows")
def test_a_forked_process_goes_on_and_the_end_is_quiet():
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


# -- NaN and infinity ----------------------------------------------------------------------------


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_what_is_not_finite_comes_out(variant, make, draw, kind, value):
    cell, x = make(kind, 3, 20), draw(8, 6, 3)
    x[3, 2, 1] = value
    truth = copy.deepcopy(cell).double()
    own, expected = cell(x)[0], truth(x.double())[0]
    torch.testing.assert_close(own.isfinite(), expected.isfinite())
    torch.testing.assert_close(own.isnan(), expected.isnan())
    if value != value:
        assert own[3, 2:].isnan().all()
    assert own[[0, 1, 2, 4, 5, 6, 7]].isfinite().all()


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_not_finite_are_not_hidden(variant, make, draw, kind, value):
    x = draw(8, 6, 3)
    for name in dict(make(kind, 3, 20).named_parameters()):
        cell = make(kind, 3, 20)
        with torch.no_grad():
            cell.get_parameter(name).view(-1)[2] = value
        truth = copy.deepcopy(cell).double()
        own, expected = (
            output.isfinite().flatten(1).all(1) for output in (cell(x)[0], truth(x.double())[0])
        )
        assert torch.equal(own, expected), name  # row by row
        assert value == value or not own.any(), name


def test_gradients_of_nan_are_nan(make, draw, kind):
    cell, x = make(kind, 3, 5), draw(4, 6, 3)
    x[1, 3] = torch.nan
    output, _ = cell(x)
    for grad in torch.autograd.grad(output.square().sum(), cell.parameters()):
        assert grad.isnan().any()


# -- autograd ------------------------------------------------------------------------------------


def test_backward_again(make, draw, same_bits, kind):
    cell, x = make(kind, 3, 7), draw(40, 6, 3)
    output, _ = cell(x)
    loss = output.square().sum()
    once = torch.autograd.grad(loss, cell.parameters(), retain_graph=True)
    cell(2 * x)[0].sum().backward()  # what the first call keeps is its own
    again = torch.autograd.grad(loss, cell.parameters())
    same_bits(dict(enumerate(once)), dict(enumerate(again)))
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        torch.autograd.grad(loss, cell.parameters())


def test_two_forwards_before_the_backwards(make, draw, answers, same_bits, kind):
    cell, xs = make(kind, 3, 7), [draw(40, 6, 3, seed=i) for i in range(2)]
    alone = [torch.autograd.grad(cell(x)[0].sum(), cell.parameters()) for x in xs]
    losses = [cell(x)[0].sum() for x in xs]
    for loss, expected in zip(losses, alone, strict=True):
        found = torch.autograd.grad(loss, cell.parameters())
        same_bits(dict(enumerate(found)), dict(enumerate(expected)))


def test_there_is_no_second_derivative(make, draw, kind):
    cell, x = make(kind, 3, 4), draw(2, 5, 3).requires_grad_()
    (grad,) = torch.autograd.grad(cell(x)[0].square().sum(), x, create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        grad.sum().backward()


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_nothing_is_kept_without_gradients(make, draw, same_bits, kind, monkeypatch, mode):
    cell, x = make(kind, 3, 4), draw(40, 5, 3)
    expected, _ = cell(x)
    monkeypatch.setattr(function, "borrow", lambda size: pytest.fail("a buffer was borrowed"))
    with mode():
        output, _ = cell(x)
    assert not output.requires_grad
    same_bits(output.clone(), expected.detach())


def test_training_after_inference_mode(make, draw, same_bits):
    cell, x = make("gru", 3, 4), draw(37, 11, 3)
    with torch.inference_mode():
        expected, _ = cell(x)
    output, _ = cell(x)
    output.sum().backward()
    same_bits(output.detach(), expected.clone())


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
@pytest.mark.parametrize("ragged", [False, True])
def test_the_default_dtype_does_not_matter(make, draw, answers, same_bits, dtype, ragged):
    cell, x = make("lstm", 3, 40), draw(71, 11, 3)
    lengths = draw.lengths(71, 11) if ragged else None
    state = (draw(71, 40, seed=2), draw(71, 40, seed=3))
    expected = answers(cell, x, lengths, state)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        found = parts(cell, x, lengths, state)
    finally:
        torch.set_default_dtype(before)
    same_bits(found, {name: expected[name] for name in found})


def parts(cell, x, lengths, state):
    x = x.clone().requires_grad_()
    output, (h, c) = cell(x, lengths, state)
    assert output.dtype == h.dtype == c.dtype == torch.float32
    generator = torch.Generator().manual_seed(5)
    loss = sum(
        (part * torch.randn(part.shape, generator=generator, dtype=torch.float32)).sum()
        for part in (output, h, c)
    )
    loss.backward()
    return {"output": output.detach(), "h_n": h.detach(), "c_n": c.detach(), "d_x": x.grad}


def test_saved_tensors_may_move(make, draw, answers, same_bits):
    cell, x = make("gru", 3, 20), draw(20, 9, 3)
    expected = answers(cell, x)
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.numpy().copy(), torch.from_numpy):
        found = answers(cell, x.clone())
    same_bits(found, expected)


# -- what does not fit is refused ----------------------------------------------------------------

X = torch.zeros(4, 5, 3)
START = (torch.zeros(4, 6),)
REFUSED = {
    "features": ((torch.zeros(4, 5, 2), None, START), r"x has 2 features.*for 3"),
    "state": ((X, None, (torch.zeros(4, 5),)), r"state.*\(4, 6\).*got.*\(4, 5\)"),
    "rows of the state": ((X, None, (torch.zeros(3, 6),)), r"state.*\(4, 6\).*got.*\(3, 6\)"),
    "dtype of the state": ((X, None, (torch.zeros(4, 6).double(),)), "float32.*got.*float64"),
    "parts of the state": ((X, None, (*START, *START)), "state.*1 part"),
    "dtype of lengths": ((X, torch.ones(4, dtype=torch.int32), START), "int64.*got.*int32"),
    "number of lengths": ((X, torch.ones(3, dtype=torch.int64), START), r"\(4,\).*got.*\(3,\)"),
    "long": ((X, torch.tensor([5, 6, 1, 1]), START), "lengths.*between 0 and 5.*got 6.*row 1"),
    "negative": ((X, torch.tensor([5, 5, 1, -1]), START), "between 0 and 5.*got -1.*row 3"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(make, case):
    arguments, words = REFUSED[case]
    with pytest.raises(ValueError, match=words):
        make("gru", 3, 6)(*arguments)


@pytest.mark.parametrize("to", [torch.float64, "meta"])
def test_weights_of_another_kind_are_refused(make, to):
    with pytest.raises(ValueError, match=r"weights must be float32 on the CPU.*got"):
        make("gru", 3, 6).to(to)(X)


# -- torch's names and layout --------------------------------------------------------------------

LAYERS = {
    "gru": torch.nn.GRU,
    "lstm": torch.nn.LSTM,
    "rnn_tanh": torch.nn.RNN,
    "rnn_relu": lambda *sizes, **kw: torch.nn.RNN(*sizes, nonlinearity="relu", **kw),
}


@pytest.mark.parametrize("kind", LAYERS)
def test_weights_of_torch(make, draw, near, kind):
    layer, cell, x = LAYERS[kind](3, 6, batch_first=True), make(kind, 3, 6), draw(9, 7, 3)
    layer.load_state_dict(cell.layer.state_dict())
    near(cell(x)[0], layer(x)[0], 1e-5)
    fresh = LAYERS[kind](3, 6, batch_first=True)
    cell.layer.load_state_dict(fresh.state_dict())
    near(cell(x)[0], fresh(x)[0], 1e-5)


def test_a_cell_on_its_own():
    cell = GRU()
    cell.build(2, 3)
    output, (h,) = cell(torch.zeros(4, 5, 2))
    assert torch.equal(output[:, -1], h)
