"""Truncated back-propagation through time, asked of the estimators (wrong ones: test_bad_input)."""

import copy

import numpy as np
import pytest
import torch

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor

SMALL = {
    "hidden_size": 4,
    "bidirectional": False,
    "dropout": 0.0,
    "stem": None,
    "batch_size": 16,
    "max_epochs": 2,
    "lr_schedule": "constant",
    "device": "cpu",
    "random_state": 0,
}
RNG = np.random.default_rng(0)
N, T = 20, 9
CUBE = RNG.normal(size=(N, T, 2))
ROWS = [x[: 3 + i % 7] for i, x in enumerate(CUBE)]
Y = np.tile([0, 1], N // 2)
ESTIMATORS = [RNNClassifier, RNNRegressor, RNNEncoder]


def small(estimator=RNNClassifier, **params):
    return estimator(**{**SMALL, **params})


def weights(model):
    return [p.detach() for p in model.module_.parameters()]


def same_weights(one, other):
    return all(map(torch.equal, weights(one), weights(other)))


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_the_gradient_is_that_of_a_loop_over_chunks(cell, num_layers):
    model = small(cell=cell, num_layers=num_layers, pooling="mean", tbptt_steps=4).fit(CUBE, Y)
    network = copy.deepcopy(model.module_).double().train()
    x = torch.from_numpy(CUBE)
    network(x).square().sum().backward()
    got = [p.grad.clone() for p in network.parameters()]
    network.zero_grad()
    outputs, state = [], None
    for start in range(0, T, 4):
        output, state = network.encoder.carry(x[:, start : start + 4], None, state)
        state = [tuple(part.detach() for part in layer) for layer in state]
        outputs.append(output)
    answer = network.projection(network.pooling(torch.cat(outputs, 1)))
    answer.square().sum().backward()
    for (name, p), grad in zip(network.named_parameters(), got, strict=True):
        torch.testing.assert_close(grad, p.grad, rtol=1e-9, atol=1e-12, msg=name)
    network.zero_grad()
    network.eval()  # no chunks: the whole gradient
    network(x).square().sum().backward()
    whole = network.encoder.layers[0].directions[0].layer.weight_hh_l0.grad
    names = [name for name, _ in network.named_parameters()]
    cut = got[names.index("encoder.layers.0.directions.0.layer.weight_hh_l0")]
    assert (whole - cut).abs().max() > 1e-6


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("X", [CUBE, ROWS], ids=["equal", "ragged"])
def test_as_many_steps_as_the_longest_are_no_truncation(estimator, X):
    whole = small(estimator).fit(X, Y)
    for steps in (T, np.int64(T + 5)):
        assert same_weights(whole, small(estimator, tbptt_steps=steps).fit(X, Y))
    assert not same_weights(whole, small(estimator, tbptt_steps=2).fit(X, Y))


def test_one_step_of_the_optimizer_per_batch():
    model = small(tbptt_steps=2, batch_size=10).fit(CUBE, Y)
    (state, *_) = model.net_.optimizer_.state.values()
    assert int(state["step"]) == 2 * 2  # two epochs of two batches


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_answers_are_those_of_the_whole_sequence(estimator):
    model = small(estimator, tbptt_steps=2).fit(ROWS, Y)
    ask = model.transform if estimator is RNNEncoder else model.predict
    before = ask(ROWS)
    for layer in model.module_.encoder.layers:
        assert layer.tbptt_steps == 2
        layer.tbptt_steps = None
    assert np.array_equal(ask(ROWS), before)
    alone = np.concatenate([ask([row]) for row in ROWS])
    np.testing.assert_allclose(alone, before, rtol=0, atol=1e-12)


def test_it_learns():
    y = CUBE[:, -3:, 0].mean(1)
    model = small(RNNRegressor, tbptt_steps=3, hidden_size=16, max_epochs=80, lr=0.01)
    assert model.fit(CUBE, y).score(CUBE, y) > 0.9


def test_next_steps_without_y():
    waves = [np.sin(np.arange(n) + n) for n in range(20, 40)]
    model = small(RNNEncoder, pooling="mean", tbptt_steps=5, hidden_size=8, max_epochs=30, lr=0.03)
    losses = [row["train_loss"] for row in model.fit(waves).history_]
    assert losses[-1] < 0.3 * losses[0]
    ids = [[1 + i % 3 for i in range(n)] for n in range(5, 12)]
    ids_model = small(RNNEncoder, pooling="mean", tbptt_steps=2, embedding_dim=3)
    assert ids_model.fit(ids).transform(ids).shape == (7, 4)


def test_auto_is_no_stem():
    X = np.tile(CUBE, (1, 3, 1))
    assert small(stem="auto").fit(X, Y).module_.encoder.stem is not None
    model = small(stem="auto", tbptt_steps=5).fit(X, Y)
    assert model.module_.encoder.stem is None
    assert same_weights(model, small(tbptt_steps=5).fit(X, Y))


def test_it_cannot_change_on_the_way():
    model = small(tbptt_steps=3, warm_start=True).fit(CUBE, Y)
    with pytest.raises(ValueError, match=r"^tbptt_steps changed since the last fit"):
        model.set_params(tbptt_steps=2).fit(CUBE, Y)


@pytest.mark.gpu
def test_cuda_learns_what_the_cpu_learns():
    one, other = (small(device=d, tbptt_steps=2).fit(ROWS, Y) for d in ("cpu", "cuda"))
    assert np.allclose(one.predict_proba(ROWS), other.predict_proba(ROWS), atol=1e-3)
