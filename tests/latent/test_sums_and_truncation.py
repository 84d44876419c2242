"""Arithmetic and truncation, by hand and by SciPy."""

import keras
import numpy as np
import pytest
from scipy import stats

from kerasgan import latent

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="NumPy only: the same on all"
)


def test_means_are_added_and_subtracted():
    smiling_woman = np.array([[1.0, 0.0], [3.0, 2.0]])
    man, woman = np.array([0.0, 5.0]), np.array([[1.0, 1.0]])
    found = latent.arithmetic(
        lambda z: 10.0 * z, add=[smiling_woman, man], subtract=[woman], noise=0.5
    )
    np.testing.assert_allclose(found.latents[4], [1.0, 5.0], atol=1e-6)
    np.testing.assert_allclose(found.samples[1, 1], [10.0, 50.0], atol=1e-5)
    away = np.abs(np.delete(found.latents, 4, axis=0) - found.latents[4])
    assert found.samples.shape == (3, 3, 2)
    assert 0.3 < away.max() <= 0.5 + 1e-6 and (away.max(axis=1) > 0).all()


def test_noise_is_uniform():
    found = latent.arithmetic(lambda z: z, add=[np.zeros(5000)], noise=0.25, seed=1)
    noise = np.delete(found.latents, 4, axis=0).ravel()
    assert stats.kstest(noise, stats.uniform(-0.25, 0.5).cdf).pvalue > 0.001


def test_an_empty_sum_is_refused():
    with pytest.raises(ValueError, match=r"at least one group in `add`.* Received: add=\[\]"):
        latent.arithmetic(lambda z: z, add=[])
    with pytest.raises(ValueError, match=r"`subtract\[1\]`.*Received: shape \(1, 2, 2\)"):
        latent.arithmetic(lambda z: z, [np.ones(2)], [np.ones(2), np.ones((1, 2, 2))])


def test_truncation_pulls_to_the_centre():
    latents, center = np.array([[2.0, -4.0]]), np.array([1.0, 0.0])
    np.testing.assert_allclose(latent.truncate(latents, 0.5), [[1.0, -2.0]])
    np.testing.assert_allclose(latent.truncate(latents, 0.5, center), [[1.5, -2.0]])
    np.testing.assert_allclose(latent.truncate(latents, 0.0, center), [center])
    with pytest.raises(ValueError, match="Received: psi=nan"):
        latent.truncate(latents, float("nan"))


@pytest.mark.parametrize("threshold", [0.3, 1.0, 2.5])
def test_the_truncated_normal_is_that_of_scipy(threshold):
    drawn = latent.truncated_normal(400, 50, threshold, seed=0).ravel()
    assert np.abs(drawn).max() <= threshold
    law = stats.truncnorm(-threshold, threshold)
    assert stats.kstest(drawn, law.cdf).pvalue > 0.001
    np.testing.assert_array_equal(
        drawn, latent.truncated_normal(400, 50, threshold, seed=0).ravel()
    )
    with pytest.raises(ValueError, match="above 0. Received: threshold=0"):
        latent.truncated_normal(2, 2, 0)


def test_the_curve_measures_the_same_latents():
    function = latent.as_generator(lambda z: 3.0 * z, latent_dim=2)
    curve = latent.truncation_curve(
        function, lambda x: {"spread": x.std(), "count": len(x)}, psis=(0.5, 1.0), n=70, seed=0
    )
    np.testing.assert_array_equal(curve["psi"], [0.5, 1.0])
    np.testing.assert_array_equal(curve["count"], [70, 70])
    spread = 3.0 * function.sample_latents(70, seed=0).std()
    np.testing.assert_allclose(curve["spread"], [0.5 * spread, spread], rtol=1e-5)


def test_each_sample_of_a_curve_may_have_its_own_centre():
    function = latent.as_generator(lambda z: z, latent_dim=2)
    latents = function.sample_latents(6, seed=4)
    centers = np.arange(12.0).reshape(6, 2)
    seen = []
    latent.truncation_curve(
        function, lambda x: seen.append(x) or {}, psis=(0.0, 0.25), n=6, seed=4, center=centers
    )
    np.testing.assert_allclose(seen[0], centers, atol=1e-6)
    np.testing.assert_allclose(seen[1], 0.75 * centers + 0.25 * latents, rtol=1e-5)
