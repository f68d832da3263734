import numpy as np
import pandas as pd
import pytest

from skrnn._sklearn import take_rows
from skrnn.data import Ragged

ROWS = [np.arange(n) + 0.5 for n in (2, 1, 3)]


@pytest.mark.parametrize("rows", [[2, 0], [], [1, 1]])
def test_rows_of_any_container(rows):
    rows = np.array(rows, dtype=int)
    taken = take_rows(ROWS, rows)
    assert type(taken) is list and all(a is ROWS[i] for a, i in zip(taken, rows, strict=True))
    square = np.arange(12).reshape(3, 2, 2)
    assert np.array_equal(take_rows(square, rows), square[rows])
    frame = pd.DataFrame({"x": ROWS, "z": [4, 5, 6]}, index=["a", "b", "c"])
    assert take_rows(frame, rows).equals(frame.iloc[rows])
    assert take_rows(frame["z"], rows).equals(frame["z"].iloc[rows])
    if len(rows):
        ragged = take_rows(Ragged.from_rows(ROWS), rows)
        assert isinstance(ragged, Ragged)
        assert all(np.array_equal(a[:, 0], ROWS[i]) for a, i in zip(ragged, rows, strict=True))
    assert take_rows(None, rows) is None
