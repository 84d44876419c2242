"""Least-squares GAN."""

from __future__ import annotations

from typing import Any

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.networks import dcgan_discriminator, lsgan_generator
from kerasgan.samples.shapes import check_image_shape


@kerasgan_export
class LSGAN(GenerativeModel):
    """Least-squares GAN: generated samples are drawn to the decision boundary from both sides.

    A sample that the discriminator takes for real, but that lies far from real ones, still costs,
    so that the generator's gradient does not vanish. A generator after VGG against DCGAN's
    discriminator; the defaults are the authors' networks for LSUN. The recipe: least squares with
    targets 0, 1 and 1, Adam with a learning rate of 1e-3 and β₁ of 0.5, batches of 64.

    Args:
        image_shape: Tuple `(size, size, channels)`, sizes k·2ⁿ with k of 4 to 7, from 16 up.
            Defaults to `(112, 112, 3)`.
        latent_dim: Int, the number of latent variables. Defaults to `1024`.
        base_filters: Int, filters of both networks at their finest. Defaults to `64`.
        latent_distribution: `"uniform"`, U[-1, 1] as in the authors' code, or `"normal"`. Defaults
            to `"uniform"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the size is none that strided convolutions reach.

    Example:

    ```python
    gan = kerasgan.models.LSGAN(image_shape=(32, 32, 1), latent_dim=128, base_filters=32)
    gan.compile()
    gan.fit(kerasgan.data.load_digits(image_size=32), batch_size=64, epochs=30)
    gan.generate(16, seed=0)  # (16, 32, 32, 1) in [-1, 1]
    ```

    Reference: [Mao et al., 2017](https://arxiv.org/abs/1611.04076).
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (112, 112, 3),
        latent_dim: int = 1024,
        base_filters: int = 64,
        latent_distribution: str = "uniform",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        self.image_shape = check_image_shape(image_shape)
        self.base_filters = base_filters
        with self.network_scope():
            self.generator = lsgan_generator(image_shape, latent_dim, base_filters)
            self.discriminator = dcgan_discriminator(image_shape, base_filters, use_bias=True)

    def recipe(self) -> Recipe:
        """The authors' code for LSUN; the learning rate is the paper's for scenes."""
        return Recipe.with_adam(1e-3, beta_1=0.5, loss="least_squares")
