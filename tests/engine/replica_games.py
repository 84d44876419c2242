"""A game for several devices, whose latents are a function of the data, and how two runs compare.

Imported by scripts that have made their virtual devices before.
"""

import contextlib
from dataclasses import replace

import keras
import numpy as np
from keras import layers, ops

import kerasgan

POINTS = np.random.default_rng(0).normal(size=(16, 4)).astype("float32")


class GivenLatents(kerasgan.models.GAN):
    """A `GAN` whose latents come with the data: the same, however the batch is divided."""

    def passes(self, batch, turn):
        passes = super().passes(batch, turn)
        real = ops.reshape(batch, (-1, int(np.prod(batch.shape[1:]))))
        passes.__dict__["fake"] = ops.cast(
            self.generator(real[:, :3], training=turn.training), "float32"
        )
        return passes


class Resting(GivenLatents):
    """The same, whose generator moves in every other step."""

    def players(self):
        discriminator, generator = super().players()
        return [discriminator, replace(generator, when=lambda turn: turn.step % 2 == 0)]


class Remembered(kerasgan.penalties.Penalty):
    """How far scores are from what they were: the mean of earlier ones."""

    name = "remembered"

    def __init__(self, weight=1.0, every=1):
        super().__init__(weight, every)
        self.mean = self.add_state("mean")

    def points(self, real, fake, seed):
        return real

    def value(self, discriminator, points):
        scores = discriminator(points)
        before = ops.copy(ops.convert_to_tensor(self.mean))
        self.mean.assign(ops.stop_gradient(0.5 * before + 0.5 * ops.mean(scores)))
        return ops.mean(ops.square(scores - before))


def make(model=GivenLatents, normalization=(), shape=(4,), optimizer=None, rate=0.05, **kwargs):
    """A compiled game, the same each time."""
    keras.utils.set_random_seed(0)
    hidden = [layers.Dense(6), *normalization, layers.ReLU()]
    outputs = [layers.Dense(int(np.prod(shape))), layers.Reshape(shape)]
    generator = keras.Sequential([keras.Input((3,)), *hidden, *outputs])
    flat = [keras.Input(shape), layers.Flatten()]
    discriminator = keras.Sequential([*flat, layers.Dense(6, "tanh"), layers.Dense(1)])
    gan = model(generator, discriminator, latent_dim=3, seed=1)
    optimizer = optimizer or keras.optimizers.SGD
    optimizers = {
        f"{player}_optimizer": optimizer(rate) for player in ("generator", "discriminator")
    }
    gan.compile(**{**optimizers, **kwargs})
    return gan


def run(scope, data=POINTS, batch_size=8, epochs=2, **kwargs):
    """Trains and evaluates a game; returns its state, its history and its evaluation."""
    with scope or contextlib.nullcontext():
        gan = make(**kwargs)
    history = gan.fit(data, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0).history
    losses = gan.evaluate(data, batch_size=batch_size, verbose=0, return_dict=True)
    return gan, {**history, **{f"val_{name}": [value] for name, value in losses.items()}}


def state(gan):
    """Everything that training changes, metrics aside, in float64."""
    variables = [*gan.variables, *gan.optimizer.variables]
    return [np.asarray(ops.convert_to_numpy(variable), "float64") for variable in variables]


def difference(left, right):
    """The largest differences in states and in losses of two results of `run`."""
    states = zip(state(left[0]), state(right[0]), strict=True)
    weights = max(np.abs(a - b).max() for a, b in states)
    losses = max(np.abs(np.subtract(left[1][name], right[1][name])).max() for name in left[1])
    return {"weights": float(weights), "losses": float(losses)}
