"""What all estimators share: training, its record, interruption, copies, features, ids."""

import copy
import json
import os
import pickle
import re
import signal
import subprocess
import sys
import time

import joblib
import numpy as np
import pandas as pd
import pytest
import sklearn
import torch
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.frozen import FrozenEstimator
from sklearn.model_selection import GridSearchCV, cross_val_score
from skorch.callbacks import (
    Callback,
    Checkpoint,
    EarlyStopping,
    EpochScoring,
    GradientNormClipping,
    LRScheduler,
)

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.cells import GRU, LSTM
from skrnn.estimators import base

SMALL = {
    "hidden_size": 4,
    "num_layers": 1,
    "bidirectional": False,
    "dropout": 0.0,
    "pooling": "mean",
    "stem": None,
    "batch_size": 16,
    "max_epochs": 3,
    "lr": 0.01,
    "lr_schedule": "constant",
    "alpha": 0.0,
    "device": "cpu",
    "random_state": 0,
}
RNG = np.random.default_rng(0)
N = 32
Y = np.tile([0, 1], N // 2)
X = [RNG.normal(size=(n, 2)) + y for n, y in zip(RNG.integers(3, 7, N), Y, strict=True)]
CUBE = RNG.normal(size=(N, 5, 2)) + Y[:, None, None]
FLAT = CUBE[:, :, 0]
ESTIMATORS = [RNNClassifier, RNNRegressor, RNNEncoder]


def small(estimator=RNNClassifier, **params):
    return estimator(**{**SMALL, **params})


def answer(model, X):
    return model.transform(X) if isinstance(model, RNNEncoder) else model.predict(X)


def column(model, name):
    return [row[name] for row in model.history_]


def size(model):
    """Sum of the magnitudes of the weights."""
    return sum(p.abs().sum().item() for p in model.module_.parameters() if p.ndim > 1)


# -- the record --------------------------------------------------------------------------------

RECORD = {"epoch", "train_loss", "train_score", "lr", "grad_norm", "padded_fraction", "seconds"}


def test_history():
    model = small().fit(X, Y)
    assert all(set(row) == RECORD for row in model.history_)
    assert column(model, "epoch") == [1, 2, 3]
    assert model.n_iter_ == 3
    assert model.best_loss_ == min(column(model, "train_loss"))
    assert all(0 <= f < 1 for f in column(model, "padded_fraction"))
    assert all(s > 0 for s in column(model, "seconds"))
    held = small(early_stopping=True, validation_fraction=0.25).fit(X, Y)
    assert set(held.history_[0]) == RECORD | {"valid_loss", "valid_score"}
    frame = pd.DataFrame(held.history_)
    assert frame.shape == (3, 9)
    assert frame.drop(columns="epoch").dtypes.eq("float64").all()
    json.dumps(held.history_)  # plain numbers
    assert small().fit(CUBE, Y).history_[0]["padded_fraction"] == 0


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_progress(estimator, capfd):
    small(estimator, verbose=1).fit(X, Y)
    out, err = capfd.readouterr()
    assert out == ""
    last = err.split("\r")[-1]
    assert "epoch 3/3" in last
    assert "100%" in last
    assert "train_loss=" in last
    assert err.count("\n") == 1
    small(estimator, verbose=0).fit(X, Y)
    assert capfd.readouterr() == ("", "")


# -- optimizers, schedules, penalties, clipping ------------------------------------------------


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "rmsprop"])
def test_optimizers_learn(optimizer):
    lr = 1.0 if optimizer == "sgd" else 0.03
    model = small(optimizer=optimizer, lr=lr, max_epochs=30).fit(X, Y)
    assert column(model, "train_loss")[-1] < 0.8 * column(model, "train_loss")[0]


def test_schedules():
    rates = {
        name: column(small(lr_schedule=name, max_epochs=10).fit(X, Y), "lr")
        for name in ("constant", "cosine", "linear", "one_cycle", "auto")
    }
    assert set(rates["constant"]) == {0.01}
    assert rates["auto"] == rates["one_cycle"]
    for name in ("cosine", "linear"):
        assert rates[name] == sorted(rates[name], reverse=True)
        assert rates[name][-1] < 0.002
    peak = int(np.argmax(rates["one_cycle"]))
    assert 1 <= peak <= 4
    assert rates["one_cycle"][-1] < rates["one_cycle"][0] < rates["one_cycle"][peak] <= 0.01


def test_plateau_divides_by_five_when_nothing_gets_better():
    model = small(lr_schedule="plateau", tol=100.0, max_epochs=8).fit(X, Y)
    assert np.allclose(column(model, "lr"), [0.01] * 4 + [0.002] * 3 + [0.0004])
    falling = small(lr_schedule="plateau", tol=0.0, max_epochs=5).fit(X, Y)
    assert set(column(falling, "lr")) == {0.01}


@pytest.mark.parametrize("penalty", ["alpha", "l1"])
def test_penalties_shrink_weights(penalty):
    free, mild, strong = (
        small(max_epochs=40, lr=0.02, **{penalty: strength}).fit(X, Y)
        for strength in (0.0, 0.1, 20.0)
    )
    assert size(strong) < size(mild) < size(free)
    assert size(strong) < 0.2 * size(free)


def test_alpha_is_decoupled_with_adamw():
    model = small(optimizer="adamw", alpha=0.5).fit(X, Y)
    assert model.net_.optimizer_.param_groups[0]["weight_decay"] == 0.5


def test_clipping():
    free = small(optimizer="sgd", clip_norm=None).fit(X, Y)
    assert size(small(optimizer="sgd", clip_norm=1e-9).fit(X, Y)) != size(free)
    still = small(optimizer="sgd", clip_norm=1e-12).fit(X, Y)
    assert np.ptp(column(still, "train_loss")) < 1e-6
    still = small(optimizer="sgd", clip_norm=None, clip_value=1e-12).fit(X, Y)
    assert np.ptp(column(still, "train_loss")) < 1e-6
    assert column(still, "grad_norm")[0] > 1e-3  # of the gradient before


def test_net_params_reach_the_optimizer():
    model = small(net_params={"optimizer__betas": (0.5, 0.6)}).fit(X, Y)
    assert model.net_.optimizer_.param_groups[0]["betas"] == (0.5, 0.6)
    model = small(optimizer="sgd", net_params={"optimizer__momentum": 0.9}).fit(X, Y)
    assert model.net_.optimizer_.param_groups[0]["momentum"] == 0.9


# -- when it stops -----------------------------------------------------------------------------


def test_early_stopping_restores_the_best_weights():
    model = small(
        early_stopping=True, validation_fraction=0.25, n_iter_no_change=4, lr=0.2, max_epochs=200,
        tol=0.0,
    ).fit(X, np.roll(Y, 3) ^ (np.arange(N) % 3 == 0))  # fmt: skip
    losses = column(model, "valid_loss")
    best = int(np.argmin(losses))
    assert model.n_iter_ < 200
    assert model.n_iter_ == best + 1 + 4
    assert model.best_loss_ == losses[best]
    again = clone(model).set_params(max_epochs=best + 1).fit(
        X, np.roll(Y, 3) ^ (np.arange(N) % 3 == 0)
    )  # fmt: skip
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_auto_holds_back_above_a_number_of_rows(estimator, monkeypatch):
    def watched(n):
        return "valid_loss" in small(estimator, max_epochs=1).fit(X[:n], Y[:n]).history_[0]

    assert not watched(N)
    monkeypatch.setattr(base, "EARLY_STOPPING_FROM", 20)
    assert watched(21)
    assert not watched(20)


def test_auto_never_holds_back_in_partial_fit(monkeypatch):
    monkeypatch.setattr(base, "EARLY_STOPPING_FROM", 2)
    model = small().partial_fit(X, Y).partial_fit(X[:1], Y[:1])
    assert "valid_loss" not in model.history_[0]


@pytest.mark.parametrize("early_stopping", [False, True])
def test_max_time(early_stopping):
    model = small(
        max_time=1e-9, max_epochs=1000, early_stopping=early_stopping, validation_fraction=0.25
    ).fit(X, Y)
    assert model.n_iter_ == 1
    watched = "valid_loss" if early_stopping else "train_loss"
    assert model.best_loss_ == model.history_[0][watched]
    assert answer(model, X).shape == (N,)
    assert small(max_time=60.0).fit(X, Y).n_iter_ == 3


def test_the_last_epoch_counts_where_time_runs_out_in_it():
    class Slow(Callback):
        def on_epoch_begin(self, net, **kwargs):
            time.sleep(0.06 * len(net.history))

    model = small(
        max_time=0.15, max_epochs=1000, early_stopping=True, validation_fraction=0.25, lr=1e-4,
        callbacks=[Slow()],
    ).fit(X, Y)  # fmt: skip
    losses = column(model, "valid_loss")
    assert 1 < model.n_iter_ < 10
    assert model.best_loss_ == min(losses) == losses[-1]


# -- callbacks of a user's own -----------------------------------------------------------------


class Count(Callback):
    def __init__(self):
        self.epochs_ = self.batches_ = 0

    def on_epoch_end(self, net, **kwargs):
        self.epochs_ += 1
        net.history.record("mine", self.epochs_)

    def on_batch_end(self, net, training, **kwargs):
        self.batches_ += training


def test_callbacks_are_called_and_left_alone():
    mine = Count()
    model = small(callbacks=[mine, ("named", Count)]).fit(X, Y)
    assert (mine.epochs_, mine.batches_) == (0, 0)
    assert column(model, "mine") == [1, 2, 3]
    assert dict(model.net_.callbacks_)["named"].batches_ == 6
    assert np.array_equal(model.predict_proba(X), small().fit(X, Y).predict_proba(X))
    assert clone(model).fit(X, Y).n_iter_ == 3


def test_callbacks_of_skorch(tmp_path):
    stop = EarlyStopping(monitor="train_loss", patience=1, threshold=10.0, sink=lambda text: None)
    assert small(callbacks=[stop], max_epochs=9).fit(X, Y).n_iter_ == 2
    stop = EarlyStopping(patience=2, threshold=10.0, sink=lambda text: None)
    held = small(callbacks=[stop], early_stopping=True, max_epochs=9, validation_fraction=0.25)
    assert held.fit(X, Y).n_iter_ == 3
    steps = LRScheduler("StepLR", step_size=1, gamma=0.5)
    rates = column(small(callbacks=[steps]).fit(X, Y), "lr")
    assert np.allclose(rates, [0.01, 0.005, 0.0025])
    clipped = small(callbacks=[GradientNormClipping(1e-12)], optimizer="sgd").fit(X, Y)
    assert np.ptp(column(clipped, "train_loss")) < 1e-6
    best = Checkpoint(dirname=tmp_path, monitor="train_loss_best", f_history=None)
    small(callbacks=[best]).fit(X, Y)
    assert (tmp_path / "params.pt").exists()


@pytest.mark.parametrize(
    ("callback", "error", "message"),
    [
        (EpochScoring("accuracy"), ValueError, "callbacks holds EpochScoring, which cannot score"),
        (EarlyStopping(), ValueError, "EarlyStopping, which watches 'valid_loss', but no rows are"),
        (EarlyStopping, ValueError, "EarlyStopping, which watches 'valid_loss', but no rows are"),
        (Checkpoint(), ValueError, "Checkpoint, which watches 'valid_loss_best', but no rows are"),
        (print, TypeError, "callbacks holds <built-in function print>, which is no skorch callb"),
        (("name", 5), TypeError, "callbacks holds 5, which is no skorch callback"),
    ],
)
def test_callbacks_that_cannot_work(callback, error, message):
    with pytest.raises(error, match=message):
        small(callbacks=[callback]).fit(X, Y)


def test_two_masters_of_the_learning_rate():
    with pytest.raises(ValueError, match="LRScheduler, but lr_schedule='cosine' sets the learning"):
        small(callbacks=[LRScheduler()], lr_schedule="cosine").fit(X, Y)


# -- Ctrl-C ------------------------------------------------------------------------------------


class Interrupt(Callback):
    """Do what Ctrl-C does, in the middle of an epoch (counted from 1)."""

    def __init__(self, epoch, hook="on_batch_end"):
        self.epoch = epoch
        self.hook = hook

    def on_batch_end(self, net, **kwargs):
        if self.hook == "on_batch_end" and len(net.history) == self.epoch:
            raise KeyboardInterrupt

    def on_grad_computed(self, net, *args, **kwargs):
        if self.hook == "on_grad_computed" and len(net.history) == self.epoch:
            raise KeyboardInterrupt


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("hook", ["on_batch_end", "on_grad_computed"])
@pytest.mark.parametrize("early_stopping", [False, True])
def test_an_interrupted_fit_keeps_the_best_weights(estimator, hook, early_stopping):
    model = small(
        estimator, callbacks=[Interrupt(3, hook)], early_stopping=early_stopping, max_epochs=9
    )
    with (
        pytest.warns(ConvergenceWarning, match="fit was interrupted after epoch 2; the best weig"),
        pytest.raises(KeyboardInterrupt),
    ):
        model.fit(X, Y)
    assert model.n_iter_ == len(model.history_) == 2
    assert all("seconds" in row for row in model.history_)
    watched = column(model, "valid_loss" if early_stopping else "train_loss")
    best = int(np.argmin(watched)) + 1
    expected = clone(model).set_params(callbacks=None, max_epochs=best).fit(X, Y)
    assert np.array_equal(answer(model, X), answer(expected, X))
    pickle.dumps(model)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_interrupted_before_an_epoch_is_done(estimator):
    model = small(estimator, callbacks=[Interrupt(1)])
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)
    assert not hasattr(model, "net_")
    assert not hasattr(model, "n_features_in_")
    fitted = small(estimator).fit(X, Y).set_params(callbacks=[Interrupt(1)])
    before = joblib.hash(vars(fitted))
    with pytest.raises(KeyboardInterrupt):
        fitted.fit(CUBE[:, :, :1], Y)
    assert joblib.hash(vars(fitted)) == before


def test_interrupted_warm_start_goes_on_from_there():
    model = small(warm_start=True).fit(X, Y).set_params(callbacks=[Interrupt(5)])
    with pytest.warns(ConvergenceWarning), pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)
    assert model.n_iter_ == 4
    before = joblib.hash(vars(model))
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)  # at once: nothing happened
    assert joblib.hash(vars(model)) == before
    assert model.set_params(callbacks=None).fit(X, Y).n_iter_ == 7


def test_a_search_stops_too():
    search = GridSearchCV(small(callbacks=[Interrupt(2)]), {"hidden_size": [2, 3]}, cv=2)
    with pytest.warns(ConvergenceWarning), pytest.raises(KeyboardInterrupt):
        search.fit(X, Y)
    assert not hasattr(search, "best_estimator_")


@pytest.fixture
def ctrl_c():
    """Let SIGINT raise KeyboardInterrupt, though a process in the background may ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_real_ctrl_c(ctrl_c):
    class Press(Callback):
        def on_batch_begin(self, net, **kwargs):
            if len(net.history) == 4:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)

    model = small(callbacks=[Press()], max_epochs=50)
    with pytest.warns(ConvergenceWarning), pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)
    assert model.n_iter_ == 3


# -- going on ----------------------------------------------------------------------------------


def test_warm_start_goes_on():
    model = small(warm_start=True, max_epochs=20).fit(X, Y)
    end = model.history_[-1]["train_loss"]
    model.fit(X, Y)
    losses = column(model, "train_loss")
    assert column(model, "epoch") == list(range(1, 41))
    assert losses[20] < 1.1 * end
    assert losses[-1] < end
    assert small(max_epochs=20).fit(X, Y).fit(X, Y).n_iter_ == 20


@pytest.mark.parametrize(
    "change",
    [
        {"hidden_size": 5},
        {"cell": "lstm"},
        {"cell": GRU(init="uniform")},
        {"num_layers": 2},
        {"bidirectional": True},
        {"pooling": "max"},
        {"dense_sizes": (3,)},
        {"stem": "conv"},
        {"dropout": 0.5},
        {"scale_inputs": False},
        {"embedding_dim": 3},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_network_cannot_go_on(change):
    name = next(iter(change))
    model = small(warm_start=True).fit(X, Y)
    before = joblib.hash(vars(model.set_params(**change)))
    with pytest.raises(ValueError, match=f"^{name} changed since the last fit, but warm_start and"):
        model.fit(X, Y)
    with pytest.raises(ValueError, match=f"^{name} changed since the last fit"):
        model.partial_fit(X, Y)
    assert joblib.hash(vars(model)) == before


def test_training_parameters_may_change():
    model = small(warm_start=True).fit(X, Y)
    model.set_params(optimizer="sgd", lr=0.5, batch_size=4, max_epochs=2, alpha=0.1).fit(X, Y)
    assert column(model, "lr") == [0.01] * 3 + [0.5] * 2
    assert isinstance(model.net_.optimizer_, torch.optim.SGD)


@pytest.mark.parametrize("estimator", [RNNClassifier, RNNRegressor])
def test_partial_fit(estimator):
    model = small(estimator).partial_fit(CUBE[:16], Y[:16])
    mean = model._layout.steps.scaling.mean.copy()
    model.partial_fit(CUBE[16:] + 100, Y[16:])
    assert np.array_equal(model._layout.steps.scaling.mean, mean)  # of the first call
    assert np.allclose(mean, CUBE[:16].mean((0, 1)))
    assert column(model, "lr") == [0.01, 0.01]
    with pytest.raises(ValueError, match=r"X has 1 features per step, but \w+ was fitted with 2"):
        model.partial_fit(CUBE[:, :, :1], Y)
    with pytest.raises(ValueError, match=r"early_stopping=True holds rows back .* cannot be used"):
        small(estimator, early_stopping=True).partial_fit(X, Y)
    with pytest.raises(ValueError, match="lr_schedule='cosine' needs to know the end of training"):
        small(estimator, lr_schedule="cosine").partial_fit(X, Y)
    assert small(estimator).fit(X, Y).partial_fit(X, Y).n_iter_ == 4
    assert small(estimator).partial_fit(X, Y).fit(X, Y).n_iter_ == 3


# -- features ----------------------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_n_features_in(estimator):
    assert small(estimator).fit(FLAT, Y).n_features_in_ == 5
    assert small(estimator).fit(CUBE, Y).n_features_in_ == 2
    assert small(estimator).fit(X, Y).n_features_in_ == 2
    assert small(estimator).fit([x[:, 0] for x in X], Y).n_features_in_ == 1


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_widths_are_compared_between_tables_only(estimator):
    table = small(estimator).fit(FLAT, Y)
    with pytest.raises(ValueError, match=r"X has 4 features, but \w+ is expecting 5 features"):
        answer(table, FLAT[:, :4])
    assert len(answer(table, list(FLAT[:, :4]))) == N
    assert len(answer(table, FLAT[:, :4, None])) == N
    ragged = small(estimator).fit([x[:, 0] for x in X], Y)
    assert len(answer(ragged, FLAT[:, :4])) == N
    cube = small(estimator).fit(CUBE, Y)
    assert len(answer(cube, CUBE[:, :2])) == len(answer(cube, np.tile(CUBE, (1, 3, 1)))) == N
    with pytest.raises(ValueError, match=r"X has 5 features per step, but \w+ was fitted with 2"):
        answer(cube, CUBE.transpose(0, 2, 1))


def test_feature_names():
    frame = pd.DataFrame(FLAT, columns=list("abcde"))
    model = small().fit(frame, Y)
    assert model.feature_names_in_.tolist() == list("abcde")
    for wrong in (frame[list("edcba")], frame.rename(columns={"e": "f"})):
        with pytest.raises(ValueError, match="The feature names should match"):
            model.predict(wrong)
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        model.predict(FLAT)
    model.predict(list(FLAT))
    assert not hasattr(model.fit(CUBE, Y), "feature_names_in_")
    assert not hasattr(model.fit(FLAT, Y), "feature_names_in_")


# -- token ids ---------------------------------------------------------------------------------

TOKENS = [[1, 2, 3], [4, 5], [1], [5, 4, 2, 2]] * 4
LABELS = np.tile([0, 1, 0, 1], 4)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_ids(estimator):
    model = small(estimator, embedding_dim=3).fit(TOKENS, LABELS)
    expected = answer(model, TOKENS)
    padded = np.zeros((16, 6), dtype=int)
    for row, tokens in zip(padded, TOKENS, strict=True):
        row[: len(tokens)] = tokens
    assert np.array_equal(
        answer(small(estimator, embedding_dim=3).fit(padded, LABELS), padded), expected
    )
    assert np.array_equal(answer(model, padded), expected)
    assert np.array_equal(answer(model, [[77, 1]]), answer(model, [[999, 1]]))  # both unknown
    assert model.module_.encoder.embedding.weight.shape == (6, 3)


@pytest.mark.parametrize("form", [np.asarray, np.ndarray.tolist, np.ndarray.astype])
def test_embedding_weights(form):
    table = np.arange(18.0).reshape(6, 3) / 10
    weights = form(table, np.float32) if form is np.ndarray.astype else form(table)
    model = small(embedding_dim=3, embedding_weights=weights, lr=1e-9).fit(TOKENS, LABELS)
    ours = model.module_.encoder.embedding.weight.detach().numpy()
    assert np.allclose(ours[1:], table[1:], atol=1e-5)
    assert np.array_equal(ours[0], np.zeros(3))
    beyond = small(embedding_dim=3, embedding_weights=table[:4], lr=1e-9).fit(TOKENS, LABELS)
    assert np.array_equal(beyond.predict_proba([[4, 1]]), beyond.predict_proba([[5, 1]]))
    assert not np.array_equal(beyond.predict_proba([[3, 1]]), beyond.predict_proba([[2, 1]]))
    assert clone(model).fit(TOKENS, LABELS).n_iter_ == 3


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones((4, 2)), r"must have shape \(V, embedding_dim\) = \(V, 3\) with V >= 2"),
        (np.ones(3), r"got shape \(3,\)"),
        (np.ones((1, 3)), r"got shape \(1, 3\)"),
        ([[1, 2, 3], [1, 2]], "must be a matrix of numbers"),
        ([["a", "b", "c"]] * 3, "must be a matrix of numbers"),
        (np.full((4, 3), np.nan), "holds NaN or infinity in row 0"),
    ],
)
def test_wrong_embedding_weights(weights, message):
    with pytest.raises(ValueError, match=message):
        small(embedding_dim=3, embedding_weights=weights).fit(TOKENS, LABELS)


def test_embedding_weights_need_embedding_dim():
    with pytest.raises(ValueError, match="embedding_weights is given, but embedding_dim is None"):
        small(embedding_weights=np.ones((4, 3))).fit(X, Y)


# -- odd shapes and numbers --------------------------------------------------------------------


@pytest.mark.parametrize("stem", ["conv", "auto", None])
@pytest.mark.parametrize("pooling", ["last", "mean", "max", "attention"])
def test_stems_read_rows_shorter_than_their_kernel(stem, pooling):
    long = [RNG.normal(size=(n, 2)) for n in [1, 2, 60, 3, 90, 45, 70, 1]]
    model = small(stem=stem, pooling=pooling, bidirectional=True).fit(long, [0, 1] * 4)
    together = model.predict_proba(long)
    alone = np.concatenate([model.predict_proba([x]) for x in long])
    assert np.allclose(together, alone, atol=1e-12)
    assert (model.module_.encoder.stem is None) == (stem is None)


@pytest.mark.parametrize("hidden_size", [1, 33, np.int64(3)])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_hidden_sizes(hidden_size, cell):
    model = small(
        hidden_size=hidden_size, cell=cell, num_layers=np.int64(2), bidirectional=np.bool_(True),
        dense_sizes=[np.int64(3), 2],
    ).fit(X, Y)  # fmt: skip
    assert model.module_.encoder.output_size == 2 * hidden_size


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_one_step_one_row_one_value(estimator):
    assert len(answer(small(estimator).fit(CUBE[:, :1], Y), CUBE[:, :1])) == N
    assert len(answer(small(estimator).fit(CUBE[:1], Y[:1]), CUBE[:1])) == 1
    assert len(answer(small(estimator).fit([[3.0]], [1]), [[3.0], [4.0, 5.0]])) == 2


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", "f16", ">f8", "i2", "u1", "i8", "?"])
def test_dtypes_of_X(dtype):
    given = (10 * CUBE).clip(0, 100).astype(dtype)
    model = small().fit(given, Y)
    as_double = small().fit(given.astype(float), Y)
    assert np.allclose(model.predict_proba(given), as_double.predict_proba(given), atol=1e-5)
    assert all(p.dtype == torch.float32 for p in model.module_.parameters())


def test_memory_layouts(tmp_path):
    expected = small().fit(CUBE, Y).predict_proba(CUBE)
    frozen = CUBE.copy()
    frozen.flags.writeable = False
    np.save(tmp_path / "x.npy", CUBE)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    reversed_twice = CUBE[:, ::-1].copy()[:, ::-1]
    for given in (frozen, list(frozen), mapped, np.asfortranarray(CUBE), reversed_twice):
        assert np.array_equal(small().fit(given, Y).predict_proba(given), expected)


def test_X_and_y_are_left_alone():
    given, labels, weight = [x.copy() for x in X], Y.copy(), np.ones(N)
    small(early_stopping=True).fit(given, labels, sample_weight=weight).predict(given)
    assert all(np.array_equal(a, b) for a, b in zip(given, X, strict=True))
    assert np.array_equal(labels, Y)
    assert np.array_equal(weight, np.ones(N))


def test_huge_and_constant_features():
    for given in (CUBE + 1e12, CUBE * 1e-30, CUBE * 1e30):
        assert small(max_epochs=20, lr=0.05).fit(given, Y).score(given, Y) > 0.8
    constant = np.dstack([CUBE, np.full((N, 5), 3.0)])
    assert np.isfinite(small().fit(constant, Y).predict_proba(constant + 1e300)).all()
    with pytest.raises(ValueError, match=r"Feature 0 of X is too large to be standardised \(up to"):
        small().fit(CUBE * 1e300, Y)


# -- keeping and copying -----------------------------------------------------------------------


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_copies_answer_alike(estimator, tmp_path):
    model = small(estimator, cell=LSTM(init="uniform"), callbacks=[Count()], dropout=0.2).fit(X, Y)
    joblib.dump(model, tmp_path / "model.joblib")
    for other in (
        pickle.loads(pickle.dumps(model)),
        joblib.load(tmp_path / "model.joblib"),
        copy.deepcopy(model),
        clone(model).fit(X, Y),
        FrozenEstimator(model),
    ):
        method = "transform" if estimator is RNNEncoder else "predict"
        assert np.array_equal(getattr(other, method)(X), answer(model, X))


def test_a_copy_is_independent():
    model = small(warm_start=True).fit(X, Y)
    before = model.predict_proba(X)
    copy.deepcopy(model).fit(X, Y)
    pickle.loads(pickle.dumps(model)).partial_fit(X, Y)
    clone(model).fit(CUBE[:, :, :1], Y)
    assert np.array_equal(model.predict_proba(X), before)


def test_a_reloaded_model_goes_on_alike():
    model = small().fit(X, Y)
    other = pickle.loads(pickle.dumps(model))
    assert np.array_equal(
        model.partial_fit(X, Y).predict_proba(X), other.partial_fit(X, Y).predict_proba(X)
    )


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_model_holds_no_training_data(estimator, early_stopping):
    options = {"max_epochs": 2, "early_stopping": early_stopping, "callbacks": [Count()]}
    few, many = (
        len(
            pickle.dumps(
                small(estimator, **options).fit(
                    RNG.normal(size=(n, 5, 2)),
                    np.arange(n) / n + 0.25 if estimator is not RNNClassifier else np.arange(n) % 2,
                )
            )
        )
        for n in (20, 2000)
    )
    assert many < few + 500


def test_cells_as_parameters():
    model = small(cell=LSTM(init="uniform"))
    assert model.get_params()["cell__init"] == "uniform"
    model.set_params(cell__init="glorot")
    assert model.cell.init == "glorot"
    assert clone(model).cell is not model.cell
    search = GridSearchCV(
        model, {"cell__init": ["glorot", "uniform"], "hidden_size": np.array([2, 3])},
        cv=2, n_jobs=2, error_score="raise",
    ).fit(X, Y)  # fmt: skip
    assert search.best_params_["hidden_size"] in (2, 3)
    assert "cell__init" in search.best_params_
    fitted = model.fit(X, Y)
    assert not any(True for _ in fitted.cell.parameters())  # the description stays unbuilt


def test_html_repr():
    model = small(cell=LSTM(init="uniform"), callbacks=[Count()])
    assert "RNNClassifier" in model._repr_html_()
    assert "Fitted" in model.fit(X, Y)._repr_html_()
    assert repr(model).startswith("RNNClassifier(")


def test_a_notebook_shows_the_options_of_a_cell():
    shown = small(cell=LSTM(init="uniform"), callbacks=[Interrupt(9)])._repr_html_()
    assert "cell__init" in shown and "LSTM(init=&#x27;uniform&#x27;)" in shown
    assert "callbacks" in shown


def test_metadata_routing():
    weight = np.linspace(1, 2, N)
    with sklearn.config_context(enable_metadata_routing=True):
        model = small().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        scores = cross_val_score(model, X, Y, cv=2, params={"sample_weight": weight})
        assert np.isfinite(scores).all()
        model = small().set_partial_fit_request(classes=True, sample_weight=False)
        assert model.get_metadata_routing() is not None


def test_random_state_forms():
    one = small(random_state=np.random.RandomState(0)).fit(X, Y).predict_proba(X)
    other = small(random_state=np.random.RandomState(0)).fit(X, Y).predict_proba(X)
    assert np.array_equal(one, other)
    np.random.seed(3)
    one = small(random_state=None).fit(X, Y).predict_proba(X)
    np.random.seed(3)
    assert np.array_equal(small(random_state=None).fit(X, Y).predict_proba(X), one)


def test_the_callers_state_is_left_alone():
    torch.manual_seed(5)
    np.random.seed(5)
    before = torch.get_rng_state(), np.random.get_state()[1].copy(), torch.get_num_threads()
    small(dropout=0.5, dense_sizes=(3,)).fit(X, Y).predict(X)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])
    assert torch.get_num_threads() == before[2]


# -- devices -----------------------------------------------------------------------------------


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
@pytest.mark.parametrize("device", ["cuda", "cuda:1"])
def test_cuda_without_cuda(device):
    message = f"device='{device}', but torch sees no CUDA device. Use device='auto' or 'cpu'."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        small(device=device).fit(X, Y)


def test_the_cpu_is_enough():
    model = small(device="auto").fit(X, Y)
    assert model.device_ == "cpu"
    assert next(model.module_.parameters()).device.type == "cpu"


READ = """
import pickle, sys, numpy, torch
assert not torch.cuda.is_available()
with open(sys.argv[1], "rb") as file:
    model, X, answer = pickle.load(file)
other = getattr(model, sys.argv[2])(X)
assert numpy.abs(other - answer).max() < 1e-6
if sys.argv[2] == "predict_proba":
    model.partial_fit(X, model.predict(X))
"""


@pytest.mark.gpu
@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "rmsprop"])
def test_fitted_on_cuda_read_without(estimator, optimizer, tmp_path):
    model = small(estimator, device="cuda", optimizer=optimizer, dropout=0.1, num_layers=2)
    model.fit(X, Y)
    assert model.device_ == "cuda"
    assert next(model.module_.parameters()).device.type == "cpu"
    names = {RNNClassifier: "predict_proba", RNNRegressor: "predict", RNNEncoder: "transform"}
    name = names[estimator]
    path = tmp_path / "model.pickle"
    path.write_bytes(pickle.dumps((model, X, getattr(model, name)(X))))
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": ""}
    subprocess.run([sys.executable, "-c", READ, str(path), name], env=environment, check=True)


@pytest.mark.gpu
def test_cuda_learns_what_the_cpu_learns():
    one, other = (small(device=device).fit(X, Y) for device in ("cpu", "cuda"))
    assert np.allclose(one.predict_proba(X), other.predict_proba(X), atol=1e-3)
    warm = small(device="cuda", warm_start=True).fit(X, Y)
    assert warm.fit(X, Y).partial_fit(X, Y).n_iter_ == 7


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_ids_of_rows_left_out_do_not_count(estimator):
    weight = np.r_[np.ones(15), 0.0]
    tokens = [*TOKENS[:15], [8, 9]]
    one = small(estimator, embedding_dim=3).fit(tokens, LABELS, sample_weight=weight)
    other = small(estimator, embedding_dim=3).fit(TOKENS[:15], LABELS[:15])
    assert np.array_equal(answer(one, TOKENS), answer(other, TOKENS))


# -- what the caller is inside of ---------------------------------------------------------------


@pytest.mark.parametrize(
    "context",
    [
        torch.no_grad,
        torch.inference_mode,
        lambda: torch.autocast("cpu", dtype=torch.bfloat16),
        lambda: np.errstate(all="raise"),
    ],
    ids=["no_grad", "inference_mode", "autocast", "errstate"],
)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_contexts_of_the_caller_change_nothing(estimator, context):
    expected = answer(small(estimator).fit(X, Y), X)
    with context():
        model = small(estimator).fit(X, Y)
        assert np.array_equal(answer(model, X), expected)
    assert model.n_iter_ == 3


def test_the_callers_default_dtype_does_not_matter():
    torch.set_default_dtype(torch.float64)
    try:
        model = small(stem="conv", pooling="attention", dense_sizes=(2,)).fit(X, Y)
        assert {p.dtype for p in model.module_.parameters()} == {torch.float32}
        assert model.predict(X).shape == (N,)
        assert torch.get_default_dtype() == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)


def test_one_sequence_instead_of_a_list():
    with pytest.raises(ValueError, match=r"If X is one sequence, pass \[X\]\.$"):
        small().fit(X, Y).predict(X[0])


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_workers_give_the_same(backend):
    with joblib.parallel_config(backend):
        scores = cross_val_score(small(dropout=0.2), X, Y, cv=2, n_jobs=2)
    assert np.array_equal(scores, cross_val_score(small(dropout=0.2), X, Y, cv=2))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_defaults_work(estimator):
    assert len(answer(estimator(max_epochs=1, batch_size=16, hidden_size=4).fit(X, Y), X)) == N
    if estimator is RNNEncoder:
        assert len(estimator(max_epochs=1, batch_size=16, hidden_size=4).fit_transform(X)) == N


def test_order_of_training_rows_changes_no_bit():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 2)) for n in rng.integers(1, 9, size=30)]
    y = rng.normal(size=30)
    order = rng.permutation(30)
    params = {"hidden_size": 3, "max_epochs": 1, "stem": None, "random_state": 0}
    one = RNNRegressor(**params).fit(X, y)
    other = RNNRegressor(**params).fit([X[i] for i in order], y[order])
    np.testing.assert_array_equal(one.predict(X), other.predict(X))
