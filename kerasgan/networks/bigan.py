"""The multilayer perceptrons of BiGAN: generator, encoder, and discriminator of pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from kerasgan.layers.batch_normalization import BatchNormalization
from kerasgan.networks.initializers import normal_initialization
from kerasgan.samples.shapes import check_data_shape, check_positive_ints
from kerasgan.types import Tensor


def bigan_generator(
    data_shape: Sequence[int] = (28, 28, 1),
    latent_dim: int = 50,
    hidden_units: int = 1024,
    normalization: str | None = "batch",
    name: str = "generator",
) -> keras.Model:
    """Build BiGAN's generator: two hidden layers with ReLU, each of which sees the latents.

    Args:
        data_shape: tuple, `(height, width, channels)` for images or `(features,)` for vectors.
            Defaults to `(28, 28, 1)`.
        latent_dim: int, length of a latent vector. Defaults to `50`.
        hidden_units: int, units of each hidden layer. Defaults to `1024`.
        normalization: `"batch"`, batch normalisation without gains and biases before each ReLU, or
            `None`. Images that are normalised pass no biases at all, as in the authors' code.
            Defaults to `"batch"`.
        name: str. Defaults to `"generator"`.

    Returns:
        A `keras.Model` from `(batch, latent_dim)` to `(batch, *data_shape)`, float32; images end
        in a tanh.

    Raises:
        ValueError: if the shape is neither a vector's nor an image's, a number is not a positive
            integer, or there is no such normalisation.

    Example:

    ```python
    generator = kerasgan.networks.bigan_generator((28, 28, 1), latent_dim=50)
    images = generator(keras.random.uniform((16, 50), -1, 1))  # (16, 28, 28, 1)
    ```

    Reference:
        [Donahue et al., 2017](https://arxiv.org/abs/1605.09782), the authors' `net.py`.
    """
    blocks = _Blocks(data_shape, latent_dim, hidden_units, normalization)
    latents = keras.Input((latent_dim,), name="latents")
    x = layers.ReLU(name="hidden1_relu")(blocks.hidden("hidden1", latents))
    x = layers.ReLU(name="hidden2_relu")(blocks.hidden("hidden2", x, latents))
    x = blocks.dense(math.prod(blocks.data_shape), "output_dense")(x)
    if blocks.is_image:
        x = layers.Reshape(blocks.data_shape, name="output_grid")(x)
    activation = "tanh" if blocks.is_image else "linear"
    data = layers.Activation(activation, dtype="float32", name="data")(x)
    return keras.Model(latents, data, name=name)


def bigan_encoder(
    data_shape: Sequence[int] = (28, 28, 1),
    latent_dim: int = 50,
    hidden_units: int = 1024,
    normalization: str | None = "batch",
    latent_distribution: str = "uniform",
    name: str = "encoder",
) -> keras.Model:
    """Build BiGAN's encoder: two hidden layers with leaky ReLU, from data to latents.

    Args:
        data_shape, latent_dim, hidden_units: see `bigan_generator`.
        normalization: `"batch"`, of the second hidden layer, or `None`. Defaults to `"batch"`.
        latent_distribution: `"uniform"`: latents in (-1, 1), by a sigmoid that is stretched to
            them; `"normal"`: latents without bounds. Defaults to `"uniform"`.
        name: str. Defaults to `"encoder"`.

    Returns:
        A `keras.Model` from `(batch, *data_shape)` to `(batch, latent_dim)`, float32. The output of
        its layer `"features"`, `(batch, hidden_units)`, is the last hidden layer's.

    Raises:
        ValueError: see `bigan_generator`.

    Reference:
        [Donahue et al., 2017](https://arxiv.org/abs/1605.09782), the authors' `net.py`, `dist.py`.
    """
    blocks = _Blocks(data_shape, latent_dim, hidden_units, normalization)
    data = keras.Input(blocks.data_shape, name="data")
    x = blocks.first_of_data(data)
    x = blocks.hidden("hidden2", x)
    x = layers.LeakyReLU(0.2, name="features")(x)
    x = blocks.dense(latent_dim, "output_dense")(x)
    x = layers.Activation("linear", dtype="float32", name="logits")(x)
    if latent_distribution == "uniform":
        x = layers.Rescaling(0.5, dtype="float32", name="half")(x)
        x = layers.Activation("tanh", dtype="float32", name="latents")(x)  # 2 σ(x) - 1
    return keras.Model(data, x, name=name)


def bigan_discriminator(
    data_shape: Sequence[int] = (28, 28, 1),
    latent_dim: int = 50,
    hidden_units: int = 1024,
    normalization: str | None = "batch",
    name: str = "discriminator",
) -> keras.Model:
    """Build BiGAN's discriminator of pairs: the latents join data at the second hidden layer.

    Args:
        data_shape, latent_dim, hidden_units: see `bigan_generator`.
        normalization: `"batch"`, of the second hidden layer, or `None`, which gradient penalties
            want. Defaults to `"batch"`.
        name: str. Defaults to `"discriminator"`.

    Returns:
        A `keras.Model` from `[(batch, *data_shape), (batch, latent_dim)]` to `(batch, 1)`, float32
        logits. They start at zero.

    Raises:
        ValueError: see `bigan_generator`.

    Reference:
        [Donahue et al., 2017](https://arxiv.org/abs/1605.09782), the authors' `net.py`, `gan.py`.
    """
    blocks = _Blocks(data_shape, latent_dim, hidden_units, normalization)
    data = keras.Input(blocks.data_shape, name="data")
    latents = keras.Input((latent_dim,), name="latents")
    x = blocks.first_of_data(data)
    x = blocks.hidden("hidden2", x, latents)
    x = layers.LeakyReLU(0.2, name="features")(x)
    x = blocks.dense(1, "judge", kernel_initializer="zeros")(x)
    logits = layers.Activation("linear", dtype="float32", name="logits")(x)
    return keras.Model([data, latents], logits, name=name)


class _Blocks:
    """The layers that the three networks are made of."""

    def __init__(
        self,
        data_shape: Sequence[int],
        latent_dim: int,
        hidden_units: int,
        normalization: str | None,
    ) -> None:
        self.data_shape = check_data_shape(data_shape)
        check_positive_ints(latent_dim=latent_dim, hidden_units=hidden_units)
        if normalization not in ("batch", None):
            raise ValueError(
                '`normalization` must be "batch" or None. '
                f"Received: normalization={normalization!r}"
            )
        self.is_image = len(self.data_shape) == 3
        self.hidden_units = hidden_units
        self.normalized = normalization is not None

    def dense(self, units: int, name: str, **arguments: Any) -> layers.Dense:
        """A dense layer as the authors start it; for vectors in Glorot's range, with biases."""
        initializer = normal_initialization((1, 1)) if self.is_image else "glorot_uniform"
        defaults = {
            "kernel_initializer": initializer,
            "use_bias": not (self.is_image and self.normalized),
        }
        return layers.Dense(units, name=name, **{**defaults, **arguments})

    def first_of_data(self, data: Tensor) -> Tensor:
        """The first hidden layer of encoder and discriminator, which is not normalised."""
        x = (
            layers.Flatten(name="flatten", data_format="channels_last")(data)
            if self.is_image
            else data
        )
        x = self.dense(self.hidden_units, "hidden1_dense")(x)
        return layers.LeakyReLU(0.2, name="hidden1_lrelu")(x)

    def hidden(self, name: str, x: Tensor, latents: Tensor | None = None) -> Tensor:
        """A hidden layer before its activation, of `x` and perhaps of latents as well."""
        style = {"use_bias": not self.normalized}
        x = self.dense(self.hidden_units, f"{name}_dense", **style)(x)
        if latents is not None:
            of_latents = self.dense(self.hidden_units, f"{name}_latents", use_bias=False)
            x = layers.Add(name=f"{name}_sum")([x, of_latents(latents)])
        if not self.normalized:
            return x
        # As in DCGAN: statistics that follow a network which changes with every step.
        norm = {"momentum": 0.9, "epsilon": 1e-5, "center": False, "scale": False}
        return BatchNormalization(**norm, name=f"{name}_norm")(x)
