"""Networks that come to have other variables than at `compile`: said by name, never left out."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.engine.optimizers.moving_average import MovingAverage
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, arrays, assert_equal, differ, fit, mlp_gan, tiny_gan


def another(inputs=3, outputs=2, dropout=False):
    drawing = [layers.Dropout(0.2, seed=5)] if dropout else []
    return keras.Sequential([keras.Input((inputs,)), *drawing, layers.Dense(outputs)])


def add_layers(gan):
    gan.generator.add(layers.Dense(2, name="grown"))


def add_to_the_discriminator(gan):
    gan.discriminator.add(layers.Dense(1, name="grown"))


def remove_a_layer(gan):
    gan.generator.add(layers.Dense(2, name="gone"))
    gan.compile(run_eagerly=EAGER)
    gan.generator.pop()


def replace_a_network(gan):
    gan.generator = another()


CHANGES = {
    "added": (add_layers, r"variables of the generator: 2 new, as \S*grown/kernel$"),
    "added to the other": (add_to_the_discriminator, r"the discriminator: 2 new, as \S*grown"),
    "gone": (remove_a_layer, r"variables of the generator: 2 gone, as \S*gone/kernel$"),
    "replaced": (replace_a_network, r"variables of the generator: 2 new, as .*, 4 gone, as "),
}


@pytest.fixture(params=CHANGES)
def change(request):
    return CHANGES[request.param]


def moved(gan, player):
    """Whether each trainable variable of a network moves in a training."""
    network = getattr(gan, player)
    before = arrays(network.trainable_variables)
    fit(gan)
    after = arrays(network.trainable_variables)
    return [differ([a], [b]) for a, b in zip(before, after, strict=True)]


def test_they_are_named_before_training(change):
    make, words = change
    gan = tiny_gan()
    make(gan)
    match = r"other variables than at `compile`.*Call `compile` again.*Received: .*" + words
    before = arrays(gan.variables)
    with pytest.raises(ValueError, match=match):
        fit(gan)
    with pytest.raises(ValueError, match=match):
        gan.train_on_batch(POINTS)
    assert_equal(before, arrays(gan.variables))
    gan.evaluate(POINTS, verbose=0)


def test_compiled_again_they_train_where_they_are_new(change):
    gan = tiny_gan()
    fit(gan)
    change[0](gan)
    gan.compile(run_eagerly=EAGER)
    assert all(moved(gan, "generator")) and all(moved(gan, "discriminator"))


class Change(keras.callbacks.Callback):
    """Changes a model at a moment of the second epoch, by its own hand or by Keras's."""

    def __init__(self, change, moment, gan=None):
        super().__init__()
        self.change, self.gan = change, gan
        self.epochs, self.batches = [], []
        setattr(self, moment, self.act)
        self.moment = moment

    def act(self, number, logs=None):
        self.batches.append(number)
        if len(self.batches) == (4 if "batch" in self.moment else 2):
            self.change(self.gan or self.model)

    def on_epoch_end(self, epoch, logs=None):
        self.epochs.append(epoch)


@pytest.mark.parametrize("by_hand", [False, True])
@pytest.mark.parametrize(
    ("moment", "epochs"),
    [("on_epoch_begin", 1), ("on_train_batch_end", 2)],
)
def test_a_callback_that_changes_them_ends_the_training_with_the_next_epoch(
    moment, epochs, by_hand
):
    gan = tiny_gan(run_eagerly=False)
    callback = Change(add_to_the_discriminator, moment, gan if by_hand else None)
    with pytest.raises(ValueError, match="the discriminator: 2 new, as .*grown"):
        fit(gan, epochs=4, callbacks=[callback])
    assert callback.epochs == list(range(epochs))
    # What was trained until then stands, each value in its place.
    assert all(np.isfinite(value).all() for value in arrays(gan.variables))
    assert int(gan.optimizer.iterations) == 2 * epochs
    gan.compile(run_eagerly=EAGER)
    fit(gan)


@pytest.mark.parametrize("by_hand", [False, True])
def test_values_stand_in_their_places_where_a_network_grew_in_an_epoch(by_hand):
    whole, gan = tiny_gan(run_eagerly=False), tiny_gan(run_eagerly=False)
    fit(whole, epochs=2)
    # After the last batch of all: nothing is trained any more, and nothing is said.
    callback = Change(add_layers, "on_train_batch_end", gan if by_hand else None)
    fit(gan, epochs=2, callbacks=[callback])
    assert_equal(arrays(whole.generator.weights), arrays(gan.generator.weights)[:-2])
    assert_equal(arrays(whole.discriminator.weights), arrays(gan.discriminator.weights))


def test_a_replaced_network_counts_no_more_and_is_in_no_file(tmp_path):
    keras.utils.set_random_seed(0)
    gan = kerasgan.models.GAN(another(dropout=True), another(2, 1), latent_dim=3, seed=1)
    gan.generator = another()
    assert gan.count_params() == 8 + 3 and len(gan.trainable_variables) == 4
    gan.compile(generator_ema=0.9, run_eagerly=EAGER)
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    np.testing.assert_array_equal(loaded.generate(3, seed=0), gan.generate(3, seed=0))


def test_a_network_that_is_held_twice_stays():
    gan = mlp_gan()
    gan.others = [gan.generator]
    gan.generator = another()
    assert len(gan.trainable_variables) == 4 + 2 + 4


@pytest.mark.parametrize("make", [add_layers, replace_a_network])
def test_a_moving_average_begins_anew_with_a_warning(make, tmp_path):
    gan = tiny_gan(generator_ema=0.9)
    fit(gan)
    before = gan.average
    make(gan)
    with pytest.warns(UserWarning, match="begins anew.*Received: generator_ema=0.5"):
        gan.compile(generator_ema=0.5, run_eagerly=EAGER)
    assert gan.average is not before and gan.average.rule.decay == 0.5
    own = arrays(gan.generator.weights)
    assert_equal(own, arrays(gan.average.networks["generator"].weights))
    fit(gan)
    assert differ(own, arrays(gan.average.networks["generator"].weights))
    assert arrays([gan.average.moves])[0] == [2]
    # The old one is gone from the model, and from its files.
    assert len(gan.variables) == len(set(map(id, gan.variables)))
    assert all(variable is not old for variable in gan.variables for old in before.variables)


def test_an_average_goes_on_where_only_the_discriminator_has_changed():
    gan = tiny_gan(generator_ema=0.9)
    average = gan.average
    add_to_the_discriminator(gan)
    gan.compile(generator_ema=0.9, run_eagerly=EAGER)
    assert gan.average is average


def test_an_average_of_other_variables_does_not_move():
    network = another()
    average = MovingAverage({"g": network}, kerasgan.Average(0.9))
    network.add(layers.Dense(2))
    with pytest.raises(ValueError, match="Call `compile` again. Received: 4 for 2 of then"):
        average.update({"g": network}, {"g": None}, step=0, samples=4)
