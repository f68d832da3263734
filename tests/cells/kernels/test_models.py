"""Several models in one call of the kernel: each as if it had been called alone, to the bit."""

import pytest
import torch

from skrnn.cells.kernels import run_kernel

pytestmark = pytest.mark.usefixtures("kernel")
SHAPES = [  # models, rows of each, steps, features, units
    (2, 1, 1, 1, 1),
    (3, 5, 7, 2, 6),
    (4, 33, 3, 5, 17),
    (2, 8, 9, 16, 32),
]


def read(kind, x, lengths, state, weights, need_output, seed=5):
    """Answers and all gradients of a fixed loss, as a flat list."""
    state = () if state is None else state
    leaves = [part.detach().clone().requires_grad_() for part in (x, *state, *weights)]
    n_parts = len(state)
    state, weights = tuple(leaves[1 : 1 + n_parts]) or None, tuple(leaves[1 + n_parts :])
    output, end = run_kernel(kind, leaves[0], lengths, state, weights, need_output)
    assert (output is None) != need_output
    answers = [*([output] if need_output else []), *end]
    loss = sum((part * factors(part, seed)).sum() for part in answers)
    return [part.detach() for part in answers], torch.autograd.grad(loss, leaves)


def factors(like, seed):
    """Different numbers for each unit and step, the same ones for each row."""
    return torch.randn(like.shape[1:], generator=torch.Generator().manual_seed(seed))


def some_lengths(draw, n_rows, n_steps):
    lengths = draw.lengths(n_rows, n_steps).clamp(min=1)
    lengths[0], lengths[-1] = 1, n_steps
    return lengths


@pytest.mark.parametrize("need_output", [True, False])
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_models_are_as_each_alone(make, draw, kind, shape, ragged, started, need_output):
    n_models, n_rows, n_steps, n_features, n_units = shape
    cells = [make(kind, n_features, n_units, seed) for seed in range(n_models)]
    x = draw(n_models * n_rows, n_steps, n_features)
    lengths = some_lengths(draw, len(x), n_steps) if ragged else None
    parts = len(cells[0].state_names) * started
    state = tuple(draw(len(x), n_units, seed=9 + i) for i in range(parts)) or None
    weights = [cell.kernel_weights() for cell in cells]
    stacked = tuple(map(torch.stack, zip(*weights, strict=True)))
    answers, gradients = read(kind, x, lengths, state, stacked, need_output)
    for k in range(n_models):
        rows = slice(k * n_rows, (k + 1) * n_rows)
        alone = (
            x[rows],
            lengths if lengths is None else lengths[rows],
            state and tuple(part[rows] for part in state),
            weights[k],
        )
        own_answers, own_gradients = read(kind, *alone, need_output)
        of_rows = [part[rows] for part in (*answers, *gradients[: 1 + parts])]
        of_weights = [part[k] for part in gradients[1 + parts :]]
        found, expected = [*of_rows, *of_weights], [*own_answers, *own_gradients]
        assert all(map(torch.equal, found, expected))
        assert len(found) == len(expected)


def test_every_variant(variant, make, draw, kind):
    cells = [make(kind, 5, 17, seed) for seed in range(3)]
    x, lengths = draw(30, 6, 5), some_lengths(draw, 30, 6)
    weights = [cell.kernel_weights() for cell in cells]
    stacked = tuple(map(torch.stack, zip(*weights, strict=True)))
    (output, *_), (d_x, *_) = read(kind, x, lengths, None, stacked, True)
    for k, each in enumerate(weights):
        rows = slice(10 * k, 10 * k + 10)
        (own, *_), (own_d_x, *_) = read(kind, x[rows], lengths[rows], None, each, True)
        assert torch.equal(output[rows], own) and torch.equal(d_x[rows], own_d_x)


def test_one_stacked_model_is_a_model(make, draw, kind):
    cell, x = make(kind, 3, 6), draw(9, 5, 3)
    weights = cell.kernel_weights()
    stacked = tuple(weight[None] for weight in weights)
    found, plain = (read(kind, x, None, None, each, True) for each in (stacked, weights))
    assert all(map(torch.equal, found[0], plain[0]))
    assert torch.equal(found[1][0], plain[1][0])
    pairs = zip(found[1][1:], plain[1][1:], strict=True)
    assert all(torch.equal(one[0], other) for one, other in pairs)


def test_models_do_not_see_each_other(make, draw, kind):
    """Numbers that overflow in one model stay there."""
    cells = [make(kind, 3, 6, seed) for seed in range(3)]
    stacked = tuple(map(torch.stack, zip(*(c.kernel_weights() for c in cells), strict=True)))
    x = draw(12, 5, 3)
    whole, _ = read(kind, x, None, None, stacked, True)
    x[4:8] = torch.nan
    broken, gradients = read(kind, x, None, None, stacked, True)
    assert not broken[0][4:8].isfinite().all()
    for rows in (slice(0, 4), slice(8, 12)):
        assert torch.equal(broken[0][rows], whole[0][rows])
    assert all(gradient[[0, 2]].isfinite().all() for gradient in gradients[1:])


@pytest.mark.parametrize("ragged", [False, True])
def test_rows_that_models_cannot_share(make, draw, kind, ragged):
    cells = [make(kind, 3, 6, seed) for seed in range(3)]
    stacked = tuple(map(torch.stack, zip(*(c.kernel_weights() for c in cells), strict=True)))
    lengths = torch.full((10,), 5) if ragged else None
    with pytest.raises(ValueError, match="x has 10 rows, which 3 models cannot share equally"):
        run_kernel(kind, draw(10, 5, 3), lengths, None, stacked)
