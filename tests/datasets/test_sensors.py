import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn.datasets import make_sensor_recordings
from skrnn.datasets.sensors import ACTIVITIES
from skrnn.preprocessing import SequenceSummary


def test_what_is_recorded():
    X, y, groups = make_sensor_recordings(60, n_subjects=3, return_groups=True, random_state=0)
    assert {x.shape[1] for x in X} == {6}
    lengths = [len(x) for x in X]
    assert 40 <= min(lengths) < max(lengths) <= 120
    assert set(y) == set(ACTIVITIES)
    assert np.unique(y, return_counts=True)[1].tolist() == [10] * 6
    assert set(groups) == {0, 1, 2}


def test_at_rest_there_is_gravity_alone():
    X, y = make_sensor_recordings(60, noise=0.0, random_state=0)
    for x, label in zip(X, y, strict=True):
        if ACTIVITIES[label].cadence == 0:
            np.testing.assert_allclose(np.linalg.norm(x[:, :3], axis=1), 1)
            np.testing.assert_array_equal(x[:, 3:], 0)


def test_the_pace_is_the_activity_s_and_the_subject_s():
    X, y, groups = make_sensor_recordings(
        90, n_subjects=3, min_steps=400, max_steps=400, noise=0, return_groups=True, random_state=0
    )
    paces = {0: set(), 1: set(), 2: set()}
    for x, label, who in zip(X, y, groups, strict=True):
        if cadence := ACTIVITIES[label].cadence:
            power = np.abs(np.fft.rfft(x[:, 0] - x[:, 0].mean(), n=20_000))
            paces[who].add(round(power.argmax() * 20 / 20_000 / cadence, 2))
    assert all(max(pace) - min(pace) <= 0.02 for pace in paces.values())
    means = [np.mean([*pace]) for pace in paces.values()]
    assert np.ptp(means) > 0.03
    assert 0.7 < min(means) < max(means) < 1.4


def test_it_is_learned_for_people_not_seen():
    X, y, groups = make_sensor_recordings(return_groups=True, random_state=0)
    model = make_pipeline(SequenceSummary(), StandardScaler(), LogisticRegression(max_iter=1000))
    assert cross_val_score(model, X, y, groups=groups, cv=GroupKFold(3)).mean() > 0.9


def test_bad_parameters():
    with pytest.raises(ValueError, match="min_steps=200 is above max_steps=120"):
        make_sensor_recordings(min_steps=200)
    with pytest.raises(ValueError, match="rate"):
        make_sensor_recordings(rate=0)
    with pytest.raises(ValueError, match="noise"):
        make_sensor_recordings(noise=-1)
