import numpy as np
import pandas as pd
import pytest
import torch

from skrnn.data import Fused, Ragged
from skrnn.inspection.exchange import put_in, read_form

NAN = np.nan
FRAME = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=[5, 6])
CELLS = pd.DataFrame({"a": [np.ones(2), np.zeros(3)], "b": [np.arange(2.0), np.arange(3.0)]})
X = {
    "ragged": Ragged.from_rows([[1.0, 2.0], [3.0]]),
    "ids": Ragged.from_rows([[1, 2], [3]]),
    "cube": np.arange(12.0).reshape(2, 3, 2),
    "matrix": np.arange(6).reshape(2, 3),
    "tensor": torch.arange(6.0).reshape(2, 3),
    "frame": pd.DataFrame(np.eye(2), columns=["x", "y"], index=[3, 4]),
    "cells": CELLS,
    "lists": [[1.0, 2.0], [3.0]],
    "id lists": [[1, 2], [3]],
    "frames": [FRAME, FRAME],
    "series": pd.Series([np.ones(3), np.ones(1)]),
    "tokens": [["a", "b"], ["c"]],
    "texts": ["a b", "c"],
    "text series": pd.Series(["a b", "c"]),
}


def plain(X):
    return [np.asarray(row).tolist() for row in read_form(X).rows]


@pytest.mark.parametrize("kind", X)
def test_rows_come_back_in_their_form(kind):
    form = read_form(X[kind])
    same = form.rebuild(form.rows)
    assert plain(same) == plain(X[kind])
    assert type(same) is type(X[kind]) or kind in ("tensor", "series", "text series")
    if kind in ("frame", "cells"):
        assert same.columns.equals(X[kind].columns)
        assert same.index.equals(X[kind].index)
    if kind == "frames":
        pd.testing.assert_frame_equal(same[0], FRAME)
    if kind in ("tokens", "texts"):
        assert same == X[kind]


def test_padding_is_left_where_it_is():
    padded = np.array([[1.0, 2.0, NAN], [3.0, NAN, NAN], [4.0, 5.0, 6.0]])
    form = read_form(padded)
    assert [len(row) for row in form.rows] == [2, 1, 3]
    np.testing.assert_array_equal(form.rebuild(form.rows), padded)
    early = np.stack([padded[:, ::-1]] * 2, 2)
    assert [len(row) for row in read_form(early).rows] == [2, 1, 3]
    ids = np.array([[1, 2, 0], [3, 0, 0]])
    assert [len(row) for row in read_form(ids, ids=True).rows] == [2, 1]
    assert [len(row) for row in read_form(ids).rows] == [3, 3]


def test_vectors_and_names_stay():
    ids = Ragged(np.array([1, 2]), [1, 1], vectors=np.eye(3, dtype=np.float32))
    form = read_form(ids)
    assert form.rebuild(form.rows).vectors is not None
    assert read_form(CELLS).names == ["a", "b"]
    assert read_form([FRAME]).names == ["a", "b"]
    assert read_form(X["cube"]).names is None


@pytest.mark.parametrize(
    ("length", "expected"), [(1, [1.0] * 4), (2, [0, 0, 1, 1.0]), (8, [1, 3, 5, 7.0])]
)
def test_places_are_in_proportion(length, expected):
    donor = np.arange(float(length)) if length > 1 else np.ones(1)
    row = put_in(np.full(4, -1.0), donor, np.arange(4), slice(None))
    assert row.tolist() == expected


def test_only_what_is_asked_for_is_put_in():
    row, donor = np.zeros((3, 2)), np.ones((3, 2))
    changed = put_in(row, donor, np.array([1]), 0)
    assert changed.tolist() == [[0, 0], [1, 0], [0, 0]]
    assert not row.any()
    assert put_in(row, donor, np.array([], dtype=int), slice(None)).tolist() == row.tolist()


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        (None, TypeError, "NoneType|None"),
        (3.0, TypeError, "must hold sequences"),
        ([1.0, 2.0], TypeError, "Row 0"),
        ([[[1, 2], [3]]], TypeError, "Row 0"),
        ([[1.0], [[[1.0]]]], TypeError, "Row 1"),
        ([], ValueError, "0 rows"),
        (np.empty((0, 3)), ValueError, "0 rows"),
        (iter([[1.0]]), TypeError, "must hold sequences"),
        (Fused({"a": Ragged.from_rows([[1.0]])}), TypeError, "Fused"),
    ],
)
def test_other_things_are_refused(X, error, words):
    with pytest.raises(error, match=words):
        read_form(X)
