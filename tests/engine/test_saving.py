"""Loss scales and random streams through files."""

import h5py
import keras
import pytest
from keras import layers

import kerasgan
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, assert_equal, fit, mlp_gan, number, state, tiny_gan

LossScaleOptimizer = keras.optimizers.LossScaleOptimizer


def gan_in(policy, **arguments):
    keras.config.set_dtype_policy(policy)
    gan = mlp_gan()
    keras.config.set_dtype_policy("float32")
    gan.compile(**{"run_eagerly": EAGER, **arguments})
    return gan


def half_gan(**arguments):
    return gan_in("mixed_float16", **arguments)


def scales(gan):
    return {name: number(o.dynamic_scale) for name, o in gan.optimizer.players.items()}


def test_one_loss_scale_for_each_player_is_saved_and_not_wrapped_again(tmp_path):
    gan = half_gan()
    fit(gan)
    gan.optimizer.players["discriminator"].dynamic_scale.assign(64.0)
    gan.optimizer.players["generator"].dynamic_scale.assign(32.0)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert scales(loaded) == {"discriminator": 64.0, "generator": 32.0}
    for optimizer in loaded.optimizer.players.values():
        assert type(optimizer) is LossScaleOptimizer
        assert isinstance(optimizer.inner_optimizer, keras.optimizers.Adam)
    for model in (gan, loaded):
        fit(model)
    assert_equal(state(gan), state(loaded))


def test_a_scale_halves_when_gradients_overflow_and_training_goes_on():
    gan = half_gan()
    optimizer = gan.optimizer.players["generator"]
    optimizer.dynamic_scale.assign(2.0**40)
    before = gan.generator.get_weights()
    fit(gan, POINTS[:4])
    assert number(optimizer.dynamic_scale) == 2.0**39
    assert_equal(before, gan.generator.get_weights())
    optimizer.dynamic_scale.assign(2.0)
    fit(gan, POINTS[:4])
    assert (before[0] != gan.generator.get_weights()[0]).any()


def test_the_losses_are_logged_without_their_scale():
    logs = []
    for scale in (1.0, 1024.0):
        gan = half_gan()
        gan.optimizer.players["discriminator"].dynamic_scale.assign(scale)
        logs.append(fit(gan, POINTS[:4])["discriminator_loss"])
    assert logs[0] == logs[1]


def test_all_of_an_optimizer_within_a_loss_scale_is_saved(tmp_path):
    scaled = LossScaleOptimizer(keras.optimizers.Nadam(0.01), initial_scale=8.0)
    gan = half_gan(generator_optimizer=scaled)
    fit(gan)
    assert number(scaled.inner_optimizer._u_product) < 1.0
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    for model in (gan, loaded):
        fit(model)
    assert_equal(state(gan), state(loaded))


def test_a_scale_of_ones_own_is_kept():
    own = LossScaleOptimizer(keras.optimizers.SGD(0.1), initial_scale=8.0)
    gan = half_gan(generator_optimizer=own)
    assert gan.optimizer.players["generator"] is own
    assert scales(gan)["generator"] == 8.0


def test_learning_rates_reach_through_the_scale():
    gan = half_gan(
        discriminator_optimizer=keras.optimizers.SGD(0.5),
        generator_optimizer=keras.optimizers.SGD(0.25),
    )
    fit(gan, callbacks=[keras.callbacks.LearningRateScheduler(lambda epoch: 0.125)])
    rates = [number(o.inner_optimizer.learning_rate) for o in gan.optimizer.players.values()]
    assert rates == [0.125, 0.0625]


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_no_scale_where_none_is_needed(policy):
    gan = gan_in(policy)
    assert not any(isinstance(o, LossScaleOptimizer) for o in gan.optimizer.players.values())


def test_latents_go_on_from_where_the_file_left_them(tmp_path):
    gan = tiny_gan()
    fit(gan)
    gan.save_weights(tmp_path / "gan.weights.h5")
    other = mlp_gan(seed=5)
    other.compile(run_eagerly=EAGER)
    other.load_weights(tmp_path / "gan.weights.h5")
    assert_equal(state(gan), state(other))
    for model in (gan, other):
        fit(model)
    assert_equal(state(gan), state(other))


def test_streams_of_another_configuration_are_refused(tmp_path):
    def gan(dropout):
        hidden = [layers.Dropout(0.5)] if dropout else []
        generator = keras.Sequential([keras.Input((3,)), *hidden, layers.Dense(2)])
        discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
        return kerasgan.models.GAN(generator, discriminator, latent_dim=3)

    gan(True).save_weights(tmp_path / "gan.weights.h5")
    message = "draws from 2 random streams, but the file holds 3.*Received: 3 streams"
    with pytest.raises(ValueError, match=message):
        gan(False).load_weights(tmp_path / "gan.weights.h5")


def test_without_a_seed_two_models_draw_differently():
    first = mlp_gan(seed=None)
    second = kerasgan.models.GAN(first.generator, first.discriminator, latent_dim=3)
    draws = [
        keras.ops.convert_to_numpy(gan.sample_latents(4, gan.random(training=True)))
        for gan in (first, second)
    ]
    assert (draws[0] != draws[1]).all()


def test_networks_are_stored_under_their_own_names(tmp_path):
    # Files would become unreadable if Keras met a network under another name first.
    gan = tiny_gan(generator_ema=0.9)
    gan.save_weights(tmp_path / "model.weights.h5")
    with h5py.File(tmp_path / "model.weights.h5") as file:
        groups = {name for name in file if not name.startswith("_")} - {"vars"}
    assert groups == {"average", "discriminator", "generator", "optimizer"}
