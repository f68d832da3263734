"""
Adding a cell
=============

A cell is one class with one method that reads like the paper. Everything else
comes with it: padding, ragged lengths, layers, directions, grid search. Here
is one that tells us, after training, how long each of its units remembers.
"""

# %%
# The data
# --------
# Two waves in noise, a quick one and a slow one. The target is what each of
# them was at one moment: the quick one now, and the slow one on average over
# the last 40 steps.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch

from skrnn import RNNRegressor
from skrnn.cells import StepCell

random = np.random.default_rng(0)


def draw(n_samples, n_steps=60):
    """Return sequences of two features, and the two targets."""
    X = random.normal(size=(n_samples, n_steps, 2))
    return X, np.column_stack(
        [X[:, -1, 0], X[:, -40:, 1].mean(axis=1) * np.sqrt(40)]
    )


X_train, y_train = draw(600)
X_test, y_test = draw(300)
figure, axes = plt.subplots(
    2, 1, figsize=(7, 3.4), layout="constrained", sharex=True
)
for ax, feature in zip(axes, range(2), strict=True):
    ax.plot(X_train[0, :, feature], ".-", linewidth=0.8)
    ax.set(ylabel=f"feature {feature}", ylim=(-3.5, 3.5))
axes[0].axvspan(58.5, 59.5, color="C1", alpha=0.4)
axes[1].axvspan(19.5, 59.5, color="C1", alpha=0.4)
axes[0].set_title("what counts is shaded", fontsize="medium")
axes[1].set_xlabel("step")
plt.show()

# %%
# The cell
# --------
# Each unit keeps a part of what it was, and takes in something new:
#
# .. math::
#
#    h_t = (1 - a) \odot h_{t-1} + a \odot \tanh(W [x_t, h_{t-1}] + b)
#
# with a rate :math:`a` of its own, which is learned. Weights go to ``build``,
# the equation to ``step``. The cell knows nothing of lengths or padding.


class Leaky(StepCell):
    """Take in something new at a rate that is learned for each unit."""

    def build(self, input_size, hidden_size):
        """Make the weights."""
        self.hidden_size = self.output_size = hidden_size
        self.new = torch.nn.Linear(input_size + hidden_size, hidden_size)
        self.rate = torch.nn.Parameter(torch.linspace(-3.0, 1.0, hidden_size))

    def step(self, x, state):
        """Take one step."""
        (h,) = state
        new = torch.tanh(self.new(torch.cat([x, h], -1)))
        h = torch.lerp(h, new, torch.sigmoid(self.rate))
        return h, (h,)


# %%
# Train
# -----
# The class goes where a name goes. Beside it, the plain recurrent network,
# which is the same without rates.

settings = {
    "hidden_size": 12,
    "bidirectional": False,
    "stem": None,
    "pooling": "last",
    "lr": 0.01,
    "max_epochs": 20,
    "random_state": 0,
}
networks = {
    name: RNNRegressor(cell=cell, **settings).fit(X_train, y_train)
    for name, cell in {"rnn": "rnn", "Leaky": Leaky}.items()
}

# %%
# How good is it?
# ---------------
# The share of the variance of each target that is explained (1 is all, 0 is
# what the mean explains).

rows = {}
for name, network in networks.items():
    left = ((y_test - network.predict(X_test)) ** 2).mean(axis=0)
    rows[name] = dict(
        zip(
            ["now", "mean of 40 steps"],
            1 - left / y_test.var(axis=0),
            strict=True,
        )
    )
pd.DataFrame(rows).T.round(3)

# %%
# How long does each unit remember?
# ---------------------------------
# A unit with rate a forgets within about 1 / a steps. The fitted network is a
# module of torch, and holds what was learned. Left, the memory of each unit,
# before and after training. Right, how much of each target is found in each
# unit at the last step: the quick target in quick units, the slow one in slow
# units.

network = networks["Leaky"]
(cell,) = (
    module for module in network.module_.modules() if isinstance(module, Leaky)
)
with torch.no_grad():
    memory = 1 / torch.sigmoid(cell.rate).numpy()
    states, _ = cell(torch.as_tensor(X_test, dtype=torch.float32))
start = 1 / torch.sigmoid(torch.linspace(-3.0, 1.0, 12)).numpy()
last = states[:, -1].numpy()
related = np.abs(np.corrcoef(last, y_test, rowvar=False)[:12, 12:])

figure, (left, right) = plt.subplots(
    1, 2, figsize=(7.2, 3.1), layout="constrained"
)
order = np.argsort(memory)
left.bar(range(12), memory[order], label="learned")
left.plot(range(12), start[order], "k_", markersize=16, label="at the start")
left.set(
    xlabel="unit",
    ylabel="remembers (steps)",
    xticks=range(12),
    xticklabels=order,
)
left.legend()
for column, name in enumerate(["now", "mean of 40 steps"]):
    right.plot(memory, related[:, column], "os"[column], label=name)
right.set(
    xlabel="remembers (steps)",
    ylabel="correlation with the target",
    ylim=(0, 1),
)
right.legend()
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``Leaky(zoneout=0.1)``, ``num_layers=2`` or ``bidirectional=True``: options
#   around a cell need no line of code.
# - Put the class into a module, and let ``skrnn.testing.check_cell`` put it
#   through the tests of the cells of skrnn.
# - A rate that depends on the input: that is a gate, and you are halfway to a
#   GRU.
# - :doc:`../guide/extending` has the other bases, for cells that run faster.
