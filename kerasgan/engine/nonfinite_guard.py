"""The callback by which `fit` stops when numbers are no numbers any more."""

from __future__ import annotations

import keras

EVERY = 100  # Batches from one look to the next: each makes the host wait for the device.


class NonFiniteGuard(keras.callbacks.Callback):
    """Raises what `AdversarialModel.check_finite` raises, soon after it happened."""

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begins anew."""
        self._looked = False

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Looks after the first step, which wrong data spoil at once, and now and then."""
        if batch and (not self._looked or batch - self._batch >= EVERY):
            self._look(batch)

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Looks."""
        self._look(0)

    def _look(self, batch: int) -> None:
        self._looked, self._batch = True, batch
        self.model.check_finite()
