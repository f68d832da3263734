"""What the checks share: comparing answers, and seeing that a call is refused."""

import re

import numpy as np


def refused(call, words, what):
    """Check that a call raises a ValueError that says the right thing.

    Parameters
    ----------
    call : callable
        To be called without arguments.
    words : str
        A regular expression its message must contain.
    what : str
        What should be refused, for the message of this check.

    Raises
    ------
    AssertionError
        If nothing is raised, or the message does not say `words`.
    """
    try:
        call()
    except ValueError as error:
        said = str(error)
    else:
        raise AssertionError(f"{what} is accepted; raise a ValueError")
    assert re.search(words, said), f"the error for {what} does not say {words!r} but {said!r}"


def same_bits(one, other, promise):
    """Check that two dicts of answers are the same to the bit.

    Parameters
    ----------
    one, other : dict of str to ndarray
        Answers by the name of their method.
    promise : str
        What is broken if they differ.

    Raises
    ------
    AssertionError
        Naming the promise, the method and the largest difference.
    """
    for name, answer in one.items():
        if not np.array_equal(answer, other[name]):
            raise AssertionError(f"{promise}: {name} differs {_by(answer, other[name])}")


def same_numbers(one, other, promise, tolerance=1e-12, equal_nan=False):
    """Check that two dicts of answers are the same up to rounding in double precision.

    Parameters
    ----------
    one, other : dict of str to ndarray
        Answers by the name of their method.
    promise : str
        What is broken if they differ.
    tolerance : float, default=1e-12
        Largest difference allowed, absolute up to 1 and relative above.
    equal_nan : bool, default=False
        Whether NaN is the same as NaN.

    Raises
    ------
    AssertionError
        Naming the promise, the method and the largest difference.
    """
    close = {"rtol": tolerance, "atol": tolerance, "equal_nan": equal_nan}
    for name, answer in one.items():
        if answer.dtype.kind != "f":
            same = np.array_equal(answer, other[name])
        else:
            same = np.shape(answer) == np.shape(other[name])
            same = same and np.allclose(answer, other[name], **close)
        assert same, f"{promise}: {name} differs {_by(answer, other[name])}"


def _by(one, other):
    if one.shape != other.shape:
        return f"in shape, {one.shape} and {other.shape}"
    if one.dtype.kind != "f":
        return f"in {int((one != other).sum())} places"
    return f"by up to {np.abs(one - other).max():.3g}"
