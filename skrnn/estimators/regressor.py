"""Regression on sequences."""

from typing import ClassVar

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if

from skrnn._sklearn import interval
from skrnn.estimators.base import BaseRNN
from skrnn.estimators.parameters import SHARED
from skrnn.estimators.tasks import Numbers, head_class, is_head
from skrnn.heads import HEADS, DistributionHead, PointHead

LOSSES = {name for name, head in HEADS.items() if issubclass(head, PointHead | DistributionHead)}


def _predicts_distribution(estimator):
    """Whether the loss fits, or once fitted has fitted, a whole distribution."""
    if hasattr(estimator, "head_"):
        return isinstance(estimator.head_, DistributionHead)
    return issubclass(head_class(estimator.loss), DistributionHead)


class RNNRegressor(RegressorMixin, BaseRNN):
    """Recurrent network that gives each sequence a number, or several.

    The network reads a sequence step by step, pools its outputs into one vector and ends in the
    numbers the loss asks for: one per target for a point forecast, the parameters of a
    distribution for a likelihood.

    Parameters
    ----------
    cell : str, Cell class or Cell instance, default="gru"
        The recurrent cell: a name in ``skrnn.cells.CELLS`` ("gru", "lstm", "rnn"), a class, or a
        configured instance such as ``LSTM(init="uniform")``, whose options a grid reaches as
        ``cell__init``.
    hidden_size : int, default=64
        H, units of each recurrent layer and direction.
    num_layers : int, default=1
        Stacked recurrent layers.
    bidirectional : bool, default=True
        Whether to read sequences backward as well; the backward direction starts at the last
        real step.
    dropout : float or "auto", default="auto"
        Probability of dropping a unit between recurrent layers, before each layer behind the
        pooling, and of the vectors of ids, there the same units at every step of a sequence [3]_.
        "auto" is 0.2, and 0.5 for sequences of ids whose vectors, and `hidden_size`, are 32 or
        more.
    pooling : {"last", "mean", "max", "attention"}, default="attention"
        How the outputs of all steps become one vector: that of the last real step (of each
        direction), their mean, their maximum, or a learned weighted mean.
    dense_sizes : tuple of int, default=()
        Sizes of ReLU layers between the pooling and the output.
    stem : {"auto", "conv", None}, default="auto"
        Residual convolutions before the recurrent layers, with `hidden_size` channels, that read
        local shapes and shorten long sequences to some 32 steps. "auto" puts them in front of
        sequences of numbers whose median length in training is 8 or more.
    embedding_dim : int, "auto" or None, default=None
        None reads X as numbers. An int reads X as token ids, which get vectors of this size; an id
        that was not seen in fit and has no pretrained vector gets the zero vector. "auto" reads
        ids and takes the size of the pretrained vectors where X carries some or
        `embedding_weights` are given, else half the number of different ids, from 4 to 128. Of a
        Fused only parts of ids are read so, each with vectors of its own.
    embedding_weights : array-like of shape (V, embedding_dim) or None, default=None
        Vectors to start from, row i for id i; ids of V or more get the zero vector. None starts
        from the vectors that X carries, as ``SequenceTokenizer(vectors=...)`` makes it, and at
        random for ids without one.
    freeze_embedding : bool, default=False
        Whether the vectors of ids, which must be pretrained then, stay as they are: no gradient,
        no penalty and no decay moves them.
    hierarchical : bool, default=False
        Whether X holds documents, each a list of sentences: one network reads sentences and pools
        each into a vector, another of the same kind reads the vectors of a document [1]_. It takes
        no stem.
    loss : str or Head class, default="squared_error"
        What the network is trained for, a name in ``skrnn.heads.HEADS``: "squared_error",
        "absolute_error", "huber" (quadratic up to 1.35 scaled units, then linear), "quantile",
        "poisson", "negative_binomial", "gaussian", "student_t"; or a head of one's own.
    quantile : float or None, default=None
        The quantile to predict, between 0 and 1, with ``loss="quantile"`` (None: 0.5) and no other.
    scale_inputs : bool, default=True
        Whether to standardise each feature by its weighted mean and standard deviation over all
        steps of the training set. Ids are never scaled.
    scale_target : bool, default=True
        Whether targets are standardised by their weighted mean and standard deviation for training.
        Counts ("poisson", "negative_binomial") never are.
    optimizer : {"adam", "adamw", "sgd", "rmsprop"}, default="adam"
        The optimizer, with torch's defaults; ``net_params`` reaches its options.
    lr : float, default=3e-3
        The (highest) learning rate.
    lr_schedule : {"auto", "constant", "cosine", "linear", "one_cycle", "plateau"}, default="auto"
        How the learning rate changes over the run. "one_cycle" rises for 30 % of the steps and then
        falls to zero; "cosine" and "linear" only fall; "plateau" divides it by 5 whenever the loss
        has not fallen by `tol` for 3 epochs. "auto" is "one_cycle" in fit and "constant" in
        partial_fit, where the others raise: it does not know the end of training.
    batch_size : int or "auto", default="auto"
        Most rows of a batch; "auto" is a tenth of the rows, from 8 to 32. Batches hold rows of
        similar length, are of even size, and are shuffled anew each epoch.
    max_epochs : int or "auto", default="auto"
        Passes over the training set; "auto" is 250 divided by the root of the number of
        batches, from 10 to 200: 79 for 320 rows, 18 for 6,400.
    alpha : float, default=0.0
        Strength of the L2 penalty on weights (not biases), ``alpha / 2 * sum(W**2)`` divided by the
        rows of the batch as in scikit-learn's MLPClassifier. With "adamw" it is torch's decoupled
        weight decay instead, applied to every parameter.
    l1 : float, default=0.0
        Strength of the L1 penalty on weights, ``l1 * sum(abs(W))``, divided likewise.
    clip_norm : float or None, default=1.0
        Bound on the norm of the whole gradient.
    clip_value : float or None, default=None
        Bound on each element of the gradient.
    tbptt_steps : int or None, default=None
        Truncated backpropagation through time: the gradient flows back over at most so many steps,
        while the state is carried on [2]_. None reaches the start of the sequence. It takes
        ``bidirectional=False`` and no stem, and is about training only.
    early_stopping : bool or "auto", default="auto"
        Whether to hold back part of the rows, stop when their loss no longer falls, and restore the
        weights of the best epoch. "auto" does so above 10,000 different rows.
    validation_fraction : float, default=0.1
        Share of the rows that early stopping holds back, at random and in proportion to the classes
        where there are any.
    n_iter_no_change : int, default=10
        Epochs that early stopping waits for a lower loss.
    tol : float, default=1e-4
        Least fall of the loss that counts as one.
    warm_start : bool, default=False
        Whether a second fit goes on with the network, the scaling and the classes of the first,
        under a new optimizer.
    max_time : float or None, default=None
        Seconds after which training stops at the next step. The result then depends on the speed of
        the machine.
    device : str, default="auto"
        "auto", "cpu", "cuda" or "cuda:1". "auto" is CUDA where there is one and the work is worth
        it, and always the CPU in worker processes. The fitted model lies on the CPU and loads
        anywhere.
    callbacks : list or None, default=None
        skorch callbacks, or (name, callback) pairs, told of every epoch and batch. Copies are
        used.
    net_params : dict or None, default=None
        Options of the optimizer, such as ``{"optimizer__betas": (0.9, 0.98)}``.
    random_state : int, RandomState instance or None, default=None
        Decides initial weights, the order of rows, dropout masks and the rows held back. The same
        int gives the same model, to the bit, on the same machine.
    verbose : int, default=0
        1 draws one progress line with the loss and the time left; 0 draws nothing.

    Attributes
    ----------
    net_ : SequenceNet
        The skorch net that was trained.
    module_ : torch.nn.Module
        Its network.
    head_ : Head
        What the network's numbers mean.
    history_ : list of dict
        One row per epoch: epoch, train_loss, train_score, valid_loss and valid_score (where rows
        were held back), lr, grad_norm (mean, before clipping), seconds, padded_fraction (the share
        of padding among the steps). ``pandas.DataFrame(history_)`` makes a table of it.
    n_iter_ : int
        Epochs trained.
    best_loss_ : float
        The lowest validation loss, or training loss where nothing was held back.
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise, those of all parts of a Fused together.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.
    device_ : str
        Where it was trained.
    cell_backend_ : {"kernel", "torch"}
        What ran the cells in training: the compiled CPU kernel or PyTorch.

    See Also
    --------
    RNNClassifier : Predicts classes.
    RNNEncoder : Gives the pooled vectors to any other model.

    Notes
    -----
    Training is in float32; answers are computed in float32 by the compiled kernel, whose sums
    depend on the row alone, and in float64 where it does not run the cells. Rows of weight 0 are
    left out and identical rows merged into one weighted row before anything else, so a weight of 2
    means exactly what giving the row twice means.

    References
    ----------
    .. [1] Z. Yang et al., "Hierarchical attention networks for document classification",
       NAACL 2016.
    .. [2] R. J. Williams and J. Peng, "An efficient gradient-based algorithm for on-line training
       of recurrent network trajectories", Neural Computation 2, 1990.
    .. [3] Y. Gal and Z. Ghahramani, "A theoretically grounded application of dropout in recurrent
       neural networks", NIPS 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = [rng.normal(size=(n, 2)) for n in rng.integers(5, 9, 60)]
    >>> y = [x[:, 0].mean() for x in X]
    >>> model = RNNRegressor(hidden_size=16, max_epochs=60, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.9
    True
    >>> model = RNNRegressor(loss="gaussian", hidden_size=8, max_epochs=5).fit(X, y)
    >>> model.predict_quantiles(X, [0.1, 0.9]).shape
    (60, 2)
    """

    _parameter_constraints: ClassVar[dict] = {
        **SHARED,
        "loss": [str, type],
        "quantile": [interval(0, 1, "neither"), None],
        "scale_target": ["boolean"],
    }

    def __init__(
        self,
        *,
        cell="gru",
        hidden_size=64,
        num_layers=1,
        bidirectional=True,
        dropout="auto",
        pooling="attention",
        dense_sizes=(),
        stem="auto",
        embedding_dim=None,
        embedding_weights=None,
        freeze_embedding=False,
        hierarchical=False,
        loss="squared_error",
        quantile=None,
        scale_inputs=True,
        scale_target=True,
        optimizer="adam",
        lr=3e-3,
        lr_schedule="auto",
        batch_size="auto",
        max_epochs="auto",
        alpha=0.0,
        l1=0.0,
        clip_norm=1.0,
        clip_value=None,
        tbptt_steps=None,
        early_stopping="auto",
        validation_fraction=0.1,
        n_iter_no_change=10,
        tol=1e-4,
        warm_start=False,
        max_time=None,
        device="auto",
        callbacks=None,
        net_params=None,
        random_state=None,
        verbose=0,
    ):
        self.cell = cell
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bidirectional = bidirectional
        self.dropout = dropout
        self.pooling = pooling
        self.dense_sizes = dense_sizes
        self.stem = stem
        self.embedding_dim = embedding_dim
        self.embedding_weights = embedding_weights
        self.freeze_embedding = freeze_embedding
        self.hierarchical = hierarchical
        self.loss = loss
        self.quantile = quantile
        self.scale_inputs = scale_inputs
        self.scale_target = scale_target
        self.optimizer = optimizer
        self.lr = lr
        self.lr_schedule = lr_schedule
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.alpha = alpha
        self.l1 = l1
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.tbptt_steps = tbptt_steps
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.warm_start = warm_start
        self.max_time = max_time
        self.device = device
        self.callbacks = callbacks
        self.net_params = net_params
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X, y, sample_weight=None):
        """Fit the network.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series, Ragged or Fused of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
            With ``embedding_dim`` set: lists of ints, or (n, T) ints padded with 0.
            With ``hierarchical=True``: a list of documents, each a list of such sequences, or
            (n, S, T, F), or (n, S, T) ints padded with 0.
            Rows of several parts: a :class:`~skrnn.data.Fused`.
        y : array-like of shape (n,) or (n, n_targets)
            Numbers.
        sample_weight : array-like of shape (n,), default=None
            Weights of the sequences, not negative.

        Returns
        -------
        self : RNNRegressor
            The fitted estimator.

        Raises
        ------
        ValueError, TypeError
            If a parameter, X, y or the weights are not what they should be; the estimator is
            then as it was before.
        KeyboardInterrupt
            If fitting is interrupted; the best weights so far are kept.
        """
        return self._fit(X, y, sample_weight)

    def partial_fit(self, X, y, sample_weight=None):
        """Go over some sequences once, at the constant learning rate `lr`.

        The scaling of inputs and targets and the token ids are those of the first call.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series, Ragged or Fused of n sequences
            As for :meth:`fit`.
        y : array-like of shape (n,) or (n, n_targets)
            Numbers.
        sample_weight : array-like of shape (n,), default=None
            Weights of the sequences.

        Returns
        -------
        self : RNNRegressor
            The estimator after one more epoch.

        Raises
        ------
        ValueError
            If ``early_stopping`` or a schedule that needs to know the end of training is asked
            for.
        """
        return self._partial_fit(X, y, sample_weight)

    def predict(self, X):
        """Predict the target: its mean, median or quantile, as the loss has it.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series, Ragged or Fused of n sequences
            As for :meth:`fit`.

        Returns
        -------
        y : float64 ndarray of shape (n,) or (n, n_targets)
            1-D if the y of fit was.
        """
        outputs = self._outputs(X)
        return self._as_y(self.head_.predict(outputs).numpy())

    @available_if(_predicts_distribution)
    def predict_quantiles(self, X, quantiles=(0.1, 0.5, 0.9)):
        """Give quantiles of the predicted distribution (likelihood losses only).

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series, Ragged or Fused of n sequences
            As for :meth:`fit`.
        quantiles : array-like of shape (Q,), default=(0.1, 0.5, 0.9)
            Between 0 and 1.

        Returns
        -------
        quantiles : float64 ndarray of shape (n, Q) or (n, n_targets, Q)
            In the order asked for.
        """
        try:
            levels = np.ravel(np.asarray(quantiles, dtype=np.float64))
        except (TypeError, ValueError):
            levels = np.array([np.nan])
        if not (len(levels) and ((levels > 0) & (levels < 1)).all()):
            raise ValueError(
                f"quantiles={quantiles!r} must be numbers strictly between 0 and 1, such as "
                "(0.1, 0.5, 0.9)."
            )
        outputs = self._outputs(X)
        return self._as_y(self.head_.quantiles(outputs, levels))

    @available_if(_predicts_distribution)
    def predict_distribution(self, X):
        """Give the parameters of the predicted distribution (likelihood losses only).

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series, Ragged or Fused of n sequences
            As for :meth:`fit`.

        Returns
        -------
        parameters : dict of str to float64 ndarray of shape (n,) or (n, n_targets)
            For example "mean" and "sd" for ``loss="gaussian"``, in units of the target.
        """
        outputs = self._outputs(X)
        parameters = self.head_.parameters(outputs)
        return {name: self._as_y(value.numpy()) for name, value in parameters.items()}

    def _as_y(self, answer):
        """Drop the axis of targets (n, D, ...) where y had none."""
        return answer[:, 0] if self._fitted_task.one_column else answer

    def _task(self, y):
        if not is_head(self.loss) and self.loss not in LOSSES:
            raise ValueError(
                f"loss={self.loss!r} is unknown. Choose one of {sorted(LOSSES)}, or pass a "
                "skrnn.heads.Head class."
            )
        if self.quantile is not None and self.loss != "quantile":
            raise ValueError(
                f"quantile={self.quantile} only means something with loss='quantile', but loss is "
                f"{self.loss!r}."
            )
        return Numbers(self.loss, self.quantile, self.scale_target)

    def __sklearn_tags__(self):
        """Declare that y may have several columns."""
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
