"""Strings of DNA with and without a promoter."""

import re

import numpy as np
from sklearn.utils import check_random_state

from skrnn._sklearn import checked, interval, natural
from skrnn.datasets.drawing import draw_labels, draw_lengths

BASES = np.array(list("ACGT"))
# The boxes 35 and 10 bases before the start of transcription in E. coli, and the gap between.
BOXES = ("TTGACA", "TATAAT")
GAPS = (16, 17, 18)
PROMOTER = re.compile(f"{BOXES[0]}.{{{min(GAPS)},{max(GAPS)}}}{BOXES[1]}")
SHORTEST = sum(map(len, BOXES)) + max(GAPS)


@checked(
    {
        "n_samples": [natural()],
        "min_length": [natural(SHORTEST)],
        "max_length": [natural(SHORTEST)],
        "mutation": [interval(0, 1)],
        "decoys": [interval(0, 1)],
        "random_state": ["random_state"],
    }
)
def make_dna(
    n_samples=200,
    *,
    min_length=50,
    max_length=70,
    mutation=0.05,
    decoys=0.5,
    random_state=None,
):
    """Generate strings of the four bases, half of which hold a promoter.

    A promoter is the two boxes TTGACA and TATAAT, in this order, with 16 to 18 bases between, at a
    random place; some of their bases are mutated. All other bases are random. Some of the strings
    without a promoter hold the boxes in the wrong order; none holds an intact promoter.

    Parameters
    ----------
    n_samples : int, default=200
        Number of strings, half of them with a promoter.
    min_length, max_length : int, default=50, 70
        The least and the largest length of a string, at least 30.
    mutation : float, default=0.05
        Probability that a base of a box is replaced by a random one.
    decoys : float, default=0.5
        Probability that a string without a promoter holds the boxes in the wrong order. With 1,
        all strings are made of the same pieces, and only their order tells.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : list of n_samples str
        Strings of A, C, G and T.
    y : str array of shape (n_samples,)
        "other" or "promoter".

    Raises
    ------
    ValueError
        If a parameter is not what it should be.

    References
    ----------
    .. [1] D. K. Hawley and W. R. McClure, "Compilation and analysis of Escherichia coli promoter
       DNA sequences", Nucleic Acids Research 11 (1983).

    Examples
    --------
    >>> from skrnn.datasets import make_dna
    >>> X, y = make_dna(4, max_length=55, mutation=0.0, random_state=0)
    >>> for string, label in zip(X, y):
    ...     print(string, label)
    CGTTGACAGCGTTGACCCCACATATATAATGTACTCTTGTACCCTATGATTGTG promoter
    TGGTAGTCATTGACAATTATAAAAGTATGTTCTATAATTATCGACGAGACTGGCA promoter
    GCAGGTATGTAAGAGTGGTAAACGACGTGGTCAAATTAGGAATACGAATC other
    GCCCTAAACCGCTATAATTCAAATTCGCTCTAATCGTTGACACCCTGAACATG other
    """
    random = check_random_state(random_state)
    lengths = draw_lengths(random, n_samples, "length", min_length, max_length)
    y = draw_labels(random, n_samples, ["promoter", "other"])
    X = []
    for label, length in zip(y, lengths, strict=True):
        boxes = BOXES if label == "promoter" else BOXES[::-1]
        n_boxes = 2 if label == "promoter" or random.uniform() < decoys else 0
        string = _write(random, length, boxes[:n_boxes], mutation)
        while label == "other" and PROMOTER.search(string):  # by chance
            string = _write(random, length, boxes[:n_boxes], mutation)
        X.append(string)
    return X, y


def _write(random, length, boxes, mutation):
    """Write random bases, and the boxes, if there are any, at a random place."""
    string = BASES[random.randint(4, size=length)]
    if boxes:
        _place(random, string, boxes, mutation)
    return "".join(string)


def _place(random, string, boxes, mutation):
    """Write the boxes into the string (an array of bases), in place."""
    gap = GAPS[random.randint(len(GAPS))]
    width = sum(map(len, boxes)) + gap
    start = random.randint(len(string) - width + 1)
    for box, place in zip(boxes, (start, start + width - len(boxes[1])), strict=True):
        bases = np.array(list(box))
        mutated = random.uniform(size=len(bases)) < mutation
        bases[mutated] = BASES[random.randint(4, size=mutated.sum())]
        string[place : place + len(box)] = bases
