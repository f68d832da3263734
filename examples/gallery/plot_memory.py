"""
What the network remembers
==========================

A network may be wrong because it has forgotten, and its score does not say so.
The gradient of its answer does: it tells how much each step still counts, by
how long ago it was.
"""

# %%
# The data
# --------
# Sequences of 40 random numbers, and two tasks on them. One asks for the mean
# of the last five numbers, the other for the mean of the first five. The
# second needs a long memory, and the first does not.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skrnn import RNNRegressor
from skrnn.inspection import MemoryDisplay

random = np.random.default_rng(0)
X_train, X_test = (random.uniform(-1, 1, size=(n, 40, 1)) for n in (1000, 300))
tasks = {"last five": slice(-5, None), "first five": slice(5)}


def answer(X, task):
    """Return the mean of the steps that a task is about."""
    return X[:, tasks[task], 0].mean(axis=1)


figure, ax = plt.subplots(figsize=(7.2, 2.4), layout="constrained")
ax.plot(X_train[0, :, 0], ".-", color="0.4", linewidth=0.8)
ax.axvspan(-0.5, 4.5, color="C1", alpha=0.4, label="first five")
ax.axvspan(34.5, 39.5, color="C0", alpha=0.4, label="last five")
ax.set(xlabel="step", ylim=(-1.1, 1.1))
figure.legend(loc="outside upper center", ncols=2)
plt.show()

# %%
# Train
# -----
# The plain recurrent cell and the GRU, on both tasks. The answer is read off
# the last state, so that whatever counts must have been carried there.

settings = {
    "hidden_size": 16,
    "bidirectional": False,
    "stem": None,
    "pooling": "last",
    "lr": 0.01,
    "max_epochs": 15,
    "random_state": 0,
}
networks = {
    (cell, task): RNNRegressor(cell=cell, **settings).fit(
        X_train, answer(X_train, task)
    )
    for cell in ("rnn", "gru")
    for task in tasks
}

# %%
# How good is it?
# ---------------
# The share of the variance that is explained on test sequences: 1 is all, 0 is
# what the mean explains.

scores = {
    key: network.score(X_test, answer(X_test, key[1]))
    for key, network in networks.items()
}
pd.Series(scores).unstack().loc[["rnn", "gru"], list(tasks)].round(2)

# %%
# How far back they look
# ----------------------
# :class:`~skrnn.inspection.MemoryDisplay` draws the size of the gradient of
# the answer by each step, over how long ago the step was. It also says in
# words what it found. A network whose gradient is small where the task is
# cannot learn it; a network that looks far back has not learned it yet for
# that. So read both, the score and the picture.

figure, axes = plt.subplots(
    2, 2, figsize=(7.2, 5.5), layout="constrained", sharex=True, sharey=True
)
for ax, (cell, task) in zip(axes.flat, networks, strict=True):
    display = MemoryDisplay.from_estimator(networks[cell, task], X_test, ax=ax)
    ax.set(title=f"{cell}, {task}", xlabel="", ylabel="")
    if ax is not axes[0, 0]:
        ax.get_legend().remove()
    print(f"{cell}, {task}: {display.finding_}\n")
figure.supxlabel("steps before the last")
figure.supylabel("gradient of the answer, relative to the largest")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``pooling="attention"``: then the answer sees every step directly, and
#   ``of="state"`` asks for the memory of the state alone.
# - Longer sequences, or more epochs. Where does the GRU give up?
# - ``"lstm"``, ``"lem"`` and other cells of :doc:`../guide/cells`.
# - :class:`~skrnn.inspection.GradientFlowDisplay` takes the gradient of the
#   loss instead, layer by layer, and warns where it vanishes or explodes.
# - ``tbptt_steps=10``, which cuts what the training can see, though not the
#   memory.
