"""What every fetcher promises."""

import inspect

import pytest

from skrnn import datasets

FETCHERS = [name for name in datasets.__all__ if name.startswith("fetch_")]


@pytest.mark.parametrize("name", FETCHERS)
def test_the_signature(name):
    parameters = inspect.signature(getattr(datasets, name)).parameters
    keywords = [p.name for p in parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert keywords[0] == "data_home"
    assert keywords[-1] == "download_if_missing"
    assert parameters["data_home"].default is None
    assert parameters["download_if_missing"].default is True
    if "subset" in parameters:
        assert parameters["subset"].default == "train"


@pytest.mark.parametrize("name", FETCHERS)
def test_nothing_is_downloaded_unasked(name, internet, data_home):
    with pytest.raises(FileNotFoundError, match=r"download_if_missing=False.*save that file there"):
        getattr(datasets, name)(download_if_missing=False)
    assert not data_home.exists()
    assert internet.asked == []


@pytest.mark.parametrize("name", FETCHERS)
def test_bad_parameters(name, internet, data_home):
    for bad in ({"data_home": 3}, {"download_if_missing": "yes"}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            getattr(datasets, name)(**bad)
    assert internet.asked == []
