"""Checks of the options of a cell, which say what was given and what may be."""

import math
from numbers import Real

import numpy as np


def check_choice(cell, option, choices):
    """Check that an option is one of a few names.

    Parameters
    ----------
    cell : Cell
        The cell.
    option : str
        The name of the option.
    choices : iterable of str
        What it may be.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    value, choices = getattr(cell, option), list(choices)
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{option}={value!r} is unknown. Choose one of {choices}.")


def check_flag(cell, option):
    """Check that an option is True or False.

    Parameters
    ----------
    cell : Cell
        The cell.
    option : str
        The name of the option.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    if not isinstance(value := getattr(cell, option), bool | np.bool_):
        raise ValueError(f"{option}={value!r} must be True or False.")


def check_positive(cell, option, most=math.inf):
    """Check that an option is a positive, finite number.

    Parameters
    ----------
    cell : Cell
        The cell.
    option : str
        The name of the option.
    most : float, default=inf
        The largest number it may be.

    Raises
    ------
    ValueError
        If it is anything else.
    """
    value = getattr(cell, option)
    is_number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not 0 < value <= most:
        what = "a positive number" if most == math.inf else f"a number in (0, {most}]"
        raise ValueError(f"{option}={value!r} must be {what}.")
