import keras
import numpy as np
import pytest

from kerasgan.networks import mlp_discriminator, mlp_generator


def test_the_papers_parameters():
    # Linear(784, 240), Linear(240, 240), Linear(240, 1), each with biases.
    assert mlp_discriminator().count_params() == 785 * 240 + 241 * 240 + 241
    # Two of Linear and batch normalisation, and a last Linear.
    generator = mlp_generator(normalization="batch")
    trainable = sum(int(np.prod(weight.shape)) for weight in generator.trainable_weights)
    assert trainable == 101 * 1200 + 1201 * 1200 + 1201 * 784 + 4 * 1200


@pytest.mark.parametrize(("shape", "limit"), [((4, 4, 1), 0.005), ((2,), 1.0)])
def test_initial_weights(shape, limit):
    network = mlp_discriminator(shape, hidden_units=50)
    kernels = [keras.ops.convert_to_numpy(w) for w in network.weights if len(w.shape) == 2]
    assert max(np.abs(kernel).max() for kernel in kernels) <= limit
    assert all(np.abs(kernel).max() > 0.8 * 0.005 for kernel in kernels)


def test_value_by_hand():
    network = mlp_discriminator((2,), hidden_units=3, num_layers=1)
    x = np.array([[1.0, -2.0]], "float32")
    kernel, bias, judge, last = (w.astype("float64") for w in network.get_weights())
    hidden = x @ kernel + bias
    expected = np.where(hidden > 0, hidden, np.exp(hidden) - 1) @ judge + last
    np.testing.assert_allclose(keras.ops.convert_to_numpy(network(x)), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: mlp_discriminator((2, 3)), r"Received: data_shape=\(2, 3\)"),
        (lambda: mlp_discriminator(hidden_units=0), r"Received: hidden_units=0"),
        (lambda: mlp_generator(normalization="layer"), r'"batch" or None.*=\'layer\''),
    ],
)
def test_errors(make, message):
    with pytest.raises(ValueError, match=message):
        make()
