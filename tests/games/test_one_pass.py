"""Real and generated samples in one pass of the discriminator."""

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.engine.network_checks.independence import treats_samples_independently
from tests.conformance.catalogue import EAGER
from tests.engine.games import POINTS, fit, state


class Pass(layers.Layer):
    """Leaves everything as it is, and notes the sizes of the batches. Not known to kerasgan."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.sizes = []

    def call(self, inputs):
        if isinstance(inputs.shape[0], int):
            self.sizes.append(inputs.shape[0])
        return inputs


class Independent(Pass):
    mixes_samples = False


def gan_with(*hidden, **compile_arguments):
    def network(*middle, inputs, outputs):
        dense = [
            layers.Dense(n, kernel_initializer=keras.initializers.GlorotUniform(n))
            for n in (5, outputs)
        ]
        return keras.Sequential([keras.Input((inputs,)), dense[0], *middle, dense[1]])

    gan = kerasgan.models.GAN(
        network(inputs=3, outputs=2), network(*hidden, inputs=2, outputs=1), latent_dim=3, seed=0
    )
    gan.compile(
        loss="least_squares",
        discriminator_optimizer=keras.optimizers.SGD(0.1),
        generator_optimizer=keras.optimizers.SGD(0.1),
        run_eagerly=EAGER,
        **compile_arguments,
    )
    return gan


@pytest.mark.parametrize(
    ("layer", "independent"),
    [
        (layers.Dropout(0.2), True),
        (layers.LayerNormalization(), True),
        (layers.BatchNormalization(), False),
        (keras.Sequential([layers.BatchNormalization()]), False),
        (Pass(), False),
        (Independent(), True),
    ],
)
def test_which_networks_treat_samples_independently(layer, independent):
    network = keras.Sequential([keras.Input((4,)), layer, layers.Dense(1)])
    assert treats_samples_independently(network) is independent


def test_one_pass_gives_what_two_give():
    one, two = gan_with(Independent(name="note")), gan_with(Pass(name="note"))
    logs = [fit(gan, epochs=2) for gan in (one, two)]
    for name in logs[0]:
        np.testing.assert_allclose(logs[0][name], logs[1][name], rtol=1e-5)
    for left, right in zip(state(one), state(two), strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("layer", "update", "sizes"),
    [
        (Independent, "alternating", [8, 4]),  # The discriminator's move, then the generator's.
        (Pass, "alternating", [4, 4, 4]),
        (Independent, "simultaneous", [4, 4]),  # One pass of each kind serves both players.
    ],
)
def test_the_discriminator_passes_as_often_as_it_must(layer, update, sizes):
    note = layer(name="note")
    gan = gan_with(note, update=update)
    note.sizes.clear()
    fit(gan, POINTS[:4])
    assert note.sizes[: len(sizes)] == sizes
    assert (
        len(note.sizes) == len(sizes) or keras.backend.backend() == "jax"
    )  # Traces more than once.
