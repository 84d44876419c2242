"""Wasserstein GAN."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.constraints import WeightClipping
from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.networks import dcgan_discriminator, dcgan_generator
from kerasgan.samples.shapes import check_image_shape


@kerasgan_export
class WGAN(GenerativeModel):
    """Wasserstein GAN whose critic is kept Lipschitz continuous by clipping its weights.

    The networks are DCGAN's as in the authors' code, with 4×4 convolutions; all weights of the
    critic, the gains of its batch normalisation included, stay within `clip`. The recipe: the
    Wasserstein loss, five critic steps for each of the generator's, RMSprop with a learning rate of
    5e-5, minibatches of 64; `fit` splits each batch between the critic's steps, so that this is
    `batch_size=320`. `WGANGP` puts a penalty in the place of clipping, and trains faster.

    Args:
        image_shape: Tuple `(size, size, channels)`, sizes k·2ⁿ with k of 4 to 7, from 16 up.
            Defaults to `(64, 64, 3)`.
        latent_dim: Int, the number of latent variables. Defaults to `100`.
        base_filters: Int, filters of the finest convolution; each coarser one has twice as many.
            Defaults to `64`.
        clip: Float above zero, the largest weight of the critic. Defaults to `0.01`.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the size is none that strided convolutions reach, or `clip` is not above
            zero.

    Example:

    ```python
    gan = kerasgan.models.WGAN(image_shape=(32, 32, 1), base_filters=32)
    gan.compile()
    gan.fit(kerasgan.data.load_digits(image_size=32), batch_size=160, epochs=100)
    ```

    Reference: [Arjovsky et al., 2017](https://arxiv.org/abs/1701.07875).
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (64, 64, 3),
        latent_dim: int = 100,
        base_filters: int = 64,
        clip: float = 0.01,
        latent_distribution: str = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        self.image_shape = check_image_shape(image_shape)
        self.base_filters = base_filters
        self.clip = clip
        if not clip > 0:
            raise ValueError(
                "`clip` must be above zero, such as 0.01: the critic's weights are clipped to "
                f"[-clip, clip]. Received: clip={clip}"
            )
        with self.network_scope():
            self.generator = dcgan_generator(
                image_shape, latent_dim, base_filters, kernel_size=4, start_by_channel=True
            )
            self.discriminator = dcgan_discriminator(
                image_shape, base_filters, kernel_size=4, weight_constraint=WeightClipping(clip)
            )

    def recipe(self) -> Recipe:
        """Algorithm 1 of the paper, with RMSprop as in PyTorch."""
        # A clipped critic's gradients are small. PyTorch adds 1e-8 to the root, Keras its epsilon
        # below it, where the default of 1e-7 would slow the critic down.
        return Recipe(
            loss="wasserstein",
            optimizers={
                player: keras.optimizers.RMSprop(5e-5, rho=0.99, epsilon=1e-16)
                for player in ("discriminator", "generator")
            },
            discriminator_steps=5,
        )
