"""A generative adversarial network of any two networks."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.samples.latent_distributions import Distribution


@kerasgan_export
class GAN(GenerativeModel):
    """Any generator against any discriminator.

    The recipe is DCGAN's: the non-saturating loss and Adam with a learning rate of 2e-4 and β₁ of
    0.5. `compile` takes every other one.

    Samples of three axes are held to be images and of four videos, both in [-1, 1]; others may be
    any numbers. For sounds, or other data, a subclass overrides `signature`.

    Args:
        generator: `keras.Model` from latents `(batch, latent_dim)` to samples
            `(batch, *data_shape)`, images in [-1, 1].
        discriminator: `keras.Model` from samples to scores `(batch, 1)`: logits, no sigmoid. Give
            its dropout layers a `seed`: without one they draw on PyTorch from a global stream,
            which no file holds, so that a loaded model would go on with other masks.
        latent_dim: Int, the number of latent variables.
        latent_distribution: `"normal"`, N(0, 1), `"uniform"`, U[-1, 1], or a list of parts, such as
            `[("normal", 62), ("categorical", 10)]`. Defaults to `"normal"`.
        num_classes: Int, the number of classes of samples that are made by class: the generator
            then takes `[latents, labels]`, with labels int32 `(batch,)`, and the discriminator
            `[samples, labels]`, or samples only. Defaults to `None`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy; the networks bring their own. Defaults to the global policy.

    Raises:
        ValueError: If the networks do not fit each other or `latent_dim`.

    Example:

    ```python
    generator = keras.Sequential([keras.Input((8,)), layers.Dense(64, "relu"), layers.Dense(2)])
    discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(64, "relu"), layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=8)
    gan.compile(loss="wasserstein", penalties=[kerasgan.penalties.GradientPenalty()])
    gan.fit(points, batch_size=64, epochs=10)  # points: (n, 2)
    gan.generate(16, seed=0)  # (16, 2)
    ```

    Reference: [Goodfellow et al., 2014](https://arxiv.org/abs/1406.2661).
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        latent_dim: int,
        latent_distribution: Distribution = "normal",
        num_classes: int | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype, num_classes)
        _check_networks(generator, discriminator, latent_dim, num_classes)
        self.generator = generator
        self.discriminator = discriminator

    def recipe(self) -> Recipe:
        """DCGAN's, which most games start from."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss="non_saturating")


def _check_networks(
    generator: Any, discriminator: Any, latent_dim: int, num_classes: int | None
) -> None:
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not isinstance(network, keras.Model) or not network.built:
            raise ValueError(
                f"`{name}` must be a built keras.Model: start a Sequential with keras.Input(...), "
                f"or call `build`. Received: {name}={network!r}"
            )
        if not getattr(network, "inputs", None):
            raise ValueError(
                f"`{name}` must be a Sequential or functional model, which knows the shapes of its "
                "inputs: call yours on a `keras.Input` and pass `keras.Model(inputs, outputs)`. "
                f"Received: {name}={network!r}, a subclass of keras.Model"
            )
    made_of, judged = _shapes(generator), _shapes(discriminator)
    wanted = [(latent_dim,)] if num_classes is None else [(latent_dim,), ()]
    if made_of != wanted:
        labels = "" if num_classes is None else " and, with `num_classes`, a label"
        raise ValueError(
            f"The generator must take `latent_dim` latent variables{labels} for each sample. "
            f"Received: latent_dim={latent_dim}, num_classes={num_classes}, "
            f"generator.input_shape={generator.input_shape}"
        )
    fits = [tuple(generator.output_shape[1:])]
    if judged != fits and not (num_classes is not None and judged == [*fits, ()]):
        raise ValueError(
            "The generator must make what the discriminator judges. Received: "
            f"generator.output_shape={generator.output_shape}, "
            f"discriminator.input_shape={discriminator.input_shape}"
        )


def _shapes(network: keras.Model) -> list[tuple[int | None, ...]]:
    """The shapes of one sample of each input."""
    shape = network.input_shape
    return [tuple(one[1:]) for one in (shape if isinstance(shape, list) else [shape])]
