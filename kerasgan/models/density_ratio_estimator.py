"""The ratio, or the difference, of two densities of which there are samples."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine import AdversarialModel, Player, Recipe
from kerasgan.engine.game.turn import Turn
from kerasgan.export import kerasgan_export
from kerasgan.losses import LSDD
from kerasgan.samples.entry import Entry
from kerasgan.samples.in_batches import of_samples
from kerasgan.samples.signature import by_rank
from kerasgan.types import Tensor, Terms


@kerasgan_export
class DensityRatioEstimator(AdversarialModel):
    """Compares the densities p and q of two samples, neither of which it estimates by itself.

    It is a GAN's discriminator without a generator: a network that scores samples, and a loss by
    which the best score tells p/q. Use it to weight samples of q as if they were of p, to find
    what is common in one sample and rare in another, or to see what a discriminator learns.

    By default the two samples are told apart by the logistic loss, whose score is log p/q. Others
    are given to `compile`: `"lsif"` and `"kliep"` fit the ratio itself, `"least_squares"` and
    `kerasgan.losses.FDivergence` tell it too. A ratio is large where q is small, and no sample
    says how large: trust it where both have samples.

    `kerasgan.losses.LSDD` fits the difference p - q in the place of the ratio, by kernels in
    closed form, of what `estimator` makes of the samples: of themselves, if it passes them on, and
    then there is nothing to be trained.

    A batch is a pair `(x, y)` of batches of samples from p and from q: `fit(x, y)`, with arrays of
    equal length, or a data set of pairs. Of a shorter sample draw some again:
    `y[rng.integers(len(y), size=len(x))]`. Both go through the network in one pass, so that
    batch normalisation sees both alike.

    Args:
        estimator: `keras.Model` from samples `(batch, *data_shape)` to scores `(batch, 1)`, or for
            `LSDD` to features, such as `kerasgan.networks.mlp_discriminator((2,))`.
        seed: Int or `None`, the seed of the draws in training. Defaults to `None`.
        name: String. Defaults to `None`.
        dtype: The dtype policy; the network brings its own. Defaults to the global policy.

    Call arguments:
        inputs: Tensor `(batch, *data_shape)`; the result are the scores, see `log_ratio`.

    Raises:
        ValueError: If `estimator` is no built model.

    Example:

    ```python
    network = kerasgan.networks.mlp_discriminator((2,), hidden_units=64)
    model = kerasgan.models.DensityRatioEstimator(network)
    model.compile()
    model.fit(x, y, batch_size=128, epochs=20)  # x: (n, 2), from p; y: (n, 2), from q
    model.ratio(points)  # (n,): p/q at each point
    ```

    References:
        [Sugiyama et al., 2012](https://doi.org/10.1017/CBO9781139035613);
        [Mohamed & Lakshminarayanan, 2016](https://arxiv.org/abs/1610.03483). The optimiser is ours.
    """

    feeding = "One is of each density: pass both to fit(x, y)."

    def __init__(
        self,
        estimator: keras.Model,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(seed=seed, name=name, dtype=dtype)
        if not isinstance(estimator, keras.Model) or not estimator.built:
            raise ValueError(
                "`estimator` must be a built keras.Model: start a Sequential with "
                f"keras.Input(...), or call `build`. Received: estimator={estimator!r}"
            )
        if not getattr(estimator, "inputs", None):
            raise ValueError(
                "`estimator` must be a Sequential or functional model, which knows the shapes of "
                "its inputs: call yours on a `keras.Input` and pass `keras.Model(inputs, "
                f"outputs)`. Received: estimator={estimator!r}, a subclass of keras.Model"
            )
        self.estimator = estimator

    @property
    def generators(self) -> dict[str, keras.Model]:
        """None: it compares samples, and makes none."""
        return {}

    @property
    def data_shape(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return tuple(self.estimator.input_shape[1:])

    def call(self, inputs: Tensor, training: bool = False) -> Tensor:
        """The scores of samples, in float32."""
        return ops.cast(self.estimator(inputs, training=training), "float32")

    def players(self) -> list[Player]:
        """The estimator alone."""
        terms = ["matching"]
        return [Player("estimator", [self.estimator], self._terms, terms, role="judge")]

    def recipe(self) -> Recipe:
        """Telling the samples apart by the logistic loss, with Adam."""
        return Recipe(loss="non_saturating", optimizers={"estimator": keras.optimizers.Adam(1e-3)})

    def _terms(self, scores: tuple[Tensor, Tensor]) -> Terms:
        return {"matching": self.rules.loss.discriminator_loss(*scores)}

    def passes(self, batch: tuple[Tensor, Tensor], turn: Turn) -> tuple[Tensor, Tensor]:
        """The scores of both samples, in float32."""
        x, y = batch
        scores = self.call(ops.concatenate([x, y]), training=turn.training)
        count = ops.shape(x)[0]
        return scores[:count], scores[count:]

    @property
    def signature(self) -> tuple[Entry, Entry]:
        """The samples of both densities."""
        return by_rank("x", self.data_shape), by_rank("y", self.data_shape)

    def ratio(self, points: Any, batch_size: int = 1024) -> np.ndarray:
        """The density ratio p/q at points; see `log_ratio`.

        Args:
            points: Array `(n, *data_shape)`.
            batch_size: Int, points at a time. Defaults to `1024`.

        Returns:
            A float32 array `(n,)`, at least 0.
        """
        scores = self._scores(points, batch_size)
        return ops.convert_to_numpy(self._loss.ratio(scores)).reshape(-1)

    def log_ratio(self, points: Any, batch_size: int = 1024) -> np.ndarray:
        """The logarithm of the density ratio p/q at points.

        Args:
            points: Array `(n, *data_shape)`.
            batch_size: Int, points at a time. Defaults to `1024`.

        Returns:
            A float32 array `(n,)`.

        Raises:
            ValueError: If the scores of the loss do not tell the ratio.
        """
        scores = self._scores(points, batch_size)
        return ops.convert_to_numpy(self._loss.log_ratio(scores)).reshape(-1)

    def difference(self, points: Any, x: Any, y: Any, batch_size: int = 1024) -> np.ndarray:
        """The difference p - q of the densities of two samples at points, by `LSDD`.

        Args:
            points: Array `(n, *data_shape)`.
            x: Array `(k, *data_shape)`, a sample from p.
            y: Array `(m, *data_shape)`, a sample from q. With k + m samples the work grows as
                (k + m)³: a few thousands are enough.
            batch_size: Int, samples at a time. Defaults to `1024`.

        Returns:
            A float32 array `(n,)`. Where `estimator` does not pass samples on as they are, it is
            the difference of the densities of the features that it makes of them.

        Raises:
            ValueError: If the model is compiled with another loss.
        """
        if not isinstance(self._loss, LSDD):
            raise ValueError(
                "Only the least-squares density difference tells p - q: compile with "
                f"loss=kerasgan.losses.LSDD(). Received: loss={self._loss!r}"
            )
        features = [self._features(samples, batch_size) for samples in (points, x, y)]
        return ops.convert_to_numpy(self._loss.difference(*features))

    @property
    def _loss(self) -> Any:
        if not self.compiled:
            raise ValueError(
                "What a score tells depends on the loss: call `compile` first. "
                "Received: DensityRatioEstimator not yet compiled"
            )
        return self.rules.loss

    def _scores(self, points: Any, batch_size: int) -> np.ndarray:
        scores = self._features(points, batch_size)
        if scores.shape[1:] != (1,):
            raise ValueError(
                "A ratio needs one score for each sample: end `estimator` in one unit. "
                f"Received: estimator.output_shape={self.estimator.output_shape}"
            )
        return scores

    def _features(self, samples: Any, batch_size: int) -> np.ndarray:
        estimate = self.estimator.predict_on_batch
        return of_samples(estimate, samples, self.data_shape, batch_size)
