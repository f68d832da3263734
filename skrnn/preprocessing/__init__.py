"""Transformers of sequences that learn no network."""

from skrnn.preprocessing.base import InvertibleTransformer, SequenceTransformer
from skrnn.preprocessing.padder import SequencePadder
from skrnn.preprocessing.summary import SequenceSummary

__all__ = ["InvertibleTransformer", "SequencePadder", "SequenceSummary", "SequenceTransformer"]
