"""The PatchGAN discriminator: one logit for each overlapping patch of an image."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.layers.instance_normalization import InstanceNormalization
from kerasgan.networks.initializers import normal_initialization
from kerasgan.samples.shapes import check_image_shape, check_positive_ints
from kerasgan.types import Tensor


def patchgan_discriminator(
    image_shape: Sequence[int | None] = (256, 256, 3),
    base_filters: int = 64,
    num_layers: int = 3,
    name: str = "discriminator",
) -> keras.Model:
    """Build the PatchGAN discriminator of pix2pix and CycleGAN.

    4×4 convolutions with leaky ReLU (0.2) and, but for the first and the last, instance
    normalisation. With `num_layers=3` each logit sees a patch of 70×70 pixels. It is fully
    convolutional and takes images of any size from the smallest up.

    Args:
        image_shape: tuple `(height, width, channels)`; height and width may be `None`. The
            smallest size is `3 * 2**num_layers`. Defaults to `(256, 256, 3)`.
        base_filters: int, filters of the first convolution; each next one has twice as many,
            up to eight times. Defaults to `64`.
        num_layers: int, number of convolutions with stride 2. Defaults to `3`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to logits
        `(batch, rows, columns, 1)`, float32; 30×30 of them for 256×256.

    Raises:
        ValueError: if the image is too small, or a number is not a positive integer.

    Example:

    ```python
    discriminator = kerasgan.networks.patchgan_discriminator((256, 256, 3))
    logits = discriminator(images)  # (batch, 30, 30, 1)
    ```

    Reference:
        [Isola et al., 2017](https://arxiv.org/abs/1611.07004), appendix 6.1.2.
    """
    check_positive_ints(base_filters=base_filters, num_layers=num_layers)
    channels = _check_shape(image_shape, num_layers)

    images = keras.Input((None, None, channels), name="images")
    x = _convolution(images, base_filters, 2, "layer1")
    x = layers.LeakyReLU(negative_slope=0.2, name="layer1_lrelu")(x)
    for index in range(1, num_layers + 1):
        layer = f"layer{index + 1}"
        strides = 2 if index < num_layers else 1
        x = _convolution(x, base_filters * min(2**index, 8), strides, layer)
        x = InstanceNormalization(name=f"{layer}_norm")(x)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"{layer}_lrelu")(x)
    x = _convolution(x, 1, 1, "judge")
    logits = layers.Activation("linear", dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)


def _convolution(x: Tensor, filters: int, strides: int, name: str) -> Tensor:
    """Convolve as PyTorch does with `padding=1`: "same" would pad more where the stride is 1."""
    x = layers.ZeroPadding2D(1, name=f"{name}_pad", data_format="channels_last")(x)
    return layers.Conv2D(
        filters,
        4,
        strides=strides,
        padding="valid",
        kernel_initializer=normal_initialization((4, 4, x.shape[-1], filters)),
        name=f"{name}_conv",
        data_format="channels_last",
    )(x)


def _check_shape(image_shape: Sequence[int | None], num_layers: int) -> int:
    """Return the channels of a shape that leaves at least one logit."""
    *sizes, channels = check_image_shape(image_shape, sizes_optional=True)
    smallest = 3 * 2**num_layers
    if any(size is not None and size < smallest for size in sizes):
        raise ValueError(
            f"Height and width must be at least {smallest} for num_layers={num_layers}, or no "
            f"patch is left to judge. Received: image_shape={tuple(image_shape)}"
        )
    return channels
