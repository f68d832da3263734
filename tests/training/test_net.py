"""The net owned by the estimators: what a run does to weights, history and gradients."""

import copy
import math

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback
from torch import nn

from skrnn.heads import SquaredError
from skrnn.training.loss import WeightedLoss


class Spy(Callback):
    """Remembers the gradients and rates of every step."""

    gradients, rates, orders = [], [], []

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        Spy.gradients, Spy.rates, Spy.orders = [], [], []

    def on_grad_computed(self, net, named_parameters, batch=None, training=None, **kwargs):
        Spy.gradients.append([p.grad.clone() for _, p in named_parameters])
        Spy.rates.append(net.optimizer_.param_groups[0]["lr"])
        Spy.orders.append(batch[1][0][:, 0].tolist())


class Interrupt(Callback):
    """A Ctrl-C in the middle of an epoch."""

    def __init__(self, epoch, when="on_batch_end"):
        self.epoch, self.when = epoch, when

    def on_batch_end(self, net, training=None, **kwargs):
        if len(net.history) == self.epoch:
            raise KeyboardInterrupt


def norm(gradients):
    return math.sqrt(sum(float(g.square().sum()) for g in gradients))


def test_weighted_loss():
    head, generator = SquaredError(2), torch.Generator().manual_seed(0)
    outputs, target = (torch.randn(5, 2, generator=generator) for _ in range(2))
    weight = torch.tensor([1.0, 0.0, 2.0, 1.0, 1.0])
    expected = (weight[:, None] * head.loss(outputs, target)).sum() / (5 * 2)
    torch.testing.assert_close(WeightedLoss(head)(outputs, target, weight, 5), expected)
    repeated = torch.tensor([0, 2, 2, 3, 4])
    again = WeightedLoss(head)(outputs[repeated], target[repeated], torch.ones(5), 5)
    torch.testing.assert_close(again, expected)


def test_training_lowers_the_loss(fit):
    net = fit(max_epochs=30, optimizer="adam", lr=0.02)
    losses = net.history[:, "train_loss"]
    assert losses[-1] < 0.5 * losses[0] and net.best_loss == min(losses)


def test_history_has_what_is_promised(fit):
    net = fit(held_back=range(12, 20))
    names = {"epoch", "train_loss", "train_score", "valid_loss", "valid_score", "lr", "grad_norm",
             "seconds", "padded_fraction"}  # fmt: skip
    for number, row in enumerate(net.history, 1):
        assert names <= set(row) and row["epoch"] == number
        assert all(np.isfinite(row[name]) for name in names)
        assert 0 <= row["padded_fraction"] < 1 and row["seconds"] > 0


def test_one_step_is_gradient_descent(fit, weights):
    before = weights()
    fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=0.1)
    (gradients,) = Spy.gradients
    for old, new, gradient in zip(before, weights(), gradients, strict=True):
        torch.testing.assert_close(new, old - 0.1 * gradient)


def test_alpha_and_l1_add_to_the_gradient_of_weights(fit, network):
    fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=1e-12)
    plain = Spy.gradients[0]
    fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=1e-12, alpha=0.6, l1=0.3)
    for p, one, other in zip(network.parameters(), plain, Spy.gradients[0], strict=True):
        extra = (0.6 * p + 0.3 * p.sign()) / 12 if p.ndim > 1 else torch.zeros_like(p)
        torch.testing.assert_close(other - one, extra.detach(), atol=1e-6, rtol=1e-4)


def test_alpha_of_adamw_is_weight_decay(fit):
    net = fit(optimizer="adamw", alpha=0.25, max_epochs=1, callbacks=[Spy()], batch_size=12)
    with_decay = Spy.gradients[0]
    assert net.optimizer_.param_groups[0]["weight_decay"] == 0.25
    assert all(torch.isfinite(g).all() for g in with_decay)


def test_clip_norm(fit):
    net = fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=1e-12)
    free = Spy.gradients[0]
    assert net.history[-1, "grad_norm"] == pytest.approx(norm(free), rel=1e-5)
    bound = norm(free) / 3
    net = fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=1e-12, clip_norm=bound)
    assert net.history[-1, "grad_norm"] == pytest.approx(norm(free), rel=1e-5), "before clipping"
    for one, other in zip(Spy.gradients[0], free, strict=True):
        torch.testing.assert_close(one, other / 3, rtol=1e-4, atol=1e-7)
    fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=1e-12, clip_norm=3 * norm(free))
    for one, other in zip(Spy.gradients[0], free, strict=True):
        assert torch.allclose(one, other), "a small gradient is left alone"


def test_clip_value(fit):
    fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=1e-12)
    free = Spy.gradients[0]
    fit(batch_size=12, max_epochs=1, callbacks=[Spy()], lr=1e-12, clip_value=0.01)
    for one, other in zip(Spy.gradients[0], free, strict=True):
        torch.testing.assert_close(one, other.clamp(-0.01, 0.01), rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("schedule", ["constant", "linear", "cosine", "one_cycle"])
def test_rates_over_a_run(fit, schedule):
    from skrnn.training.optimization import SCHEDULES

    net = fit(lr_schedule=schedule, callbacks=[Spy()], lr=0.2)
    expected = [0.2 * SCHEDULES[schedule](step / 9) for step in range(9)]  # 3 epochs of 3 batches
    assert Spy.rates == pytest.approx(expected)
    assert net.history[:, "lr"] == pytest.approx(expected[2::3])


def test_every_row_is_seen_once_an_epoch_in_a_new_order(fit, data):
    fit(callbacks=[Spy()])
    rows = sorted(data.target[:, 0].tolist())
    epochs = [sum(Spy.orders[i : i + 3], []) for i in (0, 3, 6)]  # noqa: RUF017
    assert all(sorted(epoch) == rows for epoch in epochs)
    assert epochs[0] != epochs[1] != epochs[2]


def test_the_same_seeds_give_the_same_run(fit, weights, network, same):
    start = copy.deepcopy(network.state_dict())
    fit()
    first = weights()
    network.load_state_dict(start)
    fit()
    assert same(first, weights())


def test_one_epoch_is_constant(fit):
    net = fit(one_epoch=True, lr_schedule="auto", callbacks=[Spy()])
    assert len(net.history) == 1 and set(Spy.rates) == {0.1}


def test_early_stopping_restores_the_best(fit, weights, network):
    """A rate that is much too high: the validation loss rises after the first epoch."""
    net = fit(held_back=range(12, 20), lr=1.5, max_epochs=40, n_iter_no_change=3)
    losses = net.history[:, "valid_loss"]
    best = int(np.argmin(losses))
    assert len(losses) < 40 and len(losses) >= best + 4
    assert net.best_loss == min(losses)
    with torch.no_grad():
        outputs, target = [], []
        for i in range(12, 20):
            from tests.training.conftest import make_data

            (x, lengths), (y, _) = make_data([i]).cut(np.array([0]))
            outputs.append(network(x, lengths))
            target.append(y)
        loss = nn.functional.mse_loss(torch.cat(outputs), torch.cat(target))
    assert float(loss) in (
        pytest.approx(min(losses), rel=1e-4),
        pytest.approx(2 * min(losses), rel=1e-4),
    )


def test_ctrl_c_keeps_the_best_epoch(fit, weights, same):
    net = fit(callbacks=[Interrupt(epoch=3)], max_epochs=9, lr=0.01)
    assert net.interrupted_ and len(net.history) == 2
    assert net.best_loss == min(net.history[:, "train_loss"])


def test_ctrl_c_in_the_first_epoch(fit):
    net = fit(callbacks=[Interrupt(epoch=1)])
    assert net.interrupted_ and len(net.history) == 0


def test_max_time_ends_in_the_middle_of_an_epoch(fit):
    net = fit(max_time=1e-9, max_epochs=50, callbacks=[Spy()])
    assert len(net.history) == 1 and len(Spy.rates) == 1 and not net.interrupted_


def test_divergence_raises(fit):
    with pytest.raises(ValueError, match="Training diverged"):
        fit(lr=1e30, max_epochs=20)


def test_the_net_lets_go_of_the_data(fit):
    net = fit(held_back=range(12, 20))
    assert net.run_ is None
    import pickle

    size = len(pickle.dumps(net))
    assert size < 60_000, size


class Idle(Callback):
    """Does nothing when a batch is done."""

    def on_epoch_end(self, net, **kwargs):
        self.listeners_ = {name: list(found) for name, found in net.listeners_.items()}


def test_only_callbacks_that_do_something_hear_of_batches(fit):
    net = fit(callbacks=[Idle(), Spy()])
    idle, spy = (
        next(one for _, one in net.callbacks_ if isinstance(one, kind)) for kind in (Idle, Spy)
    )
    assert idle.listeners_["on_grad_computed"] == [spy]
    assert idle.listeners_["on_batch_end"] == []
    assert idle not in idle.listeners_["on_batch_begin"]
    assert net.listeners_ is None


def test_what_is_watched_is_judged_in_larger_batches(fit, monkeypatch):
    judged = []

    class Sizes(Callback):
        def on_batch_end(self, net, batch=None, training=None, **kwargs):
            judged.append((training, len(batch[0][0])))

    net = fit(held_back=range(12, 20), callbacks=[Sizes()], batch_size=2, max_epochs=1)
    assert [size for training, size in judged if training] == [2] * 6
    assert [size for training, size in judged if not training] == [8]
    one = net.history[-1]["valid_loss"]
    monkeypatch.setattr("skrnn.training.net.most_rows", lambda module, lengths: 1)
    del judged[:]
    again = fit(held_back=range(12, 20), batch_size=2, max_epochs=1, lr=0.0)
    assert [size for training, size in judged if not training] == [2] * 4  # never smaller
    monkeypatch.undo()
    whole = fit(held_back=range(12, 20), batch_size=2, max_epochs=1, lr=0.0)
    assert again.history[-1]["valid_loss"] == pytest.approx(whole.history[-1]["valid_loss"])
    assert math.isfinite(one)
