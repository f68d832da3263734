import copy
import pickle
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks, get_tags

from skrnn.data import Ragged
from skrnn.preprocessing import SequenceTokenizer, tokenizer
from skrnn.preprocessing.words import cut_words

TEXTS = ["The cat sat.", "the dog sat; the cat ran", "", "A dog!"]
ANY = st.lists(st.text(st.characters(), max_size=20), min_size=1, max_size=5)


def dashes(text):
    return text.split("-")


def has_tokens(texts):
    return any(text.split() for text in texts)


# -- the vocabulary -----------------------------------------------------------------------


def test_ids_by_frequency_then_alphabet():
    model = SequenceTokenizer().fit(TEXTS)
    assert list(model.vocabulary_.items()) == [
        ("the", 2),
        ("cat", 3),
        ("dog", 4),
        ("sat", 5),
        ("!", 6),
        (".", 7),
        (";", 8),
        ("a", 9),
        ("ran", 10),
    ]
    ids = model.transform(TEXTS)
    assert isinstance(ids, Ragged)
    assert ids.dtype == np.int64
    rows = [[2, 3, 5, 7], [2, 4, 5, 8, 2, 3, 10], [1], [9, 4, 6]]
    assert [row.tolist() for row in ids] == rows
    assert model.transform(["A bird."])[0].tolist() == [9, 1, 7]


def test_fewer_tokens():
    assert list(SequenceTokenizer(vocabulary_size=2).fit(TEXTS).vocabulary_) == ["the", "cat"]
    often = SequenceTokenizer(min_frequency=2).fit(TEXTS)
    assert list(often.vocabulary_) == ["the", "cat", "dog", "sat"]
    assert often.transform(TEXTS)[3].tolist() == [1, 4, 1]
    both = SequenceTokenizer(min_frequency=3, vocabulary_size=3).fit(TEXTS)
    assert list(both.vocabulary_) == ["the"]


@pytest.mark.parametrize(("n", "kept"), [(9_999, {1, 2, 5}), (10_001, {2, 5})])
def test_min_frequency_follows_the_number_of_tokens(n, kept):
    often = ["five"] * 5 + ["twice"] * 2 + ["once"]
    texts = [" ".join(often), " ".join(["much"] * (n - len(often)))]
    names = {1: "once", 2: "twice", 5: "five"}
    assert set(SequenceTokenizer().fit(texts).vocabulary_) == {"much", *map(names.get, kept)}


def test_min_frequency_of_much_text(monkeypatch):
    monkeypatch.setattr(tokenizer, "AUTO_FREQUENCY", ((1, 2), (2, 4), (5, 100)))
    assert set(SequenceTokenizer().fit(["a a a a b b b b b"]).vocabulary_) == {"b"}


def test_capital_letters():
    kept = SequenceTokenizer(lowercase=False).fit(TEXTS)
    assert {"The", "the", "A"} <= set(kept.vocabulary_)
    lists = SequenceTokenizer().fit([["The", "the"], ["THE"]])
    assert lists.vocabulary_ == {"the": 2}


@given(ANY.filter(has_tokens))
def test_vocabulary_of_any_texts(texts):
    tokens = [token for text in texts for token in cut_words(text.lower())]
    expected = sorted(Counter(tokens).items(), key=lambda item: (-item[1], item[0]))
    vocabulary = SequenceTokenizer().fit(texts).vocabulary_
    assert list(vocabulary) == [token for token, _ in expected]
    assert list(vocabulary.values()) == list(range(2, len(vocabulary) + 2))


# -- unknown tokens, length ------------------------------------------------------------------


def test_unknown_tokens():
    X = ["bird sat", "birds fly", "the bird ran"]
    model = SequenceTokenizer(unknown="drop").fit(TEXTS)
    assert [row.tolist() for row in model.transform(X)] == [[5], [1], [2, 10]]
    model.set_params(unknown="error")
    with pytest.raises(ValueError, match=r"Row 1 of X holds 'birds', which is not in the vocab"):
        model.transform(["sat", "the birds fly", "bird"])
    assert model.transform(TEXTS)[2].tolist() == [1]  # an empty text is no unknown token
    rare = SequenceTokenizer(unknown="error", min_frequency=2)
    with pytest.raises(ValueError, match=r"Row 0 of X holds '\.'"):
        rare.fit_transform(TEXTS)
    assert not hasattr(rare, "vocabulary_")


def test_length():
    rows = {"post": [[2, 4], [1], [9, 4]], "pre": [[3, 10], [1], [4, 6]]}
    for truncating, expected in rows.items():
        model = SequenceTokenizer(max_length=2, truncating=truncating).fit(TEXTS)
        ids = model.transform(TEXTS[1:])
        assert [row.tolist() for row in ids] == expected
        assert len(ids.values) == 5  # what is cut off takes no memory
        assert len(model.vocabulary_) == 9  # but was counted
    assert SequenceTokenizer(max_length=7).fit_transform(TEXTS).lengths.max() == 7
    dropped = SequenceTokenizer(max_length=1, unknown="drop", min_frequency=2).fit_transform(TEXTS)
    assert [row.tolist() for row in dropped] == [[2], [2], [1], [4]]  # dropped, then cut


# -- there and back ----------------------------------------------------------------------------


@given(ANY.filter(any))
def test_characters_come_back(texts):
    model = SequenceTokenizer(analyzer="char", lowercase=False)
    ids = model.fit_transform(texts)
    assert model.inverse_transform(ids) == [text or "\ufffd" for text in texts]


@given(ANY.filter(has_tokens), ANY, st.booleans())
def test_words_come_back(texts, others, lowercase):
    model = SequenceTokenizer(lowercase=lowercase)
    ids = model.fit_transform(texts)
    back = model.inverse_transform(ids)
    tokens = [cut_words(text.lower() if lowercase else text) or ["\ufffd"] for text in texts]
    assert [cut_words(text) for text in back] == tokens
    assert model.transform(back).equals(ids)
    ids = model.transform(others)  # with words that are not known
    assert model.transform(model.inverse_transform(ids)).equals(ids)


@pytest.mark.parametrize("analyzer", ["word", "char", str.split, dashes])
@given(texts=ANY.filter(has_tokens))
def test_fit_transform_and_rows_on_their_own(analyzer, texts):
    model = SequenceTokenizer(analyzer=analyzer)
    ids = model.fit_transform(texts)
    assert ids.equals(model.transform(texts))
    assert ids.lengths.min() >= 1
    for i, text in enumerate(texts):
        assert model.transform([text]).equals(ids[[i]])


def test_lists_of_tokens():
    X = [["New York", "is"], ["Is", "big"], []]
    model = SequenceTokenizer()
    ids = model.fit_transform(X)
    assert model.vocabulary_ == {"is": 2, "big": 3, "new york": 4}
    assert model.inverse_transform(ids) == [["new york", "is"], ["is", "big"], ["\ufffd"]]
    assert model.transform(["is it big"])[0].tolist() == [2, 1, 3]  # texts are cut
    texts = SequenceTokenizer().fit(["is big"])
    assert texts.transform([["big", "New York"]])[0].tolist() == [2, 1]
    assert texts.inverse_transform([[2, 3]]) == ["big is"]


def test_a_function():
    model = SequenceTokenizer(analyzer=dashes, lowercase=False)
    ids = model.fit_transform(["A-b", "b", ""])
    assert model.vocabulary_ == {"b": 2, "": 3, "A": 4}
    assert model.inverse_transform(ids) == [["A", "b"], ["b"], [""]]


@pytest.mark.parametrize(
    "ids",
    [
        Ragged.from_rows([[2, 3], [9]]),
        Ragged(np.array([9, 2, 3]), [2, 1], [1, 0]),
        [[2, 3], [9]],
        np.array([[2, 3], [9, 0]]),
        np.array([[0, 2, 3], [0, 0, 9]]),
        pd.DataFrame({"x": [np.array([2, 3]), np.array([9])]}),
        pd.Series([[2, 3], [9]]),
    ],
    ids=lambda ids: type(ids).__name__,
)
def test_ids_in_many_containers(ids):
    assert SequenceTokenizer().fit(TEXTS).inverse_transform(ids) == ["the cat", "a"]


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (
            [[2], [3, 11]],
            "Row 1 of X holds the id 11, but the vocabulary of this tokenizer ends at",
        ),
        ([[2, -1]], "negative token id -1"),
        ([[0.5, 1.0]], "inverse_transform reads the integer ids that transform gives"),
        (["the cat"], "inverse_transform reads the integer ids that transform gives"),
        ([], "Found array with 0 sample(s)"),
        ([2, 3], "Reshape your data: [X]"),
        (np.ones((2, 2, 1), int), "inverse_transform reads the integer ids that transform gives"),
    ],
)
def test_wrong_ids(ids, message):
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        SequenceTokenizer().fit(TEXTS).inverse_transform(ids)
    assert "embedding_dim" not in str(caught.value)


# -- containers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "X",
    [TEXTS, tuple(TEXTS), np.array(TEXTS), np.array(TEXTS, dtype=object), pd.Series(TEXTS)],
    ids=lambda X: type(X).__name__,
)
def test_one_dimension_gives_a_ragged(X):
    model = SequenceTokenizer()
    expected = SequenceTokenizer().fit_transform(TEXTS)
    assert model.fit_transform(X).equals(expected)
    assert model.transform(X).equals(expected)
    assert not hasattr(model, "n_features_in_")
    assert model.get_feature_names_out().tolist() == ["x0"]
    assert model.get_feature_names_out(["review"]).tolist() == ["review"]


def test_a_frame_gives_a_frame():
    X = pd.DataFrame({"review": TEXTS}, index=list("wxyz"))
    expected = SequenceTokenizer().fit_transform(TEXTS)
    for output in (None, "default", "pandas"):
        model = SequenceTokenizer().set_output(transform=output)
        for ids in (model.fit_transform(X), model.transform(X)):
            assert ids.columns.tolist() == ["review"]
            assert ids.index.tolist() == list("wxyz")
            assert Ragged.from_rows(ids["review"]).equals(expected)
        assert model.n_features_in_ == 1
        assert model.feature_names_in_.tolist() == ["review"]
        assert model.get_feature_names_out().tolist() == ["review"]
        with pytest.raises(ValueError, match="not equal to feature_names_in_"):
            model.get_feature_names_out(["other"])
    assert model.transform(TEXTS).equals(expected)
    with pytest.raises(ValueError, match="The feature names should match"):
        model.transform(X.rename(columns={"review": "title"}))
    assert not hasattr(model.fit(TEXTS), "feature_names_in_")
    assert model.transform(X).shape == (4, 1)


def test_a_column_gives_a_column():
    X = np.array(TEXTS, dtype=object)[:, None]
    model = SequenceTokenizer()
    ids = model.fit_transform(X)
    assert ids.shape == (4, 1)
    assert ids.dtype == object
    assert model.n_features_in_ == 1
    assert ids[1, 0].tolist() == [2, 4, 5, 8, 2, 3, 10]


@pytest.mark.parametrize("output", ["default", "pandas"])
@pytest.mark.parametrize("frame", [True, False])
def test_in_a_column_transformer(output, frame):
    if output == "pandas" and not frame:
        pytest.skip("scikit-learn asks for a frame")
    X = pd.DataFrame({"stars": [1.0, 2.0, 3.0, 4.0], "review": TEXTS})
    columns = ["review"] if frame else [1]
    tables = ColumnTransformer([("text", SequenceTokenizer(), columns)])
    tables.set_output(transform=output)
    ids = tables.fit_transform(X if frame else X.to_numpy(dtype=object))
    expected = SequenceTokenizer().fit_transform(TEXTS)
    cells = ids.iloc[:, 0] if output == "pandas" else ids[:, 0]
    assert Ragged.from_rows(cells).equals(expected)
    if output == "pandas":
        assert ids.columns.tolist() == ["text__review"]
    if frame:
        assert tables.get_feature_names_out().tolist() == ["text__review"]


def test_set_output_knows_its_containers():
    with pytest.raises(ValueError, match="transform='polars' is not known"):
        SequenceTokenizer().set_output(transform="polars")


def test_the_texts_are_not_changed():
    X = np.array(TEXTS, dtype=object)
    X.flags.writeable = False
    lists = [["A"], ["b"]]
    SequenceTokenizer().fit_transform(X)
    SequenceTokenizer().fit_transform(lists)
    assert X.tolist() == TEXTS
    assert lists == [["A"], ["b"]]


# -- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("params", "X", "message"),
    [
        ({}, "one text", "SequenceTokenizer got one text as X."),
        ({}, ["", "  "], "No token of X occurs 1 times or more (no text has a token)"),
        ({"min_frequency": 9}, TEXTS, "(the most frequent occurs 3 times), so that the vocabulary"),
        ({"analyzer": "char"}, [["a"]], "X holds lists of tokens, but analyzer='char' cuts texts"),
        ({"analyzer": "syllable"}, TEXTS, "The 'analyzer' parameter of SequenceTokenizer must be"),
        ({"vocabulary_size": 0}, TEXTS, "The 'vocabulary_size' parameter"),
        ({"min_frequency": 0.5}, TEXTS, "The 'min_frequency' parameter"),
        ({"lowercase": "yes"}, TEXTS, "The 'lowercase' parameter"),
        ({"unknown": "ignore"}, TEXTS, "The 'unknown' parameter"),
        ({"max_length": 0}, TEXTS, "The 'max_length' parameter"),
        ({"truncating": "middle"}, TEXTS, "The 'truncating' parameter"),
    ],
)
def test_errors_teach(params, X, message):
    model = SequenceTokenizer().fit(TEXTS).set_params(**params)
    before = vars(model).copy()
    for fit in (model.fit, model.fit_transform):
        with pytest.raises((ValueError, TypeError), match=re.escape(message)):
            fit(X)
        assert vars(model) == before


def test_not_fitted():
    for ask in (SequenceTokenizer().transform, SequenceTokenizer().inverse_transform):
        with pytest.raises(NotFittedError):
            ask(TEXTS)


# -- what scikit-learn expects ------------------------------------------------------------------


def test_clone_pickle_and_deepcopy():
    model = SequenceTokenizer(analyzer=dashes, max_length=3).fit(TEXTS)
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "vocabulary_")
    for twin in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert twin.vocabulary_ == model.vocabulary_
        assert twin.transform(TEXTS).equals(model.transform(TEXTS))


def test_tags():
    tags = get_tags(SequenceTokenizer())
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert not tags.input_tags.allow_nan
    assert tags.requires_fit
    assert not tags.target_tags.required


@pytest.mark.filterwarnings("ignore:Can't test estimator:sklearn.exceptions.SkipTestWarning")
def test_check_estimator():
    # scikit-learn tries few of its checks on what reads text; these others hold as well.
    results = estimator_checks.check_estimator(SequenceTokenizer(), on_skip=None)
    assert {result["status"] for result in results} == {"passed"}
    for check in (
        estimator_checks.check_no_attributes_set_in_init,
        estimator_checks.check_parameters_default_constructible,
        estimator_checks.check_get_params_invariance,
        estimator_checks.check_set_params,
        estimator_checks.check_do_not_raise_errors_in_init_or_set_params,
        estimator_checks.check_estimator_repr,
        estimator_checks.check_estimator_cloneable,
        estimator_checks.check_estimator_tags_renamed,
        estimator_checks.check_valid_tag_types,
        estimator_checks.check_param_validation,
    ):
        check("SequenceTokenizer", SequenceTokenizer())


# -- pretrained vectors -------------------------------------------------------------------------

VECTORS = {"the": [1.0, 2.0], "dog": [3.0, 4.0], "bird": [5.0, 6.0]}


class Precious(dict):
    def __deepcopy__(self, memo):
        raise AssertionError("copied")


def test_a_ragged_carries_the_vectors():
    model = SequenceTokenizer(vectors=VECTORS)
    ids = model.fit_transform(TEXTS)
    table = model.vectors_
    assert table.shape == (11, 2)
    assert table[[2, 4]].tolist() == [[1, 2], [3, 4]]
    assert np.isnan(np.delete(table, [2, 4], axis=0)).all()
    assert ids.vectors is table
    assert model.transform(pd.Series(TEXTS)).vectors is table
    short = SequenceTokenizer(vectors=VECTORS, max_length=2, unknown="drop").fit(TEXTS)
    assert short.transform(TEXTS).vectors is short.vectors_
    assert SequenceTokenizer().fit(TEXTS).vectors_ is None
    assert model.inverse_transform(ids)[0] == "the cat sat ."


def test_vectors_of_a_file(tmp_path):
    path = tmp_path / "words.vec"
    path.write_text("3 2\nthe 1 2\ndog 3 4\nbird 5 6\n")
    model = SequenceTokenizer(vectors=path).fit(TEXTS)
    expected = SequenceTokenizer(vectors=VECTORS).fit(TEXTS).vectors_
    np.testing.assert_array_equal(model.vectors_, expected)
    assert clone(model).vectors == path
    twin = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(twin.transform(TEXTS).vectors, expected)


def test_clones_share_the_vectors():
    precious = Precious(VECTORS)
    model = SequenceTokenizer(vectors=precious, max_length=2, analyzer=dashes)
    twin = clone(clone(model).fit(["the-dog"]))
    assert twin.vectors is precious
    assert twin.get_params() == model.get_params()
    assert not hasattr(twin, "vectors_")


@pytest.mark.parametrize(
    ("vectors", "X", "message"),
    [
        (VECTORS, pd.DataFrame({"a": TEXTS}), "the cells of a table cannot carry pretrained vec"),
        (VECTORS, np.array(TEXTS)[:, None], "the cells of a table cannot carry pretrained vectors"),
        ({"bird": [1.0]}, TEXTS, "None of the 9 tokens of the vocabulary is found in vectors."),
        (3, TEXTS, "The 'vectors' parameter of SequenceTokenizer must be"),
        ([[1.0]], TEXTS, "vectors is of type list; expected the path of a text file"),
        ("/no/such/file.vec", TEXTS, "No such file"),
    ],
)
def test_wrong_vectors(vectors, X, message):
    model = SequenceTokenizer().fit(TEXTS).set_params(vectors=vectors)
    before = vars(model).copy()
    for fit in (model.fit, model.fit_transform):
        with pytest.raises((ValueError, TypeError, OSError), match=re.escape(message)):
            fit(X)
        assert vars(model) == before
