"""Spectrally normalised GAN, with a projection discriminator where there are classes."""

from __future__ import annotations

from typing import Any

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.networks import (
    resnet_discriminator,
    resnet_generator,
    sngan_cnn_discriminator,
    sngan_cnn_generator,
)
from kerasgan.samples.shapes import check_image_shape

_FILTERS = {"resnet": 128, "cnn": 64}


@kerasgan_export
class SNGAN(GenerativeModel):
    """GAN whose discriminator is kept Lipschitz continuous by spectral normalisation.

    It costs next to nothing, where a gradient penalty doubles the work. The networks are the
    paper's for CIFAR-10, residual ones or plain convolutions. With `num_classes` it is the GAN of
    Miyato & Koyama: the generator's batch normalisation has gains and offsets for each class, and
    the discriminator adds the inner product of its features with a vector of the class.

    The recipe is the authors' for the residual networks: the hinge loss, Adam with a learning rate
    of 2e-4, β₁ of 0 and β₂ of 0.9, five discriminator steps for each of the generator's,
    minibatches of 64; `fit` splits each batch between the discriminator's steps, so that this is
    `batch_size=320`. They let the learning rate fall to zero over the whole training: 50,000 steps
    of the generator in their code, 100,000 in the reproduction by mimicry. `compile` cannot know
    how long a training will be, so that the recipe holds the rate, and the example shows the decay.
    The discriminator's optimiser counts its own steps, five times as many.

    Where it deviates: the authors' generator learns from 128 samples a step and moves before the
    discriminator, here it learns from as many as one of the discriminator's minibatches and moves
    after; the score has a bias, and batch normalisation an epsilon of 1e-5 for their 2e-5, both as
    in mimicry. Of the convolutional networks the paper's code has not been compared.

    Args:
        image_shape: Tuple `(size, size, channels)`, sizes k·2ⁿ with k of 4 to 7, from 16 up.
            Defaults to `(32, 32, 3)`.
        latent_dim: Int, the number of latent variables. Defaults to `128`.
        network: `"resnet"`, table 4 of the paper, or `"cnn"`, table 3. Defaults to `"resnet"`.
        base_filters: Int or `None`. `"resnet"`: filters of the discriminator's blocks, the
            generator's have twice as many; `"cnn"`: filters at the image's size, twice as many at
            each halving. Defaults to `None`: 128 and 64, the paper's.
        num_classes: Int, the number of classes of images that are made by class, with
            `network="resnet"` only; training then takes labels. `None` for none. Defaults to
            `None`.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the size is none that doublings reach, there is no such network, or it takes
            no classes.

    Example:

    ```python
    gan = kerasgan.models.SNGAN(image_shape=(32, 32, 1), base_filters=32)
    generator_steps = 20_000


    def adam(steps):
        rate = kerasgan.schedules.LinearDecay(2e-4, hold_steps=0, decay_steps=steps)
        return keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9)


    gan.compile(
        generator_optimizer=adam(generator_steps),
        discriminator_optimizer=adam(5 * generator_steps),
    )
    gan.fit(kerasgan.data.load_digits(image_size=32), batch_size=320, epochs=4000)
    ```

    References:
        [Miyato et al., 2018](https://arxiv.org/abs/1802.05957);
        [Miyato & Koyama, 2018](https://arxiv.org/abs/1802.05637), the projection discriminator.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (32, 32, 3),
        latent_dim: int = 128,
        network: str = "resnet",
        base_filters: int | None = None,
        num_classes: int | None = None,
        latent_distribution: str = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype, num_classes)
        _check_network(network, num_classes)
        self.image_shape = check_image_shape(image_shape)
        self.network = network
        self.base_filters = base_filters
        filters = _FILTERS[network] if base_filters is None else base_filters
        with self.network_scope():
            if network == "resnet":
                self.generator = resnet_generator(image_shape, latent_dim, 2 * filters, num_classes)
                self.discriminator = resnet_discriminator(image_shape, filters, num_classes)
            else:
                self.generator = sngan_cnn_generator(image_shape, latent_dim, filters)
                self.discriminator = sngan_cnn_discriminator(image_shape, filters)

    def recipe(self) -> Recipe:
        """The authors' code for CIFAR-10, at a rate that is held."""
        return Recipe.with_adam(2e-4, beta_1=0.0, beta_2=0.9, loss="hinge", discriminator_steps=5)


def _check_network(network: str, num_classes: int | None) -> None:
    if network not in _FILTERS:
        raise ValueError(f"`network` must be 'resnet' or 'cnn'. Received: network={network!r}")
    if network == "cnn" and num_classes is not None:
        raise ValueError(
            "Only the residual networks make images by class: pass network='resnet', or leave "
            f"`num_classes` out. Received: network={network!r}, num_classes={num_classes}"
        )
