"""Generative moment matching network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from kerasgan.engine import Player, Recipe
from kerasgan.engine.game.turn import Turn
from kerasgan.export import kerasgan_export
from kerasgan.games import LatentModel
from kerasgan.games.moment_matching_passes import MomentMatchingPasses
from kerasgan.losses import LSDD, MaximumMeanDiscrepancy
from kerasgan.networks import gmmn_decoder, gmmn_encoder, gmmn_generator
from kerasgan.samples.shapes import check_data_shape
from kerasgan.types import Tensor, Terms

# The authors' kernels have variances 2, 5, 10, 20, 40 and 80 for pixels in [0, 1]; distances in
# [-1, 1] are twice as long.
_PIXEL_SCALES: tuple[float, ...] = tuple(
    2.0 * math.sqrt(variance) for variance in (2, 5, 10, 20, 40, 80)
)
_POINT_SCALES: tuple[float, ...] = (0.1, 0.3, 1.0, 3.0, 10.0)


@kerasgan_export
class GMMN(LatentModel):
    """Generative moment matching network: a generator without an adversary.

    The generator minimises the maximum mean discrepancy of generated and real samples under fixed
    kernels, so that there is no game, and training is as steady as a regression's. Large batches
    tell the moments better: the authors take 1,000. With `code_dim` an autoencoder learns codes of
    the data, the generator learns to make such codes, and the decoder makes samples of them: the
    kernels then compare 32 numbers in place of all pixels.

    The networks are those of the authors' code for MNIST, with a tanh for images in [-1, 1] where
    theirs end in a sigmoid, and Glorot's initial values, which have not been compared with theirs.
    The loss is theirs: the root of the biased discrepancy, for images under Gaussian kernels of
    their bandwidths (variances of 2 to 80 for pixels in [0, 1], of 1 for codes). For points, whose
    scale is not known, the bandwidths are 0.1 to 10: pass `loss=MaximumMeanDiscrepancy(...)` to
    `compile` for others.

    The recipe takes Adam with a learning rate of 1e-3, where the authors take stochastic gradient
    descent with momentum and a rate of 2, which on other data than theirs may not converge. The
    autoencoder, judged by cross-entropy (points by squared errors), moves before the generator in
    every step. The authors train it first and then leave it as it is; so does

    ```python
    model.compile(generator_optimizer=keras.optimizers.SGD(0.0))
    model.fit(images, batch_size=100, epochs=50)
    model.encoder.trainable = model.decoder.trainable = False
    model.compile()
    model.fit(images, batch_size=1000, epochs=500)
    ```

    Args:
        data_shape: Tuple, `(height, width, channels)` for images or `(features,)` for points.
            Defaults to `(28, 28, 1)`.
        latent_dim: Int, the number of latent variables. Defaults to `10`.
        generator_units: Sequence of ints, units of the generator's hidden layers. Defaults to
            `(64, 256, 256, 1024)`.
        code_dim: Int, the length of the codes that the generator makes, 32 in the authors' code for
            MNIST; `None` for a generator of samples, without an autoencoder. Defaults to `None`.
        encoder_units: Sequence of ints, units of the encoder's hidden layers; the decoder has them
            in the reverse order. Defaults to `(1024,)`.
        latent_distribution: `"uniform"`, U[-1, 1] as in the paper, or `"normal"`. Defaults to
            `"uniform"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If a number is not a positive integer, or `compile` is given a loss that needs
            an adversary.

    Example:

    ```python
    model = kerasgan.models.GMMN((8, 8, 1), code_dim=16, encoder_units=(128,))
    model.compile()
    model.fit(kerasgan.data.load_digits(), batch_size=300, epochs=500)
    model.generate(16, seed=0)  # (16, 8, 8, 1) in [-1, 1]
    ```

    References:
        [Li et al., 2015](https://arxiv.org/abs/1502.02761), and the authors' `train.py`;
        [Dziugaite et al., 2015](https://arxiv.org/abs/1505.03906), who have no autoencoder.
    """

    def __init__(
        self,
        data_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 10,
        generator_units: Sequence[int] = (64, 256, 256, 1024),
        code_dim: int | None = None,
        encoder_units: Sequence[int] = (1024,),
        latent_distribution: str = "uniform",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        data_shape = check_data_shape(data_shape)
        self.generator_units = tuple(generator_units)
        self.code_dim = code_dim
        self.encoder_units = tuple(encoder_units)
        with self.network_scope():
            if code_dim is None:
                self.generator = gmmn_generator(data_shape, latent_dim, self.generator_units)
            else:
                self._build_with_codes(data_shape, code_dim)

    def _build_with_codes(self, data_shape: tuple[int, ...], code_dim: int) -> None:
        self.encoder = gmmn_encoder(data_shape, code_dim, self.encoder_units)
        self.decoder = gmmn_decoder(data_shape, code_dim, self.encoder_units)
        self.code_generator = gmmn_generator(
            (code_dim,), self.latent_dim, self.generator_units, "sigmoid", name="code_generator"
        )
        latents = keras.Input((self.latent_dim,), name="latents")
        samples = self.decoder(self.code_generator(latents))
        self.generator = keras.Model(latents, samples, name="generator")

    @property
    def is_image(self) -> bool:
        """Whether samples are images, and no points."""
        return len(self.data_shape) == 3

    def players(self) -> list[Player]:
        """The generator, after the autoencoder where there is one."""
        _check_loss(self.rules.loss)
        if self.code_dim is None:
            return [Player("generator", [self.generator], self._generator_terms, ["discrepancy"])]
        autoencoder = [self.encoder, self.decoder]
        return [
            Player("autoencoder", autoencoder, self._autoencoder_terms, ["reconstruction"]),
            Player("generator", [self.code_generator], self._generator_terms, ["discrepancy"]),
        ]

    def _generator_terms(self, passes: MomentMatchingPasses) -> Terms:
        real, fake = passes.matched
        return {"discrepancy": passes.turn.rules.loss.generator_loss(fake, real)}

    def _autoencoder_terms(self, passes: MomentMatchingPasses) -> Terms:
        return {"reconstruction": self._distance(passes.real, passes.reconstruction)}

    def _distance(self, real: Tensor, reconstruction: Tensor) -> Tensor:
        """Cross-entropy in nats a pixel, or the squared distance of points."""
        if not self.is_image:
            return ops.mean(ops.square(real - reconstruction))
        real, reconstruction = (0.5 + 0.5 * images for images in (real, reconstruction))
        # PyTorch refuses targets outside [0, 1]; those, and NaN, are reported after the step.
        real = ops.clip(ops.nan_to_num(real), 0.0, 1.0)
        return ops.mean(ops.binary_crossentropy(real, reconstruction))

    def recipe(self) -> Recipe:
        """The kernels of the authors' code for MNIST, by Adam."""
        scales = _PIXEL_SCALES if self.is_image else _POINT_SCALES
        if self.code_dim is not None:
            scales = (1.0,)
        return Recipe.with_adam(
            1e-3,
            beta_1=0.9,
            players=("autoencoder", "generator"),
            loss=MaximumMeanDiscrepancy("gaussian", scales, unbiased=False, root=True),
        )

    def passes(self, batch: Tensor, turn: Turn) -> MomentMatchingPasses:
        """The passes of the networks on a batch."""
        if self.code_dim is None:
            return MomentMatchingPasses(self.generator, self.sample_latents, turn, batch)
        codes = (self.encoder, self.decoder)
        return MomentMatchingPasses(self.code_generator, self.sample_latents, turn, batch, *codes)


def _check_loss(loss: Any) -> None:
    if not isinstance(loss, MaximumMeanDiscrepancy | LSDD):
        raise ValueError(
            "GMMN has no adversary: its loss must compare samples by itself, as "
            "`MaximumMeanDiscrepancy` and `LSDD` of kerasgan.losses do. "
            f"Received: loss={loss!r}"
        )
