"""The residual blocks of SNGAN: batch normalised upwards, spectrally normalised downwards."""

from __future__ import annotations

import keras
from keras import layers

from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.layers.conditional_batch_normalization import ConditionalBatchNormalization
from kerasgan.layers.spectral_normalization import SpectralNormalization
from kerasgan.types import Tensor

# Momentum and epsilon as in the reproduction for PyTorch; the authors' epsilon is 2e-5.
BATCH_NORM = {"momentum": 0.9, "epsilon": 1e-5}
RESIDUAL, SHORTCUT = 2.0, 1.0  # The squared gains of the initial weights.


def xavier(scale: float = SHORTCUT) -> keras.initializers.Initializer:
    """Uniform weights of variance `2 * scale / (fan_in + fan_out)`, a new object in every call."""
    return keras.initializers.VarianceScaling(scale, mode="fan_avg", distribution="uniform")


def up_block(x: Tensor, labels: Tensor | None, num_classes: int | None, name: str) -> Tensor:
    """Double height and width, from pre-activations, with as many filters as come in.

    Args:
        x: tensor `(batch, height, width, filters)`.
        labels: integers `(batch,)`, or `None` for plain batch normalisation.
        num_classes: int or `None`.
        name: str, prefix of the layers' names.

    Returns:
        A tensor `(batch, 2 * height, 2 * width, filters)`.
    """
    filters = x.shape[-1]
    h = _normalize(x, labels, num_classes, f"{name}_norm1")
    h = layers.ReLU(name=f"{name}_relu1")(h)
    h = layers.UpSampling2D(name=f"{name}_upsample", data_format="channels_last")(h)
    h = _convolution(filters, 3, RESIDUAL, f"{name}_conv1")(h)
    h = _normalize(h, labels, num_classes, f"{name}_norm2")
    h = layers.ReLU(name=f"{name}_relu2")(h)
    h = _convolution(filters, 3, RESIDUAL, f"{name}_conv2")(h)
    # Each pixel by itself: a convolution of size 1 before the doubling is that after it, for less.
    shortcut = _convolution(filters, 1, SHORTCUT, f"{name}_shortcut")(x)
    shortcut = layers.UpSampling2D(name=f"{name}_shortcut_upsample", data_format="channels_last")(
        shortcut
    )
    return layers.Add(name=f"{name}_add")([h, shortcut])


def first_down_block(images: Tensor, filters: int, name: str) -> Tensor:
    """Halve height and width of images, which are not rectified first.

    Args:
        images: tensor `(batch, height, width, channels)`.
        filters: int, filters of what comes out.
        name: str, prefix of the layers' names.

    Returns:
        A tensor `(batch, height / 2, width / 2, filters)`.
    """
    h = _normalized_convolution(filters, 3, RESIDUAL, f"{name}_conv1")(images)
    h = layers.ReLU(name=f"{name}_relu")(h)
    h = _normalized_convolution(filters, 3, RESIDUAL, f"{name}_conv2")(h)
    h = layers.AveragePooling2D(2, name=f"{name}_pool", data_format="channels_last")(h)
    shortcut = layers.AveragePooling2D(
        2, name=f"{name}_shortcut_pool", data_format="channels_last"
    )(images)
    shortcut = _normalized_convolution(filters, 1, SHORTCUT, f"{name}_shortcut")(shortcut)
    return layers.Add(name=f"{name}_add")([h, shortcut])


def down_block(x: Tensor, downsample: bool, name: str) -> Tensor:
    """Judge features from pre-activations, with as many filters as come in.

    Args:
        x: tensor `(batch, height, width, filters)`.
        downsample: bool, whether to halve height and width.
        name: str, prefix of the layers' names.

    Returns:
        A tensor of the shape of `x`, or half its height and width.
    """
    filters = x.shape[-1]
    h = layers.ReLU(name=f"{name}_relu1")(x)
    h = _normalized_convolution(filters, 3, RESIDUAL, f"{name}_conv1")(h)
    h = layers.ReLU(name=f"{name}_relu2")(h)
    h = _normalized_convolution(filters, 3, RESIDUAL, f"{name}_conv2")(h)
    shortcut = x
    if downsample:
        h = layers.AveragePooling2D(2, name=f"{name}_pool", data_format="channels_last")(h)
        # A convolution of size 1 after the average is that before it, for less.
        shortcut = layers.AveragePooling2D(
            2, name=f"{name}_shortcut_pool", data_format="channels_last"
        )(x)
        shortcut = _normalized_convolution(filters, 1, SHORTCUT, f"{name}_shortcut")(shortcut)
    return layers.Add(name=f"{name}_add")([h, shortcut])


def _convolution(filters: int, size: int, scale: float, name: str) -> keras.layers.Layer:
    return layers.Conv2D(
        filters,
        size,
        padding="same",
        kernel_initializer=xavier(scale),
        name=name,
        data_format="channels_last",
    )


def _normalized_convolution(
    filters: int, size: int, scale: float, name: str
) -> SpectralNormalization:
    return SpectralNormalization(_convolution(filters, size, scale, name), name=f"{name}_sn")


def _normalize(x: Tensor, labels: Tensor | None, num_classes: int | None, name: str) -> Tensor:
    if num_classes is None:
        return BatchNormalization(name=name, **BATCH_NORM)(x)
    return ConditionalBatchNormalization(num_classes, name=name, **BATCH_NORM)([x, labels])
