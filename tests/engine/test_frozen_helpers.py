"""Games with networks that help and are never trained: their state, their files, their players."""

import keras
import numpy as np
import pytest
from keras import layers, ops

import kerasgan
from kerasgan.callbacks import Checkpoint
from kerasgan.layers import Frozen
from kerasgan.model_files import ModelFileError
from kerasgan.models import GAN
from tests.conformance.catalogue import EAGER
from tests.engine.games import (
    POINTS,
    Tug,
    arrays,
    assert_equal,
    differ,
    fit,
    number,
    state,
)

CONSTANT = keras.initializers.Constant
BATCH = np.ones((4, 1), "float32")


@keras.saving.register_keras_serializable("kerasgan_tests")
def tripling():
    """A network that triples one number, through 20 thousand weights and statistics."""
    wide = layers.Dense(10_000, kernel_initializer=CONSTANT(1e-4))
    narrow = layers.Dense(1, kernel_initializer=CONSTANT(3.0), use_bias=False)
    statistics = layers.BatchNormalization(scale=False, center=False, epsilon=0.0)
    return keras.Sequential([keras.Input((1,)), wide, statistics, narrow])


def doubling():
    network = tripling()
    network.layers[-1].kernel.assign(network.layers[-1].kernel * (2.0 / 3.0))
    return network


class JudgedTug(Tug):
    """A `Tug` whose target is not the mean m of a batch but what a frozen network makes of it."""

    maker = staticmethod(tripling)

    def __init__(self, seed=None, name=None, dtype=None):
        super().__init__(seed=seed, name=name, dtype=dtype)
        self.judge = Frozen(self.made())

    def made(self):
        return self.maker

    def passes(self, *arguments, **kwargs):
        values = super().passes(*arguments, **kwargs)
        mean = ops.reshape(values["mean"], (1, 1))
        return {**values, "mean": ops.sum(self.judge(mean))}


@keras.saving.register_keras_serializable("kerasgan_tests")
class OfAFunction(JudgedTug):
    """Its network is made by a function."""


@keras.saving.register_keras_serializable("kerasgan_tests")
class OfAModel(JudgedTug):
    """Its network is made before."""

    def made(self):
        return self.maker()


def judged(model=OfAFunction, **compile_arguments):
    game = model(seed=1)
    game.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return game


def pull(game):
    """The loss of the first player in a step on a batch of ones."""
    return fit(game, BATCH)["left_pull"][0]


@pytest.mark.parametrize("eagerly", [EAGER, False])
def test_its_weights_are_read_in_every_step(eagerly):
    """On JAX they would else stand in the compiled step, with the values of its making."""
    game = judged(run_eagerly=eagerly)
    assert pull(game) == pytest.approx((1 + 2 + 3 * 4 - 3) ** 2, rel=1e-3)
    rest = [[[value]] for value in (1.0, 2.0, 3.0)]
    for network, weights in zip((game.a, game.b, game.c), rest, strict=True):
        network.set_weights([np.array(weights, "float32")])
    step = game.train_function
    kernel = game.judge.network.layers[-1].kernel
    kernel.assign(2.0 * kernel)
    assert pull(game) == pytest.approx((1 + 2 + 3 * 4 - 6) ** 2, rel=1e-3)
    assert game.train_function is step


def test_nothing_trains_it():
    game = judged()
    before = arrays(game.judge.network.variables)
    game.trainable = False
    game.trainable = True
    fit(game, epochs=2, data=BATCH)
    assert_equal(before, arrays(game.judge.network.variables))
    assert not game.judge.network.trainable and len(game.trainable_variables) == 4
    assert {id(v) for v in game.judge.weights} <= {id(v) for v in game.non_trainable_variables}


@pytest.mark.parametrize("model", [OfAFunction, OfAModel])
def test_saved_files_leave_it_out_and_training_goes_on_exactly(model, tmp_path):
    game = judged(model, generator_ema=0.9)
    fit(game, BATCH)
    game.save(tmp_path / "game.keras")
    assert (tmp_path / "game.keras").stat().st_size < 60_000 < 4 * 20_000
    game.save_weights(tmp_path / "game.weights.h5")
    other = judged(model, generator_ema=0.9)
    other.load_weights(tmp_path / "game.weights.h5")
    loaded = keras.saving.load_model(tmp_path / "game.keras")
    for each in (game, loaded, other):
        fit(each, BATCH, epochs=2)
        assert_equal(state(game), state(each))


def test_a_preset_leaves_it_out(tmp_path):
    game = judged()
    game.save_to_preset(tmp_path / "preset")
    assert (tmp_path / "preset" / "model.weights.h5").stat().st_size < 60_000
    loaded = kerasgan.AdversarialModel.from_preset(tmp_path / "preset")
    game.save_to_preset(tmp_path / "small", training_state=False)
    small = OfAFunction.from_preset(tmp_path / "small")
    assert_equal(arrays(game.judge.weights), arrays(loaded.judge.weights))
    assert_equal(arrays(game.variables), arrays(small.variables))
    for each in (game, loaded):
        fit(each, BATCH)
    assert_equal(state(game), state(loaded))
    assert game.count_params() == 4


def test_a_preset_of_a_network_made_before_says_what_to_do(tmp_path):
    judged(OfAModel).save_to_preset(tmp_path / "preset")
    message = "must be made by a function: pass that to `kerasgan.layers.Frozen` .* Received: "
    with pytest.raises(ModelFileError, match=message):
        kerasgan.AdversarialModel.from_preset(tmp_path / "preset")


def test_another_network_is_refused(tmp_path, monkeypatch):
    game = judged()
    game.save(tmp_path / "game.keras")
    game.save_to_preset(tmp_path / "preset")
    monkeypatch.setattr(JudgedTug, "maker", staticmethod(doubling))
    message = (
        "(?s)another frozen network than 'frozen.*' holds.*Received: fingerprint '.*' in the file"
    )
    for load in (
        lambda: keras.saving.load_model(tmp_path / "game.keras"),
        lambda: judged().load_weights(tmp_path / "game.keras"),
        lambda: kerasgan.AdversarialModel.from_preset(tmp_path / "preset"),
    ):
        with pytest.raises(ValueError, match=message):
            load()


class Stop(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def test_a_checkpoint_goes_on_exactly_and_refuses_another(tmp_path, monkeypatch):
    whole = judged()
    fit(whole, BATCH, epochs=3)
    with pytest.raises(KeyboardInterrupt):
        fit(judged(), BATCH, epochs=3, callbacks=[Checkpoint(tmp_path), Stop()])
    resumed = judged()
    fit(resumed, BATCH, epochs=3, callbacks=[Checkpoint(tmp_path)])
    assert_equal(state(whole), state(resumed))
    monkeypatch.setattr(JudgedTug, "maker", staticmethod(doubling))
    with pytest.raises(
        ValueError, match="(?s)checkpoint does not fit.*another frozen network than"
    ):
        fit(judged(), BATCH, epochs=3, callbacks=[Checkpoint(tmp_path)])


@keras.saving.register_keras_serializable("kerasgan_tests")
def features():
    """Features of points, through 4 thousand weights."""
    wide = layers.Dense(1000, "tanh", kernel_initializer=CONSTANT(0.1))
    statistics = layers.BatchNormalization(moving_mean_initializer=CONSTANT(0.2))
    narrow = layers.Dense(2, kernel_initializer=CONSTANT(0.01))
    return keras.Sequential([keras.Input((2,)), wide, statistics, narrow])


def gan_with(generator=(), discriminator=(), **compile_arguments):
    """A `GAN` with such layers at the end of the generator and the beginning of its opponent."""
    keras.utils.set_random_seed(0)
    makes = keras.Sequential([keras.Input((3,)), layers.Dense(2), *generator])
    judges = keras.Sequential([keras.Input((2,)), *discriminator, layers.Dense(1)])
    gan = GAN(makes, judges, latent_dim=3, seed=1)
    gan.compile(**{"run_eagerly": EAGER, **compile_arguments})
    return gan


@pytest.mark.parametrize("loss", ["hinge", "wasserstein"])
def test_within_a_discriminator(loss, tmp_path):
    gan = gan_with(discriminator=[Frozen(features)], loss=loss, penalties=["r1"])
    before, generator = arrays(gan.discriminator.layers[0].weights), gan.generator.get_weights()
    fit(gan, epochs=2)
    assert_equal(before, arrays(gan.discriminator.layers[0].weights))
    assert differ(generator, gan.generator.get_weights())  # Its gradient came through.
    assert gan.count_params() == 8 + 3
    gan.save(tmp_path / "gan.keras")
    gan.save_to_preset(tmp_path / "preset")
    loaded = [
        keras.saving.load_model(tmp_path / "gan.keras"),
        kerasgan.AdversarialModel.from_preset(tmp_path / "preset"),
    ]
    assert (tmp_path / "gan.keras").stat().st_size < 70_000
    for each in (gan, *loaded):
        fit(each)
        assert_equal(state(gan), state(each))


def test_within_a_generator_with_an_average_and_exported(tmp_path):
    gan = gan_with(generator=[Frozen(features)], generator_ema=0.5)
    fit(gan)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    samples = gan.generate(4, seed=0)
    np.testing.assert_array_equal(loaded.generate(4, seed=0), samples)
    gan.inference_network("generator").save(tmp_path / "generator.keras")
    generate = kerasgan.load_generator(tmp_path / "generator.keras")
    latents = np.ones((2, 3), "float32")
    expected = gan.inference_network("generator").predict(latents, verbose=0)
    np.testing.assert_allclose(generate.from_latents(latents), expected, atol=1e-6)
    if keras.backend.backend() == "tensorflow":  # An export is a program, and whole.
        kerasgan.export_generator(gan, tmp_path / "exported")
        exported = kerasgan.load_generator(tmp_path / "exported")
        np.testing.assert_allclose(exported.from_latents(latents), expected, atol=1e-6)


def test_frozen_by_hand_as_well(tmp_path):
    gan = gan_with(discriminator=[Frozen(features), layers.Dense(2)])
    gan.discriminator.layers[1].trainable = False
    gan.compile(run_eagerly=EAGER)
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert [layer.trainable for layer in loaded.discriminator.layers] == [False, False, True]
    loaded.discriminator.layers[1].trainable = True
    assert len(loaded.discriminator.trainable_variables) == 4
    assert "frozen" not in judged().get_config()


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="its kernels for resizing")
def test_what_is_in_it_is_looked_at_before_penalties():
    def resizing():
        steps = [layers.Reshape((4, 4, 1)), layers.Resizing(3, 3), layers.Flatten()]
        return keras.Sequential([keras.Input((16,)), *steps])

    judges = keras.Sequential([keras.Input((16,)), Frozen(resizing), layers.Dense(1, "tanh")])
    makes = keras.Sequential([keras.Input((3,)), layers.Dense(16)])
    gan = GAN(makes, judges, latent_dim=3)
    with pytest.raises(ValueError, match=r"differentiated twice.*goes wrong in 'frozen\w*' \(Fro"):
        gan.compile(penalties=["r1"])
    gan.compile(loss="hinge")


def test_mixed_precision():
    keras.config.set_dtype_policy("mixed_float16")
    gan = gan_with(discriminator=[Frozen(features)])
    keras.config.set_dtype_policy("float32")
    assert {v.dtype for v in gan.discriminator.weights} == {"float32"}
    frozen = gan.discriminator.layers[0]
    assert keras.backend.standardize_dtype(frozen(POINTS).dtype) == "float16"
    assert np.isfinite(fit(gan)["loss"]).all()
    assert number(gan.optimizer.players["discriminator"].dynamic_scale) > 0.0
