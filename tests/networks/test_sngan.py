"""SNGAN's networks: what they compute and how they start."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasgan.layers import SpectralNormalization
from kerasgan.networks import (
    resnet_discriminator,
    resnet_generator,
    sngan_cnn_discriminator,
    sngan_cnn_generator,
)

once = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the same on all")
plain = pytest.param(None, marks=once)


def numpy(tensor):
    return ops.convert_to_numpy(tensor)


def randomize(network):
    rng = np.random.default_rng(0)
    network.set_weights([rng.normal(0.1, 0.3, w.shape) ** 2 for w in network.weights])
    return network


def convolve(x, layer, divisor=1.0):
    """A convolution of stride 1, padded to the same size, as a sum over its kernel."""
    kernel, bias = numpy(layer.kernel) / divisor, numpy(layer.bias)
    size = kernel.shape[0]
    pad = (size - 1) // 2
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    height, width = x.shape[1:3]
    shifted = (
        padded[:, i : i + height, j : j + width] @ kernel[i, j]
        for i in range(size)
        for j in range(size)
    )
    return sum(shifted) + bias


def normalize(x, layer, label=None):
    if label is None:
        norm, gain, offset = layer, numpy(layer.gamma), numpy(layer.beta)
    else:
        norm, gain, offset = layer.normalization, numpy(layer.gains), numpy(layer.offsets)
        gain, offset = gain[label], offset[label]
    mean, variance = numpy(norm.moving_mean), numpy(norm.moving_variance)
    return (x - mean) / np.sqrt(variance + 1e-5) * gain + offset


def relu(x):
    return np.maximum(x, 0.0)


def twice(x):
    return x.repeat(2, axis=1).repeat(2, axis=2)


def halved(x):
    return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4


@pytest.mark.parametrize("label", [plain, 2])
def test_the_generator_is_the_authors(label, rng):
    # gen_models/resblocks.py: the shortcut's convolution comes after the doubling.
    network = randomize(resnet_generator((16, 16, 2), 3, 2, num_classes=label and 4))
    get, z = network.get_layer, rng.normal(size=(1, 3)).astype("float32")
    dense = get("start_dense")
    x = (z @ numpy(dense.kernel) + numpy(dense.bias)).reshape(1, 4, 4, 2)
    for name in ("up1", "up2"):
        h = twice(relu(normalize(x, get(f"{name}_norm1"), label)))
        h = relu(normalize(convolve(h, get(f"{name}_conv1")), get(f"{name}_norm2"), label))
        x = convolve(h, get(f"{name}_conv2")) + convolve(twice(x), get(f"{name}_shortcut"))
    x = np.tanh(convolve(relu(normalize(x, get("output_norm"))), get("output_conv")))
    inputs = z if label is None else [z, np.array([label], "int32")]
    np.testing.assert_allclose(numpy(network(inputs)), x, atol=1e-4)


def sigma(layer, kernel):
    """The singular value of a kernel that the layer's vector stands for."""
    matrix, u = kernel.reshape(-1, kernel.shape[-1]).T, numpy(layer.vector)
    u = u / np.linalg.norm(u)
    v = u @ matrix
    return u @ matrix @ (v / np.linalg.norm(v))


@pytest.mark.parametrize("label", [plain, 1])
def test_the_discriminator_is_the_authors(label, rng):
    # dis_models/resblocks.py: the shortcut's average comes after the convolution.
    network = randomize(resnet_discriminator((32, 32, 1), 2, num_classes=label and 3))
    images = rng.normal(size=(2, 32, 32, 1)).astype("float32")

    def conv(x, name):
        layer = network.get_layer(f"{name}_sn")
        return convolve(x, layer.layer, sigma(layer, numpy(layer.layer.kernel)))

    x = halved(conv(relu(conv(images, "block1_conv1")), "block1_conv2"))
    x = x + conv(halved(images), "block1_shortcut")
    for name in ("block2", "block3", "block4"):
        h = conv(relu(conv(relu(x), f"{name}_conv1")), f"{name}_conv2")
        x = halved(h) + halved(conv(x, "block2_shortcut")) if name == "block2" else h + x
    features = relu(x).sum((1, 2))
    judge = network.get_layer("judge_sn")
    kernel = numpy(judge.layer.kernel)
    scores = features @ kernel / sigma(judge, kernel) + numpy(judge.layer.bias)
    inputs = images
    if label is not None:
        inputs = [images, np.array([label, 0], "int32")]
        classes = network.get_layer("classes_sn")
        vectors = numpy(classes.layer.embeddings)
        vectors = vectors[[label, 0]] / sigma(classes, vectors)
        scores = scores + (vectors * features).sum(1, keepdims=True)
    np.testing.assert_allclose(numpy(network(inputs)), scores, rtol=1e-4)


@pytest.mark.parametrize("size", [16, 28])
def test_sizes(size):
    shape = (size, size, 1)
    for generator in (resnet_generator(shape, 3, 2), sngan_cnn_generator(shape, 3, 2)):
        assert generator.output_shape == (None, *shape)
    assert sngan_cnn_discriminator(shape, 2).get_layer("flatten").input.shape[1] == size // 4
    last = resnet_discriminator(shape, 2).get_layer("output_relu")
    assert last.output.shape[1] == size // 2


def test_every_kernel_of_the_discriminators_is_normalized():
    cnn = sngan_cnn_discriminator((16, 16, 1), 2)
    for network in (resnet_discriminator((16, 16, 1), 2, num_classes=3), cnn):
        kernels = {v.path for v in network.trainable_variables if len(v.shape) > 1}
        wrapped = [x.layer for x in network.layers if isinstance(x, SpectralNormalization)]
        assert kernels == {v.path for x in wrapped for v in x.trainable_variables if v.ndim > 1}


def test_the_papers_convolutional_layers():
    generator, discriminator = sngan_cnn_generator(latent_dim=8), sngan_cnn_discriminator()
    made = [x for x in generator.layers if isinstance(x, layers.Conv2D | layers.Conv2DTranspose)]
    assert [x.filters for x in made] == [256, 128, 64, 3]
    assert [(x.kernel_size[0], x.strides[0]) for x in made] == [(4, 2)] * 3 + [(3, 1)]
    judged = [x.layer for x in discriminator.layers if isinstance(x, SpectralNormalization)][:-1]
    assert [x.filters for x in judged] == [64, 64, 128, 128, 256, 256, 512]
    assert [(x.kernel_size[0], x.strides[0]) for x in judged] == [(3, 1), (4, 2)] * 3 + [(3, 1)]
    slopes = [x.negative_slope for x in discriminator.layers if isinstance(x, layers.LeakyReLU)]
    assert slopes == [0.1] * 7
    assert float(ops.std(made[0].kernel)) == pytest.approx(0.02, rel=0.02)


def test_weights_start_in_xaviers_ranges():
    # The authors' gain is √2 in the residual branch, 1 elsewhere.
    generator = resnet_generator((16, 16, 3), 128, 32)
    discriminator = resnet_discriminator((16, 16, 3), 32, num_classes=50)
    ranges = [
        (generator.get_layer("start_dense").kernel, 6 / (128 + 512)),
        (generator.get_layer("up1_conv1").kernel, 12 / (9 * 64)),
        (generator.get_layer("up2_shortcut").kernel, 6 / 64),
        (discriminator.get_layer("block2_conv2_sn").layer.kernel, 12 / (9 * 64)),
        (discriminator.get_layer("classes_sn").layer.embeddings, 6 / (50 + 32)),
    ]
    for weight, square in ranges:
        limit, largest = square**0.5, np.abs(numpy(weight)).max()
        assert 0.97 * limit < largest <= limit * 1.0001, weight.path


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_scores_and_images_are_float32_under_mixed_precision(policy):
    if keras.backend.backend() == "torch" and policy == "mixed_float16":
        pytest.skip("PyTorch's float16 convolutions for a CPU fail on Keras's weight layout")
    keras.config.set_dtype_policy(policy)
    generator = resnet_generator((16, 16, 1), 3, 2, num_classes=3)
    discriminator = resnet_discriminator((16, 16, 1), 2, num_classes=3)
    labels = ops.convert_to_tensor(np.array([0, 2], "int32"))
    images = generator([ops.ones((2, 3)), labels])
    for outputs in (images, discriminator([images, labels])):
        assert keras.backend.standardize_dtype(outputs.dtype) == "float32"
        assert np.all(np.isfinite(numpy(outputs)))


@pytest.mark.parametrize("build", [resnet_generator, resnet_discriminator])
def test_bad_arguments(build):
    with pytest.raises(ValueError, match=r"nearest sizes are 28 and 32. Received: image_shape="):
        build((30, 30, 3))
    with pytest.raises(ValueError, match=r"`base_filters` must be a positive.*base_filters=0"):
        build(base_filters=0)
    with pytest.raises(ValueError, match=r"`num_classes` must be a positive.*num_classes=0"):
        build((16, 16, 1), base_filters=1, num_classes=0)
