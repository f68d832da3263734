"""Convolutions that read local shapes and shorten sequences before the recurrent layers."""

import torch
from torch import nn

from skrnn.cells.kernels import exact
from skrnn.cells.unroll import mask_steps
from skrnn.nn.stacked import convolve, for_rows

STEM_FROM = 8  # median steps from which stem="auto" puts convolutions in front
FIRST_STEPS = 128  # steps after the first convolution, at most about this
LAST_STEPS = 32  # steps the recurrent layers should read, at most about this
N_BLOCKS = 3


def make_stem(stem, input_size, channels, n_steps):
    """Resolve the ``stem`` parameter.

    Parameters
    ----------
    stem : {None, "auto", "conv"}
        What the user chose; "auto" is a stem from a median of 8 steps on.
    input_size : int
        F, features of a step.
    channels : int
        C, features the stem gives.
    n_steps : int
        A typical length.

    Returns
    -------
    stem : ConvStem or None
        With strides planned for that length.

    Examples
    --------
    >>> make_stem("auto", 1, 64, 5) is None
    True
    """
    if stem is None or (stem == "auto" and n_steps < STEM_FROM):
        return None
    return ConvStem(input_size, channels, *plan_strides(n_steps))


def plan_strides(n_steps):
    """Choose the stride of the first convolution and of each block for a length.

    Parameters
    ----------
    n_steps : int
        A typical length.

    Returns
    -------
    first : int
        A power of 2.
    strides : tuple of {1, 2}
        One per block.

    Examples
    --------
    >>> plan_strides(60), plan_strides(720)
    ((1, (2, 1, 1)), (8, (2, 2, 1)))
    """
    first = 1
    while n_steps / first > FIRST_STEPS:
        first *= 2
    steps = -(-n_steps // first)
    strides = []
    for _ in range(N_BLOCKS):
        strides.append(2 if steps > LAST_STEPS else 1)
        steps = -(-steps // strides[-1])
    return first, tuple(strides)


class ConvStem(nn.Module):
    """Residual convolutions [1]_ along time, exact for ragged rows.

    Every layer is masked by length. The residual blocks are normalised within the row, over its
    real steps and all channels (group normalisation [2]_ with one group), so that a row's answer
    depends neither on its batch nor on its padding. The first convolution is not, so that the
    level of a row is not lost.

    Parameters
    ----------
    input_size : int
        F, features of a step.
    channels : int
        C, features of a step of the output.
    first : int
        Stride of the first convolution.
    strides : tuple of int
        Strides of the residual blocks.

    Attributes
    ----------
    output_size : int
        C.

    References
    ----------
    .. [1] Z. Wang, W. Yan and T. Oates, "Time series classification from scratch with deep
       neural networks: a strong baseline", IJCNN 2017.
    .. [2] Y. Wu and K. He, "Group normalization", ECCV 2018.

    Examples
    --------
    >>> import torch
    >>> stem = ConvStem(1, 8, first=2, strides=(2, 1))
    >>> x, lengths = stem(torch.zeros(3, 20, 1), torch.tensor([20, 9, 1]))
    >>> x.shape, lengths
    (torch.Size([3, 5, 8]), tensor([5, 3, 1]))
    """

    def __init__(self, input_size, channels, first=1, strides=(2, 2, 1)):
        super().__init__()
        width = 9 + 2 * (first - 1)
        self.first = MaskedConv(input_size, channels, width, first, bias=True)
        self.blocks = nn.ModuleList(ResidualBlock(channels, stride) for stride in strides)
        self.output_size = channels

    def forward(self, x, lengths=None):
        """Shorten a batch.

        Parameters
        ----------
        x : tensor of shape (B, T, F)
            Rows padded at the end.
        lengths : tensor of shape (B,), default=None
            Real steps of each row; None when no row is padded.

        Returns
        -------
        x : tensor of shape (B, T', C)
            Shorter rows, zero in the padding.
        lengths : tensor of shape (B,) or None
            Their real steps.
        """
        x, lengths = self.first(mask_steps(x, lengths), lengths)
        x = mask_steps(torch.relu(x), lengths)
        for block in self.blocks:
            x, lengths = block(x, lengths)
        return x, lengths


class ResidualBlock(nn.Module):
    """Two normalised convolutions beside a link that averages the steps of each stride.

    Parameters
    ----------
    channels : int
        C, features of a step.
    stride : int
        How many steps become one.
    """

    def __init__(self, channels, stride):
        super().__init__()
        self.stride = stride
        self.one = MaskedConv(channels, channels, 5, stride, bias=False)
        self.two = MaskedConv(channels, channels, 5, 1, bias=False)
        self.norms = nn.ModuleList(RowNorm(channels) for _ in range(2))

    def forward(self, x, lengths=None):
        """Read rows (B, T, C), zero after `lengths` (B,); give shorter ones and their lengths."""
        y, shorter = self.one(x, lengths)
        y, _ = self.two(mask_steps(torch.relu(self.norms[0](y, shorter)), shorter), shorter)
        y = self.norms[1](y, shorter) + average_steps(x, lengths, self.stride)
        return mask_steps(torch.relu(y), shorter), shorter


class MaskedConv(nn.Module):
    """A convolution along the steps of rows that are zero in the padding.

    Parameters
    ----------
    input_size, channels : int
        Features of a step before and after.
    width : int
        Odd number of steps each answer sees.
    stride : int
        How many steps become one.
    bias : bool
        Whether to add a constant.
    """

    def __init__(self, input_size, channels, width, stride, bias):
        super().__init__()
        self.stride = stride
        self.conv = nn.Conv1d(
            input_size, channels, width, stride=stride, padding=width // 2, bias=bias
        )
        nn.init.kaiming_normal_(self.conv.weight)

    def forward(self, x, lengths=None):
        """Read rows (B, T, F), zero after `lengths` (B,); the padding of the answer is not."""
        if exact.answers_exactly(x):
            return self._convolve_exactly(x), shorten(lengths, self.stride)
        conv, shorter = self.conv, shorten(lengths, self.stride)
        return convolve(x, conv.weight, conv.bias, self.stride, conv.padding[0]), shorter

    def _convolve_exactly(self, x):
        (width,), side = self.conv.kernel_size, self.conv.padding[0]
        windows = nn.functional.pad(x, (0, 0, side, side)).unfold(1, width, self.stride)
        weight = self.conv.weight.flatten(1)
        bias = weight.new_zeros(len(weight)) if self.conv.bias is None else self.conv.bias
        return exact.linear(windows.flatten(2), weight, bias)  # windows (B, T', F, width)


class RowNorm(nn.Module):
    """Bring each row to mean 0 and variance 1 over its real steps and all channels.

    Parameters
    ----------
    channels : int
        C, each with a gain and a bias of its own.
    """

    def __init__(self, channels):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x, lengths=None):
        """Read rows (B, T, C) of `lengths` (B,); the padding of the answer is not zero."""
        if exact.answers_exactly(x):
            return self._normalise_exactly(x, lengths)
        steps = x.shape[1] if lengths is None else lengths[:, None, None]
        count = steps * x.shape[2]
        mean = mask_steps(x, lengths).sum((1, 2), keepdim=True) / count
        centred = mask_steps(x - mean, lengths)
        variance = centred.square().sum((1, 2), keepdim=True) / count
        gain, bias = for_rows(self.gain, len(x))[:, None], for_rows(self.bias, len(x))[:, None]
        return centred * torch.rsqrt(variance + 1e-3) * gain + bias

    def _normalise_exactly(self, x, lengths):
        def mean_of_row(x):
            return exact.mean(exact.mean(x, lengths)[..., None], None)[:, None]

        centred = mask_steps(x - mean_of_row(x), lengths)
        spread = torch.rsqrt(mean_of_row(centred.square()) + 1e-3)
        return centred * spread * self.gain + self.bias


def shorten(lengths, stride):
    """Give the lengths after a stride, rounded up; None stays None."""
    return None if lengths is None else (lengths + stride - 1).div(stride, rounding_mode="floor")


def average_steps(x, lengths, stride):
    """Average every `stride` real steps of rows (B, T, C) that are zero in the padding."""
    if stride == 1:
        return x
    n_steps = x.shape[1]
    x = nn.functional.pad(x, (0, 0, 0, -n_steps % stride)).unflatten(1, (-1, stride)).sum(2)
    starts = stride * torch.arange(x.shape[1], device=x.device)
    if lengths is None:
        lengths = torch.full((1,), n_steps, device=x.device)
    count = (lengths[:, None] - starts).clamp(1, stride)  # real steps in each stride
    return x / count[..., None]
