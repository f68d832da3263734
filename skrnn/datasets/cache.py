"""Files from the internet, kept in a folder."""

import logging
import os
import tarfile
import zipfile
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from skrnn._sklearn import StrOptions


class Source(NamedTuple):
    """A file on the internet.

    Parameters
    ----------
    url : str
        Where it is.
    known_hash : str or None
        Its checksum, such as "md5:..." or "sha256:...". None where nobody has published one: the
        file is then taken as it comes.
    name : str
        What it is called in the data folder.
    """

    url: str
    known_hash: str | None
    name: str


# The parameters that fetchers share.
COMMON = {"data_home": [str, os.PathLike, None], "download_if_missing": ["boolean"]}
SUBSET = StrOptions({"train", "test", "all"})
PARTS = {"train": ("train",), "test": ("test",), "all": ("train", "test")}

UCI = "https://archive.ics.uci.edu/static/public"
SOURCES = {
    "imdb": Source(
        "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",
        "sha256:c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
        "aclImdb_v1.tar.gz",
    ),
    "trec_train": Source(
        "https://cogcomp.seas.upenn.edu/Data/QA/QC/train_5500.label",
        "sha256:9e4c8bdcaffb96ed61041bd64b564183d52793a8e91d84fc3a8646885f466ec3",
        "train_5500.label",
    ),
    "trec_test": Source(
        "https://cogcomp.seas.upenn.edu/Data/QA/QC/TREC_10.label",
        "sha256:033f22c028c2bbba9ca682f68ffe204dc1aa6e1cf35dd6207f2d4ca67f0d0e8e",
        "TREC_10.label",
    ),
    "movie_reviews": Source(
        "https://www.cs.cornell.edu/people/pabo/movie-review-data/rt-polaritydata.tar.gz",
        "md5:50c1c2c047b4225e148e97aa7708c34e",
        "rt-polaritydata.tar.gz",
    ),
    "sms_spam": Source(
        f"{UCI}/228/sms+spam+collection.zip",
        "sha256:1587ea43e58e82b14ff1f5425c88e17f8496bfcdb67a583dbff9eefaf9963ce3",
        "sms+spam+collection.zip",
    ),
    # Nobody was found to publish a checksum of this file, nor of the other two with None.
    "surnames": Source("https://download.pytorch.org/tutorial/data.zip", None, "surnames.zip"),
    "splice": Source(
        f"{UCI}/69/molecular+biology+splice+junction+gene+sequences.zip",
        "sha256:3e7ce5dcbeec8c221f57dda495611b9d6ec9525551f445419f5c74cc38067e4e",
        "splice.zip",
    ),
    "engine_runs": Source(
        "https://data.nasa.gov/docs/legacy/CMAPSSData.zip",
        "sha256:74bef434a34db25c7bf72e668ea4cd52afe5f2cf8e44367c55a82bfd91a5a34f",
        "CMAPSSData.zip",
    ),
    "beijing_pm25": Source(f"{UCI}/381/beijing+pm2+5+data.zip", None, "beijing_pm25.zip"),
    "japanese_vowels": Source(
        "https://www.timeseriesclassification.com/aeon-toolkit/JapaneseVowels.zip",
        None,
        "JapaneseVowels.zip",
    ),
}


def fetch(key, data_home, download_if_missing):
    """Give the path of a file, which is downloaded where it is missing.

    Parameters
    ----------
    key : str
        A key of ``SOURCES``.
    data_home : str, Path or None
        The data folder. None: the environment variable SKRNN_DATA, or the user's cache.
    download_if_missing : bool
        Whether to download.

    Returns
    -------
    path : Path
        The file, whose checksum is right where one is known.

    Raises
    ------
    ImportError
        If pooch is not installed.
    OSError
        If the file is not there and is not to be, or cannot be downloaded.
    ValueError
        If what was downloaded has another checksum.
    """
    pooch = _import_pooch()
    source = SOURCES[key]
    folder = Path(data_home or os.environ.get("SKRNN_DATA") or pooch.os_cache("skrnn"))
    path = folder.expanduser() / source.name
    if not download_if_missing and not _is_there(pooch, path, source.known_hash):
        raise FileNotFoundError(
            f"{path} is not there, or not what it should be, and download_if_missing=False. Allow "
            f"the download of {source.url}, or save that file there."
        )
    with _quiet(pooch.get_logger()):
        try:
            pooch.retrieve(source.url, source.known_hash, path.name, path.parent)
        except OSError as error:
            raise OSError(
                f"{source.url} could not be downloaded ({error}). If you get it another way, save "
                f"it as {path}."
            ) from error
    return path


def _import_pooch():
    try:
        import pooch
    except ImportError as error:
        raise ImportError(
            'Fetching public data needs pooch: pip install "skrnn[datasets]".'
        ) from error
    return pooch


def _is_there(pooch, path, known_hash):
    if not path.is_file() or known_hash is None:
        return path.is_file()
    algorithm, _, digest = known_hash.partition(":")
    return pooch.file_hash(str(path), alg=algorithm) == digest


@contextmanager
def _quiet(logger):
    """Hold back what is only information; a filter, since threads may fetch at once."""

    def is_warning(record):
        return record.levelno >= logging.WARNING

    logger.addFilter(is_warning)
    try:
        yield
    finally:
        logger.removeFilter(is_warning)


@contextmanager
def open_member(archive, name, encoding="utf-8"):
    """Open a text file in a zip or tar archive, in whichever folder it lies there.

    Parameters
    ----------
    archive : Path
        The archive; nothing is unpacked.
    name : str
        Name of the file, or the end of its path.
    encoding : str, default="utf-8"
        Encoding of the text.

    Yields
    ------
    file : text file
        The file, closed afterwards.

    Raises
    ------
    ValueError
        If there is no such file.
    """
    is_zip = zipfile.is_zipfile(archive)
    with zipfile.ZipFile(archive) if is_zip else tarfile.open(archive) as opened:
        names = opened.namelist() if is_zip else opened.getnames()
        found = [n for n in names if f"/{n}".endswith(f"/{name}") and "__MACOSX" not in n]
        if not found:
            raise ValueError(
                f"{archive} holds no {name}, but {', '.join(names[:5])}. If it was damaged or "
                "replaced, delete it, and fetch it again."
            )
        member = opened.open(found[0]) if is_zip else opened.extractfile(found[0])
        with TextIOWrapper(member, encoding=encoding) as file:
            yield file
