"""Pictures of what a recurrent model has learned, and the numbers behind them."""

from skrnn.inspection.memory import MemoryDisplay

__all__ = ["MemoryDisplay"]
