"""Games small enough for arithmetic by hand."""

import keras
import numpy as np
from keras import layers, ops

import kerasgan
from tests.conformance.catalogue import EAGER

POINTS = np.random.default_rng(0).normal(size=(8, 2)).astype("float32")


def number(value):
    """A Keras scalar as a float."""
    return float(ops.convert_to_numpy(value))


def arrays(variables):
    """Copies of variables."""
    return [np.array(ops.convert_to_numpy(variable)) for variable in variables]


def state(model):
    """Everything that training changes, metrics aside."""
    return arrays([*model.variables, *model.optimizer.variables])


def assert_equal(left, right):
    for a, b in zip(left, right, strict=True):
        np.testing.assert_array_equal(a, b)


def differ(left, right):
    return any((a != b).any() for a, b in zip(left, right, strict=True))


def mlp_gan(**arguments):
    """A `GAN` of multilayer perceptrons on points, the same each time."""
    keras.utils.set_random_seed(0)
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(2)])
    # Without a seed of its own a dropout layer draws from PyTorch's global stream, which no model
    # holds and no file saves.
    hidden = [layers.Dense(4, "relu"), layers.Dropout(0.2, seed=7)]
    discriminator = keras.Sequential([keras.Input((2,)), *hidden, layers.Dense(1)])
    defaults = {"latent_dim": 3, "seed": 1}
    return kerasgan.models.GAN(generator, discriminator, **{**defaults, **arguments})


def tiny_gan(**compile_arguments):
    """A compiled `mlp_gan`."""
    gan = mlp_gan()
    gan.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return gan


def fit(gan, data=POINTS, epochs=1, **kwargs):
    """Two batches an epoch; returns the history."""
    options = {"batch_size": 4, "epochs": epochs, "shuffle": False, "verbose": 0}
    return gan.fit(data, **{**options, **kwargs}).history


def factor(features=1):
    """A network that multiplies by its only weight(s): `(batch, features)` to `(batch, 1)`."""
    return keras.Sequential([keras.Input((features,)), layers.Dense(1, use_bias=False)])


def linear_gan(generator=0.5, discriminator=2.0, seed=1, **compile_arguments):
    """A game of two numbers: samples `g·z`, scores `d·x`."""
    gan = kerasgan.models.GAN(factor(), factor(), latent_dim=1, seed=seed)
    gan.generator.set_weights([np.array([[generator]], "float32")])
    gan.discriminator.set_weights([np.array([[discriminator]], "float32")])
    gan.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return gan


class Tug(kerasgan.AdversarialModel):
    """Two numbers `a` and `b` of one player against `c` of the other, and a `d` of nobody.

    On a batch with mean m, `left` minimises (a + b + c·d - m)² and `right` minimises (c - a)².
    """

    def __init__(self, seed=None, name=None, dtype=None):
        super().__init__(seed=seed, name=name, dtype=dtype)
        self.a, self.b, self.c, self.d = (factor() for _ in range(4))
        for value, network in enumerate((self.a, self.b, self.c, self.d), start=1):
            network.set_weights([np.array([[value]], "float32")])

    @property
    def generators(self):
        return {"a": self.a, "b": self.b}

    def players(self):
        return [
            kerasgan.Player(
                "left",
                # Listed twice and moved once.
                [self.a, self.b, self.a],
                lambda p: {"pull": (p["a"] + p["b"] + p["c"] * p["d"] - p["mean"]) ** 2},
                terms=["pull"],
            ),
            kerasgan.Player(
                "right", [self.c], lambda p: {"pull": (p["c"] - p["a"]) ** 2}, terms=["pull"]
            ),
        ]

    def recipe(self):
        return kerasgan.Recipe(
            loss="wasserstein",
            optimizers={
                "left": keras.optimizers.SGD(0.01),
                "right": keras.optimizers.SGD(0.1),
            },
        )

    def unpack(self, data):
        return keras.utils.unpack_x_y_sample_weight(data)[0]

    def passes(self, batch, turn):
        one = ops.ones((1, 1))
        values = {name: ops.sum(getattr(self, name)(one)) for name in "abcd"}
        return {**values, "mean": ops.mean(batch)}

    def call(self, inputs):
        return self.a(inputs)

    @property
    def values(self):
        return [number(getattr(self, name).weights[0][0, 0]) for name in "abcd"]


def tug(**compile_arguments):
    game = Tug()
    game.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return game
