"""Transformers of sequences that learn no network."""

from skrnn.preprocessing.summary import SequenceSummary
from skrnn.preprocessing.tokenizer import SequenceTokenizer

__all__ = ["SequenceSummary", "SequenceTokenizer"]
