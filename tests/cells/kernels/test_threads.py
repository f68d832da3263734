import multiprocessing
import threading
from types import SimpleNamespace

import pytest
import torch

from skrnn import RNNClassifier
from skrnn.cells.kernels import function, thread_budget
from skrnn.cells.kernels.threads import WORTH_A_THREAD, threads_for


@pytest.fixture
def torch_threads():
    """Set torch's number of threads for one test."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_little_work_takes_one_thread():
    with thread_budget(4):
        assert threads_for(WORTH_A_THREAD - 1) == 1
        assert threads_for(WORTH_A_THREAD) == 4


def test_without_a_budget_torch_decides(torch_threads):
    torch_threads(3)
    assert threads_for(WORTH_A_THREAD) == 3
    assert threads_for(1) == 1


def test_budgets_nest_and_end():
    with thread_budget(5):
        with pytest.raises(KeyError), thread_budget(2):
            assert threads_for(WORTH_A_THREAD) == 2
            raise KeyError
        assert threads_for(WORTH_A_THREAD) == 5
    assert threads_for(WORTH_A_THREAD) == torch.get_num_threads()


def test_a_budget_is_for_one_thread():
    seen = []
    with thread_budget(5):
        thread = threading.Thread(target=lambda: seen.append(threads_for(WORTH_A_THREAD)))
        thread.start()
        thread.join()
    assert seen == [torch.get_num_threads()]


def test_worker_processes_get_one(monkeypatch):
    worker = SimpleNamespace(name="LokyProcess-1")
    monkeypatch.setattr(multiprocessing, "current_process", lambda: worker)
    with thread_budget(4):
        assert threads_for(WORTH_A_THREAD) == 1


def test_a_fit_uses_the_threads_of_the_caller(kernel, torch_threads, monkeypatch):
    seen = set()

    def spy(work):
        seen.add(threads_for(WORTH_A_THREAD))
        return 1

    monkeypatch.setattr(function, "threads_for", spy)
    torch_threads(3)
    x, y = torch.randn(12, 4, 2).numpy(), [0, 1] * 6
    RNNClassifier(hidden_size=4, max_epochs=1, random_state=0).fit(x, y).predict(x)
    assert seen == {3}
    assert torch.get_num_threads() == 3
