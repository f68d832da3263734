"""Optimizers, learning-rate schedules and penalties, by the names estimators take."""

import math

import torch

OPTIMIZERS = {
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "sgd": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
}
FUSED = ("adam", "adamw", "sgd")  # torch has a one-call CPU and CUDA step for these


def constant(progress):
    """Keep the learning rate."""
    return 1.0


def cosine(progress):
    """Fall along half a cosine wave to zero (Loshchilov and Hutter, 2017)."""
    return 0.5 * (1 + math.cos(math.pi * progress))


def linear(progress):
    """Fall in a straight line to zero."""
    return 1.0 - progress


def one_cycle(progress, warmup=0.3, start=0.04):
    """Rise for 30 % of the steps, then fall to zero, both along cosines (Smith, 2018)."""
    if progress < warmup:
        return start + (1 - start) * 0.5 * (1 - math.cos(math.pi * progress / warmup))
    return cosine((progress - warmup) / (1 - warmup))


SCHEDULES = {
    "constant": constant,
    "cosine": cosine,
    "linear": linear,
    "one_cycle": one_cycle,
}


class Penalty:
    """L1 and L2 penalties on weights, added to the gradient; biases go free.

    As in scikit-learn's MLPClassifier the penalty of a batch is divided by its number of rows:
    ``(alpha / 2 * sum(W**2) + l1 * sum(|W|)) / n_rows``.

    Parameters
    ----------
    weights : list of torch.nn.Parameter
        The penalised weights.
    alpha : float
        Strength of L2.
    l1 : float
        Strength of L1.
    """

    def __init__(self, weights, alpha, l1):
        self.weights = weights
        self.alpha = alpha
        self.l1 = l1

    def add_gradient(self, n_rows):
        """Add the penalty's gradient for a batch of `n_rows` rows to ``.grad``."""
        for weight in self.weights:
            if weight.grad is None:
                continue
            if self.alpha:
                weight.grad.add_(weight.detach(), alpha=self.alpha / n_rows)
            if self.l1:
                weight.grad.add_(weight.detach().sign(), alpha=self.l1 / n_rows)


def penalised(module):
    """List the parameters of a network that penalties shrink: not its biases and gains.

    Parameters
    ----------
    module : torch.nn.Module
        The network.

    Returns
    -------
    weights : list of torch.nn.Parameter
        Trainable parameters of two or more dimensions.
    """
    return [p for p in module.parameters() if p.requires_grad and p.ndim > 1]
