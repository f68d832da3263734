import gzip
from io import StringIO

import numpy as np
import pytest

from skrnn import RNNClassifier
from skrnn.datasets import read_ts

HEADER = (
    "# about\n@problemName Test\n@timeStamps false\n@missing false\n@classLabel true a b\n@data\n"
)


def read(data, header=HEADER):
    return read_ts(StringIO(header + data))


def test_univariate():
    X, y = read("1,2,3:a\n\n# between\n4,5.5,-6e-1:b\n")
    np.testing.assert_array_equal(X, [[[1], [2], [3]], [[4], [5.5], [-0.6]]])
    assert X.dtype == np.float64
    assert y.tolist() == ["a", "b"]


def test_multivariate_and_ragged():
    X, y = read("1,2,3:4,5,6:a\n7,8:9,10:b\n")
    assert isinstance(X, list)
    np.testing.assert_array_equal(X[0], [[1, 4], [2, 5], [3, 6]])
    np.testing.assert_array_equal(X[1], [[7, 9], [8, 10]])
    assert RNNClassifier(hidden_size=2, max_epochs=1).fit(X, y).predict(X).shape == (2,)


def test_missing_values():
    X, _ = read("1,?,3:a\n?, NaN ,?:b\n")
    np.testing.assert_array_equal(X[..., 0], [[1, np.nan, 3], [np.nan] * 3])


def test_targets():
    header = HEADER.replace("@classLabel true a b", "@TARGETLABEL true")
    X, y = read("1,2:3.5\n4,5:-1\n", header)
    assert y.dtype == np.float64
    assert y.tolist() == [3.5, -1]
    assert X.shape == (2, 2, 1)
    for bad in ("high", "", "1,2", "?"):
        with pytest.raises(ValueError, match="line 7: the target"):
            read(f"1,2:{bad}\n", header)


@pytest.mark.parametrize("line", ["@classLabel false\n", ""])
def test_no_labels(line):
    X, y = read("1,2:3,4\n5,6:7,8\n", HEADER.replace("@classLabel true a b\n", line))
    assert y is None
    np.testing.assert_array_equal(X[0], [[1, 3], [2, 4]])


def test_labels_with_spaces_and_classes_not_listed():
    header = HEADER.replace("true a b", "true")
    assert read("1:brown bear \n2:cat\n", header)[1].tolist() == ["brown bear", "cat"]


def test_compressed(tmp_path):
    path = tmp_path / "Test_TRAIN.ts.gz"
    path.write_bytes(gzip.compress((HEADER + "1,2:a\n").encode()))
    assert read_ts(path)[0].shape == (1, 2, 1)
    path.write_bytes(gzip.compress((HEADER + "1,x:a\n").encode()))
    with pytest.raises(ValueError, match=r"Test_TRAIN\.ts\.gz, line 7: dimension 0: 'x' is not"):
        read_ts(str(path))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("1,2:c\n", "line 7: class 'c' is not one of the header's: a, b"),
        ("1,2:a\n1,2\n", "line 8: no ':'"),
        ("1,2:3:a\n", r"line 7: the dimensions have \[2, 1\] values"),
        ("1,2:a\n1,2:3,4:b\n", "line 8: 2 dimensions; the first series has 1"),
        ("1,,2:a\n", "line 7: dimension 0: '' is not a number"),
        (":a\n", "line 7: dimension 0: '' is not a number"),
        ("", "the file has no data after @data"),
    ],
)
def test_bad_data(data, message):
    with pytest.raises(ValueError, match=message):
        read(data)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "no line @data"),
        ("@problemName x\n", "no line @data"),
        ("@problemName x\n1,2:a\n", "line 2: expected the header to end with @data, got '1,2:a'"),
        ("@timeStamps true\n@data\n", "line 1: series with time stamps are not read"),
        ("@timeStamps\n@data\n", "line 1: expected true or false"),
        ("@classLabel maybe\n@data\n", "line 1: expected true or false"),
    ],
)
def test_bad_headers(header, message):
    with pytest.raises(ValueError, match=message):
        read("", header)
