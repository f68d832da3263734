"""The fan of quantiles against plain loops."""

import copy
import pickle

import numpy as np
import pytest
import torch

from skrnn.heads import Fan

QUANTILES = [(0.1, 0.9), (0.05, 0.2, 0.8), (0.9,), (0.3,), ()]


def draw(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def plain_fan(head, outputs):
    """Give the quantiles of one row of numbers, one by one."""
    D = head.n_targets
    fan = np.empty((D, len(head.quantiles)))
    for d in range(D):
        distance = [
            np.logaddexp(0, float(outputs[D + q * D + d]) + np.log(np.e - 1))
            for q in range(len(head.quantiles))
        ]
        for q, level in enumerate(head.quantiles):
            between = [
                i for i, other in enumerate(head.quantiles)
                if (level <= other < 0.5) or (0.5 < other <= level)
            ]  # fmt: skip
            shift = sum(distance[i] for i in between)
            fan[d, q] = float(outputs[d]) + (shift if level > 0.5 else -shift)
    return fan


@pytest.mark.parametrize("quantiles", QUANTILES)
def test_quantiles_are_added_up_from_the_median(quantiles):
    head = Fan(3, quantiles=quantiles)
    outputs = draw(4, 5, head.n_outputs) * 3
    fan = head.fan(outputs) if quantiles else torch.empty(4, 5, 3, 0)
    for i, j in np.ndindex(4, 5):
        assert fan[i, j].numpy() == pytest.approx(plain_fan(head, outputs[i, j]))
    assert torch.equal(head.predict(outputs), outputs[..., :3])


@pytest.mark.parametrize("quantiles", QUANTILES)
def test_quantiles_never_cross(quantiles):
    head = Fan(2, quantiles=quantiles)
    for scale in (1.0, 100.0, 1e6):
        outputs = draw(50, head.n_outputs) * scale
        whole = [*(q for q in quantiles if q < 0.5), 0.5, *(q for q in quantiles if q > 0.5)]
        point = head.predict(outputs)[..., None]
        fan = head.fan(outputs) if quantiles else torch.empty(50, 2, 0)
        below = whole.index(0.5)
        every = torch.cat([fan[..., :below], point, fan[..., below:]], -1)
        assert (every.diff(dim=-1) >= 0).all()


@pytest.mark.parametrize("quantiles", QUANTILES)
def test_loss(quantiles):
    head = Fan(2, quantiles=quantiles)
    outputs, target = draw(7, head.n_outputs), draw(7, 2, seed=1) * 2
    found = head.loss(outputs, target)
    for i, d in np.ndindex(7, 2):
        error = float(target[i, d] - outputs[i, d])
        expected = abs(error)
        if quantiles:
            fan = plain_fan(head, outputs[i])[d]
            pinball = [
                max(q * (float(target[i, d]) - f), (q - 1) * (float(target[i, d]) - f))
                for q, f in zip(quantiles, fan, strict=True)
            ]
            expected += 2 * np.mean(pinball)
        assert float(found[i, d]) == pytest.approx(expected)


def test_missing_targets_cost_nothing_and_teach_nothing():
    head = Fan(3)
    outputs, target = draw(4, head.n_outputs).requires_grad_(), draw(4, 3, seed=1)
    target[1], target[2, 0] = torch.nan, torch.nan
    loss = head.loss(outputs, target)
    assert loss[1].eq(0).all() and loss[2, 0] == 0 and loss[2, 1] > 0
    (gradient,) = torch.autograd.grad(loss.sum(), outputs)
    assert gradient.isfinite().all() and gradient[1].eq(0).all()


def test_widths_do_not_move_the_median():
    head = Fan(1, quantiles=(0.1, 0.9))
    outputs = draw(5, 3).requires_grad_()
    target = draw(5, 1, seed=1)
    (whole,) = torch.autograd.grad(head.loss(outputs, target).sum(), outputs)
    (alone,) = torch.autograd.grad((target - outputs[:, :1]).abs().sum(), outputs)
    assert torch.equal(whole[:, 0], alone[:, 0]) and whole[:, 1:].ne(0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_no_row_changes_another_by_a_bit(dtype):
    head = Fan(3, quantiles=(0.1, 0.3, 0.7, 0.9))
    outputs = (draw(13, head.n_outputs) * 5).to(dtype)
    whole = head.fan(outputs)
    for i in range(13):
        assert torch.equal(head.fan(outputs[i : i + 1])[0], whole[i])


def test_learned_quantiles_hold_what_they_say():
    head = Fan(1, quantiles=(0.1, 0.8))
    target = draw(4000, 1)
    outputs = torch.zeros(1, 3, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([outputs], lr=0.02)
    for _ in range(400):
        optimizer.zero_grad()
        head.loss(outputs.expand(4000, 3), target).mean().backward()
        optimizer.step()
    fan = head.fan(outputs)[0, 0].detach().numpy()
    assert fan == pytest.approx(np.quantile(target, [0.1, 0.8]), abs=0.08)
    assert float(outputs[0, 0].detach()) == pytest.approx(float(target.median()), abs=0.08)


def test_start():
    head = Fan(2, quantiles=(0.1, 0.9))
    outputs = torch.as_tensor(head.initial_bias(np.zeros((3, 2))))
    assert head.n_params == 3 and outputs.shape == (head.n_outputs,)
    assert head.fan(outputs).numpy() == pytest.approx(np.array([[-1.0, 1.0]] * 2))


def test_targets_are_checked():
    with pytest.raises(ValueError, match=r"row 1|Row 1|at 1"):
        Fan(2).check_target(np.array([[1.0, 2.0], [np.inf, 0.0]]))
    Fan(2).check_target(np.ones((3, 2)))


def test_copies():
    head = Fan(2, quantiles=(0.2, 0.7))
    outputs = draw(3, head.n_outputs)
    for other in (copy.deepcopy(head), pickle.loads(pickle.dumps(head))):
        assert torch.equal(other.fan(outputs), head.fan(outputs))
    assert head.score(outputs, head.predict(outputs)) == pytest.approx(1.0)
