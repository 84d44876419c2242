"""The residual discriminator of SNGAN, which judges classes by projection."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers, ops

from kerasgan.layers.spectral_normalization import SpectralNormalization
from kerasgan.networks.dcgan import _stages
from kerasgan.networks.residual_blocks import down_block, first_down_block, xavier
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.types import Tensor


def resnet_discriminator(
    image_shape: Sequence[int] = (32, 32, 3),
    base_filters: int = 128,
    num_classes: int | None = None,
    name: str = "discriminator",
) -> keras.Model:
    """Build SNGAN's residual discriminator: images in, one score out.

    Residual blocks with ReLU and average pooling halve the image down to 8 to 14 pixels a side; two
    more judge it, and a dense unit judges the sum over all places. Every kernel is spectrally
    normalised. With the defaults this is the paper's network for 32×32×3, with 1,053,825 trainable
    parameters. At other sizes the number of blocks follows, and their width stays: a choice, see
    `resnet_generator`.

    With `num_classes` the network takes `[images, labels]`, and the inner product of the sum with a
    learned vector of the class is added to the score: the projection discriminator.

    Args:
        image_shape: tuple `(size, size, channels)`. The size is 4, 5, 6 or 7 times a power of
            two, from 16 up. Defaults to `(32, 32, 3)`.
        base_filters: int, filters of every block. Defaults to `128`.
        num_classes: int, number of classes, or `None` for a discriminator without labels. Defaults
            to `None`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `(batch, size, size, channels)`, or from that and integers `(batch,)`,
        to `(batch, 1)`, float32 scores.

    Raises:
        ValueError: if the shape cannot be halved so, or a number is not a positive integer.

    Example:

    ```python
    discriminator = kerasgan.networks.resnet_discriminator((32, 32, 1), base_filters=32)
    scores = discriminator(images)  # (batch, 1)
    ```

    References:
        [Miyato et al., 2018](https://arxiv.org/abs/1802.05957), table 4;
        [Miyato & Koyama, 2018](https://arxiv.org/abs/1802.05637). Weights start as in the authors'
        code, `dis_models/snresnet_32.py`, whose last dense layer has no bias.
    """
    stages, _ = _stages(image_shape)
    check_positive_ints(base_filters=base_filters)
    images = keras.Input(tuple(image_shape), name="images")
    x = first_down_block(images, base_filters, "block1")
    for stage in range(2, stages + 2):
        x = down_block(x, downsample=stage < stages, name=f"block{stage}")
    x = layers.ReLU(name="output_relu")(x)
    features = ops.sum(x, axis=(1, 2))
    judge = layers.Dense(1, kernel_initializer=xavier(), name="judge")
    scores = SpectralNormalization(judge, name="judge_sn")(features)
    if num_classes is None:
        inputs = images
    else:
        labels = keras.Input((), dtype="int32", name="labels")
        inputs = [images, labels]
        scores = scores + _projection(features, labels, num_classes)
    scores = layers.Activation("linear", dtype="float32", name="scores")(scores)
    return keras.Model(inputs, scores, name=name)


def _projection(features: Tensor, labels: Tensor, num_classes: int) -> Tensor:
    """The inner product of each sample's features with the vector of its class, `(batch, 1)`."""
    check_positive_ints(num_classes=num_classes)
    embedding = layers.Embedding(
        num_classes, features.shape[-1], embeddings_initializer=xavier(), name="classes"
    )
    vectors = SpectralNormalization(embedding, name="classes_sn")(labels)
    return ops.sum(vectors * features, axis=1, keepdims=True)
