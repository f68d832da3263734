import copy
import pickle
import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from skrnn import RNNClassifier
from skrnn.data import Ragged
from skrnn.preprocessing import OneHotSteps, SequenceScaler

DNA = ["GATTACA", "CAT", "TTT"]
TEXT = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=8)


@given(strings=st.lists(TEXT, min_size=1, max_size=5))
def test_strings_come_back(strings):
    encoder = OneHotSteps().fit(strings)
    steps = encoder.transform(strings)
    assert encoder.categories_.tolist() == sorted(set("".join(strings)))
    for row, text in zip(steps, strings, strict=True):
        assert row.shape == (len(text), len(encoder.categories_))
        assert (row.sum(1) == 1).all()
        assert encoder.categories_[row.argmax(1)].tolist() == list(text)
    assert encoder.inverse_transform(steps) == strings


@given(rows=st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=6), min_size=1, max_size=5))
def test_ids_come_back(rows):
    X = Ragged.from_rows(rows)
    encoder = OneHotSteps().fit(X)
    steps = encoder.transform(X)
    assert isinstance(steps, Ragged) and steps.n_features == len(encoder.categories_)
    assert encoder.inverse_transform(steps).equals(X)


@given(rows=st.lists(st.lists(TEXT, min_size=1, max_size=4), min_size=1, max_size=4))
def test_lists_of_strings_come_back(rows):
    encoder = OneHotSteps().fit(rows)
    assert encoder.inverse_transform(encoder.transform(rows)) == rows


def test_categories_keep_the_order_given():
    encoder = OneHotSteps("TGCA").fit(["AT"])
    assert encoder.categories_.tolist() == ["T", "G", "C", "A"]
    assert encoder.transform(["GA"])[0].tolist() == [[0, 1, 0, 0], [0, 0, 0, 1]]
    for categories in (["T", "A"], np.array(["T", "A"]), pd.Series(["T", "A"]), ("T", "A")):
        assert OneHotSteps(categories).fit(["AT"]).categories_.tolist() == ["T", "A"]
    assert OneHotSteps([7, 5]).fit([[5], [7, 7]]).transform([[7]]).tolist() == [[[1, 0]]]
    assert OneHotSteps(list("auto")).fit(["a"]).categories_.tolist() == list("auto")


def test_a_list_of_one_symbol_rows_of_unequal_length():
    assert [row.tolist() for row in OneHotSteps().fit_transform([[7], [7, 7]])] == [[1], [1, 1]]


def test_unknown_symbols():
    encoder = OneHotSteps().fit(["AC"])
    assert encoder.transform(["CN"])[0].tolist() == [[0, 1], [0, 0]]
    with pytest.raises(ValueError, match="Row 1 of X has nothing but zeros at step 2"):
        encoder.inverse_transform(encoder.transform(["CA", "CAN"]))
    encoder.set_params(unknown_symbol="N")
    assert encoder.inverse_transform(encoder.transform(["CA", "CAT"])) == ["CA", "CAN"]
    ids = OneHotSteps(unknown_symbol=99).fit([[4, 2], [2]])
    back = ids.inverse_transform(ids.transform([[4, 3], [2]]))
    assert [row.tolist() for row in back] == [[4, 99], [2]]


def test_unknown_symbols_as_errors():
    strict = OneHotSteps("ACGT", handle_unknown="error")
    words = (
        r"Row 1 of X holds 'N' at step 2, which is none of the categories \['A', 'C', 'G', 'T'\]"
    )
    with pytest.raises(ValueError, match=words):
        strict.fit(["A", "GAN"])
    assert not hasattr(strict, "categories_")
    with pytest.raises(ValueError, match=words):
        strict.fit(["A"]).transform(["A", "GAN"])
    ids = OneHotSteps(handle_unknown="error").fit([[1, 2], [3]])
    with pytest.raises(ValueError, match="Row 1 of X holds 4 at step 0"):
        ids.transform([[1, 2], [4]])
    gaps = Ragged(np.array([1, 0, 77, 2]), [1, 1], [0, 3])  # what no row has is not read
    assert ids.transform(gaps).compact().values.tolist() == [[1, 0, 0], [0, 1, 0]]


def test_probabilities_are_read_by_the_largest():
    encoder = OneHotSteps("ACGT").fit(DNA)
    assert encoder.inverse_transform([[[0.1, 0.2, 0.4, 0.3], [0.9, 0, 0, 0.1]]]) == ["GA"]


def test_windows_on_ids_share_their_steps():
    ids = np.tile([1, 2, 3], 100)
    windows = Ragged(ids, np.full(200, 50), np.arange(200))
    steps = OneHotSteps().fit_transform(windows)
    assert steps.values.shape == (300, 3) and steps[7].shape == (50, 3)


# -- containers -----------------------------------------------------------------------------


def same(rows, strings=DNA):
    encoder = OneHotSteps("ACGT").fit(DNA)
    for row, expected in zip(rows, encoder.transform(strings), strict=True):
        np.testing.assert_array_equal(row, expected)


def test_arrays_of_strings():
    encoder = OneHotSteps("ACGT").fit(np.array(DNA))
    steps = encoder.transform(np.array(DNA))
    assert steps.dtype == object and steps.shape == (3,)
    same(steps)
    back = encoder.inverse_transform(steps)
    assert back.dtype == object and back.tolist() == DNA


def test_series_of_strings():
    X = pd.Series(DNA, index=[5, 7, 9], name="dna")
    encoder = OneHotSteps("ACGT").fit(X)
    steps = encoder.transform(X)
    assert steps.name == "dna" and steps.index.tolist() == [5, 7, 9]
    same(steps)
    back = encoder.inverse_transform(steps)
    assert back.tolist() == DNA and back.index.tolist() == [5, 7, 9] and back.name == "dna"


def test_frames_of_one_column():
    X = pd.DataFrame({"dna": DNA}, index=[5, 7, 9])
    encoder = OneHotSteps("ACGT").fit(X)
    assert encoder.n_features_in_ == 1 and encoder.feature_names_in_.tolist() == ["dna"]
    steps = encoder.transform(X)
    assert steps.columns.tolist() == ["dna_A", "dna_C", "dna_G", "dna_T"]
    assert steps.columns.tolist() == encoder.get_feature_names_out().tolist()
    same(np.column_stack(steps.loc[i]) for i in X.index)
    pd.testing.assert_frame_equal(encoder.inverse_transform(steps), X, check_dtype=False)
    with pytest.raises(ValueError, match="feature names should match"):
        encoder.transform(X.rename(columns={"dna": "rna"}))
    one = OneHotSteps("A").fit(X)
    assert one.transform(X).columns.tolist() == ["dna_A"]


def test_arrays_of_one_column():
    X = np.array(DNA, dtype=object)[:, None]
    encoder = OneHotSteps("ACGT").fit(X)
    steps = encoder.transform(X)
    assert steps.shape == (3, 4) and encoder.inverse_transform(steps).tolist() == X.tolist()


def test_frames_of_ids():
    X = pd.DataFrame({"ids": [[1, 2], [2]]})
    encoder = OneHotSteps().fit(X)
    steps = encoder.transform(X)
    assert steps.columns.tolist() == ["ids_1", "ids_2"]
    back = encoder.inverse_transform(steps)
    assert back.columns.tolist() == ["ids"] and [row.tolist() for row in back["ids"]] == [
        [1, 2],
        [2],
    ]


def test_tables_of_symbols():
    X = np.array([list("ACG"), list("TTA")])
    encoder = OneHotSteps("ACGT").fit(X)
    steps = encoder.transform(X)
    assert steps.shape == (2, 3, 4) and encoder.n_features_in_ == 1
    same(steps, ["ACG", "TTA"])
    assert encoder.inverse_transform(steps).tolist() == X.tolist()
    frame = encoder.transform(pd.DataFrame(X, index=[3, 4]))
    assert frame.columns.tolist() == ["x0_A", "x0_C", "x0_G", "x0_T"]
    same((np.column_stack(frame.loc[i]) for i in [3, 4]), ["ACG", "TTA"])


def test_padded_ids_stay_padded():
    X = np.array([[0, 1, 2], [2, 2, 1]])
    encoder = OneHotSteps().fit(X)
    steps = encoder.transform(X)
    assert np.isnan(steps[0, 0]).all()
    np.testing.assert_array_equal(steps[1], [[0, 1], [0, 1], [1, 0]])
    np.testing.assert_array_equal(encoder.inverse_transform(steps), X)


def test_a_ragged_of_numbers_becomes_a_list_of_strings():
    encoder = OneHotSteps("ACGT").fit(DNA)
    assert encoder.inverse_transform(Ragged.from_rows(encoder.transform(DNA))) == DNA


# -- the rest of the contract -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"categories": ""}, "at least one symbol"),
        ({"categories": []}, "at least one symbol"),
        ({"categories": ["A", 3]}, "all of them strings or all integers"),
        ({"categories": {"A", "C"}}, "a set has no order"),
        ({"categories": [1.5]}, "all of them strings or all integers"),
        ({"categories": "ACGA"}, "categories names 'A' more than once"),
        ({"categories": [1, 2]}, "X holds strings, but the categories of OneHotSteps are integers"),
        ({"categories": "acgt"}, "None of the symbols of X, such as 'A', is among"),
        ({"categories": 3}, "'categories' parameter of OneHotSteps must be"),
        ({"handle_unknown": "zeros"}, "'handle_unknown' parameter of OneHotSteps must be"),
        (
            {"unknown_symbol": 3},
            "unknown_symbol=3 must be a symbol like the others",
        ),
        ({"unknown_symbol": "<unk>"}, "unknown_symbol='<unk>' must be one character"),
        ({"unknown_symbol": 1.5}, "'unknown_symbol' parameter of OneHotSteps must be"),
    ],
)
def test_parameters_are_checked(params, words):
    fitted = OneHotSteps().fit(["xyz"])
    before = dict(vars(fitted))
    with pytest.raises(ValueError, match=words):
        fitted.set_params(**params).fit(DNA)
    assert {**vars(fitted), **dict.fromkeys(params)} == {**before, **dict.fromkeys(params)}


def test_other_symbols_than_those_of_fit():
    with pytest.raises(ValueError, match=r"X holds integers, but the categories .* are strings"):
        OneHotSteps().fit(DNA).transform([[1, 2]])
    with pytest.raises(ValueError, match=r"unknown_symbol='N' must be .* which are integers"):
        OneHotSteps(unknown_symbol="N").fit([[1, 2]])


def test_inverse_errors():
    encoder = OneHotSteps("ACGT").fit(DNA)
    with pytest.raises(ValueError, match=r"3 features per step, but OneHotSteps.transform gives 4"):
        encoder.inverse_transform(np.ones((2, 5, 3)))
    with pytest.raises(NotFittedError):
        clone(encoder).inverse_transform(np.ones((2, 5, 4)))
    with pytest.raises(NotFittedError):
        clone(encoder).transform(DNA)


def test_feature_names():
    encoder = OneHotSteps().fit([[5, 2]])
    assert encoder.get_feature_names_out().tolist() == ["x0_2", "x0_5"]
    assert encoder.get_feature_names_out(["state"]).tolist() == ["state_2", "state_5"]
    with pytest.raises(ValueError, match="input_features"):
        encoder.get_feature_names_out(["a", "b"])


def test_refit_forgets_the_column():
    encoder = OneHotSteps().fit(pd.DataFrame({"dna": DNA})).fit(DNA)
    assert not hasattr(encoder, "feature_names_in_")
    frame = encoder.transform(pd.DataFrame({"rna": DNA}))
    assert frame.columns[0] == "x0_A"
    assert encoder.inverse_transform(frame).columns.tolist() == ["x0"]


def test_tags():
    tags = get_tags(OneHotSteps()).input_tags
    assert tags.string and tags.categorical and not tags.two_d_array and not tags.allow_nan


def test_copies_answer_alike():
    encoder = OneHotSteps(unknown_symbol="-").fit(DNA)
    for twin in (
        pickle.loads(pickle.dumps(encoder)),
        copy.deepcopy(encoder),
        clone(encoder).fit(DNA),
    ):
        assert twin.inverse_transform(twin.transform(["GAX"])) == ["GA-"]


def test_pipelines_and_column_transformers():
    rng = np.random.default_rng(0)
    X = ["".join(rng.choice(list("ACGT"), n)) for n in rng.integers(3, 9, 12)]
    y = np.tile(["no", "yes"], 6)
    net = RNNClassifier(hidden_size=2, max_epochs=1, random_state=0)
    model = make_pipeline(OneHotSteps(), net)
    grid = {"onehotsteps__categories": ["auto", "ACGT"], "rnnclassifier__hidden_size": [2, 3]}
    search = GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, y)
    assert set(search.predict(X)) <= {"no", "yes"}
    frame = pd.DataFrame({"dna": X, "speed": [rng.normal(size=len(each)) for each in X]})
    columns = ColumnTransformer(
        [
            ("dna", OneHotSteps(string.ascii_uppercase[:3]), ["dna"]),
            ("v", SequenceScaler(), ["speed"]),
        ]
    ).set_output(transform="pandas")
    given = columns.fit_transform(frame)
    assert given.columns.tolist() == ["dna__dna_A", "dna__dna_B", "dna__dna_C", "v__speed"]
    assert make_pipeline(columns, net).fit(frame, y).predict(frame).shape == (12,)


def test_arrays_of_numpy_would_cut_off_a_nul():
    with pytest.raises(ValueError, match=r"Row 1 of X holds 'a\\x00' at step 0, with the char"):
        OneHotSteps().fit([["a", "b"], ["a\0"]])
    with pytest.raises(ValueError, match="symbols of one type"):
        OneHotSteps().fit([["a", None], ["b"]])
