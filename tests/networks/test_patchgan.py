import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.networks import patchgan_discriminator
from kerasgan.ops.gradients import input_gradients


def test_parameters_of_the_authors_code():
    # github.com/junyanz/pytorch-CycleGAN-and-pix2pix, NLayerDiscriminator with n_layers=3.
    expected = 16 * 3 * 64 + 64 + 16 * 64 * 128 + 128 + 16 * 128 * 256 + 256
    expected += 16 * 256 * 512 + 512 + 16 * 512 + 1
    assert patchgan_discriminator((256, 256, 3)).count_params() == expected == 2_764_737


def test_shapes():
    discriminator = patchgan_discriminator((256, 256, 3), base_filters=1)
    assert discriminator.compute_output_shape((None, 256, 256, 3)) == (None, 30, 30, 1)
    assert tuple(discriminator(np.zeros((2, 64, 48, 3), "float32")).shape) == (2, 6, 4, 1)


@pytest.mark.parametrize("num_layers", [1, 2, 3, 4])
def test_smallest_size_leaves_one_logit(num_layers):
    size = 3 * 2**num_layers
    discriminator = patchgan_discriminator((size, size, 3), 1, num_layers)
    assert tuple(discriminator(np.zeros((1, size, size, 3), "float32")).shape) == (1, 1, 1, 1)


@pytest.mark.parametrize(("num_layers", "field"), [(1, 16), (2, 34), (3, 70)])
def test_receptive_field(num_layers, field):
    # Instance normalisation lets every pixel touch every logit a little; without it only
    # those of the patch do.
    model = patchgan_discriminator((112, 112, 1), base_filters=1, num_layers=num_layers)
    layers = [x for x in model.layers[1:] if not x.name.endswith("_norm")]
    for layer in layers:
        layer.set_weights([np.ones(weight.shape) for weight in layer.weights])

    def middle(x):
        for layer in layers:
            x = layer(x)
        return ops.sum(x[:, x.shape[1] // 2, x.shape[2] // 2])

    images = ops.zeros((1, 112, 112, 1))
    if keras.backend.backend() == "torch":
        images.requires_grad_(True)
    gradient = ops.convert_to_numpy(input_gradients(middle, images))[0, :, :, 0]
    assert np.count_nonzero(gradient.any(axis=0)) == field
    assert np.count_nonzero(gradient.any(axis=1)) == field


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_output_is_float32_under_mixed_precision(policy):
    keras.config.set_dtype_policy(policy)
    discriminator = patchgan_discriminator((32, 32, 3), 2)
    logits = discriminator(np.ones((1, 32, 32, 3), "float32"))
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"


def test_image_must_leave_a_patch():
    with pytest.raises(ValueError, match="at least 24 for num_layers=3.*Received: image_shape="):
        patchgan_discriminator((16, 64, 3))


@pytest.mark.parametrize("image_shape", [(64, 64), (64, 64, None), (64, 64.0, 3)])
def test_bad_shapes(image_shape):
    with pytest.raises(ValueError, match="three positive integers"):
        patchgan_discriminator(image_shape)


def test_bad_arguments():
    with pytest.raises(ValueError, match="`num_layers` must be a positive integer"):
        patchgan_discriminator(num_layers=0)
