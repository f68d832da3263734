import sys
from importlib.metadata import version

import pytest

import skrnn
from skrnn import _versions
from skrnn._config import backend_in_use
from skrnn._kernel import kernel_name


def test_show_versions(capsys):
    skrnn.show_versions()
    out = capsys.readouterr().out
    assert sys.version.split()[0] in out
    for name in _versions.DEPENDENCIES:
        assert f"{name}: {version(name)}\n" in out
    assert f"skrnn backend: {backend_in_use()}\n" in out
    assert f"skrnn kernel: {kernel_name()}\n" in out
    assert "threads: 1\n" in out


def test_a_missing_extra_is_none(monkeypatch):
    monkeypatch.setattr(_versions, "EXTRAS", ("surely-not-installed",))
    assert _versions._packages()["surely-not-installed"] is None


def test_version_of_the_package_is_the_installed_one():
    assert skrnn.__version__ == version("skrnn")


@pytest.mark.parametrize("name", skrnn.__all__)
def test_every_public_name_loads(name):
    assert getattr(skrnn, name).__name__ == name


def test_public_names_are_listed():
    assert skrnn.__all__ == sorted(skrnn._HOME)
    assert set(skrnn.__all__) <= set(dir(skrnn))


@pytest.mark.parametrize("name", skrnn._FOLDERS)
def test_every_public_folder_loads(name):
    assert getattr(skrnn, name).__name__ == f"skrnn.{name}"
    assert name in dir(skrnn)


def test_an_unknown_name_says_what_there_is():
    with pytest.raises(AttributeError, match=r"no attribute 'RNNClasifier'.*RNNClassifier"):
        _ = skrnn.RNNClasifier
