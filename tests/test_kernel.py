import ctypes

import pytest

from skrnn import _kernel
from skrnn._kernel import VARIANTS, kernel_name, load_kernel


@pytest.fixture
def fresh():
    load_kernel.cache_clear()
    yield
    load_kernel.cache_clear()


@pytest.fixture
def shelf(monkeypatch, fresh):
    """Stand in for the compiled files: their names, and the level of the processor."""

    def put(names, level):
        class Library:
            def __init__(self, path):
                name = path.split("_kernel_")[1].removesuffix(".bin")
                if name not in names:
                    raise OSError(path)

            def skrnn_level(self):
                return level

        monkeypatch.setattr(ctypes, "CDLL", Library)

    return put


@pytest.mark.parametrize("level", range(len(VARIANTS)))
def test_the_best_that_the_processor_runs(shelf, level):
    shelf(VARIANTS, level)
    assert load_kernel().variant == kernel_name() == VARIANTS[level]


@pytest.mark.parametrize(
    ("names", "level", "expected"),
    [
        (("baseline",), 2, "baseline"),
        (("baseline", "avx2"), 2, "avx2"),
        (("baseline", "avx512"), 2, "avx512"),
        (("baseline", "avx512"), 1, "baseline"),
        (("avx2", "avx512"), 2, None),  # without the baseline nobody says what may be loaded
        ((), 2, None),
    ],
)
def test_what_was_not_compiled_is_passed_over(shelf, names, level, expected):
    shelf(names, level)
    assert kernel_name() == expected


def test_no_file(monkeypatch, tmp_path, fresh):
    monkeypatch.setattr(_kernel, "FOLDER", tmp_path)
    assert load_kernel() is None and kernel_name() is None


def test_a_file_for_another_system(monkeypatch, tmp_path, fresh):
    for name in VARIANTS:
        (tmp_path / f"_kernel_{name}.bin").write_bytes(b"MZ not for here")
    monkeypatch.setattr(_kernel, "FOLDER", tmp_path)
    assert load_kernel() is None


def test_it_is_loaded_once(fresh):
    assert load_kernel() is load_kernel()
    if load_kernel() is None:
        pytest.skip("the kernel was not compiled: there was no C++ compiler")
    assert kernel_name() in VARIANTS
    assert VARIANTS.index(kernel_name()) <= load_kernel().skrnn_level()
    assert type(load_kernel()) is ctypes.CDLL  # calls release the interpreter lock
