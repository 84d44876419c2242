"""Weight initialisations of the GAN papers: from a weight's shape to an initialiser."""

from __future__ import annotations

import math
from collections.abc import Callable

import keras

# From the shape of a weight to the initialiser for it. Kernels have rank 2 (dense) or 4
# (convolutions), the gains of a normalisation have rank 1.
Initialization = Callable[[tuple[int, ...]], keras.initializers.Initializer]


def normal_initialization(shape: tuple[int, ...]) -> keras.initializers.Initializer:
    """Kernels from N(0, 0.02), gains from N(1, 0.02), as in DCGAN and CycleGAN.

    Every call returns a new initialiser: a Keras initialiser without a seed gives the same
    values each time it is asked for the same shape.

    Args:
        shape: tuple of int, the shape of the weight.

    Returns:
        A `keras.initializers.Initializer`.

    Reference:
        [Radford et al., 2016](https://arxiv.org/abs/1511.06434), section 4.
    """
    mean = 1.0 if len(shape) == 1 else 0.0
    return keras.initializers.RandomNormal(mean=mean, stddev=0.02)


def scaled_uniform_initialization(shape: tuple[int, ...]) -> keras.initializers.Initializer:
    """Uniform kernels that keep the variance through stride 2, gains of one, as in WGAN-GP.

    The authors' code draws convolutions with a variance of `4 / (fan_in + fan_out)`, where
    the stride of 2 divides one of the fans by four, and dense kernels with Glorot's
    `2 / (fan_in + fan_out)`.

    Args:
        shape: tuple of int, the shape of the weight. `(height, width, in, out)` for a
            convolution with stride 2, `(height, width, out, in)` for a transposed one:
            the formula is the same for both.

    Returns:
        A `keras.initializers.Initializer`.

    Reference:
        [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028), the authors'
        `tflib/ops/conv2d.py`, `deconv2d.py` and `linear.py`.
    """
    if len(shape) == 1:
        return keras.initializers.Ones()
    if len(shape) == 2:
        return keras.initializers.GlorotUniform()
    height, width, channels_before_stride, channels_after_stride = shape
    variance = 4.0 / (height * width * (channels_before_stride + channels_after_stride / 4))
    limit = math.sqrt(3.0 * variance)
    return keras.initializers.RandomUniform(-limit, limit)
