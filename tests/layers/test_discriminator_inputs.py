"""Noise and augmentation in front of a discriminator."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan.engine.network_checks.independence import treats_samples_independently
from kerasgan.layers import DiffAugment, InstanceNoise
from kerasgan.ops.gradients import input_gradients
from tests.conformance.catalogue import EAGER
from tests.engine.games import fit, state

IMAGES = np.random.default_rng(0).uniform(0.2, 1.0, (200, 8, 10, 3)).astype("float32")
MAKERS = {
    "noise": lambda **kwargs: InstanceNoise(0.5, steps=9, seed=1, **kwargs),
    "augment": lambda **kwargs: DiffAugment(["cutout", "color"], 0.2, 0.4, seed=1, **kwargs),
}
each = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)


def array(tensor):
    return np.array(ops.convert_to_numpy(ops.cast(tensor, "float32")))


def run(layer, images=IMAGES):
    return array(layer(ops.convert_to_tensor(images), training=True))


@each
def test_nothing_happens_at_inference(make):
    layer = make()
    np.testing.assert_array_equal(array(layer(IMAGES)), IMAGES)
    np.testing.assert_array_equal(array(layer(IMAGES, training=False)), IMAGES)
    assert tuple(layer.compute_output_shape(IMAGES.shape)) == IMAGES.shape
    assert layer(keras.Input(IMAGES.shape[1:])).shape == (None, *IMAGES.shape[1:])


@each
def test_each_call_and_each_sample_differs_and_the_seed_repeats_it(make):
    layer = make()
    same = np.repeat(IMAGES[:1], 2, axis=0)
    first, second = run(layer, same), run(layer, same)
    assert np.any(first != second) and np.any(first[0] != first[1])
    np.testing.assert_array_equal(run(make(), same), first)


@each
def test_config_round_trip(make):
    layer = make(name="it")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert type(again) is type(layer) and again.get_config() == layer.get_config()


@each
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_mixed_precision(make, dtype):
    half = make(dtype=f"mixed_{dtype}")(ops.convert_to_tensor(IMAGES), training=True)
    assert keras.backend.standardize_dtype(half.dtype) == dtype
    np.testing.assert_allclose(array(half), run(make()), atol=0.05)


@each
def test_a_game_of_it_goes_on_exactly_from_a_file(make, tmp_path):
    keras.utils.set_random_seed(0)
    generator = kerasgan.networks.dcgan_generator((16, 16, 1), latent_dim=2, base_filters=2)
    body = [layers.Conv2D(2, 4, strides=4), layers.Flatten(), layers.Dense(1)]
    discriminator = keras.Sequential([keras.Input((16, 16, 1)), make(), *body])
    assert treats_samples_independently(discriminator)
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=2, seed=1)
    gan.compile(run_eagerly=EAGER)
    images = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")
    fit(gan, images)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    if hasattr(loaded.discriminator.layers[0], "count"):
        assert int(loaded.discriminator.layers[0].count) == 4  # Two steps, each player one move.
    fit(gan, images)
    fit(loaded, images)
    for left, right in zip(state(gan), state(loaded), strict=True):
        np.testing.assert_array_equal(left, right)


def test_noise_falls_linearly_to_zero():
    layer = InstanceNoise(0.4, steps=4, seed=0)
    deviations = [(run(layer) - IMAGES).std() for _ in range(6)]
    np.testing.assert_allclose(deviations, [0.4, 0.3, 0.2, 0.1, 0.0, 0.0], rtol=0.03, atol=1e-6)


def test_noise_stays_without_steps():
    layer = InstanceNoise(0.4, seed=0)
    noise = np.stack([run(layer) - IMAGES for _ in range(3)])
    np.testing.assert_allclose(noise.std(axis=(1, 2, 3, 4)), 0.4, rtol=0.03)
    assert abs(noise.mean()) < 0.01 and layer.weights[0].shape == ()


def test_brightness_saturation_and_contrast():
    changed = run(DiffAugment(["color"], seed=0))
    # A grey image of one colour: saturation and contrast leave it, brightness moves it.
    grey = run(DiffAugment(["color"], seed=0), np.full_like(IMAGES, 0.3)) - 0.3
    assert np.ptp(grey, axis=(1, 2, 3)).max() < 1e-5
    brightness = grey[:, 0, 0, 0]
    assert -0.5 <= brightness.min() < -0.4 and 0.4 < brightness.max() <= 0.5
    # Contrast and brightness act on the mean over channels, saturation on what is beside it.
    before, after = IMAGES.mean(axis=3), changed.mean(axis=3)
    contrast = after.std(axis=(1, 2)) / before.std(axis=(1, 2))
    assert 0.5 <= contrast.min() < 0.6 and 1.4 < contrast.max() <= 1.5 + 1e-5
    colour = (changed - after[..., None]).std(axis=(1, 2, 3))
    saturation = colour / (IMAGES - before[..., None]).std(axis=(1, 2, 3)) / contrast
    assert 0.0 <= saturation.min() < 0.1 and 1.9 < saturation.max() <= 2.0 + 1e-4
    np.testing.assert_allclose(
        changed.mean(axis=(1, 2, 3)) - brightness, IMAGES.mean(axis=(1, 2, 3)), atol=1e-4
    )


def test_translation_finds_every_shift():
    image = np.zeros((200, 8, 10, 1), "float32")
    image[:, 4, 5] = 1.0
    moved = run(DiffAugment(["translation"], translation=0.125, seed=0), image)
    assert {tuple(np.argwhere(m[..., 0])[0]) for m in moved} == {
        (y, x) for y in (3, 4, 5) for x in (4, 5, 6)
    }
    empty = run(DiffAugment(["translation"], translation=0.125, seed=0))
    rows = (empty == 0).all(axis=(2, 3)).sum(axis=1)
    assert set(rows) == {0, 1}  # What is laid bare is zero.


def test_cutout_is_a_box_around_any_place():
    cut = run(DiffAugment(["cutout"], cutout=0.5, seed=0)) == 0
    height, width = cut.any(axis=(2, 3)).sum(axis=1), cut.any(axis=(1, 3)).sum(axis=1)
    np.testing.assert_array_equal(cut.all(axis=3).sum(axis=(1, 2)), height * width)
    # An even side of 4 may lie half outside; an odd one of 5 is centred on a pixel.
    assert set(height) == {2, 3, 4} and set(width) == {3, 4, 5}
    assert (cut.mean(axis=(0, 3)) > 0.03).all()


def test_gradients_flow_through_all_changes():
    layer = DiffAugment(seed=0)
    images = ops.convert_to_tensor(IMAGES[:4])
    slopes = array(input_gradients(lambda x: ops.sum(layer(x, training=True)), images))
    again = DiffAugment(seed=0)
    changed = run(again, IMAGES[:4])
    # Linear in the image but for brightness, and the sum is over what is left of it.
    assert np.isfinite(slopes).all() and (np.abs(slopes).max(axis=(1, 2, 3)) > 0.1).all()
    step = np.random.default_rng(1).normal(size=slopes.shape).astype("float32")
    moved = run(DiffAugment(seed=0), IMAGES[:4] + step)
    assert (moved - changed).sum() == pytest.approx((slopes * step).sum(), rel=1e-3, abs=1e-2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: InstanceNoise(-1.0), "`stddev` must not be negative. Received: stddev=-1.0"),
        (lambda: InstanceNoise(steps=0), r"positive integer, or None.*Received: steps=0"),
        (lambda: InstanceNoise(steps=2.0), r"positive integer, or None.*Received: steps=2.0"),
        (lambda: DiffAugment("color"), r"must be a list of 'color'.*Received: policy='color'"),
        (lambda: DiffAugment(["colour"]), r"must be a list of.*Received: policy=\['colour'\]"),
        (lambda: DiffAugment(cutout=1.0), r"leave 'cutout' out of.*Received: cutout=1.0"),
        (lambda: DiffAugment(translation=0), r"leave 'translation' out.*Received: translation=0"),
        (lambda: DiffAugment()(keras.Input((None, 8, 1))), r"size of the images must be known"),
    ],
)
def test_wrong_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()
