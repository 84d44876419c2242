"""Losses of layers are a term of the player that owns them, as bare Keras would add them."""

import copy

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan.callbacks.monitoring.probe import make_probe
from kerasgan.games import GenerativeModel
from kerasgan.penalties import R1, Penalty
from tests.conformance.catalogue import CATALOGUE, EAGER
from tests.conformance.marks import of
from tests.engine.games import arrays, assert_equal, fit, mlp_gan, state, tiny_gan

L1, L2 = keras.regularizers.L1, keras.regularizers.L2
SGD = keras.optimizers.SGD
REAL = np.random.default_rng(1).normal(size=(4, 2)).astype("float32")
TERM = "discriminator_regularization"


@keras.saving.register_keras_serializable("kerasgan_tests")
class AddsLosses(layers.Layer):
    """Adds a loss of what goes through, two in training."""

    def call(self, inputs, training=False):
        self.add_loss(ops.mean(ops.square(inputs)))
        if training:
            self.add_loss([ops.sum(ops.abs(inputs[:, :1]), axis=1) / ops.shape(inputs)[0]])
        return inputs


class Twice(Penalty):
    """Asks the discriminator once more, without any derivative."""

    def points(self, real, fake, seed):
        return 3.0 * real

    def value(self, discriminator, points):
        return ops.mean(ops.square(discriminator(points)))


def add_from_outside(layer, loss):
    layer.add_loss(loss)


class HidesLosses(layers.Layer):
    def call(self, inputs):
        add_from_outside(self, ops.mean(inputs))
        return inputs


def sequential(inputs, *hidden):
    return keras.Sequential([keras.Input((inputs,)), *hidden])


def plain():
    return [layers.Dense(4, "tanh"), layers.Dense(1)]


def of_weights():
    first = layers.Dense(4, "tanh", kernel_regularizer=L2(0.3), bias_regularizer=L1(0.2))
    orthogonal = keras.regularizers.OrthogonalRegularizer(0.1)
    return [first, layers.Dense(1, kernel_regularizer=orthogonal)]


def of_activities():
    inner = sequential(2, layers.Dense(4, "tanh", activity_regularizer=L2(0.3)))
    return [inner, layers.ActivityRegularization(l1=0.2), layers.Dense(1)]


def added():
    return [layers.Dense(4, "tanh"), AddsLosses(), layers.Dense(1)]


KINDS = {"weights": of_weights, "activities": of_activities, "add_loss": added}
every_kind = pytest.mark.parametrize("kind", KINDS)


def discriminator(kind, policy="float32"):
    """The same weights for each kind."""
    keras.config.set_dtype_policy(policy)
    network = sequential(2, *(KINDS[kind] if kind else plain)())
    keras.config.set_dtype_policy("float32")
    rng = np.random.default_rng(0)
    for variable in network.trainable_variables:
        variable.assign(rng.normal(0.0, 0.7, variable.shape))
    return network


def game(kind, rate=0.1, policy="float32", **arguments):
    """A generator that makes the same point of everything, and a discriminator with losses."""
    generator = sequential(3, layers.Dense(2, kernel_initializer="zeros", bias_initializer="ones"))
    gan = kerasgan.models.GAN(generator, discriminator(kind, policy), latent_dim=3, seed=0)
    defaults = {"loss": "wasserstein", "run_eagerly": EAGER, "generator_optimizer": SGD(0.0)}
    gan.compile(discriminator_optimizer=SGD(rate), **{**defaults, **arguments})
    return gan


def moved(network, train):
    before = network.get_weights()
    logs = train()
    return [a - b for a, b in zip(network.get_weights(), before, strict=True)], logs


def in_bare_keras(kind):
    """What one step on real and generated points moves, and the loss, which is of layers alone."""
    network = discriminator(kind)
    network.compile(SGD(0.1), loss=lambda y, scores: 0.0 * ops.mean(scores), run_eagerly=EAGER)
    points = np.concatenate([REAL, np.ones_like(REAL)])
    options = {"batch_size": len(points), "shuffle": False, "verbose": 0}
    return moved(network, lambda: network.fit(points, points[:, :1], **options).history)


@pytest.mark.parametrize(
    ("kind", "update"),
    [(kind, "alternating") for kind in KINDS]
    + [("activities", "simultaneous"), ("add_loss", "mixed precision")],
)
def test_it_is_what_bare_keras_adds(kind, update):
    arguments, tolerance = {"update": update}, 1e-5
    if update == "mixed precision":
        arguments, tolerance = {"policy": "mixed_float16"}, 5e-3
    results = []
    for each in (None, kind):
        gan = game(each, **arguments)
        results.append(moved(gan.discriminator, lambda gan=gan: fit(gan, REAL)))
    (without, logs_without), (move, logs) = results
    expected, bare = in_bare_keras(kind)
    assert bare["loss"][0] > 0.1
    assert logs[TERM][0] == pytest.approx(bare["loss"][0], rel=tolerance)
    for a, b, c in zip(move, without, expected, strict=True):
        np.testing.assert_allclose(a - b, c, atol=tolerance)
    assert set(logs) - set(logs_without) == {TERM}
    difference = logs["discriminator_loss"][0] - logs_without["discriminator_loss"][0]
    assert difference == pytest.approx(logs[TERM][0], rel=1e-2)


@every_kind
def test_evaluation_has_it(kind):
    gan = game(kind, rate=0.0)
    logs = gan.evaluate(REAL, batch_size=4, verbose=0, return_dict=True)
    network = discriminator(kind)
    network.compile(loss=lambda y, scores: 0.0 * ops.mean(scores), run_eagerly=EAGER)
    points = np.concatenate([REAL, np.ones_like(REAL)])
    expected = network.evaluate(points, points[:, :1], batch_size=8, verbose=0)
    assert logs[TERM] == pytest.approx(expected, rel=1e-5)
    history = fit(gan, REAL, validation_data=REAL)
    assert history[f"val_{TERM}"] == [pytest.approx(expected, rel=1e-5)]


def test_in_each_move_of_its_own_it_is_of_that_move():
    gan = game("activities", rate=0.0, discriminator_steps=2)
    logs = fit(gan, REAL)
    halves = [in_halves("activities", half) for half in (REAL[:2], REAL[2:])]
    assert logs[TERM][0] == pytest.approx(np.mean(halves), rel=1e-5)


def in_halves(kind, points):
    network = discriminator(kind)
    network(np.concatenate([points, np.ones_like(points)]))
    return sum(float(ops.convert_to_numpy(loss)) for loss in network.losses)


@pytest.mark.parametrize("penalty", [R1(1.0, every=2), Twice(1.0)], ids=["lazy", "twice"])
def test_the_passes_of_penalties_are_not_counted(penalty):
    expected = fit(game("add_loss", rate=0.0), REAL)[TERM]
    logs = fit(game("add_loss", rate=0.0, penalties=[penalty]), REAL)
    assert logs[TERM] == pytest.approx(expected)


@pytest.mark.parametrize("update", ["alternating", "simultaneous"])
def test_what_the_discriminator_adds_does_not_move_the_generator(update):
    results = []
    for kind in (None, "activities"):
        gan = game(kind, rate=0.0, generator_optimizer=SGD(0.1), update=update)
        logs = fit(gan, REAL)
        assert "generator_regularization" not in logs
        results.append(gan.generator.get_weights())
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_generator_is_regularized_too():
    keras.utils.set_random_seed(0)
    hidden = [layers.Dense(4, activity_regularizer=L2(2.0)), layers.Dense(2)]
    gan = kerasgan.models.GAN(sequential(3, *hidden), sequential(2, *plain()), 3, seed=0)
    rates = {"discriminator_optimizer": SGD(0.0), "generator_optimizer": SGD(0.02)}
    gan.compile(**rates, run_eagerly=EAGER)
    logs = fit(gan, REAL, epochs=3, validation_data=REAL)  # Whose latents are always the same.
    assert TERM not in logs
    values = logs["val_generator_regularization"]
    assert values[0] > values[1] > values[2] > 0.0
    parts = logs["generator_adversarial"][0] + logs["generator_regularization"][0]
    assert logs["generator_loss"][0] == pytest.approx(parts, rel=1e-5)


def test_without_such_layers_the_logs_are_as_they_were():
    logs = fit(tiny_gan())
    terms = {"loss", "adversarial"}
    players = ("generator", "discriminator")
    assert set(logs) == {"loss", *(f"{player}_{term}" for player in players for term in terms)}
    assert "call" not in vars(tiny_gan().discriminator)


def distance_from_two(outputs):
    return 0.1 * ops.sum(ops.square(outputs - 2.0))


@of([row for row in CATALOGUE if not issubclass(row.model, GenerativeModel)])
def test_in_every_kind_of_game(row):
    model = row.make()
    networks = [getattr(model, name) for names in row.moves.values() for name in names]
    for network in networks:
        last = network.layers[-1] if isinstance(network, keras.Model) else network
        last.activity_regularizer = distance_from_two
    model.compile(**{**row.compile, "run_eagerly": EAGER})
    data = row.data(batches=1)
    logs = model.fit(*data, batch_size=4, verbose=0).history
    found = model.evaluate(*data, batch_size=4, verbose=0, return_dict=True)
    assert set(found) == set(logs)
    for player in row.moves:
        terms = {k: v[0] for k, v in logs.items() if k.startswith(f"{player}_")}
        assert logs[f"{player}_regularization"][0] > 0.0 and found[f"{player}_regularization"] > 0.0
        loss = terms.pop(f"{player}_loss")
        assert loss == pytest.approx(sum(terms.values()), rel=1e-4)


def test_a_loaded_game_goes_on_with_it(tmp_path):
    gan = game("add_loss")
    fit(gan, REAL)
    gan.save(tmp_path / "gan.keras")
    others = [keras.saving.load_model(tmp_path / "gan.keras"), copy.deepcopy(gan)]
    logs = fit(gan, REAL)
    for other in others:
        assert fit(other, REAL)[TERM] == logs[TERM]
        assert_equal(state(gan), state(other))


def test_a_probe_sees_it():
    plain, regularized = (
        make_probe(game(kind, rate=0.0))((ops.convert_to_tensor(REAL),)).gradient_norms
        for kind in (None, "activities")
    )
    assert regularized["discriminator"] != pytest.approx(plain["discriminator"], rel=1e-3)
    assert regularized["generator"] == pytest.approx(plain["generator"], rel=1e-5)


def test_layers_called_beside_the_network_count_as_calls_of_their_own():
    player_layer = layers.Dense(2, use_bias=False, activity_regularizer=L2(0.5))
    network = sequential(2, player_layer)

    class Beside(kerasgan.models.GAN):
        def passes(self, batch, turn):
            player_layer(ops.ones((3, 2)))
            return super().passes(batch, turn)

    gan = Beside(mlp_gan().generator, sequential(2, network, layers.Dense(1)), 3, seed=0)
    gan.compile(run_eagerly=True)
    kernel = arrays([player_layer.kernel])[0]
    logs = fit(gan, REAL)
    assert logs[TERM][0] > 0.5 * np.sum(kernel.sum(0) ** 2)


def test_a_loss_that_no_method_of_the_layer_adds_is_refused():
    gan = mlp_gan()
    network = sequential(2, HidesLosses(name="hides"), layers.Dense(1))
    gan = kerasgan.models.GAN(gan.generator, network, latent_dim=3)
    gan.compile(run_eagerly=EAGER)
    with pytest.raises(ValueError, match="Call `self.add_loss.*Received: a loss from 'hides'"):
        fit(gan)


def test_a_term_of_that_name_is_refused():
    class Named(R1):
        name = "regularization"

    with pytest.raises(ValueError, match="have losses of their own.*Received: terms="):
        game("weights", penalties=[Named(1.0)])
    fit(game(None, penalties=[Named(1.0)]), REAL)
