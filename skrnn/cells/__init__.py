"""Recurrent cells: one file each, and the table estimators choose from.

A cell by any name, class or configured instance goes where an estimator takes ``cell=``::

    RNNClassifier(cell="lstm")
    RNNClassifier(cell=LSTM(init="uniform"))
    RNNClassifier(cell=MyCell)
"""

import copy

from skrnn.cells.base import Cell, FusedCell, StepCell
from skrnn.cells.diagonal import DiagonalCell
from skrnn.cells.esn import ESN
from skrnn.cells.gated import GatedCell
from skrnn.cells.gru import GRU
from skrnn.cells.indrnn import IndRNN
from skrnn.cells.lem import LEM
from skrnn.cells.lru import LRU
from skrnn.cells.lstm import LSTM
from skrnn.cells.mgu import MGU
from skrnn.cells.mingru import MinGRU
from skrnn.cells.minlstm import MinLSTM
from skrnn.cells.peephole_lstm import PeepholeLSTM
from skrnn.cells.rnn import RNN
from skrnn.cells.rrnn import RRNN
from skrnn.cells.slstm import SLSTM

CELLS = {
    "esn": ESN,
    "gru": GRU,
    "indrnn": IndRNN,
    "lem": LEM,
    "lru": LRU,
    "lstm": LSTM,
    "mgu": MGU,
    "mingru": MinGRU,
    "minlstm": MinLSTM,
    "peephole_lstm": PeepholeLSTM,
    "rnn": RNN,
    "rrnn": RRNN,
    "slstm": SLSTM,
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
    GRU()
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


__all__ = [
    "CELLS",
    "ESN",
    "GRU",
    "LEM",
    "LRU",
    "LSTM",
    "MGU",
    "RNN",
    "RRNN",
    "SLSTM",
    "Cell",
    "DiagonalCell",
    "FusedCell",
    "GatedCell",
    "IndRNN",
    "MinGRU",
    "MinLSTM",
    "PeepholeLSTM",
    "StepCell",
    "make_cell",
]
