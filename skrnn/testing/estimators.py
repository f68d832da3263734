"""The promises of an estimator of sequences, whatever its task."""

from skrnn.testing.answers import ANSWERS
from skrnn.testing.invariance import INVARIANCE
from skrnn.testing.manners import MANNERS
from skrnn.testing.trial import Trial
from skrnn.testing.weights import WEIGHTS


def check_sequence_estimator(estimator, *, pass_y=True):
    """Check that an estimator of sequences keeps the promises of this package.

    Padding, order and neighbours of a sequence never change its answer; the seed alone decides
    the result; weights mean what they say, also with minibatches, dropout and rows held back,
    where the estimator has such parameters; answers have the user's form; nothing is printed,
    written or left changed; a failed fit leaves the estimator as it was; copies answer alike.
    The checks fit about 25 clones on 14 short sequences (of ids, if ``embedding_dim`` or ``tokens``
    is set).

    Parameters
    ----------
    estimator : estimator
        A classifier, regressor or transformer that reads ragged sequences. It is cloned, with
        its parameters, and not fitted; small settings make the check fast.
    pass_y : bool, default=True
        False fits without y, for a transformer that can do without.

    Raises
    ------
    AssertionError
        With a message that says which promise is broken.

    See Also
    --------
    sklearn.utils.estimator_checks.check_estimator : The promises of scikit-learn, on 2-D X.

    Examples
    --------
    >>> from skrnn import RNNClassifier
    >>> from skrnn.testing import check_sequence_estimator
    >>> check_sequence_estimator(RNNClassifier(hidden_size=3, max_epochs=1))
    """
    trial = Trial(estimator, pass_y)
    for check in (*INVARIANCE, *WEIGHTS, *ANSWERS, *MANNERS):
        check(trial)
