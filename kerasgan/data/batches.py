"""Sources to batches: one plan of an epoch, delivered by `tf.data` or by a `PyDataset`."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from numbers import Integral
from typing import Any

import keras
import numpy as np

from kerasgan.data import augmentation
from kerasgan.data.augmentation import Augment
from kerasgan.data.sources import Source

# `tf.data.Dataset` on the TensorFlow backend, else `keras.utils.PyDataset`. Neither can be named
# as a type without importing TensorFlow.
ImageDataset = Any

SMALL = 1 / 8  # A last batch of less than this part of the others is better left out.


class EpochPlan:
    """Which images come in which order, and the random numbers that each is loaded with.

    An example holds one image of each source. An epoch is as long as the longest source; shorter
    ones are repeated, in a new order each time round. Everything random in epoch n is a function
    of `seed + n` and of the place in the epoch, so that neither threads, nor batches that are
    prepared ahead, nor where a training was interrupted can change it. That includes what layers
    draw in augmentation, unless `seed` is `None`: their own seeds then count.

    Where images are shuffled, a small last batch is left out unless `drop_remainder=False`: of few
    images batch normalisation takes a variance that is too small, of one it may take none, and an
    epoch would end with its moving statistics off. Each epoch leaves out others.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        batch_size: int,
        shuffle: bool = True,
        seed: int | None = None,
        augment: Augment | Sequence[Augment | None] | None = None,
        drop_remainder: bool | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self.size = max(len(source) for source in self.sources)
        whole = isinstance(batch_size, Integral) and not isinstance(batch_size, bool)
        if not whole or batch_size < 1 or (drop_remainder and batch_size > self.size):
            raise ValueError(
                "`batch_size` must be an int of at least 1 and, with `drop_remainder=True`, at "
                f"most the number of images, {self.size}. Received: batch_size={batch_size!r}"
            )
        self.batch_size = int(batch_size)
        self.shuffle = shuffle
        if seed is not None and not (isinstance(seed, Integral) and seed >= 0):
            raise ValueError(f"`seed` must be None or an int from 0 up. Received: seed={seed!r}")
        self.seeded = seed is not None
        self.seed = int(np.random.SeedSequence().generate_state(1)[0]) if seed is None else seed
        self.augments = augmentation.one_per_source(augment, len(self.sources))
        if drop_remainder is not None and not isinstance(drop_remainder, bool | np.bool_):
            raise ValueError(
                "`drop_remainder` must be True, False or None. "
                f"Received: drop_remainder={drop_remainder!r}"
            )
        self.drop_remainder = drop_remainder
        self.next_epoch = 0  # The one that the next loop over the data goes through.
        self.failure: ValueError | None = None  # Of a file, for `fit`: tf.data hides its kind.

    @property
    def shown(self) -> int:
        """Examples in an epoch: all of them, or those in front of a last batch that is left out."""
        remainder = self.size % self.batch_size
        if self.drop_remainder is None:
            small = remainder == 1 or remainder < self.batch_size * SMALL
            drop = self.shuffle and small and self.size > self.batch_size
        else:
            drop = self.drop_remainder
        return self.size - remainder if drop else self.size

    @property
    def num_batches(self) -> int:
        """Batches in an epoch."""
        return math.ceil(self.shown / self.batch_size)

    @property
    def last_batch(self) -> int:
        """Examples in the last batch of an epoch, which may be fewer than in the others."""
        return self.shown - (self.num_batches - 1) * self.batch_size

    def order(self, epoch: int) -> np.ndarray:
        """Returns the images of every example of an epoch, int64 `(size, sources)`."""
        columns = []
        for number, source in enumerate(self.sources):
            rng = np.random.default_rng((self.seed + epoch, number))
            rounds = range(math.ceil(self.size / len(source)))
            numbers = np.arange(len(source))
            orders = [rng.permutation(numbers) if self.shuffle else numbers for _ in rounds]
            columns.append(np.concatenate(orders)[: self.size])
        return np.stack(columns, axis=1)

    def load(self, epoch: int, position: int, indices: np.ndarray) -> tuple[np.ndarray, ...]:
        """Returns the images of the example at a position of an epoch, one of each source."""
        try:
            return tuple(
                # From 1, since NumPy takes (a, b) and (a, b, 0) for the same seed.
                source.load(index, np.random.default_rng((self.seed + epoch, number, position + 1)))
                for number, (source, index) in enumerate(zip(self.sources, indices, strict=True))
            )
        except ValueError as error:
            self.failure = error
            raise

    def augment_seeds(self, epoch: int, batch: int) -> np.ndarray:
        """Returns a seed for each random stream of the layers that augment a batch.

        An int64 array `(sources, streams)`; sources that have fewer streams leave some unused.
        """
        streams = max(len(augmentation.random_streams(augment)) for augment in self.augments)
        keys = [(self.seed + epoch, number, batch + 1, 1) for number in range(len(self.sources))]
        return np.stack([np.random.default_rng(key).integers(2**31, size=streams) for key in keys])


class ImageBatches(keras.utils.PyDataset):
    """Batches for the backends other than TensorFlow; files are decoded in parallel threads.

    An element is a tuple with one float32 array `(batch, height, width, channels)` for each
    source. `fit` prepares further batches while it trains on one; with augmentation it does not,
    so that a layer that goes by its own seed draws its numbers in the order of the batches.
    `workers` sets how many, as for any `PyDataset`.

    Args:
        plan: `EpochPlan`. What to load.
    """

    def __init__(self, plan: EpochPlan) -> None:
        super().__init__(workers=1 if any(plan.augments) else 2)
        self.plan = plan
        self._begun = False
        self._order = (-1, np.array([]))  # An epoch, and the images in its order.

    @property
    def batch_size(self) -> int:
        """Examples in a batch, the last of an epoch perhaps excepted."""
        return self.plan.batch_size

    def __len__(self) -> int:
        return self.plan.num_batches

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        self._begun = True
        return self._batch(index, self.plan.next_epoch)

    def __iter__(self) -> Iterator[tuple[np.ndarray, ...]]:
        """Goes through one epoch; each new loop is a new epoch, as with `tf.data`."""
        epoch = self.plan.next_epoch
        self._begun = True
        self.on_epoch_end()
        for index in range(len(self)):
            yield self._batch(index, epoch)

    def on_epoch_end(self) -> None:
        """Goes on to the next epoch. Keras calls it, once also before the first has begun."""
        if not self._begun:
            return
        self._begun = False
        self.plan.next_epoch += 1

    def _batch(self, index: int, epoch: int) -> tuple[np.ndarray, ...]:
        if not 0 <= index < len(self):
            raise IndexError(f"There are {len(self)} batches. Received: index={index}")
        order = self._order_of(epoch)
        start = index * self.plan.batch_size
        positions = range(start, min(start + self.plan.batch_size, self.plan.shown))
        with ThreadPoolExecutor(min(len(positions), os.cpu_count() or 1)) as pool:
            examples = list(pool.map(lambda i: self.plan.load(epoch, i, order[i]), positions))
        columns = [np.stack(images) for images in zip(*examples, strict=True)]
        return self._augmented(columns, epoch, index) if any(self.plan.augments) else tuple(columns)

    def _augmented(
        self, columns: list[np.ndarray], epoch: int, index: int
    ) -> tuple[np.ndarray, ...]:
        plan = self.plan
        seeds = plan.augment_seeds(epoch, index) if plan.seeded else [None] * len(columns)
        with augmentation.ONE_AT_A_TIME:
            outputs = [
                augmentation.apply(augment, images, own)
                for augment, images, own in zip(plan.augments, columns, seeds, strict=True)
            ]
        return tuple(keras.ops.convert_to_numpy(o).astype(np.float32) for o in outputs)

    def _order_of(self, epoch: int) -> np.ndarray:
        known, order = self._order  # Read at once: `fit` loads batches in several threads.
        if known != epoch:
            order = self.plan.order(epoch)
            self._order = (epoch, order)
        return order


def batches(plan: EpochPlan) -> ImageDataset:
    """Returns the data set of the active backend's kind for a plan."""
    return tf_dataset(plan) if keras.backend.backend() == "tensorflow" else ImageBatches(plan)


def tf_dataset(plan: EpochPlan) -> ImageDataset:
    """Returns a plan as a `tf.data.Dataset`: each new loop over it is a new epoch."""
    import tensorflow as tf

    columns = len(plan.sources)

    def examples() -> Iterator[np.ndarray]:
        epoch = plan.next_epoch
        plan.next_epoch += 1
        for position, indices in enumerate(plan.order(epoch)[: plan.shown]):
            yield np.array([epoch, position, *indices], dtype=np.int64)

    def load(example: tf.Tensor) -> tuple[tf.Tensor, ...]:
        images = tf.numpy_function(
            lambda row: plan.load(int(row[0]), int(row[1]), row[2:]),
            [example],
            [tf.float32] * columns,
        )
        shaped = (
            tf.ensure_shape(image, source.image_shape)
            for image, source in zip(images, plan.sources, strict=True)
        )
        return (example[:2], *shaped)

    def augmented(places: tf.Tensor, *images: tf.Tensor) -> Any:
        seeded = plan.seeded and any(plan.augments)
        seeds = _augment_seeds(plan, places) if seeded else [None] * columns
        outputs = tuple(
            _with_shape(tf.cast(augmentation.apply(augment, batch, own), tf.float32), batch.shape)
            for augment, batch, own in zip(plan.augments, images, seeds, strict=True)
        )
        return outputs if columns > 1 else outputs[0]

    dataset = tf.data.Dataset.from_generator(
        examples, output_signature=tf.TensorSpec((2 + columns,), tf.int64)
    )
    dataset = dataset.apply(tf.data.experimental.assert_cardinality(plan.shown))
    dataset = dataset.map(load, num_parallel_calls=tf.data.AUTOTUNE)
    # Where all batches are full, the batch is a static dimension as well.
    all_full = plan.last_batch == plan.batch_size
    dataset = dataset.batch(plan.batch_size, drop_remainder=all_full)
    # One batch at a time: a layer's random streams are for one at a time.
    dataset = dataset.map(augmented).prefetch(tf.data.AUTOTUNE)
    # Each worker of a strategy makes all batches, and takes its part of each.
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    dataset = dataset.with_options(options)
    dataset.plan = plan  # For a resumed training, which begins in a later epoch.
    dataset.batch_size = plan.batch_size  # To be known without loading, and so starting, an epoch.
    return dataset


def _augment_seeds(plan: EpochPlan, places: Any) -> Any:
    """The seeds for a batch whose examples have these epochs and positions, int64 `(batch, 2)`."""
    import tensorflow as tf

    def seeds(place: np.ndarray) -> np.ndarray:
        return plan.augment_seeds(int(place[0]), int(place[1]) // plan.batch_size)

    drawn = tf.numpy_function(seeds, [places[0]], tf.int64)
    return tf.unstack(tf.ensure_shape(drawn, (len(plan.sources), None)))


def _with_shape(images: Any, shape: Any) -> Any:
    """Restores the static shape where a layer has lost it (a layer may also change the size)."""
    if not images.shape[1:].is_fully_defined():
        images.set_shape(shape)
    return images
