"""The residual generator of SNGAN, and of the projection discriminator's paper."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.networks.dcgan import _stages
from kerasgan.networks.residual_blocks import BATCH_NORM, up_block, xavier
from kerasgan.samples.shapes import check_positive_ints


def resnet_generator(
    image_shape: Sequence[int] = (32, 32, 3),
    latent_dim: int = 128,
    base_filters: int = 256,
    num_classes: int | None = None,
    name: str = "generator",
) -> keras.Model:
    """Build SNGAN's residual generator: latents in, images in [-1, 1] out.

    A dense layer makes a grid of 4 to 7 pixels a side; residual blocks with batch normalisation,
    ReLU and nearest-neighbour upsampling double it until the image is reached. With the defaults
    this is the paper's network for 32×32×3, with 4,276,739 trainable parameters. At other sizes the
    number of blocks follows, and their width stays: a choice, the paper's networks for 48 and 128
    pixels narrow towards the image.

    With `num_classes` the blocks are normalised by class, and the network takes
    `[latents, labels]`.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(32, 32, 3)`.
        latent_dim: int, length of a latent vector. Defaults to `128`.
        base_filters: int, filters of every block. Defaults to `256`.
        num_classes: int, number of classes, or `None` for a generator without labels. Defaults to
            `None`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)`, or from that and integers `(batch,)`, to
        `(batch, size, size, channels)`, float32.

    Raises:
        ValueError: if the shape cannot be reached, or a number is not a positive integer.

    Example:

    ```python
    generator = kerasgan.networks.resnet_generator((32, 32, 1), base_filters=64, num_classes=10)
    digits = generator([keras.random.normal((10, 128)), ops.arange(10)])  # (10, 32, 32, 1)
    ```

    References:
        [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), table 4;
        [Miyato & Koyama, 2018](https://arxiv.org/abs/1802.05637). Weights start as in the authors'
        code, `gen_models/resnet_32.py`.
    """
    stages, start = _stages(image_shape)
    check_positive_ints(latent_dim=latent_dim, base_filters=base_filters)
    latents = keras.Input((latent_dim,), name="latents")
    labels = None
    if num_classes is not None:
        check_positive_ints(num_classes=num_classes)
        labels = keras.Input((), dtype="int32", name="labels")

    units = start * start * base_filters
    x = layers.Dense(units, kernel_initializer=xavier(), name="start_dense")(latents)
    x = layers.Reshape((start, start, base_filters), name="start_grid")(x)
    for stage in range(1, stages + 1):
        x = up_block(x, labels, num_classes, f"up{stage}")
    x = BatchNormalization(name="output_norm", **BATCH_NORM)(x)
    x = layers.ReLU(name="output_relu")(x)
    x = layers.Conv2D(
        image_shape[-1],
        3,
        padding="same",
        kernel_initializer=xavier(),
        name="output_conv",
        data_format="channels_last",
    )(x)
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents if labels is None else [latents, labels], images, name=name)
