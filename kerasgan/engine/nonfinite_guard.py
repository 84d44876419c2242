"""The callback by which `fit` stops when numbers are no numbers any more."""

from __future__ import annotations

import keras

EVERY = 100  # Batches from one look to the next: each makes the host wait for the device.


class NonFiniteGuard(keras.callbacks.Callback):
    """Raises what `AdversarialModel.check_finite` raises, soon after it happened.

    Also an error where an epoch had no batch, whose losses Keras would report as zeros.
    """

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begins anew."""
        self._looked = False
        self._steps: int | None = None  # At the end of the epoch before.

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Looks after the first step, which wrong data spoil at once, and now and then."""
        if batch and (not self._looked or batch - self._batch >= EVERY):
            self._look(batch)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Looks."""
        self._look(0)
        before, self._steps = self._steps, self._steps_done()
        if self._steps == before:
            raise ValueError(
                "The data have come to their end before the epochs did: a generator is gone "
                "through once. Let it go on for `epochs` times `steps_per_epoch` batches, or pass "
                "a `keras.utils.PyDataset`. The model has been trained until there. "
                f"Received: 0 batches in epoch {epoch + 1}"
            )

    def _look(self, batch: int) -> None:
        self._looked, self._batch = True, batch
        self.model.check_finite()

    def _steps_done(self) -> int:
        return int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
