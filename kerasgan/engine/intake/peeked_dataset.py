"""A `PyDataset` whose first batch was looked at before training, as if it had not been."""

from __future__ import annotations

from typing import Any

import keras


class PeekedDataset(keras.utils.PyDataset):
    """A `PyDataset` that can be asked for batches before Keras begins its first epoch.

    The data set is told that an epoch begins, as it may prepare itself then, and is told so once:
    what Keras tells it until the epoch really begins is kept from it. The batches are kept and
    given when they are asked for again, so that a source that gives each but once loses none. On
    TensorFlow Keras itself asks for some so early, without telling.

    Args:
        data: The `PyDataset`. Its first epoch begins.
    """

    def __init__(self, data: keras.utils.PyDataset) -> None:
        super().__init__(data.workers, data.use_multiprocessing, data.max_queue_size)
        self.data = data
        self._kept: dict[int, Any] = {}
        self._early = True
        data.on_epoch_begin()

    @property
    def num_batches(self) -> int | None:
        """Batches in an epoch; `None` if it never ends."""
        return self.data.num_batches

    def __getitem__(self, index: int) -> Any:
        if not self._early:
            # Without a second look: worker threads share the data set.
            kept = index in self._kept
            return self._kept.pop(index) if kept else as_tuples(self.data[index])
        if index not in self._kept:
            self._kept[index] = as_tuples(self.data[index])
        return self._kept[index]

    def on_epoch_begin(self) -> None:
        """Begins an epoch, unless it has begun."""
        if self._early:
            self._early = False
        else:
            self.data.on_epoch_begin()

    def on_epoch_end(self) -> None:
        """Ends an epoch. Keras calls it, once also before the first has begun."""
        if not self._early:
            self._kept.clear()  # Of an epoch that ended early: the next one has its own.
            self.data.on_epoch_end()

    def __getattr__(self, name: str) -> Any:
        if name in ("data", "_kept", "_early"):  # Not made yet, in a copy.
            raise AttributeError(name)
        return getattr(self.data, name)


def as_tuples(batch: Any) -> Any:
    """A batch with tuples for lists, in which TensorFlow sees no structure."""
    if type(batch) in (list, tuple):
        return tuple(as_tuples(part) for part in batch)
    return batch
