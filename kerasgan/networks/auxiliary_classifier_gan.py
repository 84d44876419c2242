"""The networks of the auxiliary classifier GAN."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers, ops

from kerasgan.networks.dcgan import _batch_norm, _stages, _upsample
from kerasgan.networks.initializers import Initialization, normal_initialization
from kerasgan.networks.mlp import dropout_layer, rate_or
from kerasgan.samples.shapes import check_image_shape, check_positive_ints


def acgan_generator(
    image_shape: Sequence[int] = (32, 32, 3),
    num_classes: int = 10,
    latent_dim: int = 100,
    base_filters: int = 96,
    initialization: Initialization = normal_initialization,
    name: str = "generator",
) -> keras.Model:
    """Build ACGAN's generator: DCGAN's, of latents and of the class as a one-hot vector.

    With the defaults it is the paper's for CIFAR-10, whose 110 inputs are 100 latents and 10
    classes: dense to 4×4×384, then transposed 5×5 convolutions of 192, 96 and 3 filters.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(32, 32, 3)`.
        num_classes: int, number of classes. Defaults to `10`.
        latent_dim: int, length of a latent vector. Defaults to `100`.
        base_filters: int, filters at half the image's size; each halving below it doubles
            them. Defaults to `96`.
        initialization: function from a weight's shape to its initialiser. Defaults to
            `normal_initialization`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from latents `(batch, latent_dim)` and labels `(batch,)` to
        `(batch, size, size, channels)`, float32.

    Raises:
        ValueError: if the shape cannot be reached, or a number is not a positive integer.

    Example:

    ```python
    generator = kerasgan.networks.acgan_generator((32, 32, 1), num_classes=10, base_filters=32)
    images = generator([keras.random.normal((10, 100)), np.arange(10)])  # (10, 32, 32, 1)
    ```

    Reference:
        [Odena et al., 2017](https://arxiv.org/abs/1610.09585), appendix.
    """
    stages, start = _stages(image_shape)
    check_positive_ints(num_classes=num_classes, latent_dim=latent_dim, base_filters=base_filters)
    filters = base_filters * 2 ** (stages - 1)
    units = start * start * filters

    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    x = layers.Concatenate(name="joint")([latents, ops.one_hot(labels, num_classes)])
    kernel = initialization((latent_dim + num_classes, units))
    x = layers.Dense(units, "relu", kernel_initializer=kernel, name="start_dense")(x)
    x = layers.Reshape((start, start, filters), name="start_grid")(x)
    for stage in range(1, stages):
        filters //= 2
        x = _upsample(x, filters, 5, False, initialization, f"up{stage}")
        x = _batch_norm(x, initialization, f"up{stage}_norm")
        x = layers.ReLU(name=f"up{stage}_relu")(x)
    x = _upsample(x, image_shape[-1], 5, True, initialization, f"up{stages}")
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model([latents, labels], images, name=name)


def acgan_discriminator(
    image_shape: Sequence[int] = (32, 32, 3),
    num_classes: int = 10,
    base_filters: int = 16,
    dropout: float = 0.5,
    initialization: Initialization = normal_initialization,
    name: str = "discriminator",
) -> keras.Model:
    """Build ACGAN's discriminator: one network that judges images and tells their classes.

    Six 3×3 convolutions with leaky ReLU (0.2) and dropout, every other one with stride 2, each
    of twice the filters of the one before; all but the first are batch normalised. With the
    defaults it is the paper's for CIFAR-10.

    Args:
        image_shape: tuple `(height, width, channels)`. Defaults to `(32, 32, 3)`.
        num_classes: int, number of classes. Defaults to `10`.
        base_filters: int, filters of the first convolution. Defaults to `16`.
        dropout: float in [0, 1), part of each layer's outputs that is dropped. Defaults to
            `0.5`.
        initialization: function from a weight's shape to its initialiser. Defaults to
            `normal_initialization`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to a list of logits `(batch, 1)`
        and of logits of the classes `(batch, num_classes)`, float32.

    Raises:
        ValueError: if an argument is out of its range.

    Example:

    ```python
    discriminator = kerasgan.networks.acgan_discriminator((32, 32, 1), num_classes=10)
    logits, classes = discriminator(images)  # (batch, 1), (batch, 10)
    ```

    Reference:
        [Odena et al., 2017](https://arxiv.org/abs/1610.09585), appendix.
    """
    shape = check_image_shape(image_shape)
    check_positive_ints(num_classes=num_classes, base_filters=base_filters)
    dropout = rate_or("dropout", dropout, 0.5)

    images = keras.Input(shape, name="images")
    x = images
    for index in range(6):
        filters, layer = base_filters * 2**index, f"conv{index + 1}"
        x = layers.Conv2D(
            filters,
            3,
            strides=2 - index % 2,
            padding="same",
            use_bias=index == 0,
            kernel_initializer=initialization((3, 3, x.shape[-1], filters)),
            name=layer,
            data_format="channels_last",
        )(x)
        if index > 0:
            x = _batch_norm(x, initialization, f"{layer}_norm")
        x = layers.LeakyReLU(negative_slope=0.2, name=f"{layer}_lrelu")(x)
        x = dropout_layer(x, dropout, f"{layer}_dropout")
    x = layers.Flatten(name="flatten", data_format="channels_last")(x)
    outputs = [
        layers.Activation("linear", dtype="float32", name=output)(
            layers.Dense(
                units, kernel_initializer=initialization((x.shape[-1], units)), name=layer
            )(x)
        )
        for output, layer, units in (
            ("logits", "judge", 1),
            ("class_logits", "classifier", num_classes),
        )
    ]
    return keras.Model(images, outputs, name=name)
