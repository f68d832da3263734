"""Public sets of texts to classify."""

import re
import tarfile
import zipfile
from pathlib import PurePosixPath

import numpy as np

from skrnn._sklearn import checked
from skrnn.datasets.cache import COMMON, PARTS, SUBSET, fetch, open_member
from skrnn.datasets.files import Lines, open_lines

SENTIMENT = {"neg": "negative", "pos": "positive"}
IMDB_MEMBER = re.compile(r"(?:.*/)?(train|test)/(neg|pos)/(\d+)_\d+\.txt")


@checked({**COMMON, "subset": [SUBSET]})
def fetch_imdb(*, data_home=None, subset="train", download_if_missing=True):
    """Fetch the large movie review dataset: 50,000 reviews from IMDB with their sentiment.

    The archive has 84 MB and is read anew in each call, which takes some ten seconds.

    Parameters
    ----------
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    subset : {"train", "test", "all"}, default="train"
        Which part to give: 25,000 reviews to train on, 25,000 to test, or first these and then
        those.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : list of str
        The reviews, in English, as they were written: line breaks are "<br />".
    y : str array of shape (n,)
        "negative" or "positive"; first all of the one, then all of the other.

    Raises
    ------
    ImportError
        If pooch is not installed.
    OSError
        If the data are not there and cannot be downloaded, or are not to be.
    ValueError
        If what was downloaded is not what was published, or a parameter is not what it should be.

    References
    ----------
    .. [1] A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng and C. Potts, "Learning word
       vectors for sentiment analysis", ACL 2011. https://ai.stanford.edu/~amaas/data/sentiment/

    Examples
    --------
    >>> from skrnn.datasets import fetch_imdb
    >>> X, y = fetch_imdb()  # doctest: +SKIP
    >>> len(X)  # doctest: +SKIP
    25000
    """
    path = fetch("imdb", data_home, download_if_missing)
    rows = []
    with tarfile.open(path) as archive:
        for member in archive:
            match = IMDB_MEMBER.fullmatch(member.name)
            if match and match[1] in PARTS[subset]:
                place = PARTS[subset].index(match[1]), match[2], int(match[3])
                rows.append((place, archive.extractfile(member).read().decode("utf-8")))
    rows.sort()
    return [text for _, text in rows], np.array([SENTIMENT[label] for (_, label, _), _ in rows])


@checked({**COMMON, "subset": [SUBSET], "fine": ["boolean"]})
def fetch_trec(*, data_home=None, subset="train", fine=False, download_if_missing=True):
    """Fetch the TREC questions, classified by the kind of answer they ask for.

    Parameters
    ----------
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    subset : {"train", "test", "all"}, default="train"
        Which part to give: 5,452 questions to train on, 500 to test, or first these and then
        those.
    fine : bool, default=False
        Whether to give the 50 fine classes, such as "NUM:dist", and not the 6 coarse ones.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : list of str
        The questions, in English, their words and marks separated by spaces.
    y : str array of shape (n,)
        "ABBR", "DESC", "ENTY", "HUM", "LOC" or "NUM".

    Raises
    ------
    ImportError
        If pooch is not installed.
    OSError
        If the data are not there and cannot be downloaded, or are not to be.
    ValueError
        If what was downloaded is not what was published, or a parameter is not what it should be.

    References
    ----------
    .. [1] X. Li and D. Roth, "Learning question classifiers", COLING 2002.
       https://cogcomp.seas.upenn.edu/Data/QA/QC/

    Examples
    --------
    >>> from skrnn.datasets import fetch_trec
    >>> X, y = fetch_trec(subset="test")  # doctest: +SKIP
    >>> X[0], str(y[0])  # doctest: +SKIP
    ('How far is it from Denver to Aspen ?', 'NUM')
    """
    X, y = [], []
    for part in PARTS[subset]:
        path = fetch(f"trec_{part}", data_home, download_if_missing)
        with open_lines(path, encoding="latin-1") as lines:
            for label, question in _split(lines, " "):
                X.append(question)
                y.append(label if fine else label.partition(":")[0])
    return X, np.array(y)


@checked(COMMON)
def fetch_movie_reviews(*, data_home=None, download_if_missing=True):
    """Fetch the sentence polarity dataset, called MR: sentences from reviews of films.

    There is no test part; results are usually of a cross-validation with 10 folds.

    Parameters
    ----------
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : list of 10,662 str
        The sentences, in English and lower case, words and marks separated by spaces.
    y : str array of shape (10662,)
        "negative" or "positive"; first all of the one, then all of the other.

    Raises
    ------
    ImportError
        If pooch is not installed.
    OSError
        If the data are not there and cannot be downloaded, or are not to be.
    ValueError
        If what was downloaded is not what was published, or a parameter is not what it should be.

    References
    ----------
    .. [1] B. Pang and L. Lee, "Seeing stars: exploiting class relationships for sentiment
       categorization with respect to rating scales", ACL 2005.
       https://www.cs.cornell.edu/people/pabo/movie-review-data/

    Examples
    --------
    >>> from skrnn.datasets import fetch_movie_reviews
    >>> X, y = fetch_movie_reviews()  # doctest: +SKIP
    >>> X[0]  # doctest: +SKIP
    'simplistic , silly and tedious .'
    """
    path = fetch("movie_reviews", data_home, download_if_missing)
    X, y = [], []
    for label, sentiment in SENTIMENT.items():
        with open_member(path, f"rt-polarity.{label}", encoding="latin-1") as file:
            sentences = [line.strip() for line in file if line.strip()]
        X += sentences
        y += [sentiment] * len(sentences)
    return X, np.array(y)


@checked(COMMON)
def fetch_sms_spam(*, data_home=None, download_if_missing=True):
    """Fetch the SMS spam collection: 5,574 short messages, 747 of which are spam.

    Parameters
    ----------
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : list of 5,574 str
        The messages, in English.
    y : str array of shape (5574,)
        "ham" or "spam".

    Raises
    ------
    ImportError
        If pooch is not installed.
    OSError
        If the data are not there and cannot be downloaded, or are not to be.
    ValueError
        If what was downloaded is not what was published, or a parameter is not what it should be.

    References
    ----------
    .. [1] T. A. Almeida, J. M. Gomez Hidalgo and A. Yamakami, "Contributions to the study of SMS
       spam filtering: new collection and results", DocEng 2011. https://doi.org/10.24432/C5CC84

    Examples
    --------
    >>> from skrnn.datasets import fetch_sms_spam
    >>> X, y = fetch_sms_spam()  # doctest: +SKIP
    >>> int((y == "spam").sum())  # doctest: +SKIP
    747
    """
    path = fetch("sms_spam", data_home, download_if_missing)
    with open_member(path, "SMSSpamCollection") as file:
        y, X = zip(*_split(Lines(file, str(path)), "\t"), strict=True)
    return list(X), np.array(y)


@checked(COMMON)
def fetch_surnames(*, data_home=None, download_if_missing=True):
    """Fetch some 20,000 surnames of 18 languages, from PyTorch's tutorial on characters.

    Parameters
    ----------
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : list of str
        The names, in Latin script with accents.
    y : str array of shape (n,)
        The language, such as "Arabic"; sorted. The classes differ much in size.

    Raises
    ------
    ImportError
        If pooch is not installed.
    OSError
        If the data are not there and cannot be downloaded, or are not to be.
    ValueError
        If what was downloaded is not what was published, or a parameter is not what it should be.

    References
    ----------
    .. [1] S. Robertson, "NLP from scratch: classifying names with a character-level RNN",
       https://pytorch.org/tutorials/intermediate/char_rnn_classification_tutorial.html

    Examples
    --------
    >>> from skrnn.datasets import fetch_surnames
    >>> X, y = fetch_surnames()  # doctest: +SKIP
    >>> X[0], str(y[0])  # doctest: +SKIP
    ('Khoury', 'Arabic')
    """
    path = fetch("surnames", data_home, download_if_missing)
    X, y = [], []
    with zipfile.ZipFile(path) as archive:
        members = [PurePosixPath(name) for name in sorted(archive.namelist())]
        for member in members:
            is_list = member.suffix == ".txt" and member.parent.name == "names"
            if is_list and "__MACOSX" not in member.parts:
                names = archive.read(str(member)).decode("utf-8").split("\n")
                names = [name.strip() for name in names if name.strip()]
                X += names
                y += [member.stem] * len(names)
    return X, np.array(y)


def _split(lines, separator):
    """Yield label and text of each line that is not blank."""
    for line in lines:
        if line.strip():
            label, found, text = line.partition(separator)
            if not found:
                raise lines.error(f"expected a label, {separator!r} and a text, got {line[:40]!r}.")
            yield label, text
