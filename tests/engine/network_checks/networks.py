"""Small networks of images for what `compile` looks at."""

import warnings

import keras
from keras import layers

import kerasgan
from tests.conformance.catalogue import EAGER

SHAPE = (8, 8, 3)


def convolution(**arguments):
    return layers.Conv2D(2, 3, padding="same", activation="leaky_relu", **arguments)


def critic(*parts, end=None):
    """A discriminator that begins with these layers."""
    last = layers.Dense(1) if end is None else end
    return keras.Sequential([keras.Input(SHAPE), *parts, layers.Flatten(), last])


def generator():
    units = SHAPE[0] * SHAPE[1] * SHAPE[2]
    return keras.Sequential([keras.Input((3,)), layers.Dense(units, "tanh"), layers.Reshape(SHAPE)])


def silent(*arguments, **keywords):
    """A game that is compiled without a word of ours."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="(?s).*Received: ", category=UserWarning)
        return compiled(*arguments, **keywords)


def compiled(discriminator, made_by=None, **arguments):
    """A game of a discriminator, compiled."""
    gan = kerasgan.models.GAN(made_by or generator(), discriminator, latent_dim=3, seed=0)
    gan.compile(run_eagerly=EAGER, **arguments)
    return gan
