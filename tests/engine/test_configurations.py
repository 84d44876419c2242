"""Configurations: what the constructors take, whoever wrote them, and the same models again."""

import inspect
import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan.engine.state import configurations
from tests.conformance.catalogue import CATALOGUE
from tests.engine.games import Tug, assert_equal, mlp_gan
from tests.engine.own_models import (
    STYLES,
    Alone,
    Dense,
    Fixed,
    Holder,
    OfTheZoo,
    Several,
    registered,
)

every_model = pytest.mark.parametrize("row", CATALOGUE, ids=lambda row: row.model.__name__)
GIVEN = {"seed": 5, "name": "mine", "dtype": "mixed_bfloat16"}
SHARED = {**GIVEN, "dtype": keras.saving.serialize_keras_object(keras.DTypePolicy(GIVEN["dtype"]))}


def as_json(config):
    return json.loads(json.dumps(config))


def through_a_file(model, path, **options):
    model.save(path)
    return keras.saving.load_model(path, **options)


# kerasgan's own models.


@every_model
def test_a_configuration_holds_all_that_the_constructor_takes(row):
    arguments = row.arguments()
    model = row.model(**arguments, **GIVEN)
    config = model.get_config()
    assert set(config) == set(inspect.signature(row.model).parameters)
    for name, value in {**arguments, **SHARED}.items():
        assert config[name] == keras.saving.serialize_keras_object(value), name
    for name, parameter in inspect.signature(row.model).parameters.items():
        if name not in {**arguments, **SHARED}:
            assert config[name] == parameter.default, name
    again = row.model.from_config(as_json(config))
    assert type(again) is row.model and as_json(again.get_config()) == as_json(config)


def test_a_decoder_that_was_given_and_one_that_was_not(tmp_path):
    given = keras.Sequential([keras.Input((2,)), layers.Dense(3)])
    own = kerasgan.models.DensityNetwork((3,), generator_units=4)
    other = kerasgan.models.DensityNetwork((3,), decoder=given)
    assert own.get_config()["decoder"] is None and own.decoder is not None
    for model in (own, other):
        again = through_a_file(model, tmp_path / "model.keras")
        assert as_json(again.get_config()) == as_json(model.get_config())
        assert_equal(again.decoder.get_weights(), model.decoder.get_weights())


# Models that users write.


@pytest.mark.parametrize("style", STYLES)
def test_a_class_of_ones_own_comes_back(style, tmp_path):
    make, expected = STYLES[style]
    model = make(**GIVEN)
    config = model.get_config()
    assert config == {**SHARED, **expected}
    for again in (
        type(model).from_config(dict(config)),
        through_a_file(model, tmp_path / "model.keras"),
    ):
        assert type(again) is type(model) and as_json(again.get_config()) == as_json(config)
        assert again.dtype_policy.name == GIVEN["dtype"]
    assert_equal(again.generator.get_weights(), model.generator.get_weights())


def test_what_is_passed_by_place_by_name_and_not_at_all():
    made = [OfTheZoo(1.0, (2,), 3), OfTheZoo(1.0, data_shape=(2,), latent_dim=3)]
    configs = [{**model.get_config(), "name": None} for model in made]
    assert configs[0] == configs[1] and configs[0]["generator_units"] == 1200


def test_what_is_passed_on_has_its_dtype_wherever_it_comes_from(tmp_path):
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = Fixed(5)
    keras.config.set_dtype_policy("float32")
    assert model.get_config() == {**SHARED, "units": 5, "seed": None, "name": model.name}
    again = through_a_file(model, tmp_path / "model.keras")
    assert again.name == model.name and again.generator.compute_dtype == "bfloat16"


def test_a_constructor_without_seed_name_and_dtype(tmp_path):
    model = Alone(5)
    assert model.get_config() == {"units": 5}
    assert through_a_file(model, tmp_path / "model.keras").units == 5


def test_frozen_layers_stand_beside_the_arguments(tmp_path):
    make, expected = STYLES["Plain"]
    model = make(seed=1)
    model.discriminator.trainable = False
    config = model.get_config()
    assert set(config) == {*SHARED, *expected, "frozen"} and "discriminator" in config["frozen"]
    again = through_a_file(model, tmp_path / "model.keras")
    assert again.get_config()["frozen"] == config["frozen"]
    assert again.generator.trainable and not again.discriminator.trainable


def test_a_game_without_arguments_of_its_own():
    config = Tug(**GIVEN).get_config()
    assert config == SHARED and Tug.from_config(config).seed == 5


@registered
class Doubled(layers.Layer):
    def call(self, inputs):
        return 2.0 * inputs


HELD = {
    "tuple": (1, (2, 3)),
    "dictionary": {"a": 1, "b": [2.5, None, True]},
    "layer": Doubled(),
    "loss": kerasgan.losses.Hinge(),
    "list of losses": [kerasgan.losses.Hinge(), kerasgan.losses.LeastSquares()],
    "dictionary of initializers": {"first": keras.initializers.RandomNormal(stddev=0.5, seed=1)},
    "schedule": kerasgan.schedules.LinearDecay(1e-3, 2, 100),
    "array": np.arange(6.0).reshape(2, 3),
    "number of NumPy's": np.float64(0.5),
    "name": "uniform",
}


@pytest.mark.parametrize("kind", HELD)
def test_whatever_keras_can_write_is_an_argument(kind, tmp_path):
    value = HELD[kind]
    model = Holder(value, seed=1)
    written = keras.saving.serialize_keras_object(value)
    assert model.get_config()["held"] == written
    for again in (
        Holder.from_config(model.get_config()),
        through_a_file(model, tmp_path / "model.keras"),
    ):
        assert as_json(keras.saving.serialize_keras_object(again.held)) == as_json(written)
        for old, new in zip(keras.tree.flatten(value), keras.tree.flatten(again.held), strict=True):
            assert isinstance(new, type(old) if not np.isscalar(old) else type(new))
    assert type(Holder.from_config(model.get_config()).held) is type(model.held)


def test_networks_are_arguments_and_keep_their_weights(tmp_path):
    networks = [keras.Sequential([keras.Input((2,)), layers.Dense(3)]) for _ in range(2)]
    model = Holder(networks, seed=1)
    again = through_a_file(model, tmp_path / "model.keras")
    for old, new in zip(networks, again.held, strict=True):
        assert_equal(old.get_weights(), new.get_weights())


class Tripled(layers.Layer):
    """Registered nowhere."""

    def call(self, inputs):
        return 3.0 * inputs


def test_custom_objects_are_found_and_no_string_is_taken_for_one(tmp_path):
    generator = keras.Sequential([keras.Input((3,)), layers.Dense(2), Tripled()])
    discriminator = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    gan = kerasgan.models.GAN(generator, discriminator, 3, "uniform", seed=1)
    own = {"Tripled": Tripled, "uniform": Doubled}
    for again in (
        kerasgan.models.GAN.from_config(gan.get_config(), custom_objects=own),
        through_a_file(gan, tmp_path / "gan.keras", custom_objects=own),
    ):
        assert type(again.generator.layers[-1]) is Tripled
        assert again.latent_distribution == "uniform"
    with pytest.raises(TypeError, match="Could not locate class 'Tripled'"):
        kerasgan.models.GAN.from_config(gan.get_config())


# What cannot be written.


class Forgets(Dense):
    def __init__(self, units, depth=2, seed=None, name=None, dtype=None):
        super().__init__(latent_dim=3, seed=seed, name=name, dtype=dtype)
        self.units = units
        self.build_networks(units)


class ForgetsNames(Dense):
    def __init__(self, recipe="hinge", **kwargs):  # A method has the name.
        super().__init__(latent_dim=3, seed=kwargs.pop("seed", None))
        self.build_networks(4)


class Layers(Dense):
    def __init__(self, layers=3, seed=None, name=None, dtype=None):  # A property of Keras's has it.
        super().__init__(latent_dim=3, seed=seed, name=name, dtype=dtype)
        self.build_networks(layers)


@pytest.mark.parametrize(
    ("make", "cls", "argument"),
    [
        (lambda: Forgets(4), "Forgets", "depth"),
        (lambda: Forgets(4, depth=3), "Forgets", "depth"),
        (lambda: ForgetsNames(), "ForgetsNames", "recipe"),
        (lambda: Layers(3), "Layers", "layers"),
        (lambda: OfTheZooWithout(more=1), "OfTheZooWithout", "more"),
    ],
)
def test_an_argument_that_is_not_stored_is_named(make, cls, argument, tmp_path):
    message = (
        f"configuration of {cls} .*write `self.{argument} = {argument}`, or define `get_config`.*"
        f"Received: no attribute for the argument `{argument}`"
    )
    model = make()
    with pytest.raises(ValueError, match=message):
        model.get_config()
    with pytest.raises(ValueError, match=message):
        model.save(tmp_path / "model.keras")
    assert not list(tmp_path.iterdir())


class OfTheZooWithout(kerasgan.models.VanillaGAN):
    def __init__(self, **kwargs):
        kwargs.pop("more")
        super().__init__((2,), 3, 4, 3, **kwargs)


class ByPlace(Dense):
    def __init__(self, units, /, seed=None, name=None, dtype=None):
        super().__init__(latent_dim=3, seed=seed, name=name, dtype=dtype)
        self.units = units
        self.build_networks(units)


@pytest.mark.parametrize(
    ("make", "cls", "argument"),
    [
        (lambda: Several(2, 3), "Several", r"\*units"),
        (lambda: ByPlace(4), "ByPlace", "units"),
    ],
)
def test_an_argument_without_a_name_is_told(make, cls, argument):
    match = f"configuration of {cls} .*Give each a name.*Received: {argument}$"
    with pytest.raises(ValueError, match=match):
        make().get_config()


class NoConfig:
    def scale(self, x):
        return 2.0 * x


class Own(layers.Layer):
    """Neither Keras nor its author says how it is made."""

    def __init__(self, thing):
        super().__init__()
        self.thing = thing


@pytest.mark.parametrize(
    "value",
    [
        NoConfig(),
        [1, NoConfig()],
        {"a": {"b": NoConfig()}},
        {1: "one"},
        [{"a": {2: 3}}],
        {1, 2},
        Path("folder"),
        NoConfig,
        NoConfig().scale,
        np.tanh,
        np.random.default_rng(0),
        Own(NoConfig()),
        open,
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_argument_that_cannot_be_written_is_named(value, tmp_path):
    model = Holder(value)
    message = (
        r"argument `held` of Holder cannot .*register_keras_serializable.*define `get_config` and "
        r"`from_config` in Holder\. Received: held="
    )
    with pytest.raises(ValueError, match=message):
        model.get_config()
    with pytest.raises(ValueError, match=message):
        model.save(tmp_path / "model.keras")
    assert not list(tmp_path.iterdir())


def test_a_class_with_a_configuration_of_its_own_may_hold_what_it_likes(tmp_path):
    model = Counted(NoConfig(), seed=1)
    config = model.get_config()
    assert set(config) == {"seed", "name", "dtype", "held"} and config["held"] == "NoConfig"
    assert isinstance(through_a_file(model, tmp_path / "model.keras").held, NoConfig)


@registered
class Counted(Dense):
    def __init__(self, held, seed=None, name=None, dtype=None):
        super().__init__(latent_dim=3, seed=seed, name=name, dtype=dtype)
        self.held = NoConfig() if held == "NoConfig" else held
        self.build_networks(4)

    def get_config(self):
        return {**super().get_config(), "held": type(self.held).__name__}


def test_the_model_is_described_as_it_is_now():
    model = mlp_gan()
    before = model.get_config()
    model.generator = keras.Sequential([keras.Input((3,)), layers.Dense(2)], name="another")
    changed = {name for name, value in model.get_config().items() if value != before[name]}
    assert changed == {"generator"}
    assert configurations.revived(model.get_config()["generator"]).name == "another"
