"""Deep convolutional GAN."""

from __future__ import annotations

from typing import Any

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.networks import dcgan_discriminator, dcgan_generator
from kerasgan.samples.shapes import check_image_shape


@kerasgan_export
class DCGAN(GenerativeModel):
    """Deep convolutional GAN: strided convolutions and batch normalisation on both sides.

    The guidelines that made GANs of images trainable; at 64×64×3 it is the network of the paper,
    with 18,885,760 trainable parameters in the generator, as in the authors' code. Its recipe: the
    non-saturating loss, Adam with a learning rate of 2e-4 and β₁ of 0.5, batches of 128.

    Args:
        image_shape: Tuple `(size, size, channels)`, sizes k·2ⁿ with k of 4 to 7, from 16 up.
            Defaults to `(64, 64, 3)`.
        latent_dim: Int, the number of latent variables. Defaults to `100`.
        base_filters: Int, filters of the finest convolution; each coarser one has twice as many.
            Defaults to `128`.
        kernel_size: Int, the size of the convolutions. Defaults to `5`.
        latent_distribution: `"uniform"`, U[-1, 1] as in the paper, or `"normal"`. Defaults to
            `"uniform"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the size is none that strided convolutions reach.

    Example:

    ```python
    gan = kerasgan.models.DCGAN(image_shape=(32, 32, 1), base_filters=32)
    gan.compile()
    gan.fit(kerasgan.data.load_digits(image_size=32), batch_size=64, epochs=30)
    gan.generate(16, seed=0)  # (16, 32, 32, 1) in [-1, 1]
    ```

    Reference: [Radford et al., 2016](https://arxiv.org/abs/1511.06434).
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (64, 64, 3),
        latent_dim: int = 100,
        base_filters: int = 128,
        kernel_size: int = 5,
        latent_distribution: str = "uniform",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        self.image_shape = check_image_shape(image_shape)
        self.base_filters = base_filters
        self.kernel_size = kernel_size
        with self.network_scope():
            self.generator = dcgan_generator(image_shape, latent_dim, base_filters, kernel_size)
            self.discriminator = dcgan_discriminator(image_shape, base_filters, kernel_size)

    def recipe(self) -> Recipe:
        """Section 4 of the paper."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss="non_saturating")
