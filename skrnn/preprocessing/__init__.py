"""Transformers of sequences that learn no network."""

from skrnn.preprocessing.base import InvertibleTransformer, SequenceTransformer
from skrnn.preprocessing.imputer import SequenceImputer
from skrnn.preprocessing.padder import SequencePadder
from skrnn.preprocessing.resampler import Resampler
from skrnn.preprocessing.summary import SequenceSummary

__all__ = [
    "InvertibleTransformer",
    "Resampler",
    "SequenceImputer",
    "SequencePadder",
    "SequenceSummary",
    "SequenceTransformer",
]
