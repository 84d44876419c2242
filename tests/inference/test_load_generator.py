import keras
import numpy as np
import pytest

from kerasgan.engine.state.presets import save_preset
from kerasgan.inference import load_generator
from kerasgan.models import DCGAN, CycleGAN
from kerasgan.samples.counted_draws import counted_latents


@pytest.fixture(scope="module")
def gan():
    keras.utils.set_random_seed(0)
    gan = DCGAN((16, 16, 1), 4, base_filters=4, latent_distribution="normal", seed=0)
    # Kernels as large as those of a trained generator, for images of full contrast.
    gan.generator.set_weights([30 * w if w.ndim > 1 else w for w in gan.generator.get_weights()])
    gan.compile(generator_optimizer=keras.optimizers.Adam(0.05), generator_ema=0.9)
    images = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")
    gan.fit(images, batch_size=4, verbose=0)
    return gan


@pytest.fixture(scope="module")
def translator():
    return CycleGAN(image_shape=(24, 24, 3), base_filters=2, residual_blocks=1, seed=0)


@pytest.fixture(scope="module")
def generate(gan, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "gan.keras"
    gan.save(path)
    return load_generator(path)


@pytest.fixture(scope="module")
def translate(translator, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "gan.keras"
    translator.save(path)
    return load_generator(path, name="y_to_x")


def test_a_whole_model_gives_the_images_of_its_moving_average(gan, generate):
    np.testing.assert_allclose(generate(5, seed=3), gan.generate(5, seed=3), atol=1e-5)
    assert generate.latent_dim == 4 and generate(5).std() > 0.1
    assert generate.card["model"] == "DCGAN" and generate.card["recipe"]["generator_ema"] == 0.9
    assert repr(generate) == "LoadedGenerator('generator', generator of (16, 16, 1))"


def test_the_file_of_a_generator_alone(gan, tmp_path):
    gan.generator.save(tmp_path / "generator.keras")
    generate = load_generator(tmp_path / "generator.keras")
    latents = keras.ops.convert_to_numpy(gan.sample_latents(5, seed=3))
    expected = keras.ops.convert_to_numpy(gan.generator(latents, training=False))
    np.testing.assert_allclose(generate.from_latents(latents), expected, atol=1e-5)
    np.testing.assert_allclose(generate(5, seed=3), expected, atol=1e-5)


def test_a_preset(gan, tmp_path):
    save_preset(gan, tmp_path / "preset")
    generate = load_generator(tmp_path / "preset")
    np.testing.assert_allclose(generate(5, seed=3), gan.generate(5, seed=3), atol=1e-5)


@pytest.mark.skipif(keras.backend.backend() == "torch", reason="Keras cannot export this there")
def test_a_plain_export_of_the_network(gan, tmp_path):
    gan.generator.export(tmp_path / "plain", verbose=False)
    generate = load_generator(tmp_path / "plain")
    latents = np.random.default_rng(1).normal(size=(5, 4)).astype("float32")
    expected = keras.ops.convert_to_numpy(gan.generator(latents, training=False))
    np.testing.assert_allclose(generate.from_latents(latents), expected, atol=1e-5)
    assert generate(3, seed=0).shape == (3, 16, 16, 1)
    assert generate.card["data_shape"] == [16, 16, 1]
    assert generate.card["parameters"] == gan.generator.count_params()


def test_equal_seeds_equal_images_whatever_the_batch_size(generate):
    images = generate(7, seed=1)
    assert images.shape == (7, 16, 16, 1) and images.dtype == np.float32
    np.testing.assert_allclose(generate(7, seed=1, batch_size=3), images, atol=1e-5)
    assert np.abs(generate(7, seed=2) - images).max() > 1e-3
    assert np.abs(generate(7) - generate(7)).max() > 1e-3


def test_latents_of_another_distribution(gan, tmp_path):
    gan.generator.save(tmp_path / "generator.keras")
    uniform = load_generator(tmp_path / "generator.keras", latent_distribution="uniform")
    latents = counted_latents([("uniform", 4)], 4, 5)
    np.testing.assert_allclose(uniform(4, seed=5), uniform.from_latents(latents), atol=1e-6)
    with pytest.raises(ValueError, match="'normal' or 'uniform'.*Received: .*'gamma'"):
        load_generator(tmp_path / "generator.keras", latent_distribution="gamma")


def test_a_translator(translator, translate):
    images = np.random.default_rng(0).uniform(-1, 1, (3, 24, 28, 3)).astype("float32")
    expected = translator.translate(images, to="x")
    np.testing.assert_allclose(translate.translate(images, batch_size=2), expected, atol=1e-5)
    assert translate.latent_dim is None


def test_a_translator_of_bytes_of_odd_size(translator, translate):
    images = np.random.default_rng(0).integers(0, 256, (1, 25, 30, 3)).astype("uint8")
    padded = np.pad(images, ((0, 0), (0, 3), (0, 2), (0, 0)), mode="reflect")
    expected = translator.translate(padded / 127.5 - 1.0, to="x")[:, :25, :30]
    translated = translate.translate(images)
    assert translated.dtype == np.uint8 and translated.shape == images.shape
    assert np.abs(translated - np.rint((expected + 1.0) * 127.5)).max() <= 1


def test_a_model_of_several_generators_needs_a_name(translator, tmp_path):
    translator.save(tmp_path / "gan.keras")
    with pytest.raises(ValueError, match=r"\['x_to_y', 'y_to_x'\]. Received: name=None"):
        load_generator(tmp_path / "gan.keras")


def test_nothing_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="no saved generator.*Received: .*nowhere"):
        load_generator(tmp_path / "nowhere")


def test_something_else_there(tmp_path):
    with pytest.raises(ValueError, match="saved_model.pb.*Received"):
        load_generator(tmp_path)


def test_a_network_that_generates_nothing(gan, tmp_path):
    gan.discriminator.save(tmp_path / "discriminator.keras")
    with pytest.raises(ValueError, match="A generator takes latents.*Received: .*discriminator"):
        load_generator(tmp_path / "discriminator.keras")


def test_a_generator_does_not_translate_and_a_translator_draws_no_latents(generate, translate):
    with pytest.raises(TypeError, match="is a generator, not a translator.*Received"):
        generate.translate(np.zeros((1, 24, 24, 3)))
    with pytest.raises(TypeError, match=r"is a translator.*`.translate\(images\)`.*Received"):
        translate(4)
    with pytest.raises(TypeError, match="is a translator, not a generator.*Received"):
        translate.from_latents(np.zeros((1, 4)))


def test_wrong_arguments(generate, translate):
    with pytest.raises(ValueError, match="`n` must be a positive int. Received: n=0"):
        generate(0)
    with pytest.raises(ValueError, match="`seed` must be an int.*Received: seed=-1"):
        generate(1, seed=-1)
    with pytest.raises(ValueError, match=r"\(n, 4\). Received: shape \(2, 3\)"):
        generate.from_latents(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"n=1. Received: shape \(24, 24, 3\)"):
        translate.translate(np.zeros((24, 24, 3)))
    with pytest.raises(ValueError, match="at least 5 pixels a side.*Received"):
        translate.translate(np.zeros((1, 3, 24, 3)))
