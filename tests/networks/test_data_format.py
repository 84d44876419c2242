"""The user's `image_data_format` is for networks of the user's own: ours state theirs."""

import ast
import inspect
from pathlib import Path

import keras
import numpy as np
import pytest

import kerasgan
from tests.conformance.catalogue import CATALOGUE, EAGER
from tests.conformance.marks import every_model, of

PACKAGE = Path(kerasgan.__file__).parent


@pytest.fixture(autouse=True)
def ordinary():
    keras.config.set_image_data_format("channels_last")
    yield
    keras.config.set_image_data_format("channels_last")


def channels_first():
    keras.config.set_image_data_format("channels_first")


def asks_for_a_format(name):
    """Whether `layers.Conv2D`, `keras.ops.image.resize` and their like depend on the setting."""
    thing = keras
    for part in name.removeprefix("keras.").split("."):
        thing = getattr(thing, part, None)
    return callable(thing) and "data_format" in inspect.signature(thing).parameters


def silent_calls(source):
    """The calls of Keras's layers and operations that leave the format to the setting."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [(ast.unparse(call.func), [k.arg for k in call.keywords]) for call in calls]
    keras_names = ("layers.", "ops.", "keras.layers.", "keras.ops.")
    return [
        name
        for name, keywords in named
        if name.startswith(keras_names) and asks_for_a_format(name)
        if "data_format" not in keywords
    ]


def test_every_call_in_the_package_states_its_format():
    found = {path.name: silent_calls(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize("call", ["layers.Conv2D(4, 3, {})(x)", "keras.layers.Flatten({})"])
def test_a_forgotten_format_is_found(call):
    assert len(silent_calls(call.format(""))) == 1
    assert silent_calls(call.format("data_format='channels_last'")) == []
    assert silent_calls("ops.image.resize(x, (4, 4))") == ["ops.image.resize"]


def formats(model):
    """What each layer states, nested ones as well."""
    layers = model._flatten_layers(include_self=False)
    return [layer.get_config().get("data_format") for layer in layers]


@every_model
def test_a_model_is_the_same_under_either_setting(row, tmp_path):
    usual = row.make()
    channels_first()
    model = row.make()
    assert formats(model) == formats(usual)
    model.set_weights(usual.get_weights())
    for name, network in model.generators.items():
        inputs = [np.full([s or 16 for s in x.shape], 0.5, "float32") for x in network.inputs]
        inputs = [x.astype("int32") if x.ndim == 1 else x for x in inputs]
        expected = usual.generators[name](inputs if len(inputs) > 1 else inputs[0])
        made = network(inputs if len(inputs) > 1 else inputs[0])
        np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (made, expected)))
    # A file that was written under either setting is read under the other.
    model.save(tmp_path / "first.keras")
    keras.config.set_image_data_format("channels_last")
    usual.save(tmp_path / "last.keras")
    loaded = keras.saving.load_model(tmp_path / "first.keras")
    channels_first()
    again = keras.saving.load_model(tmp_path / "last.keras")
    for own, *others in zip(usual.weights, loaded.weights, again.weights, strict=True):
        for other in others:
            np.testing.assert_array_equal(*map(keras.ops.convert_to_numpy, (own, other)))


@pytest.mark.skipif(not EAGER, reason="steps compiled twice, and exports by another process")
@of([row for row in CATALOGUE if row.of_many_layers])
def test_training_and_exports_are_the_same(row, tmp_path):
    weights, start = [], None
    for setting in ("channels_last", "channels_first"):
        keras.config.set_image_data_format(setting)
        keras.utils.set_random_seed(0)
        model = row.make_compiled(run_eagerly=EAGER)
        start = model.get_weights() if start is None else start
        model.set_weights(start)
        model.fit(*row.data(1), batch_size=4, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    for one, other in zip(*weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    name = next(iter(model.generators))
    kerasgan.export_generator(model, tmp_path / "exported", name=name)
    preset = tmp_path / "preset"
    model.save_to_preset(preset)
    keras.config.set_image_data_format("channels_last")
    for path in (tmp_path / "exported", preset):
        loaded = kerasgan.load_generator(path, name=name)
        row.check_generator(loaded, model, name, tolerance=1e-5)


def test_networks_of_the_users_keep_the_users_setting():
    for setting, shape in (("channels_first", (1, 16, 16)), ("channels_last", (16, 16, 1))):
        keras.config.set_image_data_format(setting)
        layer = keras.layers.Conv2D(2, 3)
        wrapped = kerasgan.layers.SpectralNormalization(layer)
        wrapped.build((None, *shape))
        assert layer.get_config()["data_format"] == setting
        assert tuple(layer.kernel.shape) == (3, 3, 1, 2)
