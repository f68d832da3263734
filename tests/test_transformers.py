"""Every transformer that gives sequences back keeps the promises of `skrnn.testing`."""

from inspect import isabstract

import numpy as np
import pytest
from sklearn.base import BaseEstimator, TransformerMixin

from skrnn import preprocessing
from skrnn.data import as_ragged
from skrnn.data.container import Container
from skrnn.preprocessing import (
    Differencer,
    OneHotSteps,
    Resampler,
    SequenceFusion,
    SequenceImputer,
    SequencePadder,
    SequenceScaler,
    SequenceSummary,
    SequenceTokenizer,
    SequenceTransformer,
    SlidingWindow,
)
from skrnn.preprocessing.measuring import METHODS
from skrnn.testing import check_sequence_transformer
from skrnn.testing.transformers import CHECKS, check_kinds
from skrnn.testing.trial import Trial

DNA = ["GATTACA", "CAT", "TAG", "A", "CC", "GATC"]
WORDS = [["one", "two"], ["two", "one", "one"], ["one"], ["two"]]
GAPS = [
    np.array([[1.0, np.nan], [np.nan, 2.0], [4.0, 2.5], [3.0, np.nan]]),
    np.array([[5.0, -1.0]]),
]
IDS = [np.array(row) for row in ([3, 1, 2], [2], [1, 3], [2, 1, 1, 3])]
CASES = [
    *(
        (SequenceScaler(method, per=per), None)
        for method in METHODS
        for per in ("feature", "sequence")
    ),
    (Differencer(), None),
    (Differencer(order=2, lag=3), None),
    (Differencer(), [np.arange(5.0), np.ones(2), np.array([4.0, 2.0])]),
    *((SequenceImputer(strategy), GAPS) for strategy in ("last", "linear", "mean", "median")),
    *((SequenceImputer(add_indicator=each), GAPS) for each in (True, "steps")),
    (SequenceImputer("linear"), None),
    (Resampler(), None),
    (Resampler(5), None),
    (Resampler(rate=0.5, method="decimate"), None),
    (SlidingWindow(3, pad=True), None),
    (SlidingWindow(2, step=2, dilation=2, pad=True), None),
    (OneHotSteps("ACGT", unknown_symbol="N"), DNA),
    (OneHotSteps(handle_unknown="error"), WORDS),
    (OneHotSteps(), IDS),
    (SequenceTokenizer(analyzer="char", lowercase=False), DNA),
    (SequenceTokenizer(), WORDS),
]
GIVES_NO_SEQUENCES = {
    SequenceFusion: "rows of several parts: its own tests",
    SequencePadder: "always an array; the other checks are below",
    SequenceSummary: "a row of numbers: check_sequence_estimator, in its own tests",
}


@pytest.mark.parametrize(("transformer", "X"), CASES, ids=str)
def test_transformer(transformer, X):
    check_sequence_transformer(transformer, X=X)


def test_every_transformer_has_a_case():
    public = [getattr(preprocessing, name) for name in preprocessing.__all__]
    classes = {each for each in public if isinstance(each, type) and not isabstract(each)}
    checked = {type(transformer) for transformer, _ in CASES}
    assert checked | set(GIVES_NO_SEQUENCES) == {each for each in classes if hasattr(each, "fit")}
    assert not checked & set(GIVES_NO_SEQUENCES)


@pytest.mark.parametrize("padding", ["post", "pre"])
def test_the_padder_keeps_all_but_the_container(padding):
    padder = SequencePadder(max_length=9, padding=padding)
    trial = Trial(padder, pass_y=False, sequences=True)
    assert trial.X[0].ndim == 2  # tokens="auto" reads a list as numbers
    for check in CHECKS:
        if check is not check_kinds:
            check(trial)


# -- the checks see an offence ---------------------------------------------------------


class Plain(SequenceTransformer, auto_wrap_output_keys=None):
    """Doubles all numbers, as nobody would object to."""

    _parameter_constraints = {}  # noqa: RUF012

    def fit(self, X, y=None, sample_weight=None):
        return self._fit(X, sample_weight)

    def _learn(self, X, weight):
        return X.n_features

    def _change(self, X):
        return X.map_values(lambda values: 2 * values)


class Crowd(Plain, auto_wrap_output_keys=None):
    """Results depend on the neighbours."""

    def _change(self, X):
        return X.map_values(lambda values: values - X.compact().values.mean())


class Positional(Plain, auto_wrap_output_keys=None):
    """Results depend on the place."""

    def transform(self, X):
        rows = as_ragged(X).compact()
        rows.values[0] += len(rows) > 1
        return rows.to_list()


class Fewer(Plain, auto_wrap_output_keys=None):
    def transform(self, X):
        return super().transform(X)[1:]


class Eager(Plain, auto_wrap_output_keys=None):
    """Changes X."""

    def transform(self, X):
        given = super().transform(X)
        if isinstance(X, np.ndarray) and X.flags.writeable and X.ndim == 3:
            X *= 1.5
        return given


class Lazy(Plain, auto_wrap_output_keys=None):
    """Gives X itself."""

    def _change(self, X):
        return X


class Hoarder(Plain, auto_wrap_output_keys=None):
    """Keeps X rather than what it learns of it."""

    def _learn(self, X, weight):
        self.X_ = X
        return X.n_features

    def fit(self, X, y=None, sample_weight=None):
        super().fit(X, y, sample_weight)
        self.X_ = X
        return self

    def _change(self, X):
        level = as_ragged(self.X_).compact().values.mean()
        return X.map_values(lambda values: values - level)


class Lister(Plain, auto_wrap_output_keys=None):
    """Gives lists for everything."""

    def transform(self, X):
        return as_ragged(super().transform(X)).to_list()


class PaddingReader(Plain, auto_wrap_output_keys=None):
    """Takes arrays for data up to their end."""

    def transform(self, X):
        if isinstance(X, np.ndarray) and X.ndim == 3:
            X = np.nan_to_num(X)
        return super().transform(X)


class PaddingLearner(Plain, auto_wrap_output_keys=None):
    """Learns from the padding."""

    def fit(self, X, y=None, sample_weight=None):
        super().fit(X, y, sample_weight)
        self.level_ = np.nan_to_num(X).mean() if getattr(X, "ndim", 0) == 3 else self.level_
        return self

    def _learn(self, X, weight):
        self.level_ = X.compact().values.mean()
        return X.n_features

    def _change(self, X):
        return X.map_values(lambda values: values - self.level_)


class Double(Plain, auto_wrap_output_keys=None):
    """Makes float64 of everything."""

    def _change(self, X):
        return X.map_values(lambda values: 2 * values.astype(float))


class Single(Plain, auto_wrap_output_keys=None):
    def _change(self, X):
        return X.map_values(lambda values: 2 * values.astype(np.float32))


class Lost(Plain, auto_wrap_output_keys=None):
    """Does not find the way back."""

    def inverse_transform(self, X):
        return self.transform(X)


class Deaf(Plain, auto_wrap_output_keys=None):
    """Ignores weights."""

    def _learn(self, X, weight):
        self.level_ = X.compact().values.mean()
        return X.n_features

    def fit(self, X, y=None, sample_weight=None):
        return self._fit(X)

    def _change(self, X):
        return X.map_values(lambda values: values - self.level_)


class Halfhearted(Deaf, auto_wrap_output_keys=None):
    """Leaves rows of weight 0 out, but takes all others for the same."""

    def fit(self, X, y=None, sample_weight=None):
        return self._fit(X, sample_weight)


class Chatty(Plain, auto_wrap_output_keys=None):
    def transform(self, X):
        print("changing")
        return super().transform(X)


class Careless(Plain, auto_wrap_output_keys=None):
    def fit(self, X, y=None, sample_weight=None):
        self.started_ = True
        return super().fit(X, y, sample_weight)


class Forgetful(Plain, auto_wrap_output_keys=None):
    """A pickle of it has forgotten something."""

    factor_ = 2.0

    def _learn(self, X, weight):
        self.factor_ = 3.0
        return X.n_features

    def _change(self, X):
        return X.map_values(lambda values: self.factor_ * values)

    def __getstate__(self):
        return {k: v for k, v in super().__getstate__().items() if k != "factor_"}


class Unmoved(Plain, auto_wrap_output_keys=None):
    """Takes any number of features."""

    def transform(self, X):
        read = as_ragged(X)
        return Container.of(X, read).give_back(self._change(read))


BROKEN = {
    Crowd: "sequence 0 alone and among others",
    Positional: "sequence 0 alone and among others|another order",
    Fewer: "transform gives 13 rows for 14 sequences",
    Eager: "fit or transform changes X, a 3-D array padded behind",
    Lazy: "who writes to what transform gives changes X, a Ragged",
    Hoarder: "what is learned of X, a list, changes with X",
    Lister: "transform of an array of objects gives a list of another kind",
    PaddingReader: "transform of a 3-D array padded behind and of a list",
    PaddingLearner: "fit on a 3-D array padded behind and on a list",
    Double: "transform gives float64 for X of float32",
    Single: "transform gives float32 for X of float64",
    Lost: "not seen in fit, and inverse_transform of what they become",
    Deaf: "weight 0",
    Halfhearted: "weight 2",
    Chatty: "printed: 'changing",
    Careless: "left attributes",
    Forgetful: "a pickled copy and its original",
    Unmoved: "X with other features than in fit is accepted",
}


def test_the_users_own_arrays_stay_as_they_are():
    X = [np.arange(4.0), np.ones(2)]
    check_sequence_transformer(Differencer(), X=X)
    assert X[0].flags.writeable and X[0].tolist() == [0, 1, 2, 3]


def test_a_plain_transformer_passes():
    check_sequence_transformer(Plain())


@pytest.mark.parametrize("transformer", BROKEN)
def test_check_sequence_transformer_sees(transformer):
    with pytest.raises(AssertionError, match=BROKEN[transformer]):
        check_sequence_transformer(transformer())


class Letters(TransformerMixin, BaseEstimator):
    """A transformer of strings that is no leaf of the base, and gives lists for everything."""

    def fit(self, X, y=None):
        if not len(X):
            raise ValueError("X is empty")
        self.n_features_in_ = 1
        return self

    def transform(self, X):
        cells = X.iloc[:, 0] if hasattr(X, "columns") else X
        return [np.array([[float(ord(letter))] for letter in cell]) for cell in cells]


def test_check_sequence_transformer_sees_the_container_of_strings():
    with pytest.raises(AssertionError, match="transform of an array of objects gives a list"):
        check_sequence_transformer(Letters(), X=DNA)
