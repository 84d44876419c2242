import keras
import numpy as np
import pytest

from kerasgan.schedules import LinearDecay
from tests.engine.games import fit, number, tiny_gan


@pytest.mark.parametrize(
    ("step", "rate"), [(0, 2e-4), (9, 2e-4), (10, 2e-4), (11, 1.95e-4), (30, 1e-4), (50, 0.0)]
)
def test_holds_and_falls(step, rate):
    schedule = LinearDecay(2e-4, hold_steps=10, decay_steps=40)
    assert number(schedule(step)) == pytest.approx(rate, rel=1e-5, abs=1e-12)
    assert number(schedule(10**6)) == 0.0


def test_without_hold():
    assert number(LinearDecay(1.0, hold_steps=0, decay_steps=4)(1)) == pytest.approx(0.75)


@pytest.mark.parametrize(("hold", "decay"), [(-1, 1), (0, 0)])
def test_wrong_steps(hold, decay):
    with pytest.raises(ValueError, match=f"Received: hold_steps={hold}, decay_steps={decay}"):
        LinearDecay(1.0, hold_steps=hold, decay_steps=decay)


def test_serialisation():
    schedule = LinearDecay(2e-4, hold_steps=3, decay_steps=5)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(schedule))
    assert isinstance(again, LinearDecay) and again.get_config() == schedule.get_config()


def test_in_a_compiled_and_loaded_model(tmp_path):
    schedule = LinearDecay(0.5, hold_steps=2, decay_steps=4)
    gan = tiny_gan(
        discriminator_optimizer=keras.optimizers.SGD(schedule),
        generator_optimizer=keras.optimizers.SGD(schedule),
    )
    fit(gan)
    assert number(gan.optimizer.learning_rate) == 0.5
    fit(gan)
    assert number(gan.optimizer.learning_rate) == 0.25
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    assert number(loaded.optimizer.players["generator"].learning_rate) == 0.25
    fit(loaded)
    assert number(loaded.optimizer.learning_rate) == 0.0
    weights = loaded.get_weights()
    fit(loaded)
    for before, after in zip(weights, loaded.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
