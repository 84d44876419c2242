"""Images without a negative value against generators that draw some: a warning, never an error."""

import warnings

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.engine.intake.input_checks import check_fit
from kerasgan.samples.value_ranges import output_range
from tests.conformance.catalogue import EAGER
from tests.containers import IMAGE, IMAGES, as_py_dataset, as_tf_data, image_gan

UNSIGNED = (IMAGES + 1.0) / 2.0
MATCH = r"no value of the data is negative.*`x \* 2.0 - 1.0`.*sigmoid. Received: "


def gan_of(*last, shape=IMAGE):
    """A compiled GAN whose generator ends in these layers."""
    keras.utils.set_random_seed(0)
    units = int(np.prod(shape))
    generator = keras.Sequential(
        [keras.Input((3,)), layers.Dense(units), layers.Reshape(shape), *last]
    )
    discriminator = keras.Sequential([keras.Input(shape), layers.Flatten(), layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=1)
    gan.compile(run_eagerly=EAGER)
    return gan


def warned(gan, *data, **kwargs):
    with pytest.warns(UserWarning, match=MATCH) as caught:
        gan.fit(*data, verbose=0, **kwargs)
    return [str(one.message) for one in caught if "negative" in str(one.message)]


def silent(gan, *data, **kwargs):
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="The generator draws")
        gan.fit(*data, verbose=0, **kwargs)


@pytest.mark.parametrize(
    ("data", "received"),
    [
        (UNSIGNED, "x of dtype float32, with values from 0"),
        (UNSIGNED / 255.0, "to 0.00"),
        (UNSIGNED > 0.5, "x of dtype bool, with values from 0 to 1"),
        ((UNSIGNED > 0.5).astype("uint8"), "x of dtype uint8, with values from 0 to 1"),
    ],
)
def test_arrays(data, received):
    (message,) = warned(image_gan(), data)
    assert received in message


@pytest.mark.parametrize(
    "data",
    [IMAGES, np.zeros_like(IMAGES), UNSIGNED - 0.5, -UNSIGNED],
    ids=["signed", "zeros", "shifted", "negative"],
)
def test_arrays_that_hold_negative_values_or_nothing(data):
    silent(image_gan(), data)


@pytest.mark.parametrize("container", [as_py_dataset, as_tf_data])
def test_data_sets(container):
    (message,) = warned(image_gan(), container(UNSIGNED), epochs=2)
    assert message.endswith("no negative value in 2 batches")
    silent(image_gan(), container(IMAGES))
    one_of_four = UNSIGNED.copy()
    one_of_four[3, 0, 0, 0] = -0.1
    silent(image_gan(), container(one_of_four))


def test_volumes():
    volumes = np.repeat(UNSIGNED[:, None], 2, axis=1)  # (4, 2, 4, 4, 1)
    shape = volumes.shape[1:]
    warned(gan_of(layers.Activation("tanh"), shape=shape), volumes)
    for scale in (255.0, 127.5):
        with pytest.raises(ValueError, match=r"`x / 127.5 - 1.0`. Received: x of dtype float32"):
            gan_of(layers.Activation("tanh"), shape=shape).fit(volumes * scale, verbose=0)
    with pytest.raises(ValueError, match="Received: values up to"):
        gan_of(layers.Activation("tanh"), shape=shape).fit(as_tf_data(volumes * 255.0), verbose=0)


@pytest.mark.parametrize("shape", [(2,), (16,)])
def test_points_may_lie_anywhere(shape):
    points = np.random.default_rng(0).uniform(0, 9, (4, *shape)).astype("float32")
    silent(gan_of(layers.Activation("tanh"), shape=shape), points)
    silent(gan_of(layers.Activation("tanh"), shape=shape), as_py_dataset(points))


@pytest.mark.parametrize(
    "last",
    [
        [layers.Activation("sigmoid")],
        [layers.ReLU()],
        [layers.Dense(1, "softplus")],
        [layers.Activation("tanh"), layers.Rescaling(0.5, 0.5), layers.ZeroPadding2D(0)],
        [layers.Lambda(lambda x: keras.ops.square(x), output_shape=IMAGE)],  # Nobody knows.
    ],
    ids=["sigmoid", "relu", "softplus", "rescaled", "unknown"],
)
def test_generators_without_negative_outputs(last):
    silent(gan_of(*last), UNSIGNED)
    silent(gan_of(*last), as_py_dataset(UNSIGNED))


def test_both_domains_of_a_translator():
    gan = kerasgan.models.CycleGAN((24, 24, 1), base_filters=2, residual_blocks=1, pool_size=0)
    gan.compile()
    signed = np.linspace(-1, 1, 24 * 24, dtype="float32").reshape(1, 24, 24, 1)
    unsigned = (signed + 1.0) / 2.0
    for pair, name in (((unsigned, signed), "x"), ((signed, unsigned), "y")):
        with pytest.warns(UserWarning, match=f"Received: {name} of dtype float32"):
            check_fit(gan, *pair, 1, {})
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="The generator draws")
        check_fit(gan, signed, signed, 1, {})


def test_ranges_of_networks():
    entry = keras.Input((4,))
    nested = keras.Sequential([keras.Input((4,)), layers.Dense(4, "tanh")])
    for output, expected in (
        (layers.Dense(2, "tanh")(entry), (-1.0, 1.0)),
        (layers.Reshape((2, 1))(layers.Dense(2, "sigmoid")(entry)), (0.0, 1.0)),
        (layers.Rescaling(-2.0, 1.0)(layers.Dense(2, "sigmoid")(entry)), (-1.0, 1.0)),
        (keras.ops.tanh(layers.Dense(2)(entry)), (-1.0, 1.0)),
        (nested(entry), (-1.0, 1.0)),
        (layers.BatchNormalization()(entry), None),
        (layers.Flatten()(entry), None),
    ):
        assert output_range(keras.Model(entry, output)) == expected


def test_layers_declare_their_range():
    class Bounded(layers.Layer):
        output_range = (-0.5, 0.5)

        def call(self, inputs):
            return keras.ops.clip(inputs, -0.5, 0.5)

    warned(gan_of(Bounded()), UNSIGNED)


@pytest.mark.parametrize("model", [kerasgan.models.DCGAN, kerasgan.models.VanillaGAN])
def test_our_generators_of_images_draw_both_signs(model):
    sizes = {"base_filters": 2} if model is kerasgan.models.DCGAN else {}
    generator = model((16, 16, 1), latent_dim=3, **sizes).generator
    assert output_range(generator) == (-1.0, 1.0)


@pytest.mark.parametrize("long_skip", ["sharp", "blurred", None])
def test_our_translators_draw_both_signs(long_skip):
    network = kerasgan.networks.resnet_translator((16, 16, 1), 2, 1, long_skip=long_skip)
    assert output_range(network) == (-1.0, 1.0)
