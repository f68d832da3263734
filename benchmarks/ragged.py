"""What batches of similar length save over padding everything to the longest sequence.

Lengths are log-normal, cut at 400 steps, with mean 60 (the median is 47). The estimator sorts them
into batches of similar length; the other side writes all rows into one array (n, 400, F) filled
with zeros and trains the same network on it by hand, as one does without lengths. Both take as many
batches per epoch with the same fused Adam and clipping, in interleaved rounds; "epoch" compares one
epoch of each, "fit" the whole call of fit with as many epochs by hand::

    python benchmarks/ragged.py
    python benchmarks/ragged.py --n 4096 --batch-size 128
"""

import argparse
import copy
import time

import numpy as np
import torch
from skorch.callbacks import Callback
from torch import nn
from torch.nn.functional import cross_entropy

from skrnn import RNNClassifier, config_context
from skrnn.data import Ragged

N_CLASSES, N_FEATURES, LONGEST, MEAN, SIGMA = 4, 4, 400, 60, 0.7


class KeepNetwork(Callback):
    """Copy the network before it is trained."""

    def __init__(self):
        self.network = None

    def __deepcopy__(self, memo):
        return self  # estimators copy their callbacks

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Copy it."""
        self.network = copy.deepcopy(net.module_)


def draw(n):
    """Draw n ragged sequences, one of them of the greatest length, and their classes."""
    rng = np.random.default_rng(0)
    raw = rng.lognormal(0, SIGMA, size=n)
    raw *= MEAN / raw.mean()
    for _ in range(20):  # cutting at the longest lowers the mean
        raw *= MEAN / raw.clip(1, LONGEST).mean()
    lengths = raw.clip(1, LONGEST).round().astype(int)
    lengths[lengths.argmax()] = LONGEST
    values = rng.normal(size=(lengths.sum(), N_FEATURES)).astype(np.float32)
    return Ragged(values, lengths), rng.integers(N_CLASSES, size=n)


def make(cell, batch_size, epochs, callbacks=None):
    """Make the estimator."""
    return RNNClassifier(
        cell=cell,
        hidden_size=32,
        batch_size=batch_size,
        max_epochs=epochs,
        num_layers=1,
        dropout=0.0,
        dense_sizes=(),
        stem=None,
        pooling="last",
        bidirectional=False,
        scale_inputs=False,
        optimizer="adam",
        lr=3e-3,
        lr_schedule="constant",
        l1=0.0,
        alpha=0.0,
        clip_norm=1.0,
        early_stopping=False,
        device="cpu",
        random_state=0,
        callbacks=callbacks,
    )


def train_padded(network, X, y, batch_size, epochs):
    """Train by hand on padded rows (n, T, F), newly shuffled each epoch."""
    optimizer = torch.optim.Adam(network.parameters(), lr=3e-3, fused=True)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).tensor_split(-(-len(X) // batch_size)):
            optimizer.zero_grad()
            cross_entropy(network(X[rows]), y[rows]).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()


def seconds_of(run, *args):
    """Give the seconds a call takes."""
    start = time.perf_counter()
    run(*args)
    return time.perf_counter() - start


def measure(cell, X, y, options):
    """Give the ratios of an epoch and of a whole fit, per round, and print the medians."""
    keep = KeepNetwork()
    fitted = make(cell, options.batch_size, 1, [keep]).fit(X, y)
    padded = torch.as_tensor(X.to_padded(value=0.0))
    target = torch.as_tensor(y)
    epoch, whole, by_hand = [], [], []
    for _ in range(options.rounds):
        estimator = make(cell, options.batch_size, options.epochs)
        whole.append(seconds_of(estimator.fit, X, y) / options.epochs)
        epoch.append(np.median([row["seconds"] for row in estimator.history_]))
        network = copy.deepcopy(keep.network)
        args = network, padded, target, options.batch_size, options.epochs
        by_hand.append(seconds_of(train_padded, *args) / options.epochs)
    print(f"\n{cell} H=32, {len(X)} rows, batch {options.batch_size}")
    print(f"  lengths: mean {X.lengths.mean():.1f}, max {X.lengths.max()}")
    print(f"  padded_fraction {fitted.history_[-1]['padded_fraction']:.3f} in batches,", end=" ")
    print(f"{1 - X.lengths.mean() / X.lengths.max():.3f} in one array")
    print(f"  epoch padded  {np.median(by_hand):7.3f} s")
    for name, value in (("epoch", epoch), ("fit", whole)):
        low, middle, high = np.quantile(np.divide(by_hand, value), [0.25, 0.5, 0.75])
        print(
            f"  {name:<6} bucketed {np.median(value):6.3f} s: {middle:5.2f} times faster", end=" "
        )
        print(f"[{low:.2f}, {high:.2f}]" + ("   bar 5" if name == "epoch" else ""))


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--n", type=int, default=2048)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--cell", nargs="*", choices=["gru", "lstm"], default=["gru", "lstm"])
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()
    if options.quick:
        options.n, options.epochs, options.rounds = 128, 1, 1
    torch.set_num_threads(1)
    print(
        f"torch {torch.__version__}, torch.set_num_threads(1), backend 'torch', {options.epochs} "
        f"epochs, {options.rounds} rounds"
    )
    X, y = draw(options.n)
    for cell in options.cell:
        with config_context(backend="torch"):
            measure(cell, X, y, options)


if __name__ == "__main__":
    main()
