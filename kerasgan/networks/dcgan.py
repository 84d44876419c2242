"""The convolutional generator and discriminator of DCGAN, which WGAN-GP uses as well."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.networks.initializers import Initialization, normal_initialization
from kerasgan.samples.shapes import check_image_shape, check_positive_ints
from kerasgan.types import Tensor

# The paper's authors keep no moving averages; Keras's default of 0.99 lags behind a generator
# that changes with every step. Their epsilon of 1e-8 is lost in half precision.
_BATCH_NORM = {"momentum": 0.9, "epsilon": 1e-5}
_START_SIZES = range(4, 8)


def dcgan_generator(
    image_shape: Sequence[int] = (64, 64, 3),
    latent_dim: int = 100,
    base_filters: int = 128,
    kernel_size: int = 5,
    use_bias: bool = False,
    initialization: Initialization = normal_initialization,
    start_by_channel: bool = False,
    name: str = "generator",
) -> keras.Model:
    """Build DCGAN's generator: latents in, images in [-1, 1] out.

    A dense layer makes a grid of 4 to 7 pixels a side; transposed convolutions with stride 2,
    batch normalisation and ReLU double it until the image is reached; tanh ends it.
    With the defaults this is the paper's network for 64×64×3. The authors' code for WGAN-GP on
    CIFAR-10 has the same form: `latent_dim=128`, `use_bias=True`,
    `initialization=scaled_uniform_initialization` at 32×32×3.

    Batch normalisation has a momentum of 0.9 and an epsilon of 1e-5. That is a choice: the
    authors of DCGAN sample with the statistics of the batch and add 1e-8.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(64, 64, 3)`.
        latent_dim: int, length of a latent vector. Defaults to `100`.
        base_filters: int, filters at half the image's size; each halving below it doubles
            them. Defaults to `128`.
        kernel_size: int, at least 2. Defaults to `5`.
        use_bias: bool, whether the dense layer and the convolutions have biases. Defaults to
            `False`: a bias before a normalisation has no effect.
        initialization: function from a weight's shape to its initialiser. Defaults to
            `normal_initialization`.
        start_by_channel: bool, whether the first normalisation is by channel of the grid, as in
            DCGAN's and WGAN's code for PyTorch, and not by unit of the dense layer, as in the
            authors' code. Defaults to `False`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, size, size, channels)`, float32.

    Raises:
        ValueError: if the shape cannot be reached, or a number is not a positive integer.

    Example:

    ```python
    generator = kerasgan.networks.dcgan_generator((32, 32, 1), latent_dim=64)
    images = generator(keras.random.normal((8, 64)))  # (8, 32, 32, 1)
    ```

    Reference:
        [Radford et al., 2016](https://arxiv.org/abs/1511.06434).
    """
    stages, start = _stages(image_shape)
    check_positive_ints(latent_dim=latent_dim, base_filters=base_filters)
    _check_kernel_size(kernel_size)
    filters = base_filters * 2 ** (stages - 1)
    units = start * start * filters

    latents = keras.Input((latent_dim,), name="latents")
    x = layers.Dense(
        units,
        use_bias=use_bias,
        kernel_initializer=initialization((latent_dim, units)),
        name="start_dense",
    )(latents)
    grid = layers.Reshape((start, start, filters), name="start_grid")
    x = _batch_norm(grid(x) if start_by_channel else x, initialization, "start_norm")
    x = layers.ReLU(name="start_relu")(x)
    x = x if start_by_channel else grid(x)
    for stage in range(1, stages):
        filters //= 2
        x = _upsample(x, filters, kernel_size, use_bias, initialization, f"up{stage}")
        x = _batch_norm(x, initialization, f"up{stage}_norm")
        x = layers.ReLU(name=f"up{stage}_relu")(x)
    x = _upsample(x, image_shape[-1], kernel_size, use_bias, initialization, f"up{stages}")
    images = layers.Activation("tanh", dtype="float32", name="images")(x)
    return keras.Model(latents, images, name=name)


def dcgan_discriminator(
    image_shape: Sequence[int] = (64, 64, 3),
    base_filters: int = 128,
    kernel_size: int = 5,
    normalization: str | None = "batch",
    use_bias: bool = False,
    initialization: Initialization = normal_initialization,
    weight_constraint: keras.constraints.Constraint | None = None,
    num_outputs: int = 1,
    name: str = "discriminator",
) -> keras.Model:
    """Build DCGAN's discriminator: images in, logits out.

    Convolutions with stride 2 and leaky ReLU (0.2) halve the image down to 4 to 7 pixels a
    side; one dense unit judges all of them. All but the first are batch normalised. With the
    defaults this is the paper's network for 64×64×3. The critic of WGAN-GP's authors for
    CIFAR-10 is the same with `normalization=None`, `use_bias=True` and
    `initialization=scaled_uniform_initialization` at 32×32×3: the gradient penalty is a
    condition on single samples, which batch normalisation would tie together.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(64, 64, 3)`.
        base_filters: int, filters of the first convolution; each one doubles them. Defaults
            to `128`.
        kernel_size: int, at least 2. Defaults to `5`.
        normalization: `"batch"` or `None`. Defaults to `"batch"`.
        use_bias: bool, whether the convolutions and the dense layer have biases. Defaults to
            `False`, as in the authors' code.
        initialization: function from a weight's shape to its initialiser. Defaults to
            `normal_initialization`.
        weight_constraint: a Keras constraint of all weights, biases and gains included, such as
            `kerasgan.constraints.WeightClipping(0.01)`. Defaults to `None`.
        num_outputs: int, more than one for features in place of a logit, as MMD GAN compares.
            Defaults to `1`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, size, size, channels)` to `(batch, num_outputs)`, float32
        logits.

    Raises:
        ValueError: if the shape cannot be halved so, or an argument is out of its range.

    Example:

    ```python
    discriminator = kerasgan.networks.dcgan_discriminator((32, 32, 1))
    logits = discriminator(images)  # (batch, 1)
    ```

    Reference:
        [Radford et al., 2016](https://arxiv.org/abs/1511.06434).
    """
    stages, start = _stages(image_shape)
    check_positive_ints(base_filters=base_filters, num_outputs=num_outputs)
    _check_kernel_size(kernel_size)
    if normalization not in ("batch", None):
        raise ValueError(
            f'`normalization` must be "batch" or None. Received: normalization={normalization!r}'
        )

    images = keras.Input(tuple(image_shape), name="images")
    x = images
    for stage in range(stages):
        filters = base_filters * 2**stage
        x = layers.Conv2D(
            filters,
            kernel_size,
            strides=2,
            padding="same",
            use_bias=use_bias,
            kernel_initializer=initialization((kernel_size, kernel_size, x.shape[-1], filters)),
            kernel_constraint=weight_constraint,
            bias_constraint=weight_constraint,
            name=f"down{stage + 1}_conv",
            data_format="channels_last",
        )(x)
        if normalization == "batch" and stage > 0:
            x = _batch_norm(x, initialization, f"down{stage + 1}_norm", weight_constraint)
        x = layers.LeakyReLU(negative_slope=0.2, name=f"down{stage + 1}_lrelu")(x)
    x = layers.Flatten(name="flatten", data_format="channels_last")(x)
    x = layers.Dense(
        num_outputs,
        use_bias=use_bias,
        kernel_initializer=initialization((start * start * filters, num_outputs)),
        kernel_constraint=weight_constraint,
        bias_constraint=weight_constraint,
        name="judge",
    )(x)
    logits = layers.Activation("linear", dtype="float32", name="logits")(x)
    return keras.Model(images, logits, name=name)


def _upsample(
    x: Tensor,
    filters: int,
    kernel_size: int,
    use_bias: bool,
    initialization: Initialization,
    name: str,
) -> Tensor:
    """Double height and width by a transposed convolution, cropped where TensorFlow's "same" does.

    On PyTorch the crop is a layer of its own: Keras before 3.15 crops the other side there.
    Elsewhere "same" is a quarter faster.
    """
    crop_by_layer = keras.backend.backend() == "torch"
    x = layers.Conv2DTranspose(
        filters,
        kernel_size,
        strides=2,
        padding="valid" if crop_by_layer else "same",
        use_bias=use_bias,
        kernel_initializer=initialization((kernel_size, kernel_size, filters, x.shape[-1])),
        name=f"{name}_conv",
        data_format="channels_last",
    )(x)
    if not crop_by_layer:
        return x
    before = (kernel_size - 2) // 2
    crop = (before, kernel_size - 2 - before)
    return layers.Cropping2D((crop, crop), name=f"{name}_crop", data_format="channels_last")(x)


def _batch_norm(
    x: Tensor,
    initialization: Initialization,
    name: str,
    constraint: keras.constraints.Constraint | None = None,
) -> Tensor:
    return BatchNormalization(
        gamma_initializer=initialization((x.shape[-1],)),
        beta_constraint=constraint,
        gamma_constraint=constraint,
        name=name,
        **_BATCH_NORM,
    )(x)


def _check_kernel_size(kernel_size: int) -> None:
    check_positive_ints(kernel_size=kernel_size)
    if kernel_size < 2:
        raise ValueError(
            "`kernel_size` must be at least 2, or a stride of 2 skips pixels. "
            f"Received: kernel_size={kernel_size}"
        )


def _stages(image_shape: Sequence[int]) -> tuple[int, int]:
    """Return how often the size can be halved, and the size of the smallest grid."""
    height, width, _ = check_image_shape(image_shape)
    if height != width:
        raise ValueError(
            "The networks make square images. Use the same height and width. "
            f"Received: image_shape={tuple(image_shape)}"
        )
    stages, start = 0, height
    while start % 2 == 0 and start >= 2 * _START_SIZES[0]:
        stages, start = stages + 1, start // 2
    if stages < 2 or start not in _START_SIZES:
        raise ValueError(
            "The image size must be 4, 5, 6 or 7 times a power of two, from 16 up. The nearest "
            f"sizes are {_nearest_sizes(height)}. Received: image_shape={tuple(image_shape)}"
        )
    return stages, start


def _nearest_sizes(size: int) -> str:
    allowed = [k * 2**n for n in range(2, max(4, size.bit_length())) for k in _START_SIZES]
    below = [s for s in allowed if s < size][-1:]
    above = [s for s in allowed if s > size][:1]
    return " and ".join(str(s) for s in below + above)
