"""What the parts of speed.py have in common; see there."""

from collections.abc import Callable
from dataclasses import dataclass

GROUP = ("part", "cell", "what", "over")
CELL_ORDER = ("gru", "rnn", "lstm", "peephole_lstm", "rrnn")
COLUMNS = (
    "part",
    "cell",
    "case",
    "what",
    "over",
    "threads",
    "rounds",
    "unit",
    "value",
    "cpu_value",
    "over_value",
    "low",
    "ratio",
    "high",
    "cpu_ratio",
)


@dataclass
class Case:
    """One thing to measure.

    Parameters
    ----------
    cell : str
        The cell.
    name : object
        What else tells it from others, in words.
    measure : callable
        ``measure(rounds=...)`` gives rows as :func:`timing.compare` makes them.
    n_threads : int, default=1
        Most threads, or processes, of a side.
    """

    cell: str
    name: object
    measure: Callable
    n_threads: int = 1
