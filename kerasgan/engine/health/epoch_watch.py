"""The callback that looks at how epochs begin and end."""

from __future__ import annotations

import keras

from kerasgan.engine.state import resuming


class EpochWatch(keras.callbacks.Callback):
    """Notes in `model.stopped_in_epoch` whether training was told to stop within an epoch.

    Keras ends epochs alike, whether a callback has set `model.stop_training` in a batch, after
    which no other batch follows, or sets it now that all are over. So this one comes first.

    Layers that callbacks have frozen before an epoch are so from its first batch on. Networks that
    have come to have other variables end the training there.
    """

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        """Lets the first step of an epoch be compiled anew, if layers were frozen since.

        Raises:
            ValueError: If callbacks have made of networks what the optimizers do not know.
        """
        if batch == 0 and not resuming.is_skipping(self._model):
            self._model.check_players()
            self._model.make_train_function()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Notes it before other callbacks may stop the training."""
        # Not `model`, which on JAX fetches the state of the training.
        self._model.stopped_in_epoch = bool(self._model.stop_training)
