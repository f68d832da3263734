"""Wrong calls: each gets one exact message that teaches, and leaves the estimator as it was."""

import re

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skrnn import RNNClassifier, RNNEncoder, RNNRegressor
from skrnn.cells import CELLS
from skrnn.data import Ragged

SMALL = {
    "hidden_size": 3,
    "num_layers": 1,
    "bidirectional": False,
    "dropout": 0.0,
    "pooling": "mean",
    "stem": None,
    "batch_size": 32,
    "max_epochs": 1,
    "lr_schedule": "constant",
    "device": "cpu",
    "random_state": 0,
}
N = 8
RNG = np.random.default_rng(0)
CUBE = RNG.normal(size=(N, 5, 2))
FLAT = CUBE[:, :, 0]
ROWS = [row[: 2 + i % 4] for i, row in enumerate(CUBE)]
Y = np.tile([0, 1], N // 2)
TOKENS = [[1, 2, 3], [4, 5]] * (N // 2)

CLASSIFIER = RNNClassifier(**SMALL)
REGRESSOR = RNNRegressor(**SMALL, loss="gaussian")
ENCODER = RNNEncoder(**SMALL)
METHODS = {
    RNNClassifier: ["predict", "predict_proba", "predict_log_proba", "decision_function", "score"],
    RNNRegressor: ["predict", "predict_quantiles", "predict_distribution", "score"],
    RNNEncoder: ["transform"],
}
MODELS = {type(model).__name__: model for model in (CLASSIFIER, REGRESSOR, ENCODER)}
FITTED = {name: clone(model).fit(CUBE, Y) for name, model in MODELS.items()}
FITS = {RNNClassifier: ["fit", "partial_fit"], RNNRegressor: ["fit", "partial_fit"]}


def fails(model, error, message, call):
    """Check the exact message, and that the estimator is as before."""
    before = joblib.hash(vars(model))
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()
    assert joblib.hash(vars(model)) == before


def calls_of_fit(name, X, y):
    """Yield every call that trains, of a fresh and of a fitted estimator."""
    for model in (clone(MODELS[name]), FITTED[name]):
        for method in FITS.get(type(model), ["fit", "fit_transform"]):
            yield model, lambda model=model, method=method: getattr(model, method)(X, y)


def calls_of_answers(name, X):
    """Yield every call that asks a fitted estimator."""
    model = FITTED[name]
    for method in METHODS[type(model)]:
        rest = (Y,) if method == "score" else ()
        yield model, lambda method=method, rest=rest: getattr(model, method)(X, *rest)


# -- X ---------------------------------------------------------------------------------------

FORMS = (
    "X may be a list of arrays (steps, features) or (steps,), an array or tensor "
    "(n, steps, features), an array or DataFrame (n, steps), or a skrnn.data.Ragged."
)
TEXT = (
    " Raw text becomes token ids through skrnn.preprocessing.SequenceTokenizer (then set "
    "embedding_dim); other strings must be turned into numbers first."
)
NO_IDS = (
    " Put a skrnn.preprocessing.SequenceTokenizer in front of it, in a Pipeline; it makes ids of "
    "raw text."
)
NESTED = " If X holds documents, each a list of sentences, set hierarchical=True."
GAP = "Fill the gap first, with skrnn.preprocessing.SequenceImputer."
FLAT_GAP = (
    "In a 2-D X only NaN at the end of a row is padding; for series padded in front pass the 3-D "
    f"X[..., None], where both ends count. {GAP}"
)


def spoilt(X, value, *place):
    X = X.copy()
    X[place] = value
    return X


MULTI = pd.MultiIndex.from_product([range(N), range(5)], names=["id", "time"])
BAD_X = {
    "generator": (
        (row for row in ROWS),
        TypeError,
        "{owner} got a generator as X. It can be read only once; pass a list, list(X). " + FORMS,
    ),
    "string": (
        "abc",
        TypeError,
        "{owner} got a str as X. One text is not a list of sequences; pass a list of texts to "
        "SequenceTokenizer. " + FORMS,
    ),
    "dict": (
        {"a": ROWS[0]},
        TypeError,
        "{owner} got a dict as X. Pass its sequences as a list, list(X.values()). " + FORMS,
    ),
    "None": (None, TypeError, "{owner} got None as X. " + FORMS),
    "set": ({1, 2}, TypeError, "{owner} got a set as X. A set has no order; pass a list. " + FORMS),
    "number": (5, TypeError, "{owner} got an int as X. " + FORMS),
    "object": (slice(3), TypeError, "{owner} got a slice as X. " + FORMS),
    "sparse": (
        csr_matrix(FLAT),
        TypeError,
        "Sparse data was passed for X, but dense data is required. Use '.toarray()' to convert to "
        "a dense numpy array.",
    ),
    "numbers in a list": (
        [1.0, 2.0],
        ValueError,
        "Expected 2D array, got 1D array instead: X holds 2 single values, no sequences. Reshape "
        "your data: [X] or array.reshape(1, -1) is one sequence of 2 steps, array.reshape(-1, 1) "
        "is 2 sequences of one step.",
    ),
    "1-D": (
        np.array([1.0, 2.0]),
        ValueError,
        "Expected 2D array, got 1D array instead:\narray=[1. 2.].\nReshape your data either using "
        "array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) if it "
        "contains a single sample.",
    ),
    "4-D": (
        CUBE[..., None],
        ValueError,
        "Found array with dim 4, while dim <= 3 is required by {owner}: shape (8, 5, 2, 1) is not "
        "(n, steps, features). Join the last axes into one, e.g. X.reshape(len(X), X.shape[1], "
        "-1)." + NESTED,
    ),
    "complex": (
        CUBE + 1j,
        ValueError,
        "Complex data not supported: X has dtype complex128. Pass the real and the imaginary part "
        "as two features.",
    ),
    "texts": (
        ["good", "bad"] * 4,
        ValueError,
        "Row 0 of X holds text ('good'), but {owner} reads numbers." + TEXT,
    ),
    "strings": (
        [[1.0, "x"]] * N,
        ValueError,
        "Row 0 of X holds text ('1.0'), but {owner} reads numbers." + TEXT,
    ),
    "frame of strings": (
        pd.DataFrame({"a": ["x"] * N, "b": 1.0}),
        ValueError,
        "Column 'a' of X holds text ('x'), but {owner} reads numbers." + TEXT,
    ),
    "dates": (
        np.full((N, 5), np.datetime64("2020-01-01")),
        ValueError,
        "X has dtype datetime64[D], but {owner} reads numbers; turn dates and durations into "
        "numbers first, e.g. the days since the first one.",
    ),
    "frame of dates": (
        pd.DataFrame({"a": pd.to_datetime(["2020-01-01"] * N), "b": 1.0}),
        ValueError,
        "Column 'a' of X holds dates, but {owner} reads numbers; drop it, or turn it into numbers "
        "first, e.g. the days since the first one.",
    ),
    "objects": (
        [[object(), 1.0]] * N,
        TypeError,
        "Row 0 of X holds objects that are no numbers, but {owner} reads numbers: float() argument "
        "must be a string or a real number, not 'object'",
    ),
    "NaN in the middle": (
        spoilt(CUBE, np.nan, 3, 2),
        ValueError,
        "Input X contains NaN in row 3, step 2, feature 0. {owner} does not accept missing values "
        "within a sequence. NaN counts as padding only at the start or end of a row and in all "
        f"features of a step. {GAP}",
    ),
    "NaN in one feature": (
        spoilt(CUBE, np.nan, 3, 4, 1),
        ValueError,
        "Input X contains NaN in row 3, step 4, feature 1. {owner} does not accept missing values "
        "within a sequence. NaN counts as padding only at the start or end of a row and in all "
        f"features of a step. {GAP}",
    ),
    "NaN behind padding": (
        spoilt(spoilt(CUBE, np.nan, 3, 0), np.nan, 3, 2),
        ValueError,
        "Input X contains NaN in row 3, step 2, feature 0. {owner} does not accept missing values "
        "within a sequence. NaN counts as padding only at the start or end of a row and in all "
        f"features of a step. {GAP}",
    ),
    "leading NaN in 2-D": (
        spoilt(FLAT, np.nan, 3, 0),
        ValueError,
        "Input X contains NaN in row 3, step 0, feature 0. {owner} does not accept missing values "
        "within a sequence. " + FLAT_GAP,
    ),
    "a row of NaN": (
        spoilt(CUBE, np.nan, 3),
        ValueError,
        "Row 3 of X has no steps left: all its values are NaN, which is padding. Leave the row "
        "out, in y too.",
    ),
    "infinity": (
        spoilt(CUBE, -np.inf, 3, 2, 1),
        ValueError,
        "Input X contains infinity (-inf) in row 3, step 2, feature 1. {owner} needs finite "
        "numbers: replace or clip the value first.",
    ),
    "masked": (
        np.ma.masked_greater(FLAT, 0),
        ValueError,
        "X is a masked array with masked values; fill them first: .filled(np.nan) marks padding "
        "at the start or end of a row.",
    ),
    "no rows": (
        [],
        ValueError,
        "Found array with 0 sample(s) (shape=(0,)) while a minimum of 1 is required by {owner}.",
    ),
    "no rows in 3-D": (
        CUBE[:0],
        ValueError,
        "Found array with 0 sample(s) (shape=(0, 5, 2)) while a minimum of 1 is required by "
        "{owner}.",
    ),
    "no steps": (
        CUBE[:, :0],
        ValueError,
        "Found array with 0 step(s) (shape=(8, 0, 2)) while a minimum of 1 is required by {owner}.",
    ),
    "no features": (
        CUBE[:, :, :0],
        ValueError,
        "Found array with 0 feature(s) (shape=(8, 5, 0)) while a minimum of 1 is required by "
        "{owner}.",
    ),
    "a row without steps": (
        [*ROWS[:7], np.empty((0, 2))],
        ValueError,
        "Row 7 of X has no steps; every sequence needs at least one. Leave the row out, in y too.",
    ),
    "rows of unequal features": (
        [*ROWS[:7], np.ones((4, 3))],
        ValueError,
        "Row 7 of X has 3 features per step, but row 0 has 2; {owner} needs the same features in "
        "every row. Each row must be (steps, features).",
    ),
    "rows with swapped axes": (
        [row[: 3 + i % 2].T for i, row in enumerate(CUBE)],
        ValueError,
        "Row 1 of X has 4 features per step, but row 0 has 3; {owner} needs the same features in "
        "every row. The rows look like (features, steps); transpose them: [x.T for x in X].",
    ),
    "steps of unequal features": (
        [[[1, 2], [3]]] * N,
        ValueError,
        "Row 0 of X cannot be read as one array, because the lists in it differ in length; a "
        "sequence is (steps,) or (steps, features), with the same features at every step." + NESTED,
    ),
    "a number among rows": (
        [*ROWS[:7], 5.0],
        TypeError,
        "Row 7 of X is a float, not a sequence; each row must be an array of shape (steps,) or "
        "(steps, features).",
    ),
    "Ragged in a list": (
        [Ragged.from_rows(ROWS)],
        TypeError,
        "Row 0 of X is a Ragged of 8 sequences, not one sequence; join a list of them with "
        "Ragged.concatenate(X)." + NESTED,
    ),
    "Ragged of ids": (
        Ragged.from_rows(TOKENS),
        ValueError,
        "X is a Ragged of token ids, but {owner} reads numbers: set embedding_dim to the size of "
        "the vector each token gets, or build the Ragged from values of shape (N, F).",
    ),
    "time in the rows": (
        pd.DataFrame(CUBE.reshape(-1, 2), index=MULTI),
        ValueError,
        "X has an index of 2 levels (id, time), so its rows are steps, not sequences. Make one "
        "array per sequence: X = [g.to_numpy() for _, g in X.groupby(level=0, sort=False)]. If "
        "each row is a whole series, drop the index: X.reset_index(drop=True).",
    ),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", BAD_X)
def test_wrong_X(kind, name):
    X, error, message = BAD_X[kind]
    message = message.format(owner=name)
    for model, call in [*calls_of_fit(name, X, Y), *calls_of_answers(name, X)]:
        fails(model, error, message, call)


UNLIKE = (
    "X has {got} features per step, but {owner} was fitted with 2. Sequences are (n_steps, "
    "n_features) and 3-D arrays (n_samples, n_steps, n_features)."
)


@pytest.mark.parametrize("name", MODELS)
def test_another_width_than_in_fit(name):
    for X, got in ((CUBE[:, :, :1], 1), (CUBE.transpose(0, 2, 1), 5), (FLAT, 1)):
        calls = list(calls_of_answers(name, X))
        if name != "RNNEncoder":
            calls.append((FITTED[name], lambda X=X: FITTED[name].partial_fit(X, Y)))
        for model, call in calls:
            fails(model, ValueError, UNLIKE.format(got=got, owner=name), call)
    table = clone(MODELS[name]).fit(FLAT, Y)
    message = f"X has 4 features, but {name} is expecting 5 features as input."
    for method in METHODS[type(table)]:
        rest = (Y,) if method == "score" else ()
        fails(
            table, ValueError, message, lambda m=method, r=rest: getattr(table, m)(FLAT[:, 1:], *r)
        )


@pytest.mark.parametrize("name", MODELS)
def test_before_fit(name):
    model = clone(MODELS[name])
    message = (
        f"This {name} instance is not fitted yet. Call 'fit' with appropriate arguments before "
        "using this estimator."
    )
    for method in METHODS[type(model)]:
        rest = (Y,) if method == "score" else ()
        fails(model, NotFittedError, message, lambda m=method, r=rest: getattr(model, m)(CUBE, *r))


# -- token ids ----------------------------------------------------------------------------------

NOT_IDS = (
    "but embedding_dim is set, so X must hold integer token ids; convert with .astype(int), or "
    "set embedding_dim=None to let {owner} read X as numbers."
)
BAD_IDS = {
    "floats": ([[1.0, 2.0]] * N, "Row 0 of X holds floats, " + NOT_IDS),
    "2-D floats": (FLAT, "X holds floats, " + NOT_IDS),
    "bools": ([[True]] * N, "Row 0 of X holds booleans, " + NOT_IDS),
    "negative": (
        [*TOKENS[:7], [1, -2]],
        "Row 7 of X holds the negative token id -2 at step 1; ids are 1, 2, 3, ..., and 0 is "
        "padding.",
    ),
    "0 in the middle": (
        [*TOKENS[:7], [0, 1, 0, 2]],
        "Row 7 of X holds the token id 0 at step 2, between other ids; 0 is padding and may only "
        "stand at the start or end of a row. Number the tokens from 1.",
    ),
    "0 only": (
        [*TOKENS[:7], [0, 0]],
        "Row 7 of X has no steps left: all its values are 0, which is padding. Leave the row out, "
        "in y too.",
    ),
    "too large": (
        [np.array([2**63 + 1], dtype=np.uint64)] * N,
        "Row 0 of X holds the token id 9223372036854775809, which is too large; number the tokens "
        "1, 2, 3, ...",
    ),
    "3-D": (
        np.ones((N, 5, 2), dtype=int),
        "X has shape (8, 5, 2), but embedding_dim is set, so X must hold one integer token id per "
        "step: lists of ids or shape (n, steps). Set embedding_dim=None to read X as numbers."
        + NESTED,
    ),
    "documents": (
        [[[1, 2], [3]]] * N,
        "Row 0 of X cannot be read as one array, because the lists in it differ in length; a "
        "sequence is (steps,) or (steps, features), with the same features at every step." + NESTED,
    ),
    "text": (["a b"] * N, "Row 0 of X holds text ('a b'), but {owner} reads token ids." + NO_IDS),
    "Ragged of numbers": (
        Ragged.from_rows(ROWS),
        "X is a Ragged of numbers, but embedding_dim is set, so X must hold integer token ids: set "
        "embedding_dim=None, or build the Ragged from a 1-D integer array.",
    ),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", BAD_IDS)
def test_wrong_ids(kind, name):
    X, message = BAD_IDS[kind]
    fresh = clone(MODELS[name]).set_params(embedding_dim=2)
    fitted = clone(fresh).fit(TOKENS, Y)
    method = METHODS[type(fresh)][0]
    message = message.format(owner=name)
    for model, call in (
        (fresh, lambda: fresh.fit(X, Y)),
        (fitted, lambda: fitted.fit(X, Y)),
        (fitted, lambda: getattr(fitted, method)(X)),
    ):
        fails(model, ValueError, message, call)


# -- documents ----------------------------------------------------------------------------------

DOCUMENT_FORMS = (
    "X may be a list of documents, each a list of sentences (steps, features) or (steps,), or an "
    "array or tensor (n, sentences, steps, features)."
)
ID_FORMS = (
    "X may be a list of documents, each a list of sentences of token ids, or an integer array (n, "
    "sentences, steps) padded with 0."
)
NOT_NESTED = ", but hierarchical=True reads documents of sentences: "
UNSET = " Set hierarchical=False to read X as sequences."
DOCS = [[row, row[:1]] for row in ROWS]
ID_DOCS = [[row, row[:1]] for row in TOKENS]
BLOCK = np.stack([CUBE, CUBE], 1)  # (n, S, T, F)
ID_BLOCK = np.ones((N, 2, 5), dtype=int)
ROW_GAP = (
    "{owner} does not accept missing values within a sequence. NaN counts as padding only at the "
    f"start or end of a sentence and in all features of a step. {GAP}"
)
BAD_DOCUMENTS = {
    "None": (None, TypeError, "{owner} got None as X. " + DOCUMENT_FORMS),
    "string": (
        "abc",
        TypeError,
        "{owner} got a str as X. One text is not a list of sequences; pass a list of texts to "
        "SequenceTokenizer. " + DOCUMENT_FORMS,
    ),
    "none": (
        [],
        ValueError,
        "Found array with 0 sample(s) (shape=(0,)) while a minimum of 1 is required by {owner}.",
    ),
    "3-D": (
        CUBE,
        ValueError,
        "X is an array of shape (8, 5, 2)" + NOT_NESTED + DOCUMENT_FORMS + UNSET,
    ),
    "5-D": (
        BLOCK[..., None],
        ValueError,
        "X has shape (8, 2, 5, 2, 1), which is one axis too many or more. " + DOCUMENT_FORMS,
    ),
    "sequences": (
        ROWS,
        ValueError,
        "Document 0 of X is an array of shape (2, 2)" + NOT_NESTED + DOCUMENT_FORMS + UNSET,
    ),
    "one sequence among documents": (
        [*DOCS[:7], ROWS[7]],
        ValueError,
        "Document 7 of X is an array of shape (5, 2)" + NOT_NESTED + DOCUMENT_FORMS + UNSET,
    ),
    "lists of numbers": (
        [[1.0, 2.0], [3.0]] * 4,
        ValueError,
        "Document 0 of X is a list of 2 numbers, which is one sequence"
        + NOT_NESTED
        + DOCUMENT_FORMS
        + UNSET,
    ),
    "Ragged": (
        Ragged.from_rows(ROWS),
        ValueError,
        "X is a Ragged of 8 sequences" + NOT_NESTED + DOCUMENT_FORMS + UNSET,
    ),
    "frame": (
        pd.DataFrame(CUBE[:, :, 0]),
        ValueError,
        "X is a DataFrame" + NOT_NESTED + DOCUMENT_FORMS + UNSET,
    ),
    "sparse": (
        csr_matrix(CUBE[:, :, 0]),
        ValueError,
        "X is a sparse matrix" + NOT_NESTED + DOCUMENT_FORMS + UNSET,
    ),
    "a number": (
        [*DOCS[:7], 5.0],
        TypeError,
        "Document 7 of X is a float, not a list of sentences. " + DOCUMENT_FORMS,
    ),
    "a frame": (
        [pd.DataFrame(row) for row in ROWS],
        ValueError,
        "Document 0 of X is a DataFrame, which is one sequence"
        + NOT_NESTED
        + DOCUMENT_FORMS
        + UNSET,
    ),
    "a text": (
        ["One. Two."] * N,
        ValueError,
        "Document 0 of X holds text ('One. Two.'), but {owner} reads numbers." + TEXT,
    ),
    "texts": (
        [["One.", "Two."]] * N,
        ValueError,
        "Document 0, sentence 0 of X holds text ('One.'), but {owner} reads numbers." + TEXT,
    ),
    "a Ragged of ids": (
        [Ragged.from_rows(TOKENS)] * N,
        ValueError,
        "Document 0 of X is a Ragged of token ids, but {owner} reads numbers: set embedding_dim to "
        "the size of the vector each token gets.",
    ),
    "an empty document": (
        [*DOCS[:7], []],
        ValueError,
        "Document 7 of X has no sentences; every document needs at least one. Leave the document "
        "out, in y too.",
    ),
    "an empty sentence": (
        [*DOCS[:7], [ROWS[0], ROWS[0][:0]]],
        ValueError,
        "Document 7, sentence 1 of X has no steps; every sequence needs at least one. Leave it "
        "out.",
    ),
    "a number among sentences": (
        [*DOCS[:7], [ROWS[0], 5.0]],
        TypeError,
        "Document 7, sentence 1 of X is a float, not a sequence; each sentence must be an array of "
        "shape (steps,) or (steps, features).",
    ),
    "other features": (
        [*DOCS[:7], [ROWS[0], np.ones((4, 3))]],
        ValueError,
        "Document 7, sentence 1 of X has 3 features per step, but document 0, sentence 0 has 2; "
        "{owner} needs the same features in every sentence. Each sentence must be (steps, "
        "features).",
    ),
    "a document of NaN": (
        spoilt(BLOCK, np.nan, 3),
        ValueError,
        "Document 3 of X has no sentences left: all its values are NaN; every document needs at "
        "least one. Leave the document out, in y too.",
    ),
    "a sentence of NaN before another": (
        spoilt(BLOCK, np.nan, 3, 0),
        ValueError,
        "Document 3, sentence 0 of X has no steps left: all its values are NaN, which is padding. "
        "Leave it out.",
    ),
    "NaN in the middle": (
        spoilt(BLOCK, np.nan, 3, 1, 2),
        ValueError,
        "Input X contains NaN in document 3, sentence 1, step 2, feature 0. " + ROW_GAP,
    ),
    "infinity": (
        spoilt(BLOCK, np.inf, 3, 1, 2, 1),
        ValueError,
        "Input X contains infinity (inf) in document 3, sentence 1, step 2, feature 1. {owner} "
        "needs finite numbers: replace or clip the value first.",
    ),
}
BAD_ID_DOCUMENTS = {
    "2-D": (
        ID_BLOCK[:, 0],
        "X is an array of shape (8, 5)" + NOT_NESTED + ID_FORMS + UNSET,
    ),
    "4-D": (
        ID_BLOCK[..., None],
        "X has shape (8, 2, 5, 1), which is one axis too many or more. " + ID_FORMS,
    ),
    "sequences": (
        TOKENS,
        "Document 0 of X is a list of 3 numbers, which is one sequence"
        + NOT_NESTED
        + ID_FORMS
        + UNSET,
    ),
    "floats": (
        [[[1.0, 2.0]]] * N,
        "Document 0, sentence 0 of X holds floats, " + NOT_IDS,
    ),
    "numbers": (
        DOCS,
        "Document 0, sentence 0 of X has shape (2, 2), but embedding_dim is set, so each sentence "
        "must be (steps,): one integer token id per step.",
    ),
    "a Ragged of numbers": (
        [Ragged.from_rows(ROWS)] * N,
        "Document 0 of X is a Ragged of numbers, but embedding_dim is set, so X must hold integer "
        "token ids: set embedding_dim=None, or build the Ragged from a 1-D integer array.",
    ),
    "negative": (
        [*ID_DOCS[:7], [[1], [1, -2]]],
        "Document 7, sentence 1 of X holds the negative token id -2 at step 1; ids are 1, 2, 3, "
        "..., and 0 is padding.",
    ),
    "0 in the middle": (
        [*ID_DOCS[:7], [[1], [0, 1, 0, 2]]],
        "Document 7, sentence 1 of X holds the token id 0 at step 2, between other ids; 0 is "
        "padding and may only stand at the start or end of a sentence. Number the tokens from 1.",
    ),
    "0 only": (
        spoilt(ID_BLOCK, 0, 3),
        "Document 3 of X has no sentences left: all its values are 0; every document needs at "
        "least one. Leave the document out, in y too.",
    ),
    "a sentence of 0 before another": (
        spoilt(ID_BLOCK, 0, 3, 0),
        "Document 3, sentence 0 of X has no steps left: all its values are 0, which is padding. "
        "Leave it out.",
    ),
}
NESTED_MODELS = {name: clone(m).set_params(hierarchical=True) for name, m in MODELS.items()}
NESTED_FITTED = {name: clone(m).fit(DOCS, Y) for name, m in NESTED_MODELS.items()}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", BAD_DOCUMENTS)
def test_wrong_documents(kind, name):
    X, error, message = BAD_DOCUMENTS[kind]
    fresh, fitted = clone(NESTED_MODELS[name]), NESTED_FITTED[name]
    method = METHODS[type(fresh)][0]
    for model, call in (
        (fresh, lambda: fresh.fit(X, Y)),
        (fitted, lambda: fitted.fit(X, Y)),
        (fitted, lambda: getattr(fitted, method)(X)),
    ):
        fails(model, error, message.format(owner=name), call)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", BAD_ID_DOCUMENTS)
def test_wrong_documents_of_ids(kind, name):
    X, message = BAD_ID_DOCUMENTS[kind]
    fresh = clone(NESTED_MODELS[name]).set_params(embedding_dim=2)
    fitted = clone(fresh).fit(ID_DOCS, Y)
    method = METHODS[type(fresh)][0]
    for model, call in (
        (fresh, lambda: fresh.fit(X, Y)),
        (fitted, lambda: fitted.fit(X, Y)),
        (fitted, lambda: getattr(fitted, method)(X)),
    ):
        fails(model, ValueError, message.format(owner=name), call)


@pytest.mark.parametrize("name", MODELS)
def test_documents_of_another_width_than_in_fit(name):
    model = NESTED_FITTED[name]
    method = METHODS[type(model)][0]
    message = UNLIKE.format(got=1, owner=name)
    fails(model, ValueError, message, lambda: getattr(model, method)(BLOCK[..., :1]))


# -- y and weights ------------------------------------------------------------------------------

CONTINUOUS = (
    "Unknown label type: continuous. Maybe you are trying to fit a classifier, which expects "
    "discrete classes on a regression target with continuous values."
)
BAD_Y = {
    "too short": (
        ["RNNClassifier", "RNNRegressor", "RNNEncoder"],
        Y[:5],
        "Found input variables with inconsistent numbers of samples: [8, 5]",
    ),
    "None": (
        ["RNNClassifier", "RNNRegressor"],
        None,
        "This {owner} estimator requires y to be passed, but the target y is None.",
    ),
    "NaN": (
        ["RNNClassifier", "RNNRegressor"],
        spoilt(Y.astype(float), np.nan, 3),
        "Input y contains NaN.",
    ),
    "infinity": (
        ["RNNRegressor"],
        spoilt(Y.astype(float), np.inf, 3),
        "Input y contains infinity or a value too large for dtype('float64').",
    ),
    "continuous": (["RNNClassifier"], Y + 0.5, CONTINUOUS),
    "missing label": (
        ["RNNClassifier"],
        pd.Series(["a", "b", None, "a", "b", "a", "b", "a"], dtype=object).to_numpy(),
        "Input y contains NaN: row 2 has no label. Label it, or leave the row out, in X too.",
    ),
    "mixed labels": (
        ["RNNClassifier"],
        np.array(["a", 1] * 4, dtype=object),
        "Unknown label type: y mixes strings with other labels. Make all of one type, e.g. "
        "[str(label) for label in y].",
    ),
    "sets of labels": (
        ["RNNClassifier", "RNNRegressor"],
        [[0], [0, 1]] * 4,
        "y holds lists of unequal length, but must hold one answer per row of X, or the same "
        "number of them. For sets of labels pass the 0/1 matrix that "
        "sklearn.preprocessing.MultiLabelBinarizer makes of them.",
    ),
    "two other numbers": (
        ["RNNClassifier"],
        np.column_stack([Y, 1 - Y]) * 2,
        "y is 2.0 in row 0, column 1 (and 7 more such values); expected 0 (label absent) or 1 ("
        "label present).",
    ),
    "strings": (
        ["RNNRegressor"],
        np.array(["a", "b"])[Y],
        "dtype='numeric' is not compatible with arrays of bytes/strings.Convert your data to "
        "numeric values explicitly instead.",
    ),
    "dates": (
        ["RNNRegressor"],
        np.datetime64("2020-01-01") + Y,
        "y has dtype datetime64[D], but a regressor reads numbers; turn dates and durations into "
        "numbers first, e.g. the days since the first one.",
    ),
    "3-D": (["RNNRegressor"], CUBE, "Found array with dim 3, while dim <= 2 is required."),
    "huge": (
        ["RNNRegressor"],
        (Y + 1) * 1e300,
        "y is too large to be standardised (up to 2e+300). Rescale it first.",
    ),
}


@pytest.mark.parametrize("kind", BAD_Y)
def test_wrong_y(kind):
    names, y, message = BAD_Y[kind]
    for name in names:
        for model in (clone(MODELS[name]), FITTED[name]):
            fails(model, ValueError, message.format(owner=name), lambda m=model: m.fit(CUBE, y))


def test_unseen_labels():
    model = clone(CLASSIFIER).partial_fit(CUBE, Y)
    fails(
        model,
        ValueError,
        "y holds 2 in row 1, which is not one of the classes [0, 1] of the first fit.",
        lambda: model.partial_fit(CUBE, 2 * Y),
    )
    fails(
        model,
        ValueError,
        "y has shape (8, 2), unlike the y of the first fit, which had 2 classes.",
        lambda: model.partial_fit(CUBE, np.column_stack([Y, Y])),
    )
    fails(
        model,
        ValueError,
        "classes=[0, 1, 2] are not those of the first call, which were [0, 1]. Pass the same ones "
        "or none, or fit from the start.",
        lambda: model.partial_fit(CUBE, Y, classes=[0, 1, 2]),
    )
    for classes in ([], 2):
        fails(
            model,
            ValueError,
            f"classes must be a list of all labels; got {classes}.",
            lambda classes=classes: model.partial_fit(CUBE, Y, classes=classes),
        )


BAD_WEIGHTS = {
    "negative": (-np.ones(N), "Negative values in data passed to `sample_weight`."),
    "NaN": (np.full(N, np.nan), "Input sample_weight contains NaN."),
    "all zero": (np.zeros(N), "Sample weights must contain at least one non-zero number."),
    "too few": (np.ones(3), "sample_weight.shape == (3,), expected (8,)!"),
    "2-D": (
        np.ones((N, 1)),
        "Sample weights must be 1D array or scalar, got 2D array. Expected either a scalar value "
        "or a 1D array of length 8.",
    ),
    "infinity": (
        np.full(N, np.inf),
        "Input sample_weight contains infinity or a value too large for dtype('float64').",
    ),
    "too large": (
        np.full(N, 1e308),
        "sample_weight is too large to be added up (up to 1e+308). Only its proportions matter: "
        "divide it, e.g. by its maximum.",
    ),
    "strings": (
        ["a"] * N,
        "sample_weight must hold one number per row of X: could not convert string to float: 'a'.",
    ),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("kind", BAD_WEIGHTS)
def test_wrong_weights(kind, name):
    weight, message = BAD_WEIGHTS[kind]
    for model in (clone(MODELS[name]), FITTED[name]):
        for method in FITS.get(type(model), ["fit"]):
            call = lambda m=model, f=method: getattr(m, f)(CUBE, Y, sample_weight=weight)  # noqa: E731
            fails(model, ValueError, message, call)


BAD_CLASS_WEIGHTS = {
    "unknown class": (Y, {5: 1.0}, "The classes, [0, 1], are not in class_weight"),
    "negative": (
        Y,
        {0: -1.0, 1: 1.0},
        "class_weight gives 0 the weight -1.0; expected a finite number, not negative.",
    ),
    "string": (
        Y,
        {0: "much", 1: 1.0},
        "class_weight gives 0 the weight 'much'; expected a finite number, not negative.",
    ),
    "nothing left": (
        Y,
        {0: 0.0, 1: 0.0},
        "class_weight={0: 0.0, 1: 0.0} leaves no row with a weight.",
    ),
    "list for one label": (
        Y,
        [{0: 1.0}],
        "class_weight=[{0: 1.0}] must be a dict {label: weight} or 'balanced'; a list of dicts is "
        "for several labels per row.",
    ),
    "short list": (
        np.column_stack([Y, Y, 1 - Y]),
        [{0: 1.0, 1: 2.0}] * 2,
        "class_weight holds weights for 2 labels, but y has 3. Give one dict such as "
        "{0: 1.0, 1: 5.0} per label, or one for all.",
    ),
}


@pytest.mark.parametrize("kind", BAD_CLASS_WEIGHTS)
def test_wrong_class_weights(kind):
    y, class_weight, message = BAD_CLASS_WEIGHTS[kind]
    for model in (clone(CLASSIFIER), clone(CLASSIFIER).fit(CUBE, Y)):
        model.set_params(class_weight=class_weight)
        fails(model, ValueError, message, lambda m=model: m.fit(CUBE, y))


# -- parameters -----------------------------------------------------------------------------------

INT, BOOL = "an int in the range [1, inf)", "an instance of 'bool' or an instance of 'numpy.bool'"
POSITIVE, NOT_NEGATIVE = "a float in the range (0.0, inf)", "a float in the range [0.0, inf)"
CELL = (
    "an instance of 'str', an object implementing 'build' and 'forward', an instance of 'type' or "
    "an instance of 'skrnn.cells.base.Cell'"
)
# name: (what it must be, None where scikit-learn lists it in an order of its own; wrong values)
PARAMETERS = {
    "cell": (CELL, [5, None]),
    "hidden_size": (INT, [0, -1, 2.0, "4", None]),
    "num_layers": (INT, [0, 1.5, None]),
    "bidirectional": (BOOL, [1, "yes", None]),
    "dropout": ("a float in the range [0.0, 1.0) or a str among {'auto'}", [1.0, -0.1, "a", None]),
    "pooling": (None, ["sum", None, 3]),
    "dense_sizes": ("an instance of 'tuple' or an instance of 'list'", [3, "a", None]),
    "stem": (None, ["dense", True]),
    "embedding_dim": (INT + ", a str among {'auto'} or None", [0, 2.5, "a"]),
    "embedding_weights": ("an array-like or None", ["a", 3]),
    "freeze_embedding": (BOOL, [1, "yes", None]),
    "hierarchical": (BOOL, [1, "yes", None]),
    "scale_inputs": (BOOL, [1, None]),
    "optimizer": (None, ["adamax", None, 3]),
    "lr": (POSITIVE, [0, -1.0, "a", None]),
    "lr_schedule": (None, ["step", None]),
    "batch_size": (None, [0, 2.5, "all", None]),
    "max_epochs": (None, [0, 2.5, "all", None]),
    "alpha": (NOT_NEGATIVE, [-1, "a", None]),
    "l1": (NOT_NEGATIVE, [-1, "a", None]),
    "clip_norm": (POSITIVE + " or None", [0, -1, "a"]),
    "clip_value": (POSITIVE + " or None", [0, -1, "a"]),
    "tbptt_steps": (INT + " or None", [0, -1, 2.5, "a"]),
    "early_stopping": (BOOL + " or a str among {'auto'}", ["yes", 1, None]),
    "validation_fraction": ("a float in the range (0.0, 1.0)", [0.0, 1.0, 2, "a", None]),
    "n_iter_no_change": (INT, [0, 1.5, None]),
    "tol": (NOT_NEGATIVE, [-1, "a", None]),
    "warm_start": (BOOL, [1, None]),
    "max_time": (POSITIVE + " or None", [0, -1, "a"]),
    "device": ("an instance of 'str'", [0, None]),
    "callbacks": ("an instance of 'list' or None", ["a", print, ()]),
    "net_params": ("an instance of 'dict' or None", ["a", []]),
    "random_state": (None, ["a", -1, 1.5]),
    "verbose": (None, [-1, "a", None]),
    "class_weight": (None, ["even", 3]),
    "loss": ("an instance of 'str' or an instance of 'type'", [None, 3]),
    "quantile": ("a float in the range (0.0, 1.0) or None", [0, 1.0, -1, "a"]),
    "scale_target": (BOOL, [1, None]),
}


def test_every_parameter_has_wrong_values():
    names = {name for model in MODELS.values() for name in model.get_params(deep=False)}
    assert names == set(PARAMETERS)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_wrong_parameters(parameter):
    expected, values = PARAMETERS[parameter]
    for name, model in MODELS.items():
        if parameter not in model.get_params(deep=False):
            continue
        for fitted in (False, True):
            for value in values:
                each = clone(model).fit(CUBE, Y) if fitted else clone(model)
                check_parameter(each.set_params(**{parameter: value}), name, parameter, expected)


def check_parameter(model, name, parameter, expected):
    value = getattr(model, parameter)
    start = f"The {parameter!r} parameter of {name} must be "
    end = f" Got {value!r} instead."
    before = joblib.hash(vars(model))
    with pytest.raises(ValueError, match="^" + re.escape(start)) as caught:
        model.fit(CUBE, Y)
    message = str(caught.value)
    assert message.endswith(end)
    if expected is not None:
        assert message == f"{start}{expected}.{end}"
    assert joblib.hash(vars(model)) == before


CLASH = (
    " clashes with what the estimator sets itself. It takes options of the optimizer, such as "
    "{{'optimizer__betas': (0.9, 0.98)}}; everything else is a parameter of the estimator (lr, "
    "alpha, batch_size, max_epochs, callbacks, device, ...)."
)
SIZES = "dense_sizes must hold positive ints, such as (64, 32); got {value!r}."
BAD_VALUES = [
    (
        "cell",
        "transformer",
        ValueError,
        f"cell='transformer' is unknown. Choose one of {sorted(CELLS)}, or pass a Cell class "
        "or a configured cell such as skrnn.cells.LSTM(init='uniform').",
    ),
    (
        "cell",
        int,
        TypeError,
        f"cell must be a name in {sorted(CELLS)}, a Cell class or a Cell instance; got "
        "<class 'int'>.",
    ),
    *(("dense_sizes", value, ValueError, SIZES) for value in [(0,), (-1,), (3.5,), ("a",), [True]]),
    ("device", "tpu", ValueError, "device='tpu' is unknown. Choose 'auto', 'cpu' or 'cuda'."),
    ("net_params", {"lr": 1}, ValueError, "net_params['lr']" + CLASH),
    ("net_params", {"optimizer__lr": 1}, ValueError, "net_params['optimizer__lr']" + CLASH),
    ("net_params", {"module__x": 1}, ValueError, "net_params['module__x']" + CLASH),
    ("net_params", {5: 1}, ValueError, "net_params[5]" + CLASH),
    (
        "callbacks",
        ["a"],
        TypeError,
        "callbacks holds 'a', which is no skorch callback. Derive one from "
        "skorch.callbacks.Callback, with methods such as on_epoch_end(net, **kwargs).",
    ),
    (
        "embedding_weights",
        np.ones((3, 2)),
        ValueError,
        "embedding_weights is given, but embedding_dim is None: set it too.",
    ),
    (
        "freeze_embedding",
        True,
        ValueError,
        "freeze_embedding is given, but embedding_dim is None: set it too.",
    ),
]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("parameter", "value", "error", "message"), BAD_VALUES)
def test_wrong_values(parameter, value, error, message, name):
    for model in (clone(MODELS[name]), clone(MODELS[name]).fit(CUBE, Y)):
        model.set_params(**{parameter: value})
        fails(model, error, message.format(value=value), lambda m=model: m.fit(CUBE, Y))


def test_an_option_the_optimizer_does_not_have():
    model = clone(CLASSIFIER).set_params(optimizer="sgd", net_params={"optimizer__betas": (0, 1)})
    with pytest.raises(ValueError, match="is no option of optimizer='sgd'") as e:
        model.fit(CUBE, Y)
    assert "optimizer__momentum" in str(e.value)
    assert "optimizer__lr" not in str(e.value)


CHUNKS = (
    "tbptt_steps=5 needs bidirectional=False: the backward direction starts at the end of a "
    "sequence, so that no state can be carried from one chunk to the next. Set bidirectional=False "
    "or tbptt_steps=None."
)
APART = [
    (
        {"hierarchical": True, "stem": "conv"},
        "stem='conv' cannot be used with hierarchical=True: it shortens one long sequence, and "
        "would run across sentences. Set stem='auto' or stem=None.",
    ),
    ({"tbptt_steps": 5, "bidirectional": True}, CHUNKS),
    ({"tbptt_steps": 5, "bidirectional": True, "stem": "conv"}, CHUNKS),
    (
        {"tbptt_steps": 5, "stem": "conv"},
        "tbptt_steps=5 cannot be used with stem='conv', which reads the whole sequence before the "
        "recurrent layers do. Set stem='auto' or stem=None.",
    ),
    (
        {"tbptt_steps": 5, "hierarchical": True},
        "tbptt_steps=5 cannot be used with hierarchical=True: every sentence is read on its own, "
        "from its start. Set tbptt_steps=None.",
    ),
]


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize(("params", "message"), APART)
def test_parameters_that_exclude_each_other(params, message, name):
    for model in (clone(MODELS[name]), clone(MODELS[name]).fit(CUBE, Y)):
        model.set_params(**params)
        for method in FITS.get(type(model), ["fit"]):
            fails(model, ValueError, message, lambda m=model, f=method: getattr(m, f)(CUBE, Y))


LOSSES = (
    "Choose one of ['absolute_error', 'gaussian', 'huber', 'negative_binomial', 'poisson', "
    "'quantile', 'squared_error', 'student_t'], or pass a skrnn.heads.Head class."
)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"loss": "mse"}, "loss='mse' is unknown. " + LOSSES),
        ({"loss": "log_loss"}, "loss='log_loss' is unknown. " + LOSSES),
        (
            {"quantile": 0.3},
            "quantile=0.3 only means something with loss='quantile', but loss is 'gaussian'.",
        ),
    ],
)
def test_wrong_losses(params, message):
    for model in (clone(REGRESSOR), clone(REGRESSOR).fit(CUBE, Y)):
        model.set_params(**params)
        fails(model, ValueError, message, lambda m=model: m.fit(CUBE, Y))


@pytest.mark.parametrize("quantiles", [0, 1.5, "a", [], [0.5, np.nan]])
def test_wrong_quantiles(quantiles):
    model = FITTED["RNNRegressor"]
    message = (
        f"quantiles={quantiles!r} must be numbers strictly between 0 and 1, such as "
        "(0.1, 0.5, 0.9)."
    )
    fails(model, ValueError, message, lambda: model.predict_quantiles(CUBE, quantiles))


@pytest.mark.parametrize(
    "option", [{"pooling": "attention"}, {"stem": "conv"}, {"dense_sizes": (3,)}]
)
def test_encoders_without_y(option):
    ((parameter, value),) = option.items()
    for model in (clone(ENCODER), clone(ENCODER).fit(CUBE)):
        model.set_params(**option)
        message = f"{parameter}={value!r} cannot be trained without y."
        fails(model, ValueError, message, lambda m=model: m.fit(CUBE))


def test_documents_without_y():
    message = (
        "hierarchical=True cannot be trained without y: what is learned from without y is the next "
        "step, and this network has one output per sentence. Pass y, or set hierarchical=False and "
        "fit on the sentences."
    )
    for model in (clone(NESTED_MODELS["RNNEncoder"]), NESTED_FITTED["RNNEncoder"]):
        fails(model, ValueError, message, lambda m=model: m.fit(DOCS))


@pytest.mark.parametrize("name", ["RNNClassifier", "RNNRegressor"])
def test_partial_fit_where_it_means_nothing(name):
    for option, message in (
        (
            {"early_stopping": True},
            "early_stopping=True holds rows back and waits for epochs to come, so it cannot be "
            "used with partial_fit. Set it to False or 'auto'.",
        ),
        (
            {"lr_schedule": "cosine"},
            "lr_schedule='cosine' needs to know the end of training, so it cannot be used with "
            "partial_fit. Set it to 'auto' or 'constant'.",
        ),
    ):
        for model in (clone(MODELS[name]), clone(MODELS[name]).fit(CUBE, Y)):
            model.set_params(**option)
            fails(model, ValueError, message, lambda m=model: m.partial_fit(CUBE, Y))


@pytest.mark.parametrize("name", MODELS)
def test_too_few_rows_to_hold_any_back(name):
    message = (
        "early_stopping would hold back 1 of 1 different rows, but only 0 can be spared (a class "
        "keeps its only row). "
        "Give more rows, lower validation_fraction, or set early_stopping=False."
    )
    model = clone(MODELS[name]).set_params(early_stopping=True)
    fails(model, ValueError, message, lambda: model.fit(CUBE[:1], Y[:1]))


def test_numbers_that_are_too_large():
    message = (
        f"Feature 1 of X is too large to be standardised (up to {np.abs(CUBE[..., 1]).max():.3g}"
        "e+300). Rescale it first, or set scale_inputs=False."
    )
    X = CUBE * np.array([1.0, 1e300])
    for name, model in MODELS.items():
        for each in (clone(model), FITTED[name]):
            fails(each, ValueError, message, lambda m=each: m.fit(X, Y))


def test_a_diverging_loss_leaves_the_model_as_it_was():
    model = clone(CLASSIFIER).fit(CUBE, Y).set_params(scale_inputs=False)
    message = (
        "Training diverged: the loss is nan in epoch 1. Lower lr, set clip_norm (for example 1.0), "
        "or bring X and y to numbers near 1."
    )
    fails(model, ValueError, message, lambda: model.fit(CUBE * 1e200, Y))
