"""The Inception network on whose features generated images are judged in the literature."""

from __future__ import annotations

from collections.abc import Callable

import keras
from keras import layers

from kerasgan.types import Tensor

CLASSES = 1008  # Of which the last ones are not used.


def inception_2015(name: str = "inception_2015") -> keras.Model:
    """Build the Inception of 2015-12-05, of the inception score and the Fréchet distance.

    It is Inception V3 as `keras.applications.InceptionV3` builds it, but for this: batch
    normalisation has scales; the pooling branch of the very last block takes the maximum, not the
    mean; and there are 1,008 classes, of which the logits are without biases, as the authors of
    the inception score computed them. Average pools count no padding in either. Its weights are
    filled in by `kerasgan.metrics.get_extractor("inception")`; built here, they are random.

    The network computes in float32 under any dtype policy and is not trainable.

    Args:
        name: str. Defaults to `"inception_2015"`.

    Returns:
        A `keras.Model` from images `(batch, height, width, 3)` in [-1, 1], which the literature
        resizes to 299×299, at least 75×75, to a dict of two float32 tensors: `"features"` of shape
        `(batch, 2048)`, means over the last grid, and `"logits"` of shape `(batch, 1008)`.

    Example:

    ```python
    network = kerasgan.networks.inception_2015()
    outputs = network(keras.random.uniform((2, 299, 299, 3), -1.0, 1.0))
    outputs["features"]  # (2, 2048)
    ```

    Reference:
        [Szegedy et al., 2015](https://arxiv.org/abs/1512.00567);
        [Salimans et al., 2016](https://arxiv.org/abs/1606.03498);
        [Heusel et al., 2017](https://arxiv.org/abs/1706.08500). Layers bear the names of the
        published PyTorch weights.
    """
    images = keras.Input((None, None, 3), dtype="float32", name="images")
    x = _conv(images, 32, 3, "Conv2d_1a_3x3", strides=2, padding="valid")
    x = _conv(x, 32, 3, "Conv2d_2a_3x3", padding="valid")
    x = _conv(x, 64, 3, "Conv2d_2b_3x3")
    x = _halve(x, "maxpool1")
    x = _conv(x, 80, 1, "Conv2d_3b_1x1", padding="valid")
    x = _conv(x, 192, 3, "Conv2d_4a_3x3", padding="valid")
    x = _halve(x, "maxpool2")

    for letter, pooled in zip("bcd", (32, 64, 64), strict=True):
        x = _block_a(x, pooled, f"Mixed_5{letter}")
    x = _block_b(x, "Mixed_6a")
    for letter, filters in zip("bcde", (128, 160, 160, 192), strict=True):
        x = _block_c(x, filters, f"Mixed_6{letter}")
    x = _block_d(x, "Mixed_7a")
    x = _block_e(x, _mean, "Mixed_7b")
    x = _block_e(x, _maximum, "Mixed_7c")

    features = layers.GlobalAveragePooling2D(
        dtype="float32", name="features", data_format="channels_last"
    )(x)
    logits = layers.Dense(CLASSES, use_bias=False, dtype="float32", name="fc")(features)
    model = keras.Model(images, {"features": features, "logits": logits}, name=name)
    model.trainable = False
    return model


def _conv(
    x: Tensor,
    filters: int,
    size: int | tuple[int, int],
    name: str,
    strides: int = 1,
    padding: str = "same",
) -> Tensor:
    x = layers.Conv2D(
        filters,
        size,
        strides,
        padding,
        use_bias=False,
        dtype="float32",
        name=f"{name}_conv",
        data_format="channels_last",
    )(x)
    x = layers.BatchNormalization(epsilon=1e-3, dtype="float32", name=f"{name}_bn")(x)
    return layers.ReLU(dtype="float32", name=f"{name}_relu")(x)


def _halve(x: Tensor, name: str) -> Tensor:
    return layers.MaxPooling2D(
        3, 2, "valid", dtype="float32", name=name, data_format="channels_last"
    )(x)


def _mean(x: Tensor, name: str) -> Tensor:
    return layers.AveragePooling2D(
        3, 1, "same", dtype="float32", name=name, data_format="channels_last"
    )(x)


def _maximum(x: Tensor, name: str) -> Tensor:
    return layers.MaxPooling2D(
        3, 1, "same", dtype="float32", name=name, data_format="channels_last"
    )(x)


def _concatenate(branches: list[Tensor], name: str) -> Tensor:
    return layers.Concatenate(dtype="float32", name=name)(branches)


def _block_a(x: Tensor, pooled: int, name: str) -> Tensor:
    """Grids of 35: branches of 1×1, 5×5, twice 3×3."""
    one = _conv(x, 64, 1, f"{name}_branch1x1")
    five = _conv(x, 48, 1, f"{name}_branch5x5_1")
    five = _conv(five, 64, 5, f"{name}_branch5x5_2")
    three = _conv(x, 64, 1, f"{name}_branch3x3dbl_1")
    three = _conv(three, 96, 3, f"{name}_branch3x3dbl_2")
    three = _conv(three, 96, 3, f"{name}_branch3x3dbl_3")
    pool = _conv(_mean(x, f"{name}_pool"), pooled, 1, f"{name}_branch_pool")
    return _concatenate([one, five, three, pool], name)


def _block_b(x: Tensor, name: str) -> Tensor:
    """From 35 to 17."""
    three = _conv(x, 384, 3, f"{name}_branch3x3", strides=2, padding="valid")
    double = _conv(x, 64, 1, f"{name}_branch3x3dbl_1")
    double = _conv(double, 96, 3, f"{name}_branch3x3dbl_2")
    double = _conv(double, 96, 3, f"{name}_branch3x3dbl_3", strides=2, padding="valid")
    return _concatenate([three, double, _halve(x, f"{name}_pool")], name)


def _block_c(x: Tensor, filters: int, name: str) -> Tensor:
    """Grids of 17: branches of 1×1, 7×7 and twice 7×7, taken apart into rows and columns."""
    one = _conv(x, 192, 1, f"{name}_branch1x1")
    seven = _conv(x, filters, 1, f"{name}_branch7x7_1")
    seven = _conv(seven, filters, (1, 7), f"{name}_branch7x7_2")
    seven = _conv(seven, 192, (7, 1), f"{name}_branch7x7_3")
    double = _conv(x, filters, 1, f"{name}_branch7x7dbl_1")
    double = _conv(double, filters, (7, 1), f"{name}_branch7x7dbl_2")
    double = _conv(double, filters, (1, 7), f"{name}_branch7x7dbl_3")
    double = _conv(double, filters, (7, 1), f"{name}_branch7x7dbl_4")
    double = _conv(double, 192, (1, 7), f"{name}_branch7x7dbl_5")
    pool = _conv(_mean(x, f"{name}_pool"), 192, 1, f"{name}_branch_pool")
    return _concatenate([one, seven, double, pool], name)


def _block_d(x: Tensor, name: str) -> Tensor:
    """From 17 to 8."""
    three = _conv(x, 192, 1, f"{name}_branch3x3_1")
    three = _conv(three, 320, 3, f"{name}_branch3x3_2", strides=2, padding="valid")
    seven = _conv(x, 192, 1, f"{name}_branch7x7x3_1")
    seven = _conv(seven, 192, (1, 7), f"{name}_branch7x7x3_2")
    seven = _conv(seven, 192, (7, 1), f"{name}_branch7x7x3_3")
    seven = _conv(seven, 192, 3, f"{name}_branch7x7x3_4", strides=2, padding="valid")
    return _concatenate([three, seven, _halve(x, f"{name}_pool")], name)


def _block_e(x: Tensor, pooling: Callable[[Tensor, str], Tensor], name: str) -> Tensor:
    """Grids of 8: branches that fork at their ends."""
    one = _conv(x, 320, 1, f"{name}_branch1x1")
    three = _conv(x, 384, 1, f"{name}_branch3x3_1")
    three = _fork(three, f"{name}_branch3x3_2")
    double = _conv(x, 448, 1, f"{name}_branch3x3dbl_1")
    double = _conv(double, 384, 3, f"{name}_branch3x3dbl_2")
    double = _fork(double, f"{name}_branch3x3dbl_3")
    pool = _conv(pooling(x, f"{name}_pool"), 192, 1, f"{name}_branch_pool")
    return _concatenate([one, three, double, pool], name)


def _fork(x: Tensor, name: str) -> Tensor:
    row = _conv(x, 384, (1, 3), f"{name}a")
    column = _conv(x, 384, (3, 1), f"{name}b")
    return _concatenate([row, column], name)
