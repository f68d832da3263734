"""Generators of problems, readers of files and fetchers of public data."""

from skrnn.datasets.air_passengers import load_air_passengers
from skrnn.datasets.conll import read_conll
from skrnn.datasets.dna import make_dna
from skrnn.datasets.engines import make_engine_runs
from skrnn.datasets.memory import make_adding, make_recall
from skrnn.datasets.names import make_names
from skrnn.datasets.reviews import make_reviews
from skrnn.datasets.robot_arm import make_robot_arm
from skrnn.datasets.seasonal import make_seasonal_series
from skrnn.datasets.sensors import make_sensor_recordings
from skrnn.datasets.series import (
    fetch_beijing_pm25,
    fetch_engine_runs,
    fetch_japanese_vowels,
    fetch_splice,
)
from skrnn.datasets.texts import (
    fetch_imdb,
    fetch_movie_reviews,
    fetch_sms_spam,
    fetch_surnames,
    fetch_trec,
)
from skrnn.datasets.ts import read_ts
from skrnn.datasets.tsf import read_tsf

__all__ = [
    "fetch_beijing_pm25",
    "fetch_engine_runs",
    "fetch_imdb",
    "fetch_japanese_vowels",
    "fetch_movie_reviews",
    "fetch_sms_spam",
    "fetch_splice",
    "fetch_surnames",
    "fetch_trec",
    "load_air_passengers",
    "make_adding",
    "make_dna",
    "make_engine_runs",
    "make_names",
    "make_recall",
    "make_reviews",
    "make_robot_arm",
    "make_seasonal_series",
    "make_sensor_recordings",
    "read_conll",
    "read_ts",
    "read_tsf",
]
