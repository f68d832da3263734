"""scikit-learn for sequences: recurrent networks with ``fit`` and ``predict``.

The public names are loaded when they are first used, so ``import skrnn`` costs milliseconds:
torch, skorch and pandas wait until an estimator is asked for.

Examples
--------
>>> import skrnn
>>> skrnn.get_config()
{'backend': 'auto'}
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skrnn._config import config_context, get_config, set_config
    from skrnn._versions import show_versions
    from skrnn.estimators.classifier import RNNClassifier
    from skrnn.estimators.encoder import RNNEncoder
    from skrnn.estimators.forecaster import SequenceForecaster
    from skrnn.estimators.regressor import RNNRegressor

__version__ = "0.1.0"

__all__ = [
    "RNNClassifier",
    "RNNEncoder",
    "RNNRegressor",
    "SequenceForecaster",
    "config_context",
    "get_config",
    "set_config",
    "show_versions",
]

_HOME = {
    "RNNClassifier": "skrnn.estimators.classifier",
    "RNNEncoder": "skrnn.estimators.encoder",
    "RNNRegressor": "skrnn.estimators.regressor",
    "SequenceForecaster": "skrnn.estimators.forecaster",
    "config_context": "skrnn._config",
    "get_config": "skrnn._config",
    "set_config": "skrnn._config",
    "show_versions": "skrnn._versions",
}


_FOLDERS = (
    "cells",
    "data",
    "datasets",
    "heads",
    "metrics",
    "model_selection",
    "preprocessing",
    "testing",
)


def __getattr__(name):
    if name in _FOLDERS:
        return import_module(f"skrnn.{name}")
    if name not in _HOME:
        raise AttributeError(f"module 'skrnn' has no attribute {name!r}; it offers {__all__}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__():
    return sorted({*globals(), *_HOME, *_FOLDERS})
