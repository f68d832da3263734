"""The echo state network."""

from dataclasses import dataclass

import torch
from torch.nn import functional

from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.base import Cell
from skrnn.cells.checks import check_choice, check_positive
from skrnn.cells.unroll import scan


@dataclass(eq=False, repr=False)
class ESN(Cell):
    r"""Echo state network [1]_: a random recurrence that is never trained.

    .. math::

        h_t = (1 - a) h_{t-1} + a \, \phi(W x_t + U h_{t-1} + b)

    W, U and b are drawn at random and stay; only what stands behind the cell is trained, and
    the gradient does not go through time. U is sparse and scaled to a spectral radius [2]_.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "gelu", "identity"}, default="tanh"
        The function :math:`\phi`.
    spectral_radius : float, default=0.9
        Size of the largest eigenvalue of U. Below 1 the state forgets how it started.
    leak_rate : float, default=1.0
        a, in (0, 1]: how fast the state moves.
    input_scale : float, default=1.0
        W and b are uniform in +-`input_scale`.
    density : float, default=0.2
        Share of the elements of U that are not zero, in (0, 1].
    input_dropout, learn_initial_state, residual, dilation
        Options around the cell; see :class:`Cell`. The initial state cannot be learned.

    References
    ----------
    .. [1] H. Jaeger, "The 'echo state' approach to analysing and training recurrent neural
       networks", GMD report 148, 2001.
    .. [2] M. Lukosevicius, "A practical guide to applying echo state networks", Neural Networks:
       Tricks of the Trade, 2012.

    Examples
    --------
    >>> import torch
    >>> from skrnn.cells import ESN
    >>> cell = ESN(spectral_radius=0.8)
    >>> cell.build(input_size=2, hidden_size=50)
    >>> list(cell.parameters())
    []
    >>> round(float(torch.linalg.eigvals(cell.recurrent).abs().max()), 4)
    0.8
    """

    activation: str = "tanh"
    spectral_radius: float = 0.9
    leak_rate: float = 1.0
    input_scale: float = 1.0
    density: float = 0.2

    def build(self, input_size, hidden_size):
        """Draw the weights; see :meth:`Cell.build`."""
        check_choice(self, "activation", ACTIVATIONS)
        check_positive(self, "leak_rate", most=1)
        check_positive(self, "density", most=1)
        check_positive(self, "spectral_radius")
        check_positive(self, "input_scale")
        if self.learn_initial_state:
            raise ValueError(
                "learn_initial_state=True: nothing inside an ESN is trained. Leave it False."
            )
        self.hidden_size = self.output_size = hidden_size
        scale = self.input_scale
        self.register_buffer("weight", torch.empty(hidden_size, input_size).uniform_(-scale, scale))
        self.register_buffer("bias", torch.empty(hidden_size).uniform_(-scale, scale))
        self.register_buffer("recurrent", self._draw_recurrent(hidden_size))

    def _draw_recurrent(self, size):
        weight = torch.empty(size, size).uniform_(-1, 1)
        sparse = weight * (torch.rand(size, size) < self.density)
        for candidate in (sparse, weight):  # a small sparse matrix may be nilpotent
            radius = torch.linalg.eigvals(candidate).abs().max()
            if radius > 1e-3:
                break
        return candidate * (self.spectral_radius / radius)

    def run(self, x, lengths, state, need_state):
        """Scan the sequence step by step, without a graph where nothing before it is trained."""
        state = self.initial_state(x) if state is None else state
        with torch.set_grad_enabled(torch.is_grad_enabled() and _trained(x, *state)):
            drive = functional.linear(x, self.weight, self.bias)
            return scan(self._step, drive, lengths, state)

    def _step(self, drive, state):
        (h,) = state
        new = ACTIVATIONS[self.activation](drive + functional.linear(h, self.recurrent))
        h = torch.lerp(h, new, self.leak_rate)
        return h, (h,)


def _trained(*tensors):
    return any(tensor.requires_grad for tensor in tensors)
