import numpy as np
import pandas as pd
import pytest

from skrnn.datasets import (
    fetch_beijing_pm25,
    fetch_engine_runs,
    fetch_japanese_vowels,
    fetch_splice,
    make_engine_runs,
)


def test_splice(internet, data_home, zipped):
    text = "EI,   ATRINS-DONOR-521,    CCAGCTGCAT\nN, HUMZ-NEG-1,   NNACGTACGT\n"
    internet.publish("splice", zipped({"splice.data": text, "splice.names": "about"}))
    X, y = fetch_splice()
    assert X == ["CCAGCTGCAT", "NNACGTACGT"]
    assert y.tolist() == ["EI", "N"]


def rows(lives):
    """Write cycles as NASA does: blanks between 26 numbers, and two at the end."""
    lines = [
        f"{unit} {cycle} -0.0007 0.0003 100.0 {' '.join(['518.67'] * 20)} {cycle}.5  "
        for unit, life in enumerate(lives, start=1)
        for cycle in range(1, life + 1)
    ]
    return "\n".join(lines) + "\n"


def test_engine_runs(internet, data_home, zipped):
    files = {
        "train_FD001.txt": rows([3, 2]),
        "test_FD001.txt": rows([2, 1]),
        "RUL_FD001.txt": "112 \n98 \n",
        "train_FD002.txt": rows([4]),
    }
    internet.publish("engine_runs", zipped(files))
    X, y = fetch_engine_runs()
    assert X.shape == (5, 26)
    assert X["unit"].tolist() == [1, 1, 1, 2, 2]
    assert y.tolist() == [2, 1, 0, 1, 0]
    assert X["s21"].tolist() == [1.5, 2.5, 3.5, 1.5, 2.5]
    X_test, y_test = fetch_engine_runs(subset="test")
    assert y_test.tolist() == [113, 112, 98]
    assert y_test.groupby(X_test["unit"]).last().tolist() == [112, 98]
    assert len(fetch_engine_runs("FD002")[0]) == 4
    with pytest.raises(ValueError, match=r"holds no test_FD003\.txt"):
        fetch_engine_runs("FD003", subset="test")
    made, remaining = make_engine_runs(1, random_state=0)
    assert list(X.columns)[:13] == list(made.columns)
    assert y.name == remaining.name


def test_beijing_pm25(internet, data_home, zipped):
    text = (
        "No,year,month,day,hour,pm2.5,DEWP,TEMP,PRES,cbwd,Iws,Is,Ir\n"
        "1,2010,1,1,22,NA,-21,-11,1021,NW,1.79,0,0\n"
        "2,2010,1,1,23,129,-16,-4,1020,SE,1.79,0,0\n"
        "3,2010,1,2,0,148,-15,-4,1020,cv,2.68,0,1\n"
    )
    internet.publish("beijing_pm25", zipped({"PRSA_data_2010.1.1-2014.12.31.csv": text}))
    X, y = fetch_beijing_pm25()
    assert list(X.columns) == ["DEWP", "TEMP", "PRES", "cbwd", "Iws", "Is", "Ir"]
    assert X.index.equals(y.index)
    assert X.index.freqstr == "h"
    assert X.index[-1] == pd.Timestamp("2010-01-02 00:00")
    np.testing.assert_array_equal(y, [np.nan, 129, 148])
    assert X["cbwd"].tolist() == ["NW", "SE", "cv"]


def test_japanese_vowels(internet, data_home, zipped):
    header = "@problemName JapaneseVowels\n@timeStamps false\n@classLabel true 1 2\n@data\n"
    files = {
        "JapaneseVowels_TRAIN.ts": header + "1,2:3,4:1\n1,2,5:3,4,6:2\n",
        "JapaneseVowels_TEST.ts": header + "7,8:9,0:2\n",
        "JapaneseVowels_TRAIN.arff": "another form",
    }
    internet.publish("japanese_vowels", zipped(files))
    X, y = fetch_japanese_vowels()
    assert [x.shape for x in X] == [(2, 2), (3, 2)]
    assert y.tolist() == ["1", "2"]
    X, y = fetch_japanese_vowels(subset="test")
    assert isinstance(X, list)
    np.testing.assert_array_equal(X[0], [[7, 9], [8, 0]])
    X, y = fetch_japanese_vowels(subset="all")
    assert [x.shape for x in X] == [(2, 2), (3, 2), (2, 2)]
    assert y.tolist() == ["1", "2", "2"]
