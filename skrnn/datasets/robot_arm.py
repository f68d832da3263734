"""The torques of a robot arm."""

from numbers import Real

import numpy as np
from sklearn.utils import check_random_state

from skrnn._sklearn import Interval, checked, interval, natural

N_WAVES = 4
POSITIVE = Interval(Real, 0, None, closed="neither")


@checked(
    {
        "n_samples": [natural()],
        "n_steps": [natural()],
        "time_step": [POSITIVE],
        "gravity": [Interval(Real, None, None, closed="neither")],
        "noise": [interval(0, None, "left")],
        "random_state": ["random_state"],
    }
)
def make_robot_arm(
    n_samples=50,
    *,
    n_steps=100,
    time_step=0.02,
    masses=(1.0, 0.8),
    lengths=(0.5, 0.4),
    friction=(0.1, 0.1),
    gravity=9.81,
    noise=0.0,
    random_state=None,
):
    r"""Generate movements of a robot arm, and the torques that its two motors need for them.

    The arm moves in a vertical plane and has two links, which are uniform rods. Each joint follows
    a smooth random course, a sum of four waves. The task, called inverse dynamics, is to tell the
    torques at every step from angles, velocities and accelerations.

    Parameters
    ----------
    n_samples : int, default=50
        Number of movements.
    n_steps : int, default=100
        Steps of each movement.
    time_step : float, default=0.02
        Seconds from step to step.
    masses : pair of float, default=(1.0, 0.8)
        Masses of the links, in kilograms.
    lengths : pair of float, default=(0.5, 0.4)
        Lengths of the links, in metres.
    friction : pair of float, default=(0.1, 0.1)
        Viscous friction of the joints, in newton metre seconds per radian.
    gravity : float, default=9.81
        Acceleration of gravity, in metres per square second; 0 for an arm on a table.
    noise : float, default=0.0
        Standard deviation of the noise of the torques, in newton metres.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : float64 array of shape (n_samples, n_steps, 6)
        Angles of the first joint (from the horizontal) and the second (from the first link), in
        radians; their velocities; their accelerations.
    y : float64 array of shape (n_samples, n_steps, 2)
        Torques of the first and the second joint at each step, in newton metres.

    Raises
    ------
    ValueError
        If a parameter is not what it should be.

    Notes
    -----
    With masses :math:`m`, lengths :math:`l`, centres of mass at :math:`c = l / 2`, moments of
    inertia :math:`I = m l^2 / 12` and friction :math:`b`, the torques are [1]_

    .. math::

        \tau_1 &= M_{11} \ddot q_1 + M_{12} \ddot q_2 - h (2 \dot q_1 + \dot q_2) \dot q_2
            + (m_1 c_1 + m_2 l_1) g \cos q_1 + m_2 c_2 g \cos(q_1 + q_2) + b_1 \dot q_1 \\
        \tau_2 &= M_{12} \ddot q_1 + M_{22} \ddot q_2 + h \dot q_1^2
            + m_2 c_2 g \cos(q_1 + q_2) + b_2 \dot q_2

    with :math:`M_{22} = m_2 c_2^2 + I_2`, :math:`M_{12} = M_{22} + m_2 l_1 c_2 \cos q_2`,
    :math:`M_{11} = m_1 c_1^2 + I_1 + m_2 l_1^2 + M_{22} + 2 m_2 l_1 c_2 \cos q_2` and
    :math:`h = m_2 l_1 c_2 \sin q_2`.

    References
    ----------
    .. [1] M. W. Spong, S. Hutchinson and M. Vidyasagar, "Robot Modeling and Control", 2006,
       section 7.4.

    Examples
    --------
    >>> from skrnn.datasets import make_robot_arm
    >>> X, y = make_robot_arm(3, n_steps=50, random_state=0)
    >>> X.shape, y.shape
    ((3, 50, 6), (3, 50, 2))
    """
    random = check_random_state(random_state)
    masses = _check_pair("masses", masses, above_zero=True)
    lengths = _check_pair("lengths", lengths, above_zero=True)
    friction = _check_pair("friction", friction)
    X = _draw_movements(random, n_samples, time_step * np.arange(n_steps))
    y = _torques(X, masses, lengths, friction, gravity)
    return X, y + random.normal(scale=noise, size=y.shape)


def _check_pair(name, values, above_zero=False):
    """Read two numbers, one for each link or joint."""
    try:
        pair = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        pair = np.empty(0)
    right = pair.shape == (2,) and np.isfinite(pair).all() and (pair >= 0).all()
    if not right or (above_zero and not pair.all()):
        kind = "positive numbers" if above_zero else "numbers that are not negative"
        raise ValueError(f"{name} must be two {kind}, one for each link; got {values!r}.")
    return pair


def _draw_movements(random, n_samples, times):
    """Draw sums of waves; give angles, velocities and accelerations (n, T, 6)."""
    size = n_samples, 1, 2, N_WAVES
    rates = 2 * np.pi * random.uniform(0.1, 1.0, size=size)  # radians per second
    heights = random.normal(scale=0.8 / np.sqrt(N_WAVES), size=size)
    phases = random.uniform(0, 2 * np.pi, size=size) + rates * times[:, None, None]
    angles = random.uniform(-np.pi, np.pi, size=(n_samples, 1, 2))
    angles = angles + (heights * np.sin(phases)).sum(axis=-1)
    velocities = (heights * rates * np.cos(phases)).sum(axis=-1)
    accelerations = -(heights * rates**2 * np.sin(phases)).sum(axis=-1)
    return np.concatenate([angles, velocities, accelerations], axis=-1)


def _torques(X, masses, lengths, friction, gravity):
    """Compute the torques (n, T, 2), in the letters of the docstring."""
    q1, q2, v1, v2, a1, a2 = np.moveaxis(X, -1, 0)
    (m1, m2), (l1, _), (c1, c2) = masses, lengths, lengths / 2
    inertia1, inertia2 = masses * lengths**2 / 12
    coupling = m2 * l1 * c2
    mass22 = m2 * c2**2 + inertia2
    mass12 = mass22 + coupling * np.cos(q2)
    mass11 = m1 * c1**2 + inertia1 + m2 * l1**2 + mass22 + 2 * coupling * np.cos(q2)
    h = coupling * np.sin(q2)
    weight2 = m2 * c2 * gravity * np.cos(q1 + q2)
    weight1 = (m1 * c1 + m2 * l1) * gravity * np.cos(q1) + weight2
    torque1 = mass11 * a1 + mass12 * a2 - h * (2 * v1 + v2) * v2 + weight1
    torque2 = mass12 * a1 + mass22 * a2 + h * v1**2 + weight2
    return np.stack([torque1, torque2], axis=-1) + friction * X[..., 2:4]
