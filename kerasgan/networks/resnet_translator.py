"""The residual generator of CycleGAN: an image in, an image of the same size out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from kerasgan.layers.instance_normalization import InstanceNormalization
from kerasgan.layers.reflection_padding2d import ReflectionPadding2D
from kerasgan.layers.tanh_skip import TanhSkip
from kerasgan.networks.initializers import normal_initialization
from kerasgan.samples.shapes import check_image_shape, check_positive_ints
from kerasgan.types import Tensor

UPSAMPLINGS = ("transposed", "resize")
# By name the blur of the long skip: the network works on blocks of 4×4 pixels.
LONG_SKIPS = {"sharp": 1, "blurred": 5}


def resnet_translator(
    image_shape: Sequence[int | None] = (256, 256, 3),
    base_filters: int = 64,
    residual_blocks: int = 9,
    output_channels: int | None = None,
    upsampling: str = "transposed",
    long_skip: str | None = None,
    name: str = "translator",
) -> keras.Model:
    """Build CycleGAN's generator, which translates an image from one domain to another.

    Two convolutions halve the image twice, residual blocks transform it, two transposed
    convolutions bring it back; all with instance normalisation, and with reflection padding
    where the stride is one. It is fully convolutional: the model takes images of any height
    and width that are multiples of 4, whatever `image_shape` says, so that a generator trained
    at 128×128 translates 512×384.

    Args:
        image_shape: tuple `(height, width, channels)`; height and width are multiples of 4
            from 8 up, or `None`. Defaults to `(256, 256, 3)`.
        base_filters: int, filters of the first convolution. Defaults to `64`.
        residual_blocks: int. The authors use 9 for 256×256 and more, 6 below. Defaults to `9`.
        output_channels: int, channels of the translated image. Defaults to `None`: those of
            the input.
        upsampling: str. `"transposed"`, the authors' transposed convolutions, whose uneven
            overlap shows as a checkerboard until it is unlearnt; or `"resize"`, linear
            interpolation and a convolution ([Odena et al.,
            2016](https://distill.pub/2016/deconv-checkerboard)), which has none, at four times
            the work of these two layers. Defaults to `"transposed"`.
        long_skip: str or `None`; not the authors'. `"sharp"`: the network starts from the identity
            and learns a change of the image (`kerasgan.layers.TanhSkip`), so that short trainings
            keep what it shows. `"blurred"`: from the blurred image, whose layout and colours are
            kept, while edges and texture are drawn anew, as for paintings. Defaults to `None`.
        name: str. Defaults to `"translator"`.

    Returns:
        A `keras.Model` from `(batch, height, width, channels)` to the same, float32 in
        [-1, 1].

    Raises:
        ValueError: if height or width is not a multiple of 4, a number is not a positive
            integer, `upsampling` or `long_skip` is unknown, or a long skip meets other
            `output_channels`.

    Example:

    ```python
    translator = kerasgan.networks.resnet_translator((128, 128, 3), residual_blocks=6)
    painting = translator(photograph)  # (batch, height, width, 3)
    ```

    Reference:
        [Zhu et al., 2017](https://arxiv.org/abs/1703.10593), appendix 7.2, after
        [Johnson et al., 2016](https://arxiv.org/abs/1603.08155).
    """
    channels = _check_shape(image_shape)
    output_channels = channels if output_channels is None else output_channels
    check_positive_ints(
        base_filters=base_filters, residual_blocks=residual_blocks, output_channels=output_channels
    )
    _check_ways(upsampling, long_skip, channels, output_channels)

    images = keras.Input((None, None, channels), name="images")
    x = ReflectionPadding2D(3, name="stem_pad")(images)
    x = _convolution(x, base_filters, 7, "stem")
    x = _norm_relu(x, "stem")
    for stage in (1, 2):
        # Keras pads "same" with stride 2 on one side only, the authors on both.
        x = layers.ZeroPadding2D(1, data_format="channels_last", name=f"down{stage}_pad")(x)
        x = _convolution(x, base_filters * 2**stage, 3, f"down{stage}", strides=2)
        x = _norm_relu(x, f"down{stage}")
    for block in range(1, residual_blocks + 1):
        x = _residual_block(x, f"block{block}")
    for stage in (1, 2):
        x = _UPSAMPLE[upsampling](x, base_filters * 2 ** (2 - stage), f"up{stage}")
        x = _norm_relu(x, f"up{stage}")
    x = ReflectionPadding2D(3, name="output_pad")(x)
    x = _convolution(x, output_channels, 7, "output", initializer="zeros" if long_skip else None)
    if long_skip:
        translated = TanhSkip(LONG_SKIPS[long_skip], name="translated")([x, images])
    else:
        translated = layers.Activation("tanh", dtype="float32", name="translated")(x)
    return keras.Model(images, translated, name=name)


def _residual_block(x: Tensor, name: str) -> Tensor:
    shortcut, filters = x, x.shape[-1]
    x = ReflectionPadding2D(1, name=f"{name}_pad1")(x)
    x = _convolution(x, filters, 3, f"{name}_1")
    x = _norm_relu(x, f"{name}_1")
    x = ReflectionPadding2D(1, name=f"{name}_pad2")(x)
    x = _convolution(x, filters, 3, f"{name}_2")
    x = InstanceNormalization(name=f"{name}_2_norm")(x)
    return layers.Add(name=f"{name}_add")([shortcut, x])


def _convolution(
    x: Tensor,
    filters: int,
    kernel_size: int,
    name: str,
    strides: int = 1,
    initializer: Any = None,
) -> Tensor:
    shape = (kernel_size, kernel_size, x.shape[-1], filters)
    return layers.Conv2D(
        filters,
        kernel_size,
        strides=strides,
        padding="valid",
        data_format="channels_last",
        kernel_initializer=initializer or normal_initialization(shape),
        name=f"{name}_conv",
    )(x)


def _resize(x: Tensor, filters: int, name: str) -> Tensor:
    """Double height and width by linear interpolation, and convolve.

    Pixels are repeated and averaged over two, twice: repeated alone they leave steps, on which the
    convolution learns a pattern of their period.
    """
    x = layers.UpSampling2D(2, data_format="channels_last", name=f"{name}_resize")(x)
    x = ReflectionPadding2D(2, name=f"{name}_pad")(x)
    for time in (1, 2):
        mean = layers.AveragePooling2D(2, 1, data_format="channels_last", name=f"{name}_mean{time}")
        x = mean(x)
    return _convolution(x, filters, 3, name)


def _transposed(x: Tensor, filters: int, name: str) -> Tensor:
    """Double height and width as PyTorch does with `padding=1, output_padding=1`.

    The first row and column of the full result are dropped; Keras's "same" would drop the
    last ones, and so shift the image by half a pixel against the convolutions that halved it.
    """
    x = layers.Conv2DTranspose(
        filters,
        3,
        strides=2,
        padding="valid",
        data_format="channels_last",
        kernel_initializer=normal_initialization((3, 3, filters, x.shape[-1])),
        name=f"{name}_conv",
    )(x)
    return layers.Cropping2D(((1, 0), (1, 0)), data_format="channels_last", name=f"{name}_crop")(x)


_UPSAMPLE = {"transposed": _transposed, "resize": _resize}


def _norm_relu(x: Tensor, name: str) -> Tensor:
    x = InstanceNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _check_ways(
    upsampling: str, long_skip: str | None, channels: int, output_channels: int
) -> None:
    if upsampling not in UPSAMPLINGS:
        raise ValueError(
            f"`upsampling` must be one of {UPSAMPLINGS}. Received: upsampling={upsampling!r}"
        )
    if long_skip is not None and long_skip not in LONG_SKIPS:
        raise ValueError(
            f"`long_skip` must be None or one of {tuple(LONG_SKIPS)}. "
            f"Received: long_skip={long_skip!r}"
        )
    if long_skip and output_channels != channels:
        raise ValueError(
            "`long_skip` adds to the image: the translated image must have its channels. Leave "
            f"`output_channels` out, or `long_skip`. Received: output_channels={output_channels} "
            f"for images of {channels} channels"
        )


def _check_shape(image_shape: Sequence[int | None]) -> int:
    """Return the channels of a shape that two halvings and the padding leave whole."""
    *sizes, channels = check_image_shape(image_shape, sizes_optional=True)
    if any(size is not None and (size % 4 or size < 8) for size in sizes):
        raise ValueError(
            "Height and width must be multiples of 4 from 8 up, because the network halves them "
            f"twice. Received: image_shape={tuple(image_shape)}"
        )
    return channels
