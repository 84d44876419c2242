"""The names under which files know kerasgan's classes."""

import importlib

import keras
import numpy as np
import pytest
from keras import layers

import kerasgan
from kerasgan import export, losses, models
from kerasgan.export import check_names, kerasgan_export
from tests.engine.games import mlp_gan
from tests.test_package import PUBLIC

theirs = keras.saving.register_keras_serializable("kerasgan")


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    """What is registered, as it was, after each test."""
    registered = keras.saving.get_custom_objects()
    before = dict(registered)
    monkeypatch.setattr(export, "_OURS", dict(export._OURS))
    yield registered
    registered.clear()
    registered.update(before)


def named(name, **attributes):
    """A class of that name, of this module."""
    own = {"get_config": lambda self: {}, "__module__": __name__, **attributes}
    return type(name, (), own)


def test_every_public_class_that_files_name_is_exported():
    for name, value in PUBLIC.items():
        registered = isinstance(value, type) and keras.saving.get_registered_name(value)
        if registered and ">" in registered:
            assert registered == f"kerasgan>{value.__name__}", name
            assert export._OURS[registered] is value, name
    found = {name for name in keras.saving.get_custom_objects() if name.startswith("kerasgan>")}
    assert found == set(export._OURS) and len(found) >= 58
    check_names()


def test_a_new_class_and_a_function_are_registered():
    first = kerasgan_export(named("NewModel"))
    assert keras.saving.get_registered_name(first) == "kerasgan>NewModel"
    assert keras.saving.get_registered_object("kerasgan>NewModel") is first

    @kerasgan_export
    def new_function(x):
        return x

    assert keras.saving.get_registered_object("kerasgan>new_function") is new_function
    check_names()


@pytest.mark.parametrize(
    "name", ["LSGAN", "Hinge", "R1", "InstanceNormalization", "shift_and_flip"]
)
def test_a_taken_name_is_refused(name, registry):
    before = registry[f"kerasgan>{name}"]
    place = f"{__name__}.{name}"
    message = rf"'kerasgan>{name}'.* is taken.*my_package.*Received: {place}, where kerasgan\.\w+"
    with pytest.raises(ValueError, match=message):
        kerasgan_export(named(name))
    assert registry[f"kerasgan>{name}"] is before


def test_a_name_that_another_packages_class_has_is_refused():
    theirs(named("NewModel", __module__="elsewhere"))
    with pytest.raises(ValueError, match="where elsewhere.NewModel has the name"):
        kerasgan_export(named("NewModel"))


def test_what_is_defined_again_takes_its_own_place(tmp_path):
    first, second = named("NewModel"), named("NewModel")
    kerasgan_export(first)
    kerasgan_export(second)
    assert keras.saving.get_registered_object("kerasgan>NewModel") is second
    check_names()


def test_a_module_is_loaded_again(tmp_path):
    module = importlib.import_module("kerasgan.models.vanilla_gan")
    before = module.VanillaGAN
    try:
        again = importlib.reload(module).VanillaGAN
        assert again is not before
        gan = again((2,), latent_dim=2, generator_units=3, discriminator_units=2)
        gan.save(tmp_path / "gan.keras")
        assert type(keras.saving.load_model(tmp_path / "gan.keras")) is again
        before((2,), latent_dim=2, generator_units=3, discriminator_units=2)
    finally:
        module.VanillaGAN = before


REPLACED = "'kerasgan>{}' has come to mean .*my_package.*Received: .*{} in the place of kerasgan"


@pytest.mark.parametrize("name", ["LSGAN", "Hinge", "R1"])
def test_keras_decorator_cannot_replace_a_class_in_silence(name):
    mlp_gan()
    theirs(named(name))
    match = REPLACED.format(name, name)
    with pytest.raises(ValueError, match=match):
        check_names()
    with pytest.raises(ValueError, match=match):
        mlp_gan()


def test_a_replaced_class_is_noticed_in_loading(tmp_path, rng):
    gan = models.VanillaGAN((2,), latent_dim=2, generator_units=3, discriminator_units=2)
    gan.compile(loss="hinge")
    gan.save(tmp_path / "gan.keras")
    gan.save_to_preset(tmp_path / "preset")
    samples = gan.generate(3, seed=0)
    theirs(type("Hinge", (losses.LeastSquares,), {"__module__": "elsewhere"}))
    for load in (
        lambda: keras.saving.load_model(tmp_path / "gan.keras"),
        lambda: models.VanillaGAN.from_preset(tmp_path / "preset"),
        lambda: kerasgan.load_generator(tmp_path / "gan.keras"),
    ):
        with pytest.raises(ValueError, match=REPLACED.format("Hinge", "elsewhere.Hinge")):
            load()
    theirs(losses.Hinge)
    generate = kerasgan.load_generator(tmp_path / "gan.keras")
    np.testing.assert_allclose(generate(3, seed=0), samples, atol=1e-6)


def test_classes_of_other_packages_may_have_any_name(tmp_path):
    own = keras.saving.register_keras_serializable("my_package")
    loss = own(type("Hinge", (losses.LeastSquares,), {"__module__": "elsewhere"}))
    gan = mlp_gan()
    gan.compile(loss=loss())
    gan.save(tmp_path / "gan.keras")
    assert type(keras.saving.load_model(tmp_path / "gan.keras").rules.loss) is loss


def test_an_empty_registry_is_no_other_class(registry):
    registry.clear()
    check_names()
    assert mlp_gan().generate(2, seed=0).shape == (2, 2)


def test_layers_in_networks(tmp_path, registry):
    generator = keras.Sequential([keras.Input((4, 4, 1)), kerasgan.layers.InstanceNormalization()])
    generator.save(tmp_path / "network.keras")
    theirs(type("InstanceNormalization", (layers.Layer,), {"__module__": "elsewhere"}))
    with pytest.raises(ValueError, match=REPLACED.format("InstanceNormalization", "")):
        kerasgan.load_generator(tmp_path / "network.keras")
