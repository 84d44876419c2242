"""The callback by which `fit` stops when numbers are no numbers any more."""

from __future__ import annotations

import keras

from kerasgan.engine.intake.entries import watched_entries
from kerasgan.samples.value_ranges import warn_of_unsigned_batches

EVERY = 100  # Batches from one look to the next: each makes the host wait for the device.


class NonFiniteGuard(keras.callbacks.Callback):
    """Raises what `AdversarialModel.check_finite` raises, soon after it happened.

    Also an error where an epoch had no batch, whose losses Keras would report as zeros, and a
    warning where the images of a data set had no negative value, of which arrays were warned.

    Args:
        of_data_set: Bool, whether the data come from a data set. Defaults to `False`.
    """

    def __init__(self, of_data_set: bool = False) -> None:
        super().__init__()
        self.of_data_set = of_data_set

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Begins anew."""
        self._looked = False
        self._steps: int | None = None  # At the end of the epoch before.
        self._begun: int | None = None  # At the first batch; a checkpoint may have been restored.
        self._unsure = self.of_data_set  # Whether the signs of the images are open.

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Looks after the first step, which wrong data spoil at once, and now and then."""
        if self._begun is None:
            self._begun = self._steps_done()
        if batch and (not self._looked or batch - self._batch >= EVERY):
            self._look(batch)
        if self._unsure and batch >= EVERY:
            self._look_for_signs()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Looks."""
        self._look(0)
        if self._unsure:
            self._look_for_signs()
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

    def _look_for_signs(self) -> None:
        """Once, after enough batches to know."""
        steps = self._steps_done() - (self._begun or 0)
        self._unsure = steps == 0  # As long as a resumed training passes over batches.
        if steps and self.model._watch.missing("signs"):
            warn_of_unsigned_batches(self.model, watched_entries(self.model), steps)

    def _steps_done(self) -> int:
        return int(keras.ops.convert_to_numpy(self.model.optimizer.iterations))
