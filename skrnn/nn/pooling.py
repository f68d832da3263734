"""From the outputs of all steps to one vector per sequence."""

import torch
from torch import nn

from skrnn.cells.kernels import exact
from skrnn.cells.unroll import mask_steps, step_mask
from skrnn.nn.stacked import linear


class LastPooling(nn.Module):
    """The output each direction gave when it had read the whole sequence.

    That is the last real step going forward, and the first step going backward.

    Parameters
    ----------
    size : int
        O, size of the outputs.
    n_directions : {1, 2}, default=1
        With 2 the first half of the outputs is the forward direction's.

    Examples
    --------
    >>> import torch
    >>> outputs = torch.tensor([[[1.0], [2.0], [0.0]]])
    >>> LastPooling(1)(outputs, torch.tensor([2]))
    tensor([[2.]])
    """

    def __init__(self, size, n_directions=1):
        super().__init__()
        self.forward_size = size // n_directions
        self.two_way = n_directions == 2

    def forward(self, outputs, lengths=None):
        """Pool outputs (B, T, O), padded after `lengths` (B,), to (B, O)."""
        if lengths is None:
            last = outputs[:, -1]
        else:
            last = outputs[torch.arange(len(lengths), device=lengths.device), lengths - 1]
        if not self.two_way:
            return last
        size = self.forward_size
        return torch.cat([last[:, :size], outputs[:, 0, size:]], 1)


class MeanPooling(nn.Module):
    """The mean over real steps.

    Parameters
    ----------
    size : int
        O, size of the outputs.
    n_directions : {1, 2}, default=1
        Makes no difference here.

    Examples
    --------
    >>> import torch
    >>> outputs = torch.tensor([[[1.0], [2.0], [9.0]]])
    >>> MeanPooling(1)(outputs, torch.tensor([2]))
    tensor([[1.5000]])
    """

    def __init__(self, size, n_directions=1):
        super().__init__()

    def forward(self, outputs, lengths=None):
        """Pool outputs (B, T, O), padded after `lengths` (B,), to (B, O)."""
        if exact.answers_exactly(outputs):
            return exact.mean(outputs, lengths)
        if lengths is None:
            return outputs.mean(1)
        return mask_steps(outputs, lengths).sum(1) / lengths[:, None]


class MaxPooling(nn.Module):
    """The maximum over real steps, unit by unit.

    Parameters
    ----------
    size : int
        O, size of the outputs.
    n_directions : {1, 2}, default=1
        Makes no difference here.

    Examples
    --------
    >>> import torch
    >>> outputs = torch.tensor([[[1.0], [2.0], [9.0]]])
    >>> MaxPooling(1)(outputs, torch.tensor([2]))
    tensor([[2.]])
    """

    def __init__(self, size, n_directions=1):
        super().__init__()

    def forward(self, outputs, lengths=None):
        """Pool outputs (B, T, O), padded after `lengths` (B,), to (B, O)."""
        return mask_steps(outputs, lengths, -torch.inf).amax(1)


class AttentionPooling(nn.Module):
    r"""A learned weighted mean over real steps [1]_.

    The weight of step t is :math:`\mathrm{softmax}_t(v^\top \tanh(W h_t + b))`.

    Parameters
    ----------
    size : int
        O, size of the outputs.
    n_directions : {1, 2}, default=1
        Makes no difference here.

    References
    ----------
    .. [1] Z. Yang et al., "Hierarchical attention networks for document classification",
       NAACL 2016.

    Examples
    --------
    >>> import torch
    >>> pooling = AttentionPooling(4)
    >>> pooling(torch.zeros(2, 3, 4), torch.tensor([1, 3])).shape
    torch.Size([2, 4])
    """

    def __init__(self, size, n_directions=1):
        super().__init__()
        self.key = nn.Linear(size, size)
        self.query = nn.Linear(size, 1, bias=False)

    def weights(self, outputs, lengths=None):
        """Give the weights (B, T) of the steps; they sum to 1 and are 0 in the padding."""
        keys = linear(mask_steps(outputs, lengths), self.key.weight, self.key.bias)
        scores = linear(torch.tanh(keys), self.query.weight)[..., 0]
        if lengths is not None:
            scores = scores.masked_fill(~step_mask(lengths, scores.shape[1]), -torch.inf)
        return scores.softmax(1)

    def forward(self, outputs, lengths=None):
        """Pool outputs (B, T, O), padded after `lengths` (B,), to (B, O)."""
        if exact.answers_exactly(outputs):
            key, query = self.key, self.query.weight[0]
            return exact.attention(outputs, lengths, key.weight, key.bias, query)
        weights = self.weights(outputs, lengths)
        return (weights[:, None] @ mask_steps(outputs, lengths))[:, 0]


POOLINGS = {
    "last": LastPooling,
    "mean": MeanPooling,
    "max": MaxPooling,
    "attention": AttentionPooling,
}
