"""The container: what scikit-learn does to it, and that no value is copied."""

import copy
import pickle
import tracemalloc

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    learning_curve,
    train_test_split,
)
from sklearn.utils import _safe_indexing, indexable, resample, shuffle
from sklearn.utils.validation import _num_samples, check_consistent_length

from skrnn.data import Ragged

ROWS = [np.arange(3.0 * t).reshape(t, 3) + 100 * t for t in (2, 4, 1, 3, 4)]


@pytest.fixture
def X():
    return Ragged.from_rows(ROWS)


@pytest.fixture
def windows():
    """Five windows of three steps on one series, in an order of their own."""
    return Ragged(np.arange(10.0), [3] * 5, starts=[6, 0, 1, 2, 7])


def assert_rows(ragged, expected):
    assert isinstance(ragged, Ragged)
    assert len(ragged) == len(expected)
    for got, want in zip(ragged, expected, strict=True):
        np.testing.assert_array_equal(got, want)


# -- building ---------------------------------------------------------------------


def test_it_looks_like_a_1d_array_of_rows(X):
    assert X.shape == (5,)
    assert X.ndim == 1
    assert len(X) == 5
    assert X.dtype == np.float64
    assert X.n_features == 3
    assert not X.is_ids
    assert_rows(X, ROWS)
    assert_rows(Ragged(X.values, X.lengths), ROWS)


def test_values_given_as_an_array_are_not_copied():
    values = np.zeros((4, 2), dtype=np.float32)
    values.flags.writeable = False
    X = Ragged(values, [1, 3])
    assert X.values is values
    assert X.starts.dtype == X.lengths.dtype == np.int64
    assert np.shares_memory(X[1], values)


def test_one_dimensional_floats_are_one_feature_and_integers_are_ids():
    numbers = Ragged(np.array([1.0, 2.0]), [2])
    assert numbers.values.shape == (2, 1)
    assert not numbers.is_ids
    ids = Ragged(np.array([1, 2], dtype=np.int32), [2])
    assert ids.is_ids
    assert ids.n_features == 1
    assert ids.dtype == np.int32
    assert ids[0].shape == (2,)


def test_memory_mapped_values_stay_on_disk(tmp_path):
    mapped = np.memmap(tmp_path / "values", dtype=np.float64, mode="w+", shape=(6, 2))
    mapped[:] = np.arange(12).reshape(6, 2)
    X = Ragged(mapped, [4, 2])[[1]]
    assert np.shares_memory(X.values, mapped)
    np.testing.assert_array_equal(X[0], [[8, 9], [10, 11]])


def test_from_rows_keeps_the_dtype():
    assert Ragged.from_rows([np.ones((2, 3), np.float32)] * 2).dtype == np.float32
    assert Ragged.from_rows([[4, 2], [], [7]]).is_ids
    assert Ragged.from_rows([[4, 2], [0.5]]).n_features == 1
    assert_rows(Ragged.from_rows([[4, 2], [], [7]]), [[4, 2], [], [7]])


@pytest.mark.parametrize(
    ("values", "lengths", "starts", "kind", "message"),
    [
        (np.ones((3, 2)), [4], None, ValueError, "Row 0 covers steps 0 to 4, but values has 3"),
        (np.ones((3, 2)), [1, 1], [0, 3], ValueError, "Row 1 covers steps 3 to 4"),
        (np.ones((3, 2)), [1], [-1], ValueError, "Row 0 covers steps -1 to 0"),
        (np.ones((3, 2)), [2, -1], None, ValueError, "zero or more, got -1 for row 1"),
        (np.ones((3, 2)), [1, 1], [0], ValueError, "one number per row, got 1 and 2"),
        (np.ones((3, 2)), 3, None, ValueError, "lengths must be one number per row"),
        (np.ones((3, 2)), [1.5], None, TypeError, "lengths must be integers, got dtype float64"),
        (np.ones((3, 2)), [1], [0.0], TypeError, "starts must be integers"),
        (np.ones((3, 2, 2)), [3], None, ValueError, r"got shape \(3, 2, 2\)"),
        (np.array(["a", "b"]), [2], None, TypeError, "real numbers or integer token ids"),
        (np.ones(2, complex), [2], None, TypeError, "got dtype complex128"),
        ([[1.0, 2.0], [3.0]], [2, 1], None, ValueError, "use Ragged.from_rows"),
    ],
)
def test_wrong_parts_say_what_is_wrong(values, lengths, starts, kind, message):
    with pytest.raises(kind, match=message):
        Ragged(values, lengths, starts)


def test_from_rows_names_the_row_that_does_not_fit():
    with pytest.raises(ValueError, match=r"Row 2 has shape \(4, 2\), row 0 has shape \(1, 3\)"):
        Ragged.from_rows([np.ones((1, 3)), np.ones((2, 3)), np.ones((4, 2))])
    with pytest.raises(ValueError, match=r"Row 0 has shape \(1, 2, 3\)"):
        Ragged.from_rows([np.ones((1, 2, 3))])
    with pytest.raises(ValueError, match="at least one row"):
        Ragged.from_rows([])


# -- indexing ---------------------------------------------------------------------

KEYS = {
    "slice": slice(1, 4),
    "all": slice(None),
    "stepped": slice(None, None, 2),
    "reversed": slice(None, None, -1),
    "no rows": slice(3, 3),
    "list": [3, 0, 0],
    "negative": [-1, -5],
    "array": np.array([4, 2]),
    "int32": np.array([4, 2], dtype=np.int32),
    "unsigned": np.array([4, 2], dtype=np.uint8),
    "empty list": [],
    "empty array": np.array([], dtype=int),
    "mask": np.array([True, False, True, False, False]),
    "mask list": [False, True, True, False, True],
    "no mask": np.zeros(5, dtype=bool),
}


def reference(key):
    if isinstance(key, slice):
        return ROWS[key]
    return [ROWS[i] for i in np.arange(5)[np.asarray(key, dtype=None if len(key) else int)]]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS.keys())
def test_keys_choose_rows_and_share_the_values(X, key):
    for chosen in (X[key], X[key, ...], _safe_indexing(X, key)):
        assert_rows(chosen, reference(key))
        assert chosen.values is X.values
        assert chosen.n_features == 3


@pytest.mark.parametrize("key", [1, -1, np.int64(3), np.uint8(4), np.array(2)])
def test_an_integer_gives_a_row_as_a_view(X, key):
    for row in (X[key], X[key, ...]):
        assert isinstance(row, np.ndarray)
        np.testing.assert_array_equal(row, ROWS[int(key)])
        assert np.shares_memory(row, X.values)


def test_safe_indexing_takes_integers(X):
    np.testing.assert_array_equal(_safe_indexing(X, 2), ROWS[2])


def test_ellipsis_alone_is_everything(X):
    assert_rows(X[...], ROWS)


@pytest.mark.parametrize(
    "key", [1.0, "a", [0.5], np.ones((2, 2), int), (0, 1), (0, slice(None)), None, True, np.True_]
)
def test_other_keys_are_refused(X, key):
    with pytest.raises(IndexError, match="indexed by rows"):
        X[key]


@pytest.mark.parametrize("key", [5, -6, [0, 5], np.ones(4, dtype=bool)])
def test_keys_out_of_range_are_refused(X, key):
    with pytest.raises(IndexError):
        X[key]


def test_masks_for_another_number_of_rows_are_refused(X):
    with pytest.raises(IndexError, match="mask is for 4 rows, but there are 5"):
        X[np.ones(4, dtype=bool)]


def test_overlapping_rows_share_one_series(windows):
    assert_rows(windows[[3, 0]], [[[2.0], [3.0], [4.0]], [[6.0], [7.0], [8.0]]])
    assert windows[[3, 0]].values is windows.values
    assert not windows.is_contiguous


# -- scikit-learn -----------------------------------------------------------------


class Majority(ClassifierMixin, BaseEstimator):
    """Predicts the most frequent class; insists on getting a Ragged."""

    def __init__(self, shift=0):
        self.shift = shift

    def fit(self, X, y):
        assert isinstance(X, Ragged)
        assert len(X) == len(y)
        self.classes_, counts = np.unique(y, return_counts=True)
        self.best_ = self.classes_[counts.argmax()]
        return self

    def predict(self, X):
        assert isinstance(X, Ragged)
        return np.full(len(X), self.best_)


@pytest.fixture
def labelled():
    """Thirty rows whose only number in step 0 is their own label."""
    y = np.array([0, 1, 1] * 10)
    return Ragged.from_rows([np.full((1 + i % 4, 2), y[i]) for i in range(30)]), y


def assert_matched(X, y):
    assert isinstance(X, Ragged)
    np.testing.assert_array_equal([row[0, 0] for row in X], y)


def test_scikit_learn_counts_the_rows(labelled):
    X, y = labelled
    assert _num_samples(X) == 30
    check_consistent_length(X, y)
    assert indexable(X, y)[0] is X


@pytest.mark.parametrize("stratify", [False, True])
def test_train_test_split(labelled, stratify):
    X, y = labelled
    parts = train_test_split(X, y, random_state=0, stratify=y if stratify else None)
    assert_matched(parts[0], parts[2])
    assert_matched(parts[1], parts[3])
    assert parts[0].values is X.values


def test_shuffle_and_resample(labelled):
    X, y = labelled
    assert_matched(*shuffle(X, y, random_state=0))
    assert_matched(*resample(X, y, n_samples=50, random_state=0))
    assert_matched(*resample(X, y, replace=False, n_samples=9, stratify=y, random_state=0))


def test_splitters(labelled):
    X, y = labelled
    for train, test in StratifiedKFold(3).split(X, y):
        assert_matched(X[train], y[train])
        assert_matched(X[test], y[test])


def test_cross_validation_and_searches(labelled):
    X, y = labelled
    np.testing.assert_allclose(cross_val_score(Majority(), X, y, cv=5), 2 / 3)
    groups = np.arange(30) // 6
    assert len(cross_val_score(Majority(), X, y, cv=GroupKFold(3), groups=groups)) == 3
    assert cross_val_predict(Majority(), X, y, cv=3).shape == (30,)
    search = GridSearchCV(Majority(), {"shift": [0, 1]}, cv=3).fit(X, y)
    assert search.predict(X).shape == (30,)
    sizes, _, _ = learning_curve(Majority(), X, y, cv=3, train_sizes=[0.5, 1.0])
    assert len(sizes) == 2


def test_cross_validation_in_processes(labelled):
    X, y = labelled
    np.testing.assert_allclose(cross_val_score(Majority(), X, y, cv=5, n_jobs=2), 2 / 3)


# -- other forms ------------------------------------------------------------------


def test_to_list_and_iteration_give_views(X):
    assert_rows(X, X.to_list())
    assert all(np.shares_memory(row, X.values) for row in X.to_list())


def test_to_padded_fills_behind_each_row(X):
    padded = X.to_padded()
    assert padded.shape == (5, 4, 3)
    for row, want in zip(padded, ROWS, strict=True):
        np.testing.assert_array_equal(row[: len(want)], want)
        assert np.isnan(row[len(want) :]).all()


def test_to_padded_takes_value_and_length(windows):
    padded = windows.to_padded(value=-1, length=5)
    np.testing.assert_array_equal(padded[1, :, 0], [0, 1, 2, -1, -1])
    with pytest.raises(ValueError, match="Row 0 has 3 steps, more than length=2"):
        windows.to_padded(length=2)


def test_to_padded_takes_offsets(X):
    offsets = 10 - X.lengths
    padded = X.to_padded(value=-1.0, length=10, offsets=offsets)
    for row, first, expected in zip(padded, offsets, ROWS, strict=True):
        assert (row[:first] == -1).all()
        np.testing.assert_array_equal(row[first:], expected)
    assert X.to_padded(offsets=[0, 7, 0, 0, 0]).shape[1] == 7 + len(ROWS[1])
    with pytest.raises(ValueError, match="more than length=10"):
        X.to_padded(length=10, offsets=offsets + np.eye(5, dtype=int)[2])
    for wrong in ([0] * 4, [0, 0, -1, 0, 0]):
        with pytest.raises(ValueError, match="offsets must be zero or more, one for each of 5"):
            X.to_padded(offsets=wrong)


def test_to_padded_of_ids_and_of_integers():
    ids = Ragged.from_rows([[4, 2], [7]]).to_padded()
    assert ids.dtype == np.int64
    np.testing.assert_array_equal(ids, [[4, 2], [7, 0]])
    numbers = Ragged(np.ones((3, 1), dtype=int), [2, 1])
    assert numbers.to_padded().dtype == np.float64
    assert numbers.to_padded(value=0).dtype == np.int64


def test_to_padded_is_always_a_new_array():
    X = Ragged(np.ones((4, 1)), [2, 2])
    assert not np.shares_memory(X.to_padded(), X.values)


def test_to_padded_without_rows():
    assert Ragged(np.empty((0, 3)), []).to_padded().shape == (0, 0, 3)


def test_compact_copies_the_rows_in_order(windows, X):
    compact = windows[[0, 1, 1]].compact()
    assert_rows(compact, [windows[0], windows[1], windows[1]])
    assert len(compact.values) == 9
    assert compact.is_contiguous
    whole = X.compact()
    assert_rows(whole, ROWS)
    assert not np.shares_memory(whole.values, X.values)


def test_is_contiguous_and_equal_length(X, windows):
    assert X.is_contiguous
    assert X[1:3].is_contiguous
    assert not X[::2].is_contiguous
    assert not X[::-1].is_contiguous
    assert not X.equal_length
    assert windows.equal_length
    nothing = X[:0]
    assert nothing.is_contiguous
    assert nothing.equal_length


def test_rows_without_steps_are_possible():
    X = Ragged(np.arange(3.0), [0, 3, 0])
    assert_rows(X, [np.empty((0, 1)), [[0], [1], [2]], np.empty((0, 1))])
    assert_rows(X[[2, 1]].compact(), [np.empty((0, 1)), [[0], [1], [2]]])
    assert_rows(pickle.loads(pickle.dumps(X[[2, 0]])), [np.empty((0, 1))] * 2)


def test_map_values_keeps_rows_where_they_are(windows):
    doubled = windows.map_values(lambda values: np.hstack([values, 2 * values]))
    assert doubled.n_features == 2
    np.testing.assert_array_equal(doubled[4], [[7, 14], [8, 16], [9, 18]])
    assert doubled.starts is windows.starts
    with pytest.raises(ValueError, match="turned 10 steps into 9"):
        windows.map_values(lambda values: values[1:])


def test_equals_compares_contents(X, windows):
    assert X.equals(X[::-1][::-1])
    assert X.equals(Ragged.from_rows(ROWS))
    assert windows.equals(windows.compact())
    assert not X.equals(X[::-1])
    assert not X.equals(windows)
    assert not X.equals(ROWS)
    assert not X.equals(X.map_values(lambda values: values + 1))
    assert Ragged([np.nan], [1]).equals(Ragged([np.nan], [1]))
    assert not Ragged([1], [1]).equals(Ragged([1.0], [1]))
    assert X != X[:]


def test_as_an_array_it_is_always_one_dimensional(windows):
    array = np.asarray(windows)
    assert array.shape == (5,)
    assert array.dtype == object
    np.testing.assert_array_equal(array[1], windows[1])
    assert np.array(windows, dtype=object).shape == (5,)
    with pytest.raises(TypeError, match=r"Use to_padded\(\)"):
        np.asarray(windows, dtype=float)
    with pytest.raises(ValueError, match="without making a new one"):
        np.array(windows, copy=False)


# -- joining ----------------------------------------------------------------------


def test_concatenate_joins_rows_and_keeps_the_dtype(X):
    single = X.map_values(lambda values: values.astype(np.float32))
    joined = Ragged.concatenate([single[3:], Ragged(np.ones((2, 3), np.float32), [2])])
    assert joined.dtype == np.float32
    assert_rows(joined, [*ROWS[3:], np.ones((2, 3))])


def test_concatenate_shares_values_where_it_can(X):
    joined = Ragged.concatenate([X[3:], X[:2]])
    assert joined.values is X.values
    assert_rows(joined, ROWS[3:] + ROWS[:2])


def test_concatenate_takes_only_the_values_in_use(X, windows):
    other = Ragged(np.zeros((1, 1)), [1])
    joined = Ragged.concatenate([windows[:1], other, windows[1:3]])
    assert len(joined.values) == 3 + 1 + 4
    assert_rows(joined, [windows[0], [[0.0]], windows[1], windows[2]])


def test_concatenate_refuses_what_does_not_fit(X, windows):
    with pytest.raises(ValueError, match="Part 1 has 1 features per step, part 0 has 3"):
        Ragged.concatenate([X, windows])
    with pytest.raises(ValueError, match="one holds token ids, one numbers"):
        Ragged.concatenate([windows, Ragged([1, 2], [2])])
    with pytest.raises(TypeError, match="Part 1 is a list"):
        Ragged.concatenate([X, ROWS])
    with pytest.raises(ValueError, match="at least one Ragged"):
        Ragged.concatenate([])


# -- copies -----------------------------------------------------------------------


@pytest.mark.parametrize("clone", [copy.deepcopy, lambda X: pickle.loads(pickle.dumps(X))])
def test_pickle_and_deepcopy(X, windows, clone):
    for ragged in (X, X[[3, 1]], windows, X[:0]):
        again = clone(ragged)
        assert again.equals(ragged)
        assert again.dtype == ragged.dtype
        assert not np.shares_memory(again.values, ragged.values)


def test_a_pickle_holds_only_the_steps_in_use():
    X = Ragged(np.zeros(100_000), [10] * 10_000)
    assert len(pickle.dumps(X[5:7])) < 2_000
    series = np.arange(5_000.0)
    many = Ragged(series, np.full(4_001, 1_000), np.arange(4_001))
    assert len(pickle.dumps(many)) < 200_000  # overlapping rows are not multiplied
    few = pickle.loads(pickle.dumps(many[[3_000, 10, 15]]))
    assert len(few.values) == 1_000 + 1_005
    assert few.equals(many[[3_000, 10, 15]])


@pytest.mark.parametrize(
    ("ragged", "text"),
    [
        (
            Ragged(np.zeros((36, 12)), [29, 7]),
            "Ragged(n=2, n_features=12, lengths=7..29, dtype=float64)",
        ),
        (Ragged([1, 2, 3, 4, 5], [1, 4]), "Ragged(n=2, ids, lengths=1..4, dtype=int64)"),
        (
            Ragged(np.zeros((4, 1), np.float32), [2, 2]),
            "Ragged(n=2, n_features=1, lengths=2, dtype=float32)",
        ),
        (
            Ragged(np.empty((0, 3)), []),
            "Ragged(n=0, n_features=3, lengths=none, dtype=float64)",
        ),
    ],
)
def test_repr(ragged, text):
    assert repr(ragged) == text


def test_from_windows():
    series = np.arange(10.0)
    X = Ragged.from_windows(series, 4, step=3)
    assert [row.ravel().tolist() for row in X] == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
    assert np.shares_memory(X.values, series)
    assert X.equals(Ragged(series, [4] * 3, [0, 3, 6])) and X.equal_length
    assert X[1:].starts.tolist() == [3, 6] and X[::-1][0][0] == 6 and X[-1][0] == 6
    assert X[[2, 0]].starts.tolist() == [6, 0] and X[np.array([False, True, False])].starts == [3]
    assert X.starts.dtype == X.lengths.dtype == np.int64
    assert pickle.loads(pickle.dumps(X)).equals(X) and copy.deepcopy(X).equals(X)
    assert Ragged.concatenate([X, X[:1]]).starts.tolist() == [0, 3, 6, 0]
    assert Ragged.from_windows(series, 4, count=2).starts.tolist() == [0, 1]
    assert len(Ragged.from_windows(series, 11)) == 0
    assert Ragged.from_windows([3, 4, 5], 2).is_ids
    with pytest.raises(IndexError):
        X[3]


@pytest.mark.parametrize("arguments", [{"window": 0}, {"window": 2, "step": 0}])
def test_from_windows_refuses(arguments):
    with pytest.raises(ValueError, match="1 or more"):
        Ragged.from_windows(np.arange(5.0), **arguments)


def test_from_windows_counts():
    with pytest.raises(ValueError, match="5 steps have 4 such windows, not 5"):
        Ragged.from_windows(np.arange(5.0), 2, count=5)


def test_windows_take_no_memory():
    series = np.arange(1_000_000.0)
    tracemalloc.start()
    try:
        X = Ragged.from_windows(series, 96)[1_000:]
        assert X[0][0] == 1_000 and len(X) == 998_905
        assert tracemalloc.get_traced_memory()[1] < 10_000
    finally:
        tracemalloc.stop()
