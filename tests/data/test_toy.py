import keras
import numpy as np
import pytest

from kerasgan.data import toy

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy alone: the same on all backends"
)

ALL = {
    "gaussian": (toy.gaussian, (5.0, 5.0)),
    "ring": (toy.ring, (0.0, 0.0)),
    "grid": (toy.grid, (0.0, 0.0)),
    "mixture": (toy.mixture, (0.0,)),
    "sine": (toy.sine, (np.pi, 0.0)),
    "two_moons": (toy.two_moons, (0.5, 0.25)),
    "swiss_roll": (toy.swiss_roll, (0.27, 0.03)),
}


@pytest.mark.parametrize("name", ALL)
def test_points_have_the_documented_mean_and_obey_their_seed(name):
    draw, mean = ALL[name]
    points = draw(20_000, seed=1)
    assert points.shape == (20_000, len(mean)) and points.dtype == np.float32
    np.testing.assert_allclose(points.mean(axis=0), mean, atol=0.07)  # Four standard errors.
    np.testing.assert_array_equal(draw(20, seed=4), draw(20, seed=4))
    assert (draw(20, seed=4) != draw(20, seed=5)).any()
    assert (draw(20, seed=None) != draw(20, seed=None)).any()
    np.testing.assert_array_equal(draw(20), draw(20, seed=0))


def test_curves_without_noise_lie_on_their_equations():
    x, y = toy.sine(500).T
    np.testing.assert_allclose(y, np.sin(x), atol=1e-6)
    assert 0 <= x.min() < 0.1 and 6.2 < x.max() <= 2 * np.pi + 1e-6

    x, y = toy.two_moons(500, noise=0.0).T
    upper = np.abs(np.hypot(x, y) - 1) < 1e-5
    np.testing.assert_allclose(np.hypot(x - 1, y - 0.5)[~upper], 1, atol=1e-5)
    assert (y[upper] >= 0).all() and (y[~upper] <= 0.5).all() and 200 < upper.sum() < 300

    x, y = toy.swiss_roll(500, noise=0.0).T
    turn = np.hypot(x, y) * 7.5  # The radius is the angle.
    np.testing.assert_allclose(np.cos(turn) * turn / 7.5, x, atol=1e-4)
    assert x.min() >= -1.27 and x.max() <= 1.69 and y.min() >= -1.48 and y.max() <= 1.89


def test_noise_is_normal_and_of_the_scale_asked_for():
    difference = toy.sine(20_000, noise=0.1) - toy.sine(20_000)
    np.testing.assert_allclose(difference.std(axis=0), 0.1, rtol=0.03)


def test_ring_and_grid_are_where_they_should_be():
    ring = toy.Mixture.ring(modes=4, radius=3.0)
    np.testing.assert_allclose(ring.centers, [[3, 0], [0, 3], [-3, 0], [0, -3]], atol=1e-6)
    grid = toy.Mixture.grid()
    assert len(grid.centers) == 25 and set(grid.centers.ravel()) == {-4.0, -2.0, 0.0, 2.0, 4.0}
    np.testing.assert_array_equal(toy.grid(50, seed=2), grid.sample(50, seed=2))
    np.testing.assert_array_equal(toy.ring(50, 2, 4, 3.0), ring.sample(50, seed=2))
    points = toy.ring(20_000)
    nearest = np.linalg.norm(points[:, None] - toy.Mixture.ring().centers, axis=-1)
    np.testing.assert_allclose(np.bincount(nearest.argmin(axis=1)) / 20_000, 1 / 8, atol=0.01)
    # The mean distance of a Gaussian in the plane is σ√(π/2).
    np.testing.assert_allclose(nearest.min(axis=1).mean(), 0.02 * np.sqrt(np.pi / 2), rtol=0.02)


def test_weights_are_probabilities():
    points = toy.mixture(20_000, centers=(-5.0, 5.0), weights=(3.0, 1.0))
    np.testing.assert_allclose((points < 0).mean(), 0.75, atol=0.015)


@pytest.mark.parametrize(
    "mixture", [toy.Mixture.line(weights=(1, 2)), toy.Mixture.grid(side=2, scale=0.3)]
)
def test_the_density_is_that_of_the_samples(mixture):
    axis = np.linspace(-6, 6, 241)
    dimensions = mixture.centers.shape[1]
    points = np.stack(np.meshgrid(*[axis] * dimensions), axis=-1).reshape(-1, dimensions)
    density = mixture.density(points) * (axis[1] - axis[0]) ** dimensions
    np.testing.assert_allclose(density.sum(), 1, atol=1e-6)
    # Mean and spread under the density, and of the samples.
    samples = mixture.sample(50_000)
    np.testing.assert_allclose(density @ points, samples.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(density @ points**2, (samples**2).mean(axis=0), rtol=0.02)


def test_wrong_arguments():
    for wrong in (0, -1, 2.5, True):
        with pytest.raises(ValueError, match=f"`n` must be a positive int. Received: n={wrong}"):
            toy.sine(wrong)
    with pytest.raises(ValueError, match="`noise` must be 0 or positive. Received: noise=-1"):
        toy.two_moons(3, noise=-1)
    with pytest.raises(ValueError, match="`scale` must be a positive number. Received: scale=0"):
        toy.ring(3, scale=0)
    with pytest.raises(ValueError, match="2 positive numbers, one for each mode.*Received"):
        toy.mixture(3, weights=(1, 1, 1))
    with pytest.raises(ValueError, match=r"\(modes, dimensions\).*Received.*\(3,\)"):
        toy.Mixture([1, 2, 3], 1.0)
    with pytest.raises(ValueError, match=r"shape \(n, 2\). Received: \(4, 1\)"):
        toy.Mixture.ring().density(np.zeros((4, 1)))
