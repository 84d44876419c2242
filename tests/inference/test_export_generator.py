import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from kerasgan.inference import export_generator, load_generator
from kerasgan.models import DCGAN, GAN, CycleGAN

RELOAD = """
import sys
import numpy as np
import tensorflow as tf

path, inputs, outputs = sys.argv[1:]
loaded = tf.saved_model.load(path)
results = {}
for name, value in np.load(inputs).items():
    endpoint, _, _ = name.partition("-")
    arguments = [int(v) for v in value] if endpoint == "sample" else [value]
    results[name] = getattr(loaded, endpoint)(*arguments).numpy()
np.savez(outputs, **results)
sys.exit("kerasgan was imported" if "kerasgan" in sys.modules else 0)
"""


def reload(path, **inputs):
    """The endpoints' answers in a fresh process that knows TensorFlow only."""
    given, answered = path.parent / "inputs.npz", path.parent / "outputs.npz"
    np.savez(given, **inputs)
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run(
        [sys.executable, "-c", RELOAD, str(path), str(given), str(answered)],
        check=True,
        cwd=path.parent,  # not where the package can be found
        env=environment,
    )
    return dict(np.load(answered))


@pytest.fixture(scope="module")
def gan():
    keras.utils.set_random_seed(0)
    gan = DCGAN(image_shape=(16, 16, 1), latent_dim=4, base_filters=4, seed=0)
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
def exported(gan, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "digits"
    return export_generator(gan, path, data="noise", figures={"fid": np.float32(0.5), "n": 3})


@pytest.fixture(scope="module")
def exported_translator(translator, tmp_path_factory):
    return export_generator(translator, tmp_path_factory.mktemp("saved") / "x_to_y", "x_to_y")


class Stranger(keras.layers.Layer):
    """Not registered: another process does not know it."""

    def call(self, inputs):
        return inputs


class Broken(keras.layers.Layer):
    """Passes where its shape is asked for and fails where its graph is."""

    def call(self, inputs, training=None):
        raise RuntimeError("no graph of this")

    def compute_output_spec(self, inputs, training=None):
        return keras.KerasTensor(inputs.shape, inputs.dtype)


def judge():
    flatten, score = keras.layers.Flatten(), keras.layers.Dense(1)
    return keras.Sequential([keras.Input((2, 2, 1)), flatten, score])


def latents(count=5):
    return np.random.default_rng(1).uniform(-1, 1, (count, 4)).astype("float32")


def pictures(count, height, width):
    return np.random.default_rng(2).integers(0, 256, (count, height, width, 3)).astype("uint8")


def test_a_fresh_process_with_tensorflow_alone_gives_the_same_images(gan, exported):
    draws = {"sample-a": [3, 7], "sample-b": [3, 7], "sample-c": [3, 8]}
    answers = reload(exported, **{"serve-": latents()}, **draws)
    network = gan.inference_network("generator")
    expected = keras.ops.convert_to_numpy(network(latents(), training=False))
    np.testing.assert_allclose(answers["serve-"], expected, atol=1e-5)
    assert expected.std() > 0.1
    raw = keras.ops.convert_to_numpy(gan.generator(latents(), training=False))
    assert np.abs(expected - raw).max() > 1e-3, "the moving average is another network"
    assert answers["sample-a"].shape == (3, 16, 16, 1)
    np.testing.assert_array_equal(answers["sample-a"], answers["sample-b"])
    assert np.abs(answers["sample-a"] - answers["sample-c"]).max() > 1e-3
    # The loader draws as the graph does.
    np.testing.assert_allclose(load_generator(exported)(3, seed=7), answers["sample-a"], atol=1e-5)
    np.testing.assert_allclose(gan.generate(3, seed=7), answers["sample-a"], atol=1e-5)


def test_sampled_latents_have_the_distribution_of_the_model(tmp_path):
    for distribution, mean_square, largest in (("uniform", 1 / 3, 1.0), ("normal", 1.0, 6.0)):
        gan = DCGAN((16, 16, 1), 4, base_filters=1, latent_distribution=distribution)
        generate = load_generator(export_generator(gan, tmp_path / distribution))
        drawn = generate.sample_latents(20_000, 0)
        assert drawn.mean() == pytest.approx(0.0, abs=0.02)
        assert np.square(drawn).mean() == pytest.approx(mean_square, rel=0.02)
        assert 0.9 * largest * (distribution == "uniform") < np.abs(drawn).max() <= largest


def test_a_translator_takes_floats_and_bytes_of_any_size(translator, exported_translator):
    even, odd = pictures(2, 24, 32), pictures(1, 26, 29)
    floats = even.astype("float32") / 127.5 - 1.0
    answers = reload(
        exported_translator,
        **{"serve-": floats, "translate-f": floats, "translate-b": even, "translate-o": odd},
    )
    expected = translator.translate(floats, to="y")
    np.testing.assert_allclose(answers["serve-"], expected, atol=1e-5)
    np.testing.assert_allclose(answers["translate-f"], expected, atol=1e-5)
    assert answers["translate-b"].dtype == np.uint8
    as_bytes = np.rint((expected + 1.0) * 127.5)
    assert np.abs(answers["translate-b"] - as_bytes).max() <= 1
    # Padded by reflection at the bottom and on the right, and cropped back.
    padded = np.pad(odd, ((0, 0), (0, 2), (0, 3), (0, 0)), mode="reflect")
    by_hand = translator.translate(padded.astype("float32") / 127.5 - 1.0, to="y")[:, :26, :29]
    assert answers["translate-o"].shape == odd.shape
    assert np.abs(answers["translate-o"] - np.rint((by_hand + 1.0) * 127.5)).max() <= 1


def test_the_card_tells_what_it_is(gan, exported):
    card = json.loads((exported / "card.json").read_text())
    assert card["name"] == "generator" and card["model"] == "DCGAN"
    assert card["keras_version"] == keras.__version__
    assert card["data_shape"] == [16, 16, 1] and card["output_range"] == [-1.0, 1.0]
    assert card["latent_dim"] == 4 and card["latent_distribution"] == "uniform"
    assert card["parameters"] == gan.generator.count_params()
    assert card["recipe"]["generator_ema"] == 0.9
    assert "generator_optimizer" in card["recipe"]
    assert card["data"] == "noise" and card["figures"] == {"fid": 0.5, "n": 3}
    assert card["classes"] is None


def test_the_card_of_a_translator(exported_translator):
    card = json.loads((exported_translator / "card.json").read_text())
    assert card["name"] == "x_to_y" and card["kind"] == "translator"
    assert card["data_shape"] == [None, None, 3] and card["latent_dim"] is None
    assert card["recipe"] is None, "it was never compiled"


def test_the_name_of_a_generator_is_needed_where_there_are_several(translator, tmp_path):
    message = r"\['x_to_y', 'y_to_x'\]. Received: name=None"
    with pytest.raises(ValueError, match=message):
        export_generator(translator, tmp_path / "new")
    with pytest.raises(ValueError, match="Received: name='z'"):
        export_generator(translator, tmp_path / "new", name="z")
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="exports in this process")
def test_replaces_a_saved_model_and_nothing_else(gan, tmp_path):
    path = export_generator(gan, tmp_path / "saved", data="first")
    export_generator(gan, path, data="second")
    assert load_generator(path).card["data"] == "second"
    with pytest.raises(FileExistsError, match="overwrite=True.*Received"):
        export_generator(gan, path, overwrite=False)

    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="not overwritten.*Received"):
        export_generator(gan, mine)
    assert (mine / "thesis.txt").read_text() == "years of work"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mine", "saved"]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="exports in this process")
def test_a_failure_loses_nothing(gan, tmp_path):
    path = export_generator(gan, tmp_path / "saved", data="first")
    cyclic = {}
    cyclic["self"] = cyclic
    with pytest.raises(ValueError, match="Circular"):
        export_generator(gan, path, figures=cyclic)

    inputs = keras.Input((4,))
    broken = keras.Model(inputs, keras.layers.Reshape((2, 2, 1))(Broken()(inputs)))
    with pytest.raises(RuntimeError, match="no graph of this"):
        export_generator(GAN(broken, judge(), latent_dim=4), path)
    assert load_generator(path).card["data"] == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["saved"]


@pytest.mark.skipif(keras.backend.backend() == "tensorflow", reason="needs no other process")
def test_a_failure_of_the_other_process_is_told(tmp_path):
    inputs = keras.Input((4,))
    strange = keras.Model(inputs, keras.layers.Reshape((2, 2, 1))(Stranger()(inputs)))
    with pytest.raises(RuntimeError, match="(?s)must be registered.*Received: exit status 1"):
        export_generator(GAN(strange, judge(), latent_dim=4), tmp_path / "saved")
    assert not list(tmp_path.iterdir())
