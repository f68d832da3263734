import numpy as np
import pytest
import torch

from skrnn.datasets import make_robot_arm

ARM = {"masses": (1.3, 0.7), "lengths": (0.6, 0.45), "gravity": 9.7}


def energies(q, v):
    """Kinetic and potential energy from Cartesian positions of the rods, in torch."""
    (m1, m2), (l1, l2), gravity = ARM["masses"], ARM["lengths"], ARM["gravity"]

    def along(angle, speed):
        direction = torch.stack([torch.cos(angle), torch.sin(angle)], -1)
        turned = torch.stack([-torch.sin(angle), torch.cos(angle)], -1)
        return direction, turned * speed[..., None]

    first, first_speed = along(q[..., 0], v[..., 0])
    second, second_speed = along(q.sum(-1), v.sum(-1))
    speeds = l1 / 2 * first_speed, l1 * first_speed + l2 / 2 * second_speed
    heights = l1 / 2 * first[..., 1], l1 * first[..., 1] + l2 / 2 * second[..., 1]
    spin = m1 * l1**2 / 24 * v[..., 0] ** 2 + m2 * l2**2 / 24 * v.sum(-1) ** 2
    kinetic = spin + m1 / 2 * (speeds[0] ** 2).sum(-1) + m2 / 2 * (speeds[1] ** 2).sum(-1)
    return kinetic, gravity * (m1 * heights[0] + m2 * heights[1])


def test_torques_are_lagrange_s():
    X, y = make_robot_arm(4, n_steps=9, friction=(0, 0), random_state=0, **ARM)
    q, v, a = torch.tensor(X).split(2, dim=-1)
    q, v = q.clone().requires_grad_(), v.clone().requires_grad_()
    kinetic, potential = energies(q, v)
    (momentum,) = torch.autograd.grad(kinetic.sum(), v, create_graph=True)
    (force,) = torch.autograd.grad((kinetic - potential).sum(), q, retain_graph=True)
    for joint in range(2):
        slopes = torch.autograd.grad(momentum[..., joint].sum(), (q, v), retain_graph=True)
        rate = (slopes[0] * v + slopes[1] * a).sum(-1)
        expected = (rate - force[..., joint]).detach().numpy()
        np.testing.assert_allclose(y[..., joint], expected, rtol=1e-9, atol=1e-9)


def test_work_becomes_energy():
    X, y = make_robot_arm(3, n_steps=2001, time_step=1e-3, friction=(0, 0), random_state=0, **ARM)
    q, v = torch.tensor(X[..., :2]), torch.tensor(X[..., 2:4])
    energy = sum(energies(q, v)).numpy()
    power = (y * X[..., 2:4]).sum(-1)
    work = np.cumsum((power[:, 1:] + power[:, :-1]) / 2 * 1e-3, axis=1)
    np.testing.assert_allclose(work, energy[:, 1:] - energy[:, :1], atol=1e-4)


def test_the_course_is_smooth():
    X, _ = make_robot_arm(3, n_steps=500, time_step=1e-3, random_state=0)
    for low in (0, 2):
        slope = (X[:, 2:, low : low + 2] - X[:, :-2, low : low + 2]) / 2e-3
        np.testing.assert_allclose(slope, X[:, 1:-1, low + 2 : low + 4], atol=1e-3)


def test_friction_and_noise():
    still = make_robot_arm(2, friction=(0, 0), random_state=0)
    rough = make_robot_arm(2, friction=(0.5, 0.25), random_state=0)
    np.testing.assert_array_equal(still[0], rough[0])
    np.testing.assert_allclose(rough[1] - still[1], [0.5, 0.25] * still[0][..., 2:4], atol=1e-12)
    noisy = make_robot_arm(2, friction=(0, 0), noise=0.3, random_state=0)
    assert (noisy[1] - still[1]).std() == pytest.approx(0.3, rel=0.1)


def test_on_a_table_an_arm_at_rest_needs_nothing():
    X, y = make_robot_arm(2, gravity=0.0, random_state=0)
    slow = make_robot_arm(2, gravity=0.0, time_step=1e-9, random_state=0)
    assert np.abs(y).max() > 0.1
    assert X.shape == (2, 100, 6)
    np.testing.assert_allclose(slow[1][:, 0], y[:, 0])


@pytest.mark.parametrize("name", ["masses", "lengths", "friction"])
@pytest.mark.parametrize("bad", [1.0, (1.0,), (1, -1), (1, np.nan), "ab", (1, None), (1, 2, 3)])
def test_bad_pairs(name, bad):
    with pytest.raises(ValueError, match=f"{name} must be two"):
        make_robot_arm(**{name: bad})


def test_bad_parameters():
    with pytest.raises(ValueError, match="masses must be two positive"):
        make_robot_arm(masses=(1.0, 0.0))
    for bad in ({"time_step": 0}, {"noise": -1}, {"gravity": np.inf}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            make_robot_arm(**bad)
