"""Recurrent cells: one file each, and the table estimators choose from.

A cell by any name, class or configured instance goes where an estimator takes ``cell=``::

    RNNClassifier(cell="lstm")
    RNNClassifier(cell=LSTM(init="uniform"))
    RNNClassifier(cell=MyCell)
"""

import copy

from skrnn.cells.base import Cell, FusedCell, StepCell
from skrnn.cells.gru import GRU
from skrnn.cells.lstm import LSTM
from skrnn.cells.rnn import RNN

CELLS = {
    "gru": GRU,
    "lstm": LSTM,
    "rnn": RNN,
}


def make_cell(cell):
    """Give a fresh, unbuilt cell for what a user passed as ``cell=``.

    Parameters
    ----------
    cell : str, Cell class or Cell instance
        A name in ``CELLS``, a class to call without arguments, or a configured instance,
        which is copied.

    Returns
    -------
    cell : Cell
        A cell without weights.

    Raises
    ------
    ValueError
        If the name is unknown.
    TypeError
        If it is none of the three.

    Examples
    --------
    >>> from skrnn.cells import LSTM, make_cell
    >>> make_cell("gru")
    GRU(init='glorot')
    >>> make_cell(LSTM(init="uniform"))
    LSTM(init='uniform')
    """
    if isinstance(cell, str):
        if cell not in CELLS:
            raise ValueError(
                f"cell={cell!r} is unknown. Choose one of {sorted(CELLS)}, or pass a Cell class "
                "or a configured cell such as skrnn.cells.LSTM(init='uniform')."
            )
        return CELLS[cell]()
    if isinstance(cell, type) and issubclass(cell, Cell):
        return cell()
    if isinstance(cell, Cell):
        return copy.deepcopy(cell)
    raise TypeError(
        f"cell must be a name in {sorted(CELLS)}, a Cell class or a Cell instance; got {cell!r}."
    )


__all__ = ["CELLS", "GRU", "LSTM", "RNN", "Cell", "FusedCell", "StepCell", "make_cell"]
