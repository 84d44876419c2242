"""What could not be loaded again is refused before anything is written."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from tests.engine.games import mlp_gan
from tests.engine.test_frozen_layers import vanilla

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")


@pytest.mark.parametrize("name", ["gan.h5", "gan.hdf5", "gan.tf", "gan", "gan.weights.h5"])
def test_names_of_other_formats(name, tmp_path):
    gan = vanilla()
    for path in (tmp_path / name, str(tmp_path / name)):
        with pytest.raises(ValueError, match=rf"save\('gan.keras'\).*Received: .*{name}'"):
            gan.save(path)
    assert not list(tmp_path.iterdir())


@once
def test_other_ways_to_such_files(tmp_path):
    gan = vanilla()
    gan.compile(run_eagerly=True)
    with pytest.raises(ValueError, match=r"save\('gan.keras'\).*Received: an HDF5 file"):
        keras.saving.save_model(gan, tmp_path / "gan.h5")
    with pytest.raises(ValueError, match="end in `.weights.h5`"):
        gan.save_weights(tmp_path / "weights.h5")
    callback = keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.h5")
    for callbacks in ([callback], callback):
        with pytest.raises(ValueError, match=r"save\('gan.keras'\).*Received: .*epoch}.h5'"):
            gan.fit(np.zeros((4, 2), "float32"), batch_size=4, verbose=0, callbacks=callbacks)
    assert int(gan.optimizer.iterations) == 0 and not (tmp_path / "1.h5").exists()
    gan.save(tmp_path / "folder", zipped=False)
    assert type(keras.saving.load_model(tmp_path / "folder")) is type(gan)


def quantized(gan, network, mode):
    getattr(gan, network).quantize(mode)
    return gan


@once
@pytest.mark.parametrize("mode", ["int8", "int4", "float8"])
@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_quantized_networks_that_were_passed_are_loaded_to_the_bit(network, mode, tmp_path):
    gan = quantized(mlp_gan(), network, mode)
    inputs = np.ones((3, getattr(gan, network).input_shape[1]), "float32")
    expected = getattr(gan, network)(inputs)
    gan.save(tmp_path / "gan.keras")
    gan.save_to_preset(tmp_path / "preset")
    for loaded in (
        keras.saving.load_model(tmp_path / "gan.keras"),
        type(gan).from_preset(tmp_path / "preset"),
    ):
        np.testing.assert_array_equal(getattr(loaded, network)(inputs), expected)
    samples = kerasgan.load_generator(tmp_path / "gan.keras")(3, seed=0)
    np.testing.assert_array_equal(samples, gan.generate(3, seed=0))


@once
@pytest.mark.parametrize(
    "make, network",
    [
        (vanilla, "generator"),
        (vanilla, "discriminator"),
        (mlp_gan, "generator"),  # Its moving average is not quantized.
        (mlp_gan, "average"),
    ],
)
def test_those_that_would_be_built_anew_are_refused(make, network, tmp_path):
    gan = make()
    if make is mlp_gan:
        gan.compile(generator_ema=0.9)
    gan.save(tmp_path / "before.keras")
    before = (tmp_path / "before.keras").read_bytes()
    chosen = gan.average.networks["generator"] if network == "average" else getattr(gan, network)
    chosen.quantize("int8")
    message = r"quantized network.*Received: \w+ quantized to \['int8'\]"
    for write, name in ((gan.save, "before.keras"), (gan.save_to_preset, "preset")):
        with pytest.raises(ValueError, match=message):
            write(tmp_path / name)
    assert not (tmp_path / "preset").exists()
    with pytest.raises(ValueError, match=message):
        keras.saving.save_model(gan, tmp_path / "other.keras")
    assert (tmp_path / "before.keras").read_bytes() == before
    # The remedy.
    chosen.save(tmp_path / "network.keras")
    if network != "discriminator":
        loaded = kerasgan.load_generator(tmp_path / "network.keras")
        latents = np.ones((2, 3), "float32")
        np.testing.assert_array_equal(
            loaded.from_latents(latents), chosen.predict_on_batch(latents)
        )


@once
def test_a_quantized_generator_is_exported(tmp_path):
    gan = quantized(vanilla(), "generator", "int8")
    kerasgan.export_generator(gan, tmp_path / "exported")
    exported = kerasgan.load_generator(tmp_path / "exported")
    latents = np.ones((2, 3), "float32")
    expected = gan.generator.predict_on_batch(latents)
    np.testing.assert_allclose(exported.from_latents(latents), expected, atol=1e-5)


@once
def test_a_preset_without_the_state_of_training(tmp_path):
    gan = kerasgan.models.CycleGAN((24, 24, 3), 1, 1, seed=0)
    networks = sum(network.count_params() for network in gan.layers[:4])
    assert gan.count_params() == networks < 10_000
    gan.compile(generator_ema=0.9, run_eagerly=True)
    images = np.random.default_rng(0).uniform(-1, 1, (2, 24, 24, 3)).astype("float32")
    gan.fit(images, images[::-1], batch_size=1, verbose=0)
    assert gan.count_params() == networks
    gan.save_to_preset(tmp_path / "whole")
    gan.save_to_preset(tmp_path / "small", training_state=False)
    sizes = [(tmp_path / n / "model.weights.h5").stat().st_size for n in ("whole", "small")]
    assert sizes[1] < sizes[0] - 4 * 2 * 50 * 24 * 24 * 3
    loaded = kerasgan.models.CycleGAN.from_preset(tmp_path / "small")
    assert not loaded.compiled and not loaded.pool_x.built
    np.testing.assert_array_equal(loaded.translate(images), gan.translate(images))
    # It can be trained, from an empty history.
    loaded.compile(run_eagerly=True)
    loaded.fit(images, images, batch_size=1, verbose=0)
    assert int(loaded.pool_x.count) == 2
    whole = kerasgan.models.CycleGAN.from_preset(tmp_path / "whole")
    np.testing.assert_array_equal(whole.pool_x.images, gan.pool_x.images)
    uncompiled = keras.saving.deserialize_keras_object(
        {**keras.saving.serialize_keras_object(gan), "compile_config": None}
    )
    uncompiled.load_weights(tmp_path / "whole" / "model.weights.h5")
    np.testing.assert_array_equal(uncompiled.translate(images), gan.translate(images))


@once
def test_precision_is_no_quantization(tmp_path):
    keras.config.set_dtype_policy("mixed_float16")
    gan = mlp_gan()
    keras.config.set_dtype_policy("float32")
    gan.compile(generator_ema=0.9)
    gan.save(tmp_path / "gan.keras")
    keras.saving.load_model(tmp_path / "gan.keras")


def test_a_network_of_networks_is_counted_once():
    shared = keras.Sequential([keras.Input((3,)), layers.Dense(3)])
    generator = keras.Sequential([keras.Input((3,)), shared, layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3)
    gan.compile(generator_ema=0.9)
    assert gan.count_params() == 12 + 8 + 3
