"""Sequences of unequal length: the container and the reader of user input."""

from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged

__all__ = ["Ragged", "as_ragged"]
