"""Transformers of sequences that learn no network."""

from skrnn.preprocessing.base import InvertibleTransformer, SequenceTransformer
from skrnn.preprocessing.fusion import SequenceFusion
from skrnn.preprocessing.padder import SequencePadder
from skrnn.preprocessing.summary import SequenceSummary

__all__ = [
    "InvertibleTransformer",
    "SequenceFusion",
    "SequencePadder",
    "SequenceSummary",
    "SequenceTransformer",
]
