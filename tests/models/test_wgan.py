"""Wasserstein GAN: what clipping does."""

import keras
import numpy as np
import pytest
from keras import layers

from kerasgan import losses, models
from kerasgan.constraints import WeightClipping
from tests.conformance.catalogue import EAGER
from tests.engine.games import fit

IMAGES = np.random.default_rng(0).uniform(-1, 1, (8, 16, 16, 1)).astype("float32")


def tiny(**arguments):
    return models.WGAN((16, 16, 1), latent_dim=2, base_filters=2, seed=0, **arguments)


@pytest.mark.parametrize("dtype", ["float32", "mixed_float16"])
def test_all_weights_of_the_critic_are_clipped_and_no_others(dtype, tmp_path):
    gan = tiny(clip=0.005, dtype=dtype)
    gan.compile(discriminator_steps=2, run_eagerly=EAGER)
    fit(gan, IMAGES)
    sizes = [np.abs(v.numpy()).max() for v in gan.discriminator.trainable_variables]
    assert len(sizes) == 5 and max(sizes) <= np.float32(0.005)
    # The gains of batch normalisation start near one.
    assert sum(size == np.float32(0.005) for size in sizes) >= 3
    assert max(np.abs(v.numpy()).max() for v in gan.generator.trainable_variables) > 0.5
    gan.save(tmp_path / "gan.keras")
    loaded = keras.saving.load_model(tmp_path / "gan.keras")
    layer = loaded.discriminator.get_layer("judge")
    assert loaded.clip == 0.005 and layer.kernel_constraint.limit == 0.005


def test_the_recipe_is_the_papers():
    recipe = tiny().recipe()
    rules = recipe.rules
    assert (type(rules.loss), rules.parts, rules.penalties) == (losses.Wasserstein, 5, [])
    for optimizer in recipe.optimizers.values():
        assert isinstance(optimizer, keras.optimizers.RMSprop)
        assert float(optimizer.learning_rate) == pytest.approx(5e-5)


def test_a_small_gradient_moves_as_far_as_a_large_one():
    # RMSprop's first step is the learning rate over the root of 1 - rho, whatever the gradient.
    optimizer = tiny().recipe().optimizers["discriminator"]
    variable = keras.Variable(np.zeros(2, "float32"))
    optimizer.build([variable])
    optimizer.apply([keras.ops.convert_to_tensor(np.array([1e-5, 1.0], "float32"))])
    np.testing.assert_allclose(variable.numpy(), -5e-4, rtol=1e-3)


def test_weight_clipping_of_a_layer():
    dense = layers.Dense(1, kernel_constraint=WeightClipping(0.1), use_bias=False)
    model = keras.Sequential([keras.Input((3,)), dense])
    model.set_weights([np.array([[0.05], [-2.0], [3.0]])])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    model.fit(np.ones((2, 3)), np.zeros((2, 1)), verbose=0)
    np.testing.assert_allclose(model.get_weights()[0][:, 0], [0.05, -0.1, 0.1], rtol=1e-6)
    clone = keras.models.clone_model(model)
    assert clone.layers[0].kernel_constraint.limit == 0.1


@pytest.mark.parametrize("limit", [0, -0.1, 0.0])
def test_the_limit_is_above_zero(limit):
    with pytest.raises(ValueError, match=rf"`limit` must be above zero.*Received: limit={limit}"):
        WeightClipping(limit)
    with pytest.raises(ValueError, match=rf"`clip` must be above zero.*Received: clip={limit}"):
        tiny(clip=limit)
