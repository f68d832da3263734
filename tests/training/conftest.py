from types import SimpleNamespace

import numpy as np
import pytest
import torch

from skrnn.data import Ragged
from skrnn.heads import SquaredError
from skrnn.nn import Encoder, PooledNetwork
from skrnn.training.dataset import training_data
from skrnn.training.net import alone
from skrnn.training.run import make_net, train
from skrnn.training.seeding import Seeds, build_seeded


@pytest.fixture
def params():
    """The training parameters of an estimator."""
    return SimpleNamespace(
        optimizer="sgd",
        lr=0.1,
        lr_schedule="constant",
        batch_size=4,
        max_epochs=3,
        alpha=0.0,
        l1=0.0,
        clip_norm=None,
        clip_value=None,
        n_iter_no_change=2,
        tol=1e-4,
        max_time=None,
        callbacks=None,
        net_params=None,
        verbose=0,
    )


@pytest.fixture
def network():
    def build():
        return PooledNetwork(Encoder("gru", 2, 3, 1, False, 0.0), "last", (), 0.0, 1)

    return build_seeded(0, build)


@pytest.fixture
def data():
    return make_data(range(12))


def make_data(rows):
    rng = np.random.default_rng(0)
    X = Ragged.from_rows([rng.normal(size=(n, 2)) for n in rng.integers(1, 8, 20)])
    target = rng.normal(size=(20, 1))
    return training_data(X, target, np.ones(20), np.array(rows), "cpu")


@pytest.fixture
def fit(params, network, data):
    """Train with some parameters changed; give the net."""

    def run(held_back=None, one_epoch=False, **changed):
        vars(params).update(changed)
        net = make_net(params, network, SquaredError(), per_step=False)
        held_back = None if held_back is None else make_data(held_back)
        run = train(net, params, data, held_back, Seeds(0), "cpu", one_epoch)
        net.best_loss = alone(run)
        return net

    return run


@pytest.fixture
def weights(network):
    """Give a copy of the weights of the network as they are now."""

    def copy():
        return [p.detach().clone() for p in network.parameters()]

    return copy


@pytest.fixture
def same():
    return lambda one, other: all(map(torch.equal, one, other))
