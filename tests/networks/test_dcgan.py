import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.networks import (
    dcgan_discriminator,
    dcgan_generator,
    scaled_uniform_initialization,
)

WGAN_GP = {"use_bias": True, "initialization": scaled_uniform_initialization}


def trainable_parameters(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def test_parameters_of_the_dcgan_authors_code():
    # github.com/Newmu/dcgan_code, faces/train_uncond_dcgan.py: ngf = ndf = 128, no biases.
    generator = 100 * 16384 + 2 * 16384  # gw, gg, gb
    generator += 25 * 1024 * 512 + 2 * 512 + 25 * 512 * 256 + 2 * 256  # gw2, gw3
    generator += 25 * 256 * 128 + 2 * 128 + 25 * 128 * 3  # gw4, gwx
    discriminator = 25 * 3 * 128 + 25 * 128 * 256 + 2 * 256 + 25 * 256 * 512 + 2 * 512
    discriminator += 25 * 512 * 1024 + 2 * 1024 + 1024 * 4 * 4
    assert trainable_parameters(dcgan_generator((64, 64, 3))) == generator == 18_885_760
    assert trainable_parameters(dcgan_discriminator((64, 64, 3))) == discriminator == 17_232_768


def test_parameters_of_the_wgan_gp_authors_code():
    # github.com/igul222/improved_wgan_training, gan_cifar.py: DIM = 128, biases everywhere.
    generator = 128 * 8192 + 8192 + 2 * 8192
    generator += 25 * 512 * 256 + 256 + 2 * 256 + 25 * 256 * 128 + 128 + 2 * 128
    generator += 25 * 128 * 3 + 3
    critic = 25 * 3 * 128 + 128 + 25 * 128 * 256 + 256 + 25 * 256 * 512 + 512 + 8192 + 1
    ours = dcgan_generator((32, 32, 3), latent_dim=128, **WGAN_GP)
    our_critic = dcgan_discriminator((32, 32, 3), normalization=None, **WGAN_GP)
    assert trainable_parameters(ours) == generator == 5_179_907
    assert our_critic.count_params() == critic == 4_114_689
    assert not any(isinstance(x, keras.layers.BatchNormalization) for x in our_critic.layers)


@pytest.mark.parametrize(
    ("size", "start"),
    [(16, 4), (20, 5), (24, 6), (28, 7), (32, 4), (48, 6), (56, 7), (64, 4), (96, 6), (128, 4)],
)
def test_sizes(size, start):
    generator = dcgan_generator((size, size, 1), latent_dim=4, base_filters=2)
    discriminator = dcgan_discriminator((size, size, 1), base_filters=2)
    stages = int(np.log2(size // start))
    assert generator.output_shape == (None, size, size, 1)
    assert generator.get_layer("start_grid").output.shape == (
        None,
        start,
        start,
        2 * 2 ** (stages - 1),
    )
    assert discriminator.get_layer("flatten").input.shape[1:3] == (start, start)
    assert discriminator.output_shape == (None, 1)


@pytest.mark.parametrize("kernel_size", [2, 3, 4, 5])
def test_kernel_sizes(kernel_size):
    generator = dcgan_generator((16, 16, 3), 4, base_filters=2, kernel_size=kernel_size)
    images = generator(np.zeros((2, 4), "float32"))
    assert tuple(images.shape) == (2, 16, 16, 3)
    discriminator = dcgan_discriminator((16, 16, 3), 2, kernel_size=kernel_size)
    assert tuple(discriminator(images).shape) == (2, 1)


def test_transposed_convolutions_are_cropped_as_same_is():
    # A single lit unit of the grid must reach the same pixels on every backend: rows 2 * i - 1
    # to 2 * i + 3 of a 5x5 kernel, as with "same" in TensorFlow.
    generator = dcgan_generator((16, 16, 1), latent_dim=4, base_filters=1)
    grid = generator.get_layer("start_grid")
    layers = [x for x in generator.layers if x.name.startswith("up1_c")]
    x = np.zeros((1, *grid.output.shape[1:]), "float32")
    x[0, 1, 1] = 1.0
    layers[0].set_weights([np.ones(layers[0].kernel.shape)])
    for layer in layers:
        x = layer(x)
    lit = np.nonzero(ops.convert_to_numpy(x)[0, :, :, 0].any(axis=1))[0]
    np.testing.assert_array_equal(lit, [1, 2, 3, 4, 5])


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_outputs_are_float32_under_mixed_precision(policy):
    keras.config.set_dtype_policy(policy)
    generator = dcgan_generator((16, 16, 1), 4, 2)
    discriminator = dcgan_discriminator((16, 16, 1), 2)
    images = generator(np.ones((2, 4), "float32"))
    assert keras.backend.standardize_dtype(images.dtype) == "float32"
    assert keras.backend.standardize_dtype(discriminator(images).dtype) == "float32"
    assert generator.get_layer("up1_relu").compute_dtype == policy.removeprefix("mixed_")


def test_layers_draw_different_weights():
    first, second = (dcgan_generator((16, 16, 1), 4, 2).get_weights()[0] for _ in range(2))
    assert np.abs(first - second).max() > 1e-3


def test_plain_keras_saves_and_loads(tmp_path):
    generator = dcgan_generator((16, 16, 1), 4, 2, **WGAN_GP)
    generator.save(tmp_path / "generator.keras")
    loaded = keras.models.load_model(tmp_path / "generator.keras")
    x = np.random.default_rng(0).normal(size=(2, 4)).astype("float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(loaded(x)), ops.convert_to_numpy(generator(x)), atol=1e-6
    )


@pytest.mark.parametrize("build", [dcgan_generator, dcgan_discriminator])
@pytest.mark.parametrize(
    ("image_shape", "message"),
    [
        ((64, 32, 3), "square images"),
        ((30, 30, 3), "nearest sizes are 28 and 32"),
        ((8, 8, 3), "from 16 up. The nearest sizes are 16"),
        ((100, 100, 3), "nearest sizes are 96 and 112"),
        ((36, 36, 1), "nearest sizes are 32 and 40"),
        ((64, 64, None), "three positive integers"),
        ((None, None, 3), "three positive integers"),
        ((64.0, 64.0, 3), "three positive integers"),
        ((64, 64), "three positive integers"),
        (64, "three positive integers"),
    ],
)
def test_bad_shapes(build, image_shape, message):
    with pytest.raises(ValueError, match=rf"{message}.*Received: image_shape="):
        build(image_shape)


def test_bad_arguments():
    with pytest.raises(ValueError, match="`latent_dim` must be a positive integer"):
        dcgan_generator(latent_dim=0)
    with pytest.raises(ValueError, match="`base_filters` must be a positive integer"):
        dcgan_discriminator(base_filters=1.5)
    with pytest.raises(ValueError, match="`kernel_size` must be at least 2"):
        dcgan_generator(kernel_size=1)
    with pytest.raises(ValueError, match='`normalization` must be "batch" or None'):
        dcgan_discriminator(normalization="layer")
