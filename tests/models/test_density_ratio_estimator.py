"""The ratio and the difference of two densities that are known."""

from statistics import NormalDist

import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan import losses, penalties
from kerasgan.losses.adversarial_loss import describe
from kerasgan.losses.f_divergence import DIVERGENCES
from kerasgan.models import DensityRatioEstimator


def quantiles(count):
    """Of N(0, 1), in place of samples: no chance is left but that of the training."""
    inverse = NormalDist().inv_cdf
    return np.array([[inverse((i + 0.5) / count)] for i in range(count)], "float32")


# p is N(0.5, 1) and q is N(-0.5, 1): log p/q is x.
X, Y = quantiles(4000) + 0.5, quantiles(4000) - 0.5
POINTS = np.linspace(-1.5, 1.5, 13, dtype="float32")[:, None]
once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="arithmetic")


def linear(units=1):
    return keras.Sequential([keras.Input((1,)), layers.Dense(units)])


def density(points, mean):
    return np.exp(-0.5 * (points - mean) ** 2) / np.sqrt(2 * np.pi)


def fitted(loss, network, rate, epochs):
    model = DensityRatioEstimator(network, seed=0)
    model.compile(loss=loss, estimator_optimizer=keras.optimizers.Adam(rate))
    model.fit(X, Y, batch_size=1000, epochs=epochs, verbose=0)
    return model


def test_the_logistic_loss_finds_the_ratio():
    model = fitted(None, linear(), 0.1, 25)
    # Off by 0.05 at most, over 20 seeds.
    np.testing.assert_allclose(model.log_ratio(POINTS), POINTS[:, 0], atol=0.15)
    np.testing.assert_allclose(model.ratio(POINTS), np.exp(model.log_ratio(POINTS)), rtol=1e-5)


@once
@pytest.mark.parametrize("loss", [losses.KLIEP(), losses.LSIF()], ids=["kliep", "lsif"])
def test_ratio_matching_finds_the_ratio(loss):
    network = keras.Sequential([keras.Input((1,)), layers.Dense(16, "tanh"), layers.Dense(1)])
    ratio = fitted(loss, network, 0.05, 100).ratio(POINTS)
    # Beyond a tenth of the ratio, off by 0.08 at most, over 20 seeds of weights.
    np.testing.assert_allclose(ratio, np.exp(POINTS[:, 0]), rtol=0.1, atol=0.15)


TELLING = [
    losses.NonSaturating(),
    losses.NonSaturating(label_smoothing=0.2, label_flipping=0.1),
    losses.Minimax(label_smoothing=0.1),
    losses.LeastSquares(),
    losses.LeastSquares(2.0, -1.0, 0.0, label_flipping=0.2),
    losses.KLIEP(),
    losses.LSIF(),
    *(losses.FDivergence(name) for name in sorted(DIVERGENCES) if name != "total_variation"),
]


@once
@pytest.mark.parametrize("loss", TELLING, ids=describe)
def test_the_told_ratio_is_that_for_which_the_score_is_best(loss):
    # Where p/q is r, a score costs r times its cost as a real one, and its cost as a generated one.
    def cost(score, r):
        zero, score = np.zeros(1, "float32"), np.full(1, score, "float32")
        value = loss.discriminator_loss
        return float(r * value(score, zero) + value(zero, score))

    for score in (0.25, 0.4, 0.6):
        r = float(loss.ratio(np.full(1, score, "float32"))[0])
        assert 0.0 < r < 10.0
        left, best, right = (cost(score + step, r) for step in (-0.05, 0.0, 0.05))
        assert left > best < right
        assert abs(right - left) < 0.05 * (left + right - 2.0 * best)


@pytest.mark.parametrize(
    "loss",
    [losses.Hinge(), losses.Wasserstein(), losses.FDivergence("total_variation"), losses.LSDD()],
    ids=describe,
)
def test_other_scores_do_not_tell_the_ratio(loss):
    model = DensityRatioEstimator(linear())
    model.compile(loss=loss)
    for method in (model.ratio, model.log_ratio):
        message = rf"do not tell the ratio.*KLIEP\(\).*Received: {type(loss).__name__}\("
        with pytest.raises(ValueError, match=message):
            method(POINTS)


NORMALS = quantiles(500)


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_difference_of_densities(scale):
    # An estimator without weights passes samples on, in other units; nothing is to be trained.
    network = keras.Sequential([keras.Input((1,)), layers.Rescaling(scale)])
    model = DensityRatioEstimator(network)
    model.compile(loss=losses.LSDD(bandwidth=0.7 * scale, regularization=1.0))
    x, y = NORMALS + 0.5, NORMALS[::2] - 0.5
    difference = model.difference(POINTS, x, y)
    expected = (density(POINTS, 0.5) - density(POINTS, -0.5))[:, 0]
    np.testing.assert_allclose(difference * scale, expected, atol=0.02)
    assert np.abs(expected).max() > 0.2


@once
def test_the_difference_in_two_dimensions(rng):
    x, y = rng.normal(size=(2, 600, 2)).astype("float32")
    x, points = x + np.float32([1.0, 0.0]), rng.normal(size=(50, 2)).astype("float32")
    loss = losses.LSDD(bandwidth=0.8, regularization=0.5)
    difference = ops.convert_to_numpy(loss.difference(points, x, y))
    p, q = (density(points[:, 0], mean) * density(points[:, 1], 0.0) for mean in (1.0, 0.0))
    # Over 20 seeds of samples 0.962 to 0.993, and off by 0.013 to 0.042.
    assert np.corrcoef(difference, p - q)[0, 1] > 0.95
    np.testing.assert_allclose(difference, p - q, atol=0.05)


def test_both_samples_are_normalized_alike():
    # Normalised by themselves, the two could not be told apart by their means.
    network = keras.Sequential(
        [keras.Input((1,)), layers.BatchNormalization(), layers.Dense(1, kernel_initializer="ones")]
    )
    model = DensityRatioEstimator(network)
    model.compile()
    x, y = (ops.convert_to_numpy(part) for part in model.passes((X, Y), model.turn(True)))
    assert x.mean() - y.mean() == pytest.approx(1.0 / np.sqrt(1.25), abs=0.05)


def compiled(units=1, **rules):
    model = DensityRatioEstimator(linear(units))
    model.compile(**rules)
    return model


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: DensityRatioEstimator(keras.Sequential()), r"built keras.Model.*estimator=<Seq"),
        (lambda: DensityRatioEstimator(linear()).ratio(POINTS), r"`compile` first.*not yet comp"),
        (lambda: compiled().ratio(POINTS[:, 0]), r"array \(n, 1\).*np.newaxis.*shape \(13,\)"),
        (lambda: compiled().ratio(POINTS[:0]), r"one at least.*shape \(0, 1\)"),
        (lambda: compiled(2).ratio(POINTS), r"in one unit.*output_shape=\(None, 2\)"),
        (lambda: compiled().ratio(POINTS, batch_size=0), r"`batch_size` must be.*batch_size=0"),
        (lambda: compiled().difference(POINTS, X, Y), r"loss=kerasgan.losses.LSDD\(\).*NonSatur"),
        (lambda: compiled().fit(X, batch_size=64), r"pairs \(x, y\).*y: None"),
        (
            lambda: compiled(penalties=[penalties.R1()]),
            r"reads no penalty 'r1'.*Leave `penalties` out",
        ),
    ],
)
def test_errors(act, message):
    with pytest.raises(ValueError, match=message):
        act()
