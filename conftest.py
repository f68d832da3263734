"""What holds for tests and for the examples in docstrings."""

import sys

import pytest


@pytest.fixture(autouse=True)
def _figures_are_closed():
    """Close what a test or an example has drawn: matplotlib warns of more than 20 open figures."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
