"""Streams of random numbers, and the caller's torch left as it was."""

import threading

import numpy as np
import pytest
import torch

from skrnn import RNNRegressor
from skrnn.training.seeding import Seeds, build_seeded, undisturbed_torch


def streams(seeds):
    noise = torch.rand(3, generator=seeds.generator("cpu")).tolist()
    return [seeds.weights, *seeds.split.random(3), *seeds.order.random(3), *noise]


@pytest.mark.parametrize("seed", [0, 7, [3, 0]])
def test_a_seed_decides_all_streams(seed):
    assert streams(Seeds(seed)) == streams(Seeds(seed))


def test_streams_differ():
    seen = {tuple(streams(Seeds(seed))) for seed in (0, 1, [0, 1], [1, 1], [0, 2])}
    assert len(seen) == 5
    numbers = streams(Seeds(0))
    assert len(set(numbers)) == len(numbers)


def test_one_stream_does_not_move_another():
    one, other = Seeds(0), Seeds(0)
    one.split.random(100)
    one.generator("cpu")
    assert one.order.random() == other.order.random()


def test_every_generator_is_new():
    seeds = Seeds(0)
    assert seeds.generator("cpu").initial_seed() != seeds.generator("cpu").initial_seed()


def test_build_seeded():
    def build():
        return torch.nn.Linear(2, 2)

    before = torch.get_rng_state()
    one, other, third = build_seeded(1, build), build_seeded(1, build), build_seeded(2, build)
    assert torch.equal(one.weight, other.weight) and not torch.equal(one.weight, third.weight)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_undisturbed(two_threads):
    before = torch.get_rng_state()
    with undisturbed_torch():
        assert torch.get_num_threads() == 1
        torch.rand(3)
        with undisturbed_torch():
            torch.rand(3)
        assert torch.get_num_threads() == 1, "the last to leave restores"
    assert torch.get_num_threads() == 2
    assert torch.equal(torch.get_rng_state(), before)


def test_undisturbed_restores_after_an_error(two_threads):
    with pytest.raises(RuntimeError, match="out"), undisturbed_torch():
        raise RuntimeError("out")
    assert torch.get_num_threads() == 2


def test_undisturbed_from_several_threads(two_threads):
    """They overlap: the second enters before the first leaves, and leaves after it."""
    entered, left, done = threading.Event(), threading.Event(), threading.Event()

    def second():
        with undisturbed_torch():
            entered.set()
            left.wait(10)
        own.append(torch.get_num_threads())
        done.set()

    own = [torch.get_num_threads()]
    other = threading.Thread(target=second)
    with undisturbed_torch():
        other.start()
        assert entered.wait(10)
    left.set()
    assert done.wait(10)
    other.join()
    assert torch.get_num_threads() == 2
    assert own == [2, 2], "with OpenMP every thread has a count of its own"


def test_fits_in_several_threads_do_not_mix():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 5, 1)), rng.normal(size=20)

    def fit(seed):
        settings = {"hidden_size": 5, "max_epochs": 4, "dropout": 0.3, "dense_sizes": (3,)}
        return RNNRegressor(random_state=seed, **settings).fit(X, y).predict(X)

    alone = [fit(seed) for seed in range(3)]
    state = torch.get_rng_state()
    answers = {}
    threads = [threading.Thread(target=lambda s=s: answers.update({s: fit(s)})) for s in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, expected in enumerate(alone):
        np.testing.assert_array_equal(answers[seed], expected)
    assert torch.equal(torch.get_rng_state(), state)
