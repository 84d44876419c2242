import json
import shutil

import keras
import numpy as np
import pytest

import kerasgan
from kerasgan.engine.state.presets import save_preset
from kerasgan.models import DCGAN, WGANGP, CycleGAN

IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")


@pytest.fixture(scope="module")
def gan():
    keras.utils.set_random_seed(0)
    gan = DCGAN(image_shape=(16, 16, 1), latent_dim=4, base_filters=4, seed=0)
    gan.compile(generator_optimizer=keras.optimizers.Adam(0.05), generator_ema=0.9)
    gan.fit(IMAGES, batch_size=4, verbose=0)
    return gan


@pytest.fixture(scope="module")
def preset(gan, tmp_path_factory):
    return save_preset(gan, tmp_path_factory.mktemp("presets") / "digits")


def edited(preset, tmp_path, **changes):
    """A copy of the preset with another configuration."""
    copy = shutil.copytree(preset, tmp_path / "edited")
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps({**config, **changes}))
    return copy


def test_three_files(gan, preset):
    assert sorted(entry.name for entry in preset.iterdir()) == [
        "config.json",
        "metadata.json",
        "model.weights.h5",
    ]
    metadata = json.loads((preset / "metadata.json").read_text())
    assert metadata["keras_version"] == keras.__version__
    assert metadata["parameter_count"] == gan.count_params()
    assert {"kerasgan_version", "date_saved"} < set(metadata)
    config = json.loads((preset / "config.json").read_text())
    assert config["registered_name"] == "kerasgan>DCGAN"


def test_the_loaded_model_is_the_same_and_trains_on_alike(gan, preset):
    loaded = kerasgan.AdversarialModel.from_preset(preset)
    assert isinstance(loaded, DCGAN)
    np.testing.assert_array_equal(loaded.generate(4, seed=1), gan.generate(4, seed=1))
    original = kerasgan.AdversarialModel.from_preset(preset)
    for model in (loaded, original):
        model.fit(IMAGES, batch_size=4, verbose=0, shuffle=False)
    np.testing.assert_array_equal(loaded.generate(4, seed=1), original.generate(4, seed=1))
    assert np.abs(loaded.generate(4, seed=1) - gan.generate(4, seed=1)).max() > 0


def test_a_model_that_was_not_compiled(tmp_path):
    gan = CycleGAN(image_shape=(24, 24, 3), base_filters=2, residual_blocks=1, seed=0)
    loaded = kerasgan.AdversarialModel.from_preset(save_preset(gan, tmp_path / "preset"))
    images = np.zeros((1, 24, 24, 3), "float32")
    np.testing.assert_array_equal(loaded.translate(images), gan.translate(images))


def test_the_methods_of_the_model(gan, tmp_path):
    gan.save_to_preset(tmp_path / "preset")
    loaded = DCGAN.from_preset(tmp_path / "preset")
    np.testing.assert_array_equal(loaded.generate(4, seed=1), gan.generate(4, seed=1))
    with pytest.raises(ValueError, match="`DCGAN.from_preset`. Received: 'kerasgan>DCGAN'"):
        WGANGP.from_preset(tmp_path / "preset")


def test_replaces_a_preset_and_nothing_else(gan, tmp_path):
    save_preset(gan, tmp_path / "preset")
    save_preset(gan, tmp_path / "preset")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="not overwritten.*Received: .*mine"):
        save_preset(gan, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["mine", "preset"]


def test_a_failure_loses_nothing(gan, tmp_path, monkeypatch):
    path = save_preset(gan, tmp_path / "preset")
    before = (path / "config.json").read_bytes()
    nowhere = shutil.disk_usage(tmp_path)._replace(free=100)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nowhere)
    with pytest.raises(OSError, match="Not enough space.*Received: 0.0 MB free"):
        save_preset(gan, path)
    assert (path / "config.json").read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["preset"]


def test_not_a_preset(tmp_path):
    with pytest.raises(FileNotFoundError, match="Missing: config.json.*Received"):
        kerasgan.AdversarialModel.from_preset(tmp_path)


def test_a_class_that_is_no_model_of_ours_is_not_built(preset, tmp_path):
    path = edited(preset, tmp_path, class_name="Dense", module="keras.layers", registered_name=None)
    with pytest.raises(ValueError, match="registered kerasgan model.*Received: class 'Dense'"):
        kerasgan.AdversarialModel.from_preset(path)


@pytest.mark.parametrize("registered_name", [None, "kerasgan>DCGAN"])
@pytest.mark.parametrize(
    "module, name", [("os", "system"), ("builtins", "function"), ("builtins", "__lambda__")]
)
def test_code_is_not_run(preset, tmp_path, module, name, registered_name):
    changes = {"module": module, "class_name": name, "registered_name": registered_name}
    with pytest.raises(ValueError, match=f"registered kerasgan model.*Received: class '{name}'"):
        kerasgan.AdversarialModel.from_preset(edited(preset, tmp_path, **changes))


def test_a_config_that_is_no_config(preset, tmp_path):
    copy = shutil.copytree(preset, tmp_path / "copy")
    (copy / "config.json").write_text("{")
    with pytest.raises(ValueError, match="not valid JSON.*Received"):
        kerasgan.AdversarialModel.from_preset(copy)
    (copy / "config.json").write_text("[]")
    with pytest.raises(ValueError, match="must hold a JSON object.*a list. Received"):
        kerasgan.AdversarialModel.from_preset(copy)
