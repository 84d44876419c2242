import keras
import numpy as np
import pytest
from keras import ops

from kerasgan.networks import resnet_translator


def reference(torch, weights, images, residual_blocks):
    """The authors' network in PyTorch's own functions, on Keras's weights in their order."""
    functional = torch.nn.functional
    weights = iter([torch.from_numpy(weight) for weight in weights])

    def convolve(x, reflect=0, **arguments):
        x = functional.pad(x, (reflect,) * 4, mode="reflect") if reflect else x
        kernel = next(weights).permute(3, 2, 0, 1)
        return functional.conv2d(x, kernel, next(weights), **arguments)

    def enlarge(x):
        kernel = next(weights).permute(3, 2, 0, 1)
        arguments = {"stride": 2, "padding": 1, "output_padding": 1}
        return functional.conv_transpose2d(x, kernel, next(weights), **arguments)

    def norm_relu(x):
        return functional.relu(functional.instance_norm(x))

    x = torch.from_numpy(images).permute(0, 3, 1, 2)
    x = norm_relu(convolve(x, reflect=3))
    for _ in range(2):
        x = norm_relu(convolve(x, stride=2, padding=1))
    for _ in range(residual_blocks):
        y = norm_relu(convolve(x, reflect=1))
        x = x + functional.instance_norm(convolve(y, reflect=1))
    for _ in range(2):
        x = norm_relu(enlarge(x))
    return torch.tanh(convolve(x, reflect=3)).permute(0, 2, 3, 1).numpy()


def test_equals_the_authors_network():
    torch = pytest.importorskip("torch")
    translator = resnet_translator((16, 24, 3), base_filters=4, residual_blocks=2)
    rng = np.random.default_rng(0)
    weights = [
        rng.normal(size=weight.shape).astype("float32") * 0.1 for weight in translator.weights
    ]
    translator.set_weights(weights)
    images = rng.normal(size=(2, 16, 24, 3)).astype("float32")
    expected = reference(torch, weights, images, residual_blocks=2)
    outputs = ops.convert_to_numpy(translator(images))
    np.testing.assert_allclose(outputs, expected, atol=2e-5)
    assert expected.std() > 0.1


def test_parameters_of_the_authors_code():
    # github.com/junyanz/pytorch-CycleGAN-and-pix2pix, ResnetGenerator with 9 blocks.
    expected = 49 * 3 * 64 + 64 + 9 * 64 * 128 + 128 + 9 * 128 * 256 + 256
    expected += 9 * 2 * (9 * 256 * 256 + 256)
    expected += 9 * 256 * 128 + 128 + 9 * 128 * 64 + 64 + 49 * 64 * 3 + 3
    assert resnet_translator((256, 256, 3)).count_params() == expected == 11_378_179


def test_translates_other_sizes_and_channels():
    translator = resnet_translator((16, 16, 1), 2, 1, output_channels=3)
    assert translator.output_shape == (None, None, None, 3)
    assert tuple(translator(np.zeros((1, 24, 12, 1), "float32")).shape) == (1, 24, 12, 3)
    assert resnet_translator((None, None, 3), 2, 1).input_shape == (None, None, None, 3)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_output_is_float32_under_mixed_precision(policy):
    keras.config.set_dtype_policy(policy)
    translator = resnet_translator((16, 16, 3), 2, 1)
    images = translator(np.ones((1, 16, 16, 3), "float32"))
    assert keras.backend.standardize_dtype(images.dtype) == "float32"
    assert np.all(np.isfinite(ops.convert_to_numpy(images)))


@pytest.mark.parametrize("image_shape", [(66, 64, 3), (64, 30, 3), (4, 4, 3)])
def test_sizes_must_be_multiples_of_four(image_shape):
    with pytest.raises(ValueError, match="multiples of 4 from 8 up.*Received: image_shape="):
        resnet_translator(image_shape)


@pytest.mark.parametrize("image_shape", [(64, 64), (64, 64, None), (64, 64.0, 3), None])
def test_bad_shapes(image_shape):
    with pytest.raises(ValueError, match="three positive integers.*may be None. Received"):
        resnet_translator(image_shape)


def test_bad_arguments():
    with pytest.raises(ValueError, match="`residual_blocks` must be a positive integer"):
        resnet_translator(residual_blocks=0)


def test_a_long_skip_starts_from_the_identity():
    translator = resnet_translator((16, 16, 3), 2, 1, long_skip="sharp")
    images = np.random.default_rng(0).uniform(-1, 1, (2, 16, 24, 3)).astype("float32")
    found = ops.convert_to_numpy(translator(images))
    np.testing.assert_allclose(found, 0.95 * images, atol=1e-6)
    assert any(np.any(weight) for weight in translator.get_weights()[:-2])


def test_a_blurred_skip_starts_from_the_colours():
    translator = resnet_translator((16, 16, 3), 2, 1, long_skip="blurred")
    images = np.full((1, 16, 20, 3), [0.3, -0.6, 0.1], "float32")
    images[:, ::2, ::2] += 0.2  # What a blur takes away.
    found = ops.convert_to_numpy(translator(images))
    mean = images.mean((1, 2), keepdims=True)
    np.testing.assert_allclose(found, np.broadcast_to(0.95 * mean, found.shape), atol=0.03)


def checkerboard(translator):
    """The part of the variation that alternates from pixel to pixel, on a smooth image."""
    ramp = np.linspace(-1, 1, 64, dtype="float32")
    images = np.broadcast_to(ramp[:, None, None] * ramp[:, None], (1, 64, 64, 3))
    grey = ops.convert_to_numpy(translator(images))[0, 8:-8, 8:-8].mean(-1)
    spectrum = np.abs(np.fft.fft2(grey - grey.mean())) ** 2
    middle = spectrum.shape[0] // 2
    return (spectrum[middle].sum() + spectrum[:, middle].sum()) / spectrum.sum()


def test_resizing_draws_no_checkerboards():
    found = {}
    for upsampling in ("transposed", "resize"):
        keras.utils.set_random_seed(1)
        translators = [resnet_translator((64, 64, 3), 4, 1, upsampling=upsampling) for _ in "abc"]
        found[upsampling] = np.median([checkerboard(translator) for translator in translators])
    assert found["resize"] < 0.1 * found["transposed"]


def test_resizing_keeps_the_number_of_parameters():
    counts = {
        resnet_translator((16, 16, 3), 4, 1, upsampling=upsampling).count_params()
        for upsampling in ("transposed", "resize")
    }
    assert len(counts) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"upsampling": "bilinear"}, r"`upsampling` must be one of .*Received: upsampling="),
        ({"upsampling": None}, r"`upsampling` must be one of .*Received: upsampling=None"),
        ({"long_skip": True}, r"`long_skip` must be None or one of .*Received: long_skip=True"),
        ({"long_skip": "sharp", "output_channels": 1}, "must have its channels.*output_channels=1"),
    ],
)
def test_other_ways_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        resnet_translator((16, 16, 3), 2, 1, **arguments)
