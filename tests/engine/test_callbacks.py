"""Keras's callbacks with a game of several players."""

import keras
import numpy as np
import pytest

from tests.engine.games import POINTS, assert_equal, fit, state, tiny_gan


class Weights(keras.callbacks.Callback):
    """The generator's weights after each epoch."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def on_epoch_end(self, epoch, logs=None):
        self.seen.append(self.model.generator.get_weights())


def test_terminate_on_nan():
    gan = tiny_gan(generator_optimizer=keras.optimizers.SGD(1e38))
    logs = fit(gan, np.tile(POINTS, (3, 1)), epochs=3, callbacks=[keras.callbacks.TerminateOnNaN()])
    assert gan.stop_training and len(logs["loss"]) == 1
    assert int(gan.optimizer.iterations) == 2  # A good batch, and the first bad one.


def test_early_stopping_restores_the_best():
    weights = Weights()
    stop = keras.callbacks.EarlyStopping(
        monitor="generator_loss",
        mode="min",
        min_delta=1e9,
        patience=2,
        restore_best_weights=True,
    )
    gan = tiny_gan()
    logs = fit(gan, epochs=9, callbacks=[weights, stop])
    assert len(logs["loss"]) == 3
    assert_equal(gan.generator.get_weights(), weights.seen[0])
    assert (weights.seen[0][0] != weights.seen[-1][0]).any()


def test_model_checkpoint_keeps_the_best(tmp_path):
    weights = Weights()
    path = tmp_path / "best.keras"
    checkpoint = keras.callbacks.ModelCheckpoint(
        path, monitor="val_discriminator_loss", mode="min", save_best_only=True
    )
    gan = tiny_gan(discriminator_optimizer=keras.optimizers.SGD(0.5))
    logs = fit(
        gan,
        epochs=6,
        validation_data=(POINTS,),
        validation_batch_size=4,
        callbacks=[weights, checkpoint],
    )
    best = int(np.argmin(logs["val_discriminator_loss"]))
    loaded = keras.saving.load_model(path)
    assert_equal(loaded.generator.get_weights(), weights.seen[best])
    assert int(loaded.optimizer.iterations) == 2 * (best + 1)
    fit(loaded)


def test_tensorboard_shows_the_losses_of_all_players(tmp_path):
    pytest.importorskip("tensorflow")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    from tensorboard.util.tensor_util import make_ndarray

    gan = tiny_gan()
    callback = keras.callbacks.TensorBoard(tmp_path, histogram_freq=1)
    logs = fit(gan, epochs=2, validation_data=(POINTS,), callbacks=[callback])
    for folder, prefix in (("train", ""), ("validation", "val_")):
        events = EventAccumulator(str(tmp_path / folder))
        events.Reload()
        for name in ("loss", "generator_loss", "discriminator_loss", "generator_adversarial"):
            written = events.Tensors(f"epoch_{name}")
            assert [event.step for event in written] == [0, 1]
            values = [float(make_ndarray(event.tensor_proto)) for event in written]
            np.testing.assert_allclose(values, logs[prefix + name], rtol=1e-6)


class PowerCut(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 1:
            raise KeyboardInterrupt


def test_a_restored_run_is_the_uninterrupted_one(tmp_path):
    arguments = {"generator_ema": 0.9, "discriminator_steps": 2}
    uninterrupted = tiny_gan(**arguments)
    history = fit(uninterrupted, epochs=4)

    first = tiny_gan(**arguments)
    with pytest.raises(KeyboardInterrupt):
        backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
        fit(first, epochs=4, callbacks=[backup, PowerCut()])
    second = tiny_gan(**arguments)
    fit(second, epochs=0)
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    resumed = fit(second, epochs=4, callbacks=[backup])
    assert resumed["loss"] == history["loss"][2:]
    assert_equal(state(uninterrupted), state(second))
