"""Sequences of unequal length: the containers and the reader of user input."""

from skrnn.data.fused import Fused
from skrnn.data.long import from_long
from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged

__all__ = ["Fused", "Ragged", "as_ragged", "from_long"]
