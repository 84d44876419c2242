"""Discrepancy and density difference against what is known of the distributions."""

from statistics import NormalDist

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan.losses import LSDD, MaximumMeanDiscrepancy
from kerasgan.ops.gradients import input_gradients
from tests.conformance.catalogue import EAGER
from tests.engine.games import fit, tiny_gan
from tests.losses.oracles import discrepancy, gaussians

cpu_only = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="values on each backend are tested elsewhere"
)


def number(tensor):
    return float(ops.convert_to_numpy(tensor))


def gaussian_mean(squared_distance, sigma, variance, features):
    """E exp(-|x - y|² / 2σ²) of Gaussians whose difference has this variance per feature."""
    total = sigma**2 + variance
    return (sigma**2 / total) ** (features / 2) * np.exp(-squared_distance / (2 * total))


@cpu_only
def test_the_unbiased_estimate_is_right_in_the_mean_and_the_biased_one_is_too_large(rng):
    x = rng.normal(0.0, 1.0, (1500, 6, 2)).astype("float32")
    y = rng.normal(0.5, 1.0, (1500, 6, 2)).astype("float32")
    same = gaussian_mean(0.0, 1.0, 2.0, 2)
    truth = 2 * same - 2 * gaussian_mean(0.5, 1.0, 2.0, 2)
    estimates = {}
    for unbiased in (True, False):
        loss = MaximumMeanDiscrepancy("gaussian", (1.0,), unbiased)
        estimates[unbiased] = ops.convert_to_numpy(
            ops.vectorized_map(lambda pair, loss=loss: loss.discrepancy(*pair), (x, y))
        )
    error = estimates[True].std() / np.sqrt(len(x))
    assert abs(estimates[True].mean() - truth) < 3.5 * error
    # Pairs of a sample with itself count 1 instead of `same`, one in six.
    assert estimates[False].mean() - truth == pytest.approx(2 * (1 - same) / 6, abs=0.02)
    assert estimates[True].min() < 0.0 < estimates[False].min()


def test_features_beyond_those_of_exact_distances(rng):
    x, y = rng.normal(0, 1, (2, 5, 40))
    y += 3.0
    loss = MaximumMeanDiscrepancy(scales=(4.0, 8.0))
    expected = discrepancy(gaussians(4.0, 8.0), True)(x, y)
    value = number(loss.discrepancy(x.astype("float32"), y.astype("float32")))
    assert value == pytest.approx(expected, rel=1e-4)


def test_patch_scores_are_features_and_sample_sizes_may_differ(rng):
    loss = MaximumMeanDiscrepancy()
    x = rng.normal(size=(4, 3, 2, 1)).astype("float32")
    y = rng.normal(size=(5, 3, 2, 1)).astype("float32")
    flat = loss.discrepancy(x.reshape(4, 6), y.reshape(5, 6))
    assert number(loss.discrepancy(x, y)) == pytest.approx(number(flat), rel=1e-6)
    assert number(LSDD().distance(x, y)) > 0.0


@pytest.mark.parametrize("loss", [MaximumMeanDiscrepancy(), MaximumMeanDiscrepancy(unbiased=False)])
def test_a_last_batch_of_one_sample(loss):
    logs = fit(tiny_gan(loss=loss), np.zeros((5, 2), "float32"))
    assert np.all(np.isfinite(list(logs.values())))


def test_a_critic_of_features_trains():
    def network(inputs, outputs):
        hidden = keras.layers.Dense(4, "relu")
        return keras.Sequential([keras.Input((inputs,)), hidden, keras.layers.Dense(outputs)])

    gan = kerasgan.models.GAN(network(3, 2), network(2, 5), latent_dim=3, seed=0)
    penalties = [kerasgan.penalties.GradientPenalty()]
    gan.compile(loss="maximum_mean_discrepancy", penalties=penalties, run_eagerly=EAGER)
    before = gan.discriminator.get_weights()
    assert np.all(np.isfinite(list(fit(gan).values())))
    for old, new in zip(before[::2], gan.discriminator.get_weights()[::2], strict=True):
        assert np.any(old != new)


@pytest.mark.parametrize("arguments", [{}, {"kernel": "rational_quadratic", "linear": 1.0}])
def test_the_witness_tells_real_from_generated(arguments, rng):
    loss = MaximumMeanDiscrepancy(unbiased=False, **arguments)
    real, fake = rng.normal(size=(2, 6, 3, 1)).astype("float32") + [[[[0.5]]], [[[-0.5]]]]
    real, fake = real.astype("float32"), fake.astype("float32")
    of_real, of_fake = (ops.convert_to_numpy(loss.witness(x, real, fake)) for x in (real, fake))
    assert of_real.shape == (6,)
    difference = of_real.mean() - of_fake.mean()
    assert difference == pytest.approx(number(loss.discrepancy(real, fake)), rel=1e-4)
    assert difference > 0.0


def test_the_linear_kernel_compares_means(rng):
    x, y = rng.normal(size=(2, 5, 3)).astype("float32")
    values = [
        number(MaximumMeanDiscrepancy(unbiased=False, linear=weight).discrepancy(x, y))
        for weight in (0.0, 2.0)
    ]
    apart = ((x.mean(axis=0) - y.mean(axis=0)) ** 2).sum()
    assert values[1] - values[0] == pytest.approx(2 * apart, rel=1e-4)


def test_the_root_of_equal_samples_has_a_gradient(rng):
    loss = MaximumMeanDiscrepancy(unbiased=False, root=True)
    x = rng.normal(size=(5, 2)).astype("float32")
    gradients = input_gradients(lambda y: loss.generator_loss(y, x), ops.convert_to_tensor(x))
    assert np.all(np.isfinite(ops.convert_to_numpy(gradients)))
    assert number(loss.generator_loss(x, x)) == pytest.approx(0.0, abs=2e-3)


@cpu_only
def test_density_difference_of_two_gaussians():
    # Quantiles in place of samples. ∫ p q of unit Gaussians is the density of N(0, 2) at the
    # distance of their means.
    z = np.array([[NormalDist().inv_cdf((i + 0.5) / 200)] for i in range(200)], "float32")
    for bandwidth, regularization in ((1.0, 0.1), (0.5, 0.1), (1.0, 1.0)):
        loss = LSDD(bandwidth, regularization)
        unit = np.sqrt(np.pi) * bandwidth  # D is the distance times (π σ²)^(features/2).
        for apart in (1.0, 2.0, 30.0):
            truth = 2 * (1 - np.exp(-(apart**2) / 4)) / np.sqrt(4 * np.pi)
            distance = number(loss.distance(z, z + np.float32(apart)))
            assert distance / unit == pytest.approx(truth, rel=0.01)
    assert number(LSDD().distance(z, z)) == pytest.approx(0.0, abs=1e-6)
