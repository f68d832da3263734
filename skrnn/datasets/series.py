"""Public sets of sequences that are not text."""

import numpy as np
import pandas as pd

from skrnn._sklearn import StrOptions, checked
from skrnn.datasets.cache import COMMON, PARTS, SUBSET, fetch, open_member
from skrnn.datasets.ts import read_ts

ENGINE_COLUMNS = [
    "unit",
    "cycle",
    *(f"setting{i}" for i in range(1, 4)),
    *(f"s{i}" for i in range(1, 22)),
]


@checked(COMMON)
def fetch_splice(*, data_home=None, download_if_missing=True):
    """Fetch the splice junctions: strings of DNA with a border of an exon in the middle, or none.

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
    X : list of 3,190 str
        60 bases each, around the place in question: A, C, G and T, and a few times D, N, R or S
        where the base is not certain.
    y : str array of shape (3190,)
        "EI" (exon to intron), "IE" (intron to exon) or "N" (neither).

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
    .. [1] M. O. Noordewier, G. G. Towell and J. W. Shavlik, "Training knowledge-based neural
       networks to recognize genes in DNA sequences", NeurIPS 1990.
       https://archive.ics.uci.edu/dataset/69

    Examples
    --------
    >>> from skrnn.datasets import fetch_splice
    >>> X, y = fetch_splice()  # doctest: +SKIP
    >>> X[0][:10], str(y[0])  # doctest: +SKIP
    ('CCAGCTGCAT', 'EI')
    """
    path = fetch("splice", data_home, download_if_missing)
    with open_member(path, "splice.data") as file:
        rows = [[word.strip() for word in line.split(",")] for line in file if line.strip()]
    return [bases for _, _, bases in rows], np.array([label for label, _, _ in rows])


@checked(
    {
        "name": [StrOptions({"FD001", "FD002", "FD003", "FD004"})],
        "subset": [StrOptions({"train", "test"})],
        **COMMON,
    }
)
def fetch_engine_runs(name="FD001", *, data_home=None, subset="train", download_if_missing=True):
    """Fetch NASA's C-MAPSS data: simulated turbofan engines that wear out.

    Parameters
    ----------
    name : {"FD001", "FD002", "FD003", "FD004"}, default="FD001"
        Which of the four fleets: with one condition of flight (FD001, FD003) or six, and with one
        kind of fault (FD001, FD002) or two.
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    subset : {"train", "test"}, default="train"
        Which part to give: engines that run until they fail, or others, whose runs are cut off.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : DataFrame
        One row for each cycle of each engine: "unit" (from 1), "cycle" (from 1), "setting1" to
        "setting3" and the sensors "s1" to "s21".
    y : Series of int, named "remaining"
        Cycles until the engine's last one, for each row of X. Published results on the test part
        are of the last row of each engine: ``y.groupby(X["unit"]).last()``.

    Raises
    ------
    ImportError
        If pooch is not installed.
    OSError
        If the data are not there and cannot be downloaded, or are not to be.
    ValueError
        If what was downloaded is not what was published, or a parameter is not what it should be.

    See Also
    --------
    skrnn.datasets.make_engine_runs : Engines of the same form, without a download.

    References
    ----------
    .. [1] A. Saxena, K. Goebel, D. Simon and N. Eklund, "Damage propagation modeling for aircraft
       engine run-to-failure simulation", PHM 2008.

    Examples
    --------
    >>> from skrnn.datasets import fetch_engine_runs
    >>> X, y = fetch_engine_runs("FD001")  # doctest: +SKIP
    >>> X.shape  # doctest: +SKIP
    (20631, 26)
    """
    path = fetch("engine_runs", data_home, download_if_missing)
    with open_member(path, f"{subset}_{name}.txt") as file:
        X = pd.read_csv(file, sep=r"\s+", header=None, names=ENGINE_COLUMNS)
    y = X.groupby("unit")["cycle"].transform("max") - X["cycle"]
    if subset == "test":
        with open_member(path, f"RUL_{name}.txt") as file:
            left = [int(line) for line in file if line.strip()]
        y += X["unit"].map(dict(enumerate(left, start=1)))
    return X, y.rename("remaining")


@checked(COMMON)
def fetch_beijing_pm25(*, data_home=None, download_if_missing=True):
    """Fetch five years of fine dust in Beijing, hour by hour, with the weather.

    Parameters
    ----------
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : DataFrame of 43,824 rows
        The weather: "DEWP" (dew point) and "TEMP" in degrees Celsius, "PRES" (pressure) in hPa,
        "cbwd" (direction of the wind, a str), "Iws" (wind, added up, in m/s), "Is" and "Ir" (hours
        of snow and rain so far). The index is a DatetimeIndex with frequency "h".
    y : Series of float, named "pm2.5"
        Micrograms of dust in a cubic metre, for each row of X; NaN in 2,067 hours.

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
    .. [1] X. Liang et al., "Assessing Beijing's PM2.5 pollution: severity, weather impact, APEC
       and winter heating", Proceedings of the Royal Society A 471 (2015).
       https://archive.ics.uci.edu/dataset/381

    Examples
    --------
    >>> from skrnn.datasets import fetch_beijing_pm25
    >>> X, y = fetch_beijing_pm25()  # doctest: +SKIP
    >>> int(y.isna().sum())  # doctest: +SKIP
    2067
    """
    path = fetch("beijing_pm25", data_home, download_if_missing)
    with open_member(path, "PRSA_data_2010.1.1-2014.12.31.csv") as file:
        frame = pd.read_csv(file)
    hours = pd.to_datetime(frame[["year", "month", "day", "hour"]])
    frame = frame.set_index(pd.DatetimeIndex(hours, freq="h", name="hour"))
    weather = frame.drop(columns=["No", "year", "month", "day", "hour", "pm2.5"])
    return weather, frame["pm2.5"]


@checked({**COMMON, "subset": [SUBSET]})
def fetch_japanese_vowels(*, data_home=None, subset="train", download_if_missing=True):
    """Fetch the Japanese vowels: recordings of nine men, to tell who speaks.

    Parameters
    ----------
    data_home : str, Path or None, default=None
        Folder where the download is kept. None: the environment variable SKRNN_DATA, or else the
        user's cache folder.
    subset : {"train", "test", "all"}, default="train"
        Which part to give: 270 recordings to train on, 370 to test, or first these and then those.
    download_if_missing : bool, default=True
        Whether to download what is not there yet; if False, that raises an OSError.

    Returns
    -------
    X : list of float64 arrays, each of shape (T_i, 12)
        Cepstrum coefficients of 7 to 29 steps of two vowels.
    y : str array of shape (n,)
        The speaker, "1" to "9".

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
    .. [1] M. Kudo, J. Toyama and M. Shimbo, "Multidimensional curve classification using
       passing-through regions", Pattern Recognition Letters 20 (1999).
       https://www.timeseriesclassification.com/description.php?Dataset=JapaneseVowels

    Examples
    --------
    >>> from skrnn.datasets import fetch_japanese_vowels
    >>> X, y = fetch_japanese_vowels()  # doctest: +SKIP
    >>> X[0].shape  # doctest: +SKIP
    (20, 12)
    """
    path = fetch("japanese_vowels", data_home, download_if_missing)
    X, y = [], []
    for part in PARTS[subset]:
        with open_member(path, f"JapaneseVowels_{part.upper()}.ts") as file:
            series, speakers = read_ts(file)
        X += list(series)
        y.append(speakers)
    return X, np.concatenate(y)
