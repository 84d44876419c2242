"""What every model that samples from latents has in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import keras
import numpy as np
from keras import ops

from kerasgan.engine.adversarial_model import AdversarialModel
from kerasgan.engine.intake.first_samples import first_samples
from kerasgan.machine.half_precision import warn_if_emulated
from kerasgan.samples import batch_shapes, class_labels
from kerasgan.samples.counted_draws import counted_labels
from kerasgan.samples.entry import Entry
from kerasgan.samples.in_batches import in_batches
from kerasgan.samples.latent_distributions import Distribution, draw_latents, is_seed, parts_of
from kerasgan.samples.random_streams import seeded
from kerasgan.samples.shapes import check_positive_ints
from kerasgan.samples.signature import by_rank, entries_of
from kerasgan.types import Tensor


class LatentModel(AdversarialModel):
    """Abstract: a generator that turns latents into samples, trained by whatever players.

    A variant gives `generator`, from latents `(batch, latent_dim)` to samples
    `(batch, *data_shape)`, its players and a recipe.

    Args:
        latent_dim: Int, the number of latent variables.
        latent_distribution: `"normal"`, N(0, 1), `"uniform"`, U[-1, 1], or a list of parts, such as
            `[("normal", 62), ("categorical", 10)]`, whose sizes add up to `latent_dim`; a
            categorical part is a one-hot vector. Defaults to `"normal"`.
        seed, name, dtype: See `AdversarialModel`.
        num_classes: Int, the number of classes of samples that are made by class; the generator
            then takes `[latents, labels]`, and training samples with their labels. `None` for a
            model that knows none. Defaults to `None`.

    Call arguments:
        inputs: Latents `(batch, latent_dim)`, or with `num_classes` a list of them and of labels,
            integers `(batch,)`; the result is `(batch, *data_shape)`.
    """

    generator: keras.Model
    num_classes: int | None = None
    measured = "samples"

    def __init__(
        self,
        latent_dim: int,
        latent_distribution: Distribution = "normal",
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
        num_classes: int | None = None,
    ) -> None:
        super().__init__(seed=seed, name=name, dtype=dtype)
        check_positive_ints(latent_dim=latent_dim)
        if num_classes is not None:
            check_positive_ints(num_classes=num_classes)
        parts_of(latent_distribution, latent_dim)  # Refuses what is none.
        self.latent_dim = int(latent_dim)
        self.latent_distribution = latent_distribution
        self.num_classes = None if num_classes is None else int(num_classes)

    @property
    def generators(self) -> dict[str, keras.Model]:
        """The generator."""
        return {"generator": self.generator}

    @property
    def data_shape(self) -> tuple[int, ...]:
        """The shape of one sample, of a game that grows in its last stage."""
        return tuple(self.in_last_stage("generator").output_shape[1:])

    def call(self, inputs: Any, training: bool = False) -> Tensor:
        """Samples from latents, and from labels where there are classes."""
        latents, labels = inputs if isinstance(inputs, list | tuple) else (inputs, None)
        if not batch_shapes.fits(latents, (self.latent_dim,)):
            raise ValueError(
                f"{type(self).__name__} makes samples from latents of shape (batch, "
                f"{self.latent_dim}): draw them by `sample_latents(n)`, or build the model with "
                f"another `latent_dim`. Received: {batch_shapes.describe(latents)}"
            )
        if self.num_classes is not None and labels is None:
            raise ValueError(
                f"{type(self).__name__} makes samples by class: pass `[latents, labels]`. "
                f"Received: {batch_shapes.describe(latents)}, without labels"
            )
        inputs = latents if self.num_classes is None else [latents, labels]
        return self.generator(inputs, training=training)

    @property
    def signature(self) -> Any:
        """The samples, in a pair with labels if there are classes.

        Without `num_classes` labels that come with the samples are not used. The kind of the
        samples goes by their rank: images of three axes, videos of four, else any numbers. Sounds
        and others are declared by a subclass.
        """
        samples = by_rank("samples", self.data_shape)
        if self.num_classes is None:
            return samples
        return samples, *self._labels

    @property
    def _labels(self) -> tuple[Entry, ...]:
        if self.num_classes is None:
            return ()
        return (Entry("labels", (), "labels", num_classes=self.num_classes),)

    @property
    def _latents(self) -> Entry:
        return Entry("latents", (self.latent_dim,), "points")

    def generator_inputs(self, name: str) -> tuple[Entry, ...] | None:
        """Latents, and labels where there are classes."""
        return (self._latents, *self._labels) if name == "generator" else None

    def unpack(self, data: Any) -> Any:
        """The batch in what Keras hands to a step, at the resolution of the present stage."""
        batch = super().unpack(data)
        if self.stage is None:
            return batch
        samples, *others = batch if isinstance(batch, tuple) else (batch,)
        samples = self.at_stage(samples)
        return (samples, *others) if others else samples

    def sample_latents(self, n: int, seed: Any = None) -> Tensor:
        """Draws latents.

        Args:
            n: Int, how many.
            seed: Int for the same latents each time: they depend on it and on their place alone, so
                that the first three of 64 are the three, on every backend and in every export. A
                `keras.random.SeedGenerator`, or `None` for new ones from Keras's global generator.
                Defaults to `None`.

        Returns:
            A float32 tensor `(n, latent_dim)`.
        """
        return draw_latents(parts_of(self.latent_distribution, self.latent_dim), n, seed)

    def sample_labels(self, n: int, seed: Any = None) -> Tensor:
        """Draws labels, each class as likely as the others.

        Args:
            n: Int, how many.
            seed: See `sample_latents`. Defaults to `None`.

        Returns:
            An int32 tensor `(n,)`, of values from 0 to `num_classes - 1`.
        """
        if self.num_classes is None:
            raise ValueError(
                f"{type(self).__name__} was built without classes, and so draws no labels: take a "
                "model with `num_classes`. Received: num_classes=None"
            )
        if is_seed(seed):
            return ops.convert_to_tensor(counted_labels(int(n), self.num_classes, int(seed)))
        return keras.random.randint((n,), 0, self.num_classes, seed=seed)

    def sample_inputs(self, n: int, seed: int | None = None, labels: Any = None) -> Any:
        """Draws what the generator makes samples of.

        Args:
            n: Int, how many.
            seed: Int for the same ones each time, or `None`. Defaults to `None`.
            labels: The classes: an int for all, or integers `(n,)`; for models with `num_classes`
                only. `None` draws them. Defaults to `None`.

        Returns:
            Latents, float32 `(n, latent_dim)`, or with `num_classes` a list of them and of labels,
            int32 `(n,)`; as arrays.
        """
        latents = ops.convert_to_numpy(self.sample_latents(n, seed))
        if self.num_classes is not None and labels is None:
            labels = ops.convert_to_numpy(self.sample_labels(n, seed))
        if self.num_classes is not None:
            return [latents, class_labels.labels_for(n, labels, self.num_classes)]
        if labels is not None:
            raise ValueError(
                f"{type(self).__name__} was built without classes: leave `labels` out, or take "
                f"a model with `num_classes`. Received: labels={labels!r}"
            )
        return latents

    def generate(
        self, n: int, seed: int | None = None, batch_size: int = 64, labels: Any = None
    ) -> np.ndarray:
        """Makes samples, by the moving average of the generator where there is one.

        Args:
            n: Int, how many.
            seed: Int, equal seeds give equal samples; `None` gives new ones. Defaults to `None`.
            batch_size: Int, samples made at a time. Defaults to `64`.
            labels: The classes of the samples: an int for all, or integers `(n,)`; for models with
                `num_classes` only. `None` draws them. Defaults to `None`.

        Returns:
            A float32 array `(n, *data_shape)`; images are in [-1, 1].
        """
        check_positive_ints(n=n, batch_size=batch_size)
        inputs = self.sample_inputs(n, seed, labels)
        network = self.inference_network("generator")
        warn_if_emulated([network])
        with seeded(network, seed):
            return in_batches(network.predict_on_batch, inputs, batch_size)

    @property
    def shown(self) -> tuple[Entry, ...]:
        """The samples, and the labels that were asked for where there are classes."""
        samples = by_rank("samples", self.data_shape)
        for entry in entries_of(self.signature):  # A subclass may know better what they are.
            if isinstance(entry, Entry) and entry.shape == samples.shape:
                samples = replace(entry, name="samples")
                break
        return samples, *self._labels

    def showcase_inputs(
        self, given: Any = None, n: int = 16, seed: int = 0, columns: int | None = None
    ) -> Any:
        """Latents of the seed, and the classes one after the other; or those that are given."""
        if given is None:
            count, known = columns or n, self.num_classes
            labels = None if known is None else np.arange(n) % count % known
            return self.sample_inputs(n, seed, labels)
        if self.num_classes is None:
            return first_samples(type(self).__name__, self._latents, given, n)
        return list(first_samples(type(self).__name__, (self._latents, *self._labels), given, n))

    def showcase(
        self, inputs: Any = None, n: int = 16, seed: int = 0, batch_size: int | None = None
    ) -> Mapping[str, np.ndarray]:
        """The samples of these latents, or of those of the seed; see `ShowingModel`.

        Those of a game that grows have the size of its last stage.
        """
        inputs = self.showcase_inputs(inputs, n, seed)
        network = self.inference_network("generator")
        with seeded(network, seed):
            samples = in_batches(network.predict_on_batch, inputs, batch_size or n)
        samples = self.at_last_stage(samples)
        return {"samples": samples, **({"labels": inputs[1]} if self._labels else {})}
