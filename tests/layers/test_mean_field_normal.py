import keras
import numpy as np
import pytest

from kerasgan.layers import MeanFieldNormal

pytestmark = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="does not depend on the backend"
)


def test_draws_have_the_means_and_scales():
    layer = MeanFieldNormal(2, mean=[1.0, -2.0], scale=0.5)
    noise = np.array([[0.0, 0.0], [2.0, -1.0]], "float32")
    drawn = keras.ops.convert_to_numpy(layer(noise))
    np.testing.assert_allclose(drawn, [[1.0, -2.0], [2.0, -2.5]], rtol=1e-6)


def test_the_divergence_is_that_of_the_densities():
    """The integral of p log(p/q) over a fine grid, for each unit."""
    layer = MeanFieldNormal(2, mean=[0.3, 0.0], scale=[0.5, 2.0])
    mean, scale = np.array([0.0, 1.0], "float32"), np.array([1.0, 1.5], "float32")
    grid = np.linspace(-25.0, 25.0, 20_001)[:, None]

    def log_density(means, scales):
        return -0.5 * ((grid - means) / scales) ** 2 - np.log(scales * np.sqrt(2 * np.pi))

    p, q = log_density(np.array([0.3, 0.0]), np.array([0.5, 2.0])), log_density(mean, scale)
    expected = np.sum(np.exp(p) * (p - q)) * (grid[1, 0] - grid[0, 0])
    assert float(layer.divergence_from(mean, scale)) == pytest.approx(expected, rel=1e-4)


def test_it_computes_in_float32_and_is_serialised():
    layer = MeanFieldNormal(3, scale=0.1, dtype="mixed_float16")
    assert layer(np.zeros((1, 3), "float32")).dtype == "float32"
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(layer))
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scale": [1.0, 0.0]}, r"must be above 0.*scale=\[1.0, 0.0\]"),
        ({"mean": [1.0]}, r"`mean` must be a finite number, or 2 .*mean=\[1.0\]"),
        ({"mean": float("nan")}, "`mean` must be a finite number.*mean=nan"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        MeanFieldNormal(2, **arguments)
