"""Training steps against arithmetic by hand."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from tests.conformance.catalogue import EAGER
from tests.engine.games import assert_equal, factor, fit, linear_gan, number, tug

REAL = np.array([[1.0], [-0.5], [2.0], [0.5]], "float32")
D_RATE, G_RATE = 0.05, 0.2


def latents(gan, *counts):
    """The latents that a model of the same seed draws."""
    seed = keras.random.SeedGenerator(gan.seed)
    return [ops.convert_to_numpy(gan.sample_latents(count, seed)) for count in counts]


def discriminator_gradient(g, d, x, z):
    """Of ½ mean((d·x - 1)²) + ½ mean((d·g·z)²)."""
    return np.mean((d * x - 1) * x) + np.mean(d * (g * z) ** 2)


def generator_gradient(g, d, z):
    """Of mean((d·g·z - 1)²)."""
    return np.mean(2 * (d * g * z - 1) * d * z)


def play(update, steps=1, epochs=1):
    gan = linear_gan(
        loss="least_squares",
        update=update,
        discriminator_steps=steps,
        discriminator_optimizer=keras.optimizers.SGD(D_RATE),
        generator_optimizer=keras.optimizers.SGD(G_RATE),
    )
    logs = fit(gan, REAL, epochs)
    return gan, logs, [number(n.weights[0][0, 0]) for n in (gan.generator, gan.discriminator)]


def test_alternating_the_generator_answers_the_new_discriminator():
    gan, logs, moved = play("alternating")
    first, second = latents(gan, 4, 4)
    g, d = 0.5, 2.0
    d_loss = 0.5 * np.mean((d * REAL - 1) ** 2) + 0.5 * np.mean((d * g * first) ** 2)
    d -= D_RATE * discriminator_gradient(g, d, REAL, first)
    g_loss = np.mean((d * g * second - 1) ** 2)
    g -= G_RATE * generator_gradient(g, d, second)
    np.testing.assert_allclose(moved, [g, d], rtol=1e-5)
    assert logs["discriminator_loss"][0] == pytest.approx(d_loss, rel=1e-5)
    assert logs["generator_loss"][0] == pytest.approx(g_loss, rel=1e-5)
    assert logs["loss"][0] == pytest.approx(d_loss + g_loss, rel=1e-5)


def test_simultaneous_both_move_from_the_old_parameters():
    gan, logs, moved = play("simultaneous")
    (z,) = latents(gan, 4)
    g, d = 0.5, 2.0
    expected = [
        g - G_RATE * generator_gradient(g, d, z),
        d - D_RATE * discriminator_gradient(g, d, REAL, z),
    ]
    np.testing.assert_allclose(moved, expected, rtol=1e-5)
    assert logs["generator_loss"][0] == pytest.approx(np.mean((d * g * z - 1) ** 2), rel=1e-5)


def test_each_discriminator_step_sees_data_and_latents_of_its_own():
    gan, logs, moved = play("alternating", steps=2)
    *zs, last = latents(gan, 2, 2, 2)
    g, d = 0.5, 2.0
    losses = []
    for x, z in zip((REAL[:2], REAL[2:]), zs, strict=True):
        losses.append(0.5 * np.mean((d * x - 1) ** 2) + 0.5 * np.mean((d * g * z) ** 2))
        d -= D_RATE * discriminator_gradient(g, d, x, z)
    g -= G_RATE * generator_gradient(g, d, last)
    np.testing.assert_allclose(moved, [g, d], rtol=1e-5)
    assert logs["discriminator_loss"][0] == pytest.approx(np.mean(losses), rel=1e-5)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_players_with_several_networks_move_those_and_no_others(update):
    game = tug(update=update)
    assert game.values == [1.0, 2.0, 3.0, 4.0]
    logs = fit(game, REAL)
    pull = 1 + 2 + 3 * 4 - REAL.mean()
    a, b = (value - 0.01 * 2 * pull for value in (1.0, 2.0))
    c = 3.0 - 0.1 * 2 * (3.0 - (a if update == "alternating" else 1.0))
    np.testing.assert_allclose(game.values, [a, b, c, 4.0], rtol=1e-5)
    assert logs["left_pull"] == logs["left_loss"] == [pytest.approx(pull**2, rel=1e-5)]


def test_a_frozen_network_stays():
    gan = linear_gan(loss="least_squares")
    frozen = keras.Sequential([keras.Input((1,)), layers.Dense(2), layers.Dense(1)])
    frozen.layers[0].trainable = False
    gan = kerasgan.models.GAN(gan.generator, frozen, latent_dim=1)
    gan.compile(discriminator_optimizer=keras.optimizers.SGD(0.1), run_eagerly=EAGER)
    before = [layer.get_weights() for layer in frozen.layers]
    fit(gan, REAL)
    assert_equal(before[0], frozen.layers[0].get_weights())
    assert (before[1][0] != frozen.layers[1].get_weights()[0]).any()


def test_a_shared_variable_moves_once():
    shared = layers.Dense(1, use_bias=False)
    generator = keras.Sequential([keras.Input((1,)), shared])
    player = kerasgan.Player("both", [generator, keras.Sequential([shared])], dict, terms=[])
    assert len(player.trainable_variables) == 1


def test_evaluation_moves_nothing_and_reports_the_same_names():
    gan = linear_gan(loss="least_squares")
    before = gan.get_weights()
    logs = gan.evaluate(REAL, batch_size=4, verbose=0, return_dict=True)
    assert_equal(before, gan.get_weights())
    (z,) = latents(gan, 4)  # The evaluation's stream starts from the same seed.
    expected = np.mean((2.0 * 0.5 * z - 1) ** 2)
    assert logs["generator_loss"] == pytest.approx(expected, rel=1e-5)
    assert set(logs) == set(fit(gan, REAL))


def test_a_network_of_two_inputs_is_no_player_of_a_gan():
    with pytest.raises(ValueError, match="must make what the discriminator judges. Received"):
        kerasgan.models.GAN(factor(), factor(2), latent_dim=1)
