import gc
import threading

import pytest
import torch

from skrnn.cells.kernels import workspace
from skrnn.cells.kernels.workspace import borrow
from skrnn.cells.pool import MOST_IDLE


@pytest.fixture(autouse=True)
def empty(monkeypatch):
    monkeypatch.setattr(workspace._pool, "idle", [])


def test_a_buffer_comes_back_and_is_lent_again():
    first = borrow(100)
    address = first.address
    assert address == first.buffer.data_ptr() and first.buffer.numel() == 100
    other = borrow(100)
    assert other.address != address
    del first
    again = borrow(90)
    assert again.address == address
    assert not workspace._pool.idle


@pytest.mark.parametrize(("size", "fits"), [(2000, True), (488, True), (487, False), (2001, False)])
def test_a_buffer_is_large_enough_and_not_twice_too_large(size, fits):
    borrowed = borrow(2000)
    address = borrowed.address
    del borrowed
    lent = borrow(size)
    assert (lent.address == address) == fits
    assert lent.buffer.numel() >= size
    assert len(workspace._pool.idle) == (not fits)


def test_few_buffers_wait():
    held = [borrow(10) for _ in range(MOST_IDLE + 3)]
    last = [each.address for each in held[-MOST_IDLE:]]
    while held:
        del held[0]
    assert [buffer.data_ptr() for buffer in workspace._pool.idle] == last


def test_those_that_wait_keep_their_order():
    held = [borrow(size) for size in (10, 5000, 20_000)]
    while held:
        del held[0]
    lent = borrow(5000)
    assert lent.buffer.numel() == 5000
    assert [buffer.numel() for buffer in workspace._pool.idle] == [10, 20_000]


def test_a_collection_in_the_middle_of_a_loan(monkeypatch):
    """Others come back while one looks for a buffer: it must be one that fits."""
    held = [borrow(size) for size in (10, 10, 10, 3000)]
    while held:
        del held[0]
    late = [borrow(size) for size in (8000, 8000, 8000)]

    class Late(list):
        def pop(self, *at):
            if late:
                late.pop()  # what the collector may do at any moment
            return super().pop(*at)

    monkeypatch.setattr(workspace._pool, "idle", Late(workspace._pool.idle))
    lent = borrow(3000)
    assert lent.buffer.numel() >= 3000


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16])
def test_the_default_dtype_does_not_matter(dtype):
    torch.set_default_dtype(dtype)
    try:
        assert borrow(7).buffer.dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)


def test_nobody_shares_a_buffer():
    clashes, errors = [], []

    def work(mark):
        try:
            for size in range(50, 400):
                lent = borrow(size)
                lent.buffer.fill_(mark)
                if not (lent.buffer == mark).all():
                    clashes.append(mark)
                del lent
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    assert not clashes and not errors
    assert len(workspace._pool.idle) <= MOST_IDLE
