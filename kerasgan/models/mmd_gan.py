"""MMD GAN."""

from __future__ import annotations

from typing import Any

import keras

from kerasgan.engine import Recipe
from kerasgan.export import kerasgan_export
from kerasgan.games import GenerativeModel
from kerasgan.losses import MaximumMeanDiscrepancy
from kerasgan.networks import (
    dcgan_discriminator,
    dcgan_generator,
    mlp_discriminator,
    mlp_generator,
)
from kerasgan.penalties import GradientPenalty
from kerasgan.samples.shapes import check_data_shape, check_positive_ints

_LAYERS = 3  # Hidden layers of the networks for points.


@kerasgan_export
class MMDGAN(GenerativeModel):
    """MMD GAN: matches all moments of features that a critic learns to tell samples apart by.

    The critic gives a vector of features of each sample. The generator minimises the maximum mean
    discrepancy of real and generated features, the critic maximises it. A kernel compares whole
    batches, so that a handful of features does. For images the networks are those of the code of
    Bińkowski et al., DCGAN's with biases and a critic without normalisation; at 64×64×3 layer by
    layer. For points they are dense, of three hidden layers, which no paper gives.

    The recipe is that of Bińkowski et al.: the kernel RQ* (rational-quadratic kernels and a linear
    one), estimated without bias; a gradient penalty of weight 1 on the witness function, not on
    the features; five critic steps for each of the generator's; Adam with a learning rate of 1e-4,
    β₁ of 0.5 and β₂ of 0.9, the gradient of each weight clipped to a norm of 1; minibatches of 64.
    `fit` splits each batch between the critic's steps, so that this is `batch_size=320`.

    The authors' code has besides, and this has not: a penalty on the squares of the critic's
    activations; ten critic steps at the start and at intervals; a learning rate that falls when a
    test of the kernel inception distance says so; at 32 pixels one more convolution; initial values
    that differ a little from DCGAN's. It takes 0.1, 1 and 10 for α; here they are the paper's.

    Args:
        data_shape: Tuple, `(size, size, channels)` for images, sizes k·2ⁿ with k of 4 to 7, from 16
            up; or `(features,)` for points. Defaults to `(64, 64, 3)`.
        latent_dim: Int, the number of latent variables. Defaults to `100`.
        base_filters: Int, filters of the finest convolution; each coarser one has twice as many.
            For images only. Defaults to `64`.
        hidden_units: Int, units of each dense layer. For points only. Defaults to `128`.
        num_features: Int, the features that the critic gives. Defaults to `16`.
        latent_distribution: `"uniform"`, U[-1, 1] as in the authors' code, or `"normal"`. Defaults
            to `"uniform"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the shape is none that the networks reach, or a number is not a positive
            integer.

    Example:

    ```python
    gan = kerasgan.models.MMDGAN((32, 32, 1), base_filters=32)
    gan.compile()
    gan.fit(kerasgan.data.load_digits(image_size=32), batch_size=160, epochs=100)
    gan.generate(16, seed=0)  # (16, 32, 32, 1) in [-1, 1]
    ```

    Li et al. have Gaussian kernels, the root of a biased estimate, and clipped weights. This is
    their game but for the autoencoder of which their critic is the encoder. It was tried for some
    steps only; in a critic of few filters clipped features lie closer together than float32 tells:

    ```python
    networks = kerasgan.networks
    clipped = networks.dcgan_discriminator(
        num_outputs=100, weight_constraint=kerasgan.constraints.WeightClipping(0.01)
    )
    gan = kerasgan.models.GAN(networks.dcgan_generator(), clipped, latent_dim=100)
    gan.compile(
        loss=kerasgan.losses.MaximumMeanDiscrepancy("gaussian", unbiased=False, root=True),
        discriminator_steps=5,
        generator_optimizer=keras.optimizers.RMSprop(5e-5),
        discriminator_optimizer=keras.optimizers.RMSprop(5e-5),
    )
    ```

    References:
        [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401);
        [Li et al., 2017](https://arxiv.org/abs/1705.08584).
    """

    def __init__(
        self,
        data_shape: tuple[int, ...] = (64, 64, 3),
        latent_dim: int = 100,
        base_filters: int = 64,
        hidden_units: int = 128,
        num_features: int = 16,
        latent_distribution: str = "uniform",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        data_shape = check_data_shape(data_shape)
        check_positive_ints(num_features=num_features)
        self.base_filters = base_filters
        self.hidden_units = hidden_units
        self.num_features = num_features
        with self.network_scope():
            if len(data_shape) == 3:
                self._build_for_images(data_shape)
            else:
                self._build_for_points(data_shape)

    def _build_for_images(self, data_shape: tuple[int, ...]) -> None:
        self.generator = dcgan_generator(
            data_shape, self.latent_dim, self.base_filters, use_bias=True, start_by_channel=True
        )
        self.discriminator = dcgan_discriminator(
            data_shape,
            self.base_filters,
            normalization=None,
            use_bias=True,
            num_outputs=self.num_features,
        )

    def _build_for_points(self, data_shape: tuple[int, ...]) -> None:
        self.generator = mlp_generator(data_shape, self.latent_dim, self.hidden_units, _LAYERS)
        self.discriminator = mlp_discriminator(
            data_shape, self.hidden_units, _LAYERS, num_outputs=self.num_features
        )

    def recipe(self) -> Recipe:
        """The kernel of Bińkowski et al., and the schedule and optimisers of their code."""
        adam = {"beta_1": 0.5, "beta_2": 0.9, "clipnorm": 1.0}
        return Recipe(
            loss=MaximumMeanDiscrepancy("rational_quadratic", linear=1.0),
            penalties=[GradientPenalty(1.0)],
            discriminator_steps=5,
            optimizers={
                player: keras.optimizers.Adam(1e-4, **adam)
                for player in ("discriminator", "generator")
            },
        )
