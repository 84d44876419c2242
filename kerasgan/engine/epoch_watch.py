"""The callback by which others know how an epoch came to its end."""

from __future__ import annotations

import keras


class EpochWatch(keras.callbacks.Callback):
    """Notes in `model.stopped_in_epoch` whether training was told to stop within an epoch.

    Keras ends epochs alike, whether a callback has set `model.stop_training` in a batch, after
    which no other batch follows, or sets it now that all are over. So this one comes first.
    """

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Notes it before other callbacks may stop the training."""
        # Not `model`, which on JAX fetches the state of the training.
        self._model.stopped_in_epoch = bool(self._model.stop_training)
