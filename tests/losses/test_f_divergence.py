"""The variational bounds reach the divergences that they are bounds of."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.losses import FDivergence
from tests.losses.oracles import F

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="values on each backend are tested elsewhere"
)
# Real samples from N(0.4, 1), generated ones from N(0, 1.2²), on a grid in place of samples.
GRID = np.linspace(-12, 12, 48_001)
WIDTH = GRID[1] - GRID[0]


def density(x, mean, deviation):
    scaled = (x - mean) / deviation
    return np.exp(-(scaled**2) / 2) / (deviation * np.sqrt(2 * np.pi))


P, Q = density(GRID, 0.4, 1.0), density(GRID, 0.0, 1.2)
KL = np.log(1.2) + (1 + 0.4**2) / (2 * 1.2**2) - 0.5
REVERSE_KL = np.log(1 / 1.2) + (1.2**2 + 0.4**2) / 2 - 0.5
# ∫ √(pq) of two Gaussians.
AFFINITY = np.sqrt(2 * 1.2 / (1 + 1.2**2)) * np.exp(-(0.4**2) / (4 * (1 + 1.2**2)))


def integral(values):
    return values.sum() * WIDTH


# The score d with g(d) = f'(p/q), from tables 2 and 5 of the paper; LOG is log(p/q).
LOG = np.log(P) - np.log(Q)
OPTIMAL = {
    "kl": 1 + LOG,
    "reverse_kl": LOG,
    "pearson": 2 * (P / Q - 1),
    "neyman": 2 * LOG,
    "squared_hellinger": 0.5 * LOG,
    "jensen_shannon": LOG,
    "gan": LOG,
    "total_variation": 1e3 * np.sign(LOG),
}


def bound(name, scores):
    loss = FDivergence(name)
    scores = scores.astype("float32")
    real = ops.convert_to_numpy(loss.activation(scores)).astype("float64")
    fake = ops.convert_to_numpy(loss.conjugate(scores)).astype("float64")
    return integral(P * real) - integral(Q * fake)


@pytest.mark.parametrize("name", F)
def test_the_bound_is_reached_at_the_optimal_score_only(name):
    f = F[name][0]
    divergence = integral(Q * f(P / Q))
    reached = bound(name, OPTIMAL[name])
    assert reached == pytest.approx(divergence, abs=2e-5)
    for other in (0.5 * OPTIMAL[name] + 0.2, OPTIMAL[name] + 0.3 * np.cos(GRID)):
        if name != "total_variation":  # Its optimum is at infinity.
            assert bound(name, other) < reached - 1e-3
    assert bound(name, 0.3 * np.tanh(GRID)) < divergence


@pytest.mark.parametrize(
    ("name", "divergence"),
    [
        ("kl", KL),
        ("reverse_kl", REVERSE_KL),
        ("squared_hellinger", 2 - 2 * AFFINITY),
        ("total_variation", 0.5 * integral(np.abs(P - Q))),
        ("pearson", integral((P - Q) ** 2 / Q)),
        ("neyman", integral((P - Q) ** 2 / P)),
        (
            "jensen_shannon",
            integral(P * np.log(2 * P / (P + Q))) + integral(Q * np.log(2 * Q / (P + Q))),
        ),
        (
            "gan",
            integral(P * np.log(P / (P + Q))) + integral(Q * np.log(Q / (P + Q))),
        ),
    ],
)
def test_the_bound_is_the_divergence_of_two_gaussians(name, divergence):
    assert bound(name, OPTIMAL[name]) == pytest.approx(divergence, abs=2e-5)


@pytest.mark.parametrize("name", F)
def test_the_conjugate_is_the_supremum(name):
    scores = np.array([-1.5, -0.4, 0.3, 0.6])
    loss = FDivergence(name)
    t = ops.convert_to_numpy(loss.activation(scores.astype("float32"))).astype("float64")
    ratios = np.exp(np.linspace(-12, 12, 400_001))
    values = [np.max(ratios * each - F[name][0](ratios)) for each in t]
    # For t below f'(0) the supremum is at u = 0, where f has its limit.
    conjugate = ops.convert_to_numpy(loss.conjugate(scores.astype("float32")))
    if name == "pearson":  # The table's f* is that of f on all of ℝ; there u would be below 0.
        values[0] = t[0] ** 2 / 4 + t[0] if t[0] < -2 else values[0]
    np.testing.assert_allclose(conjugate, values, atol=5e-5)


@pytest.mark.parametrize("name", F)
def test_the_threshold_is_the_slope_of_f_at_one(name):
    f = F[name][0]
    step = 1e-6
    slope = (f(1 + step) - f(1 - step)) / (2 * step)
    loss = FDivergence(name)
    assert loss.threshold == pytest.approx(slope, abs=1e-6)
    # Where both densities are equal, the optimal score has that value.
    if name != "total_variation":
        equal = np.interp(0.0, LOG[GRID < 1], OPTIMAL[name][GRID < 1]).astype("float32")
        assert float(loss.activation(equal)) == pytest.approx(slope, abs=1e-3)


@pytest.mark.parametrize("name", F)
def test_the_activation_rises_with_the_score(name):
    scores = np.linspace(-4, 4, 50, dtype="float32")
    assert np.all(np.diff(ops.convert_to_numpy(FDivergence(name).activation(scores))) > 0)
