import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch comes; worker processes inherit it

import pytest
import torch
from hypothesis import settings

torch.set_num_threads(1)
# The same few examples in every run; --hypothesis-profile=thorough draws new ones, and many.
settings.register_profile("few", derandomize=True, deadline=None, max_examples=6, database=None)
settings.register_profile("thorough", deadline=None, max_examples=200, database=None)
settings.load_profile("few")


def pytest_runtest_setup(item):
    if item.get_closest_marker("gpu") and not torch.cuda.is_available():
        pytest.skip("needs a CUDA device, and torch sees none")
