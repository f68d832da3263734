"""Weights that stay within bounds."""

import torch


def bound(weight, limit):
    """Clip weights, so that training can lead back those that lie outside.

    A plain clip has no gradient outside its bounds: a weight once there stays for good. Here the
    gradient is let through where a step against it leads back.

    Parameters
    ----------
    weight : tensor
        The weights.
    limit : float
        The largest size they act with.

    Returns
    -------
    bounded : tensor of the shape of `weight`
        The weights within +-`limit`.

    Examples
    --------
    >>> import torch
    >>> weight = torch.tensor([-3.0, 0.5, 3.0], requires_grad=True)
    >>> bounded = bound(weight, 1.0)
    >>> bounded.tolist()
    [-1.0, 0.5, 1.0]
    >>> bounded.sum().backward()  # a step makes them smaller: the first must not
    >>> weight.grad.tolist()
    [0.0, 1.0, 1.0]
    """
    return _Bound.apply(weight, limit)


class _Bound(torch.autograd.Function):
    @staticmethod
    def forward(ctx, weight, limit):
        ctx.save_for_backward(weight)
        ctx.limit = limit
        return weight.clamp(-limit, limit)

    @staticmethod
    def backward(ctx, gradient):
        (weight,) = ctx.saved_tensors
        leads_out = (weight.abs() > ctx.limit) & (weight * gradient < 0)
        return gradient.masked_fill(leads_out, 0.0), None
