"""The multilayer perceptrons of the first conditional GAN."""

from __future__ import annotations

import math
from collections.abc import Sequence

import keras
from keras import layers, ops

from kerasgan.layers.maxout import Maxout
from kerasgan.networks.mlp import dropout_layer, rate_or
from kerasgan.samples.shapes import check_data_shape, check_positive_ints
from kerasgan.types import Tensor


def conditional_mlp_generator(
    data_shape: Sequence[int] = (28, 28, 1),
    num_classes: int = 10,
    latent_dim: int = 100,
    latent_units: int = 200,
    label_units: int = 1000,
    hidden_units: int = 1200,
    dropout: float | None = None,
    name: str = "generator",
) -> keras.Model:
    """Build Mirza and Osindero's generator: latents and classes meet in a hidden layer.

    The defaults are the paper's for MNIST, except for the last activation, which is tanh for images
    in [-1, 1] (theirs are in [0, 1], with a sigmoid). The paper gives no initial ranges: they are
    Glorot's.

    Args:
        data_shape: tuple, `(height, width, channels)` for images or `(features,)` for
            vectors. Defaults to `(28, 28, 1)`.
        num_classes: int, number of classes. Defaults to `10`.
        latent_dim: int, length of a latent vector. Defaults to `100`.
        latent_units: int, units of the layer that sees the latents. Defaults to `200`.
        label_units: int, units of the layer that sees the classes. Defaults to `1000`.
        hidden_units: int, units of the layer that sees both of these. Defaults to `1200`.
        dropout: float in [0, 1), part of each hidden layer's outputs that is dropped in
            training. Defaults to `None`: 0.5 for images, 0 for vectors.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from latents `(batch, latent_dim)` and labels `(batch,)` to
        `(batch, *data_shape)`, float32.

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, or a number is out of
            its range.

    Example:

    ```python
    generator = kerasgan.networks.conditional_mlp_generator((2,), num_classes=3, latent_dim=8)
    points = generator([keras.random.normal((3, 8)), np.array([0, 1, 2])])  # (3, 2)
    ```

    Reference:
        [Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784), section 4.1.
    """
    data_shape = check_data_shape(data_shape)
    check_positive_ints(
        num_classes=num_classes,
        latent_dim=latent_dim,
        latent_units=latent_units,
        label_units=label_units,
        hidden_units=hidden_units,
    )
    is_image = len(data_shape) == 3
    dropout = rate_or("dropout", dropout, 0.5 if is_image else 0.0)

    def hidden(x: Tensor, units: int, layer_name: str) -> Tensor:
        x = layers.Dense(units, "relu", name=layer_name)(x)
        return dropout_layer(x, dropout, f"{layer_name}_dropout")

    latents = keras.Input((latent_dim,), name="latents")
    labels = keras.Input((), dtype="int32", name="labels")
    x = hidden(latents, latent_units, "latents_dense")
    y = hidden(ops.one_hot(labels, num_classes), label_units, "labels_dense")
    x = layers.Concatenate(name="joint")([x, y])
    x = hidden(x, hidden_units, "joint_dense")
    x = layers.Dense(math.prod(data_shape), name="output_dense")(x)
    if is_image:
        x = layers.Reshape(data_shape, name="output_grid")(x)
    activation = "tanh" if is_image else "linear"
    data = layers.Activation(activation, dtype="float32", name="data")(x)
    return keras.Model([latents, labels], data, name=name)


def conditional_maxout_discriminator(
    data_shape: Sequence[int] = (28, 28, 1),
    num_classes: int = 10,
    data_units: int = 240,
    label_units: int = 50,
    hidden_units: int = 240,
    dropout: float | None = None,
    name: str = "discriminator",
) -> keras.Model:
    """Build Mirza and Osindero's discriminator: maxout layers for data, classes, and both.

    The defaults are the paper's for MNIST: five linear pieces in the first two layers, four in the
    joint one. The paper gives no initial ranges: they are Glorot's.

    Args:
        data_shape: tuple, `(height, width, channels)` for images, which are flattened, or
            `(features,)` for vectors. Defaults to `(28, 28, 1)`.
        num_classes: int, number of classes. Defaults to `10`.
        data_units: int, units of the layer that sees the data. Defaults to `240`.
        label_units: int, units of the layer that sees the classes. Defaults to `50`.
        hidden_units: int, units of the layer that sees both of these. Defaults to `240`.
        dropout: float in [0, 1), part of each layer's outputs that is dropped. Defaults to
            `None`: 0.5 for images, 0 for vectors.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from data `(batch, *data_shape)` and labels `(batch,)` to `(batch, 1)`,
        float32 logits.

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, or a number is out of
            its range.

    Example:

    ```python
    discriminator = kerasgan.networks.conditional_maxout_discriminator((2,), num_classes=3)
    logits = discriminator([points, labels])  # (batch, 1)
    ```

    Reference:
        [Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784), section 4.1.
    """
    data_shape = check_data_shape(data_shape)
    check_positive_ints(
        num_classes=num_classes,
        data_units=data_units,
        label_units=label_units,
        hidden_units=hidden_units,
    )
    is_image = len(data_shape) == 3
    dropout = rate_or("dropout", dropout, 0.5 if is_image else 0.0)

    data = keras.Input(data_shape, name="data")
    labels = keras.Input((), dtype="int32", name="labels")
    x = layers.Flatten(name="flatten", data_format="channels_last")(data) if is_image else data
    x = Maxout(data_units, 5, name="data_maxout")(x)
    x = dropout_layer(x, dropout, "data_dropout")
    y = Maxout(label_units, 5, name="labels_maxout")(ops.one_hot(labels, num_classes))
    y = dropout_layer(y, dropout, "labels_dropout")
    x = layers.Concatenate(name="joint")([x, y])
    x = Maxout(hidden_units, 4, name="joint_maxout")(x)
    x = dropout_layer(x, dropout, "joint_dropout")
    x = layers.Dense(1, name="judge")(x)
    logits = layers.Activation("linear", dtype="float32", name="logits")(x)
    return keras.Model([data, labels], logits, name=name)
