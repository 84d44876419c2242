"""Models as users write them: each takes its constructor's arguments in another way."""

import keras
from keras import layers

import kerasgan

registered = keras.saving.register_keras_serializable("kerasgan_tests")


class Dense(kerasgan.GenerativeModel):
    """Networks of one hidden layer on points, and no constructor of its own."""

    def build_networks(self, units):
        def dense(inputs, outputs):
            hidden = layers.Dense(units, "tanh")
            return keras.Sequential([keras.Input((inputs,)), hidden, layers.Dense(outputs)])

        with self.network_scope():
            self.generator, self.discriminator = dense(self.latent_dim, 2), dense(2, 1)

    def recipe(self):
        return kerasgan.Recipe.with_adam(1e-3, beta_1=0.5, loss="hinge")


@registered
class Plain(Dense):
    def __init__(self, units, latent_dim=3, *, scale=1.0, seed=None, name=None, dtype=None):
        super().__init__(latent_dim, seed=seed, name=name, dtype=dtype)
        self.units, self.scale = units, scale
        self.build_networks(units)


@registered
class PassesOn(Dense):
    def __init__(self, units=4, latent_dim=3, **kwargs):
        super().__init__(latent_dim, **kwargs)
        self.units = units
        self.build_networks(units)


@registered
class Fixed(Dense):
    """Its latents are three, whatever is passed on."""

    def __init__(self, units=4, **kwargs):
        super().__init__(latent_dim=3, **kwargs)
        self.units = units
        self.build_networks(units)


@registered
class Alone(Dense):
    """Takes no seed, name or dtype."""

    def __init__(self, units=4):
        super().__init__(latent_dim=3)
        self.units = units
        self.build_networks(units)


@registered
class Several(Dense):
    """Takes sizes by their place."""

    def __init__(self, *units, seed=None, name=None, dtype=None):
        super().__init__(latent_dim=3, seed=seed, name=name, dtype=dtype)
        self.units = units
        self.build_networks(sum(units) or 4)


@registered
class SeveralByHand(Several):
    def get_config(self):
        return {**super().get_config(), "units": self.units}

    @classmethod
    def from_config(cls, config):
        units = config.pop("units")
        return cls(*units, **config)


@registered
class ByHand(Dense):
    """As models were written when each had a `get_config` of its own."""

    def __init__(self, size, latent_dim=3, seed=None, name=None, dtype=None):
        super().__init__(latent_dim, seed=seed, name=name, dtype=dtype)
        self._size = size  # Not under its name.
        self.build_networks(size)

    def get_config(self):
        own = {"size": self._size, "latent_dim": self.latent_dim}
        return {**super().get_config(), **own}


@registered
class FixedByHand(Dense):
    def __init__(self, size, **kwargs):
        super().__init__(latent_dim=3, **kwargs)
        self._size = size
        self.build_networks(size)

    def get_config(self):
        return {**super().get_config(), "size": self._size}


@registered
class OfTheZoo(kerasgan.models.VanillaGAN):
    """A model of kerasgan's and one argument more."""

    def __init__(self, shift, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.shift = shift

    def get_config(self):
        return {**super().get_config(), "shift": self.shift}


@registered
class OfAnother(Plain):
    """A model of one's own and one argument more."""

    def __init__(self, depth, units, latent_dim=3, seed=None, name=None, dtype=None):
        super().__init__(units, latent_dim, seed=seed, name=name, dtype=dtype)
        self.depth = depth

    def get_config(self):
        return {**super().get_config(), "depth": self.depth}


@registered
class Holder(Dense):
    """Keeps whatever it is given."""

    def __init__(self, held, units=4, seed=None, name=None, dtype=None):
        super().__init__(latent_dim=3, seed=seed, name=name, dtype=dtype)
        self.held, self.units = held, units
        self.build_networks(units)


UNITS = {"generator_units": 4, "discriminator_units": 3}
# How each is made, and what its configuration holds beside seed, name and dtype.
STYLES = {
    "Plain": (
        lambda **more: Plain(5, scale=2.0, **more),
        {"units": 5, "latent_dim": 3, "scale": 2.0},
    ),
    "PassesOn": (
        lambda **more: PassesOn(5, latent_distribution="uniform", **more),
        {"units": 5, "latent_dim": 3, "latent_distribution": "uniform"},
    ),
    "Fixed": (lambda **more: Fixed(5, **more), {"units": 5}),
    "Several": (lambda **more: Several(**more), {}),
    "SeveralByHand": (lambda **more: SeveralByHand(2, 3, **more), {"units": (2, 3)}),
    "ByHand": (lambda **more: ByHand(5, **more), {"size": 5, "latent_dim": 3}),
    "FixedByHand": (lambda **more: FixedByHand(5, **more), {"size": 5}),
    "OfTheZoo": (
        lambda **more: OfTheZoo(2.0, (2,), 3, **UNITS, **more),
        {
            "shift": 2.0,
            "data_shape": (2,),
            "latent_dim": 3,
            "latent_distribution": "normal",
            **UNITS,
        },
    ),
    "OfAnother": (
        lambda **more: OfAnother(2, 5, **more),
        {"depth": 2, "units": 5, "latent_dim": 3},
    ),
}
