import logging
import sys
import threading
from pathlib import Path

import pooch
import pytest

from skrnn.datasets import fetch_trec
from skrnn.datasets.cache import SOURCES, fetch, open_member

QUESTIONS = b"NUM:dist How far is it ?\n"


def test_download_once(internet, tmp_path):
    internet.publish("trec_test", QUESTIONS)
    path = fetch("trec_test", tmp_path / "kept", True)
    assert path == tmp_path / "kept" / "TREC_10.label"
    assert path.read_bytes() == QUESTIONS
    assert fetch("trec_test", tmp_path / "kept", True) == path
    assert fetch("trec_test", str(tmp_path / "kept"), False) == path
    assert internet.asked == ["/TREC_10.label"]


def test_without_checksum(internet, tmp_path):
    internet.publish("trec_test", QUESTIONS, known_hash=None)
    path = fetch("trec_test", tmp_path, True)
    assert fetch("trec_test", tmp_path, False) == path
    assert len(internet.asked) == 1


def test_a_damaged_file_is_fetched_again(internet, tmp_path):
    internet.publish("trec_test", QUESTIONS)
    (tmp_path / "TREC_10.label").write_text("half")
    with pytest.raises(FileNotFoundError, match="not what it should be"):
        fetch("trec_test", tmp_path, False)
    assert fetch("trec_test", tmp_path, True).read_bytes() == QUESTIONS


def test_another_file_than_published(internet, tmp_path):
    internet.publish("trec_test", QUESTIONS, known_hash=f"md5:{0:032}")
    with pytest.raises(ValueError, match="hash"):
        fetch("trec_test", tmp_path / "kept", True)
    assert not any((tmp_path / "kept").iterdir())


def test_the_environment_names_the_folder(internet, data_home):
    internet.publish("trec_test", QUESTIONS)
    assert not data_home.exists()
    assert fetch("trec_test", None, True) == data_home / "TREC_10.label"


def test_the_default_folder_is_the_cache_of_the_user(internet, tmp_path, monkeypatch):
    monkeypatch.delenv("SKRNN_DATA", raising=False)
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "cache" / project)
    internet.publish("trec_test", QUESTIONS)
    assert fetch("trec_test", None, True) == tmp_path / "cache" / "skrnn" / "TREC_10.label"


def test_home_is_expanded(internet, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    internet.publish("trec_test", QUESTIONS)
    assert fetch("trec_test", Path("~/kept"), True).parent == tmp_path / "kept"


def test_missing_and_no_download(internet, data_home):
    with pytest.raises(OSError, match="download_if_missing=False"):
        fetch_trec(download_if_missing=False)
    assert not data_home.exists()
    assert internet.asked == []


def test_a_failed_download_says_what_to_do(internet, data_home):
    with pytest.raises(OSError, match=r"could not be downloaded.*save it as .*TREC_10\.label"):
        fetch_trec(subset="test")
    internet.publish("trec_test", QUESTIONS)
    (internet.folder / "TREC_10.label").unlink()
    with pytest.raises(OSError, match="404"):
        fetch_trec(subset="test")


def test_without_pooch(monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ImportError, match=r'pip install "skrnn\[datasets\]"'):
        fetch_trec()


@pytest.fixture
def heard():
    """Return the list of what pooch's logger tells its handlers."""
    messages = []
    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())
    pooch.get_logger().addHandler(handler)
    yield messages
    pooch.get_logger().removeHandler(handler)


def test_silence(internet, tmp_path, capsys, heard):
    logger = pooch.get_logger()
    before = logger.level, list(logger.filters)
    internet.publish("trec_test", QUESTIONS, known_hash=None)
    fetch("trec_test", tmp_path, True)
    assert heard == []
    assert capsys.readouterr() == ("", "")
    assert (logger.level, logger.filters) == before
    pooch.retrieve(SOURCES["trec_test"].url, None, "again", tmp_path)
    assert len(heard) == 2  # what would have been said
    with pytest.raises(OSError):
        fetch("trec_train", tmp_path, True)
    assert logger.filters == before[1]


def test_warnings_are_heard(internet, tmp_path, monkeypatch, heard):
    def warn(*args):
        pooch.get_logger().info("nothing of interest")
        pooch.get_logger().warning("the disk is nearly full")

    monkeypatch.setattr(pooch, "retrieve", warn)
    fetch("trec_test", tmp_path, True)
    assert heard == ["the disk is nearly full"]


def test_threads_fetch_at_once(internet, tmp_path):
    internet.publish("trec_test", QUESTIONS)
    internet.publish("trec_train", QUESTIONS)
    keys = ["trec_test", "trec_train"] * 4
    filters = list(pooch.get_logger().filters)
    paths = []
    threads = [
        threading.Thread(target=lambda key=key: paths.append(fetch(key, tmp_path, True)))
        for key in keys
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {path.read_bytes() for path in paths} == {QUESTIONS}
    assert len(paths) == len(keys)
    assert pooch.get_logger().filters == filters


def test_sources():
    names = [source.name for source in SOURCES.values()]
    assert len(set(names)) == len(names)
    for source in SOURCES.values():
        assert source.url.startswith("https://")
        if source.known_hash is not None:
            algorithm, _, digest = source.known_hash.partition(":")
            assert len(digest) == {"md5": 32, "sha256": 64}[algorithm]
            int(digest, 16)


@pytest.mark.parametrize("archive", ["zipped", "tarred"])
def test_open_member(archive, request, tmp_path):
    files = {"__MACOSX/top/a.txt": "no", "top/a.txt": "caf\u00e9\n", "top/ba.txt": "other"}
    path = tmp_path / "archive"
    path.write_bytes(request.getfixturevalue(archive)(files))
    with open_member(path, "a.txt") as file:
        assert file.read() == "caf\u00e9\n"
    assert file.closed
    with pytest.raises(ValueError, match=r"archive holds no c\.txt, but .*top/a\.txt.*delete it"):
        with open_member(path, "c.txt"):
            pass
