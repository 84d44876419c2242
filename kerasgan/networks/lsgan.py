"""The convolutional generator of LSGAN."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.networks.dcgan import _batch_norm, _stages, _upsample
from kerasgan.networks.initializers import Initialization, normal_initialization
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor


def lsgan_generator(
    image_shape: Sequence[int] = (112, 112, 3),
    latent_dim: int = 1024,
    base_filters: int = 64,
    initialization: Initialization = normal_initialization,
    name: str = "generator",
) -> keras.Model:
    """Build LSGAN's generator: latents in, images in [-1, 1] out.

    Transposed convolutions of size 3 with stride 2 double the image from 4 to 7 pixels a side, to
    at most `4 * base_filters` filters; where there are so many, one of stride 1 follows, after
    VGG. Another one makes the image. Batch normalisation and ReLU everywhere, biases too. The
    defaults are the authors' network for LSUN.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(112, 112, 3)`.
        latent_dim: int, length of a latent vector. Defaults to `1024`.
        base_filters: int, filters at the image's size. Defaults to `64`.
        initialization: function from a weight's shape to its initialiser. Defaults to
            `normal_initialization`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, size, size, channels)`, float32.

    Raises:
        ValueError: if the shape cannot be reached, or a number is not a positive integer.

    Example:

    ```python
    generator = kerasgan.networks.lsgan_generator((32, 32, 1), latent_dim=64)
    images = generator(keras.random.normal((8, 64)))  # (8, 32, 32, 1)
    ```

    Reference:
        [Mao et al., 2017](https://arxiv.org/abs/1611.04076), the authors' `vgg.py`.
    """
    stages, start = _stages(image_shape)
    check_positive_ints(latent_dim=latent_dim, base_filters=base_filters)
    most = 4 * base_filters
    units = start * start * most

    latents = keras.Input((latent_dim,), name="latents")
    kernel = initialization((latent_dim, units))
    x = layers.Dense(units, kernel_initializer=kernel, name="start_dense")(latents)
    x = layers.Reshape((start, start, most), name="start_grid")(x)
    x = _normalized(x, initialization, "start")
    for stage in range(1, stages + 1):
        filters = min(most, base_filters * 2 ** (stages - stage))
        x = _upsample(x, filters, 3, True, initialization, f"up{stage}")
        x = _normalized(x, initialization, f"up{stage}")
        if filters == most:
            x = _refine(x, filters, initialization, f"refine{stage}")
            x = _normalized(x, initialization, f"refine{stage}")
    x = _refine(x, image_shape[-1], initialization, "output")
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name=name)


def _normalized(x: Tensor, initialization: Initialization, name: str) -> Tensor:
    return layers.ReLU(name=f"{name}_relu")(_batch_norm(x, initialization, f"{name}_norm"))


def _refine(x: Tensor, filters: int, initialization: Initialization, name: str) -> Tensor:
    """A transposed convolution of stride 1, which is a convolution by the mirrored kernel."""
    kernel = initialization((3, 3, x.shape[-1], filters))
    return layers.Conv2D(
        filters,
        3,
        padding="same",
        kernel_initializer=kernel,
        name=f"{name}_conv",
        data_format="channels_last",
    )(x)
