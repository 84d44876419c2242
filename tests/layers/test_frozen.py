"""A network that is held, never trained, and not written to files."""

import copy
import hashlib
import zipfile

import h5py
import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan.layers import Frozen
from kerasgan.model_files import ModelFileError
from kerasgan.ops.gradients import input_gradients
from kerasgan.ops.weight_fingerprint import fingerprint_of_weights
from tests.engine.games import arrays, assert_equal, number
from tests.model_files.strangers import read, weights, write

KERNEL = np.arange(6, dtype="float32").reshape(2, 3) / 6 - 0.3


@keras.saving.register_keras_serializable("kerasgan_tests")
def statistics_network():
    """A network that computes otherwise in training, and has 16 thousand weights."""
    inputs = keras.Input((2,))
    x = layers.Dense(3, kernel_initializer=keras.initializers.Constant(KERNEL))(inputs)
    x = layers.BatchNormalization(moving_mean_initializer="ones", name="statistics")(x)
    x = layers.Dropout(0.5, seed=3)(x)
    wide = keras.initializers.RandomNormal(stddev=0.01, seed=4)
    x = layers.Dense(4000, kernel_initializer=wide)(x)
    return keras.Model(inputs, ops.mean(x, axis=-1, keepdims=True))


@keras.saving.register_keras_serializable("kerasgan_tests")
def small_network():
    return keras.Sequential([keras.Input((2,)), layers.Dense(2)])


def changed_network():
    network = statistics_network()
    network.get_layer("statistics").moving_mean.assign([1.0, 1.0, 1.001])
    return network


NAME = "kerasgan_tests>statistics_network"


def points(rng, count=5):
    return rng.normal(size=(count, 2)).astype("float32")


@pytest.fixture(params=["function", "name", "model"])
def frozen(request):
    given = {"function": statistics_network, "name": NAME, "model": statistics_network()}
    return Frozen(given[request.param])


def test_it_computes_as_in_inference(frozen, rng):
    inputs = points(rng)
    expected = statistics_network().predict(inputs)
    model = keras.Sequential([keras.Input((2,)), frozen])
    for outputs in (frozen(inputs), model(inputs, training=True), model.predict(inputs)):
        np.testing.assert_allclose(ops.convert_to_numpy(outputs), expected, rtol=1e-5, atol=1e-7)
    assert model.output_shape == (None, 1)
    assert_equal(arrays(frozen.weights), statistics_network().get_weights())


def test_layers_after_it_stay_in_training(rng):
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.frozen, self.noise = Frozen(statistics_network), layers.GaussianNoise(1.0, seed=0)

        def call(self, inputs):
            return self.noise(self.frozen(inputs))

    model, inputs = Model(), points(rng)
    quiet, noisy = (ops.convert_to_numpy(model(inputs, training=t)) for t in (False, True))
    assert np.abs(quiet - noisy).max() > 0.1


def test_gradients_flow_to_its_inputs(frozen, rng):
    inputs = ops.convert_to_tensor(points(rng))
    actual = ops.convert_to_numpy(input_gradients(frozen, inputs))
    wide = ops.convert_to_numpy(frozen.weights[6])
    slope = KERNEL @ wide.mean(axis=1) / np.sqrt(1 + 1e-3)
    np.testing.assert_allclose(actual, np.tile(slope, (5, 1)), rtol=1e-4, atol=1e-6)


def test_it_is_never_trainable(frozen):
    model = keras.Sequential([keras.Input((2,)), frozen, layers.Dense(1)])
    for trainable in (True, False, True):
        model.trainable = trainable
        assert not frozen.trainable and not frozen.trainable_variables
        assert len(model.trainable_variables) == 2 * trainable
        assert len(model.weights) == len(model.trainable_weights) + len(model.non_trainable_weights)
    known = {id(variable) for variable in model.non_trainable_variables}
    # A seed of its dropout as well.
    assert {id(variable) for variable in frozen.network.variables} <= known
    assert len(frozen.variables) == len(frozen.weights) + 1 == 9


def saved(path, source=NAME):
    model = keras.Sequential([keras.Input((2,)), Frozen(source), layers.Dense(2)])
    model.save(path / "model.keras")
    return model


def test_files_hold_a_fingerprint(tmp_path, rng):
    model = saved(tmp_path)
    path = tmp_path / "model.keras"
    assert path.stat().st_size < 40_000 < 4 * model.count_params()
    with zipfile.ZipFile(path) as archive, h5py.File(archive.open("model.weights.h5")) as file:
        held = {}
        file.visititems(lambda name, item: held.update({name: getattr(item, "shape", None)}))
    assert sorted(shape for shape in held.values() if shape) == [(1, 2), (2,), (16,)]
    inputs = points(rng)
    expected = model.predict(inputs)
    np.testing.assert_array_equal(keras.saving.load_model(path).predict(inputs), expected)
    generate = kerasgan.load_generator(path)  # Which measures the file before.
    np.testing.assert_allclose(generate.from_latents(inputs), expected, atol=1e-6)
    model.save_weights(tmp_path / "model.weights.h5")
    model.load_weights(tmp_path / "model.weights.h5")


def test_a_network_of_other_weights_is_refused(tmp_path):
    model = saved(tmp_path)
    other = keras.Sequential([keras.Input((2,)), Frozen(changed_network), layers.Dense(2)])
    words = [layer.fingerprint() for layer in (model.layers[0], other.layers[0])]
    message = (
        "another frozen network than 'frozen_[0-9]*' holds.*Make the layer with the network .*"
        f"Received: fingerprint '{words[0]}' in the file, '{words[1]}' of "
    )
    for name in ("model.keras", "model.weights.h5"):
        if name.endswith("h5"):
            model.save_weights(tmp_path / name)
        with pytest.raises(ValueError, match=f"(?s){message}"):
            other.load_weights(tmp_path / name)
    model.load_weights(tmp_path / "model.keras")


def test_files_without_a_fingerprint_are_refused(tmp_path):
    plain = keras.Sequential([keras.Input((2,)), layers.Dense(1), layers.Dense(2)])
    plain.save_weights(tmp_path / "plain.weights.h5")
    model = saved(tmp_path)
    with pytest.raises(ValueError, match="Received: fingerprint None in the file"):
        model.load_weights(tmp_path / "plain.weights.h5")


def test_the_name_is_looked_up_where_it_is_loaded(tmp_path, monkeypatch):
    saved(tmp_path)
    registered = keras.saving.get_custom_objects()
    monkeypatch.setitem(registered, NAME, changed_network)
    with pytest.raises(ValueError, match="another frozen network than"):
        keras.saving.load_model(tmp_path / "model.keras")
    monkeypatch.delitem(registered, NAME)
    with pytest.raises(TypeError, match="Import the module that registers it"):
        keras.saving.load_model(tmp_path / "model.keras")
    # Code of strangers is not called: neither classes nor what is not registered.
    for name in ("keras.layers>Dense", "builtins>exit", "exit", "kerasgan>DCGAN"):
        with pytest.raises(ValueError, match=f"No function .*Received: network='{name}'"):
            Frozen(name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"network": "builtins>exit"}, "No function is registered"),
        ({"network": "kerasgan_tests>simulator"}, "cannot be built"),
        ({"units": 10**9}, "larger model than the file of weights can fill"),
        ({"again": 1}, "fingerprint of each. Received: 2 so far, 1 fingerprints"),
        ({"again": 1000}, "up to 16 frozen networks.* Received: 2 so far"),
        ({"again": 1000, "fingerprints": 1000}, "up to 16 .* Received: 17 so far, 1001 fing"),
    ],
)
def test_a_stranger_gets_no_more_than_is_in_the_file(change, message, tmp_path):
    saved(tmp_path, small_network)
    members = read(tmp_path / "model.keras")
    described = members["config.json"]["config"]["layers"]
    if "again" in change:
        for index in range(change["again"]):
            described.insert(2, copy.deepcopy(described[1]))
            described[2]["config"]["name"] = f"again_{index}"
    words = {f"{i}/vars/fingerprint": [1] for i in range(change.get("fingerprints", 0))}
    hdf5 = weights(lambda file: file.update(words), members["model.weights.h5"])
    members["model.weights.h5"] = hdf5
    arguments = {name: change[name] for name in change.keys() & {"network", "units"}}
    described[-1 if "units" in change else 1]["config"].update(arguments)
    with pytest.raises(ModelFileError, match=message):
        kerasgan.load_generator(write(tmp_path / "changed.keras", members))
    saved(tmp_path)
    kerasgan.load_generator(tmp_path / "model.keras")  # Nothing is left of the measuring.


@pytest.mark.parametrize("given", [statistics_network, NAME])
def test_configurations(given):
    layer = Frozen(given, name="judge", dtype="mixed_bfloat16")
    config = layer.get_config()
    assert config["network"] == NAME and config["name"] == "judge"
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == config and again.fingerprint() == layer.fingerprint()


@pytest.mark.parametrize(
    "given", [changed_network, statistics_network(), lambda: changed_network()]
)
def test_what_no_name_finds_again_is_in_no_configuration(given):
    with pytest.raises(ValueError, match="pass `Frozen` a function .*constructor makes it. Rec"):
        Frozen(given).get_config()


def test_the_classifier_of_digits(rng):
    layer = Frozen("kerasgan>load_digits_classifier")
    images = rng.uniform(-1, 1, (2, 32, 32, 1)).astype("float32")
    extractor = kerasgan.metrics.get_extractor("digits")
    found = {name: ops.convert_to_numpy(value) for name, value in layer(images).items()}
    assert set(found) == {"features", "probabilities"}
    np.testing.assert_allclose(found["features"], extractor.features(images), atol=1e-5)


def test_several_inputs(rng):
    layer = Frozen(kerasgan.features.lpips_vgg16.lpips_vgg16)
    pair = [rng.uniform(-1, 1, (1, 16, 16, 3)).astype("float32") for _ in range(2)]
    assert number(layer(pair)[0]) > 0.0 and number(layer(pair[:1] * 2)[0]) == 0.0


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_it_computes_in_its_own_policy(policy, rng):
    inputs = points(rng)
    layer = Frozen(statistics_network, dtype=policy)
    outputs = layer(inputs)
    assert keras.backend.standardize_dtype(outputs.dtype) == policy.removeprefix("mixed_")
    assert {variable.dtype for variable in layer.weights} == {"float32"}
    exact = ops.convert_to_numpy(Frozen(statistics_network)(inputs))
    found = ops.convert_to_numpy(ops.cast(outputs, "float32"))
    np.testing.assert_allclose(found, exact, atol=2e-2)
    assert np.abs(found - exact).max() > 0.0
    assert layer.fingerprint() == Frozen(statistics_network).fingerprint()
    within = keras.Sequential([keras.Input((2,)), layers.Dense(2), layer], name="mixed")
    keras.config.set_dtype_policy(policy)
    plain = Frozen(statistics_network, dtype="float32")  # In a model of half precision.
    keras.config.set_dtype_policy("float32")
    assert keras.backend.standardize_dtype(plain(inputs).dtype) == "float32"
    assert keras.backend.standardize_dtype(within(inputs).dtype) == policy.removeprefix("mixed_")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (3, TypeError, "must be a Keras model, or a function .* Received: 3 of network=3"),
        (layers.Dense(1), TypeError, "must be a Keras model"),
        (lambda: layers.Dense(1), TypeError, "Received: <Dense .* of network=<function"),
        (keras.Sequential([layers.Dense(1)]), ValueError, "call it once on a batch before"),
        ("kerasgan>nothing", ValueError, "No function .* Received: network='kerasgan>nothing'"),
    ],
)
def test_what_is_no_network_is_refused(given, error, message):
    with pytest.raises(error, match=message):
        Frozen(given)


def test_games_and_trainable_ones_are_refused():
    with pytest.raises(TypeError, match="must be a Keras model, or a function"):
        Frozen(kerasgan.models.VanillaGAN((2,), 2, generator_units=2, discriminator_units=2))
    with pytest.raises(ValueError, match="leave `trainable` out.*Received: trainable=True"):
        Frozen(statistics_network, trainable=True)


def test_the_fingerprint():
    def word(*values):
        made = [keras.Variable(v, dtype=v.dtype, trainable=False) for v in values]
        return fingerprint_of_weights(made)

    ones = np.ones((2, 3), "float32")
    expected = hashlib.sha256(b"float32 (2, 3)" + ones.tobytes()).hexdigest()[:16]
    assert word(ones) == expected
    twos, integers = ones + 1, ones.astype("int32")
    words = {
        word(*v) for v in [(ones,), (ones.T,), (twos,), (integers,), (ones, twos), (twos, ones)]
    }
    assert len(words) == 6
