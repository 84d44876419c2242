"""Training by any f-divergence."""

from __future__ import annotations

from typing import Any

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.losses import FDivergence
from kerasgan.networks import mlp_discriminator, mlp_generator


@kerasgan_export
class FGAN(GenerativeModel):
    """f-GAN: minimises an f-divergence of the choice, by its variational bound.

    Multilayer perceptrons on flattened images or on points in space, a generator with batch
    normalisation against dense layers with ELU: the paper's networks for MNIST, with a tanh for
    images in [-1, 1] at the end of the generator where theirs has a sigmoid. For points the last
    layer is linear and nothing is normalised. The choice of divergence says which errors are dear:
    with `"kl"` the generator covers all data, with `"reverse_kl"` it stays where data are.

    The recipe: the paper's objective with the generator's alternative of section 3.2, Adam with a
    learning rate of 2e-4 and β₁ of 0.5.

    Args:
        divergence: One of `kerasgan.losses.FDivergence`'s: `"kl"`, `"reverse_kl"`, `"pearson"`,
            `"neyman"`, `"squared_hellinger"`, `"jensen_shannon"`, `"gan"`, `"total_variation"`.
        data_shape: Tuple, `(features,)` for points or `(height, width, channels)` for images.
            Defaults to `(28, 28, 1)`.
        latent_dim: Int, the number of latent variables. Defaults to `100`.
        generator_units: Int, units of the generator's two hidden layers. Defaults to `1200`.
        discriminator_units: Int, units of the discriminator's two hidden layers. Defaults to `240`.
        latent_distribution: `"uniform"`, U[-1, 1] as in the paper, or `"normal"`. Defaults to
            `"uniform"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If there is no such divergence.

    Example:

    ```python
    gan = kerasgan.models.FGAN(
        "reverse_kl", (2,), latent_dim=2, generator_units=64, discriminator_units=64
    )
    gan.compile()
    gan.fit(points, batch_size=128, epochs=20)  # points: (n, 2)
    ```

    Reference: [Nowozin et al., 2016](https://arxiv.org/abs/1606.00709).
    """

    def __init__(
        self,
        divergence: str,
        data_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 100,
        generator_units: int = 1200,
        discriminator_units: int = 240,
        latent_distribution: str = "uniform",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        self.divergence = FDivergence(divergence).divergence
        self.generator_units = generator_units
        self.discriminator_units = discriminator_units
        normalization = "batch" if len(data_shape) == 3 else None
        with self.network_scope():
            self.generator = mlp_generator(
                data_shape, latent_dim, generator_units, normalization=normalization
            )
            self.discriminator = mlp_discriminator(data_shape, discriminator_units)

    def recipe(self) -> Recipe:
        """Sections 3.2 and 4.2 of the paper."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss=FDivergence(self.divergence))
