"""Best weights, patience, plateaus, and what ends a run."""

import copy
import pickle
import re
from types import SimpleNamespace

import pytest
import torch

from skrnn.training.callbacks import (
    BestWeights,
    Finite,
    LearningRate,
    Plateau,
    Progress,
    Stop,
    StopTraining,
    one_line,
    progress_of,
    watched_loss,
)


class FakeNet:
    """A net whose history is written by hand, epoch by epoch."""

    def __init__(self, lr=1.0):
        self.module_ = torch.nn.Linear(1, 1, bias=False)
        self.optimizer_ = torch.optim.SGD(self.module_.parameters(), lr=lr)
        self.history = []
        self.interrupted_ = False
        self.out_of_time = False

    def epoch(self, callback, loss, valid=None):
        """Pretend an epoch ended with weight = its number."""
        row = {"epoch": len(self.history) + 1, "train_loss": loss}
        self.history.append(row if valid is None else {**row, "valid_loss": valid})
        self.module_.weight.data.fill_(len(self.history))
        callback.on_epoch_end(self)

    @property
    def lr(self):
        return self.optimizer_.param_groups[0]["lr"]


def started(callback):
    callback.on_train_begin(None)
    return callback


def test_validation_loss_is_watched_where_there_is_one():
    net = SimpleNamespace(history=[{"train_loss": 1.0}])
    assert watched_loss(net) == 1.0
    net.history.append({"train_loss": 1.0, "valid_loss": 2.0})
    assert watched_loss(net) == 2.0


@pytest.mark.parametrize(
    ("held_back", "interrupted", "restored"),
    [(True, False, True), (False, True, True), (False, False, False), (True, True, True)],
)
def test_best_weights_come_back(held_back, interrupted, restored):
    net, best = FakeNet(), started(BestWeights(None, 0.0))
    for loss in (3.0, 1.0, 2.0, 1.0):
        net.epoch(best, 9.0, loss)
    net.interrupted_ = interrupted
    best.on_train_end(net, X=None, y="held back" if held_back else None)
    assert best.best_loss_ == 1.0
    assert net.module_.weight.item() == (2 if restored else 4)  # the first of equals
    assert best.weights_ is None


def test_patience():
    net, best = FakeNet(), started(BestWeights(2, 0.1))
    for loss, out in [(3.0, False), (2.95, False), (2.8, False), (2.75, False), (2.72, True)]:
        net.epoch(best, 0.0, loss)
        assert best.out_of_patience == out, loss
    assert best.best_loss_ == 2.72, "a fall below tol still is the best"


def test_no_patience_never_ends():
    net, best = FakeNet(), started(BestWeights(None, 0.1))
    for _ in range(30):
        net.epoch(best, 1.0)
    assert not best.out_of_patience


def test_nan_is_never_the_best():
    net, best = FakeNet(), started(BestWeights(2, 0.1))
    net.epoch(best, 1.0)
    net.epoch(best, float("nan"))
    net.epoch(best, float("nan"))
    assert best.best_loss_ == 1.0 and best.out_of_patience


def test_stop():
    net, best = FakeNet(), SimpleNamespace(out_of_patience=False)
    Stop(best).on_epoch_end(net)
    net.out_of_time = True
    with pytest.raises(StopTraining):
        Stop(best).on_epoch_end(net)
    net.out_of_time, best.out_of_patience = False, True
    with pytest.raises(StopTraining):
        Stop(best).on_epoch_end(net)


def test_plateau_divides_by_5_after_3_epochs():
    net, plateau = FakeNet(), started(Plateau(tol=0.1))
    seen = []
    for loss in (5.0, 4.0, 3.95, 3.95, 3.95, 3.95, 3.95, 3.95, 1.0, 1.0):
        net.epoch(plateau, loss)
        seen.append(net.lr)
    assert seen == pytest.approx([1, 1, 1, 1, 0.2, 0.2, 0.2, 0.04, 0.04, 0.04])


def test_learning_rate_follows_the_schedule():
    net, rate = FakeNet(), started(LearningRate("linear", 0.5, n_steps=4))
    seen = []
    for training in (True, True, False, True, True):
        rate.on_batch_begin(net, training=training)
        seen.append(net.lr)
    assert seen == pytest.approx([0.5, 0.375, 0.375, 0.25, 0.125])


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_divergence_is_told(loss):
    net = FakeNet()
    net.epoch(Finite(), 1.0)
    with pytest.raises(
        ValueError, match=f"Training diverged: the loss is {loss} in epoch 2. Lower"
    ):
        net.epoch(Finite(), loss)


def test_progress_is_one_line(capsys):
    net, line = FakeNet(), started(Progress(n_epochs=2, n_batches=3))
    for loss in (0.5, 0.25):
        line.on_epoch_begin(net)
        for _ in range(3):
            line.on_batch_end(net, training=True)
            line.on_batch_end(net, training=False)
        net.epoch(line, loss, valid=loss / 2)
    line.on_train_end(net)
    written = capsys.readouterr()
    assert written.out == "" and written.err.count("\n") == 1
    last = re.split(r"[\r\n]+", written.err.strip())[-1]
    assert "epoch 2/2 100%" in last and "train_loss=0.2500, valid_loss=0.1250" in last


def run(n_epochs, n_done, interrupted=False):
    """Pretend a run of so many epochs, of which some were done, within a shared line."""
    net, ((name, line),) = FakeNet(), progress_of(n_epochs, 1, False)
    assert name == "progress"
    net.max_epochs, net.interrupted_ = n_epochs, interrupted
    line.on_train_begin(net)
    for _ in range(n_done):
        net.epoch(line, 0.5)
    line.on_train_end(net)
    return line


def test_runs_share_a_line(capsys):
    with one_line(3, True):
        one = run(4, 4)
        with one_line(1, True):  # within another it is that one
            assert run(2, 2) is one
        assert copy.deepcopy(one) is one
    written = capsys.readouterr()
    assert written.out == "" and written.err.count("\n") == 1
    assert "network 2/3 100%" in written.err.split("\r")[-1]  # the third was not needed
    assert progress_of(1, 1, False) == [] and one.line_ is None
    pickle.dumps(one)


@pytest.mark.parametrize(("interrupted", "share"), [(False, "100%"), (True, " 60%")])
def test_epochs_that_were_spared_are_left_out(interrupted, share, capsys):
    with one_line(1, True):
        run(5, 3, interrupted)
    assert f"network 1/1 {share}" in capsys.readouterr().err.split("\r")[-1]


def test_no_line_where_none_is_asked_for(capsys):
    with one_line(3, False):
        assert progress_of(1, 1, False) == []
        ((_, line),) = progress_of(1, 1, True)
        assert isinstance(line, Progress)
    with pytest.raises(ZeroDivisionError), one_line(2, True):
        run(2, 1)
        raise ZeroDivisionError
    assert progress_of(1, 1, False) == [] and capsys.readouterr().err.endswith("\n")
