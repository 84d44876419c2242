"""A game that grows from images of 2x2 to 4x4 and 8x8, small enough for every backend."""

import keras
import numpy as np
from keras import layers

import kerasgan
from tests.conformance.catalogue import EAGER

SIZES = (2, 4, 8)
FEATURES = 3
IMAGES = np.random.default_rng(0).uniform(-1, 1, (12, 8, 8, 1)).astype("float32")


def generators(latent_dim, regularizer=None):
    """One for each stage: each goes on with the layers of the one before, and fades in."""
    latents = keras.Input((latent_dim,))
    features = layers.Reshape((2, 2, FEATURES))(layers.Dense(2 * 2 * FEATURES)(latents))
    to_images = [
        layers.Conv2D(1, 1, activation="tanh", kernel_regularizer=regularizer) for _ in SIZES
    ]
    images = to_images[0](features)
    networks = [keras.Model(latents, images)]
    for to_image in to_images[1:]:
        features = layers.UpSampling2D()(features)
        features = layers.Conv2D(FEATURES, 3, padding="same")(features)
        features = layers.BatchNormalization()(features)
        after = to_image(layers.LeakyReLU()(features))
        # What the stage before has drawn, without its own fading.
        images = kerasgan.layers.Fade()([layers.UpSampling2D()(images), after])
        networks.append(keras.Model(latents, images))
        images = after
    return networks


def discriminators(regularizer=None):
    """Likewise; the layers that all stages end in are made first."""
    from_images = [layers.Conv2D(FEATURES, 1, activation="leaky_relu") for _ in SIZES]
    blocks = [layers.Conv2D(FEATURES, 3, padding="same") for _ in SIZES[1:]]
    end = keras.Sequential(
        [layers.Flatten(), layers.Dropout(0.2, seed=3), layers.Dense(1)], name="end"
    )
    networks = []
    for stage, size in enumerate(SIZES):
        images = keras.Input((size, size, 1))
        features = from_images[stage](images)
        for below in reversed(range(stage)):
            features = layers.AveragePooling2D(2)(layers.LeakyReLU()(blocks[below](features)))
            if below == stage - 1:
                before = from_images[below](layers.AveragePooling2D(2)(images))
                features = kerasgan.layers.Fade()([before, features])
        networks.append(keras.Model(images, end(features)))
    return networks


@keras.saving.register_keras_serializable("kerasgan_tests")
class Growing(kerasgan.GenerativeModel):
    """A generator and a discriminator of three stages."""

    def __init__(self, latent_dim=3, regularizer=None, seed=None, name=None, dtype=None):
        super().__init__(latent_dim, seed=seed, name=name, dtype=dtype)
        self.regularizer = regularizer
        with self.network_scope():
            self.declare_stages(
                generator=generators(latent_dim, regularizer), discriminator=discriminators()
            )

    def recipe(self):
        return kerasgan.Recipe.with_adam(0.01, beta_1=0.5, loss="non_saturating")


def growing(dtype=None, regularizer=None, **compile_arguments):
    """A compiled `Growing`, the same each time."""
    keras.utils.set_random_seed(0)
    game = Growing(seed=1, dtype=dtype, regularizer=regularizer)
    game.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return game


def train(game, epochs=1, **arguments):
    """Three batches of 4 images an epoch; returns the history."""
    options = {"batch_size": 4, "epochs": epochs, "shuffle": False, "verbose": 0}
    return game.fit(IMAGES, **{**options, **arguments}).history
