import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.networks import maxout_discriminator, mlp_generator


def test_parameters_of_the_authors_code():
    # github.com/goodfeli/adversarial, mnist.yaml.
    generator = 100 * 1200 + 1200 + 1200 * 1200 + 1200 + 1200 * 784 + 784
    discriminator = 784 * 1200 + 1200 + 240 * 1200 + 1200 + 240 + 1
    assert mlp_generator((28, 28, 1)).count_params() == generator == 2_503_984
    assert maxout_discriminator((28, 28, 1)).count_params() == discriminator == 1_231_441


def test_images():
    generator = mlp_generator((8, 6, 3), latent_dim=5, hidden_units=16)
    images = ops.convert_to_numpy(generator(np.ones((2, 5), "float32") * 100))
    assert images.shape == (2, 8, 6, 3)
    assert np.abs(images).max() <= 1.0
    logits = maxout_discriminator((8, 6, 3), 4, 2)(images)
    assert tuple(logits.shape) == (2, 1)


def test_points():
    generator = mlp_generator((2,), latent_dim=5, hidden_units=16)
    points = ops.convert_to_numpy(generator(np.ones((3, 5), "float32") * 100))
    assert points.shape == (3, 2)
    assert np.abs(points).max() > 1.0
    discriminator = maxout_discriminator((2,), 4, 2)
    assert tuple(discriminator(points).shape) == (3, 1)
    assert not any(isinstance(x, keras.layers.Dropout) for x in discriminator.layers)


def test_initial_ranges_and_dropout_of_the_authors():
    generator, discriminator = mlp_generator(), maxout_discriminator()
    kernels = [w for w in generator.get_weights() if w.ndim == 2]
    assert all(0.049 < np.abs(kernel).max() <= 0.05 for kernel in kernels)
    kernels = [w for w in discriminator.get_weights() if w.ndim == 2]
    assert all(0.0045 < np.abs(kernel).max() <= 0.005 for kernel in kernels)
    rates = [x.rate for x in discriminator.layers if isinstance(x, keras.layers.Dropout)]
    assert rates == [0.2, 0.5, 0.5]


def test_output_activation():
    generator = mlp_generator((4, 4, 1), 3, 8, output_activation="sigmoid")
    assert np.all(ops.convert_to_numpy(generator(np.ones((1, 3), "float32"))) > 0)


@pytest.mark.parametrize("build", [mlp_generator, maxout_discriminator])
@pytest.mark.parametrize("data_shape", [(), (2, 3), (0,), (28, 28, None), (2.0,), 2, "ab"])
def test_bad_shapes(build, data_shape):
    with pytest.raises(ValueError, match=r"`data_shape` must be positive integers.*Received"):
        build(data_shape)


def test_bad_arguments():
    with pytest.raises(ValueError, match="`hidden_units` must be a positive integer"):
        mlp_generator(hidden_units=0)
    with pytest.raises(ValueError, match="`dropout` must be at least 0 and below 1"):
        maxout_discriminator(dropout=1.0)
    with pytest.raises(ValueError, match="`input_dropout` must be at least 0 and below 1"):
        maxout_discriminator(input_dropout=-0.1)
