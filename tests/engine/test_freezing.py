"""Layers that are frozen or thawed after `compile`, between two trainings and within one."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from tests.engine.games import POINTS, arrays, assert_equal, differ

Adam, Scaled = keras.optimizers.Adam, keras.optimizers.LossScaleOptimizer
OPTIMIZERS = {
    "adam": lambda: Adam(0.01),
    "weight decay": lambda: keras.optimizers.AdamW(0.01, weight_decay=0.1),
    "accumulating": lambda: Adam(0.01, gradient_accumulation_steps=2),
    "loss scale": lambda: Scaled(Adam(0.01)),
}


def game(optimizer="adam", before=()):
    """A discriminator of equal layers, of which those at some places are frozen before `compile`.

    Not run eagerly: a compiled step is what may not know of it.
    """
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
    hidden = [layers.Dense(2, "tanh", kernel_regularizer="l2") for _ in range(3)]
    discriminator = keras.Sequential([keras.Input((2,)), *hidden, layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, latent_dim=3, seed=1)
    freeze(gan, *before)
    gan.compile(discriminator_optimizer=OPTIMIZERS[optimizer](), discriminator_steps=1)
    return gan


def freeze(gan, *places):
    """Freezes the discriminator's layers at these places, and thaws the others."""
    for place, layer in enumerate(gan.discriminator.layers):
        layer.trainable = place not in places


def train(gan, epochs=1, **arguments):
    options = {"batch_size": 4, "shuffle": False, "verbose": 0}
    return gan.fit(POINTS, epochs=epochs, **options, **arguments).history


def moved(gan, train):
    """The places of the discriminator's layers that a training moves."""
    before = [arrays(layer.weights) for layer in gan.discriminator.layers]
    train(gan)
    after = [arrays(layer.weights) for layer in gan.discriminator.layers]
    return [place for place, pair in enumerate(zip(before, after, strict=True)) if differ(*pair)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("places", [(1,), (0, 1, 2, 3)])
def test_it_is_the_same_before_and_after_compile(optimizer, places):
    before, after = game(optimizer, before=places), game(optimizer)
    freeze(after, *places)
    logs, logs_after = train(before, epochs=2), train(after, epochs=2)
    assert logs_after == {"discriminator_regularization": [0, 0], **logs}
    assert_equal(arrays(before.weights), arrays(after.weights))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_frozen_layer_stands_still_though_it_has_been_trained(optimizer):
    gan = game(optimizer)
    assert moved(gan, train) == [0, 1, 2, 3]
    freeze(gan, 1)
    assert moved(gan, train) == [0, 2, 3]
    freeze(gan, 2)  # As many of the same shapes: only their places tell them apart.
    assert moved(gan, train) == [0, 1, 3]
    freeze(gan)
    assert moved(gan, train) == [0, 1, 2, 3]


def test_in_batches_by_hand_and_in_what_is_computed():
    gan = game()
    one = lambda gan: gan.train_on_batch(POINTS[:4])  # noqa: E731
    assert moved(gan, one) == [0, 1, 2, 3]
    freeze(gan, 0)
    assert moved(gan, one) == [1, 2, 3]
    results = []
    for places in ((0,), (1,)):
        freeze(gan, *places)
        logs = gan.evaluate(POINTS, batch_size=4, verbose=0, return_dict=True)
        results.append({k: v for k, v in logs.items() if k.endswith("adversarial")})
        results[-1]["scores"] = np.sum(gan.discriminator.predict_on_batch(POINTS))
    assert results[0].keys() == results[1].keys()
    assert results[0]["discriminator_adversarial"] == results[1]["discriminator_adversarial"]


class Freeze(keras.callbacks.Callback):
    """Freezes a layer when the second epoch begins, and notes the weights then."""

    def __init__(self, gan):
        super().__init__()
        self.gan = gan

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 1:
            freeze(self.gan, 2)
            self.then = arrays(self.gan.discriminator.layers[2].weights)


@pytest.mark.parametrize("terminate", [False, True])
def test_by_a_callback_from_the_next_epoch_on(terminate):
    gan = game()
    first = arrays(gan.discriminator.layers[2].weights)
    callback = Freeze(gan)
    others = [keras.callbacks.TerminateOnNaN()] if terminate else []
    train(gan, epochs=3, callbacks=[callback, *others])
    assert differ(first, callback.then)
    assert_equal(callback.then, arrays(gan.discriminator.layers[2].weights))


def test_regularizers_of_frozen_layers_count_no_more():
    terms = [train(game(before=places))["discriminator_regularization"] for places in ((), (0, 1))]
    gan = game()
    freeze(gan, 0, 1)
    assert train(gan)["discriminator_regularization"] == terms[1] < terms[0]


@pytest.mark.parametrize("places", [(0,), (1, 2), (0, 1, 2, 3)])
def test_layers_thawed_after_compile_need_another(places):
    gan = game(before=places)
    freeze(gan)
    match = rf"Call `compile` again.*Received: {2 * len(places)} such .* discriminator, as .*kernel"
    with pytest.raises(ValueError, match=match):
        train(gan)
    with pytest.raises(ValueError, match=match):
        gan.train_on_batch(POINTS)
    gan.evaluate(POINTS, verbose=0)
    gan.compile()
    assert moved(gan, train) == [0, 1, 2, 3]
