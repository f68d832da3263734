"""Every form X may have, and the exact words for every form it may not."""

import copy
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import torch
from sklearn.utils.estimator_checks import _NotAnArray

from skrnn.data import Ragged, as_ragged
from skrnn.data.read import is_table

NAN = np.nan
OWNER = "RNNClassifier"


def read(X, **options):
    return as_ragged(X, owner=OWNER, **options)


def objects(cells):
    array = np.empty(len(cells), dtype=object)
    for i, cell in enumerate(cells):
        array[i] = cell
    return array


def sequences(features=3):
    rng = np.random.default_rng(0)
    return [rng.normal(size=(t, features)) for t in (2, 5, 3)]


def assert_rows(ragged, expected):
    assert isinstance(ragged, Ragged)
    assert len(ragged) == len(expected)
    for got, want in zip(ragged, expected, strict=True):
        np.testing.assert_array_equal(got, want)


def raises(X, kind, message, **options):
    """Require exactly this message, or, where it ends in dots, one that starts so."""
    with pytest.raises(kind) as caught:
        read(X, **options)
    text = str(caught.value)
    if message.endswith(" ..."):
        text = text[: len(message) - 4] + " ..."
    assert text == message


# -- sequences of unequal length ----------------------------------------------------


@pytest.mark.parametrize(
    "container",
    [
        list,
        tuple,
        objects,
        pd.Series,
        lambda rows: pd.Series(objects(rows), index=["c", "a", "b"]),
        lambda rows: [row.tolist() for row in rows],
        lambda rows: [pd.DataFrame(row) for row in rows],
        lambda rows: pd.Series([pd.DataFrame(row) for row in rows]),
        lambda rows: [torch.tensor(row, requires_grad=True) for row in rows],
        lambda rows: [[torch.tensor(step) for step in row] for row in rows],
        lambda rows: pd.DataFrame({"x": objects(rows)}),
        lambda rows: [_NotAnArray(row) for row in rows],
    ],
)
def test_rows_of_several_features(container):
    assert_rows(read(container(sequences())), sequences())


@pytest.mark.parametrize(
    "container",
    [list, objects, pd.Series, lambda rows: [pd.Series(row, index=row) for row in rows]],
)
def test_rows_of_one_feature(container):
    rows = [row[:, 0] for row in sequences()]
    assert_rows(read(container(rows)), [row[:, None] for row in rows])


def test_lists_of_equal_length_are_series_too():
    assert_rows(read([[1, 2], [3, 4]]), [[[1.0], [2.0]], [[3.0], [4.0]]])
    assert read([[1, 2], [3, 4]]).dtype == np.float64


def test_nested_frame_has_a_feature_in_each_column():
    rows = sequences(2)
    frame = pd.DataFrame(
        {"a": [pd.Series(row[:, 0]) for row in rows], "b": [list(row[:, 1]) for row in rows]}
    )
    assert_rows(read(frame), rows)
    assert_rows(read(frame.to_numpy()), rows)
    assert_rows(read(frame.set_axis(["same", "same"], axis=1)), rows)


def test_nested_frame_needs_equal_cells_in_a_row():
    frame = pd.DataFrame({"a": [[1, 2], [1, 2, 3]], "b": [[1, 2], [1, 2]]})
    raises(
        frame,
        ValueError,
        "Row 1 of X has cells of unequal length ('a': 3, 'b': 2); all columns of a row must have "
        "the same steps.",
    )


def test_a_ragged_is_read_as_itself():
    X = Ragged.from_rows(sequences())
    assert read(X) is X
    ids = Ragged([1, 2, 3], [1, 2])
    assert read(ids, ids=True) is ids


def test_a_ragged_of_other_numbers_becomes_floats():
    X = Ragged(np.array([[1], [2]]), [2])
    assert read(X).dtype == np.float64
    assert read(X.map_values(lambda v: v.astype(np.float16))).dtype == np.float32
    assert read(Ragged(np.array([1, 2], np.uint8), [2]), ids=True).dtype == np.int64


def test_values_of_a_ragged_that_no_row_uses_are_not_judged():
    X = Ragged([1.0, NAN, 2.0], [1, 1], [0, 2])
    assert read(X) is X


# -- rectangular input ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_3d_arrays_are_read_as_a_view(dtype):
    X = np.arange(24, dtype=dtype).reshape(2, 4, 3)
    X.flags.writeable = False
    got = read(X)
    assert np.shares_memory(got.values, X)
    assert got.dtype == dtype
    assert_rows(got, X)


def test_3d_arrays_in_other_forms():
    X = np.arange(24.0).reshape(2, 4, 3)
    assert_rows(read(X.astype(object)), X)
    assert_rows(read(X[::-1, ::2]), X[::-1, ::2])
    assert_rows(read(np.asfortranarray(X)), X)
    assert_rows(read(X.astype(">f8")), X)
    assert read(X.astype(">f8")).dtype.isnative
    assert_rows(read(_NotAnArray(X)), X)
    tensor = torch.tensor(X, requires_grad=True)
    assert_rows(read(tensor), X)
    assert np.shares_memory(read(tensor).values, tensor.detach().numpy())


def test_2d_tables_are_univariate_series():
    X = np.arange(6.0).reshape(2, 3)
    want = X[..., None]
    frame = pd.DataFrame(X, index=["b", "a"], columns=list("xyz"))
    for table in (X, frame, X.astype(object), _NotAnArray(X), torch.tensor(X)):
        assert_rows(read(table), want)
    assert np.shares_memory(read(X).values, X)
    assert read(frame.astype(np.float32)).dtype == np.float32


def test_frames_of_mixed_and_nullable_columns():
    frame = pd.DataFrame({"a": [True, False], "b": [1, 2]})
    assert_rows(read(frame), [[[1], [1]], [[0], [2]]])
    nullable = pd.DataFrame({"a": pd.array([1, 2], "Int64"), "b": pd.array([3, None], "Int64")})
    assert_rows(read(nullable), [[[1], [3]], [[2]]])


@pytest.mark.parametrize(
    ("given", "got"),
    [
        ("float16", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
        ("longdouble", "float64"),
        ("int64", "float64"),
        ("uint8", "float64"),
        ("bool", "float64"),
        ("object", "float64"),
    ],
)
def test_dtypes(given, got):
    X = np.ones((2, 3, 1), dtype=given)
    assert read(X).dtype == got
    assert read(list(X)).dtype == got
    assert read(X[..., 0]).dtype == got


def test_rows_of_several_dtypes_meet_in_float64():
    assert read([np.ones(2, np.float32), np.ones(3, np.float16)]).dtype == np.float32
    assert read([np.ones(2, np.float32), [1, 2]]).dtype == np.float64


def test_bfloat16_tensors_become_float32():
    assert read(torch.ones(1, 2, 3, dtype=torch.bfloat16)).dtype == np.float32


def test_memory_maps_are_read_as_a_view(tmp_path):
    X = np.memmap(tmp_path / "X", dtype=np.float64, mode="w+", shape=(3, 4, 2))
    assert np.shares_memory(read(X).values, X)


def test_many_rows_are_read_at_once():
    X = np.zeros((100_000, 4, 2), dtype=np.float32)
    X[::2, 3:] = NAN
    got = read(X)
    assert np.shares_memory(got.values, X)
    assert got.lengths[:2].tolist() == [3, 4]


# -- padding --------------------------------------------------------------------------

PADDED = np.array([[NAN, 1, 2, NAN], [3, 4, NAN, NAN], [NAN, NAN, NAN, 5], [6, 7, 8, 9.0]])
UNPADDED = [[[1], [2]], [[3], [4]], [[5]], [[6], [7], [8], [9]]]


@pytest.mark.parametrize("form", [np.array, list, objects, torch.tensor])
def test_nan_at_both_ends_is_padding(form):
    X = form(PADDED) if form in (list, objects) else form(PADDED[..., None])
    before = copy.deepcopy(X)
    assert_rows(read(X), UNPADDED)
    for row, same in zip(X, before, strict=True):
        np.testing.assert_array_equal(row, same)


def test_only_steps_that_are_nan_in_all_features_are_padding():
    X = np.array([[[NAN, NAN], [1, 2], [3, 4]], [[1, 2], [NAN, NAN], [NAN, NAN]]])
    assert_rows(read(X), [[[1, 2], [3, 4]], [[1, 2]]])
    X[0, 0, 1] = 7
    raises(
        X,
        ValueError,
        "Input X contains NaN in row 0, step 0, feature 0. RNNClassifier does not accept missing "
        "values within a sequence. NaN counts as padding only at the start or end of a row and in "
        "all features of a step. Fill the gap first, with skrnn.preprocessing.SequenceImputer.",
    )


def test_padding_is_a_view_of_3d_input():
    X = np.ones((3, 5, 2))
    X[1, 3:] = NAN
    X[2, :2] = NAN
    got = read(X)
    assert np.shares_memory(got.values, X)
    assert got.lengths.tolist() == [5, 3, 3]


def test_only_trailing_nan_is_padding_in_a_table():
    assert_rows(read(np.array([[1, 2], [3, NAN]])), [[[1], [2]], [[3]]])
    assert_rows(read(pd.DataFrame([[1, 2], [3, NAN]])), [[[1], [2]], [[3]]])
    raises(
        np.array([[1.0, 2.0], [NAN, 3.0]]),
        ValueError,
        "Input X contains NaN in row 1, step 0, feature 0. RNNClassifier does not accept missing "
        "values within a sequence. In a 2-D X only NaN at the end of a row is padding; for series "
        "padded in front pass the 3-D X[..., None], where both ends count. Fill the gap first, "
        "with skrnn.preprocessing.SequenceImputer.",
    )


@pytest.mark.parametrize("form", [list, np.array, lambda X: np.array(X)[..., None]])
def test_nan_in_the_middle_names_row_and_step(form):
    rows = [[1.0, 2.0, 3.0, 4.0], [1.0, 2.0, NAN, 4.0]]
    raises(form(rows), ValueError, "Input X contains NaN in row 1, step 2, feature 0. ...")


def test_steps_are_counted_from_the_padded_start():
    X = [[NAN, NAN, 1.0, NAN, 2.0]]
    raises(X, ValueError, "Input X contains NaN in row 0, step 3, feature 0. ...")


def test_a_ragged_holds_no_padding():
    X = Ragged([1.0, 2.0, NAN], [1, 2])
    raises(
        X,
        ValueError,
        "Input X contains NaN in row 1, step 1, feature 0. RNNClassifier does not accept missing "
        "values within a sequence. The rows of a Ragged hold no padding. Fill the gap first, "
        "with skrnn.preprocessing.SequenceImputer.",
    )


@pytest.mark.parametrize("value", [np.inf, -np.inf])
@pytest.mark.parametrize("form", [list, np.array, Ragged.from_rows])
def test_infinity_names_row_step_and_feature(form, value):
    rows = [np.ones((2, 3)), np.ones((2, 3))]
    rows[1][0, 2] = value
    raises(
        form(rows),
        ValueError,
        f"Input X contains infinity ({value}) in row 1, step 0, feature 2. RNNClassifier needs "
        "finite numbers: replace or clip the value first.",
    )


@pytest.mark.parametrize("form", [list, np.array, lambda X: np.array(X)[..., None]])
def test_a_row_of_padding_alone_is_named(form):
    raises(
        form([[1.0, 2.0], [NAN, NAN]]),
        ValueError,
        "Row 1 of X has no steps left: all its values are NaN, which is padding. Leave the row "
        "out, in y too.",
    )


def test_large_numbers_are_finite():
    X = np.full((2, 3, 1), 3e38, dtype=np.float32)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_rows(read(X), X)


# -- what does not fit together -------------------------------------------------------


def test_features_must_agree():
    raises(
        [np.ones((3, 2)), np.ones((4, 2)), np.ones((4, 3))],
        ValueError,
        "Row 2 of X has 3 features per step, but row 0 has 2; RNNClassifier needs the same "
        "features in every row. Each row must be (steps, features).",
    )
    raises([np.ones(3), np.ones((4, 2))], ValueError, "Row 1 of X has 2 features per step, ...")


def test_swapped_axes_are_recognised():
    raises(
        [np.ones((3, 7)), np.ones((3, 9))],
        ValueError,
        "Row 1 of X has 9 features per step, but row 0 has 7; RNNClassifier needs the same "
        "features in every row. The rows look like (features, steps); transpose them: "
        "[x.T for x in X].",
    )


@pytest.mark.parametrize("rows", [[[1.0, 2.0], []], [np.ones((2, 3)), np.ones((0, 3))]])
def test_a_row_without_steps_is_named(rows):
    raises(
        rows,
        ValueError,
        "Row 1 of X has no steps; every sequence needs at least one. Leave the row out, in y too.",
    )
    raises(Ragged.from_rows(rows), ValueError, "Row 1 of X has no steps; ...")


def test_rows_have_one_or_two_dimensions():
    raises(
        [np.ones((1, 3, 2))],
        ValueError,
        "Row 0 of X has shape (1, 3, 2), but each row must be (steps,) or (steps, features).",
    )
    raises(
        [[[1, 2], [3, 4]], [[1, 2], [3]]],
        ValueError,
        "Row 1 of X cannot be read as one array, because the lists in it differ in length; a "
        "sequence is (steps,) or (steps, features), with the same features at every step.",
    )
    raises(
        [Ragged([1.0], [1])],
        TypeError,
        "Row 0 of X is a Ragged of 1 sequences, not one sequence; join a list of them with "
        "Ragged.concatenate(X).",
    )


@pytest.mark.parametrize(
    "X",
    [
        [1, 2, 3],
        (1.0, 2.0, 3.0),
        range(3),
        np.arange(3),
        list(np.arange(3.0)),
        torch.ones(3),
        list(torch.ones(3)),
        pd.Series([1, 2, 3]),
        objects([1, 2, 3]),
    ],
)
def test_plain_numbers_are_no_sequences(X):
    message = (
        "Expected 2D array, got 1D array instead: X holds 3 single values, no sequences. Reshape "
        "your data: [X] or array.reshape(1, -1) is one sequence of 3 steps, array.reshape(-1, 1) "
        "is 3 sequences of one step."
    )
    raises(X, ValueError, message)
    raises(X, ValueError, message, ids=True)


@pytest.mark.parametrize("X", [np.array(3.0), torch.tensor(3.0), _NotAnArray(3.0)])
def test_scalar_arrays_are_refused(X):
    raises(X, ValueError, "Expected 2D array, got scalar array instead: 3.0. X may be a list ...")


def test_too_many_dimensions():
    raises(
        np.ones((2, 3, 4, 5)),
        ValueError,
        "Found array with dim 4, while dim <= 3 is required by RNNClassifier: shape (2, 3, 4, 5) "
        "is not (n, steps, features). Join the last axes into one, e.g. X.reshape(len(X), "
        "X.shape[1], -1).",
    )


@pytest.mark.parametrize(
    ("X", "unit"),
    [
        ([], "sample"),
        ((), "sample"),
        (np.empty(0), "sample"),
        (np.empty((0, 3)), "sample"),
        (np.empty((0, 2, 3)), "sample"),
        (pd.DataFrame(), "sample"),
        (pd.Series([], dtype=float), "sample"),
        (Ragged(np.empty((0, 3)), []), "sample"),
        (np.empty((3, 0)), "feature"),
        (np.empty((2, 3, 0)), "feature"),
        (pd.DataFrame(index=[0, 1]), "feature"),
        ([np.empty((2, 0))], "feature"),
        (Ragged(np.empty((3, 0)), [3]), "feature"),
        (np.empty((2, 0, 3)), "step"),
    ],
)
def test_emptiness(X, unit):
    with pytest.raises(ValueError, match=rf"Found array with 0 {unit}\(s\) \(shape=\(.*\)\) while"):
        read(X)


# -- what holds no numbers ------------------------------------------------------------

TOKENIZE = (
    "but RNNClassifier reads numbers. Raw text becomes token ids through "
    "skrnn.preprocessing.SequenceTokenizer (then set embedding_dim); other strings must be turned "
    "into numbers first."
)
TOKENIZE_FIRST = (
    "but RNNClassifier reads token ids. Put a skrnn.preprocessing.SequenceTokenizer in front of "
    "it, in a Pipeline; it makes ids of raw text."
)


@pytest.mark.parametrize("ids", [False, True])
@pytest.mark.parametrize(
    ("X", "where"),
    [
        (["a b", "c"], "Row 0 of X holds text ('a b')"),
        (["a rather long piece of text"], "Row 0 of X holds text ('a rather long piece ...')"),
        (np.array(["a b", "c"]), "Row 0 of X holds text ('a b')"),
        (objects(["a b", "c"]), "Row 0 of X holds text ('a b')"),
        (pd.Series(["a b", "c"]), "Row 0 of X holds text ('a b')"),
        ([[1, 2], "c"], "Row 1 of X holds text ('c')"),
        ([[1, 2], ["to", "be"]], "Row 1 of X holds text ('to')"),
        ([objects([1, "x"])], "Row 0 of X holds text ('x')"),
        ([pd.Series([1, "x"])], "Row 0 of X holds text ('x')"),
        (np.array([["a", "b"]]), "Row 0 of X holds text ('a')"),
        (np.array([[1, 2], [3, "1.5"]], dtype=object), "Row 1 of X holds text ('1.5')"),
        (pd.DataFrame({"n": [1, 2], "s": ["x", "y"]}), "Column 's' of X holds text ('x')"),
        (pd.DataFrame({"s": pd.Categorical(["x", "y"])}), "Column 's' of X holds text ('x')"),
    ],
)
def test_text_is_sent_to_the_tokenizer(X, where, ids):
    raises(X, ValueError, f"{where}, {TOKENIZE_FIRST if ids else TOKENIZE}", ids=ids)


DATES = pd.to_datetime(["2020-01-01", "2020-01-02"])


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (
            pd.DataFrame({"n": [1, 2], "day": DATES}),
            "Column 'day' of X holds dates, but RNNClassifier reads numbers; drop it, or turn it "
            "into numbers first, e.g. the days since the first one.",
        ),
        (pd.DataFrame({"day": DATES.tz_localize("UTC")}), "Column 'day' of X holds dates, ..."),
        (pd.DataFrame({"gap": DATES - DATES[0]}), "Column 'gap' of X holds dates, ..."),
        (
            [[1, 2], np.array(["2020-01-01"], dtype="M8[D]")],
            "Row 1 of X has dtype datetime64[D], but RNNClassifier reads numbers; turn dates and "
            "durations into numbers first, e.g. the days since the first one.",
        ),
    ],
)
def test_dates_are_refused(X, message):
    raises(X, ValueError, message)


def test_complex_numbers_are_refused():
    advice = "Pass the real and the imaginary part as two features."
    raises(
        np.ones((2, 3, 1), complex),
        ValueError,
        f"Complex data not supported: X has dtype complex128. {advice}",
    )
    raises(
        [[1.0], [1j]],
        ValueError,
        f"Complex data not supported: Row 1 of X has dtype complex128. {advice}",
    )
    raises(np.array([[1, 1j]], object), ValueError, "Complex data not supported: X holds them.")


def test_other_objects_are_refused():
    raises(
        np.array([[1, {"a": 1}]], dtype=object),
        TypeError,
        "X holds objects that are no numbers, but RNNClassifier reads numbers: float() argument "
        "must be a string or a real number, not 'dict'",
    )


@pytest.mark.parametrize(
    ("cell", "described"),
    [(None, "None"), ({1: 2}, "a dict"), (3, "an int"), (iter([1]), "a list_iterator")],
)
def test_a_row_must_be_a_sequence(cell, described):
    raises(
        [[1, 2], cell],
        TypeError,
        f"Row 1 of X is {described}, not a sequence; each row must be an array of shape (steps,) "
        "or (steps, features).",
    )


FORMS = (
    "X may be a list of arrays (steps, features) or (steps,), an array or tensor (n, steps, "
    "features), an array or DataFrame (n, steps), or a skrnn.data.Ragged."
)


@pytest.mark.parametrize(
    ("X", "start"),
    [
        (None, "RNNClassifier got None as X. "),
        (3.5, "RNNClassifier got a float as X. "),
        (np.float64(3.5), "RNNClassifier got a float64 as X. "),
        (object(), "RNNClassifier got an object as X. "),
        (
            {"a": [1]},
            "RNNClassifier got a dict as X. Pass its sequences as a list, list(X.values()). ",
        ),
        ({1, 2}, "RNNClassifier got a set as X. A set has no order; pass a list. "),
        (
            "abc",
            "RNNClassifier got a str as X. One text is not a list of sequences; pass a list "
            "of texts to SequenceTokenizer. ",
        ),
        (
            ([i] for i in range(3)),
            "RNNClassifier got a generator as X. It can be read only once; pass a list, list(X). ",
        ),
        (
            map(list, [[1]]),
            "RNNClassifier got a map as X. It can be read only once; pass a list, list(X). ",
        ),
    ],
)
def test_what_is_no_container(X, start):
    assert is_table(X) is False
    raises(X, TypeError, start + FORMS)


def test_sparse_input_is_refused():
    raises(
        scipy.sparse.csr_array(np.eye(3)),
        TypeError,
        "Sparse data was passed for X, but RNNClassifier reads dense sequences. Use X.toarray() "
        "to convert to a dense array.",
    )


def test_masked_values_are_not_dropped_silently():
    X = np.ma.masked_array(np.ones((2, 3, 1)), mask=False)
    assert_rows(read(X), np.ones((2, 3, 1)))
    X[0, 0] = np.ma.masked
    raises(
        X,
        ValueError,
        "X is a masked array with masked values; fill them first: .filled(np.nan) marks padding "
        "at the start or end of a row.",
    )


def test_a_multiindex_frame_is_converted_by_the_user():
    index = pd.MultiIndex.from_product([["b", "a"], [0, 1]], names=["car", "second"])
    X = pd.DataFrame({"speed": [1.0, 2.0, 3.0, 4.0]}, index=index)
    for panel in (X, X["speed"]):
        raises(
            panel,
            ValueError,
            "X has an index of 2 levels (car, second), so its rows are steps, not sequences. Make "
            "one array per sequence: X = [g.to_numpy() for _, g in X.groupby(level=0, "
            "sort=False)]. If each row is a whole series, drop the index: "
            "X.reset_index(drop=True).",
        )
    converted = [g.to_numpy() for _, g in X.groupby(level=0, sort=False)]
    assert_rows(read(converted), [[[1], [2]], [[3], [4]]])


# -- token ids ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "X",
    [
        [[5, 1], [2], [7, 7, 3]],
        [np.array([5, 1]), np.array([2]), np.array([7, 7, 3])],
        [[0, 5, 1, 0], [2, 0], [7, 7, 3]],
        np.array([[5, 1, 0], [2, 0, 0], [7, 7, 3]]),
        np.array([[0, 5, 1], [0, 0, 2], [7, 7, 3]], dtype=np.uint8),
        np.array([[5, 1, 0], [2, 0, 0], [7, 7, 3]], dtype=object),
        pd.DataFrame([[5, 1, 0], [2, 0, 0], [7, 7, 3]]),
        pd.Series([[5, 1], [2], [7, 7, 3]]),
        pd.DataFrame({"text": [[5, 1], [2], [7, 7, 3]]}),
        objects([[5, 1], [2], [7, 7, 3]]),
        torch.tensor([[5, 1, 0], [2, 0, 0], [7, 7, 3]]),
        [torch.tensor([5, 1]), torch.tensor([2]), torch.tensor([7, 7, 3])],
    ],
)
def test_ids_in_every_form(X):
    got = read(X, ids=True)
    assert got.is_ids
    assert got.dtype == np.int64
    assert_rows(got, [[5, 1], [2], [7, 7, 3]])


def test_padded_ids_are_read_as_a_view():
    X = np.array([[0, 5, 1], [2, 0, 0]])
    assert np.shares_memory(read(X, ids=True).values, X)


@pytest.mark.parametrize("form", [list, np.array])
def test_a_zero_between_ids_is_named(form):
    raises(
        form([[1, 2, 3, 4], [0, 2, 0, 4]]),
        ValueError,
        "Row 1 of X holds the token id 0 at step 2, between other ids; 0 is padding and may only "
        "stand at the start or end of a row. Number the tokens from 1.",
        ids=True,
    )


def test_negative_ids_are_named():
    raises(
        [[1, 2], [3, -4]],
        ValueError,
        "Row 1 of X holds the negative token id -4 at step 1; ids are 1, 2, 3, ..., and 0 is "
        "padding.",
        ids=True,
    )


def test_a_row_of_zeros_has_no_steps():
    raises(
        [[1, 2], [0, 0]],
        ValueError,
        "Row 1 of X has no steps left: all its values are 0, which is padding. Leave the row out, "
        "in y too.",
        ids=True,
    )


@pytest.mark.parametrize(
    ("X", "held"),
    [
        ([[1, 2], [1.0, 2.0]], "Row 1 of X holds floats"),
        ([[1, 2], [1.5, NAN]], "Row 1 of X holds floats"),
        (np.array([[1.0, 2.0]]), "X holds floats"),
        (pd.DataFrame([[1.0, 2.5]]), "X holds floats"),
        (pd.DataFrame({"a": pd.array([2.5, None], "Float64")}), "X holds floats"),
        ([[True, False]], "Row 0 of X holds booleans"),
    ],
)
def test_ids_must_be_integers(X, held):
    raises(
        X,
        ValueError,
        f"{held}, but embedding_dim is set, so X must hold integer token ids; convert with "
        ".astype(int), or set embedding_dim=None to let RNNClassifier read X as numbers.",
        ids=True,
    )


INT64 = pd.array([3, None], "Int64")


@pytest.mark.parametrize(
    "X",
    [
        pd.DataFrame({"a": pd.array([1, 5], "Int64"), "b": pd.array([3, None], "Int64")}),
        pd.DataFrame({"a": pd.array([1, 5], "Float64"), "b": pd.array([3, None], "Float64")}),
        pd.DataFrame([[1, 2], [3, NAN]]),
        np.array([[1, 2], [3, NAN]]),
        np.array([[1, 2], [3, None]], dtype=object),
        [[1, 2], [3, NAN]],
        [[1, 2], [3, None]],
        [[1, 2], [3, pd.NA]],
        [INT64[:1], INT64],
        pd.Series([pd.Series(INT64[:1]), pd.Series(INT64)]),
        pd.DataFrame({"ids": [INT64[:1], INT64]}),
    ],
    ids=lambda X: type(X).__name__,
)
def test_a_missing_id_is_named(X):
    raises(
        X,
        ValueError,
        "Row 1 of X holds a missing value (NA, NaN or None) at step 1, but embedding_dim is set, "
        "so X must hold integer token ids; fill it with 0 if it is padding at an end of the row, "
        "else leave it out; then convert with .astype(int), or set embedding_dim=None to let "
        "RNNClassifier read X as numbers.",
        ids=True,
    )


def test_arrays_of_pandas_may_be_padded():
    assert_rows(read([INT64, INT64[:1]]), [[[3]], [[3]]])


def test_ids_have_no_features():
    raises(
        np.ones((2, 3, 1), int),
        ValueError,
        "X has shape (2, 3, 1), but embedding_dim is set, so X must hold one integer token id per "
        "step: lists of ids or shape (n, steps). Set embedding_dim=None to read X as numbers.",
        ids=True,
    )
    raises(
        [[[1, 2], [3, 4]]],
        ValueError,
        "Row 0 of X has shape (2, 2), but embedding_dim is set, so each row must be (steps,): one "
        "integer token id per step.",
        ids=True,
    )


def test_a_ragged_of_the_other_kind_names_the_parameter():
    raises(
        Ragged([1, 2], [2]),
        ValueError,
        "X is a Ragged of token ids, but RNNClassifier reads numbers: set embedding_dim to the "
        "size of the vector each token gets, or build the Ragged from values of shape (N, F).",
    )
    raises(
        Ragged([1.0, 2.0], [2]),
        ValueError,
        "X is a Ragged of numbers, but embedding_dim is set, so X must hold integer token ids: "
        "set embedding_dim=None, or build the Ragged from a 1-D integer array.",
        ids=True,
    )


def test_a_ragged_of_ids_holds_no_padding():
    raises(Ragged([1, 2, 0], [1, 2]), ValueError, "Row 1 of X holds the token id 0 ...", ids=True)


# -- who judges first -----------------------------------------------------------------


@pytest.mark.parametrize(
    "X",
    [
        np.ones((2, 3)),
        np.ones((2, 3), dtype=object),
        np.array([[1, {"a": 1}]], dtype=object),
        np.ones((2, 3), dtype=complex),
        np.ones(3),
        np.array(1.0),
        np.empty((0, 3)),
        objects([1, 2]),
        scipy.sparse.csr_array(np.eye(3)),
        scipy.sparse.coo_matrix(np.eye(3)),
        pd.DataFrame([[1, 2], [3, NAN]]),
        pd.DataFrame([[1, 2], [3, "x"]]),
        pd.Series([1.0, 2.0]),
        torch.ones(2, 3),
        _NotAnArray(np.ones((2, 3))),
        _NotAnArray(np.ones(3)),
    ],
)
def test_tables(X):
    assert is_table(X) is True


@pytest.mark.parametrize(
    "X",
    [
        Ragged([1.0], [1]),
        [[1, 2], [3, 4]],
        ([1, 2], [3]),
        [],
        [1, 2],
        objects([[1, 2], [3]]),
        pd.Series([[1, 2], [3]]),
        pd.DataFrame({"a": [[1, 2], [3]], "b": [[1, 2], [3]]}),
        pd.DataFrame({"a": [[1, 2], [3]]}).to_numpy(),
        np.ones((2, 3, 1)),
        np.ones((2, 3, 1), dtype=object),
        np.ones((2, 3, 1, 1)),
        torch.ones(2, 3, 1),
        _NotAnArray(np.ones((2, 3, 1))),
        np.array([["a", "b"]]),
        objects(["a", "b"]),
        pd.DataFrame(),
        pd.DataFrame({"day": DATES}),
        pd.DataFrame({"s": ["x", "y"]}),
        pd.DataFrame([[1.0]], index=pd.MultiIndex.from_tuples([(0, 0)])),
        np.ma.masked_array([[1.0, 2.0]], mask=[[True, False]]),
    ],
)
def test_not_tables(X):
    assert is_table(X) is False
