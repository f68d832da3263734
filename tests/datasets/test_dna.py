import re

import numpy as np
import pytest

from skrnn.datasets import make_dna

PROMOTER = re.compile("TTGACA.{16,18}TATAAT")
DECOY = re.compile("TATAAT.{16,18}TTGACA")


def test_the_motif_tells():
    X, y = make_dna(300, mutation=0.0, random_state=0)  # one decoy at first held a promoter too
    found = np.array([bool(PROMOTER.search(string)) for string in X])
    np.testing.assert_array_equal(found, y == "promoter")
    decoys = np.array([bool(DECOY.search(string)) for string in X])
    assert 0.35 < decoys[y == "other"].mean() < 0.65
    assert {len(string) for string in X} == {*range(50, 71)}
    assert {*"".join(X)} == {*"ACGT"}
    starts = {PROMOTER.search(string).start() for string in np.array(X)[found]}
    assert len(starts) > 20
    assert {len(PROMOTER.search(string)[0]) for string in np.array(X)[found]} == {28, 29, 30}


def test_decoys():
    for share in (0.0, 1.0):
        X, y = make_dna(100, mutation=0.0, decoys=share, random_state=0)
        decoys = [bool(DECOY.search(s)) for s, label in zip(X, y, strict=True) if label == "other"]
        assert np.mean(decoys) == share


def test_mutation():
    X, _ = make_dna(200, mutation=0.1, decoys=0.0, random_state=0)
    intact = np.mean([bool(PROMOTER.search(string)) for string in X])
    assert 0.1 < intact < 0.35  # 0.5 * 0.925 ** 12 = 0.2


def test_shortest():
    X, y = make_dna(40, min_length=30, max_length=30, mutation=0.0, random_state=0)
    assert {len(string) for string in X} == {30}
    assert all(PROMOTER.search(s) for s, label in zip(X, y, strict=True) if label == "promoter")
    with pytest.raises(ValueError, match="min_length"):
        make_dna(min_length=29)
    with pytest.raises(ValueError, match="min_length=60 is above max_length=50"):
        make_dna(min_length=60, max_length=50)
