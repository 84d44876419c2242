"""Penalties against closed forms: for a quadratic critic the gradient is known."""

import keras
import numpy as np
import pytest
from keras import ops

from kerasgan import penalties
from kerasgan.ops.gradients import input_gradients

REAL = np.array([[3.0, 4.0], [0.0, 1.0]], "float32")
FAKE = np.array([[1.0, 0.0], [2.0, 2.0]], "float32")
MATRIX = np.array([[1.0, 0.5], [0.5, 2.0]], "float32")


def linear_critic(x):
    return ops.matmul(x, np.array([[3.0], [4.0]], "float32"))


def quadratic_critic(x):  # Its gradient at x is MATRIX x.
    return 0.5 * ops.sum(x * ops.matmul(x, MATRIX), axis=1, keepdims=True)


def value(penalty, critic, step=0):
    seed = keras.random.SeedGenerator(0)
    tensors = (ops.convert_to_tensor(REAL), ops.convert_to_tensor(FAKE))
    return float(ops.convert_to_numpy(penalty(critic, *tensors, step=step, seed=seed)))


def test_input_gradients_of_a_quadratic_form():
    gradients = input_gradients(quadratic_critic, ops.convert_to_tensor(REAL))
    np.testing.assert_allclose(ops.convert_to_numpy(gradients), REAL @ MATRIX, rtol=1e-6)


def test_gradient_penalty_of_a_linear_critic():
    # ‖(3, 4)‖ = 5 everywhere, so that the penalty is 10 · (5 - 1)².
    assert value(penalties.GradientPenalty(10.0), linear_critic) == pytest.approx(160.0, rel=1e-6)


def test_gradient_penalty_is_taken_between_real_and_generated_samples():
    penalty = penalties.GradientPenalty()
    points = ops.convert_to_numpy(penalty.points(REAL, FAKE, keras.random.SeedGenerator(3)))
    places = (points - REAL) / (FAKE - REAL + 1e-9)
    np.testing.assert_allclose(places[0, 0], places[0, 1], atol=1e-5)
    assert 0.0 <= places[0, 0] <= 1.0 and places[0, 0] != pytest.approx(places[1, 0])


def test_gradient_penalty_of_a_dead_critic_is_finite():
    assert value(penalties.GradientPenalty(1.0), lambda x: 0.0 * linear_critic(x)) == pytest.approx(
        1.0, abs=1e-5
    )


def test_r1_of_a_quadratic_critic():
    expected = 0.5 * 2.0 * ((REAL @ MATRIX) ** 2).sum(axis=1).mean()
    assert value(penalties.R1(2.0), quadratic_critic) == pytest.approx(expected, rel=1e-6)


def test_a_lazy_penalty_counts_more_and_less_often():
    lazy = penalties.R1(2.0, every=4)
    full = value(penalties.R1(2.0), quadratic_critic)
    values = [value(lazy, quadratic_critic, step) for step in range(5)]
    np.testing.assert_allclose(values, [4 * full, 0, 0, 0, 4 * full], rtol=1e-6)


def test_serialisation():
    penalty = penalties.R1(3.0, every=16)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(penalty))
    assert isinstance(again, penalties.R1) and again.get_config() == penalty.get_config()


def test_wrong_interval():
    with pytest.raises(ValueError, match="positive integer. Received: every=0"):
        penalties.R1(every=0)
