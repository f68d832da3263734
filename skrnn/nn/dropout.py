"""Dropout that draws from the network's own generator."""

from torch import nn

from skrnn.cells import Cell
from skrnn.cells.noise import dropout_mask
from skrnn.nn.stacked import Generators


class Dropout(nn.Module):
    """Zero units at random in training and scale up the rest [1]_.

    Unlike :class:`torch.nn.Dropout` the mask is drawn from ``generator`` when there is one
    (see :func:`set_generator`), so that training neither reads nor moves torch's global state.

    Parameters
    ----------
    p : float
        Probability of zeroing a unit.

    References
    ----------
    .. [1] N. Srivastava et al., "Dropout: a simple way to prevent neural networks from
       overfitting", JMLR 15, 2014.

    Examples
    --------
    >>> import torch
    >>> dropout = Dropout(0.5)
    >>> set_generator(dropout, torch.Generator().manual_seed(0))
    >>> sorted(set(dropout(torch.ones(100)).tolist()))
    [0.0, 2.0]
    >>> dropout.eval()(torch.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, p):
        super().__init__()
        self.p = p
        self.generator = None

    def extra_repr(self):
        """Show the probability."""
        return f"p={self.p}"

    def forward(self, x):
        """Drop units of a tensor of any shape."""
        if not self.training or self.p == 0:
            return x
        if isinstance(self.generator, Generators):
            return x * self.generator.mask(x, self.p)
        return x * dropout_mask(x, self.p, self.generator)


def set_generator(module, generator):
    """Hand a generator to every :class:`Dropout` and cell of a module.

    Parameters
    ----------
    module : torch.nn.Module
        The network.
    generator : torch.Generator, Generators or None
        On the network's device; None goes back to torch's global one.
    """
    for part in module.modules():
        if isinstance(part, Dropout | Cell):
            part.generator = generator
