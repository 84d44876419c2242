"""Translation between two domains without pairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine import AdversarialModel, Player, Recipe
from kerasgan.engine.game.turn import Turn
from kerasgan.engine.intake.first_samples import first_samples
from kerasgan.export import kerasgan_export
from kerasgan.games.adversarial_terms import (
    ADVERSARIAL,
    discriminator_names,
    discriminator_terms,
    generator_terms,
)
from kerasgan.games.columns import Columns
from kerasgan.games.cycle_passes import CyclePasses
from kerasgan.layers import ImagePool
from kerasgan.networks import patchgan_discriminator, resnet_translator
from kerasgan.samples.entry import Entry
from kerasgan.samples.shapes import check_counts, check_image_shape, check_weights
from kerasgan.samples.translating import translate_images
from kerasgan.types import Tensor, Terms


@kerasgan_export
class CycleGAN(AdversarialModel):
    """Translates images between two domains, x and y, learnt from unpaired examples.

    Two residual generators, two 70×70 PatchGAN discriminators, instance normalisation. A
    translation is to look like its new domain, and translated back it is to be the image that it
    was made from. At 256 pixels each generator has 11.378 M parameters and each discriminator
    2.765 M, as in the authors' PyTorch code. The networks are fully convolutional: trained at one
    size, a generator translates others.

    The recipe is the authors': least squares, Adam with a learning rate of 2e-4 and β₁ of 0.5,
    batches of one pair, all players moving from the same forward pass (`update="simultaneous"`),
    and discriminators that see a history of 50 translations. They hold the learning rate for 100
    epochs and let it fall to zero over 100 more: `kerasgan.schedules.LinearDecay`.

    A batch is a pair `(x, y)` of batches of images: `fit(dataset)` with a dataset of
    `kerasgan.data.unpaired_folders`, or `fit(x_images, y_images, batch_size=1)`.

    Args:
        image_shape: Tuple `(height, width, channels)` of the training images; multiples of 4 from
            24 up. Defaults to `(256, 256, 3)`.
        base_filters: Int, filters of the networks' first convolutions. Defaults to `64`.
        residual_blocks: Int or `None`: 9 from 256 pixels up and 6 below, as the authors choose.
            Defaults to `None`.
        cycle_weight: Float, the weight λ of the cycle terms. Defaults to `10.0`.
        identity_weight: Float, the weight, relative to λ, of leaving images of the target domain as
            they are; `0` saves the passes. Defaults to `0.5`.
        cycle_cost: `"l1"`, the mean absolute difference, or `"l2"`, the mean squared one, for cycle
            and identity terms. Defaults to `"l1"`.
        pool_size: Int, translations kept for the discriminators; `0` shows them the newest. At
            least the batch size. Defaults to `50`.
        upsampling: `"transposed"`, the authors' transposed convolutions, or `"resize"`, linear
            interpolation and a convolution, which draws no checkerboards. Defaults to
            `"transposed"`.
        long_skip: `"sharp"`: the generators start from the identity and learn changes of the image,
            for short trainings; `"blurred"`: from the blurred image, and draw edges and texture
            anew; or `None`, as the authors have it. Defaults to `None`.
        discriminator_layers: Int, convolutions of stride 2 in the discriminators, which set what a
            logit sees: 1 16×16, 2 34×34, 3 70×70 pixels. Fewer judge texture alone. Defaults to
            `3`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy of the networks, such as `"mixed_bfloat16"`. Defaults to the global
            policy.

    Call arguments:
        images: Tensor `(batch, height, width, channels)` of domain x; translated to y.

    Example:

    ```python
    paintings, photographs = kerasgan.data.painted_photographs(image_size=64)
    gan = kerasgan.models.CycleGAN(image_shape=(64, 64, 3))
    gan.compile()
    gan.fit(paintings, photographs, batch_size=1, epochs=10)
    gan.translate(photographs[:4], to="x")  # (4, 64, 64, 3): the photographs as paintings
    ```

    Reference: [Zhu et al., 2017](https://arxiv.org/abs/1703.10593).
    """

    size_multiple = 4  # Of the two halvings in a generator.
    feeding = (
        "One is of each domain: pass a dataset of kerasgan.data.unpaired_folders, or both arrays "
        "to fit(x, y)."
    )

    def __init__(
        self,
        image_shape: tuple[int, int, int] = (256, 256, 3),
        base_filters: int = 64,
        residual_blocks: int | None = None,
        cycle_weight: float = 10.0,
        identity_weight: float = 0.5,
        cycle_cost: str = "l1",
        pool_size: int = 50,
        upsampling: str = "transposed",
        long_skip: str | None = None,
        discriminator_layers: int = 3,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(seed=seed, name=name, dtype=dtype)
        if cycle_cost not in ("l1", "l2"):
            raise ValueError(
                f"`cycle_cost` must be 'l1' or 'l2'. Received: cycle_cost={cycle_cost!r}"
            )
        check_weights(cycle_weight=cycle_weight, identity_weight=identity_weight)
        check_counts(pool_size=pool_size)
        self.image_shape: tuple[int, int, int] = check_image_shape(image_shape)
        self.base_filters = base_filters
        self.residual_blocks = residual_blocks
        self.cycle_weight = cycle_weight
        self.identity_weight = identity_weight
        self.cycle_cost = cycle_cost
        self.pool_size = pool_size
        self.upsampling = upsampling
        self.long_skip = long_skip
        self.discriminator_layers = discriminator_layers
        self._build_networks()

    def _build_networks(self) -> None:
        blocks = self.residual_blocks or (9 if min(self.image_shape[:2]) >= 256 else 6)
        ways: dict[str, Any] = {"upsampling": self.upsampling, "long_skip": self.long_skip}
        translator = (self.image_shape, self.base_filters, blocks)
        critic = (self.image_shape, self.base_filters, self.discriminator_layers)
        with self.network_scope():
            self.x_to_y = resnet_translator(*translator, **ways, name="x_to_y")
            self.y_to_x = resnet_translator(*translator, **ways, name="y_to_x")
            self.discriminator_x = patchgan_discriminator(*critic, name="discriminator_x")
            self.discriminator_y = patchgan_discriminator(*critic, name="discriminator_y")
        if self.pool_size:
            seeds = (None, None) if self.seed is None else (self.seed + 1, self.seed + 2)
            self.pool_x = ImagePool(self.pool_size, self.image_shape, seeds[0], name="pool_x")
            self.pool_y = ImagePool(self.pool_size, self.image_shape, seeds[1], name="pool_y")

    def histories(self) -> list[ImagePool]:
        """The histories of translations."""
        return [self.pool_x, self.pool_y] if self.pool_size else []

    @property
    def generators(self) -> dict[str, keras.Model]:
        """The translators, by direction."""
        return {"x_to_y": self.x_to_y, "y_to_x": self.y_to_x}

    def call(self, images: Tensor, training: bool = False) -> Tensor:
        """Translates images of domain x to y."""
        return self.x_to_y(images, training=training)

    def players(self) -> list[Player]:
        """Both generators as one player, then both discriminators as one."""
        identity = ["identity"] if self.identity_weight else []
        return [
            Player(
                "generator",
                [self.x_to_y, self.y_to_x],
                self._generator_terms,
                terms=[ADVERSARIAL, "cycle", *identity],
            ),
            Player(
                "discriminator",
                [self.discriminator_x, self.discriminator_y],
                lambda passes: discriminator_terms(passes.turn, passes.judges),
                terms=discriminator_names(self.rules),
                role="judge",
            ),
        ]

    def recipe(self) -> Recipe:
        """The authors' PyTorch code."""
        return Recipe.with_adam(2e-4, beta_1=0.5, loss="least_squares", update="simultaneous")

    def _generator_terms(self, passes: CyclePasses) -> Terms:
        x, y = passes.x, passes.y
        terms = generator_terms(passes.turn, passes.judges)
        cycle = self._cost(passes.cycled_x, x) + self._cost(passes.cycled_y, y)
        terms["cycle"] = self.cycle_weight * cycle
        if self.identity_weight:
            identity = self._cost(passes.same_x, x) + self._cost(passes.same_y, y)
            terms["identity"] = self.cycle_weight * self.identity_weight * identity
        return terms

    def _cost(self, images: Tensor, targets: Tensor) -> Tensor:
        difference = images - targets
        if self.cycle_cost == "l2":
            return ops.mean(ops.square(difference))
        return ops.mean(ops.abs(difference))

    @property
    def signature(self) -> tuple[Entry, Entry]:
        """The images of both domains."""
        return Entry("x", self.image_shape, "image"), Entry("y", self.image_shape, "image")

    def generator_inputs(self, name: str) -> tuple[Entry]:
        """Images of any size."""
        return (self._of_any_size("images"),)

    @property
    def shown(self) -> tuple[Entry, ...]:
        """Images of both domains, each with its translation and what comes back of that."""
        names = ("x", "x_to_y", "cycled_x", "y", "y_to_x", "cycled_y")
        return tuple(self._of_any_size(name) for name in names)

    def _of_any_size(self, name: str) -> Entry:
        return Entry(name, (None, None, self.image_shape[-1]), "image")

    def showcase_inputs(
        self, given: Any = None, n: int = 16, seed: int = 0, columns: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """The first images of both domains, of whatever size."""
        wanted = (self._of_any_size("x"), self._of_any_size("y"))
        x, y = first_samples(type(self).__name__, wanted, given, n)
        if x.shape != y.shape:
            raise ValueError(
                "Images of both domains are shown side by side: `inputs=(x, y)` are two arrays of "
                "the same shape (n, height, width, channels) in [-1, 1]. "
                f"Received: shapes {x.shape} and {y.shape}"
            )
        return x, y

    def showcase(
        self, inputs: Any = None, n: int = 16, seed: int = 0, batch_size: int | None = None
    ) -> Mapping[str, np.ndarray]:
        """What becomes of images of both domains; see `shown`."""
        x, y = self.showcase_inputs(inputs, n, seed)

        def translated(images: np.ndarray, to: str) -> np.ndarray:
            return self.translate(images, to, batch_size or 1)

        return Columns(
            {
                "x": lambda made: x,
                "x_to_y": lambda made: translated(x, "y"),
                "cycled_x": lambda made: translated(made["x_to_y"], "x"),
                "y": lambda made: y,
                "y_to_x": lambda made: translated(y, "x"),
                "cycled_y": lambda made: translated(made["y_to_x"], "y"),
            }
        )

    def check_batch_size(self, size: int) -> None:
        """Refuses, beside what cannot be split, batches larger than the history."""
        super().check_batch_size(size)
        if 0 < self.pool_size < size:
            raise ValueError(
                "The history of translations must hold at least a batch: build the model with a "
                "larger `pool_size`, with 0 for none, or train with smaller batches. "
                f"Received: batch_size={size}, pool_size={self.pool_size}"
            )

    def passes(self, batch: tuple[Tensor, Tensor], turn: Turn) -> CyclePasses:
        """The passes through the four networks on a batch."""
        discriminators = {"x": self.discriminator_x, "y": self.discriminator_y}
        # In an evaluation the newest translations are judged, and the history stays as it is.
        remembers = turn.training and self.pool_size > 0
        histories = {"x": self.pool_x, "y": self.pool_y} if remembers else {}
        networks = (self.x_to_y, self.y_to_x, discriminators)
        return CyclePasses(*networks, turn, *batch, bool(self.identity_weight), histories)

    def translate(
        self, images: Any, to: str = "y", batch_size: int = 1, margin: int = 0
    ) -> np.ndarray:
        """Translates images, by the moving average of the generator where there is one.

        Args:
            images: Array `(n, height, width, channels)`, floating point in [-1, 1] or uint8, from
                5 pixels a side. Sides that are no multiple of 4 are padded by reflection and
                cropped back.
            to: `"y"` for images of domain x, `"x"` for images of domain y. Defaults to `"y"`.
            batch_size: Int, images translated at a time. Defaults to `1`.
            margin: Int, by how many pixels of its own mirror image an image is enlarged at each
                side for its translation, and cropped after: the padding within the networks shows
                at the edges, up to some 16 pixels wide. Defaults to `0`.

        Returns:
            An array like `images`: uint8 if uint8 was given, else float32 in [-1, 1].
        """
        if to not in ("x", "y"):
            raise ValueError(f"`to` must be 'x' or 'y'. Received: to={to!r}")
        network = self.inference_network("x_to_y" if to == "y" else "y_to_x")
        channels, multiple = self.image_shape[-1], self.size_multiple
        return translate_images(
            network.predict_on_batch, images, channels, batch_size, margin, multiple
        )
