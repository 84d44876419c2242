"""The first GAN."""

from __future__ import annotations

from typing import Any

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.networks import maxout_discriminator, mlp_generator


@kerasgan_export
class VanillaGAN(GenerativeModel):
    """The first GAN: multilayer perceptrons on flattened images or on points in space.

    A generator with ReLU against a maxout discriminator. For images the networks are those of the
    authors' code for MNIST (`mnist.yaml`), with a tanh for images in [-1, 1] at the end of the
    generator where theirs has a sigmoid; for points the last layer is linear and nothing is dropped
    out.

    The recipe keeps the authors' objective (non-saturating, as they train) and k = 1 discriminator
    step. It takes Adam (2e-4, β₁ 0.5) where they take stochastic gradient descent with a momentum
    that grows over hundreds of epochs.

    Args:
        data_shape: Tuple, `(features,)` for points or `(height, width, channels)` for images.
            Defaults to `(28, 28, 1)`.
        latent_dim: Int, the number of latent variables. Defaults to `100`.
        generator_units: Int, units of the generator's two hidden layers. Defaults to `1200`.
        discriminator_units: Int, units of the discriminator's two maxout layers, of five pieces
            each. Defaults to `240`.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Example:

    ```python
    gan = kerasgan.models.VanillaGAN((2,), latent_dim=2, generator_units=64, discriminator_units=32)
    gan.compile(discriminator_steps=2, loss="minimax")
    gan.fit(points, batch_size=128, epochs=20)  # points: (n, 2)
    ```

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661).
    """

    def __init__(
        self,
        data_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 100,
        generator_units: int = 1200,
        discriminator_units: int = 240,
        latent_distribution: str = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        self.generator_units = generator_units
        self.discriminator_units = discriminator_units
        with self.network_scope():
            self.generator = mlp_generator(data_shape, latent_dim, generator_units)
            self.discriminator = maxout_discriminator(data_shape, discriminator_units)

    def recipe(self) -> Recipe:
        """The paper's objective and schedule, by Adam."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss="non_saturating")
