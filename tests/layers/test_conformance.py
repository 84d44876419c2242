"""What every layer of the package must do."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import layers

IMAGES = np.random.default_rng(0).normal(size=(2, 6, 8, 4)).astype("float32")
VECTORS = IMAGES[:, 0, 0]
CASES = {
    "InstanceNormalization": ({"epsilon": 1e-3, "center": True, "scale": True}, IMAGES),
    "ReflectionPadding2D": ({"padding": (1, 2)}, IMAGES),
    "Maxout": (
        {
            "units": 3,
            "pieces": 2,
            "use_bias": False,
            "kernel_initializer": "he_normal",
            "bias_initializer": "ones",
        },
        VECTORS,
    ),
}


@pytest.fixture(params=CASES)
def case(request):
    arguments, inputs = CASES[request.param]
    return getattr(layers, request.param), arguments, inputs


def test_shape(case):
    layer_class, arguments, inputs = case
    layer = layer_class(**arguments)
    outputs = layer(inputs)
    assert tuple(outputs.shape) == layer.compute_output_shape(inputs.shape)
    symbolic = layer(keras.Input((None, None, 4)) if inputs.ndim == 4 else keras.Input((4,)))
    assert symbolic.shape[-1] == outputs.shape[-1]
    assert symbolic.shape[0] is None


def test_config_round_trip(case):
    layer_class, arguments, _ = case
    layer = layer_class(**arguments, name="it")
    config = layer.get_config()
    for argument in arguments:
        assert argument in config
    assert layer_class.from_config(config).get_config() == config
    serialized = keras.saving.serialize_keras_object(layer)
    assert serialized["registered_name"] == f"kerasgan>{layer_class.__name__}"
    assert keras.saving.deserialize_keras_object(serialized).get_config() == config


def test_save_and_load_in_a_model(case, tmp_path):
    layer_class, arguments, inputs = case
    data = keras.Input(inputs.shape[1:])
    model = keras.Model(data, layer_class(**arguments)(data))
    model.set_weights([weight + 0.3 for weight in model.get_weights()])
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(inputs), model.predict(inputs))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_mixed_precision(case, dtype):
    layer_class, arguments, inputs = case
    layer = layer_class(**arguments, dtype=f"mixed_{dtype}")
    outputs = layer(inputs)
    assert keras.backend.standardize_dtype(outputs.dtype) == dtype
    assert all(weight.dtype == "float32" for weight in layer.weights)
    exact = layer_class(**arguments, dtype="float32")
    exact.build(inputs.shape)
    exact.set_weights(layer.get_weights())
    np.testing.assert_allclose(
        ops.convert_to_numpy(ops.cast(outputs, "float32")),
        ops.convert_to_numpy(exact(inputs)),
        atol=5e-3 if dtype == "float16" else 5e-2,
    )
