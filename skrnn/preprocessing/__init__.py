"""Transformers of sequences that learn no network."""

from skrnn.preprocessing.summary import SequenceSummary
from skrnn.preprocessing.windows import make_windows

__all__ = ["SequenceSummary", "make_windows"]
