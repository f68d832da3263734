"""Pictures of what a recurrent model has learned, and the numbers behind them."""

__all__ = []
