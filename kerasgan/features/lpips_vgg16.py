"""The network whose features tell how different two images look."""

from __future__ import annotations

import keras
from keras import layers, ops

from kerasgan.types import Tensor

# Convolutions by block; each block but the first begins with a maximum of 2×2 pixels.
BLOCKS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
SHIFT = (-0.030, -0.088, -0.188)
SCALE = (0.458, 0.448, 0.450)
EPSILON = 1e-10


def lpips_vgg16(name: str = "lpips_vgg16") -> keras.Model:
    """Build the learned perceptual image patch similarity on VGG16, version 0.1.

    Both images go through VGG16, of which five layers are looked at. At each place the features are
    scaled to length 1, their squared differences weighted by channel, and means over the places
    added up over the layers. Built here the weights are random;
    `kerasgan.metrics.get_perceptual_distance("lpips")` fills in the published ones.

    The network computes in float32 under any dtype policy and is not trainable.

    Args:
        name: str. Defaults to `"lpips_vgg16"`.

    Returns:
        A `keras.Model` from a list of two batches of images `(batch, height, width, 3)` in [-1, 1],
        16×16 or larger, to distances `(batch,)`, float32.

    Example:

    ```python
    network = kerasgan.networks.lpips_vgg16()
    a, b = keras.random.uniform((2, 4, 64, 64, 3), -1.0, 1.0)
    network([a, b])  # (4,)
    ```

    Reference:
        [Zhang et al., 2018](https://arxiv.org/abs/1801.03924). Layers bear the names of the
        published PyTorch weights.
    """
    pair = [keras.Input((None, None, 3), dtype="float32", name=name) for name in ("a", "b")]
    features = _features()
    distance = 0.0
    for index, (a, b) in enumerate(zip(*(features(image) for image in pair), strict=True)):
        weigh = layers.Conv2D(
            1,
            1,
            use_bias=False,
            dtype="float32",
            name=f"lin{index}_model_1",
            data_format="channels_last",
        )
        places = weigh(ops.square(_unit(a) - _unit(b)))
        distance += ops.mean(places, axis=(1, 2, 3))
    model = keras.Model(pair, distance, name=name)
    model.trainable = False
    return model


def _features() -> keras.Model:
    images = keras.Input((None, None, 3), dtype="float32")
    x, taps, place = (images - ops.array(SHIFT, "float32")) / ops.array(SCALE, "float32"), [], 0
    for block, filters in enumerate(BLOCKS):
        if block:
            x = layers.MaxPooling2D(
                dtype="float32", name=f"features_{place}", data_format="channels_last"
            )(x)
            place += 1
        for count in filters:
            x = layers.Conv2D(
                count,
                3,
                padding="same",
                dtype="float32",
                name=f"features_{place}",
                data_format="channels_last",
            )(x)
            x = layers.ReLU(dtype="float32", name=f"features_{place + 1}")(x)
            place += 2
        taps.append(x)
    return keras.Model(images, taps, name="features")


def _unit(x: Tensor) -> Tensor:
    return x / (ops.sqrt(ops.sum(ops.square(x), axis=-1, keepdims=True)) + EPSILON)
