"""Estimators: one file per task."""

from skrnn.estimators.classifier import RNNClassifier
from skrnn.estimators.encoder import RNNEncoder
from skrnn.estimators.forecaster import SequenceForecaster
from skrnn.estimators.regressor import RNNRegressor

__all__ = ["RNNClassifier", "RNNEncoder", "RNNRegressor", "SequenceForecaster"]
