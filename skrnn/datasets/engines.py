"""Engines that run until they fail."""

from numbers import Integral
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state

from skrnn._sklearn import Interval, checked, interval, natural
from skrnn.datasets.drawing import draw_lengths


class Sensor(NamedTuple):
    """What a sensor shows: base + wear + altitude + throttle + noise.

    Parameters
    ----------
    base : float
        Of a new engine on the ground at full throttle.
    wear : float
        Change until failure.
    altitude : float
        Change for each 1,000 feet.
    throttle : float
        Change for each percent below full throttle.
    noise : float
        Standard deviation.
    """

    base: float
    wear: float
    altitude: float
    throttle: float
    noise: float


SENSORS = {
    "s1": Sensor(518.7, 0.0, -1.8, 0.0, 0.0),  # as it was installed: tells nothing
    "s2": Sensor(642.0, 2.0, -2.0, -0.5, 0.5),
    "s3": Sensor(1585.0, 25.0, -4.5, -5.0, 6.0),
    "s4": Sensor(1400.0, 35.0, -6.0, -6.5, 9.0),
    "s5": Sensor(554.0, -3.5, -9.0, -3.0, 0.9),
    "s6": Sensor(2388.0, 0.3, 0.0, -12.0, 0.07),
    "s7": Sensor(47.3, 1.0, -0.9, -0.1, 0.27),
    "s8": Sensor(39.0, -0.8, -0.6, -0.2, 0.18),
}
# Altitude in 1,000 feet, Mach number, throttle in percent.
CONDITIONS = np.array(
    [
        (0.0, 0.0, 100.0),
        (10.0, 0.25, 100.0),
        (20.0, 0.7, 100.0),
        (25.0, 0.62, 60.0),
        (35.0, 0.84, 100.0),
        (42.0, 0.84, 100.0),
    ]
)
SETTINGS = ("setting1", "setting2", "setting3")
SPREAD = (0.002, 0.0003, 0.0)  # how exactly a condition is flown


@checked(
    {
        "n_units": [natural()],
        "truncated": ["boolean"],
        "min_cycles": [natural(10)],
        "max_cycles": [natural(10)],
        "n_conditions": [Interval(Integral, 1, len(CONDITIONS), closed="both")],
        "noise": [interval(0, None, "left")],
        "random_state": ["random_state"],
    }
)
def make_engine_runs(
    n_units=20,
    *,
    truncated=False,
    min_cycles=120,
    max_cycles=300,
    n_conditions=1,
    noise=1.0,
    random_state=None,
):
    """Generate engines that wear out, with their sensors and how long each still runs.

    Every engine starts with a little wear, which grows faster and faster until it fails. Sensors
    show the wear under noise, and depend on the condition that is flown. All calls share the same
    engines' physics, so that a model of one draw can be judged on another: a complete one to train
    on, and one with ``truncated=True`` to test, as in NASA's C-MAPSS data.

    Parameters
    ----------
    n_units : int, default=20
        Number of engines.
    truncated : bool, default=False
        Whether each run is cut off at a random cycle, at least a tenth of its life and 5 cycles
        after its start. The remaining life then does not end at 0.
    min_cycles, max_cycles : int, default=120, 300
        The least and the largest life of an engine, in cycles (flights); at least 10.
    n_conditions : int, default=1
        Number of conditions, 1 to 6; each cycle is flown in one of them, drawn at random.
    noise : float, default=1.0
        Factor of the noise of the sensors.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : DataFrame
        One row for each cycle of each engine: "unit" (from 1), "cycle" (from 1), "setting1" to
        "setting3" (altitude in 1,000 feet, Mach number, throttle in percent) and the sensors "s1"
        to "s8".
    y : Series of int, named "remaining"
        Cycles until the engine's last one, for each row of X.

    Raises
    ------
    ValueError
        If a parameter is not what it should be.

    See Also
    --------
    skrnn.datasets.fetch_engine_runs : NASA's C-MAPSS data, in the same form.

    References
    ----------
    .. [1] A. Saxena, K. Goebel, D. Simon and N. Eklund, "Damage propagation modeling for aircraft
       engine run-to-failure simulation", PHM 2008.

    Examples
    --------
    >>> from skrnn.datasets import make_engine_runs
    >>> X, y = make_engine_runs(2, random_state=0)
    >>> X.loc[y == 0, ["unit", "cycle", "s2"]].round(1)
         unit  cycle     s2
    291     1    292  643.5
    458     2    167  644.7
    >>> X_test, y_test = make_engine_runs(2, truncated=True, random_state=1)
    >>> y_test.groupby(X_test["unit"]).last()
    unit
    1     43
    2    192
    Name: remaining, dtype: int64
    """
    random = check_random_state(random_state)
    lives = draw_lengths(random, n_units, "cycles", min_cycles, max_cycles)
    runs = [_run(random, life, n_conditions, noise) for life in lives]
    lengths = lives.copy()
    if truncated:
        shortest = np.maximum(lives // 10, 5)
        lengths = random.randint(shortest, lives)
    values = np.concatenate([run[:n] for run, n in zip(runs, lengths, strict=True)])
    X = pd.DataFrame(values, columns=[*SETTINGS, *SENSORS])
    cycle = np.concatenate([np.arange(1, n + 1) for n in lengths])
    X.insert(0, "unit", np.repeat(np.arange(1, n_units + 1), lengths))
    X.insert(1, "cycle", cycle)
    return X, pd.Series(np.repeat(lives, lengths) - cycle, name="remaining")


def _run(random, life, n_conditions, noise):
    """Give settings and sensors of one engine, an array of shape (life, 3 + 8)."""
    start, steepness = random.uniform([0.0, 4.0], [0.1, 6.0])
    age = np.arange(1, life + 1) / life
    wear = start + (1 - start) * np.expm1(steepness * age) / np.expm1(steepness)  # 1 at the end
    settings = CONDITIONS[random.randint(n_conditions, size=life)]
    settings = settings + random.normal(scale=SPREAD, size=settings.shape)
    throttled = 100 - settings[:, 2]
    base, worn, altitude, throttle, spread = np.array(list(SENSORS.values())).T[:, None]
    sensors = base + wear[:, None] * worn
    sensors = sensors + settings[:, :1] * altitude + throttled[:, None] * throttle
    sensors = sensors + noise * spread * random.normal(size=sensors.shape)
    return np.hstack([settings, sensors])
