"""How rows of X lie in one Ragged: as sequences, as documents, or part by part.

A layout reads X, learns what its steps need to fit a network, and makes the encoder that knows
where things lie. Whatever stands between (merging, weights, batches) sees a Ragged.
"""

from abc import ABC, abstractmethod

from skrnn.data.bookkeeping import note_features, read_sequences
from skrnn.data.fused import Fused
from skrnn.data.nested import as_documents, holds_documents, map_steps, without_marks
from skrnn.data.parts import join_parts, map_parts, parts_of, take_part
from skrnn.data.rows import described
from skrnn.estimators.building import flat_encoder, hierarchical_encoder
from skrnn.estimators.preparation import MOST_IDS, Preparation
from skrnn.nn import FusionEncoder, StaticPart


def choose_layout(params, X):
    """Give a fresh layout for the first fit on an X.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    X : object
        What the user passed.

    Returns
    -------
    layout : Layout
        As yet without what :meth:`Layout.learn` learns.
    """
    if isinstance(X, Fused):
        return Parts()
    return Documents() if params.hierarchical else Sequences()


class Layout(ABC):
    """How rows lie in one Ragged, and what its steps become."""

    @abstractmethod
    def read(self, estimator, X, reset):
        """Read what a user passed.

        Parameters
        ----------
        estimator : BaseRNN
            Has ``embedding_dim``; gets ``n_features_in_`` and, from a frame,
            ``feature_names_in_``.
        X : object
            What the user passed.
        reset : bool
            Whether to note what X consists of, rather than to compare it.

        Returns
        -------
        X : Ragged
            Rows of finite float64 or float32, or of ids.

        Raises
        ------
        ValueError, TypeError
            If X cannot be read, or is unlike that of the first fit.
        """

    @abstractmethod
    def learn(self, params, X, weight):
        """Learn scaling and vocabulary from rows that :meth:`read` gave, of weights (n,)."""

    @abstractmethod
    def prepare(self, X):
        """Give rows as the network sees them: scaled features, or rows of embedding tables."""

    @abstractmethod
    def make_encoder(self, params, per_step):
        """Make the encoder; `per_step` asks for an output for each step."""

    @abstractmethod
    def dropout(self, params):
        """Give the rate of dropout behind the encoder."""

    @abstractmethod
    def check_next_step(self):
        """Raise if there is no next step to learn from where there is no y."""


class Sequences(Layout):
    """Each row is one sequence."""

    def read(self, estimator, X, reset):
        """Read sequences; see :func:`skrnn.data.as_ragged`."""
        refuse_fused(estimator, X, "sequences")
        ids = estimator.embedding_dim is not None
        try:
            return read_sequences(estimator, X, ids=ids, reset=reset)
        except (TypeError, ValueError) as error:
            if not holds_documents(X, ids):
                raise
            raise type(error)(
                f"{error} If X holds documents, each a list of sentences, set hierarchical=True."
            ) from error

    def learn(self, params, X, weight):
        """Learn from all steps."""
        self.steps = Preparation.fit(params, X, weight)

    def prepare(self, X):
        """Change all steps."""
        return X.map_values(self.steps.apply)

    def make_encoder(self, params, per_step):
        """Make an Encoder."""
        return flat_encoder(params, self.steps, per_step)

    def dropout(self, params):
        """Give that of the steps."""
        return self.steps.dropout(params)

    def check_next_step(self):
        """Raise nothing."""


class Documents(Layout):
    """Each row holds all steps of a document; its last column marks where sentences start."""

    def read(self, estimator, X, reset):
        """Read documents; see :func:`skrnn.data.nested.as_documents`."""
        refuse_fused(estimator, X, "documents")
        ids = estimator.embedding_dim is not None
        documents = as_documents(X, ids=ids, owner=type(estimator).__name__)
        note_features(estimator, X, documents.n_features - 1, reset=reset)
        return documents

    def learn(self, params, X, weight):
        """Learn from all steps, without the marks."""
        steps = without_marks(X)
        steps.vectors = X.vectors
        self.steps = Preparation.fit(params, steps, weight)

    def prepare(self, X):
        """Change all steps, but not the marks."""
        return map_steps(X, self.steps.apply)

    def make_encoder(self, params, per_step):
        """Make a HierarchicalEncoder."""
        return hierarchical_encoder(params, self.steps)

    def dropout(self, params):
        """Give that of the steps."""
        return self.steps.dropout(params)

    def check_next_step(self):
        """Raise: outputs are those of sentences."""
        raise ValueError(
            "hierarchical=True cannot be trained without y: what is learned from without y is "
            "the next step, and this network has one output per sentence. Pass y, or set "
            "hierarchical=False and fit on the sentences."
        )


class Parts(Layout):
    """Each row holds the steps of one part after another; its last column numbers the parts."""

    def read(self, estimator, X, reset):
        """Read a Fused; see :func:`skrnn.data.parts.join_parts`."""
        owner = type(estimator).__name__
        if not isinstance(X, Fused):
            raise TypeError(
                f"{owner} was fitted on a Fused of the parts {_listed(self.parts)}, but X is "
                f"{described(X)}. Make a Fused of the same parts of it, or put the "
                "SequenceFusion and the estimator into one Pipeline."
            )
        if reset:
            check_with_parts(estimator, X)
            self.parts = parts_of(X)
            self._vectors = [getattr(part, "vectors", None) for part in X.parts.values()]
        else:
            X = in_order_of_fit(X, self.parts, owner)
        joined = join_parts(X, owner)
        width = sum(part.width for part in self.parts)
        note_features(estimator, X, width, reset=reset)
        return joined

    def learn(self, params, X, weight):
        """Learn from the steps of each part."""
        self.steps = []
        for j, part in enumerate(self.parts):
            rows = take_part(X, j, part)
            there = rows.lengths > 0
            if not there.any():
                raise ValueError(
                    f"Part {part.name!r} of X has no steps in any row, so there is nothing to "
                    "learn. Leave the part out."
                )
            rows.vectors = self._vectors[j]
            self.steps.append(_prepared(params, part, rows[there], weight[there]))
        del self._vectors  # the steps have them

    def prepare(self, X):
        """Change the steps of each part, but not their numbers."""
        return map_parts(X, self.parts, [steps.apply for steps in self.steps])

    def make_encoder(self, params, per_step):
        """Make a FusionEncoder."""
        encoders = [
            StaticPart(part.width) if part.kind == "static" else flat_encoder(params, steps)
            for part, steps in zip(self.parts, self.steps, strict=True)
        ]
        return FusionEncoder(encoders, [part.width for part in self.parts])

    def dropout(self, params):
        """Give the least of the parts'."""
        return min(steps.dropout(params) for steps in self.steps)

    def check_next_step(self):
        """Raise: outputs are those of rows."""
        raise ValueError(
            "X is a Fused, which cannot be learned from without y: what is learned from without y "
            f"is the next step, and the parts {_listed(self.parts)} have no step in common. Pass "
            "y, or fit on one part, such as X['name']."
        )


def refuse_fused(estimator, X, of):
    """Raise if an X to be predicted for is a Fused, unlike that of fit."""
    if isinstance(X, Fused):
        raise TypeError(
            f"X is a Fused of the parts {_listed(parts_of(X))}, but {type(estimator).__name__} "
            f"was fitted on {of}. Pass one part, such as X['name'], or fit on a Fused."
        )


def check_with_parts(params, X):
    """Refuse parameters that do not go with the parts of a Fused.

    Parameters
    ----------
    params : BaseRNN
        The estimator.
    X : Fused
        What it is to be fitted on.

    Raises
    ------
    ValueError
        Naming the parameter or the part, and what to do.
    """
    parts = parts_of(X)
    if params.hierarchical:
        raise ValueError(
            "hierarchical=True reads documents, but X is a Fused, whose parts are read as "
            "sequences. Set hierarchical=False."
        )
    if all(part.kind == "static" for part in parts):
        raise ValueError(
            f"X is a Fused without sequences: it has {_listed(parts)}. Add a part that is a "
            "Ragged, or give the numbers to any other estimator of scikit-learn."
        )
    ids = [part.name for part in parts if part.kind == "ids"]
    if ids and params.embedding_dim is None:
        raise ValueError(
            f"Part {ids[0]!r} of X holds token ids, but embedding_dim is None: set it to the size "
            "of the vector each token gets."
        )
    if len(ids) > 1 and params.embedding_weights is not None:
        raise ValueError(
            f"embedding_weights holds the vectors of one set of ids, but {len(ids)} parts of X "
            f"hold ids: {', '.join(map(repr, ids))}. Set embedding_weights=None, or leave parts "
            "out until there is one."
        )


def in_order_of_fit(X, parts, owner):
    """Give a Fused whose parts are those of fit, in their order.

    Parameters
    ----------
    X : Fused
        Rows with perhaps the same parts.
    parts : tuple of Part
        Those of fit.
    owner : str
        How errors name the estimator.

    Returns
    -------
    X : Fused
        The same rows.

    Raises
    ------
    ValueError
        If the parts are others, by name, kind or width.
    """
    given = {part.name: part for part in parts_of(X)}
    for part in parts:
        if given.get(part.name) != part:
            found = f"it is {given[part.name]}" if part.name in given else "there is none"
            raise ValueError(
                f"{owner} was fitted on a part {part}, but in X {found}: X has the parts "
                f"{_listed(given.values())}. Pass the parts of fit: {_listed(parts)}."
            )
    if len(given) > len(parts):
        extra = next(name for name in given if name not in {part.name for part in parts})
        raise ValueError(
            f"X has a part {given[extra]}, which {owner} was not fitted on. Pass the parts of "
            f"fit: {_listed(parts)}."
        )
    return Fused({part.name: X[part.name] for part in parts})


def _prepared(params, part, rows, weight):
    try:
        steps = Preparation.fit(params, rows, weight)
    except ValueError as error:
        raise ValueError(f"In part {part.name!r}: {error}") from error
    if steps.vocabulary is not None and len(steps.vocabulary) > MOST_IDS:
        raise ValueError(
            f"Part {part.name!r} has {len(steps.vocabulary)} different ids, but a Fused holds at "
            f"most {MOST_IDS}. Map rare ids to one."
        )
    return steps


def _listed(parts):
    return ", ".join(str(part) for part in parts)
