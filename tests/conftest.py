import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch comes; worker processes inherit it

import numpy as np
import pytest
import torch
from hypothesis import settings

from skrnn._kernel import load_kernel
from skrnn.training.together import Stack

torch.set_num_threads(1)
# The same few examples in every run; --hypothesis-profile=thorough draws new ones, and many.
settings.register_profile("few", derandomize=True, deadline=None, max_examples=6, database=None)
settings.register_profile("thorough", deadline=None, max_examples=200, database=None)
settings.load_profile("few")


def pytest_runtest_setup(item):
    if item.get_closest_marker("gpu") and not torch.cuda.is_available():
        pytest.skip("needs a CUDA device, and torch sees none")


@pytest.fixture(scope="session")
def kernel():
    """Skip where there is no kernel."""
    if load_kernel() is None:
        pytest.skip("the kernel was not compiled: there was no C++ compiler")


@pytest.fixture
def judged(kernel, monkeypatch):
    """Sizes of the stacks, one for every step that was taken together."""
    sizes, judge = [], Stack.judge

    def spy(stack, batches):
        sizes.append(len(batches))
        return judge(stack, batches)

    monkeypatch.setattr(Stack, "judge", spy)
    return sizes


def _answers(model, X):
    names = ("predict", "predict_proba", "decision_function", "transform")
    return [getattr(model, name)(X) for name in names if hasattr(model, name)]


@pytest.fixture(scope="session")
def answers_of():
    """Give all that a model answers to X."""
    return _answers


@pytest.fixture(scope="session")
def same_answers():
    """Say whether two models answer the same to X, to the bit."""
    return lambda one, other, X: all(map(np.array_equal, _answers(one, X), _answers(other, X)))
