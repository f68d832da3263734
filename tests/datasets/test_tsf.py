import lzma
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from skrnn.datasets import read_tsf

HEADER = """# Dataset Information
# about
@relation hospital
@attribute series_name string
@attribute beds numeric
@attribute start_timestamp date
@frequency monthly
@horizon 12
@missing true
@equallength false
@data
"""
DATA = "T1:12:2000-01-01 00-00-00:1,2.5,?\nT2:7.5:1999-12-31 23-30-00:4\n"


def read(text):
    return read_tsf(StringIO(text))


def test_all_parts(tmp_path):
    path = tmp_path / "hospital.tsf.xz"
    path.write_bytes(lzma.compress((HEADER + DATA).encode()))
    frame = read_tsf(path)
    assert list(frame.columns) == ["series_name", "beds", "start_timestamp", "series"]
    assert frame["series_name"].tolist() == ["T1", "T2"]
    assert frame["beds"].tolist() == [12, 7.5]
    assert frame["start_timestamp"].tolist() == [
        pd.Timestamp("2000-01-01"),
        pd.Timestamp("1999-12-31 23:30"),
    ]
    np.testing.assert_array_equal(frame["series"][0], [1, 2.5, np.nan])
    np.testing.assert_array_equal(frame["series"][1], [4])
    assert frame["series"][1].dtype == np.float64
    assert frame.attrs == {
        "relation": "hospital",
        "frequency": "monthly",
        "horizon": 12,
        "missing": True,
        "equallength": False,
    }


def test_equal_lengths_stay_cells():
    frame = read("@relation x\n@data\n1,2\n3,4\n")
    assert list(frame.columns) == ["series"]
    assert [cell.tolist() for cell in frame["series"]] == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEADER + "T1:12:1,2\n", "line 12: 2 attributes before the series, the header has 3: ser"),
        (HEADER + "T1:many:2000-01-01 00-00-00:1\n", "line 12: attribute beds: .*many"),
        (HEADER + "T1:1:2000-01-01:1\n", "line 12: attribute start_timestamp: .*2000-01-01"),
        (HEADER + DATA + "T1:1:2000-01-01 00-00-00:1,x\n", "line 14: .*'x'; the series must be"),
        (HEADER, "no data after @data"),
        ("@relation x\n", "no line @data"),
        ("@relation x\n1,2\n", "line 2: expected the header to end"),
        ("@attribute a text\n@data\n", "line 1: expected '@attribute NAME KIND'.*'a text'"),
        ("@attribute a\n@data\n", "line 1: expected '@attribute NAME KIND'"),
    ],
)
def test_bad_files(text, message):
    with pytest.raises(ValueError, match=message):
        read(text)


@pytest.mark.parametrize("name", ["series", "k"])
def test_no_attribute_hides_another(name):
    text = f"@attribute k string\n@attribute {name} string\n@data\na:b:1,2\n"
    with pytest.raises(ValueError, match=f"line 2: attribute '{name}': there is a column of this"):
        read_tsf(StringIO(text))
