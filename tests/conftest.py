import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch comes; worker processes inherit it

import pytest
import torch

torch.set_num_threads(1)


def pytest_runtest_setup(item):
    if item.get_closest_marker("gpu") and not torch.cuda.is_available():
        pytest.skip("needs a CUDA device, and torch sees none")
