"""Penalties on generators, and penalties that remember."""

import keras
import numpy as np
import pytest
from keras import ops

import kerasgan
from kerasgan.ops.gradients import input_gradients
from kerasgan.penalties import Penalty
from tests.engine.games import POINTS, assert_equal, fit, number, state, tiny_gan


@keras.saving.register_keras_serializable("kerasgan_tests")
class Length(Penalty):
    """How far the slopes of a generator are from their own running mean."""

    name, role = "length", "maker"

    def __init__(self, weight=1.0, every=1, decay=0.5):
        super().__init__(weight, every)
        self.decay = decay
        self.mean = self.add_state("mean")

    def points(self, real, fake, seed):
        return real, keras.random.normal(ops.shape(fake), seed=seed)

    def value(self, function, points):
        latents, noise = points
        slopes = input_gradients(lambda z: function(z) * noise, latents)
        lengths = ops.sqrt(ops.sum(ops.square(slopes), axis=1) + 1e-6)
        mean = self.mean + (1.0 - self.decay) * (ops.mean(lengths) - self.mean)
        self.mean.assign(ops.stop_gradient(mean))
        return ops.mean(ops.square(lengths - mean))

    def get_config(self):
        return {**super().get_config(), "decay": self.decay}


def mean_of(gan):
    return number(gan.rules.penalties[0].mean)


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("every", [1, 2, 3])
def test_the_state_follows_the_moves_in_which_it_is_computed(every, eager):
    gan = tiny_gan(penalties=[Length(every=every)], run_eagerly=eager)
    before = mean_of(gan)
    for step in range(4):
        logs = gan.train_on_batch(POINTS, return_dict=True)
        assert (mean_of(gan) != before) == (step % every == 0), step
        assert (logs["generator_length"] > 0.0) == (step % every == 0)
        before = mean_of(gan)


@pytest.mark.parametrize("every", [1, 2])
@pytest.mark.parametrize("eager", [False, True])
def test_an_evaluation_leaves_the_state(every, eager):
    gan = tiny_gan(penalties=[Length(every=every)], run_eagerly=eager)
    fit(gan, validation_data=(POINTS,))
    before = mean_of(gan)
    assert before > 0.0
    values = [gan.evaluate(POINTS, verbose=0, return_dict=True) for _ in range(2)]
    assert mean_of(gan) == before and values[0] == values[1]
    assert values[0]["generator_length"] > 0.0


@pytest.mark.parametrize("form", ["keras", "preset", "weights"])
@pytest.mark.parametrize("every", [1, 2])
def test_it_is_saved_and_goes_on_exactly(form, every, tmp_path):
    whole, first = (tiny_gan(penalties=[Length(every=every)]) for _ in range(2))
    for _ in range(5):
        whole.train_on_batch(POINTS)
    for _ in range(3):
        first.train_on_batch(POINTS)
    if form == "keras":
        first.save(tmp_path / "it.keras")
        second = keras.saving.load_model(tmp_path / "it.keras")
    elif form == "preset":
        first.save_to_preset(tmp_path / "it")
        second = kerasgan.models.GAN.from_preset(tmp_path / "it")
    else:
        first.save_weights(tmp_path / "it.weights.h5")
        second = tiny_gan(penalties=[Length(every=every)])
        second.load_weights(tmp_path / "it.weights.h5")
    assert mean_of(second) == mean_of(first)
    for _ in range(2):
        second.train_on_batch(POINTS)
    assert_equal(state(whole), state(second))
    assert mean_of(second) == mean_of(whole)


def test_compiled_again_with_another_penalty_it_is_gone():
    gan = tiny_gan(penalties=[Length()])
    fit(gan)
    gan.compile(penalties=[Length(), "r1"])
    assert len(gan.penalty_memories) == 1 and mean_of(gan) == 0.0
    logs = fit(gan)
    assert {"generator_length", "discriminator_r1"} <= set(logs)
    gan.compile(penalties=["r1"])
    assert not list(gan.penalty_memories)
    assert "generator_length" not in fit(gan)


def test_the_penalty_is_the_generators():
    still = {f"{p}_optimizer": keras.optimizers.SGD(0.0) for p in ("generator", "discriminator")}
    gan = tiny_gan(penalties=[Length(weight=3.0, decay=0.0)], **still)
    logs = gan.train_on_batch(POINTS, return_dict=True)
    parts = [logs["generator_adversarial"], logs["generator_length"]]
    assert logs["generator_loss"] == pytest.approx(sum(parts), rel=1e-5)
    assert logs["discriminator_loss"] == pytest.approx(logs["discriminator_adversarial"])
    assert np.isfinite(logs["loss"])


def test_a_game_whose_generators_read_none_refuses_it():
    gan = kerasgan.models.CycleGAN((24, 24, 1), base_filters=1, residual_blocks=1)
    with pytest.raises(ValueError, match="CycleGAN reads no penalty 'length'"):
        gan.compile(penalties=[Length()])
