import keras
import numpy as np
import pytest

from kerasgan.callbacks import ForPlayer
from kerasgan.models import VanillaGAN

POINTS = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")


def tiny_gan():
    gan = VanillaGAN(data_shape=(2,), latent_dim=2, generator_units=4, discriminator_units=4)
    gan.compile(
        generator_optimizer=keras.optimizers.Adam(0.5),
        discriminator_optimizer=keras.optimizers.Adam(0.25),
    )
    return gan


def fit(gan, *callbacks, epochs=2):
    return gan.fit(POINTS, batch_size=4, epochs=epochs, verbose=0, callbacks=callbacks).history


def rates(gan):
    return {
        name: float(keras.ops.convert_to_numpy(optimizer.learning_rate))
        for name, optimizer in gan.optimizer.players.items()
    }


def test_reduces_the_learning_rate_of_one_player():
    gan = tiny_gan()
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="discriminator_loss", mode="min", factor=0.5, patience=1, min_delta=1e9
    )
    history = fit(gan, ForPlayer("discriminator", plateau), epochs=3)
    assert rates(gan) == {"generator": 0.5, "discriminator": 0.0625}
    assert history["discriminator_learning_rate"] == [0.25, 0.25, 0.125]
    assert "learning_rate" not in history


def test_two_players_with_a_schedule_each():
    gan = tiny_gan()
    schedules = [
        ForPlayer(player, keras.callbacks.LearningRateScheduler(lambda epoch, rate, f=f: rate * f))
        for player, f in (("generator", 0.5), ("discriminator", 0.25))
    ]
    history = fit(gan, *schedules, epochs=2)
    assert rates(gan) == {"generator": 0.125, "discriminator": 0.015625}
    assert history["generator_learning_rate"] == [0.25, 0.125]
    assert history["discriminator_learning_rate"] == [0.0625, 0.015625]


def test_the_learning_rate_set_is_the_one_that_trains():
    gan = tiny_gan()
    stop = keras.callbacks.LearningRateScheduler(lambda epoch: 0.0)
    generator, discriminator = gan.generator.get_weights(), gan.discriminator.get_weights()
    fit(gan, ForPlayer("generator", stop))
    for before, after in zip(generator, gan.generator.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    changed = zip(discriminator, gan.discriminator.get_weights(), strict=True)
    assert any((before != after).any() for before, after in changed)


def test_the_rest_of_the_model_is_seen_and_set_as_it_is():
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append((batch, self.model.name, self.params["epochs"], "generator_loss" in logs))

        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = True

    seen, gan = [], tiny_gan()
    assert len(fit(gan, ForPlayer("generator", Stop()), epochs=5)["loss"]) == 1
    assert seen == [(batch, gan.name, 5, True) for batch in (0, 1)]


def test_only_the_hooks_of_the_callback_are_taken():
    wrapped = ForPlayer("generator", keras.callbacks.LearningRateScheduler(lambda epoch: 0.1))
    assert "on_epoch_end" in vars(wrapped) and "on_train_batch_end" not in vars(wrapped)
    lambdas = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: None)
    assert "on_train_begin" in vars(ForPlayer("generator", lambdas))


def test_an_unknown_player():
    message = r"\['discriminator', 'generator'\].*Received: player='critic'"
    with pytest.raises(ValueError, match=message):
        fit(tiny_gan(), ForPlayer("critic", keras.callbacks.TerminateOnNaN()))


def test_a_model_without_players():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss="mse")
    callback = ForPlayer("generator", keras.callbacks.TerminateOnNaN())
    with pytest.raises(ValueError, match=r"players: \[\]. Received: player='generator'"):
        model.fit(POINTS, POINTS[:, :1], verbose=0, callbacks=[callback])
