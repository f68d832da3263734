"""Transformers of sequences that learn no network."""

from skrnn.preprocessing.summary import SequenceSummary

__all__ = ["SequenceSummary"]
