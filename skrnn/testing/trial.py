"""What an estimator is tried on: small ragged data, and clones of it fitted on them."""

import copy
from functools import cached_property

import numpy as np
from sklearn.base import clone, is_regressor

from skrnn.testing.containers import rows_of

N_ROWS = 14
N_FEATURES = 2
LABELS = ("dusk", "dawn", "noon")
METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform")
DISTRIBUTIONS = ("predict_quantiles", "predict_distribution")


class Trial:
    """An estimator with data that suit it.

    Classifiers and transformers get labels (the keys of ``class_weight`` where that is a dict),
    regressors counts, which every loss allows. Where ``embedding_dim`` is set or ``tokens``
    is True, X holds ids. All arrays are read-only.

    Parameters
    ----------
    estimator : estimator
        Never fitted itself.
    pass_y : bool
        Whether there is a y.
    X : list of sequences or None
        What suits the estimator if ragged numbers or ids do not; repeated up to as many rows.
    sequences : bool
        Whether what it answers are sequences, as those of a transformer may be.
    """

    def __init__(self, estimator, pass_y=True, X=None, sequences=False):
        self.estimator = clone(estimator)
        params = estimator.get_params(deep=False)
        if params.get("random_state", 0) is None:
            self.estimator.set_params(random_state=0)
        self.name = type(estimator).__name__
        tokens = params.get("tokens", False)
        self.ids = params.get("embedding_dim") is not None or (tokens != "auto" and bool(tokens))
        self.stretch = 8 if params.get("stem") == "conv" else 1  # a stem shortens
        self.rng = np.random.default_rng(0)
        self.lengths = self.stretch * np.resize([4, 2, 7, 1, 5, 9, 3], N_ROWS)
        self.X = [self.sequence(length) for length in self.lengths]
        if X is not None:
            self.X = [copy.deepcopy(X[i % len(X)]) for i in range(N_ROWS)]
        self.sequences = sequences
        self.y = read_only(self._target(params.get("class_weight"))) if pass_y else None

    def _target(self, class_weight):
        counts = self.rng.poisson(3.0, N_ROWS).astype(np.float64)
        if is_regressor(self.estimator):
            return counts
        labels = list(class_weight) if isinstance(class_weight, dict) else LABELS
        return np.resize(np.array(labels), N_ROWS)

    def sequence(self, length):
        """Draw one sequence, of numbers (length, F) or of ids (length,)."""
        if self.ids:
            return read_only(self.rng.integers(1, 40, length))
        return read_only(self.rng.normal(size=(length, N_FEATURES)))

    @cached_property
    def fitted(self):
        """A clone fitted on all rows without weights."""
        return self.fit()

    @cached_property
    def answers(self):
        """What it answers to all rows."""
        return self.ask(self.fitted)

    def has(self, name):
        """Whether the estimator has a parameter of that name."""
        return name in self.estimator.get_params(deep=False)

    def rows(self, index):
        """Give X and y of some rows."""
        return [self.X[i] for i in index], None if self.y is None else self.y[index]

    def fit(self, data=None, sample_weight=None, **params):
        """Fit a clone on data (X, y), by default all rows."""
        X, y = (self.X, self.y) if data is None else data
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        return clone(self.estimator).set_params(**params).fit(X, y, **weights)

    def ask(self, model, X=None):
        """Give all answers of a model to X, by the name of the method."""
        X = self.X if X is None else X
        names = [name for name in (*METHODS, *DISTRIBUTIONS) if hasattr(model, name)]
        answers = {name: getattr(model, name)(X) for name in names}
        for name, value in answers.pop("predict_distribution", {}).items():
            answers[f"predict_distribution {name!r}"] = value
        assert answers, f"{self.name} has none of the methods {METHODS}"
        if self.sequences:
            return _flat(answers)
        return {name: np.asarray(value) for name, value in answers.items()}

    def padded(self, side):
        """Give all rows in one array, with padding "behind" or "before" them."""
        length = max(map(len, self.X)) + 1  # so that every row has some
        if self.ids:
            out = np.zeros((N_ROWS, length), dtype=np.int64)
        else:
            out = np.full((N_ROWS, length, N_FEATURES), np.nan)
        for row, x in zip(out, self.X, strict=True):
            row[slice(len(x)) if side == "behind" else slice(length - len(x), None)] = x
        return read_only(out)


def _flat(answers):
    """Give the steps and the lengths of sequences, as arrays."""
    flat = {}
    for name, held in answers.items():
        rows = rows_of(held)
        flat[name] = np.concatenate(rows)
        flat[f"the length of {name}"] = np.array([len(row) for row in rows])
    return flat


def read_only(array):
    """Forbid writing to an array."""
    array.flags.writeable = False
    return array


def select(answers, index):
    """Give some rows of all answers."""
    return {name: answer[index] for name, answer in answers.items()}
