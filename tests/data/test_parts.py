import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.data import Fused, Ragged
from skrnn.data.parts import Part, join_parts, map_parts, parts_of, take_part

SERIES = Ragged.from_rows([np.arange(2.0 * t).reshape(t, 2) for t in (3, 1, 2)])
NOTE = Ragged(np.array([4, 2, 7]), [2, 0, 1])
AGE = np.array([30.0, 41.0, 52.0])
X = Fused({"series": SERIES, "note": NOTE, "age": AGE})


def test_the_parts():
    assert parts_of(X) == (
        Part("series", "numbers", 2),
        Part("note", "ids", 1),
        Part("age", "static", 1),
    )
    assert [str(part) for part in parts_of(X)] == [
        "'series' of sequences of 2 features per step",
        "'note' of sequences of token ids",
        "'age' of 1 static column",
    ]


def test_joined_rows():
    joined = join_parts(X)
    assert joined.dtype == np.float64 and joined.lengths.tolist() == [6, 2, 4]
    np.testing.assert_array_equal(
        joined[0], [[0, 1, 0], [2, 3, 0], [4, 5, 0], [4, 0, 1], [2, 0, 1], [30, 0, 2]]
    )
    np.testing.assert_array_equal(joined[1], [[0, 1, 0], [41, 0, 2]])


@st.composite
def fused(draw):
    n = draw(st.integers(1, 5))
    parts = {"static": np.arange(3.0 * n).reshape(n, 3)}
    for j in range(draw(st.integers(1, 3))):
        lengths = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
        total, width = sum(lengths), draw(st.integers(0, 3))
        rng = np.random.default_rng(j)
        values = rng.normal(size=(total, width)) if width else rng.integers(1, 99, total)
        parts[f"p{j}"] = Ragged(values, lengths)
    order = draw(st.permutations(list(parts)))
    rows = draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=6))
    return Fused({name: parts[name] for name in order}), np.array(rows)


@given(fused())
def test_every_part_comes_out_again(drawn):
    X, rows = drawn
    joined = join_parts(X)
    for chosen, whole in ((joined, X), (joined[rows], X[rows])):
        for j, part in enumerate(parts_of(X)):
            expected = whole[part.name]
            if part.kind == "static":
                expected = Ragged(expected, np.ones(len(expected), int))
            assert take_part(chosen, j, part).equals(expected)


def test_overlapping_rows():
    windows = Ragged(np.arange(5.0), [3, 3], [0, 2])
    X = Fused({"w": windows, "z": np.zeros(2)})
    assert take_part(join_parts(X), 0, parts_of(X)[0]).equals(windows)


def test_changes_reach_their_part_only():
    seen = []

    def note(ids):
        seen.append(ids)
        return ids + 1

    joined = join_parts(X)
    before = joined.values.copy()
    changed = map_parts(joined, parts_of(X), [lambda v: -v, note, lambda v: v / 10])
    series, note, age = (take_part(changed, j, part) for j, part in enumerate(parts_of(X)))
    assert series.equals(SERIES.map_values(np.negative))
    assert note.values.tolist() == [5, 3, 8] and age.values.tolist() == [[3.0], [4.1], [5.2]]
    assert seen[0].dtype == np.int64 and seen[0].shape == (3, 1)
    np.testing.assert_array_equal(joined.values, before)


def test_single_precision_and_integers_are_read_exactly():
    numbers = np.array([[0.1], [16_777_217.0]], dtype=np.float32)
    X = Fused({"x": Ragged(numbers, [2]), "i": Ragged(np.array([[7]], dtype=np.int8), [1])})
    joined = join_parts(X)
    assert joined.dtype == np.float64
    np.testing.assert_array_equal(joined.values[:2, 0], numbers[:, 0].astype(np.float64))


def test_large_ids():
    ids = Ragged(np.array([2**53, 2**53 - 1, 2**24 + 1]), [3])
    X = Fused({"note": ids})
    assert take_part(join_parts(X), 0, parts_of(X)[0]).values.tolist() == ids.values.tolist()
    X = Fused({"note": Ragged(np.array([1, 5, 2**53 + 2]), [1, 2])})
    with pytest.raises(
        ValueError, match=r"id 9007199254740994 in row 1, step 1; ids above 2\*\*53"
    ):
        join_parts(X)


def test_read_only_values():
    values = np.ones((2, 1))
    values.flags.writeable = False
    assert join_parts(Fused({"x": Ragged(values, [2])})).values.shape == (2, 2)


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (
            {"x": Ragged([1.0, np.nan], [0, 2])},
            "Input X contains NaN in part 'x', row 1, step 1, feature 0. Model needs finite "
            "numbers: impute the value first, in the transformer of the part.",
        ),
        (
            {"s": np.array([[1.0, 2.0], [3.0, np.inf]])},
            "Input X contains infinity (inf) in part 's', row 1, column 1. Model needs finite "
            "numbers: replace or clip the value first, in the transformer of the part.",
        ),
        (
            {"note": Ragged(np.array([3, 0]), [1, 1])},
            "Part 'note' of X holds the token id 0 in row 1, step 0; ids are 1, 2, 3, ..., and a "
            "Ragged holds no padding.",
        ),
        (
            {"note": NOTE},
            "Row 1 of X has no steps in any of its parts; leave the row out, in y too.",
        ),
        (
            {"note": NOTE[:0]},
            "Found array with 0 sample(s) (shape=(0,)) while a minimum of 1 is required by Model.",
        ),
    ],
)
def test_what_cannot_be_read(parts, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        join_parts(Fused(parts), owner="Model")
