"""Ratio matching finds the ratio, and its generator's gradient is the divergence's."""

from statistics import NormalDist

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.losses import KLIEP, LSIF

# Quantiles of N(0, 1) in place of samples.
NORMAL = np.array([NormalDist().inv_cdf((i + 0.5) / 20_000) for i in range(20_000)])
GRID = np.linspace(-10, 10, 20_001)
WIDTH = GRID[1] - GRID[0]


@pytest.mark.parametrize(
    ("loss", "least"),
    [
        # E_q (p/q)² of two unit Gaussians is exp(distance²), their divergence half of distance².
        (LSIF(), -0.5 * np.exp(0.3**2)),
        (KLIEP(), 1 - 0.3**2 / 2),
    ],
)
def test_the_true_ratio_has_the_least_loss(loss, least):
    # Real samples are from N(0.3, 1), generated ones from N(0, 1).
    def value(shift=0.0, scale=1.0):
        scores = []
        for x in (NORMAL + 0.3, NORMAL):
            ratio = np.exp(0.3 * x - 0.3**2 / 2)
            scores.append((scale * np.log(np.expm1(ratio)) + shift).astype("float32"))
        return float(ops.convert_to_numpy(loss.discriminator_loss(*scores)))

    assert value() == pytest.approx(least, abs=1e-4)
    for wrong in ({"shift": 0.1}, {"shift": -0.1}, {"scale": 0.7}, {"scale": 1.4}):
        assert value(**wrong) > value() + 1e-3


def test_ratio_and_its_logarithm_agree_and_never_overflow():
    loss = LSIF()
    scores = np.array([-80.0, -17.0, -15.9, -1.0, 0.0, 3.0, 1e4], "float32")
    ratios = ops.convert_to_numpy(loss.ratio(scores)).astype("float64")
    logs = ops.convert_to_numpy(loss.log_ratio(scores))
    expected = np.log(np.logaddexp(0.0, scores.astype("float64")))
    np.testing.assert_allclose(logs, expected, rtol=1e-6)
    np.testing.assert_allclose(np.log(ratios[1:]), logs[1:], rtol=1e-5)
    extreme = ops.convert_to_numpy(loss.log_ratio(np.array([-1e4], "float32")))
    assert extreme == pytest.approx(-1e4)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="NumPy does the work")
def test_the_generators_gradient_is_that_of_the_reverse_divergence():
    # Generated samples are m + z. With the ratio of the moment held fixed, the mean of its negative
    # logarithm moves with m as KL(N(m, 1) ‖ N(0.3, 1)) = (m - 0.3)² / 2 does.
    loss, m, step = KLIEP(), 0.8, 1e-3

    def generator_loss(moved):
        log_ratio = (m - 0.3) * (m + 0.3 - 2 * (GRID + moved - m)) / 2  # log p/q at moved samples
        scores = np.log(np.expm1(np.exp(log_ratio))).astype("float32")
        logs = ops.convert_to_numpy(loss.log_ratio(scores)).astype("float64")
        return -(np.exp(-((GRID - m) ** 2) / 2) / np.sqrt(2 * np.pi) * logs).sum() * WIDTH

    slope = (generator_loss(m + step) - generator_loss(m - step)) / (2 * step)
    assert slope == pytest.approx(m - 0.3, abs=1e-3)
