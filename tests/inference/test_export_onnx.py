import importlib.util

import keras
import numpy as np
import pytest

from kerasgan.inference import export_onnx
from kerasgan.models import DCGAN, CycleGAN

onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra `onnx`")
pytest.importorskip("tf2onnx", reason="needs the extra `onnx`")


def run(path, inputs):
    session = onnxruntime.InferenceSession(str(path))
    (given,) = session.get_inputs()
    return session.run(None, {given.name: inputs})[0]


def test_onnxruntime_gives_the_images_of_the_moving_average(tmp_path):
    keras.utils.set_random_seed(0)
    gan = DCGAN(image_shape=(16, 16, 1), latent_dim=4, base_filters=4, seed=0)
    # Kernels as large as those of a trained generator, for images of full contrast.
    gan.generator.set_weights([30 * w if w.ndim > 1 else w for w in gan.generator.get_weights()])
    gan.compile(generator_optimizer=keras.optimizers.Adam(0.05), generator_ema=0.9)
    images = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")
    gan.fit(images, batch_size=4, verbose=0)

    path = export_onnx(gan, tmp_path / "new" / "generator.onnx")
    for count in (1, 5):
        latents = np.random.default_rng(1).normal(size=(count, 4)).astype("float32")
        expected = keras.ops.convert_to_numpy(gan.inference_network("generator")(latents))
        assert expected.std() > 0.1
        np.testing.assert_allclose(run(path, latents), expected, atol=1e-5)
    assert [entry.name for entry in path.parent.iterdir()] == ["generator.onnx"]


def test_a_translator_of_any_size(tmp_path):
    gan = CycleGAN(image_shape=(24, 24, 3), base_filters=2, residual_blocks=1, seed=0)
    path = export_onnx(gan, tmp_path / "translator.onnx", name="y_to_x")
    for size in ((24, 24), (32, 28)):
        images = np.random.default_rng(2).uniform(-1, 1, (2, *size, 3)).astype("float32")
        np.testing.assert_allclose(run(path, images), gan.translate(images, to="x"), atol=1e-5)


def test_the_name_of_a_generator_is_needed_where_there_are_several(tmp_path):
    gan = CycleGAN(image_shape=(24, 24, 3), base_filters=2, residual_blocks=1)
    with pytest.raises(ValueError, match=r"\['x_to_y', 'y_to_x'\]. Received: name=None"):
        export_onnx(gan, tmp_path / "translator.onnx")


def test_the_extra_is_named_where_it_is_missing(tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "tf2onnx" else find(name)
    )
    gan = DCGAN(image_shape=(16, 16, 1), latent_dim=4, base_filters=2)
    with pytest.raises(ImportError, match=r'pip install "kerasgan\[onnx\]".*Received'):
        export_onnx(gan, tmp_path / "generator.onnx")
