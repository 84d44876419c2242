"""Files of a newer Keras, whose layers have arguments that the installed one does not know."""

import copy
import json

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.model_files import without_newer_keys
from tests.engine.test_frozen_layers import nested
from tests.model_files.strangers import read, write

INVENTED = {"later": None, "later_momentum": 0.99, "other": False, "other_clipping": {"a": 1}}


def of_keras(config):
    """All objects of Keras's in a configuration, models aside."""
    if isinstance(config, list):
        return [part for item in config for part in of_keras(item)]
    if not isinstance(config, dict):
        return []
    own = [config] if str(config.get("module")).startswith("keras.") else []
    own = [] if "layers" in (config.get("config") or {}) else own
    return own + [part for item in config.values() for part in of_keras(item)]


def described(part):
    return json.loads(json.dumps(keras.saving.serialize_keras_object(part)))


def newer(config, **arguments):
    config = copy.deepcopy(config)
    for part in of_keras(config):
        part["config"].update(arguments)
    return config


@pytest.mark.parametrize(
    "layer",
    [
        layers.Dense(3, kernel_regularizer="l2", kernel_constraint="non_neg", activation="silu"),
        layers.BatchNormalization(center=False, gamma_initializer="he_normal"),
        layers.Bidirectional(layers.LSTM(2, return_sequences=True)),
        layers.MultiHeadAttention(2, 3, use_bias=False),
        layers.RandomFlip("horizontal", seed=3),
        keras.Sequential([keras.Input((3,)), layers.Dense(2, use_bias=False)]),
        keras.initializers.Orthogonal(seed=2),
    ],
)
def test_what_is_switched_off_is_left_out_and_nothing_else(layer):
    config = described(layer)
    found = without_newer_keys(newer(config, **INVENTED))
    known = without_newer_keys(config)
    assert found == known
    again = keras.saving.deserialize_keras_object(found)
    assert described(again)["config"] == config["config"]


def test_what_says_something_is_left_to_be_refused():
    config = keras.saving.serialize_keras_object(layers.Dense(3))
    for value in (True, 1, "x"):
        found = without_newer_keys(newer(config, later=value, later_momentum=None))
        assert found["config"]["later"] == value
        with pytest.raises(TypeError, match="later"):
            keras.saving.deserialize_keras_object(found)


def test_models_of_all_kinds_of_files(tmp_path):
    gan = nested()
    gan.compile(generator_ema=0.9)
    gan.save(tmp_path / "gan.keras")
    gan.generator.save(tmp_path / "generator.keras")
    gan.save_to_preset(tmp_path / "preset")
    expected = gan.generate(3, seed=0)
    for name in ("gan.keras", "generator.keras"):
        files = read(tmp_path / name)
        write(tmp_path / name, {**files, "config.json": newer(files["config.json"], **INVENTED)})
    config = tmp_path / "preset" / "config.json"
    config.write_text(json.dumps(newer(json.loads(config.read_text()), **INVENTED)))
    found = [
        keras.saving.load_model(tmp_path / "gan.keras").generate(3, seed=0),
        kerasgan.load_generator(tmp_path / "gan.keras")(3, seed=0),
        kerasgan.load_generator(tmp_path / "generator.keras")(3, seed=0),
        type(gan).from_preset(tmp_path / "preset").generate(3, seed=0),
    ]
    for samples in found:
        np.testing.assert_array_equal(samples, expected)
