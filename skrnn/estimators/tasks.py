"""What a target is: labels, numbers, or the sequences themselves."""

from abc import ABC, abstractmethod
from numbers import Real

import numpy as np
from sklearn.utils import check_array, column_or_1d
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from skrnn.data.scaling import constant_to_one
from skrnn.heads import HEADS, Categorical, Head, Multilabel


class Task(ABC):
    """How a target is read, which head predicts it, and how rows are weighted and held back.

    Attributes
    ----------
    per_step : bool
        Whether steps are predicted rather than one answer per sequence.
    """

    per_step = False

    @abstractmethod
    def check(self, y):
        """Read what a user passed as y into an array (n, ...), or raise; None passes as None."""

    @abstractmethod
    def learn(self, y, classes=None):
        """Take in what y consists of, before :meth:`encode`; `classes` may name all labels."""

    def continued(self, later):
        """Give the task of a `later` fit of the same network what this one learned."""
        if later.per_step != self.per_step:
            raise ValueError(
                f"The first fit had {'no y' if self.per_step else 'y'}, this one "
                f"{'none' if later.per_step else 'has'}, but warm_start goes on with the same "
                "network. Fit as at first, or with warm_start=False."
            )
        if type(later) is not type(self):
            return self
        learned = {name: value for name, value in vars(self).items() if name not in vars(later)}
        vars(later).update(learned)
        return later

    @abstractmethod
    def encode(self, y):
        """Turn a checked y into numbers (n, ...), or None where sequences are the target."""

    @abstractmethod
    def make_head(self, X, target, weight):
        """Choose the head for an encoded target and its weights."""

    @abstractmethod
    def row_weight(self, target, weight):
        """Give the weights with those of the classes."""

    @abstractmethod
    def strata(self, target):
        """Give the labels (n,) by which rows are held back in proportion, or None."""


class Labels(Task):
    """Classes, one per sequence, or several at once in a 0/1 matrix.

    Parameters
    ----------
    class_weight : dict, "balanced" or None
        As everywhere in scikit-learn.

    Attributes
    ----------
    classes : array of shape (K,)
        The labels, sorted, in their own dtype.
    multilabel : bool
        Whether a sequence has any number of labels.
    """

    def __init__(self, class_weight):
        self.class_weight = class_weight

    def check(self, y):
        """Read labels (n,), or a matrix of zeros and ones (n, L)."""
        y = check_labels(y)
        y = check_array(y, ensure_2d=False, dtype=None, ensure_min_samples=0, input_name="y")
        check_classification_targets(y)
        if type_of_target(y).startswith("multilabel"):
            return y
        return column_or_1d(y, warn=True)

    def learn(self, y, classes=None):
        """Collect the classes."""
        self.multilabel = y.ndim == 2
        found = np.arange(y.shape[1]) if self.multilabel else np.unique(y)
        self.classes = found if classes is None else np.unique(classes)

    def encode(self, y):
        """Give class numbers (n,), or zeros and ones (n, L)."""
        if (y.ndim == 2) != self.multilabel or (y.ndim == 2 and y.shape[1] != len(self.classes)):
            raise ValueError(
                f"y has shape {y.shape}, unlike the y of the first fit, which had "
                f"{len(self.classes)} {'labels' if self.multilabel else 'classes'}."
            )
        if self.multilabel:
            y = y.astype(np.float64)
            Multilabel(len(self.classes)).check_target(y)
            return y
        place = np.searchsorted(self.classes, y).clip(max=len(self.classes) - 1)
        unseen = np.flatnonzero(self.classes[place] != y)
        if len(unseen):
            label = y[unseen].tolist()[0]
            raise ValueError(
                f"y holds {label!r} in row {unseen[0]}, which is not one of the classes "
                f"{self.classes.tolist()} of the first fit."
            )
        return place

    def make_head(self, X, target, weight):
        """Choose one class out of K, or any of L."""
        kind = Multilabel if self.multilabel else Categorical
        return kind(len(self.classes))

    def row_weight(self, target, weight):
        """Multiply by the weights of the classes; those of several labels are multiplied."""
        if self.class_weight is None:
            return weight
        if not self.multilabel:
            check_class_weight(self.class_weight)
            weight = weight * self._weight_of(self.class_weight, target, weight)
        for label, class_weight in enumerate(self._class_weights()):
            weight = weight * self._weight_of(class_weight, target[:, label].astype(int), weight)
        if not weight.any():
            raise ValueError(f"class_weight={self.class_weight!r} leaves no row with a weight.")
        return weight

    def _class_weights(self):
        """Give the class weights of each of several labels."""
        if not self.multilabel:
            return []
        n_labels = len(self.classes)
        given = self.class_weight if isinstance(self.class_weight, list) else [self.class_weight]
        if len(given) not in (1, n_labels):
            raise ValueError(
                f"class_weight holds weights for {len(given)} labels, but y has {n_labels}. Give "
                "one dict such as {0: 1.0, 1: 5.0} per label, or one for all."
            )
        for class_weight in given:
            check_class_weight(class_weight)
        return given * (n_labels // len(given))

    def _weight_of(self, class_weight, target, weight):
        labels = np.array([0, 1]) if self.multilabel else self.classes
        present = np.unique(target)
        per_class = np.ones(len(labels))
        if class_weight == "balanced":
            per_class[present] = compute_class_weight(
                class_weight, classes=present, y=target, sample_weight=weight
            )
        else:
            per_class = compute_class_weight(class_weight, classes=labels, y=labels)
        return per_class[target]

    def strata(self, target):
        """Give the class numbers; rows with several labels are held back at random."""
        return None if self.multilabel else target


class Numbers(Task):
    """One or several real numbers per sequence.

    Parameters
    ----------
    loss : str or Head class
        A name in ``HEADS``, or a head of one's own.
    quantile : float or None
        Which quantile to predict with the "quantile" loss.
    scale_target : bool
        Whether targets are standardised for training, where the head allows it.

    Attributes
    ----------
    one_column : bool
        Whether y was 1-D.
    """

    def __init__(self, loss, quantile, scale_target):
        self.head_class = head_class(loss)
        self.options = {} if quantile is None else {"quantile": quantile}
        self.scale_target = scale_target

    def check(self, y):
        """Read numbers (n,) or (n, D)."""
        y = check_rectangular(y)
        if getattr(getattr(y, "dtype", None), "kind", "") in ("m", "M"):
            raise ValueError(
                f"y has dtype {y.dtype}, but a regressor reads numbers; turn dates and durations "
                "into numbers first, e.g. the days since the first one."
            )
        return check_array(
            y, ensure_2d=False, dtype="numeric", ensure_min_samples=0, input_name="y"
        ).astype(np.float64)

    def learn(self, y, classes=None):
        """Note how many targets there are."""
        self.one_column = y.ndim == 1
        self.n_targets = 1 if self.one_column else y.shape[1]

    def encode(self, y):
        """Give a matrix (n, D)."""
        if y.reshape(len(y), -1).shape[1] != self.n_targets:
            raise ValueError(
                f"y has shape {y.shape}, but the first fit had {self.n_targets} target(s) per row."
            )
        y = y.reshape(-1, self.n_targets)
        self.head_class(self.n_targets, **self.options).check_target(y)
        return y

    def make_head(self, X, target, weight):
        """Make the head, with the weighted location and scale of the target."""
        if not (self.head_class.affine and self.scale_target):
            return self.head_class(self.n_targets, **self.options)
        with np.errstate(over="ignore", invalid="ignore"):
            mean = np.average(target, axis=0, weights=weight)
            scale = np.sqrt(np.average((target - mean) ** 2, axis=0, weights=weight))
        if not np.isfinite(mean + scale).all():
            raise ValueError(
                f"y is too large to be standardised (up to {np.abs(target).max():.3g}). Rescale it "
                "first."
            )
        scale = constant_to_one(mean, scale)
        return self.head_class(self.n_targets, loc=mean, scale=scale, **self.options)

    def row_weight(self, target, weight):
        """Give the weights as they are."""
        return weight

    def strata(self, target):
        """Hold rows back at random."""
        return None


class NextStep(Task):
    """The next step of each sequence: the next features, or the next token."""

    per_step = True

    def check(self, y):
        """Expect no target."""
        return None

    def learn(self, y, classes=None):
        """Learn nothing: there is no target."""

    def encode(self, y):
        """Give none: the sequences are their own target."""
        return None

    def make_head(self, X, target, weight):
        """Predict features by squared error, and ids as classes."""
        if X.is_ids:
            return Categorical(int(X.compact().values.max()) + 1)
        return HEADS["squared_error"](X.n_features)

    def row_weight(self, target, weight):
        """Give the weights as they are."""
        return weight

    def strata(self, target):
        """Hold rows back at random."""
        return None


def check_rectangular(y):
    """Give a y that is no ragged list, and pandas' columns of integers in their own dtype."""
    if hasattr(y, "isna") and getattr(y, "ndim", 1) == 1 and not np.any(y.isna()):
        return y.to_numpy()
    try:
        if isinstance(y, list | tuple):
            np.shape(y)
    except ValueError as error:
        raise ValueError(
            "y holds lists of unequal length, but must hold one answer per row of X, or the same "
            "number of them. For sets of labels pass the 0/1 matrix that "
            "sklearn.preprocessing.MultiLabelBinarizer makes of them."
        ) from error
    return y


def check_labels(y):
    """Give labels as :func:`check_rectangular` does, none missing and all of one kind."""
    y = check_rectangular(y)
    if getattr(getattr(y, "dtype", None), "kind", "") != "O" or y.ndim != 1:
        return y
    missing = [i for i, label in enumerate(y) if label is None or label != label]
    if missing:
        raise ValueError(
            f"Input y contains NaN: row {missing[0]} has no label. Label it, or leave the row out, "
            "in X too."
        )
    if len({isinstance(label, str) for label in y}) > 1:
        raise ValueError(
            "Unknown label type: y mixes strings with other labels. Make all of one type, e.g. "
            "[str(label) for label in y]."
        )
    return y


def check_class_weight(class_weight):
    """Raise if a dict of class weights holds anything but weights."""
    if class_weight is None or class_weight == "balanced":
        return
    if not isinstance(class_weight, dict):
        raise ValueError(
            f"class_weight={class_weight!r} must be a dict {{label: weight}} or 'balanced'; a list "
            "of dicts is for several labels per row."
        )
    for label, weight in class_weight.items():
        if not (isinstance(weight, Real) and 0 <= weight < np.inf):
            raise ValueError(
                f"class_weight gives {label!r} the weight {weight!r}; expected a finite number, "
                "not negative."
            )


def head_class(loss):
    """Give the head class of a loss, by its name or as it is."""
    return HEADS.get(loss, Head) if isinstance(loss, str) else loss


def is_head(loss):
    """Whether `loss` is a head class of one's own."""
    return isinstance(loss, type) and issubclass(loss, Head)
