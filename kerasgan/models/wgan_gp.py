"""Wasserstein GAN with gradient penalty."""

from __future__ import annotations

from typing import Any

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.networks import (
    dcgan_discriminator,
    dcgan_generator,
    scaled_uniform_initialization,
)
from kerasgan.penalties import GradientPenalty
from kerasgan.samples.shapes import check_image_shape


@kerasgan_export
class WGANGP(GenerativeModel):
    """Wasserstein GAN whose critic is kept 1-Lipschitz by a gradient penalty.

    The networks are those of the authors' code for CIFAR-10 (`gan_cifar.py`): DCGAN's form with
    biases, and a critic without normalisation. The recipe is the paper's algorithm 1: five critic
    steps for each of the generator's, a penalty of weight 10, Adam with a learning rate of 1e-4, β₁
    of 0 and β₂ of 0.9, minibatches of 64; `fit` splits each batch between the critic's steps, so
    that this is `batch_size=320`.

    Args:
        image_shape: Tuple `(size, size, channels)`, sizes k·2ⁿ with k of 4 to 7, from 16 up.
            Defaults to `(32, 32, 3)`.
        latent_dim: Int, the number of latent variables. Defaults to `128`.
        base_filters: Int, filters of the finest convolution; each coarser one has twice as many.
            Defaults to `128`.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the size is none that strided convolutions reach.

    Example:

    ```python
    gan = kerasgan.models.WGANGP(image_shape=(32, 32, 1), base_filters=32)
    gan.compile()
    gan.fit(kerasgan.data.load_digits(image_size=32), batch_size=160, epochs=100)
    ```

    Reference: [Gulrajani et al., 2017](https://arxiv.org/abs/1704.00028).
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (32, 32, 3),
        latent_dim: int = 128,
        base_filters: int = 128,
        latent_distribution: str = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        self.image_shape = check_image_shape(image_shape)
        self.base_filters = base_filters
        style: dict[str, Any] = {
            "use_bias": True,
            "initialization": scaled_uniform_initialization,
        }
        with self.network_scope():
            self.generator = dcgan_generator(image_shape, latent_dim, base_filters, **style)
            self.discriminator = dcgan_discriminator(
                image_shape, base_filters, normalization=None, **style
            )

    def recipe(self) -> Recipe:
        """Algorithm 1 of the paper."""
        return Recipe.with_adam(
            1e-4,
            beta_1=0.0,
            beta_2=0.9,
            loss="wasserstein",
            penalties=[GradientPenalty(10.0)],
            discriminator_steps=5,
        )
