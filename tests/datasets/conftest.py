"""A server on this machine in place of the internet, and archives of the published layout."""

import hashlib
import io
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from skrnn.datasets.cache import SOURCES


class Handler(SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()

    def log_message(self, format, *args):
        pass


class Internet:
    """Serves files in place of the sources, and counts what is asked for."""

    def __init__(self, folder, server, monkeypatch):
        self.folder, self.asked, self._monkeypatch = folder, server.asked, monkeypatch
        self.url = f"http://127.0.0.1:{server.server_port}"

    def publish(self, key, content, known_hash="right"):
        """Serve `content` (bytes) as the source `key`."""
        source = SOURCES[key]
        (self.folder / source.name).write_bytes(content)
        if known_hash == "right":
            known_hash = f"sha256:{hashlib.sha256(content).hexdigest()}"
        source = source._replace(url=f"{self.url}/{source.name}", known_hash=known_hash)
        self._monkeypatch.setitem(SOURCES, key, source)


@pytest.fixture
def internet(tmp_path, monkeypatch):
    folder = tmp_path / "served"
    folder.mkdir()
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for key, source in SOURCES.items():  # the real hosts are never asked
        monkeypatch.setitem(SOURCES, key, source._replace(url="http://127.0.0.1:9/nothing"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Internet(folder, server, monkeypatch)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def data_home(tmp_path, monkeypatch):
    """Return the data folder, which the environment names."""
    monkeypatch.setenv("SKRNN_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def tarred(files, encoding="utf-8"):
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(text.encode(encoding))
            archive.addfile(member, io.BytesIO(text.encode(encoding)))
    return content.getvalue()


@pytest.fixture(name="zipped")
def zipped_fixture():
    return zipped


@pytest.fixture(name="tarred")
def tarred_fixture():
    return tarred
