import zipfile

import h5py
import keras
import numpy as np
import pytest

from kerasgan.callbacks import ForPlayer
from kerasgan.engine import PlayerOptimizers
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, arrays, assert_equal, fit, number, tiny_gan, tug

SGD, Adam = keras.optimizers.SGD, keras.optimizers.Adam
ONES = np.ones((4, 1), "float32")


def rates(gan):
    return {name: number(o.learning_rate) for name, o in gan.optimizer.players.items()}


def two_rates(discriminator=0.5, generator=0.125, **kwargs):
    return tiny_gan(
        discriminator_optimizer=SGD(discriminator), generator_optimizer=SGD(generator), **kwargs
    )


def test_the_model_has_the_composite_and_no_phantom():
    gan = tiny_gan()
    assert isinstance(gan.optimizer, PlayerOptimizers)
    assert list(gan.optimizer.players) == ["discriminator", "generator"]
    fit(gan)
    assert int(gan.optimizer.iterations) == 2
    assert [int(o.iterations) for o in gan.optimizer.players.values()] == [2, 2]


def test_a_learning_rate_scheduler_moves_all_players_in_proportion():
    gan = two_rates()
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = fit(gan, epochs=2, callbacks=[scheduler])
    assert rates(gan) == {"discriminator": 0.125, "generator": 0.03125}
    assert history["learning_rate"] == [0.25, 0.125]


def test_a_rate_of_zero_keeps_the_proportion():
    gan = two_rates()
    warm_up = keras.callbacks.LearningRateScheduler(lambda epoch: [0.0, 0.0, 1.0][epoch])
    fit(gan, epochs=2, callbacks=[warm_up])
    assert rates(gan) == {"discriminator": 0.0, "generator": 0.0}
    fit(gan, epochs=3, callbacks=[warm_up])
    assert rates(gan) == {"discriminator": 1.0, "generator": 0.25}


def test_the_rate_that_a_callback_sets_trains_all_players():
    gan = two_rates()
    before = [gan.generator.get_weights(), gan.discriminator.get_weights()]
    fit(gan, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.0)])
    assert_equal(before[0], gan.generator.get_weights())
    assert_equal(before[1], gan.discriminator.get_weights())


def test_reduce_on_plateau_moves_all_players():
    gan = two_rates()
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="generator_loss", mode="min", factor=0.5, patience=1, min_delta=1e9
    )
    fit(gan, epochs=3, callbacks=[plateau])
    assert rates(gan) == {"discriminator": 0.125, "generator": 0.03125}


def test_for_player_moves_one():
    gan = two_rates()
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    fit(gan, callbacks=[ForPlayer("generator", scheduler)])
    assert rates(gan) == {"discriminator": 0.5, "generator": 0.0625}


def test_schedules_count_the_moves_of_their_player():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.5, 0.25])
    gan = tiny_gan(
        discriminator_steps=2,
        discriminator_optimizer=SGD(schedule),
        generator_optimizer=SGD(schedule),
    )
    fit(gan)  # Two steps: four moves and two.
    assert rates(gan) == {"discriminator": 0.25, "generator": 0.5}
    assert number(gan.optimizer.learning_rate) == 0.25
    fit(gan)
    assert rates(gan) == {"discriminator": 0.25, "generator": 0.25}
    scheduler = keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)
    with pytest.raises(TypeError, match="LearningRateSchedule"):
        fit(gan, callbacks=[scheduler])


def test_names_of_optimizers():
    gan = tiny_gan(discriminator_optimizer="sgd", generator_optimizer="rmsprop")
    discriminator, generator = gan.optimizer.players.values()
    assert isinstance(discriminator, SGD) and isinstance(generator, keras.optimizers.RMSprop)


def test_one_object_for_two_players_is_refused():
    optimizer = Adam()
    with pytest.raises(ValueError, match="one player only.*Received: the same object as"):
        tiny_gan(discriminator_optimizer=optimizer, generator_optimizer=optimizer)


def test_an_optimizer_of_other_variables_is_refused():
    optimizer = Adam()
    tiny_gan(generator_optimizer=optimizer)
    with pytest.raises(ValueError, match="already trains other variables.*Received: generator_opt"):
        tiny_gan(generator_optimizer=optimizer)


def test_the_same_player_may_keep_its_optimizer():
    optimizer = Adam()
    gan = tiny_gan(generator_optimizer=optimizer)
    fit(gan)
    gan.compile(generator_optimizer=optimizer, discriminator_optimizer=Adam(), run_eagerly=EAGER)
    fit(gan)
    assert int(optimizer.iterations) == 4


def test_unknown_players_are_refused():
    message = r"\['discriminator_optimizer', 'generator_optimizer'\].*Received: \['critic_opt"
    with pytest.raises(ValueError, match=message):
        tiny_gan(critic_optimizer="adam")


def test_gradients_belong_to_players():
    with pytest.raises(NotImplementedError, match=r"players\['discriminator'\]"):
        tiny_gan().optimizer.apply([])


def test_averages_of_an_optimizer_replace_the_weights_in_the_end():
    seen = []
    gan = tug(left_optimizer=SGD(0.01, use_ema=True, ema_momentum=0.75))

    class Record(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(gan.values)

    fit(gan, ONES, epochs=2, callbacks=[Record()])
    first, second = np.array(seen)
    np.testing.assert_allclose(gan.values[:2], 0.75 * first[:2] + 0.25 * second[:2], rtol=1e-6)
    np.testing.assert_array_equal(gan.values[2:], second[2:])
    assert gan.values[0] != second[0]


def test_gradients_are_accumulated():
    game = tug(update="simultaneous", left_optimizer=SGD(0.01, gradient_accumulation_steps=2))
    fit(game, ONES)
    assert game.values[:2] == [1.0, 2.0]
    c = 3 - 0.1 * 2 * (3 - 1)
    assert game.values[2] == pytest.approx(c, rel=1e-6)
    fit(game, ONES)
    gradients = [2 * (1 + 2 + 4 * value - 1) for value in (3.0, c)]
    expected = np.array([1.0, 2.0]) - 0.01 * np.mean(gradients)
    np.testing.assert_allclose(game.values[:2], expected, rtol=1e-5)


def test_gradients_are_clipped():
    game = tug(
        update="simultaneous",
        left_optimizer=SGD(1.0, global_clipnorm=0.5),
        right_optimizer=SGD(1.0, clipvalue=0.125),
    )
    fit(game, ONES)  # Both of left's gradients are equal, right's is 4.
    share = 0.5 / np.sqrt(2)
    np.testing.assert_allclose(game.values, [1 - share, 2 - share, 3 - 0.125, 4], rtol=1e-5)


def test_each_optimizer_is_saved_once(tmp_path):
    gan = tiny_gan(discriminator_optimizer=Adam(), generator_optimizer=SGD(momentum=0.9))
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    with zipfile.ZipFile(tmp_path / "gan.keras") as archive:
        archive.extract("model.weights.h5", tmp_path)
    saved = {}
    with h5py.File(tmp_path / "model.weights.h5") as file:
        file.visititems(
            lambda path, item: (
                saved.update({path: item[()]}) if isinstance(item, h5py.Dataset) else None
            )
        )
    for group, player in (("adam", "discriminator"), ("sgd", "generator")):
        variables = arrays(gan.optimizer.players[player].variables)
        group = f"optimizer/players/{group}/vars/"
        assert_equal(variables, [saved.pop(f"{group}{i}") for i in range(len(variables))])
    assert saved.pop("optimizer/vars/iterations") == 2
    # What is left: the networks, and the streams of the model, its evaluation and its dropout.
    streams = {path for path in saved if "random_stream" in path}
    assert streams == {f"vars/random_stream_{i}" for i in range(3)}
    assert len(saved) - len(streams) == len(gan.weights)


def test_serialisation():
    players = {"discriminator": SGD(0.5), "generator": Adam(0.25, beta_1=0.5)}
    config = keras.saving.serialize_keras_object(PlayerOptimizers(players))
    again = keras.saving.deserialize_keras_object(config)
    assert isinstance(again, PlayerOptimizers)
    assert list(again.players) == ["discriminator", "generator"]
    assert isinstance(again.players["discriminator"], SGD)
    assert isinstance(again.players["generator"], Adam)
    assert again.players["generator"].beta_1 == 0.5
    assert number(again.players["generator"].learning_rate) == 0.25


def test_a_loaded_model_keeps_rates_and_moments(tmp_path):
    gan = two_rates(generator=0.0625)
    fit(gan, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.25)])
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert rates(loaded) == {"discriminator": 0.25, "generator": 0.03125}
    assert int(loaded.optimizer.iterations) == 2
    fit(loaded, POINTS)
    assert int(loaded.optimizer.iterations) == 4


def test_a_schedule_of_one_player_is_refused_before_another_players_rate_has_changed():
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([2], [0.5, 0.25])
    gan = tiny_gan(discriminator_optimizer=SGD(0.5), generator_optimizer=SGD(schedule))
    with pytest.raises(TypeError, match="created with a `LearningRateSchedule`"):
        gan.optimizer.learning_rate = 0.25
    assert number(gan.optimizer.players["discriminator"].learning_rate) == 0.5
