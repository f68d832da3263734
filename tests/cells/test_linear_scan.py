"""The linear recurrence against a plain loop: values and gradients, both ways of computing it."""

import pytest
import torch

from skrnn.cells.linear_scan import linear_scan, parallel_scan

DTYPES = [torch.float64, torch.complex128]


def loop(decay, drive, start):
    states, h = [], start
    for t in range(drive.shape[1]):
        h = decay[:, t] * h + drive[:, t]
        states.append(h)
    return torch.stack(states, 1)


def draw(n_steps, dtype, device="cpu", size=3):
    """Draw a, b and the start; |a| < 1."""
    generator = torch.Generator().manual_seed(n_steps)
    shapes = ((2, n_steps, size), (2, n_steps, size), (2, size))
    parts = [torch.randn(shape, generator=generator, dtype=dtype) for shape in shapes]
    parts[0] = parts[0] / (1 + parts[0].abs())
    return [part.to(device).requires_grad_() for part in parts]


def results(scan, parts):
    states = scan(*parts)
    total = (states.abs() ** 2).sum() + (states**3).real.sum()
    return [states.detach(), *torch.autograd.grad(total, parts)]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("n_steps", [1, 2, 3, 4, 7, 8, 9, 33, 1000])
@pytest.mark.parametrize("scan", [linear_scan, parallel_scan])
def test_agrees_with_a_loop(scan, n_steps, dtype):
    parts = draw(n_steps, dtype)
    for one, other in zip(results(scan, parts), results(loop, parts), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("n_steps", [1, 5])
@pytest.mark.parametrize("scan", [linear_scan, parallel_scan])
def test_gradient(scan, n_steps, dtype):
    assert torch.autograd.gradcheck(scan, draw(n_steps, dtype, size=2))


def test_some_gradients_only():
    decay, drive, start = (part.detach() for part in draw(5, torch.float64))
    for i in range(3):
        parts = [decay, drive, start]
        parts[i] = parts[i].clone().requires_grad_()
        (own,) = torch.autograd.grad(linear_scan(*parts).pow(3).sum(), parts[i])
        (expected,) = torch.autograd.grad(loop(*parts).pow(3).sum(), parts[i])
        torch.testing.assert_close(own, expected)


def test_inputs_are_left_alone():
    parts = draw(6, torch.float64)
    before = [part.detach().clone() for part in parts]
    results(linear_scan, parts)
    assert all(map(torch.equal, before, parts))


def test_a_decay_that_is_the_same_at_every_step():
    decay, drive, start = draw(6, torch.complex128)
    one = decay[0, 0].detach().requires_grad_()
    (own,) = torch.autograd.grad(
        linear_scan(one.expand(drive.shape), drive, start).abs().sum(), one
    )
    (expected,) = torch.autograd.grad(loop(one.expand(drive.shape), drive, start).abs().sum(), one)
    torch.testing.assert_close(own, expected)


def test_many_steps_do_not_add_up_errors():
    n_steps = 20_000
    decay = torch.full((1, n_steps, 1), 0.5, dtype=torch.float64)
    states = linear_scan(decay, torch.ones_like(decay), decay[:, 0])
    torch.testing.assert_close(states[0, 60:], torch.full_like(states[0, 60:], 2.0))


def test_second_derivatives_are_refused():
    parts = draw(3, torch.float64)
    (gradient,) = torch.autograd.grad(linear_scan(*parts).pow(3).sum(), parts[0], create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        gradient.sum().backward()


@pytest.mark.gpu
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("n_steps", [1, 7, 500])
def test_cuda_agrees_with_the_cpu(n_steps, dtype):
    cuda = results(linear_scan, draw(n_steps, dtype, "cuda"))
    for one, other in zip(cuda, results(linear_scan, draw(n_steps, dtype)), strict=True):
        assert one.is_cuda
        torch.testing.assert_close(one.cpu(), other, rtol=1e-10, atol=1e-10)
