"""Modules between the cells and the heads."""

from skrnn.nn.dropout import Dropout, set_generator
from skrnn.nn.encoder import Encoder, Layer
from skrnn.nn.forecast import ForecastNetwork
from skrnn.nn.fusion import FusionEncoder, StaticPart
from skrnn.nn.hierarchy import HierarchicalEncoder
from skrnn.nn.network import NextStepNetwork, PooledNetwork
from skrnn.nn.pooling import POOLINGS
from skrnn.nn.stacked import Embedding
from skrnn.nn.stem import make_stem

__all__ = [
    "POOLINGS",
    "Dropout",
    "Embedding",
    "Encoder",
    "ForecastNetwork",
    "FusionEncoder",
    "HierarchicalEncoder",
    "Layer",
    "NextStepNetwork",
    "PooledNetwork",
    "StaticPart",
    "make_stem",
    "set_generator",
]
