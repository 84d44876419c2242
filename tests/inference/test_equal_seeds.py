"""Equal seeds give equal samples, from a model in memory and from all that it was saved as."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan.samples.counted_draws import counted_labels, counted_latents
from tests.conformance.catalogue import EAGER

PARTS = [("normal", 3), ("uniform", 2), ("categorical", 4)]
tensorflow_only = pytest.mark.skipif(not EAGER, reason="elsewhere another process writes them")


@keras.saving.register_keras_serializable("kerasgan_tests")
class Grain(layers.Layer):
    """Noise in inference as well, as generators with styles have it."""

    def __init__(self, stddev=0.5, **kwargs):
        super().__init__(**kwargs)
        self.stddev = stddev
        self.seed_generator = keras.random.SeedGenerator(3)

    def call(self, inputs):
        noise = keras.random.normal(ops.shape(inputs), seed=self.seed_generator)
        return inputs + self.stddev * noise

    def get_config(self):
        return {**super().get_config(), "stddev": self.stddev}


def game(*ends, latent_dim=9, **arguments):
    generator = [keras.Input((latent_dim,)), layers.Dense(2), *ends]
    return kerasgan.models.GAN(
        keras.Sequential(generator),
        keras.Sequential([keras.Input((2,)), layers.Dense(1)]),
        latent_dim=latent_dim,
        seed=0,
        **arguments,
    )


GAMES = {
    "normal": lambda: game(),
    "uniform": lambda: game(latent_distribution="uniform"),
    "mixed": lambda: game(latent_distribution=PARTS),
    "own noise": lambda: game(Grain()),
    "two noises": lambda: game(Grain(), layers.Dense(2), Grain(0.1)),
    "noise of training": lambda: game(layers.GaussianNoise(1.0)),
}


@pytest.mark.parametrize("kind", GAMES)
def test_in_memory_and_from_a_file(kind, tmp_path):
    gan = GAMES[kind]()
    expected = gan.generate(5, seed=4)
    np.testing.assert_array_equal(gan.generate(5, seed=4), expected)
    assert np.any(gan.generate(5, seed=5) != expected)
    gan.save(tmp_path / "gan.keras")
    gan.save_to_preset(tmp_path / "preset")
    for name in ("gan.keras", "preset"):
        generate = kerasgan.load_generator(tmp_path / name)
        np.testing.assert_allclose(generate(5, seed=4), expected, atol=1e-6)


def test_a_seed_leaves_the_networks_own_stream_as_it_was():
    gan, latents = game(Grain()), np.zeros((2, 9), "float32")
    draw = gan.inference_network("generator").predict_on_batch
    first = draw(latents)
    other = game(Grain())
    other.set_weights(gan.get_weights())
    other.generate(3, seed=1)
    np.testing.assert_allclose(other.generator.predict_on_batch(latents), first, atol=1e-6)
    assert np.any(draw(latents) != first)  # Without a seed it draws on.


@tensorflow_only
@pytest.mark.parametrize("kind", GAMES)
def test_of_a_saved_model(kind, tmp_path):
    import tensorflow as tf

    gan = GAMES[kind]()
    expected = gan.generate(5, seed=4)
    path = kerasgan.export_generator(gan, tmp_path / "exported")
    generate, raw = kerasgan.load_generator(path), tf.saved_model.load(str(path))
    np.testing.assert_allclose(generate(5, seed=4), expected, atol=1e-5)
    np.testing.assert_allclose(raw.sample(5, 4), expected, atol=1e-5)
    np.testing.assert_allclose(raw.sample(5, 4), expected, atol=1e-5)
    if "noise" not in kind or kind == "noise of training":
        np.testing.assert_allclose(raw.sample(2, 4), expected[:2], atol=1e-5)
        np.testing.assert_allclose(generate(2, seed=4), expected[:2], atol=1e-5)


@tensorflow_only
@pytest.mark.parametrize("parts", [[("normal", 9)], [("uniform", 9)], PARTS])
def test_latents_within_graphs_and_under_xla(parts):
    import tensorflow as tf

    from kerasgan.inference.saved_model import _library

    for jit_compile in (False, True):

        @tf.function(jit_compile=jit_compile, autograph=False)
        def draw(seed):
            return counted_latents(parts, 7, tf.cast(seed, tf.int64), _library())

        for seed in (0, 5, 2**31 - 1):
            expected = counted_latents(parts, 7, seed)
            np.testing.assert_allclose(draw(tf.constant(seed)), expected, atol=1e-6)


@pytest.mark.parametrize("file", ["gan.keras", pytest.param("exported", marks=tensorflow_only)])
def test_labels_are_drawn_alike(file, tmp_path):
    gan = kerasgan.models.AuxiliaryClassifierGAN(
        5, (16, 16, 1), 4, generator_filters=2, discriminator_filters=2
    )
    latents, labels = gan.sample_inputs(6, seed=2)
    np.testing.assert_array_equal(labels, counted_labels(6, 5, 2))
    np.testing.assert_array_equal(keras.ops.convert_to_numpy(gan.sample_labels(6, 2)), labels)
    path = tmp_path / file
    gan.save(path) if file.endswith("keras") else kerasgan.export_generator(gan, path)
    np.testing.assert_allclose(
        kerasgan.load_generator(path)(6, seed=2), gan.generate(6, seed=2), atol=1e-5
    )


@tensorflow_only
def test_an_onnx_file_that_draws_is_refused(tmp_path):
    pytest.importorskip("onnxruntime")
    for kind in ("own noise", "two noises"):
        path = tmp_path / "own.onnx"
        with pytest.raises(RuntimeError, match="random numbers in inference.*Received: "):
            kerasgan.export_onnx(GAMES[kind](), path)
        assert not path.exists()
    gan = GAMES["noise of training"]()  # Which is off in inference.
    assert kerasgan.export_onnx(gan, tmp_path / "quiet.onnx").is_file()


@tensorflow_only
def test_a_saved_model_that_differs_is_refused(tmp_path, monkeypatch):
    from kerasgan.inference import saved_model

    gan = game()
    monkeypatch.setattr(saved_model, "outputs_for", lambda *_: np.ones((2, 2), "float32"))
    with pytest.raises(RuntimeError, match="does not compute what the network does.*Received: "):
        kerasgan.export_generator(gan, tmp_path / "exported")
    assert not (tmp_path / "exported").exists()
