"""Tell the torques of a robot arm's motors from how the arm moves: inverse dynamics.

Encoders give the angles and velocities of two joints, with a little noise; accelerations, which the
torques depend on, nobody measures. So a network reads the last 6 steps and tells the torques at
the last of them: make_windows with ``horizon=0``. It stands beside a ridge regression on the same
windows, with the sines and cosines of the angles that a linear model needs. Movements of the test
part were never seen. The errors are in newton metres, joint by joint, and one movement becomes a
picture::

    python examples/robot_arm.py
    python examples/robot_arm.py --data recordings.npz     # of your own arm

An ``.npz`` file holds ``X_train`` and ``X_test`` (n, steps, 2 * joints), first the angles in
radians and then the velocities, and ``y_train`` and ``y_test`` (n, steps, joints).
"""

import argparse
from time import perf_counter

import matplotlib
import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skrnn import RNNRegressor
from skrnn.datasets import make_robot_arm
from skrnn.preprocessing import make_windows

matplotlib.use("Agg")

WINDOW = 6  # steps, of 20 ms each in the generated movements
NEXT = """
Try next: another WINDOW (of 6 and 12, 6 was better on movements drawn with other seeds);
make_robot_arm(friction=(1, 1)) for the test part only, to see a fault of the arm as an error that
grows; the accelerations as inputs, which the generator gives, and WINDOW = 1."""


def generate(quick):
    """Return movements for training and testing, and their torques."""
    n = 10 if quick else 80
    X, y = make_robot_arm(n + n // 2, noise=0.02, random_state=1)
    noise = np.random.default_rng(1).normal(scale=0.003, size=(*X.shape[:2], 4))
    X = X[..., :4] + noise  # the accelerations are left out
    return X[:n], X[n:], y[:n], y[n:]


def read(path):
    """Return the same of a file."""
    with np.load(path) as data:
        return [data[name] for name in ("X_train", "X_test", "y_train", "y_test")]


def with_directions(X):
    """Add the sine and cosine of each angle, which go on smoothly where an angle turns over."""
    angles = X[..., : X.shape[-1] // 2]
    return np.concatenate([X, np.sin(angles), np.cos(angles)], axis=-1)


def flat(windows):
    """Return windows as rows of a matrix."""
    return np.stack(list(windows)).reshape(len(windows), -1)


def models(quick, seeds):
    """Return the models to compare, by name: a ridge regression, and a network for each seed."""
    ridge = RidgeCV(np.logspace(-3, 3, 7))
    found = {"ridge": [make_pipeline(FunctionTransformer(flat), StandardScaler(), ridge)]}
    net = {
        "hidden_size": 48,
        "dense_sizes": (64,),
        "dropout": 0.0,  # there is little noise to be learned by heart
        "pooling": "last",
        "batch_size": 64,
        "max_epochs": 10 if quick else 30,
        "early_stopping": False,
    }
    found["network"] = [RNNRegressor(random_state=seed, **net) for seed in range(seeds)]
    return found


def draw(true, answers, path):
    """Draw the torques of one movement, true and predicted, joint by joint."""
    import matplotlib.pyplot as plt

    joints = true.shape[1]
    figure, axes = plt.subplots(joints, 1, figsize=(8, 2.2 * joints), sharex=True, squeeze=False)
    for joint, axis in enumerate(axes[:, 0]):
        axis.plot(true[:, joint], color="black", label="true")
        for name, answer in answers.items():
            axis.plot(answer[:, joint], linestyle="--", label=name)
        axis.set_ylabel(f"joint {joint + 1} (Nm)")
    axes[0, 0].legend()
    axes[-1, 0].set_xlabel("step of one movement never seen")
    figure.set_layout_engine("constrained")
    figure.savefig(path, dpi=120)
    plt.close(figure)


def main():
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", help="an .npz file of movements (default: generated ones)")
    parser.add_argument("--seeds", type=int, default=1, help="how many networks, for their spread")
    parser.add_argument("--output", default="robot_arm.png", help="where the picture goes")
    parser.add_argument("--quick", action="store_true", help="a few seconds, to see that it runs")
    options = parser.parse_args()

    parts = read(options.data) if options.data else generate(options.quick)
    X_train, X_test = (with_directions(X) for X in parts[:2])
    windows, torques = make_windows(X_train, WINDOW, 0, target=list(parts[2]))
    tests, true = make_windows(X_test, WINDOW, 0, target=list(parts[3]))
    print(
        f"{len(windows)} windows of {len(X_train)} movements, {len(tests)} of {len(X_test)} others"
    )

    joints = [f"joint {joint + 1}" for joint in range(true.shape[1])]
    rows, answers = [("mean of training", *np.std(true - torques.mean(axis=0), axis=0), 0.0)], {}
    for name, several in models(options.quick, options.seeds).items():
        for model in several:
            start = perf_counter()
            answers[name] = model.fit(windows, torques).predict(tests)
            error = np.sqrt(np.mean((answers[name] - true) ** 2, axis=0))
            rows.append((name, *error, perf_counter() - start))
    table = pd.DataFrame(rows, columns=["RMSE in Nm", *joints, "seconds"])
    table = table.groupby("RMSE in Nm", sort=False).agg(["mean", "std"])
    print(table.dropna(axis=1, how="all").round(3).to_string())

    one = slice(X_test.shape[1] - WINDOW + 1)
    draw(true[one], {name: answer[one] for name, answer in answers.items()}, options.output)
    print(f"torques: {options.output}{NEXT}")


if __name__ == "__main__":
    main()
