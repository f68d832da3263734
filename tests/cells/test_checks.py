"""Checks of options: what passes, and what the errors say."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from skrnn.cells.checks import check_choice, check_flag, check_positive


def test_choice():
    check_choice(SimpleNamespace(way="up"), "way", {"up": 1, "down": 2})
    for value in ("left", None, ["up"], 1):
        with pytest.raises(ValueError, match=r"way=.* is unknown. Choose one of \['up', 'down'\]"):
            check_choice(SimpleNamespace(way=value), "way", ("up", "down"))


def test_flag():
    for value in (True, False, np.True_):
        check_flag(SimpleNamespace(on=value), "on")
    for value in (0, 1, "no", None):
        with pytest.raises(ValueError, match=r"on=.* must be True or False"):
            check_flag(SimpleNamespace(on=value), "on")


def test_positive():
    for value in (1, 0.5, np.float32(0.5), np.int64(1)):
        check_positive(SimpleNamespace(size=value), "size", most=1)
    for value in (0, -1, 2, "1", None, True, math.nan):
        with pytest.raises(ValueError, match=r"size=.* must be a number in \(0, 1\]"):
            check_positive(SimpleNamespace(size=value), "size", most=1)
    check_positive(SimpleNamespace(size=1e9), "size")
    for value in (0, math.inf, math.nan, "1"):
        with pytest.raises(ValueError, match=r"size=.* must be a positive number"):
            check_positive(SimpleNamespace(size=value), "size")
