"""The promises of this package as checks that anyone may run on cells and estimators of their own.

Each check takes one thing and raises an AssertionError that says which promise is broken.
None needs pytest.
"""

from skrnn.testing.cells import check_cell
from skrnn.testing.estimators import check_sequence_estimator
from skrnn.testing.heads import check_head
from skrnn.testing.transformers import check_sequence_transformer

__all__ = ["check_cell", "check_head", "check_sequence_estimator", "check_sequence_transformer"]
