"""An energy model, with a generator to sample from it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from keras import ops

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.games.generative_passes import GenerativePasses
from kerasgan.networks import mlp_discriminator, mlp_generator
from kerasgan.ops.entropy import nearest_neighbour_entropy
from kerasgan.penalties import R1
from kerasgan.samples.in_batches import of_samples
from kerasgan.samples.shapes import check_data_shape, check_weights
from kerasgan.types import Terms


@kerasgan_export
class EnergyGAN(GenerativeModel):
    """Learns an energy, low where data are dense, and a generator that samples from it.

    An energy E stands for the density `exp(-E(x)) / Z`. Its likelihood wants `E(real)` low and the
    energy of samples from that density high, and these samples the generator makes: it comes near
    the density by `mean(E(fake)) - H`, which is the Kullback-Leibler divergence up to log Z. H is
    the entropy of the generated samples. Without it the generator would sit at the lowest
    energies; the game is then that of WGAN's critic, E its negative score, and says nothing of
    densities any more. With a weight w the game settles where `E = -w log p(x)` plus a constant.

    Use it to score data, for instance to find outliers: `energy`. The `discriminator` of this game
    is the negative energy, so that penalties, plots and `discriminator_steps` mean what they mean
    elsewhere.

    H is estimated from the nearest neighbours in the batch (`kerasgan.ops.entropy`), as in one of
    Dai et al.'s two ways; no further network is needed. It counts `latent_dim` dimensions where
    samples have more. It is good in few dimensions and with batches of 64 or more; of images it
    gives no more than a push that drives samples apart. Kumar et al. estimate H by mutual
    information, Kim & Bengio by the scales of batch normalisation.

    Networks and recipe are those of Kumar et al.'s code for toy data: perceptrons with three hidden
    layers of 512 units, ReLU in the generator, leaky ReLU in the energy; five moves of the energy
    for each of the generator's, a penalty of 0.1 on the squared slope of the energy at real samples
    (`R1(0.2)`), Adam with a learning rate of 1e-4, β₁ of 0.5 and β₂ of 0.9, minibatches of 256;
    `fit` splits each batch between the moves, so that this is `batch_size=1280`. Weights of points
    start in Glorot's range, those of images within ±0.05. From Kim & Bengio this differs in the
    energy, which with them is a square less a sum of experts, in the estimate of H, and in the
    penalty, which is Kumar et al.'s.

    At constant learning rates energy and generator circle, and where they stop is chance: let the
    rates fall, as in the example. The energy learns a density only as fast as the generator follows
    it: give both the same rate, and keep the penalty. `docs/models.md` has the figures.

    Args:
        data_shape: Tuple, `(features,)` for points or `(height, width, channels)` for images.
            Defaults to `(28, 28, 1)`.
        latent_dim: Int, the number of latent variables; at least as many as features of points, or
            the samples would lie on a sheet. Defaults to `128`.
        hidden_units: Int, units of all hidden layers. Defaults to `512`.
        entropy_weight: Float from 0 up, the weight w of the entropy; 0 for none. Defaults to `1.0`.
        latent_distribution: `"normal"`, N(0, 1), or `"uniform"`, U[-1, 1]. Defaults to `"normal"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If `entropy_weight` is negative, or the shape neither an image's nor a vector's.

    Example:

    ```python
    gan = kerasgan.models.EnergyGAN((2,), latent_dim=2, hidden_units=64)
    falling = keras.optimizers.schedules.CosineDecay(1e-3, 1920)  # 30 epochs of 64 batches.
    gan.compile(
        discriminator_optimizer=keras.optimizers.Adam(falling, 0.5, 0.9),
        generator_optimizer=keras.optimizers.Adam(falling, 0.5, 0.9),
        discriminator_steps=1,
    )
    gan.fit(kerasgan.data.toy.two_moons(8192), batch_size=128, epochs=30)
    gan.energy([[0.0, 0.0], [9.0, 9.0]])  # (2,), high for what is unlike the data
    ```

    References: [Kim & Bengio, 2016](https://arxiv.org/abs/1606.03439);
    [Dai et al., 2017](https://arxiv.org/abs/1702.01691);
    [Kumar et al., 2019](https://arxiv.org/abs/1901.08508); Tomczak, "Deep Generative Modeling",
    section 7.4.
    """

    def __init__(
        self,
        data_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 128,
        hidden_units: int = 512,
        entropy_weight: float = 1.0,
        latent_distribution: str = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        check_weights(entropy_weight=entropy_weight)
        self.hidden_units = hidden_units
        self.entropy_weight = entropy_weight
        is_image = len(check_data_shape(data_shape)) == 3
        style: dict[str, Any] = {"num_layers": 3, "init_range": 0.05 if is_image else None}
        with self.network_scope():
            self.generator = mlp_generator(data_shape, latent_dim, hidden_units, **style)
            self.discriminator = mlp_discriminator(
                data_shape, hidden_units, activation="leaky_relu", **style
            )

    @property
    def auxiliary(self) -> dict[str, tuple[str, ...]]:
        """The entropy of what the generator makes, where it has a weight."""
        return {"generator": ("entropy",)} if self.entropy_weight else {}

    def auxiliary_terms(self, player: str, passes: GenerativePasses) -> Terms:
        """The negative entropy of the generated samples, weighted, in nats."""
        if player == "discriminator" or not self.entropy_weight:
            return {}
        features = math.prod(self.data_shape)
        samples = ops.reshape(passes.fake, (-1, features))
        entropy = nearest_neighbour_entropy(samples, min(self.latent_dim, features))
        return {"entropy": -self.entropy_weight * entropy}

    def recipe(self) -> Recipe:
        """Kumar et al.'s code for toy data."""
        return Recipe.with_adam(
            1e-4,
            beta_1=0.5,
            beta_2=0.9,
            loss="wasserstein",
            penalties=[R1(0.2)],
            discriminator_steps=5,
        )

    def energy(self, samples: Any, batch_size: int = 64) -> np.ndarray:
        """The energy of samples, up to a constant that is the same for all.

        Args:
            samples: Array `(n, *data_shape)`; images in [-1, 1].
            batch_size: Int, samples looked at at a time. Defaults to `64`.

        Returns:
            A float32 array `(n,)`, lower for what is more like the data.

        Raises:
            ValueError: If the samples have another shape, or `batch_size` is no positive integer.
        """
        judge = self.discriminator.predict_on_batch
        return -of_samples(judge, samples, self.data_shape, batch_size)[:, 0]
