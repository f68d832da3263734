"""Generators of problems, readers of files and fetchers of public data."""

from skrnn.datasets.air_passengers import load_air_passengers
from skrnn.datasets.conll import read_conll
from skrnn.datasets.dna import make_dna
from skrnn.datasets.engines import make_engine_runs
from skrnn.datasets.memory import make_adding, make_recall
from skrnn.datasets.reviews import make_reviews
from skrnn.datasets.robot_arm import make_robot_arm
from skrnn.datasets.seasonal import make_seasonal_series
from skrnn.datasets.sensors import make_sensor_recordings
from skrnn.datasets.ts import read_ts
from skrnn.datasets.tsf import read_tsf

__all__ = [
    "load_air_passengers",
    "make_adding",
    "make_dna",
    "make_engine_runs",
    "make_recall",
    "make_reviews",
    "make_robot_arm",
    "make_seasonal_series",
    "make_sensor_recordings",
    "read_conll",
    "read_ts",
    "read_tsf",
]
