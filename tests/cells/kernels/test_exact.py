import threading

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from skrnn import config_context
from skrnn.cells.kernels import exact
from skrnn.nn.pooling import AttentionPooling, MeanPooling
from skrnn.nn.stem import RowNorm

pytestmark = pytest.mark.usefixtures("kernel")


@given(case=st.tuples(st.integers(0, 40), st.integers(1, 70), st.integers(1, 70)))
def test_linear(draw, near, case):
    n_rows, n_in, n_out = case
    x, weight, bias = draw(n_rows, n_in), draw(n_out, n_in, seed=2), draw(n_out, seed=3)
    found = exact.linear(x, weight, bias)
    near(found, torch.nn.functional.linear(x.double(), weight.double(), bias.double()), 1e-5)


def test_linear_of_any_shape_and_layout(draw, near, same_bits):
    x, weight, bias = draw(5, 3, 4), draw(4, 7), draw(7)
    strided = exact.linear(x.transpose(0, 1), weight.T, bias)
    assert strided.shape == (3, 5, 7)
    near(strided, x.transpose(0, 1).double() @ weight.double() + bias.double(), 1e-5)
    each = exact.linear(x.transpose(0, 1).contiguous(), weight.T.contiguous(), bias)
    same_bits(strided, each)


@pytest.mark.parametrize("name", ["linear", "mean", "attention"])
def test_every_variant_and_any_batch(variant, draw, near, same_bits, name):
    x, lengths = draw(23, 9, 21), draw.lengths(23, 9).clamp(min=1)
    weight, bias, query = draw(21, 21, seed=2), draw(21, seed=3), draw(21, seed=4)
    functions = {
        "linear": lambda x, lengths: exact.linear(x, weight, bias),
        "mean": exact.mean,
        "attention": lambda x, lengths: exact.attention(x, lengths, weight, bias, query),
    }
    whole = functions[name](x, lengths)
    near(whole, expected(name, x, lengths, weight, bias, query), 1e-5)
    order = torch.randperm(23, generator=torch.Generator().manual_seed(0))
    same_bits(functions[name](x[order], lengths[order]), whole[order])
    for n_rows in (1, 2, 5, 7):
        parts = [slice(i, i + n_rows) for i in range(0, 23, n_rows)]
        same_bits(torch.cat([functions[name](x[p], lengths[p]) for p in parts]), whole)
    if name != "linear":
        longer = torch.cat([x, torch.full((23, 8, 21), torch.nan)], 1)
        same_bits(functions[name](longer, lengths), whole)
        full = torch.full((23,), 9)
        same_bits(functions[name](x, None), functions[name](x, full))


def expected(name, x, lengths, weight, bias, query):
    x, weight, bias, query = (each.double() for each in (x, weight, bias, query))
    if name == "linear":
        return x @ weight.T + bias
    rows = [row[:n] for row, n in zip(x, lengths.tolist(), strict=True)]
    if name == "mean":
        return torch.stack([row.mean(0) for row in rows])
    return torch.stack([((row @ weight.T + bias).tanh() @ query).softmax(0) @ row for row in rows])


@pytest.mark.parametrize("value", [torch.nan, torch.inf])
def test_what_is_not_finite_comes_out(variant, draw, value):
    x, weight, bias = draw(4, 5, 6), draw(6, 6), draw(6)
    x[2, 1, 3] = value
    found = (
        exact.linear(x, weight, bias).flatten(1),
        exact.mean(x, None),
        exact.attention(x, None, weight, bias, draw(6)),
    )
    for answer in found:
        assert answer.isfinite().all(1).tolist() == [True, True, False, True]
    broken = weight.clone()
    broken[2, 2] = value
    assert not exact.linear(draw(3, 6), broken, bias)[:, 2].isfinite().any()
    assert (
        exact.attention(draw(3, 5, 6), None, weight, bias, torch.full((6,), torch.nan))
        .isnan()
        .all()
    )


def test_when_it_answers(draw):
    x = draw(2, 3, 4)
    assert not exact.answers_exactly(x)
    with torch.no_grad():
        assert exact.answers_exactly(x)
        assert not exact.answers_exactly(x.double())
        assert not exact.answers_exactly(x.to("meta"))
        with config_context(backend="torch"):
            assert not exact.answers_exactly(x)
    with torch.inference_mode():
        assert exact.answers_exactly(x)


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("module", [MeanPooling(6), AttentionPooling(6), RowNorm(6)], ids=str)
def test_the_modules_that_call_it(draw, near, module, ragged):
    x, lengths = draw(9, 7, 6), draw.lengths(9, 7).clamp(min=1) if ragged else None
    with torch.no_grad():
        own = module(x, lengths)
        with config_context(backend="torch"):
            truth = module.double()(x.double(), lengths)
        module.float()
    if own.ndim == 3 and ragged:  # the padding says nothing
        real = torch.arange(7) < lengths[:, None]
        own, truth = own[real], truth[real]
    near(own, truth, 1e-5)


def test_calls_from_several_threads(draw, same_bits):
    x, weight, bias = draw(64, 50, 30), draw(30, 30), draw(30)
    expected, found = exact.attention(x, None, weight, bias, bias), [None] * 6

    def work(i):
        found[i] = exact.attention(x, None, weight, bias, bias)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(len(found))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in found:
        same_bits(answer, expected)
