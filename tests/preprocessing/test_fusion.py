import copy
import pickle
import re

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn import config_context
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.compose import make_column_selector
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.utils.validation import check_is_fitted

from skrnn import RNNClassifier
from skrnn.data import Fused, Ragged, as_ragged
from skrnn.preprocessing import (
    SequenceFusion,
    SequencePadder,
    SequenceScaler,
    SequenceTokenizer,
)

RNG = np.random.default_rng(0)
N = 12
WORDS = ["red", "green", "blue", "green tea"]


class Letters(TransformerMixin, BaseEstimator):
    """Numbers letters that come up often enough; others are left out."""

    def __init__(self, min_frequency=1):
        self.min_frequency = min_frequency

    def fit(self, X, y=None):
        letters, counts = np.unique(list("".join(X)), return_counts=True)
        self.letters_ = letters[counts >= self.min_frequency].tolist()
        return self

    def transform(self, X):
        rows = [[1 + self.letters_.index(c) for c in text if c in self.letters_] for text in X]
        return Ragged(np.concatenate(rows).astype(int), [len(row) for row in rows])


FRAME = pd.DataFrame(
    {
        "series": [RNG.normal(size=(t, 2)) for t in RNG.integers(1, 6, N)],
        "note": RNG.choice(WORDS, N),
        "age": RNG.integers(20, 80, N),
        "sex": RNG.choice(["f", "m"], N),
        "height": RNG.normal(170, 10, N),
    },
    index=[f"p{i}" for i in range(N)],
)


def fusion(**changes):
    parts = {
        "series": ("passthrough", "series"),
        "note": (Letters(), "note"),
        "sex": (OneHotEncoder(), ["sex"]),
        "size": (StandardScaler(), ["age", "height"]),
    }
    parts.update(changes)
    return SequenceFusion([(name, *part) for name, part in parts.items()])


def test_the_parts():
    before = FRAME.copy(deep=True)
    X = fusion().fit_transform(FRAME)
    assert repr(X) == "Fused(n=12, series: 2 features, note: ids, sex: 2 static, size: 2 static)"
    assert X["series"].equals(Ragged.from_rows(FRAME["series"]))
    assert X["note"].equals(Letters().fit_transform(FRAME["note"]))
    sex = OneHotEncoder(sparse_output=False).fit_transform(FRAME[["sex"]])
    np.testing.assert_array_equal(X["sex"], sex)
    size = StandardScaler().fit_transform(FRAME[["age", "height"]])
    np.testing.assert_array_equal(X["size"], size)
    pd.testing.assert_frame_equal(FRAME, before)


def test_what_was_fitted():
    made = fusion()
    transformers = [transformer for _, transformer, _ in made.transformers]
    assert made.fit(FRAME) is made
    assert [name for name, _, _ in made.transformers_] == ["series", "note", "sex", "size"]
    assert made.transformers_[0] == ("series", "passthrough", "series")
    assert made.transformers_[3][2] == ["age", "height"]
    assert made.named_transformers_.note.letters_ == sorted(set("".join(FRAME["note"])))
    assert not hasattr(transformers[1], "letters_")  # clones are fitted
    assert made.n_features_in_ == 5 and made.feature_names_in_.tolist() == list(FRAME)
    assert fusion().fit(FRAME).transform(FRAME).equals(made.fit_transform(FRAME))
    assert made.set_output(transform="pandas") is made


def test_rows_that_fit_never_saw():
    made = fusion().fit(FRAME.iloc[:8])
    later = made.transform(FRAME.iloc[8:])
    scaler = StandardScaler().fit(FRAME[["age", "height"]].iloc[:8])
    size = scaler.transform(FRAME[["age", "height"]].iloc[8:])
    np.testing.assert_array_equal(later["size"], size)
    assert len(later) == 4
    assert made.transform(FRAME.iloc[8:9]).equals(later[:1])


def test_columns_are_found_by_name():
    made = fusion().fit(FRAME)
    other = FRAME[["height", "note", "sex", "series", "age"]].assign(extra=1)
    assert made.transform(other).equals(made.transform(FRAME))
    with pytest.raises(ValueError, match=r"Part 'size': X has no column 'age'; it has \['series'"):
        made.transform(FRAME.drop(columns="age"))
    with pytest.raises(TypeError, match="X is a ndarray, but SequenceFusion was fitted on a Data"):
        made.transform(FRAME.to_numpy())


@pytest.mark.parametrize(
    "columns",
    [
        ["age", "height"],
        [2, 4],
        [-3, -1],
        np.array([False, False, True, False, True]),
        make_column_selector(dtype_include="number"),
        lambda X: [2, 4],
        slice("age", "height", None),
    ],
)
def test_how_columns_are_chosen(columns):
    frame = FRAME if not isinstance(columns, slice) else FRAME.drop(columns="sex")
    made = SequenceFusion([("size", StandardScaler(), columns)])
    size = made.fit_transform(frame)["size"]
    np.testing.assert_array_equal(size, StandardScaler().fit_transform(FRAME[["age", "height"]]))
    assert made.transformers_[0][2] == ["age", "height"]
    np.testing.assert_array_equal(made.transform(frame.iloc[:, ::-1])["size"], size)


class Sees(TransformerMixin, BaseEstimator):
    """Keeps what it is given."""

    def fit(self, X, y=None):
        self.X_, self.y_ = X, y
        return self

    def transform(self, X):
        return np.zeros(len(X))


@pytest.mark.parametrize("column", ["age", 2, lambda X: "age"])
def test_one_column_is_a_series_and_a_list_a_frame(column):
    made = SequenceFusion([("a", Sees(), column), ("b", Sees(), ["age"])]).fit(FRAME, FRAME["sex"])
    one, several = made.named_transformers_.a, made.named_transformers_.b
    pd.testing.assert_series_equal(one.X_, FRAME["age"])
    pd.testing.assert_frame_equal(several.X_, FRAME[["age"]])
    assert one.y_ is several.y_ and one.y_.equals(FRAME["sex"])


def test_arrays_of_objects():
    array = FRAME.to_numpy()
    made = fusion(
        series=("passthrough", 0),
        note=(Letters(), 1),
        sex=(OneHotEncoder(), [3]),
        size=(StandardScaler(), [2, 4]),
    )
    assert made.fit_transform(array).equals(fusion().fit_transform(FRAME))
    assert made.n_features_in_ == 5 and not hasattr(made, "feature_names_in_")
    with pytest.raises(ValueError, match="X has 4 columns, but SequenceFusion saw 5"):
        made.transform(array[:, :4])
    numbers = SequenceFusion([("x", "passthrough", [0, 2])]).fit_transform(np.eye(3))
    np.testing.assert_array_equal(numbers["x"], np.eye(3)[:, [0, 2]])


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (lambda rows: Ragged.from_rows(rows), "2 features"),
        (lambda rows: list(rows), "2 features"),
        (lambda rows: pd.Series(list(rows)), "2 features"),
        (lambda rows: pd.DataFrame({"x": list(rows)}), "2 features"),
        (lambda rows: pd.DataFrame({j: [r[:, j] for r in rows] for j in (0, 1)}), "2 features"),
        (lambda rows: SequencePadder().fit_transform(list(rows)), "2 features"),
        (lambda rows: torch.tensor(SequencePadder().fit_transform(list(rows))), "2 features"),
        (lambda rows: [row[:, 0] for row in rows], "1 feature"),
        (lambda rows: Ragged.from_rows([np.ones(len(row), int) for row in rows]), "ids"),
        (lambda rows: [len(row) for row in rows], "1 static"),
        (lambda rows: np.array([len(row) for row in rows]), "1 static"),
        (lambda rows: pd.Series([len(row) > 2 for row in rows]), "1 static"),
        (lambda rows: np.array([row[0] for row in rows]), "2 static"),
        (lambda rows: pd.DataFrame([row[0] for row in rows]), "2 static"),
        (lambda rows: torch.tensor(np.array([row[0] for row in rows])), "2 static"),
    ],
)
def test_what_a_transformer_may_give(output, kind):
    made = SequenceFusion([("x", FunctionTransformer(output), "series")])
    X = made.fit_transform(FRAME)
    assert repr(X) == f"Fused(n=12, x: {kind})"
    if kind == "2 features":
        assert X["x"].equals(as_ragged(list(FRAME["series"])))


@pytest.mark.parametrize("chain", [False, True])
@pytest.mark.parametrize("as_array", [False, True])
def test_a_tokenizer_gives_ids_of_a_table_too(chain, as_array):
    frame = pd.DataFrame({"note": ["a b", "b", "c c a"], "age": [1, 2, 3]})
    tokenizer = make_pipeline(SequenceTokenizer()) if chain else SequenceTokenizer()
    X, one, several = frame, "note", ["note"]
    if as_array:
        X, one, several = frame.to_numpy(), 0, [0]
    ids = SequenceFusion([("note", tokenizer, one)]).fit_transform(X)["note"]
    fusion = SequenceFusion([("note", tokenizer, several)])
    assert ids.is_ids
    assert fusion.fit_transform(X)["note"].equals(ids)
    assert fusion.transform(X[::-1])["note"].equals(ids[::-1])


def test_steps_in_columns():
    table = pd.DataFrame(RNG.normal(size=(4, 6)))
    read = SequenceFusion([("x", FunctionTransformer(as_ragged), slice(None))]).fit_transform(table)
    assert read["x"].lengths.tolist() == [6] * 4
    static = SequenceFusion([("x", "passthrough", slice(None))]).fit_transform(table)
    assert static["x"].shape == (4, 6)


def test_an_empty_text_is_an_empty_part():
    frame = FRAME.assign(note=["", *FRAME["note"][1:]])
    X = fusion().fit_transform(frame)
    assert X["note"].lengths[0] == 0 and X["series"].lengths[0] > 0
    model = RNNClassifier(embedding_dim=2, hidden_size=3, max_epochs=1, random_state=0)
    assert model.fit(X, frame["sex"]).predict(X[:1]).shape == (1,)


def test_dropping():
    made = fusion(note=("drop", "note")).fit(FRAME)
    assert list(made.transform(FRAME).parts) == ["series", "sex", "size"]
    assert made.transformers_[1] == ("note", "drop", "note")


def test_parameters_of_parts():
    made = fusion()
    assert made.get_params()["note__min_frequency"] == 1
    assert made.get_params()["size"] is made.transformers[3][1]
    assert list(made.get_params(deep=False)) == ["transformers"]
    made.set_params(note__min_frequency=5, sex="drop", size__with_mean=False)
    X = made.fit_transform(FRAME)
    assert X["note"].values.max() == len(made.named_transformers_.note.letters_) < 9
    assert "sex" not in X.parts and (X["size"] > 0).all()
    assert made.transformers[2] == ("sex", "drop", ["sex"])
    with pytest.raises(ValueError, match="Invalid parameter 'nothing'"):
        made.set_params(nothing=1)
    piped = make_pipeline(fusion(), RNNClassifier()).set_params(
        sequencefusion__note__min_frequency=2
    )
    assert piped[0].transformers[1][1].min_frequency == 2


def test_copies():
    made = fusion().set_params(note__min_frequency=3)
    cloned = clone(made)
    assert cloned.get_params()["note__min_frequency"] == 3
    assert cloned.transformers[1][1] is not made.transformers[1][1]
    X = made.fit_transform(FRAME)
    for copied in (pickle.loads(pickle.dumps(made)), copy.deepcopy(made)):
        assert copied.transform(FRAME).equals(X)
    assert not hasattr(clone(made), "transformers_")


def test_html_shows_the_parts_in_parallel():
    made = make_pipeline(fusion(note=("drop", "note")), RNNClassifier())
    for model in (made, clone(made).set_params(rnnclassifier__max_epochs=1)):
        html = model._repr_html_()
        assert html.count("sk-parallel-item") >= 4
        for text in ("StandardScaler", "OneHotEncoder", "passthrough", "drop", "size"):
            assert text in html
    made[0].fit(FRAME)
    assert "sk-parallel-item" in made[0]._repr_html_()


# -- wrong calls ---------------------------------------------------------------------------


def fails(model, error, message, *args):
    before = dict(vars(model))
    with pytest.raises(error, match=re.escape(message)):
        model.fit(*args)
    assert vars(model) == before


@pytest.mark.parametrize(
    ("transformers", "error", "message"),
    [
        (
            "series",
            ValueError,
            "The 'transformers' parameter of SequenceFusion must be an instance",
        ),
        ([], ValueError, "transformers leaves no part"),
        ([("note", "drop", "note")], ValueError, "transformers leaves no part"),
        ([("note", "drop")], ValueError, "transformers[0] must be (name, transformer, columns)"),
        (["abc"], ValueError, "transformers[0] must be (name, transformer, columns)"),
        ([(1, "drop", "note")], ValueError, "transformers[0] must be (name, transformer, columns)"),
        (
            [("a", "passthrough", "age"), ("a", "drop", "age")],
            ValueError,
            "Names provided are not unique",
        ),
        ([("a__b", "passthrough", "age")], ValueError, "must not contain __"),
        ([("transformers", "passthrough", "age")], ValueError, "conflict with constructor"),
        ([("a", "keep", "age")], TypeError, "The transformer of part 'a' must be an estimator"),
        ([("a", StandardScaler, "age")], TypeError, "must be an estimator with fit and transform"),
        (
            [("a", RNNClassifier(), "age")],
            TypeError,
            "'passthrough' or 'drop'; got RNNClassifier()",
        ),
        ([("a", "passthrough", "weight")], ValueError, "Part 'a': Some column names are not col"),
        ([("a", "passthrough", [7])], ValueError, "Part 'a': "),
        ([("a", "passthrough", [])], ValueError, "Part 'a': columns=[] chooses no column of X"),
        ([("a", "passthrough", "note")], ValueError, "Part 'a' holds text ("),
        ([("a", "passthrough", ["age", "note"])], ValueError, "Part 'a' holds text ("),
        ([("a", StandardScaler(), ["note"])], ValueError, "Part 'a': could not convert string"),
        (
            [("a", FunctionTransformer(lambda x: x[:3]), "age")],
            ValueError,
            "Part 'a': Its transformer made 3 rows of 12; it must give one for each.",
        ),
        (
            [("a", FunctionTransformer(lambda x: None), "age")],
            TypeError,
            "Part 'a': SequenceFusion got None as X.",
        ),
        (
            [("a", FunctionTransformer(lambda x: [[1.0], []] * 6), "age")],
            ValueError,
            "Part 'a': Row 1 of X has no steps",
        ),
        (
            [("a", FunctionTransformer(lambda x: [np.array([1.0, np.nan, 1.0])] * 12), "age")],
            ValueError,
            "Part 'a': Input X contains NaN in row 0, step 1, feature 0. SequenceFusion does not",
        ),
        (
            [("a", FunctionTransformer(lambda x: np.zeros((12, 2, 2, 2))), "age")],
            ValueError,
            "Part 'a' has shape (12, 2, 2, 2), but static numbers are",
        ),
    ],
)
def test_wrong_transformers(transformers, error, message):
    fails(SequenceFusion(transformers), error, message, FRAME)


@pytest.mark.parametrize(
    ("X", "error", "message"),
    [
        (FRAME.to_numpy().tolist(), TypeError, "SequenceFusion got a list as X, but needs columns"),
        (dict(FRAME), TypeError, "SequenceFusion got a dict as X, but needs columns"),
        (None, TypeError, "SequenceFusion got None as X, but needs columns"),
        ((row for row in FRAME.to_numpy()), TypeError, "got a generator as X"),
        (FRAME["note"], TypeError, "SequenceFusion got a Series as X, but needs columns"),
        (np.zeros((2, 3, 4)), TypeError, "SequenceFusion got a ndarray as X, but needs columns"),
        (Fused({"age": np.zeros(3)}), TypeError, "SequenceFusion got a Fused as X"),
        (FRAME.iloc[:0], ValueError, "Found array with 0 sample(s) (shape=(0, 5))"),
    ],
)
def test_wrong_X(X, error, message):
    fails(fusion(), error, message, X)
    made = fusion().fit(FRAME)
    with pytest.raises(error, match=re.escape(message)):
        made.transform(X)


def test_a_fit_that_raises_leaves_what_was_fitted():
    made = fusion().fit(FRAME)
    answer = made.transform(FRAME)
    fails(made, ValueError, "Part 'size': ", FRAME.drop(columns="height"))
    assert made.transform(FRAME).equals(answer)


def test_not_fitted():
    with pytest.raises(NotFittedError):
        fusion().transform(FRAME)
    with pytest.raises(NotFittedError):
        check_is_fitted(fusion())


def test_a_slice_takes_all_columns():
    X = np.arange(6.0).reshape(2, 3)
    fused = SequenceFusion([("all", "passthrough", slice(None))]).fit_transform(X)
    np.testing.assert_array_equal(fused["all"], X)


def test_frames_of_other_libraries_are_to_be_converted():
    class Frame:
        columns = ("a", "b")
        to_pandas = None

    with pytest.raises(TypeError, match=r"got a Frame as X, but needs columns.* Use X\.to_pandas"):
        SequenceFusion([("a", "passthrough", ["a"])]).fit(Frame())


def test_weights_that_would_not_arrive_are_refused():
    part = ("series", SequenceScaler(), "series")
    with config_context(enable_metadata_routing=True):
        SequenceFusion([part]).fit(FRAME)
        asking = make_pipeline(SequenceScaler().set_fit_request(sample_weight=True))
        for transformer in (asking, asking[0]):
            model = SequenceFusion([("series", transformer, "series")])
            with pytest.raises(ValueError, match="Part 'series': its transformer asks for"):
                model.fit(FRAME)
        asking[0].set_fit_request(sample_weight=False)
        SequenceFusion([("series", asking, "series")]).fit(FRAME)
