"""Every warning is short, comes once, and points at the line that the user wrote."""

import ast
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from skorch.callbacks import Callback

import skrnn
from skrnn import RNNClassifier, RNNRegressor, SequenceForecaster
from skrnn._warning import warn_user
from skrnn.inspection import AttributionDisplay
from skrnn.metrics import (
    forecast_scorer,
    mean_absolute_scaled_error,
    mean_scaled_interval_score,
    overall_weighted_average,
)
from skrnn.model_selection import LeakageCheck, LeakageWarning, PanelSplit, WindowKFold, WindowSplit
from skrnn.preprocessing import SequenceScaler, make_windows

ROOT = Path(skrnn.__file__).parent
RNG = np.random.default_rng(0)
X, Y = [RNG.normal(size=(n, 2)) for n in (3, 4, 5, 6)], np.array([0, 1, 0, 1])
WINDOWS, NEXT = make_windows(np.arange(40.0), 5)
QUICK = {"hidden_size": 2, "max_epochs": 4, "random_state": 0}
DAYS = pd.date_range("2024-01-01", periods=40)
SALES = pd.Series(np.sin(np.arange(40.0)) + 9, DAYS, name="sales")
LATE = pd.concat({"long": SALES, "late": SALES[-3:]}, names=["id", "day"])
ACTUAL, FORECAST, TRAIN = [[1.0], [5.0]], [[3.0], [9.0]], [[1.0, 2.0], [7.0, 7.0]]


class CtrlC(Callback):
    """Interrupts the third epoch of each run, and of one that goes on from four."""

    def on_epoch_begin(self, net, *args, **kwargs):
        if len(net.history) in (3, 7):
            raise KeyboardInterrupt


def classifier():
    return RNNClassifier(callbacks=[CtrlC()], **QUICK)


def forecaster(**params):
    return SequenceForecaster(n_members=1, guard=False, **QUICK, **params)


def attributed(rows):
    model = RNNRegressor(pooling="last", **QUICK).fit(X, Y)
    return AttributionDisplay.from_estimator(model, rows)


def search(model):
    return GridSearchCV(model, {"lr": [0.01, 0.1]}, cv=2)


def score(y_true, y_pred):
    return mean_absolute_scaled_error(y_true, y_pred, y_train=TRAIN)


# Where skrnn warns, and calls that make it do so: directly, and through what scikit-learn has.
CASES = {
    "estimators/base.py": {
        "fit": lambda: classifier().fit(X, Y),
        "pipeline": lambda: make_pipeline(SequenceScaler(), classifier()).fit(X, Y),
        "search": lambda: search(classifier()).fit(X, Y),
    },
    "estimators/interruption.py": {
        "fit": lambda: forecaster(callbacks=[CtrlC()]).fit(SALES),
        "update": lambda: (
            forecaster()
            .fit(SALES[:-1])
            .set_params(callbacks=[CtrlC()])
            .update(SALES[-1:], epochs=9)
        ),
    },
    "inspection/attribution.py": {
        "huge values": lambda: attributed([np.full((1, 2), 1e30)]),
    },
    "metrics/averaging.py": {
        "metric": lambda: score(ACTUAL, FORECAST),
        "two of them": lambda: overall_weighted_average(
            ACTUAL, FORECAST, y_train=TRAIN, y_reference=FORECAST
        ),
        "intervals": lambda: mean_scaled_interval_score(
            ACTUAL, FORECAST, [[9.0], [9.0]], y_train=TRAIN, level=90
        ),
    },
    "model_selection/leakage.py": {
        "loop": lambda: [rows for rows in LeakageCheck(KFold(4)).split(WINDOWS)],  # noqa: C416
        "scores": lambda: cross_val_score(
            RNNRegressor(**QUICK), WINDOWS, NEXT, cv=LeakageCheck(KFold(3))
        ),
        "splitter": lambda: list(WindowSplit(3, window=2).split(WINDOWS)),
    },
    "model_selection/windows.py": {
        "split": lambda: list(WindowKFold(3, window=5).split(WINDOWS, groups=NEXT)),
    },
    "model_selection/panels.py": {
        "groups": lambda: list(PanelSplit(2, test_size=1).split(SALES, groups=SALES)),
        "series left out": lambda: list(PanelSplit(3, test_size=3).split(LATE)),
        "scores": lambda: cross_val_score(
            forecaster(), LATE, cv=PanelSplit(3, test_size=3), scoring=forecast_scorer("smape")
        ),
    },
}
CATEGORIES = {
    "estimators/base.py": {ConvergenceWarning},
    "estimators/interruption.py": {ConvergenceWarning},
    "inspection/attribution.py": {UserWarning},
    "metrics/averaging.py": {UndefinedMetricWarning},
    "model_selection/leakage.py": {LeakageWarning},
    "model_selection/windows.py": {UserWarning},
    "model_selection/panels.py": {UserWarning},
}
CALLS = {f"{file}: {name}": call for file, calls in CASES.items() for name, call in calls.items()}


def warn_calls(path):
    """Yield the names of calls in a file that warn."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in ("warnings.warn", "warn", "warn_user"):
                yield name


def test_every_place_that_warns_has_a_case():
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        for name in warn_calls(path):
            found.setdefault(name, set()).add(path.relative_to(ROOT).as_posix())
    assert found == {"warnings.warn": {"_warning.py"}, "warn_user": set(CASES)}


@pytest.mark.parametrize("case", CALLS)
def test_it_comes_once_in_a_line_and_points_at_the_user(case):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            CALLS[case]()
        except KeyboardInterrupt:
            assert "estimators/" in case
    (warning,) = caught
    assert warning.filename == __file__
    text = str(warning.message)
    assert "\n" not in text and 30 < len(text) < 330
    assert warning.category in CATEGORIES[case.partition(":")[0]]


def test_the_line_is_the_one_that_calls():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_user("one", UserWarning)
        exec("warn_user('two', UserWarning)", {"warn_user": warn_user, "__name__": "skrnn.any"})
        exec("warn_user('three', UserWarning)", {"warn_user": warn_user, "__name__": "other"})
    lines = [Path(__file__).read_text().splitlines()[w.lineno - 1] for w in caught[:2]]
    assert lines[0].strip() == 'warn_user("one", UserWarning)'
    assert lines[1].strip().startswith("exec(\"warn_user('two'")
    assert caught[2].filename == "<string>"


def test_a_warning_without_a_user_points_at_what_warns():
    """Worker processes have no line of the user's."""
    import subprocess
    import sys

    code = (
        "__name__ = 'skrnn'\nfrom skrnn._warning import warn_user\nwarn_user('said', UserWarning)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stderr.startswith("<string>:3: UserWarning: said")
