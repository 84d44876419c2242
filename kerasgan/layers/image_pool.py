"""A history of generated images."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from kerasgan.export import kerasgan_export
from kerasgan.integers import read_seed
from kerasgan.ops.replicas import on_whole_batch
from kerasgan.types import Tensor


@kerasgan_export
class ImagePool(keras.layers.Layer):
    """Shows a discriminator earlier generated images among the new ones, against oscillation.

    Until the pool is full, images are kept and returned as they are. Then each image is, with a
    probability of one half, exchanged for one of the pool, and otherwise returned. The pool, its
    count and its random stream are state of the layer and are saved with it; it is made when the
    layer is built, and weights of a file that has none leave it as it is. Several replicas of a
    model share one pool: each sees the images of all and returns its own.

    Args:
        size: Int, images kept; at least the batch size. Defaults to `50`.
        image_shape: Tuple `(height, width, channels)` of the images. Defaults to `(256, 256, 3)`.
        seed: Int or `None`. Defaults to `None`.

    Call arguments:
        images: Tensor `(batch, height, width, channels)`; so is the result. No gradient flows
            through.

    Reference: [Shrivastava et al., 2017](https://arxiv.org/abs/1612.07828), section 2.3, as used in
    [CycleGAN](https://arxiv.org/abs/1703.10593).
    """

    def __init__(
        self,
        size: int = 50,
        image_shape: tuple[int, int, int] = (256, 256, 3),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable=False, dtype="float32", **kwargs)
        self.size = size
        self.image_shape = tuple(image_shape)
        self.seed = seed = read_seed(seed)
        self.seed_generator = keras.random.SeedGenerator(seed)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of all that is kept, `(size, height, width, channels)`."""
        return (self.size, *self.image_shape)

    def build(self, input_shape: Any = None) -> None:
        """Makes the empty pool."""
        self.images = self.add_weight(self.shape, "zeros", name="images", trainable=False)
        self.count = self.add_weight((), "zeros", dtype="int32", name="count", trainable=False)

    def call(self, images: Tensor) -> Tensor:
        """Exchanges images for earlier ones."""
        return on_whole_batch(self._exchange, ops.stop_gradient(ops.cast(images, "float32")))

    def _exchange(self, images: Tensor) -> Tensor:
        batch = ops.shape(images)[0]
        full = self.count >= self.size
        # Distinct places, so that no two images of a batch are written to the same one.
        drawn = keras.random.shuffle(ops.arange(self.size), seed=self.seed_generator)[:batch]
        next_free = (self.count + ops.arange(batch)) % self.size
        places = ops.expand_dims(ops.where(full, drawn, next_free), 1)
        chance = keras.random.uniform((batch, 1, 1, 1), seed=self.seed_generator)
        exchange = ops.logical_and(full, chance < 0.5)
        kept = ops.take(self.images, places[:, 0], axis=0)
        store = ops.logical_or(ops.logical_not(full), exchange)
        updates = ops.where(store, images, kept)
        self.images.assign(ops.scatter_update(self.images, places, updates))
        self.count.assign(ops.minimum(self.count + batch, self.size))
        return ops.where(exchange, kept, images)

    def load_own_variables(self, store: Any) -> None:
        """Loads a pool, if there is one and the layer has a place for it."""
        if self.built and len(store.keys()):
            super().load_own_variables(store)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            "size": self.size,
            "image_shape": self.image_shape,
            "seed": self.seed,
            "name": self.name,
        }
