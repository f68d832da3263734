"""Recordings of a motion sensor."""

from numbers import Real
from typing import NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from skrnn._sklearn import Interval, checked, interval, natural
from skrnn.datasets.drawing import draw_labels, draw_lengths


class Activity(NamedTuple):
    """How a person moves: what the recordings of one class have in common.

    Parameters
    ----------
    lean : float
        Angle of the body to the vertical, in radians.
    cadence : float
        Movements per second; 0 at rest.
    force : float
        Amplitude of the acceleration, in g.
    swing : float
        Amplitude of the rate of rotation, in radians per second.
    """

    lean: float
    cadence: float
    force: float
    swing: float


ACTIVITIES = {
    "lying": Activity(lean=1.5, cadence=0.0, force=0.0, swing=0.0),
    "sitting": Activity(lean=0.4, cadence=0.0, force=0.0, swing=0.0),
    "standing": Activity(lean=0.0, cadence=0.0, force=0.0, swing=0.0),
    "walking": Activity(lean=0.1, cadence=1.8, force=0.3, swing=0.6),
    "cycling": Activity(lean=0.5, cadence=1.2, force=0.2, swing=0.6),
    "running": Activity(lean=0.2, cadence=2.7, force=1.0, swing=1.5),
}
# The same movement as the axes see it: up, sideways, ahead; a second, faster part goes with it.
SHARE = np.array([1.0, 0.4, 0.6])
DELAY = np.array([0.0, 1.6, 0.8])


@checked(
    {
        "n_samples": [natural()],
        "n_subjects": [natural()],
        "min_steps": [natural()],
        "max_steps": [natural()],
        "rate": [Interval(Real, 0, None, closed="neither")],
        "noise": [interval(0, None, "left")],
        "return_groups": ["boolean"],
        "random_state": ["random_state"],
    }
)
def make_sensor_recordings(
    n_samples=120,
    *,
    n_subjects=8,
    min_steps=40,
    max_steps=120,
    rate=20.0,
    noise=0.1,
    return_groups=False,
    random_state=None,
):
    """Generate recordings of a motion sensor worn by people who walk, run, cycle or rest.

    A recording has six channels: acceleration (in g) and rate of rotation (in radians per second)
    along three axes. It is gravity, turned by how the body leans, and a periodic movement and
    noise. Every person has a pace, a strength and a way to wear the sensor, so that the people of
    a test set should not be those of the training set: split by `groups`.

    Parameters
    ----------
    n_samples : int, default=120
        Number of recordings, spread evenly over the six activities.
    n_subjects : int, default=8
        Number of people; each recording is of one of them, drawn at random.
    min_steps, max_steps : int, default=40, 120
        The least and the largest number of steps of a recording.
    rate : float, default=20.0
        Steps per second.
    noise : float, default=0.1
        Standard deviation of the noise of every channel.
    return_groups : bool, default=False
        Whether to return who was recorded.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : list of n_samples float64 arrays, each of shape (T_i, 6)
        The recordings.
    y : str array of shape (n_samples,)
        "lying", "sitting", "standing", "walking", "cycling" or "running".
    groups : int64 array of shape (n_samples,)
        Number of the person, from 0. Only with ``return_groups=True``.

    Raises
    ------
    ValueError
        If a parameter is not what it should be.

    Examples
    --------
    >>> from skrnn.datasets import make_sensor_recordings
    >>> X, y, groups = make_sensor_recordings(12, return_groups=True, random_state=0)
    >>> X[0].shape, str(y[0]), int(groups[0])
    ((84, 6), 'standing', 0)
    """
    random = check_random_state(random_state)
    lengths = draw_lengths(random, n_samples, "steps", min_steps, max_steps)
    y = draw_labels(random, n_samples, list(ACTIVITIES))
    groups = random.randint(n_subjects, size=n_samples, dtype=np.int64)
    people = [_draw_person(random) for _ in range(n_subjects)]
    X = []
    for name, who, n_steps in zip(y, groups, lengths, strict=True):
        times = np.arange(n_steps) / rate
        recording = _record(random, ACTIVITIES[name], people[who], times)
        X.append(recording + random.normal(scale=noise, size=recording.shape))
    return (X, y, groups) if return_groups else (X, y)


def _draw_person(random):
    """Draw pace and strength, relative to the average, and the angles the sensor is worn at."""
    pace, strength = np.exp(random.normal(scale=[0.08, 0.15]))
    return pace, strength, random.normal(scale=0.08, size=2)


def _record(random, activity, person, times):
    """Give the recording (T, 6) of one activity, without noise."""
    pace, strength, (roll, pitch) = person
    phase = 2 * np.pi * (activity.cadence * pace * times + random.uniform())
    wave = np.sin(phase[:, None] + DELAY) + 0.4 * np.sin(2 * phase[:, None] + DELAY)  # (T, 3)
    pitch = pitch + activity.lean + random.normal(scale=0.05)
    gravity = [np.cos(pitch) * np.cos(roll), np.sin(roll), np.sin(pitch) * np.cos(roll)]
    acceleration = gravity + activity.force * strength * SHARE * wave
    rotation = activity.swing * strength * SHARE[::-1] * np.roll(wave, 1, axis=1)
    return np.hstack([acceleration, rotation])
