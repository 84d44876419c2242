"""Moment matching: what is compared with what, who moves, and that moments are matched."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import losses, models, networks
from tests.conformance.catalogue import EAGER
from tests.engine.games import arrays, assert_equal, differ, fit, number
from tests.losses.oracles import discrepancy, gaussians

IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 4, 4, 1)).astype("float32")
cpu_only = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the same on every backend"
)


def tiny(**arguments):
    defaults = {"latent_dim": 3, "generator_units": (5,), "encoder_units": (6,), "seed": 0}
    return models.GMMN((4, 4, 1), **{**defaults, **arguments})


def trainable(network):
    return sum(int(np.prod(weight.shape)) for weight in network.trainable_weights)


@cpu_only
def test_parameters_of_the_authors_code():
    # github.com/yujiali/gmmn, train.py: 10-64-256-256-1024-784, and 784-1024-32-1024-784.
    hidden = 10 * 64 + 64 + 64 * 256 + 256 + 256 * 256 + 256 + 256 * 1024 + 1024
    model = models.GMMN()
    assert trainable(model.generator) == hidden + 1024 * 784 + 784 == 1_149_904
    with_codes = models.GMMN(code_dim=32)
    assert trainable(with_codes.code_generator) == hidden + 1024 * 32 + 32
    encoder = 784 * 1024 + 1024 + 1024 * 32 + 32
    assert trainable(with_codes.encoder) == encoder
    assert trainable(with_codes.decoder) == 32 * 1024 + 1024 + 1024 * 784 + 784
    rates = [x.rate for x in with_codes.encoder.layers if isinstance(x, keras.layers.Dropout)]
    assert rates == [0.2, 0.5]


@cpu_only
def test_the_kernels_are_those_of_the_authors():
    loss = tiny().recipe().rules.loss
    # On pixels in [0, 1] the kernels are exp(-|x - y|² / (2 v)), v of 2 to 80.
    expected = [2 * np.sqrt(variance) for variance in (2, 5, 10, 20, 40, 80)]
    np.testing.assert_allclose(loss.scales, expected)
    assert loss.root and not loss.unbiased
    assert tiny(code_dim=2).recipe().rules.loss.scales == (1.0,)


def test_samples_are_compared_with_data():
    model = tiny()
    model.compile(loss=losses.MaximumMeanDiscrepancy(scales=(1.0, 3.0)))
    passes = model.passes(IMAGES, model.turn(False))
    real, fake = passes.matched
    np.testing.assert_array_equal(ops.convert_to_numpy(real), IMAGES)
    (player,) = model.players()
    terms = player.loss(passes)
    flat = [np.reshape(ops.convert_to_numpy(x), (8, -1)).astype("float64") for x in (real, fake)]
    expected = discrepancy(gaussians(1.0, 3.0), True)(*flat)
    assert number(terms["discrepancy"]) == pytest.approx(expected, rel=1e-4)


def test_codes_are_compared_with_codes_and_decoded_to_samples():
    model = tiny(code_dim=2)
    model.compile()
    real, fake = model.passes(IMAGES, model.turn(True)).matched
    encoded = model.encoder(IMAGES, training=False)  # What is dropped is no part of the target.
    np.testing.assert_array_equal(*map(ops.convert_to_numpy, (real, encoded)))
    assert tuple(fake.shape) == (8, 2)
    assert 0.0 < ops.convert_to_numpy(fake).min() and ops.convert_to_numpy(fake).max() < 1.0
    latents = model.sample_latents(3, seed=0)
    decoded = model.decoder(model.code_generator(latents))
    np.testing.assert_allclose(
        ops.convert_to_numpy(decoded), ops.convert_to_numpy(model(latents)), atol=1e-6
    )


def test_the_reconstruction_is_judged_by_cross_entropy():
    model = tiny(code_dim=2)
    model.compile()
    passes = model.passes(IMAGES, model.turn(False))
    term = model.players()[0].loss(passes)["reconstruction"]
    images = IMAGES.astype("float64") / 2 + 0.5
    means = ops.convert_to_numpy(passes.reconstruction).astype("float64") / 2 + 0.5
    expected = -(images * np.log(means) + (1 - images) * np.log(1 - means)).mean()
    assert number(term) == pytest.approx(expected, rel=1e-4)


def test_a_frozen_autoencoder_stays_as_it_is():
    model = tiny(code_dim=2)
    model.encoder.trainable = model.decoder.trainable = False
    model.compile(run_eagerly=EAGER)
    frozen = arrays([*model.encoder.weights[:4], *model.decoder.weights])
    before = arrays(model.code_generator.weights)
    fit(model, IMAGES)
    assert_equal(frozen, arrays([*model.encoder.weights[:4], *model.decoder.weights]))
    assert differ(before, arrays(model.code_generator.weights))


@cpu_only
def test_points_are_matched(rng):
    points = (rng.normal(size=(1000, 2)) * [0.5, 2.0] + [3.0, -1.0]).astype("float32")
    model = models.GMMN((2,), latent_dim=2, generator_units=(16,), seed=0)
    rate = keras.optimizers.schedules.CosineDecay(0.01, 300, alpha=0.02)
    model.compile(generator_optimizer=keras.optimizers.Adam(rate))
    model.fit(points, batch_size=200, epochs=60, verbose=0)
    samples = model.generate(2000, seed=1, batch_size=2000)
    # Over 20 seeds of data and weights: means within 0.10 deviations of the data's, and deviations
    # within 16 %.
    off = (samples.mean(axis=0) - points.mean(axis=0)) / points.std(axis=0)
    np.testing.assert_allclose(off, 0.0, atol=0.2)
    np.testing.assert_allclose(samples.std(axis=0), points.std(axis=0), rtol=0.25)


@pytest.mark.parametrize("loss", ["hinge", "wasserstein"])
def test_losses_that_need_an_adversary_are_refused(loss):
    with pytest.raises(ValueError, match=r"GMMN has no adversary.*`LSDD`.*Received: loss=<"):
        tiny().compile(loss=loss)


def test_density_difference_is_a_loss_too():
    model = tiny()
    model.compile(loss=losses.LSDD(4.0), run_eagerly=EAGER)
    assert np.all(np.isfinite(list(fit(model, IMAGES).values())))


@cpu_only
def test_points_have_codes_by_squared_errors():
    model = models.GMMN((2,), latent_dim=3, code_dim=2, encoder_units=(4,), seed=0)
    model.compile()
    points = IMAGES[:, 0, :2, 0]
    passes = model.passes(points, model.turn(False))
    term = model.players()[0].loss(passes)["reconstruction"]
    expected = ((points - ops.convert_to_numpy(passes.reconstruction)) ** 2).mean()
    assert number(term) == pytest.approx(expected, rel=1e-5)
    assert not any(isinstance(x, keras.layers.Dropout) for x in model.encoder.layers)


@cpu_only
@pytest.mark.parametrize("dropout", [(0.5,), (0.2, 1.0)])
def test_each_layer_of_the_encoder_has_a_rate_of_dropout(dropout):
    with pytest.raises(ValueError, match=r"one for the data and one for each.*units=\(8,\)"):
        networks.gmmn_encoder((2,), code_dim=2, units=(8,), dropout=dropout)


@cpu_only
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"code_dim": 0}, r"`code_dim` must be a positive integer. Received: code_dim=0"),
        ({"generator_units": (4, -1)}, r"`units` must be a positive integer. Received: units=-1"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    with pytest.raises(ValueError, match=message):
        tiny(**arguments)
