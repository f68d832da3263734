"""What a head is: how many numbers per target, how to score them, how to read them."""

from abc import ABC, abstractmethod

import numpy as np
import torch

from skrnn.heads._functions import as_numpy, check_real, weighted_r2


class Head(ABC):
    """Meaning of a network's last numbers: their loss, and how to read a prediction from them.

    A head has no weights. The network ends in a linear layer of width `n_outputs`; the head says
    what those numbers are. All tensor methods take any leading dimensions: ``(B, n_outputs)`` for
    one answer per sequence, ``(B, T, n_outputs)`` for one per step. The numbers of one kind stand
    together: first D means, then D standard deviations, and so on.

    Subclasses define the class attributes `n_params` and `affine` and the abstract methods; they
    override nothing else. `PointHead` and `DistributionHead` fill in most of them.

    Parameters
    ----------
    n_targets : int, default=1
        Number of targets D.
    loc, scale : float or array-like of shape (D,), default=0.0 and 1.0
        Location and scale of the targets, by which `encode` standardises them. Only an `affine`
        head takes other values than 0 and 1.

    Attributes
    ----------
    n_params : int
        Numbers the network gives per target.
    affine : bool
        Whether shifting and scaling the target leaves its kind unchanged, so that it may be
        standardised; false for labels and counts.
    target_dtype : numpy dtype
        Type of an encoded target.

    Raises
    ------
    ValueError
        If `n_targets` is not positive, `scale` is not positive and finite, `loc` is not finite, or
        a head that is not affine is given either.

    Examples
    --------
    A new head is one class. This one all but ignores small errors:

    >>> import numpy as np
    >>> import torch
    >>> from skrnn.heads import PointHead
    >>> class FourthPower(PointHead):
    ...     "The error to the fourth power."
    ...
    ...     def loss(self, outputs, target):
    ...         return (outputs - target) ** 4
    ...
    ...     def initial_bias(self, target, weight=None):
    ...         return np.average(target, axis=0, weights=weight)
    >>> head = FourthPower(n_targets=1, loc=[10.0], scale=[2.0])
    >>> head.n_outputs
    1
    >>> head.encode(np.array([[10.0], [14.0]]))
    array([[0.],
           [2.]])
    >>> head.predict(torch.tensor([[0.0], [2.0]]))
    tensor([[10.],
            [14.]])
    """

    target_dtype = np.float64

    @property
    @abstractmethod
    def n_params(self):
        """Numbers the network gives per target."""

    @property
    @abstractmethod
    def affine(self):
        """Whether the target may be standardised."""

    def __init__(self, n_targets=1, loc=0.0, scale=1.0):
        if n_targets < 1:
            raise ValueError(f"n_targets is {n_targets}; expected at least 1.")
        self.n_targets = int(n_targets)
        self.loc = np.array(np.broadcast_to(loc, self.n_targets), dtype=np.float64)
        self.scale = np.array(np.broadcast_to(scale, self.n_targets), dtype=np.float64)
        if not np.isfinite(self.loc).all():
            raise ValueError(f"loc is {loc}; expected finite numbers.")
        if not (np.isfinite(self.scale) & (self.scale > 0)).all():
            raise ValueError(
                f"scale is {scale}; expected positive finite numbers (1.0 for a constant target)."
            )
        if not self.affine and ((self.loc != 0).any() or (self.scale != 1).any()):
            raise ValueError(
                f"{type(self).__name__} is not affine: its target cannot be standardised. "
                "Leave loc and scale at 0.0 and 1.0."
            )

    def __repr__(self):
        """Class name and attributes."""
        shown = (
            f"{name}={value.tolist() if isinstance(value, np.ndarray) else value}"
            for name, value in vars(self).items()
        )
        return f"{type(self).__name__}({', '.join(shown)})"

    @property
    def n_outputs(self):
        """Width of the network's last layer."""
        return self.n_params * self.n_targets

    @abstractmethod
    def check_target(self, y):
        """Raise ValueError, naming the row, if y is outside the support of the head.

        Parameters
        ----------
        y : ndarray of shape (n, D)
            Targets in the user's units.
        """

    def encode(self, y):
        """Bring checked targets into the form that `loss`, `score` and `initial_bias` take.

        Parameters
        ----------
        y : ndarray of shape (..., D)
            Targets in the user's units.

        Returns
        -------
        ndarray of shape (..., D) and type `target_dtype`
            (y - loc) / scale where the head is affine, otherwise y.
        """
        y = np.asarray(y, dtype=self.target_dtype)
        return (y - self.loc) / self.scale if self.affine else y

    def to_units(self, z):
        """Shift and scale a standardised tensor (..., D) to the user's units."""
        return self.to_widths(z) + torch.as_tensor(self.loc).to(z)

    def to_widths(self, z):
        """Scale a standardised width (..., D), say a standard deviation, to the user's units."""
        return z * torch.as_tensor(self.scale).to(z)

    def split(self, outputs):
        """Split outputs (..., n_outputs) into `n_params` tensors (..., D), one per parameter."""
        return outputs.unflatten(-1, (self.n_params, self.n_targets)).unbind(-2)

    @abstractmethod
    def loss(self, outputs, target):
        """Loss of every target, not reduced and not weighted.

        Parameters
        ----------
        outputs : tensor of shape (..., n_outputs)
            What the network gives.
        target : tensor of shape (..., D)
            What `encode` gives, in the type of `outputs` if it is of floats.

        Returns
        -------
        tensor of shape (..., D)
        """

    @abstractmethod
    def predict(self, outputs):
        """Read one prediction per target.

        Parameters
        ----------
        outputs : tensor of shape (..., n_outputs)
            What the network gives.

        Returns
        -------
        tensor of shape (..., D)
            In the user's units, on the device and in the type of `outputs`.
        """

    @abstractmethod
    def score(self, outputs, target, weight=None):
        """Judge predictions as scikit-learn would: accuracy, or the coefficient of determination.

        Parameters
        ----------
        outputs : tensor of shape (..., n_outputs)
            What the network gives.
        target : tensor or ndarray of shape (..., D)
            What `encode` gives.
        weight : tensor or ndarray of shape (...,), default=None
            How often each row counts. Rows of weight 0 are not looked at.

        Returns
        -------
        float
            The higher the better; 1.0 is perfect.
        """

    @abstractmethod
    def initial_bias(self, target, weight=None):
        """Find a starting bias for the last layer, so that training starts at a sensible constant.

        Parameters
        ----------
        target : ndarray of shape (n, D)
            What `encode` gives.
        weight : ndarray of shape (n,), default=None
            How often each row counts.

        Returns
        -------
        ndarray of shape (n_outputs,)
        """


class PointHead(Head):
    """A head of one number per target, which is the prediction.

    Subclasses define `loss` and `initial_bias` (the constant with the least loss).
    """

    n_params = 1
    affine = True

    def check_target(self, y):
        """Raise ValueError, naming the row, if y (n, D) is not finite."""
        check_real(y, self.n_targets)

    def predict(self, outputs):
        """Prediction (..., D) in the user's units."""
        return self.to_units(outputs)

    def score(self, outputs, target, weight=None):
        """Weighted coefficient of determination, averaged over the targets."""
        return weighted_r2(outputs, target, weight)


class DistributionHead(Head):
    """A head that gives a probability distribution per target.

    Subclasses define, beside the abstract methods of `Head`, `parameters` and `distribution`.
    The loss is the negative log-likelihood of the encoded target. For affine heads it is thus
    that of the standardised target, smaller by log(scale) than that in the user's units.
    """

    @abstractmethod
    def parameters(self, outputs):
        """Parameters of the predicted distributions, in the user's units.

        Parameters
        ----------
        outputs : tensor of shape (..., n_outputs)
            What the network gives.

        Returns
        -------
        dict of str to tensor of shape (..., D)
        """

    @abstractmethod
    def distribution(self, parameters):
        """Return the frozen scipy.stats distribution for a dict of float64 arrays of one shape."""

    def quantiles(self, outputs, q):
        """Quantiles of the predicted distributions.

        Parameters
        ----------
        outputs : tensor of shape (..., n_outputs)
            What the network gives.
        q : float or array-like of shape (Q,)
            Probabilities, strictly between 0 and 1.

        Returns
        -------
        ndarray of shape (..., D, Q)
            In the user's units. For counts, the smallest count whose probability of not being
            exceeded is at least q.

        Raises
        ------
        ValueError
            If a probability is not strictly between 0 and 1.
        """
        q = np.atleast_1d(np.asarray(q, dtype=np.float64))
        if not ((q > 0) & (q < 1)).all():
            raise ValueError(f"q is {q.tolist()}; expected probabilities strictly between 0 and 1.")
        return self.distribution(self._arrays(outputs, (..., None))).ppf(q)

    def sample(self, outputs, n, rng):
        """Draw from the predicted distributions.

        Parameters
        ----------
        outputs : tensor of shape (..., n_outputs)
            What the network gives.
        n : int
            Number of draws.
        rng : numpy.random.Generator
            Where the randomness comes from.

        Returns
        -------
        ndarray of shape (n, ..., D)
            In the user's units.
        """
        size = (n, *outputs.shape[:-1], self.n_targets)
        draws = self.distribution(self._arrays(outputs, ...)).rvs(size=size, random_state=rng)
        return np.asarray(draws, dtype=np.float64)

    def score(self, outputs, target, weight=None):
        """Weighted coefficient of determination of the mean, averaged over the targets."""
        return weighted_r2(self.encode(as_numpy(self.predict(outputs.double()))), target, weight)

    def _arrays(self, outputs, key):
        parameters = self.parameters(outputs.detach().double())
        return {name: as_numpy(value)[key] for name, value in parameters.items()}
