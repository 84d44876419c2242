"""The first conditional GAN."""

from __future__ import annotations

from typing import Any

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.networks import conditional_maxout_discriminator, conditional_mlp_generator


@kerasgan_export
class ConditionalGAN(GenerativeModel):
    """Conditional GAN: samples of the class that one asks for.

    Generator and discriminator are both told the class, which enters them beside latents and data
    through a layer of its own. Multilayer perceptrons on flattened images or on points in space,
    the paper's for MNIST, with a tanh for images in [-1, 1] at the end of the generator where
    theirs has a sigmoid; for points the last layer is linear and nothing is dropped out.

    The recipe keeps the paper's objective. It takes Adam (2e-4, β₁ 0.5) where they take stochastic
    gradient descent with a momentum that grows over hundreds of epochs.

    Args:
        num_classes: Int, the number of classes; labels are 0 to `num_classes - 1`. Defaults to
            `10`.
        data_shape: Tuple, `(features,)` for points or `(height, width, channels)` for images.
            Defaults to `(28, 28, 1)`.
        latent_dim: Int, the number of latent variables. Defaults to `100`.
        generator_units: Int, units of the generator's joint layer; the layers before it have a
            sixth of them for the latents and five sixths for the classes. Defaults to `1200`.
        discriminator_units: Int, units of the discriminator's layers for data and for both; that
            for the classes has five of twenty-four. Defaults to `240`.
        latent_distribution: `"uniform"`, U[-1, 1], or `"normal"`, N(0, 1). The paper's are uniform
            in [0, 1]. Defaults to `"uniform"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Example:

    ```python
    images, labels = kerasgan.data.load_digits(return_labels=True)
    gan = kerasgan.models.ConditionalGAN(num_classes=10, data_shape=(8, 8, 1))
    gan.compile()
    gan.fit(images, labels, batch_size=64, epochs=100)
    gan.generate(16, labels=7, seed=0)  # (16, 8, 8, 1), sevens
    ```

    Reference: [Mirza and Osindero, 2014](https://arxiv.org/abs/1411.1784).
    """

    def __init__(
        self,
        num_classes: int = 10,
        data_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 100,
        generator_units: int = 1200,
        discriminator_units: int = 240,
        latent_distribution: str = "uniform",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype, num_classes)
        self.generator_units = generator_units
        self.discriminator_units = discriminator_units
        with self.network_scope():
            self.generator = conditional_mlp_generator(
                data_shape,
                num_classes,
                latent_dim,
                latent_units=max(1, generator_units // 6),
                label_units=max(1, generator_units * 5 // 6),
                hidden_units=generator_units,
            )
            self.discriminator = conditional_maxout_discriminator(
                data_shape,
                num_classes,
                data_units=discriminator_units,
                label_units=max(1, discriminator_units * 5 // 24),
                hidden_units=discriminator_units,
            )

    def recipe(self) -> Recipe:
        """The paper's objective, by Adam."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss="non_saturating")
