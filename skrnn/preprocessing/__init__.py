"""Transformers of sequences that learn no network."""

from skrnn.preprocessing.base import InvertibleTransformer, SequenceTransformer
from skrnn.preprocessing.differencer import Differencer
from skrnn.preprocessing.fusion import SequenceFusion
from skrnn.preprocessing.imputer import SequenceImputer
from skrnn.preprocessing.one_hot import OneHotSteps
from skrnn.preprocessing.padder import SequencePadder
from skrnn.preprocessing.resampler import Resampler
from skrnn.preprocessing.scaler import SequenceScaler
from skrnn.preprocessing.sliding_window import SlidingWindow
from skrnn.preprocessing.summary import SequenceSummary
from skrnn.preprocessing.tokenizer import SequenceTokenizer
from skrnn.preprocessing.windows import make_windows

__all__ = [
    "Differencer",
    "InvertibleTransformer",
    "OneHotSteps",
    "Resampler",
    "SequenceFusion",
    "SequenceImputer",
    "SequencePadder",
    "SequenceScaler",
    "SequenceSummary",
    "SequenceTokenizer",
    "SequenceTransformer",
    "SlidingWindow",
    "make_windows",
]
