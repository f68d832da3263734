"""What an estimator costs over a training loop written by hand.

Both sides run the same network from the same starting weights, with the same fused Adam, the same
clipping and the same batches in the same order, and end in the same weights, which is checked
first. The hand-written side gets its batches cut beforehand and does nothing that training does not
need. Two versions of it are timed: "own" calls the network that the estimator built; "plain" is
nn.GRU and nn.Linear with the same weights, as one would write them.

Rounds are interleaved (fit, own, plain; own, plain, fit; ...), ratios are taken within a round, and
their median and quartiles are printed, by the clock on the wall and by the processor time of this
process, which suffers less from whatever else the machine does. "fit" is the whole call; "training"
is the part of it between the first epoch's beginning and the last one's end::

    python benchmarks/cost.py
    python benchmarks/cost.py --epochs 50 --rounds 15
"""

import argparse
import copy
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from skorch.callbacks import Callback
from timing import CLOCKS, now, timed
from torch import nn
from torch.nn.functional import cross_entropy

from skrnn import RNNClassifier, config_context

N_CLASSES = 4


@dataclass
class Case:
    """One problem and the bar it is held to."""

    cell: str
    n_steps: int
    n_features: int
    hidden_size: int
    batch_size: int
    bar: float | None
    n: int = 2000

    def __str__(self):
        return (
            f"{self.cell} H={self.hidden_size}, X ({self.n}, {self.n_steps}, {self.n_features}), "
            f"batch {self.batch_size}"
        )

    def data(self):
        """Draw X (n, T, F) and y (n,)."""
        rng = np.random.default_rng(0)
        X = rng.normal(size=(self.n, self.n_steps, self.n_features)).astype(np.float32)
        return X, rng.integers(N_CLASSES, size=self.n)

    def estimator(self, epochs, clip_norm, callbacks=None):
        """Make an estimator that does what the hand-written loop does."""
        return RNNClassifier(
            cell=self.cell,
            hidden_size=self.hidden_size,
            batch_size=self.batch_size,
            max_epochs=epochs,
            clip_norm=clip_norm,
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
            early_stopping=False,
            device="cpu",
            random_state=0,
            callbacks=callbacks,
        )


CASES = [
    Case("gru", 50, 4, 32, 128, bar=1.10),
    Case("gru", 10, 4, 8, 32, bar=1.25),
    Case("lstm", 50, 4, 32, 128, bar=None),
    Case("lstm", 10, 4, 8, 32, bar=None),
]


class Recorder(Callback):
    """Keep the network as it was before training, and every batch."""

    def __init__(self):
        self.network, self.batches = None, []

    def __deepcopy__(self, memo):
        return self  # estimators copy their callbacks

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Copy the network."""
        self.network = copy.deepcopy(net.module_)

    def on_batch_begin(self, net, batch=None, training=None, **kwargs):
        """Keep the inputs and the classes."""
        (x, _), (target, _) = batch
        self.batches.append((x.clone(), target.clone()))


class Stopwatch(Callback):
    """Time training from the first epoch's beginning to the last one's end."""

    def __init__(self):
        self.start = self.stop = None

    def __deepcopy__(self, memo):
        return self

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        """Start."""
        self.start = now()

    def on_train_end(self, net, X=None, y=None, **kwargs):
        """Stop."""
        self.stop = now()


class Plain(nn.Module):
    """A recurrent and a linear layer, as one would write them, with another network's weights."""

    def __init__(self, network):
        super().__init__()
        self.layer = copy.deepcopy(network.encoder.layers[0].directions[0].layer)
        self.projection = copy.deepcopy(network.projection)

    def forward(self, x):
        """Give the logits (B, K) of x (B, T, F)."""
        output, _ = self.layer(x)
        return self.projection(output[:, -1])


def bare_loop(network, batches, lr, clip_norm):
    """Train by hand."""
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=lr, fused=True)
    for x, target in batches:
        optimizer.zero_grad()
        cross_entropy(network(x), target).backward()
        if clip_norm is not None:
            nn.utils.clip_grad_norm_(network.parameters(), clip_norm)
        optimizer.step()


def largest_difference(one, other):
    """Give the largest difference between the weights of two networks."""
    pairs = zip(one.parameters(), other.parameters(), strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs)


def measure(case, epochs, rounds, clip_norm):
    """Give the seconds of each round on both clocks, as arrays (rounds, 2) by name."""
    X, y = case.data()
    recorder, watch = Recorder(), Stopwatch()
    fitted = case.estimator(epochs, clip_norm, [recorder]).fit(X, y)
    start = recorder.network
    own, plain = copy.deepcopy(start), Plain(start)
    for network in (own, plain):
        bare_loop(network, recorder.batches, fitted.lr, clip_norm)
        difference = largest_difference(network, fitted.module_)
        assert difference < 1e-3, f"the loops train different networks ({difference:.1e})"
    seconds = {"fit": [], "training": [], "own": [], "plain": []}
    for turn in range(rounds):
        estimator = case.estimator(epochs, clip_norm, [watch])
        runs = {
            "fit": lambda e=estimator: e.fit(X, y),
            "own": partial(bare_loop, copy.deepcopy(start), recorder.batches, fitted.lr, clip_norm),
            "plain": partial(bare_loop, Plain(start), recorder.batches, fitted.lr, clip_norm),
        }
        names = list(runs)
        for name in names[turn % 3 :] + names[: turn % 3]:
            seconds[name].append(timed(runs[name]))
        seconds["training"].append(watch.stop - watch.start)
    return {name: np.array(value) for name, value in seconds.items()}, difference


def report(case, seconds, difference):
    """Print the medians and the ratios."""
    print(f"\n{case}; the weights of both differ by {difference:.0e}")
    for name, value in seconds.items():
        wall, cpu = 1e3 * np.median(value, 0)
        print(f"  {name:<17} {wall:8.1f} ms wall {cpu:8.1f} ms cpu")
    for side in ("fit", "training"):
        for loop in ("own", "plain"):
            ratios = np.quantile(seconds[side] / seconds[loop], [0.25, 0.5, 0.75], axis=0).T
            shown = [
                f"{middle:.3f} [{low:.3f}, {high:.3f}] {clock}"
                for (low, middle, high), clock in zip(ratios, CLOCKS, strict=True)
            ]
            note = f"   bar {case.bar:.2f}" if case.bar and side == "fit" else ""
            print(f"  {side + ' / ' + loop:<17} {'  '.join(shown)}{note}")


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--clip-norm", type=float, default=1.0, help="0 for none")
    parser.add_argument("--cases", type=int, nargs="*", default=range(len(CASES)))
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()
    torch.set_num_threads(1)
    epochs, rounds = (1, 2) if options.quick else (options.epochs, options.rounds)
    clip_norm = options.clip_norm or None
    print(
        f"torch {torch.__version__}, torch.set_num_threads(1), backend 'torch', {epochs} epochs, "
        f"{rounds} rounds, clip_norm={clip_norm}"
    )
    for case in (CASES[i] for i in options.cases):
        if options.quick:
            case.n = 200
        with config_context(backend="torch"):
            report(case, *measure(case, epochs, rounds, clip_norm))


if __name__ == "__main__":
    main()
