"""Generation and inference learnt together."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from kerasgan.engine import Player, Recipe
from kerasgan.engine.game.turn import Turn
from kerasgan.export import kerasgan_export
from kerasgan.games import LatentModel
from kerasgan.games.adversarial_terms import ADVERSARIAL, discriminator_names, discriminator_terms
from kerasgan.games.bidirectional_passes import BidirectionalPasses
from kerasgan.losses import Minimax
from kerasgan.networks import bigan_discriminator, bigan_encoder, bigan_generator
from kerasgan.penalties.augmented_penalty import AugmentedPenalty
from kerasgan.samples.in_batches import in_batches, of_samples
from kerasgan.samples.shapes import check_data_shape
from kerasgan.types import Tensor, Terms


@kerasgan_export
class BiGAN(LatentModel):
    """Learns, beside the generator, an encoder from data back to latents (BiGAN, ALI).

    The discriminator judges pairs: a real sample with its code `(x, E(x))`, or latents with what is
    made of them `(G(z), z)`. Generator and encoder, one player, both fool it. Where they succeed,
    each inverts the other: `reconstruct` shows how far. The codes, learnt without labels, are
    features for other tasks.

    The networks are those of the authors' code for permutation-invariant MNIST: multilayer
    perceptrons with two hidden layers of 1024 units, batch normalisation without gains and biases,
    and latents that reach the second hidden layer of generator and discriminator directly. At the
    end of the generator is a tanh for images in [-1, 1] where theirs has a sigmoid. For points
    nothing is normalised, layers have biases, and weights start in Glorot's range.

    The recipe is the authors': Adam with a learning rate of 2e-4 and β₁ of 0.5, all players moving
    from the same passes, batches of 128. It leaves out their weight decay (2.5e-5), and the fall of
    the learning rate to a hundredth in the second half of 400 epochs: pass optimisers with a
    schedule for it. The encoder gives one code for each sample, as in BiGAN; that of ALI draws
    it.

    The generator's and the encoder's objective is the discriminator's with real and generated pairs
    exchanged, as in the authors' code: with the non-saturating loss both are non-saturating. With
    `loss="minimax"` it is the negative of the discriminator's, equation 3 of the paper; a loss that
    compares samples is taken as it is. Penalties on gradients act on pairs, data and latents as
    one vector; they want `normalization=None`.

    Args:
        data_shape: Tuple, `(height, width, channels)` for images or `(features,)` for points.
            Defaults to `(28, 28, 1)`.
        latent_dim: Int, the number of latent variables. Defaults to `50`.
        hidden_units: Int, units of all hidden layers. Defaults to `1024`.
        normalization: `"batch"`, `None`, or `"auto"`: batch normalisation for images and none for
            points. Defaults to `"auto"`.
        latent_distribution: `"uniform"`, U[-1, 1] as in the paper, or `"normal"`. Defaults to
            `"uniform"`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Raises:
        ValueError: If the shape is neither an image's nor a vector's, or there is no such
            normalisation.

    Example:

    ```python
    gan = kerasgan.models.BiGAN((8, 8, 1), latent_dim=16, hidden_units=256)
    gan.compile()
    gan.fit(kerasgan.data.load_digits(), batch_size=64, epochs=100)
    codes = gan.encode(images)  # (n, 16)
    gan.reconstruct(images)  # (n, 8, 8, 1), as like `images` as the codes can tell
    ```

    References: [Donahue et al., 2017](https://arxiv.org/abs/1605.09782);
    [Dumoulin et al., 2017](https://arxiv.org/abs/1606.00704).
    """

    def __init__(
        self,
        data_shape: tuple[int, ...] = (28, 28, 1),
        latent_dim: int = 50,
        hidden_units: int = 1024,
        normalization: str | None = "auto",
        latent_distribution: str = "uniform",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(latent_dim, latent_distribution, seed, name, dtype)
        data_shape = check_data_shape(data_shape)
        self.hidden_units = hidden_units
        self.normalization = normalization
        if normalization == "auto":
            normalization = "batch" if len(data_shape) == 3 else None
        elif normalization not in ("batch", None):
            raise ValueError(
                '`normalization` must be "batch", None or "auto". '
                f"Received: normalization={normalization!r}"
            )
        style = (data_shape, latent_dim, hidden_units, normalization)
        with self.network_scope():
            self.generator = bigan_generator(*style)
            self.encoder = bigan_encoder(*style, latent_distribution)
            self.discriminator = bigan_discriminator(*style)

    def averaged(self) -> dict[str, keras.Model]:
        """The generator and its inverse."""
        return {"generator": self.generator, "encoder": self.encoder}

    def players(self) -> list[Player]:
        """The discriminator, then generator and encoder as one player."""
        for penalty in self.rules.penalties:
            if isinstance(penalty, AugmentedPenalty):
                raise ValueError(
                    "BiGAN's discriminator judges pairs of data and latents, and a changed sample "
                    "would no longer fit its latents. Take a penalty on gradients, such as R1 or "
                    f"GradientPenalty. Received: penalties=[{type(penalty).__name__}(...)]"
                )
        return [
            Player(
                "discriminator",
                [self.discriminator],
                lambda passes: discriminator_terms(passes.turn, passes.judges),
                terms=discriminator_names(self.rules),
                role="judge",
            ),
            Player("generator", [self.generator, self.encoder], _encoding_terms, [ADVERSARIAL]),
        ]

    def recipe(self) -> Recipe:
        """The authors' code."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss="non_saturating", update="simultaneous")

    def passes(self, batch: Tensor, turn: Turn) -> BidirectionalPasses:
        """The passes of the three networks on a batch."""
        networks = (self.generator, self.encoder, self.discriminator)
        return BidirectionalPasses(*networks, self.sample_latents, turn, batch)

    def encode(self, samples: Any, batch_size: int = 64) -> np.ndarray:
        """The codes of samples, by the moving average of the encoder where there is one.

        Args:
            samples: Array `(n, *data_shape)`; images in [-1, 1].
            batch_size: Int, samples encoded at a time. Defaults to `64`.

        Returns:
            A float32 array `(n, latent_dim)`; with uniform latents in (-1, 1).

        Raises:
            ValueError: If the samples have another shape, or `batch_size` is no positive integer.
        """
        return self._run(self.inference_network("encoder"), samples, batch_size)

    def features(self, samples: Any, batch_size: int = 64) -> np.ndarray:
        """The encoder's last hidden layer: more than the codes tell, for a linear classifier.

        Args:
            samples, batch_size: See `encode`.

        Returns:
            A float32 array `(n, hidden_units)`.

        Raises:
            ValueError: As `encode`.
        """
        encoder = self.inference_network("encoder")
        hidden = keras.Model(encoder.inputs, encoder.get_layer("features").output)
        return self._run(hidden, samples, batch_size)

    def reconstruct(self, samples: Any, batch_size: int = 64) -> np.ndarray:
        """What the generator makes of the codes of samples.

        Args:
            samples, batch_size: See `encode`.

        Returns:
            A float32 array `(n, *data_shape)`; images are in [-1, 1].

        Raises:
            ValueError: As `encode`.
        """
        codes = self.encode(samples, batch_size)
        generator = self.inference_network("generator")
        return in_batches(generator.predict_on_batch, codes, batch_size)

    def _run(self, network: keras.Model, samples: Any, batch_size: int) -> np.ndarray:
        return of_samples(network.predict_on_batch, samples, self.data_shape, batch_size)


def _encoding_terms(passes: BidirectionalPasses) -> Terms:
    """What generator and encoder minimise: both halves are theirs, and each seeks the other."""
    loss, (real, fake) = passes.turn.rules.loss, passes.scores
    if loss.compares:
        return {ADVERSARIAL: loss.generator_loss(fake, real)}
    if isinstance(loss, Minimax):
        return {ADVERSARIAL: -loss.discriminator_loss(real, fake)}
    return {ADVERSARIAL: loss.discriminator_loss(fake, real)}
