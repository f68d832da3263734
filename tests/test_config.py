import threading

import pytest

from skrnn import _config, config_context, get_config, set_config
from skrnn._kernel import load_kernel


@pytest.fixture(autouse=True)
def restore_process_config():
    before = dict(_config._process)
    yield
    _config._process.update(before)


def in_new_thread(function):
    result = []
    thread = threading.Thread(target=lambda: result.append(function()))
    thread.start()
    thread.join()
    return result[0]


def test_default():
    assert get_config() == {"backend": "auto"}
    assert _config.backend_in_use() == ("torch" if load_kernel() is None else "kernel")


def test_get_config_is_a_copy():
    get_config()["backend"] = "nonsense"
    assert get_config() == {"backend": "auto"}


def test_set_config_reaches_every_thread():
    set_config(backend="torch")
    assert get_config()["backend"] == "torch"
    assert in_new_thread(get_config)["backend"] == "torch"


def test_none_changes_nothing():
    set_config(backend="torch")
    set_config()
    with config_context():
        assert get_config()["backend"] == "torch"


def test_context_is_for_this_thread_and_ends():
    with config_context(backend="torch"):
        assert get_config()["backend"] == "torch"
        assert in_new_thread(get_config)["backend"] == "auto"
    assert get_config()["backend"] == "auto"


def test_contexts_nest_and_end_on_error():
    with config_context(backend="torch"):
        with pytest.raises(KeyError), config_context(backend="auto"):
            raise KeyError
        assert get_config()["backend"] == "torch"
    assert get_config()["backend"] == "auto"


def test_set_config_inside_a_context_ends_with_it():
    with config_context():
        set_config(backend="torch")
        assert get_config()["backend"] == "torch"
    assert get_config()["backend"] == "auto"


@pytest.mark.parametrize("backend", ["cuda", "", 1, ["auto"]])
@pytest.mark.parametrize("change", [set_config, lambda **kw: config_context(**kw).__enter__()])
def test_unknown_backend(change, backend):
    with pytest.raises(ValueError, match=r"backend must be one of .*'torch'.*got "):
        change(backend=backend)
    assert get_config() == {"backend": "auto"}


def test_kernel_is_refused_without_a_kernel(monkeypatch):
    monkeypatch.setattr(_config, "load_kernel", lambda: None)
    with pytest.raises(ValueError, match="this build of skrnn has no compiled kernel"):
        set_config(backend="kernel")
    assert get_config() == {"backend": "auto"}
    assert _config.backend_in_use() == "torch"


@pytest.mark.skipif(load_kernel() is None, reason="the kernel was not compiled")
def test_kernel_is_taken_where_there_is_one():
    assert _config.backend_in_use() == "kernel"
    with config_context(backend="torch"):
        assert _config.backend_in_use() == "torch"
    with config_context(backend="kernel"):
        assert _config.backend_in_use() == "kernel"
